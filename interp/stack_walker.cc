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

// How the frame above the innermost settled one was entered.
FrameKind KindAboveSettled(Fiber& fiber) {
  FrameKind above = FrameKind::kEntry;
  for (const Value* base = fiber.base; base != fiber.stack() + fiber.settled_slots;) {
    const uint64_t link = base[kLinkSlot].bits();
    above = LinkKind(link);
    base -= LinkDistance(link);
  }
  return above;
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
  if (fiber.base != nullptr && IsSettled(fiber, fiber.base)) NoteGoesOn(fiber, fiber.base, FrameKind::kEntry);
  if (fiber.unsettled_index != Fiber::kNotListed) return;
  if (settled_visitor_ != nullptr) EnterWalk(fiber);
  fiber.unsettled_index = unsettled_.size();
  unsettled_.push_back(&fiber);
}

void StackWalker::NoteGoesOn(Fiber& fiber, Value* base, FrameKind above) {
  if (settled_visitor_ != nullptr && EnterWalk(fiber)) fiber.unwalked_above = above;
  Unsettle(fiber, base);
  if (settled_visitor_ == nullptr) return;
  size_t frames = SIZE_MAX;
  GiveFrames(fiber, fiber.settled_slots, &frames);  // SW-3
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

void StackWalker::BeginSettledWalk(stackmaps::FrameVisitor& visitor) {
  settled_visitor_ = &visitor;
  ++walk_;
  next_fiber_ = 0;
}

bool StackWalker::EnterWalk(Fiber& fiber) {
  if (fiber.walk == walk_) return false;
  fiber.walk = walk_;
  fiber.unwalked_slots = fiber.settled_slots;
  settled_visitor_->Visit(OwnSlots(fiber, true));
  return true;
}

void StackWalker::GiveFrames(Fiber& fiber, size_t end, size_t* frames) {
  for (; fiber.unwalked_slots > end && *frames != 0; --*frames) {
    Value* base = fiber.stack() + fiber.unwalked_slots;
    const uint64_t link = base[kLinkSlot].bits();
    settled_visitor_->Visit(Suspended(fiber, ViewOf(base), fiber.unwalked_above, true));
    fiber.unwalked_above = LinkKind(link);
    fiber.unwalked_slots =
        LinkKind(link) == FrameKind::kEntry ? 0 : fiber.unwalked_slots - LinkDistance(link);
  }
}

bool StackWalker::WalkSettledSome(size_t frames) {
  for (; next_fiber_ < fibers_.size(); ++next_fiber_) {
    if (frames == 0) return false;
    --frames;
    Fiber* fiber = fibers_[next_fiber_].get();
    if (fiber == nullptr) continue;
    if (EnterWalk(*fiber) && fiber->settled_slots != 0) fiber->unwalked_above = KindAboveSettled(*fiber);
    GiveFrames(*fiber, 0, &frames);
    if (fiber->unwalked_slots != 0) return false;
  }
  settled_visitor_ = nullptr;
  return true;
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
