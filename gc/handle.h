// Handle and HandleScope: how native code holds references across anything that may collect.
// How: a handle is the address of a rooted slot; the collector rewrites the slot, the handle stays good. A
//      scope releases on exit every handle made since its start.
// Threads: the mutator's.  Collects: never.
#ifndef FOXVM_GC_HANDLE_H_
#define FOXVM_GC_HANDLE_H_

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
  explicit HandleScope(Mutator& mutator) : stack_(mutator.handles), size_(stack_.size()) {}
  ~HandleScope() { stack_.CutTo(size_); }
  HandleScope(const HandleScope&) = delete;
  HandleScope& operator=(const HandleScope&) = delete;

  Handle Make(Value v) { return Handle(stack_.Push(v)); }

 private:
  HandleStack& stack_;
  size_t size_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_HANDLE_H_
