#include "vm/compat/mph/stack_scan.h"

#include <pthread.h>

#include <cstddef>

#include "absl/base/attributes.h"
#include "gc/memory_tools.h"

#ifdef ABSL_HAVE_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

namespace foxvm::mph {
namespace {

using Visit = absl::FunctionRef<void(uintptr_t)>;

// Reads what the tools take for errors: to AddressSanitizer, padding and variables that have ended; to
// valgrind, what was never written.
ABSL_ATTRIBUTE_NO_SANITIZE_ADDRESS void VisitWords(uintptr_t begin, uintptr_t end, Visit visit) {
  const bool on_valgrind = gc::RunningOnValgrind();
  for (uintptr_t at = begin; at + sizeof(uintptr_t) <= end; at += sizeof(uintptr_t)) {
    uintptr_t word = *reinterpret_cast<const volatile uintptr_t*>(at);
    if (on_valgrind) gc::DeclareDefined(&word, sizeof(word));
    visit(word);
  }
}

// A frame below the one into which the registers were spilled.
ABSL_ATTRIBUTE_NOINLINE ABSL_ATTRIBUTE_NO_SANITIZE_ADDRESS void VisitFramesAbove(uintptr_t end, Visit visit) {
  auto begin = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
#ifdef ABSL_HAVE_ADDRESS_SANITIZER
  VisitWords(begin, end, [visit](uintptr_t word) {
    visit(word);
    uintptr_t frame_begin, frame_end;
    if (FindFakeFrame(word, &frame_begin, &frame_end)) VisitWords(frame_begin, frame_end, visit);
  });
#else
  VisitWords(begin, end, visit);
#endif
}

}  // namespace

#ifdef ABSL_HAVE_ADDRESS_SANITIZER
bool FindFakeFrame(uintptr_t address, uintptr_t* begin, uintptr_t* end) {
  void* stack = __asan_get_current_fake_stack();
  void* first = nullptr;
  void* last = nullptr;
  if (stack == nullptr) return false;
  if (__asan_addr_is_in_fake_stack(stack, reinterpret_cast<void*>(address), &first, &last) == nullptr)
    return false;
  *begin = reinterpret_cast<uintptr_t>(first);
  *end = reinterpret_cast<uintptr_t>(last);
  return true;
}
#endif

StackBounds FindStack() {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return {};
  void* low = nullptr;
  size_t bytes = 0;
  bool found = pthread_attr_getstack(&attributes, &low, &bytes) == 0;
  pthread_attr_destroy(&attributes);
  if (!found) return {};
  return {reinterpret_cast<uintptr_t>(low), reinterpret_cast<uintptr_t>(low) + bytes};
}

void VisitStackWords(const StackBounds& stack, Visit visit) {
  __builtin_unwind_init();
  VisitFramesAbove(stack.high, visit);
  // Behind the call, so that this frame with the registers in it stays.
  asm volatile("" ::: "memory");
}

}  // namespace foxvm::mph
