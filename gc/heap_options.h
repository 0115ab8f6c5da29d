// HeapOptions: everything that can be chosen about a heap, with its default, and the check of the whole.
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

struct HeapOptions {
  // Most bytes the heap's objects may occupy, young and old together; allocation past it fails.
  size_t max_bytes = size_t{4} << 30;
  // Size of the young generation, in bytes (eden and both survivor spaces); reduced to a quarter of max_bytes
  // when larger.
  size_t young_bytes = size_t{2} << 20;
  // The minor collection that promotes an object is the promotion_age-th it survives; 1 to 15.
  int promotion_age = 2;
  // The old generation is collected when it has grown by this factor since the last time (at least by 16
  // MiB).
  double growth_factor = 1.75;
  // Marking with kIncremental and kConcurrent has short pauses, at the cost of a barrier that logs while it runs
  // and of garbage that lives until the next cycle.
  MajorMode major_mode = MajorMode::kStopTheWorld;
  // About how long one slice of marking takes at most, in microseconds.
  uint32_t slice_us = 500;
  // A major collection moves at most so many bytes of objects, out of blocks that are mostly holes (under stress:
  // out of all that have holes); 0: none.
  size_t compact_bytes = size_t{1} << 20;
  // Debugging: collect at every Nth allocation; 0: never. 1 moves every young object at every allocation.
  uint64_t stress_interval = 0;
  // Debugging: check the whole heap by an independent trace before and after each collection, and poison
  // freed memory.
  bool verify = false;

  // An InvalidArgument status that names the first field out of range.
  absl::Status Validate() const;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_HEAP_OPTIONS_H_
