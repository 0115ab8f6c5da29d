// StackMap: which slots of one suspended frame hold live values at one safepoint.
// How: a bitmap over the frame's first slots, shared between safepoints by the table that owns it, and one range of
//      slots that are all live; either may be empty. Slots in neither are dead: garbage that nobody may look at.
// Threads: plain data.
#ifndef FOXVM_STACKMAPS_STACK_MAP_H_
#define FOXVM_STACKMAPS_STACK_MAP_H_

#include <cstdint>

#include "absl/types/span.h"

namespace foxvm::stackmaps {

struct StackMap {
  absl::Span<const uint64_t> bits;  // bit i of word w: slot 64 * w + i, counted from the frame's base
  uint32_t range_begin = 0;         // slots [range_begin, range_end) are live as well
  uint32_t range_end = 0;
};

// Where a frame is suspended: the function and the internal pc of an interpreted frame, or the return address of a
// compiled one (function = 0).
struct CodeAddress {
  uint64_t function = 0;  // address of the function record; immovable
  uint64_t pc = 0;        // index of the instruction at the safepoint, or the machine return address
};

}  // namespace foxvm::stackmaps

#endif  // FOXVM_STACKMAPS_STACK_MAP_H_
