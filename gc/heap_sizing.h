// YoungSizer and OldSizer: how large the generations of one heap should be, from what its collections found.
// How: the young generation doubles while much of it survives and doubling helps, and halves after a long
//      time in which next to nothing did, so that it stays in cache. The old generation's limit follows
//      HeapOptions::growth_policy. Both are told plain numbers and keep no reference to the heap.
// Invariants: HS-1 a young size is between its bounds.
// Threads: the mutator's.  Collects: never.  Not here: the hard bound (heap_impl).
#ifndef FOXVM_GC_HEAP_SIZING_H_
#define FOXVM_GC_HEAP_SIZING_H_

#include <cstddef>
#include <cstdint>

#include "gc/heap_options.h"

namespace foxvm::gc {

class YoungSizer {
 public:
  YoungSizer(size_t least_bytes, size_t most_bytes) : least_bytes_(least_bytes), most_bytes_(most_bytes) {}

  // After a minor collection of a young generation of `size` bytes, of which `used` held objects and
  // `survived` still do: the size it should have now.
  size_t Next(size_t size, size_t used, size_t survived);

 private:
  static constexpr double kNeverGrown = 2;  // more than any survival: the first doubling is free

  const size_t least_bytes_;
  const size_t most_bytes_;
  double survival_ = 0;                           // moving average of survived / used
  double survival_before_growing_ = kNeverGrown;  // a moving average as of the last doubling
  int full_collections_ = 0;                      // since the size changed
  int quiet_collections_ = 0;                     // in a row, with next to no survivors
};

// What a major collection was like.
struct MajorMeasure {
  size_t bytes_before = 0;  // old and external, when it began
  size_t live_bytes = 0;    // of these, found alive
  uint64_t marking_ns = 0;  // time spent on it
  uint64_t now_ns = 0;      // when it ended, by a steady clock
};

class OldSizer {
 public:
  explicit OldSizer(const HeapOptions& options)
      : policy_(options.growth_policy), growth_factor_(options.growth_factor) {}

  // Bytes of the old generation, external ones included, at which the next major collection is due: first,
  // and after one that was like `measure`.
  static size_t FirstLimit();
  size_t NextLimit(const MajorMeasure& measure);

 private:
  const GrowthPolicy policy_;
  const double growth_factor_;
  size_t last_live_bytes_ = 0;
  uint64_t last_end_ns_ = 0;     // 0: there was none
  double allocation_speed_ = 0;  // bytes per ns of the program's time, moving average
  double marking_speed_ = 0;     // bytes per ns
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_HEAP_SIZING_H_
