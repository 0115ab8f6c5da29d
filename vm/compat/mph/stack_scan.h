// The machine stack of a thread, searched for words that may be pointers.
// How: the registers that a callee must keep are spilled first; then every word from the searching function's
//      frame to the stack's end is shown. Under AddressSanitizer, which keeps some frames elsewhere, those
//      that the stack points to are shown too.
// Threads: a thread searches its own stack.
#ifndef FOXVM_VM_COMPAT_MPH_STACK_SCAN_H_
#define FOXVM_VM_COMPAT_MPH_STACK_SCAN_H_

#include <cstdint>

#include "absl/base/config.h"
#include "absl/functional/function_ref.h"

namespace foxvm::mph {

// [low, high).
struct StackBounds {
  uintptr_t low = 0;
  uintptr_t high = 0;
  bool Contains(uintptr_t address) const { return address - low < high - low; }
};

#ifdef ABSL_HAVE_ADDRESS_SANITIZER
// Whether `address` is in a frame that AddressSanitizer has moved off the calling thread's stack. [*begin,
// *end) is the frame.
bool FindFakeFrame(uintptr_t address, uintptr_t* begin, uintptr_t* end);
#endif

// Whether VisitStackWords would show what is at `address`, as long as the function that it belongs to has not
// returned.
inline bool IsOnStack(const StackBounds& stack, uintptr_t address) {
  if (stack.Contains(address)) return true;
#ifdef ABSL_HAVE_ADDRESS_SANITIZER
  uintptr_t begin, end;
  return FindFakeFrame(address, &begin, &end);
#else
  return false;
#endif
}

// The calling thread's stack; empty when the system does not tell.
StackBounds FindStack();

// Calls visit(word) for each word of the calling thread's stack, whose bounds are `stack`, and of its
// registers.
void VisitStackWords(const StackBounds& stack, absl::FunctionRef<void(uintptr_t)> visit);

}  // namespace foxvm::mph

#endif  // FOXVM_VM_COMPAT_MPH_STACK_SCAN_H_
