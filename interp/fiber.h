// Fiber: one thread of Morph execution: its stack of frames, its global variables, and where it stopped.
// How: the stack is one block of slots that starts small and is copied when it grows; frames name each other
//      by distance (frame.h), so nothing but `base` has to be adjusted.
// Invariants: FB-1 while the interpreter is not inside this fiber, `base` is its innermost frame, whose saved
//      pc names the instruction to execute next. FB-2 nobody else keeps an address into the stack across a
//      call. FB-3 frames up to `settled_slots` are settled (stackmaps/frame_walker.h); if the outermost of
//      the others has a caller, its link has kReturnBarrier, and no other link has it.
// Threads: the VM's.  Owns: the stack.  Not here: who runs next (scheduler.h).
#ifndef FOXVM_INTERP_FIBER_H_
#define FOXVM_INTERP_FIBER_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "gc/value.h"
#include "interp/frame.h"

namespace foxvm::interp {

class Fiber {
 public:
  // Slots of a new fiber's stack: 512 bytes, so that many fibers are cheap.
  static constexpr size_t kInitialSlots = 64;

  explicit Fiber(uint32_t id) : id_(id) {}
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  uint32_t id() const { return id_; }

  // The stack. `base` is null while no frame exists.
  gc::Value* base = nullptr;
  gc::Value* stack() { return stack_.get(); }
  gc::Value* stack_end() { return stack_.get() + slots_; }
  size_t stack_slots() const { return slots_; }

  // Makes room for `needed` slots from `from` (an address in the stack) on. False when that exceeds
  // `max_slots` or memory is out; the fiber is then unchanged. Moves the stack: `base` is adjusted, other
  // addresses are stale.
  bool Grow(const gc::Value* from, size_t needed, size_t max_slots);
  // Gives the stack back; there are no frames any more.
  void ReleaseStack();
  // The frames are given up; the stack is kept.
  void DropFrames() {
    base = nullptr;
    settled_slots = 0;
    unwalked_slots = 0;
  }

  // Distance of the innermost settled frame's base from the stack's beginning; 0: no frame is settled.
  size_t settled_slots = 0;
  // Where StackWalker lists the fiber; kNotListed: all it holds is settled.
  static constexpr size_t kNotListed = SIZE_MAX;
  size_t unsettled_index = kNotListed;
  // In the walk of this number (StackWalker): the distance of the innermost frame that has yet to be given, or 0, and
  // how the one above it was entered.
  uint32_t walk = 0;
  FrameKind unwalked_above = FrameKind::kEntry;
  size_t unwalked_slots = 0;

  bool started = false;  // false: the entry frame holds its arguments and has not run
  gc::Value globals;     // Globals object (a root, written once)
  gc::Value thread;      // the THREAD value that stands for this fiber, or kosong (a root, written once)
  int64_t prepaid_weight =
      0;  // safepoint weight of the next instruction, counted before the fiber was preempted
  bool counted_as_receiver = false;  // its channel counts it among the waiting receivers
  int64_t wake_at_ns =
      0;  // of a sleeping fiber: when it may run again, nanoseconds since 1970; 0: not asleep

 private:
  uint32_t id_;
  std::unique_ptr<gc::Value[]> stack_;
  size_t slots_ = 0;
};

}  // namespace foxvm::interp

#endif  // FOXVM_INTERP_FIBER_H_
