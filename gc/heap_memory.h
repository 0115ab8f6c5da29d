// HeapMemory: one heap's reserved range and how it is divided into zones.
// How: young generation, then blocks of the old generation, then large objects. Zones do not share address
//      space, so fragmentation among large objects can never take the room that a promotion needs.
// Invariants: HM-1 the block zone is larger by `promotion_margin` than what the mutator may fill: a minor
//      collection in which everything survives always finds blocks.
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
