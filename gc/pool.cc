#include "gc/pool.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_format.h"

namespace foxvm::gc {
namespace {

// What a free slot is filled with when guarded.
constexpr unsigned char kFreeFill = 0xdb;

uintptr_t AlignUp(uintptr_t address, size_t alignment) {
  return (address + alignment - 1) & ~(alignment - 1);
}

void Unmap(uintptr_t begin, size_t bytes) {
  if (bytes != 0) FOXVM_CHECK(munmap(reinterpret_cast<void*>(begin), bytes) == 0);
}

// `bytes` bytes of zeroed memory at a multiple of `bytes`, supplied on first touch; 0 when the system
// refuses.
uintptr_t MapAligned(size_t bytes) {
  void* p =
      mmap(nullptr, 2 * bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) return 0;
  const uintptr_t raw = reinterpret_cast<uintptr_t>(p);
  const uintptr_t base = AlignUp(raw, bytes);
  Unmap(raw, base - raw);
  Unmap(base + bytes, raw + bytes - base);
  return base;
}

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

absl::Status PoolOptions::Validate() const {
  if (class_bytes.empty() || class_bytes.size() > Pool::kMaxClasses) {
    return absl::InvalidArgumentError(
        absl::StrFormat("class_bytes must have from 1 to %d sizes", Pool::kMaxClasses));
  }
  size_t previous = 0;
  for (size_t bytes : class_bytes) {
    if (bytes <= previous || bytes % Pool::kGranuleBytes != 0 || bytes > Pool::kMaxClassBytes) {
      return absl::InvalidArgumentError(
          absl::StrFormat("class_bytes must be ascending multiples of %d up to %d", Pool::kGranuleBytes,
                          Pool::kMaxClassBytes));
    }
    previous = bytes;
  }
  if (limit_bytes < Pool::kBlockBytes) {
    return absl::InvalidArgumentError(
        absl::StrFormat("limit_bytes must be at least %d, one block", Pool::kBlockBytes));
  }
  return absl::OkStatus();
}

void Pool::BlockList::Add(Block* block) {
  block->previous = nullptr;
  block->next = head;
  if (head != nullptr) head->previous = block;
  head = block;
  ++size;
}

void Pool::BlockList::Remove(Block* block) {
  (block->previous != nullptr ? block->previous->next : head) = block->next;
  if (block->next != nullptr) block->next->previous = block->previous;
  --size;
}

absl::StatusOr<std::unique_ptr<Pool>> Pool::Create(PoolOptions options) {
  if (absl::Status status = options.Validate(); !status.ok()) return status;
  return absl::WrapUnique(new Pool(std::move(options)));
}

Pool::Pool(PoolOptions options)
    : class_count_(options.class_bytes.size()),
      options_(std::move(options)),
      guarded_(options_.debug || RunningOnValgrind()),
      fills_(options_.debug && !RunningOnValgrind()) {
  std::fill(std::begin(class_of_), std::end(class_of_), static_cast<uint16_t>(class_count_));
  for (size_t i = class_count_; i-- > 0;) {
    const size_t bytes = options_.class_bytes[i];
    classes_[i].bytes = bytes;
    std::fill(class_of_, class_of_ + bytes / kGranuleBytes + 1, static_cast<uint16_t>(i));
    if (!guarded_) classes_[i].sample_mask = SampleMask(bytes);
  }
  if (guarded_) slow_until_ = UINTPTR_MAX;
}

Pool::~Pool() {
  for (Region* region : regions_) {
    UnpoisonMemory(region, kRegionBytes);
    Unmap(reinterpret_cast<uintptr_t>(region), kRegionBytes);
  }
}

// --- Blocks: from the system to a class and back.

bool Pool::MapRegion() {
  Region* region = reinterpret_cast<Region*>(MapAligned(kRegionBytes));
  if (region == nullptr) return false;
  regions_.insert(region);
  region->released = kBlocksPerRegion;
  for (size_t i = kBlocksPerRegion; i-- > 0;) {  // the lowest block is to be used first
    Block* block = &region->blocks[i];
    block->base = reinterpret_cast<char*>(region) + i * kBlockBytes;
    released_.Add(block);
  }
  return true;
}

// An empty block, or null at the limit or when the system refuses.
Pool::Block* Pool::TakeBlock() {
  Block* block = spare_.head;
  if (block != nullptr) {
    spare_.Remove(block);
    return block;
  }
  if (bytes_held() > options_.limit_bytes - kBlockBytes) return nullptr;
  if (released_.head == nullptr && !MapRegion()) return nullptr;
  if (options_.budget != nullptr && !options_.budget->Take(kBlockBytes)) return nullptr;
  block = released_.head;
  released_.Remove(block);
  --RegionOf(reinterpret_cast<uintptr_t>(block))->released;
  return block;
}

bool Pool::AddBlock(SizeClass& size_class) {
  Block* block = TakeBlock();
  if (block == nullptr) return false;
  const Region* region = RegionOf(reinterpret_cast<uintptr_t>(block));
  const size_t head = block == region->blocks ? sizeof(Region) : 0;
  block->first = static_cast<uint32_t>((head + size_class.bytes - 1) / size_class.bytes * size_class.bytes);
  block->capacity = static_cast<uint32_t>((kBlockBytes - block->first) / size_class.bytes);
  block->free = nullptr;
  block->free_count = 0;
  block->carved = 0;
  block->class_index = static_cast<uint16_t>(&size_class - classes_);
  block->listed = true;
  size_class.partial.Add(block);
  ++size_class.blocks;
  ++used_blocks_;
  PoisonMemory(block->base + block->first, kBlockBytes - block->first);
  if (guarded_) guards_[block].live.resize(block->capacity);
  return true;
}

// Takes an empty block from its class.
void Pool::RetireBlock(SizeClass& size_class, Block* block) {
  if (block->listed) size_class.partial.Remove(block);
  size_class.carved -= std::exchange(block->carved, 0);
  size_class.free_in_blocks -= block->free_count;
  --size_class.blocks;
  --used_blocks_;
  if (guarded_) guards_.erase(block);
  if ((spare_.size + 1) * kBlockBytes <= options_.spare_bytes) {
    spare_.Add(block);
  } else {
    ReleaseBlock(block);
  }
}

// Gives the memory of an empty block of no class and no list to the system; with the last one, the region.
void Pool::ReleaseBlock(Block* block) {
  Region* region = RegionOf(reinterpret_cast<uintptr_t>(block));
  const uintptr_t base = reinterpret_cast<uintptr_t>(block->base);
  if (options_.budget != nullptr) options_.budget->Return(kBlockBytes);
  released_.Add(block);
  if (++region->released == kBlocksPerRegion) {
    for (Block& each : region->blocks) released_.Remove(&each);
    regions_.erase(region);
    UnpoisonMemory(region, kRegionBytes);
    Unmap(reinterpret_cast<uintptr_t>(region), kRegionBytes);
    return;
  }
  const size_t page_bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const uintptr_t begin = block == region->blocks ? AlignUp(base + sizeof(Region), page_bytes) : base;
  if (begin < base + kBlockBytes) {
    FOXVM_CHECK(madvise(reinterpret_cast<void*>(begin), base + kBlockBytes - begin, MADV_DONTNEED) == 0);
  }
}

// --- The slow paths.

// Makes the next slots of `block` the list of `size_class`, which is empty: few enough to touch no pages that
// may stay unused. The lowest comes last: it may be one of those that are slow to free, so a program that has
// few objects does not meet it.
void Pool::Carve(SizeClass& size_class, Block* block) {
  const size_t count =
      std::min<size_t>(block->capacity - block->carved, std::max<size_t>(1, kSampleBytes / size_class.bytes));
  char* lowest = block->base + block->first + block->carved * size_class.bytes;
  void* next = nullptr;
  for (size_t i = 0; i < count; ++i) {
    char* slot = lowest + (i == 0 ? 0 : count - i) * size_class.bytes;
    if constexpr (kAddressSanitizer) UnpoisonMemory(slot, sizeof(void*));
    SetNext(slot, next);
    if constexpr (kAddressSanitizer) PoisonMemory(slot, sizeof(void*));
    next = slot;
  }
  size_class.front = next;
  block->carved += static_cast<uint32_t>(count);
  size_class.carved += count;
}

// Gives the empty list of `size_class` slots; false when there are none to have.
bool Pool::Refill(SizeClass& size_class) {
  // All that was freed is in use again.
  size_class.samples = 0;
  if (size_class.exact) {
    size_class.exact = false;
    size_class.sample_mask = SampleMask(size_class.bytes);
  }
  if (size_class.partial.head == nullptr) {
    if (spare_.head == nullptr && bytes_held() > options_.spare_bytes) {
      for (SizeClass& other : classes_) {
        if (other.samples * kSampleBytes >= kBlockBytes) DrainForEmptyBlocks(other);
      }
    }
    if (!AddBlock(size_class)) {
      for (SizeClass& other : classes_) Drain(other);
      if (!AddBlock(size_class)) return false;
    }
  }
  Block* block = size_class.partial.head;
  if (block->free != nullptr) {
    size_class.front = std::exchange(block->free, nullptr);
    size_class.free_in_blocks -= std::exchange(block->free_count, 0);
  } else {
    Carve(size_class, block);
  }
  if (block->carved == block->capacity) {
    size_class.partial.Remove(block);
    block->listed = false;
  }
  return true;
}

void* Pool::AllocateSlow(SizeClass& size_class) {
  if (size_class.bytes == 0) return nullptr;
  if (guarded_) return AllocateGuarded(size_class);
  if (!Refill(size_class)) return nullptr;
  return Pop(size_class);
}

void* Pool::FreeSlow(void* slot, const SizeClass* expected) {
  if (slot != nullptr) {
    if (guarded_) {
      FreeGuarded(slot, expected);
    } else {
      FreeCounted(slot);
    }
  }
  return expected == nullptr ? nullptr : expected->front;
}

void Pool::FreeCounted(void* slot) {
  SizeClass& size_class = classes_[BlockOf(slot)->class_index];
  if (size_class.exact) return ReturnToBlock(size_class, slot);
  SetNext(slot, size_class.front);
  if constexpr (kAddressSanitizer) PoisonMemory(slot, size_class.bytes);
  size_class.front = slot;
  ++size_class.samples;
  const size_t freed_bytes =
      size_class.samples * (SampleMask(size_class.bytes) == 0 ? size_class.bytes : kSampleBytes);
  if (bytes_held() > options_.spare_bytes && 2 * freed_bytes >= size_class.blocks * kBlockBytes) {
    DrainForEmptyBlocks(size_class);
  }
}

// A free slot that is in no list goes to its block's; a block that is empty then leaves the class.
void Pool::ReturnToBlock(SizeClass& size_class, void* slot) {
  Block* block = BlockOf(slot);
  if constexpr (kAddressSanitizer) UnpoisonMemory(slot, sizeof(void*));
  SetNext(slot, block->free);
  if constexpr (kAddressSanitizer) PoisonMemory(slot, size_class.bytes);
  block->free = slot;
  ++block->free_count;
  ++size_class.free_in_blocks;
  if (block->free_count == block->carved) {
    RetireBlock(size_class, block);
  } else if (!block->listed) {
    size_class.partial.Add(block);
    block->listed = true;
  }
}

// Sorts the list of free slots back to the blocks.
void Pool::Drain(SizeClass& size_class) {
  size_class.samples = 0;
  void* slot = std::exchange(size_class.front, nullptr);
  while (slot != nullptr) {
    if constexpr (kAddressSanitizer) UnpoisonMemory(slot, sizeof(void*));
    void* next = Next(slot);
    ReturnToBlock(size_class, slot);
    slot = next;
  }
}

// Drains; and a class that is more than a quarter free then counts each free, until it allocates again, so
// that no block stays because its last slots were not among the samples.
void Pool::DrainForEmptyBlocks(SizeClass& size_class) {
  Drain(size_class);
  const size_t live = size_class.carved - size_class.free_in_blocks;
  if (4 * live * size_class.bytes < 3 * size_class.blocks * kBlockBytes) {
    size_class.exact = true;
    size_class.sample_mask = 0;
  }
}

void Pool::Reset() {
  std::vector<Block*> used;
  for (Region* region : regions_) {
    for (Block& block : region->blocks) {
      if (block.carved != 0) used.push_back(&block);
    }
  }
  for (SizeClass& size_class : classes_) {
    size_class.front = nullptr;
    size_class.samples = 0;
  }
  for (Block* block : used) RetireBlock(classes_[block->class_index], block);
}

void Pool::Trim() {
  for (SizeClass& size_class : classes_) Drain(size_class);
  while (spare_.head != nullptr) {
    Block* block = spare_.head;
    spare_.Remove(block);
    ReleaseBlock(block);
  }
}

PoolStatistics Pool::statistics() const {
  PoolStatistics total;
  for (size_t i = 0; i < class_count_; ++i) {
    const SizeClass& size_class = classes_[i];
    size_t live = size_class.carved - size_class.free_in_blocks;
    for (void* slot = size_class.front; slot != nullptr; --live) {
      if constexpr (kAddressSanitizer) UnpoisonMemory(slot, sizeof(void*));
      void* next = Next(slot);
      if constexpr (kAddressSanitizer) PoisonMemory(slot, sizeof(void*));
      slot = next;
    }
    total.classes.push_back({.class_bytes = size_class.bytes,
                             .live_objects = live,
                             .live_bytes = live * size_class.bytes,
                             .blocks = size_class.blocks});
    total.live_objects += live;
    total.live_bytes += live * size_class.bytes;
  }
  total.blocks = used_blocks_ + spare_.size;
  total.spare_blocks = spare_.size;
  total.bytes_held = bytes_held();
  return total;
}

// --- Guarded: the debug mode, and valgrind.

void* Pool::AllocateGuarded(SizeClass& size_class) {
  if (size_class.partial.head == nullptr && !AddBlock(size_class)) return nullptr;
  Block* block = size_class.partial.head;
  Guard& guard = guards_[block];
  uint32_t index;
  if (block->carved < block->capacity) {
    index = block->carved++;
    ++size_class.carved;
  } else {
    index = guard.free.front();
    guard.free.pop_front();
    --block->free_count;
    --size_class.free_in_blocks;
    CheckFill(block, index, size_class.bytes);
  }
  guard.live[index] = true;
  if (block->carved == block->capacity && guard.free.empty()) {
    size_class.partial.Remove(block);
    block->listed = false;
  }
  char* slot = block->base + block->first + size_t{index} * size_class.bytes;
  UnpoisonMemory(slot, size_class.bytes);
  return slot;
}

void Pool::FreeGuarded(void* slot, const SizeClass* expected) {
  const uintptr_t address = reinterpret_cast<uintptr_t>(slot);
  if (!regions_.contains(RegionOf(address))) return Report(PoolFaultKind::kForeignPointer, slot, 0);
  Block* block = BlockOf(address);
  const auto found = guards_.find(block);
  const uintptr_t begin = reinterpret_cast<uintptr_t>(block->base) + block->first;
  if (found == guards_.end() || address < begin) return Report(PoolFaultKind::kForeignPointer, slot, 0);
  Guard& guard = found->second;
  SizeClass& size_class = classes_[block->class_index];
  const uint32_t index = static_cast<uint32_t>((address - begin) / size_class.bytes);
  if (index >= block->carved) return Report(PoolFaultKind::kForeignPointer, slot, 0);
  if ((address - begin) % size_class.bytes != 0) {
    return Report(PoolFaultKind::kInteriorPointer, slot, size_class.bytes);
  }
  if (!guard.live[index]) return Report(PoolFaultKind::kDoubleFree, slot, size_class.bytes);
  if (expected != nullptr && expected != &size_class) {
    return Report(PoolFaultKind::kWrongSize, slot, size_class.bytes);
  }
  if (fills_) std::memset(slot, kFreeFill, size_class.bytes);
  PoisonMemory(slot, size_class.bytes);
  guard.live[index] = false;
  guard.free.push_back(index);
  ++block->free_count;
  ++size_class.free_in_blocks;
  if (block->free_count == block->carved) {
    for (uint32_t each : guard.free) CheckFill(block, each, size_class.bytes);
    RetireBlock(size_class, block);
  } else if (!block->listed) {
    size_class.partial.Add(block);
    block->listed = true;
  }
}

void Pool::CheckFill(const Block* block, uint32_t index, size_t class_bytes) {
  if (!fills_) return;
  const char* slot = block->base + block->first + size_t{index} * class_bytes;
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
