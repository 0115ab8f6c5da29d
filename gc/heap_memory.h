// HeapMemory: one heap's reserved range and how it is divided into zones.
// How: young generation, then blocks of the old generation, then large objects. Zones do not share address
//      space, so fragmentation among large objects can never take the room that a promotion needs.
// Invariants: HM-1 the block zone is larger by `promotion_margin` than the heap's bound, and the young
//      generation is filled only as far as blocks that are not in use can take all of it, so a minor
//      collection in which everything survives always finds them.
// Threads: one at a time.  Collects: never.  Owns: the range.
#ifndef FOXVM_GC_HEAP_MEMORY_H_
#define FOXVM_GC_HEAP_MEMORY_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "gc/heap_options.h"
#include "gc/os_memory.h"

namespace foxvm::gc {

inline constexpr int kBlockShift = 15;
inline constexpr size_t kBlockBytes = size_t{1} << kBlockShift;
// Promotion takes at most so many times the bytes: an object can double (a stored identity hash), and a block
// can lose a quarter of its end to an object that does not fit; 8/3 at the very worst. And as many blocks are
// filled at a time, or are about to be.
inline constexpr size_t kPromotionOverhead = 3;
inline constexpr size_t kBlocksBeingFilled = 4;

// [begin, end).
struct Zone {
  uintptr_t begin = 0;
  uintptr_t end = 0;
  size_t bytes() const { return end - begin; }
  bool Contains(uintptr_t address) const { return address - begin < bytes(); }
};

struct HeapMemory {
  // Reserves twice the heap bound and a margin, at most `limit` bytes; a ResourceExhausted error when the
  // system refuses, or when `limit` is too small for the young generation.
  static absl::StatusOr<HeapMemory> Create(const HeapOptions& options, size_t limit);

  AddressRange range;
  Zone whole;
  Zone young;                    // as large as the young generation may become
  size_t first_young_bytes = 0;  // of it, in use at first
  Zone blocks;
  Zone large;
  size_t promotion_margin = 0;  // bytes of `blocks` kept for promotion (HM-1)
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_HEAP_MEMORY_H_
