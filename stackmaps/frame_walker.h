// FrameWalker: enumerates suspended frames without telling the collector how they are laid out.
// How: only a frame that runs changes its slots. One that was seen to refer to nothing young is *settled*
//      until it runs again, and a minor collection asks for the others only: its pause depends neither on the
//      depth of stacks nor on how many of them wait. Whoever runs frames has to notice when a settled one
//      goes on: by a return barrier. (Stack markers: Cheng, Harper and Lee, "Generational stack collection
//      and profile-driven pretenuring", 1998.) For the same reason a marking may see settled frames any time
//      after its snapshot: in a walk that goes on little by little, and is told of those that go on meanwhile
//      before they do. (So Go and OpenJDK scan the stacks of what waits.)
// Invariants: FW-1 the live slots of a settled frame are those it was settled with, and nobody but the
//      collector writes them.
// Threads: called with the mutator stopped.
#ifndef FOXVM_STACKMAPS_FRAME_WALKER_H_
#define FOXVM_STACKMAPS_FRAME_WALKER_H_

#include <cstddef>
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

class FrameVisitor {
 public:
  virtual ~FrameVisitor() = default;
  virtual void Visit(const SuspendedFrame& frame) = 0;
};

class FrameWalker {
 public:
  virtual ~FrameWalker() = default;
  // Calls `visit` for every suspended frame, innermost first within a stack.
  virtual void WalkFrames(absl::FunctionRef<void(const SuspendedFrame&)> visit) = 0;
  // The same for the frames that are not settled. `visit` says whether the frame refers to a young object
  // now: one that does not may be settled from then on.
  virtual void WalkUnsettledFrames(absl::FunctionRef<bool(const SuspendedFrame&)> visit) = 0;

  // Begins a walk, in place of one that has not ended: every frame that is settled now is given to `visitor`, by
  // WalkSettledSome or before it goes on; one that is gone before that is not. Others may be given too.
  virtual void BeginSettledWalk(FrameVisitor& visitor) = 0;
  // Gives about `frames` of them to the visitor. True when all have been: the walk has ended. Requires one.
  virtual bool WalkSettledSome(size_t frames) = 0;
};

}  // namespace foxvm::stackmaps

#endif  // FOXVM_STACKMAPS_FRAME_WALKER_H_
