#include "interp/settled_frames.h"

#include <cstdint>

#include "interp/frame.h"

namespace foxvm::interp {

using gc::Value;

namespace {

// Frames that cease to be settled at once: few to look at for a collection, many between two of these calls.
constexpr int kUnsettledAtOnce = 32;

uint64_t LinkOf(const Value* base) { return base[kLinkSlot].bits(); }
void SetLink(Value* base, uint64_t link) { base[kLinkSlot] = Value::FromBits(link); }

// Settles the callers of the frame at `base`.
void SetWatermarkBelow(Fiber& fiber, Value* base) {
  const uint64_t link = LinkOf(base);
  if (LinkKind(link) == FrameKind::kEntry) {
    fiber.settled_slots = 0;
    return;
  }
  SetLink(base, link | kReturnBarrier);
  fiber.settled_slots = static_cast<size_t>(base - LinkDistance(link) - fiber.stack());
}

}  // namespace

void Unsettle(Fiber& fiber, Value* base) {
  for (int i = 1; i < kUnsettledAtOnce && LinkKind(LinkOf(base)) != FrameKind::kEntry; ++i) {
    base -= LinkDistance(LinkOf(base));
  }
  SetWatermarkBelow(fiber, base);
}

void SettleCallersOf(Fiber& fiber, Value* unsettled, Value* last_seen) {
  if (last_seen != nullptr) SetLink(last_seen, LinkOf(last_seen) & ~kReturnBarrier);
  if (unsettled != nullptr) {
    SetWatermarkBelow(fiber, unsettled);
  } else if (fiber.base != nullptr) {
    fiber.settled_slots = static_cast<size_t>(fiber.base - fiber.stack());
  }
}

}  // namespace foxvm::interp
