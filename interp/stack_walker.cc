#include "interp/stack_walker.h"

#include "interp/frame.h"
#include "interp/objects/layout.h"
#include "interp/settled_frames.h"

namespace foxvm::interp {

using gc::Value;
using stackmaps::CodeAddress;
using stackmaps::StackMap;
using stackmaps::SuspendedFrame;

namespace {

// Stands for where a frame is that has not run: no safepoint, but its parameters are live.
constexpr uint64_t kNotStarted = UINT64_MAX;
// Where the frame is that stands for what a fiber itself holds: one slot and a callee.
constexpr CodeAddress kOwnSlots = {0, 0};

uint64_t* WordOf(Value* slot) { return reinterpret_cast<uint64_t*>(slot); }

SuspendedFrame OwnSlots(Fiber& fiber, bool settled) {
  return {WordOf(&fiber.globals), WordOf(&fiber.thread), kOwnSlots, settled};
}

SuspendedFrame Suspended(const Fiber& fiber, const FrameView& frame, FrameKind above, bool settled) {
  const bool in_callee = above != FrameKind::kEntry;
  return {WordOf(frame.base),
          WordOf(frame.base + kCalleeSlot),
          {reinterpret_cast<uint64_t>(frame.function),
           fiber.started ? code::MapKey(frame.pc, in_callee) : kNotStarted},
          settled};
}

}  // namespace

code::FunctionRecord* FunctionOfFrame(const gc::Value* base) {
  gc::ObjectHeader* closure = base[kCalleeSlot].object();
  // While it evacuates, the collector keeps the new address in the old copy's second word.
  if (closure->has_flag(gc::kForwarded)) {
    closure = reinterpret_cast<gc::ObjectHeader*>(closure->second);
  }
  return static_cast<objects::Closure*>(closure)->function();
}

void StackWalker::NoteRuns(Fiber& fiber) {
  if (fiber.base != nullptr && IsSettled(fiber, fiber.base)) Unsettle(fiber, fiber.base);
  if (fiber.unsettled_index != Fiber::kNotListed) return;
  fiber.unsettled_index = unsettled_.size();
  unsettled_.push_back(&fiber);
}

void StackWalker::Forget(Fiber& fiber) {
  if (fiber.unsettled_index == Fiber::kNotListed) return;
  Fiber* last = unsettled_.back();
  unsettled_[fiber.unsettled_index] = last;
  last->unsettled_index = fiber.unsettled_index;
  unsettled_.pop_back();
  fiber.unsettled_index = Fiber::kNotListed;
}

void StackWalker::WalkFrames(absl::FunctionRef<void(const SuspendedFrame&)> visit) {
  for (const std::unique_ptr<Fiber>& fiber : fibers_) {
    if (fiber == nullptr) continue;
    ForEachFrame(*fiber, [&](const FrameView& frame, FrameKind above) {
      visit(Suspended(*fiber, frame, above, IsSettled(*fiber, frame.base)));
    });
    visit(OwnSlots(*fiber, fiber->unsettled_index == Fiber::kNotListed));
  }
}

void StackWalker::WalkUnsettledFrames(absl::FunctionRef<bool(const SuspendedFrame&)> visit) {
  // Backwards: Forget puts the last one into the gap.
  for (size_t i = unsettled_.size(); i-- > 0;) {
    if (VisitAndSettle(*unsettled_[i], visit)) Forget(*unsettled_[i]);
  }
}

bool StackWalker::VisitAndSettle(Fiber& fiber, absl::FunctionRef<bool(const SuspendedFrame&)> visit) {
  Value* unsettled = nullptr;  // the outermost frame that stays so
  Value* last = nullptr;
  const Value* end = fiber.settled_slots == 0 ? nullptr : fiber.stack() + fiber.settled_slots;
  ForEachFrame(
      fiber,
      [&](const FrameView& frame, FrameKind above) {
        last = frame.base;
        const bool runs = &fiber == current_ && frame.base == fiber.base;  // SW-2
        if (visit(Suspended(fiber, frame, above, false)) || runs) unsettled = frame.base;
      },
      end);
  SettleCallersOf(fiber, unsettled, last);
  return !visit(OwnSlots(fiber, false)) && unsettled == nullptr && &fiber != current_;
}

bool StackWalker::Find(CodeAddress address, StackMap* map) const {
  if (address.function == kOwnSlots.function) {
    *map = {.bits = {}, .range_end = 1};
    return true;
  }
  auto* function = reinterpret_cast<const code::FunctionRecord*>(address.function);
  if (address.pc == kNotStarted) {
    *map = {.bits = {}, .range_end = function->params};
    return true;
  }
  return function->maps.Find(static_cast<uint32_t>(address.pc), map);
}

}  // namespace foxvm::interp
