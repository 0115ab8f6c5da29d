// Settled frames: the part of a fiber's stack that minor collections need not look at
// (stackmaps/frame_walker.h).
// How: everything from the outermost frame up to a watermark, Fiber::settled_slots. A collection that has
//      seen the frames above it moves it up; it comes down when the frame it is at goes on: because the one
//      above returns, which a bit in that one's link tells at no cost (frame.h), or because the fiber is
//      resumed. It comes down by some frames at once, so that unwinding seldom meets it.
// Invariants: FB-3 (fiber.h).
// Threads: the VM's.  Collects: never.
#ifndef FOXVM_INTERP_SETTLED_FRAMES_H_
#define FOXVM_INTERP_SETTLED_FRAMES_H_

#include "gc/value.h"
#include "interp/fiber.h"

namespace foxvm::interp {

// Whether the frame at `base` is settled.
inline bool IsSettled(Fiber& fiber, const gc::Value* base) {
  return base <= fiber.stack() + fiber.settled_slots;
}

// The settled frame at `base`, the innermost one or about to be, goes on. The one above it, if any, is left.
void Unsettle(Fiber& fiber, gc::Value* base);

// Settles the callers of `unsettled`, all that are suspended; null: all frames. `last_seen` is the outermost
// frame that was not settled before.
void SettleCallersOf(Fiber& fiber, gc::Value* unsettled, gc::Value* last_seen);

}  // namespace foxvm::interp

#endif  // FOXVM_INTERP_SETTLED_FRAMES_H_
