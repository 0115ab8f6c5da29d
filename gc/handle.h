// Handle and HandleScope: how native code holds references across anything that may collect.
// How: a handle is the address of a rooted slot; the collector rewrites the slot, the handle stays good. A
//      scope releases on exit every handle made since its start.
// Threads: the mutator's.  Collects: never.
#ifndef FOXVM_GC_HANDLE_H_
#define FOXVM_GC_HANDLE_H_

#include <cstddef>

#include "gc/mutator.h"
#include "gc/value.h"

namespace foxvm::gc {

class Handle {
 public:
  // `slot` is rooted for the handle's lifetime: from a HandleScope, or a frame slot named by a stack map.
  explicit Handle(Value* slot) : slot_(slot) {}
  Value get() const { return *slot_; }
  void set(Value v) const { *slot_ = v; }
  ObjectHeader* object() const { return slot_->object(); }

 private:
  Value* slot_;
};

class HandleScope {
 public:
  explicit HandleScope(Mutator& mutator) : stack_(mutator.handles), mark_(stack_.mark()) {}
  ~HandleScope() { stack_.CutTo(mark_); }
  HandleScope(const HandleScope&) = delete;
  HandleScope& operator=(const HandleScope&) = delete;

  Handle Make(Value v) { return Handle(stack_.Push(v)); }
  // Whether the system has memory for one more. Only for who makes more than HandleStack::kSpareSlots between
  // two allocations that succeed: so many there are.
  [[nodiscard]] bool CanMake() { return stack_.HasRoom(1); }

 private:
  HandleStack& stack_;
  Value* const mark_;
};

// A scope with `kCount` handles, null at first. Cheaper than a HandleScope in which they are made: whatever
// happens in between, it moves the end of the handles but twice.
template <size_t kCount>
class LocalHandles {
 public:
  static_assert(kCount <= HandleStack::kMaxReserved);
  explicit LocalHandles(Mutator& mutator)
      : stack_(mutator.handles), mark_(stack_.mark()), first_(stack_.Reserve(kCount)) {}
  ~LocalHandles() { stack_.CutTo(mark_); }
  LocalHandles(const LocalHandles&) = delete;
  LocalHandles& operator=(const LocalHandles&) = delete;

  Handle operator[](size_t i) const { return Handle(first_ + i); }

 private:
  HandleStack& stack_;
  Value* const mark_;
  Value* const first_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_HANDLE_H_
