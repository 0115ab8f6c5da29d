#include "interp/fiber.h"

#include <algorithm>
#include <new>

namespace foxvm::interp {

bool Fiber::Grow(const gc::Value* from, size_t needed, size_t max_slots) {
  size_t used = stack_ == nullptr ? 0 : static_cast<size_t>(from - stack_.get());
  if (needed > max_slots || used > max_slots - needed) return false;
  size_t slots = std::max({kInitialSlots, slots_ * 2, used + needed});
  slots = std::min(slots, std::max(max_slots, used + needed));
  if (slots <= slots_) return true;
  std::unique_ptr<gc::Value[]> grown(new (std::nothrow) gc::Value[slots]);
  if (grown == nullptr) return false;
  std::copy(stack_.get(), stack_.get() + slots_, grown.get());
  if (base != nullptr) base = grown.get() + (base - stack_.get());
  stack_ = std::move(grown);
  slots_ = slots;
  return true;
}

void Fiber::ReleaseStack() {
  stack_.reset();
  slots_ = 0;
  DropFrames();
}

}  // namespace foxvm::interp
