// MarkStack: the objects that a marking has reached and not yet visited.
// How: a fixed piece of address space, given memory by the system as far as it is used. When it is full,
//      Push says so and the marker finds the object again by a walk over the marked objects (marker.h): a
//      marking never fails for lack of memory.
// Threads: one at a time.  Collects: never.  Owns: the mapping.
#ifndef FOXVM_GC_MARK_STACK_H_
#define FOXVM_GC_MARK_STACK_H_

#include <algorithm>
#include <cstddef>

#include "absl/base/optimization.h"
#include "gc/object.h"
#include "gc/os_memory.h"

namespace foxvm::gc {

class MarkStack {
 public:
  // Room for `capacity` objects. failed() when the system has none.
  explicit MarkStack(size_t capacity)
      : memory_(AddressRange::MapSparse(capacity * sizeof(ObjectHeader*))),
        top_(reinterpret_cast<ObjectHeader**>(memory_.base())),
        end_(top_ + capacity),
        limit_(end_) {}

  bool failed() const { return memory_.empty(); }
  bool empty() const { return top_ == begin(); }
  // Makes it full with `objects`, or with its capacity if that is less.
  void SetLimit(size_t objects) { limit_ = begin() + std::min(objects, static_cast<size_t>(end_ - begin())); }
  // False when there is no room.
  [[nodiscard]] bool Push(ObjectHeader* object) {
    if (ABSL_PREDICT_FALSE(top_ >= limit_)) return false;
    *top_++ = object;
    return true;
  }
  // Requires !empty().
  ObjectHeader* Pop() { return *--top_; }
  // Gives the memory back; the stack is empty.
  void Release() { memory_.Decommit(memory_.base(), memory_.bytes()); }

 private:
  ObjectHeader** begin() const { return reinterpret_cast<ObjectHeader**>(memory_.base()); }

  AddressRange memory_;
  ObjectHeader** top_;
  ObjectHeader** end_;
  ObjectHeader** limit_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_MARK_STACK_H_
