#include "gc/heap_memory.h"

#include <algorithm>

namespace foxvm::gc {
namespace {

constexpr size_t kRangeAlignment = size_t{2} << 20;

// See HeapMemory::Create; its margin for promotion takes three times the young generation.
constexpr size_t kYoungShareOfLimit = 16;

size_t RoundUpToBlocks(size_t bytes) { return (bytes + kBlockBytes - 1) & ~(kBlockBytes - 1); }

}  // namespace

absl::StatusOr<HeapMemory> HeapMemory::Create(const HeapOptions& options, size_t limit) {
  HeapMemory memory;
  // Where address space is scarce, room to grow is what the young generation can do without.
  size_t young =
      std::min(options.LargestYoungBytes(), std::max(options.StartYoungBytes(), limit / kYoungShareOfLimit));
  memory.first_young_bytes = std::min(options.StartYoungBytes(), young);
  memory.promotion_margin = kPromotionOverhead * young + kBlocksBeingFilled * kBlockBytes;
  size_t fixed = young + memory.promotion_margin;
  size_t wanted = RoundUpToBlocks(std::min(2 * options.max_bytes + fixed, limit));
  if (wanted >= 2 * fixed) memory.range = AddressRange::Reserve(wanted, kRangeAlignment);
  if (memory.range.empty()) return absl::ResourceExhaustedError("cannot reserve address space for the heap");
  uintptr_t base = memory.range.base();
  size_t bytes = memory.range.bytes() & ~(kBlockBytes - 1);
  size_t block_bytes =
      RoundUpToBlocks(std::min(options.max_bytes, (bytes - fixed) / 2)) + memory.promotion_margin;
  memory.whole = {base, base + bytes};
  memory.young = {base, base + young};
  memory.blocks = {memory.young.end, memory.young.end + block_bytes};
  memory.large = {memory.blocks.end, memory.whole.end};
  if (!memory.range.Commit(base, young)) {
    return absl::ResourceExhaustedError("cannot commit the young generation");
  }
  return memory;
}

}  // namespace foxvm::gc
