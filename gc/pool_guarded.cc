// The pool's debug mode, and what it does under valgrind: every call checked, and freed slots left to rest.
// How: lists stay shut, so each call comes here, and slots come from and go to the bitmaps of their blocks.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_format.h"
#include "gc/pool.h"

namespace foxvm::gc {
namespace {

// What a free slot is filled with.
constexpr unsigned char kFreeFill = 0xdb;

}  // namespace

const char* PoolFaultName(PoolFaultKind kind) {
  switch (kind) {
    case PoolFaultKind::kDoubleFree: return "double free";
    case PoolFaultKind::kForeignPointer: return "free of a foreign pointer";
    case PoolFaultKind::kInteriorPointer: return "free of an interior pointer";
    case PoolFaultKind::kWrongSize: return "free with the size of another class";
    case PoolFaultKind::kUseAfterFree: return "use after free";
  }
  return "unknown fault";
}

void* Pool::AllocateGuarded(SizeClass& size_class) {
  char* slot = TakeSlot(size_class);
  if (slot == nullptr) return nullptr;
  const uintptr_t address = reinterpret_cast<uintptr_t>(slot);
  Block* block = BlockOf(address);
  const uint32_t granule = GranuleOf(address);
  if (granule < block->fresh) {
    CheckFill(slot, size_class.bytes);
  } else {
    block->fresh = granule + 1;
  }
  UnpoisonMemory(slot, size_class.bytes);
  return slot;
}

void Pool::FreeGuarded(void* slot, const SizeClass* expected) {
  const uintptr_t address = reinterpret_cast<uintptr_t>(slot);
  if (!regions_.contains(RegionOf(address))) return Report(PoolFaultKind::kForeignPointer, slot, 0);
  SizeClass* size_class = ClassOf(address);
  const Block* block = BlockOf(address);
  const uint32_t granule = GranuleOf(address);
  if (size_class == nullptr || granule < block->first) return Report(PoolFaultKind::kForeignPointer, slot, 0);
  const size_t bytes = size_class->bytes;
  const size_t into = (address % kBlockBytes - block->first * kGranuleBytes) % bytes;
  if (granule - into / kGranuleBytes >= block->fresh) return Report(PoolFaultKind::kForeignPointer, slot, 0);
  if (into != 0) return Report(PoolFaultKind::kInteriorPointer, slot, bytes);
  if (block->IsFree(granule)) return Report(PoolFaultKind::kDoubleFree, slot, bytes);
  if (expected != nullptr && expected != size_class) return Report(PoolFaultKind::kWrongSize, slot, bytes);
  if (fills_) std::memset(slot, kFreeFill, bytes);
  PoisonMemory(slot, bytes);
  if (block->free_count + 1 == block->capacity) {
    // The block is about to leave: its free slots are checked now, or never.
    for (uint32_t each = block->first; each < block->fresh;
         each += static_cast<uint32_t>(bytes / kGranuleBytes)) {
      CheckFill(block->base + each * kGranuleBytes, bytes);
    }
  }
  ReturnSlot(*size_class, address);
}

void Pool::CheckFill(const char* slot, size_t class_bytes) {
  if (!fills_) return;
  UnpoisonMemory(slot, class_bytes);
  const auto* begin = reinterpret_cast<const unsigned char*>(slot);
  const auto* changed =
      std::find_if(begin, begin + class_bytes, [](unsigned char byte) { return byte != kFreeFill; });
  if (changed != begin + class_bytes) Report(PoolFaultKind::kUseAfterFree, changed, class_bytes);
}

void Pool::Report(PoolFaultKind kind, const void* address, size_t class_bytes) {
  if (options_.on_fault)
    return options_.on_fault({.kind = kind, .address = address, .class_bytes = class_bytes});
  std::fputs(
      absl::StrFormat("foxvm pool: %s at %p, class of %d bytes\n", PoolFaultName(kind), address, class_bytes)
          .c_str(),
      stderr);
  std::abort();
}

}  // namespace foxvm::gc
