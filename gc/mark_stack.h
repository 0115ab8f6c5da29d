// MarkStack: what a marking has found and not yet looked at, as words whose meaning is the marker's.
// How: a fixed piece of address space, given memory by the system as far as it is used. When it is full,
//      Push says so and the marker finds what is missing by a walk over the marked objects (marker.h): a
//      marking never fails for lack of memory.
// Threads: one at a time.  Collects: never.  Owns: the mapping.
#ifndef FOXVM_GC_MARK_STACK_H_
#define FOXVM_GC_MARK_STACK_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/base/optimization.h"
#include "gc/os_memory.h"

namespace foxvm::gc {

class MarkStack {
 public:
  // Room for `capacity` words. failed() when the system has none.
  explicit MarkStack(size_t capacity)
      : memory_(AddressRange::MapSparse(capacity * sizeof(uint64_t))),
        top_(begin()),
        end_(top_ + capacity),
        limit_(end_) {}

  bool failed() const { return memory_.empty(); }
  bool empty() const { return top_ == begin(); }
  // Makes it full with `words`, or with its capacity if that is less.
  void SetLimit(size_t words) { limit_ = begin() + std::min(words, static_cast<size_t>(end_ - begin())); }
  // False when there is no room.
  [[nodiscard]] bool Push(uint64_t word) {
    if (ABSL_PREDICT_FALSE(top_ >= limit_)) return false;
    *top_++ = word;
    return true;
  }
  // Requires !empty().
  uint64_t Pop() { return *--top_; }
  // Gives the memory back; the stack is empty.
  void Release() { memory_.Decommit(memory_.base(), memory_.bytes()); }

  // For loops that keep the top in a register: words from begin() to top(), room up to limit().
  uint64_t* begin() const { return reinterpret_cast<uint64_t*>(memory_.base()); }
  uint64_t* top() const { return top_; }
  uint64_t* limit() const { return limit_; }
  void set_top(uint64_t* top) { top_ = top; }

 private:
  AddressRange memory_;
  uint64_t* top_;
  uint64_t* end_;
  uint64_t* limit_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_MARK_STACK_H_
