// HeapOptions: everything that can be chosen about a heap, with its default, and the check of the whole.
// How: plain data with defaults; what is derived from several fields has a function here, so that the heap
//      and its memory agree on it.
// Threads: any.  Collects: never.  Not here: presets (memory_options.h), overrides for debugging
//      (heap_environment.h).
#ifndef FOXVM_GC_HEAP_OPTIONS_H_
#define FOXVM_GC_HEAP_OPTIONS_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"

namespace foxvm::gc {

// How the old generation is marked.
enum class MajorMode : uint8_t {
  kStopTheWorld,  // in one pause
  kIncremental,   // in slices, between which the program runs
  kConcurrent,    // on a thread beside the program; in slices where there is no thread to have
};

// How far the old generation may grow until the next major collection.
enum class GrowthPolicy : uint8_t {
  kFactor,      // in proportion to what is alive: growth_factor
  kSquareRoot,  // like the root of what is alive, more for a program that allocates faster than marking is
                // done (Kirisame, Shenoy, Panchekha: "Optimal Heap Limits for Reducing Browser Memory Use",
                // OOPSLA 2022); depends on measured times, so collections come at other points in each run
};

struct HeapOptions {
  // Most bytes the heap's objects may occupy, young and old together; allocation past it fails.
  size_t max_bytes = size_t{4} << 30;
  // Size of the young generation at first, in bytes (eden and both survivor spaces); reduced to a quarter of
  // max_bytes when larger. A larger one collects less often and lets fewer objects survive, for longer pauses
  // when many do.
  size_t young_bytes = size_t{2} << 20;
  // Bounds between which the young generation changes its size by what its collections have to do. 0: half of
  // young_bytes, a sixteenth with a pause goal, and eight times. Both equal to young_bytes: a fixed size.
  size_t min_young_bytes = 0;
  size_t max_young_bytes = 0;
  // The young generation is kept so small that a minor collection takes about as many microseconds at most,
  // counted in bytes and cards for a machine of 2 bytes copied in a nanosecond, and not less than
  // min_young_bytes. 0: as large as is best for the program as a whole.
  uint32_t pause_goal_us = 0;
  // The minor collection that promotes an object is the promotion_age-th it survives; 1 to 15. More copies
  // what lives long more often, and promotes less that dies soon after. 1 while next to all survives again.
  int promotion_age = 2;
  GrowthPolicy growth_policy = GrowthPolicy::kFactor;
  // The old generation is collected when it has grown by this factor since the last time (at least by 16
  // MiB). Under kSquareRoot: what the factor would be for 64 MiB alive and allocation at an eighth of the
  // speed of marking.
  double growth_factor = 1.75;
  // Marking with kIncremental and kConcurrent has short pauses, at the cost of a barrier that logs while it
  // runs and of garbage that lives until the next cycle.
  MajorMode major_mode = MajorMode::kStopTheWorld;
  // About how long one slice of marking takes at most, in microseconds.
  uint32_t slice_us = 500;
  // When holes are more than a twelfth of the old generation's blocks, a major collection moves at most so
  // many bytes of objects out of the emptiest (under stress: out of all that have holes); 0: none. One that
  // marks in a single pause may move half of what is alive, which makes its pause longer.
  size_t compact_bytes = size_t{1} << 20;
  // The host is told of pressure (Heap::SetPressureCallback) when a major collection leaves less than this
  // part of max_bytes free; 0 to 0.9. 0: never.
  double pressure_share = 0.125;
  // Debugging: collect at every Nth allocation; 0: never. 1 moves every young object at every allocation.
  uint64_t stress_interval = 0;
  // Debugging: check the whole heap by an independent trace before and after each collection, and poison
  // freed memory.
  bool verify = false;
  // Debugging: remember for each object where it was allocated (allocation_site.h). Every allocation goes the
  // slow way.
  bool record_sites = false;

  // An InvalidArgument status that names the first field out of range.
  absl::Status Validate() const;

  // The sizes that follow for the young generation: at first, at least, at most. Whole blocks of 32 KiB.
  size_t StartYoungBytes() const;
  size_t SmallestYoungBytes() const;
  size_t LargestYoungBytes() const;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_HEAP_OPTIONS_H_
