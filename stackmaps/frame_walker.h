// FrameWalker: enumerates suspended frames without telling the collector how they are laid out.
// How: only a frame that runs changes its slots. One that was seen to refer to nothing young is *settled*
//      until it runs again, and a minor collection asks for the others only: its pause depends neither on the
//      depth of stacks nor on how many of them wait. Whoever runs frames has to notice when a settled one
//      goes on: by a return barrier. (Stack markers: Cheng, Harper and Lee, "Generational stack collection
//      and profile-driven pretenuring", 1998.)
// Invariants: FW-1 the live slots of a settled frame are those it was settled with, and nobody but the
//      collector writes them.
// Threads: called with the mutator stopped.
#ifndef FOXVM_STACKMAPS_FRAME_WALKER_H_
#define FOXVM_STACKMAPS_FRAME_WALKER_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "stackmaps/stack_map.h"

namespace foxvm::stackmaps {

struct SuspendedFrame {
  uint64_t* base;        // slot 0 of the frame
  uint64_t* callee;      // slot holding the running closure; always live
  CodeAddress address;   // the safepoint it is stopped at
  bool settled = false;  // a minor collection leaves it out
};

class FrameWalker {
 public:
  virtual ~FrameWalker() = default;
  // Calls `visit` for every suspended frame, innermost first within a stack.
  virtual void WalkFrames(absl::FunctionRef<void(const SuspendedFrame&)> visit) = 0;
  // The same for the frames that are not settled. `visit` says whether the frame refers to a young object
  // now: one that does not may be settled from then on.
  virtual void WalkUnsettledFrames(absl::FunctionRef<bool(const SuspendedFrame&)> visit) = 0;
};

}  // namespace foxvm::stackmaps

#endif  // FOXVM_STACKMAPS_FRAME_WALKER_H_
