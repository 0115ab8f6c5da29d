// StackWalker: the frames of all fibers, and the maps of interpreted frames, for the collector.
// How: from a fiber's innermost frame outwards by the links. A frame is suspended at its saved pc; whether
//      the callee already owns the arguments follows from how the frame above it was entered. What a fiber
//      holds apart from its frames is reported as one more. Fibers of which not all is settled are in a list:
//      minor collections walk no others. A walk of settled frames has a number; a fiber that bears another has
//      not been looked at in it.
// Invariants: SW-1 of a fiber that is not listed all is settled. SW-2 the innermost frame of the running
//      fiber is not. SW-3 during a walk of settled frames, those that it has yet to give are settled.
// Threads: called with the mutator stopped.  Collects: never.
#ifndef FOXVM_INTERP_STACK_WALKER_H_
#define FOXVM_INTERP_STACK_WALKER_H_

#include <memory>
#include <vector>

#include "gc/roots.h"
#include "interp/code/function_record.h"
#include "interp/engine.h"
#include "interp/frame.h"
#include "stackmaps/frame_walker.h"
#include "stackmaps/stack_map_source.h"

namespace foxvm::interp {

// The code unit the frame at `base` runs. Right also inside a collection, when the closure may have moved
// already.
code::FunctionRecord* FunctionOfFrame(const gc::Value* base);

// One frame as stack traces see it.
struct FrameView {
  gc::Value* base;
  code::FunctionRecord* function;
  uint32_t pc;  // word index of the instruction it is suspended at
};

// The frame at `base`, which is suspended.
inline FrameView ViewOf(gc::Value* base) {
  code::FunctionRecord* function = FunctionOfFrame(base);
  auto* pc = reinterpret_cast<const code::Word*>(base[kSavedPcSlot].bits());
  return {base, function, static_cast<uint32_t>(pc - function->code)};
}

// Calls `visit(FrameView, FrameKind of the frame above or kEntry for the innermost)` for every frame of
// `fiber`, from the innermost to the one that has the base `end` and is left out.
template <typename Visit>
void ForEachFrame(Fiber& fiber, Visit visit, const gc::Value* end = nullptr) {
  FrameKind above = FrameKind::kEntry;
  for (gc::Value* base = fiber.base; base != end;) {
    uint64_t link = base[kLinkSlot].bits();
    visit(ViewOf(base), above);
    above = LinkKind(link);
    base = above == FrameKind::kEntry ? nullptr : base - LinkDistance(link);
  }
}

class StackWalker : public stackmaps::FrameWalker, public stackmaps::StackMapSource {
 public:
  // `fibers` are the scheduler's, by id; null entries are skipped. `current` is the one that runs, or null.
  StackWalker(const std::vector<std::unique_ptr<Fiber>>& fibers, Fiber* const& current)
      : fibers_(fibers), current_(current) {}

  // `fiber` is new, or goes on in its innermost frame.
  void NoteRuns(Fiber& fiber);
  // The innermost settled frame of `fiber`, at `base`, goes on. `above` is how the one above it, which is left,
  // was entered; kEntry: there is none.
  void NoteGoesOn(Fiber& fiber, gc::Value* base, FrameKind above);
  // `fiber` is gone.
  void Forget(Fiber& fiber);

  void WalkFrames(absl::FunctionRef<void(const stackmaps::SuspendedFrame&)> visit) override;
  void WalkUnsettledFrames(absl::FunctionRef<bool(const stackmaps::SuspendedFrame&)> visit) override;
  void BeginSettledWalk(stackmaps::FrameVisitor& visitor) override;
  bool WalkSettledSome(size_t frames) override;
  bool Find(stackmaps::CodeAddress address, stackmaps::StackMap* map) const override;

 private:
  // Visits the frames of `fiber` that are not settled and settles what can be; true if that is all.
  bool VisitAndSettle(Fiber& fiber, absl::FunctionRef<bool(const stackmaps::SuspendedFrame&)> visit);

  // Makes `fiber` part of the walk: all that is settled of it has yet to be given. False if it was part of it.
  bool EnterWalk(Fiber& fiber);
  // Gives the frames of `fiber` that have a distance of more than `end`, at most *frames, which it counts down.
  void GiveFrames(Fiber& fiber, size_t end, size_t* frames);

  const std::vector<std::unique_ptr<Fiber>>& fibers_;
  Fiber* const& current_;
  std::vector<Fiber*> unsettled_;
  // The walk of settled frames.
  stackmaps::FrameVisitor* settled_visitor_ = nullptr;  // null: there is none
  uint32_t walk_ = 0;                                   // its number
  size_t next_fiber_ = 0;                               // by id
};

}  // namespace foxvm::interp

#endif  // FOXVM_INTERP_STACK_WALKER_H_
