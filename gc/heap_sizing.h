// YoungSizer, PromotionAge and OldSizer: how large the generations of one heap should be and when objects go
// from one to the other, from what its collections found.
// How: work is counted, not timed, so that collections come at the same points in each run: bytes that
//      survive, and cards, each as many bytes as could be copied in the time. The young generation doubles
//      while its collections are much work for what was allocated and doubling makes that less (fewer
//      survive, a card is dirtied once for many stores); it halves after a long time of next to no work, so
//      that it stays in cache, and is cut to what the pause goal allows. While next to all that has survived
//      once survives again, survivors are promoted at once: copying them a second time would tell nothing;
//      now and then it is tried again. The old generation's limit follows HeapOptions::growth_policy. All are
//      told plain numbers and keep no reference to the heap.
// Invariants: HS-1 a young size is between its bounds.
// Threads: the mutator's.  Collects: never.  Not here: the hard bound (heap_impl).
#ifndef FOXVM_GC_HEAP_SIZING_H_
#define FOXVM_GC_HEAP_SIZING_H_

#include <cstddef>
#include <cstdint>

#include "gc/heap_options.h"

namespace foxvm::gc {

// What a minor collection had to do.
struct MinorWork {
  size_t survived_bytes = 0;
  size_t dirty_cards = 0;
  size_t cards = 0;  // looked at, most of them clean

  // All of it, in bytes copied.
  size_t bytes() const;
};

class YoungSizer {
 public:
  // A `pause_goal_us` of 0 is none.
  YoungSizer(size_t least_bytes, size_t first_bytes, size_t most_bytes, uint32_t pause_goal_us);

  // After a minor collection of a young generation of `size` bytes, of which `used` held objects, that had
  // to do `work_bytes`: the size it should have now.
  size_t Next(size_t size, size_t used, size_t work_bytes);

 private:
  static constexpr double kNeverGrown = 1e9;  // more than any work: the first doubling is free

  const size_t least_bytes_;
  const size_t first_bytes_;
  const size_t most_bytes_;
  const size_t most_work_bytes_;
  double work_ = 0;                           // moving average of work / used
  double work_before_growing_ = kNeverGrown;  // a moving average as of the last doubling
  int full_collections_ = 0;                  // since the size changed
  size_t quiet_bytes_ = 0;                    // used since there was more than next to no work
  bool cut_ = false;                          // to the pause goal, and not back at first_bytes_ since
};

// What a minor collection found in a young generation of `young_bytes`.
struct MinorSurvival {
  size_t young_bytes = 0;
  size_t used_bytes = 0;
  size_t survived_bytes = 0;       // of those used
  size_t aged_bytes = 0;           // of those used, what had survived before
  size_t aged_survived_bytes = 0;  // of the latter
};

// How many collections objects survive before they are promoted, now.
class PromotionAge {
 public:
  // `most` is HeapOptions::promotion_age.
  explicit PromotionAge(int most) : most_(most) {}

  int now() const { return early_left_ > 0 ? 1 : most_; }
  // After a collection with now().
  void Note(const MinorSurvival& found);

 private:
  static constexpr int kFirstPeriod = 4;
  static constexpr int kLongestPeriod = 64;

  const int most_;
  int early_left_ = 0;  // collections that still promote at once
  int period_ = kFirstPeriod;
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
