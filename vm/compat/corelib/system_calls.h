// The five system calls that the library makes, without a C library.
// How: the kernel's own convention; an error comes back as a small negative number.
// Threads: any.  Not here: other machines than x86-64 Linux, which is what the host's assembly is written
//      for.
#ifndef FOXVM_VM_COMPAT_CORELIB_SYSTEM_CALLS_H_
#define FOXVM_VM_COMPAT_CORELIB_SYSTEM_CALLS_H_

#include <cstddef>
#include <cstdint>

namespace foxvm::corelib {

inline int64_t SystemCall(int64_t number, uint64_t a, uint64_t b = 0, uint64_t c = 0, uint64_t d = 0,
                          uint64_t e = 0, uint64_t f = 0) {
  register uint64_t r10 asm("r10") = d;
  register uint64_t r8 asm("r8") = e;
  register uint64_t r9 asm("r9") = f;
  int64_t result;
  asm volatile("syscall"
               : "=a"(result)
               : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}

// Address space without memory; 0 when there is not enough.
inline uintptr_t ReserveMemory(size_t bytes) {
  constexpr uint64_t kPrivateAnonymousNoReserve = 0x4022;
  int64_t result = SystemCall(9, 0, bytes, 0, kPrivateAnonymousNoReserve, ~uint64_t{0}, 0);
  return result < 0 ? 0 : static_cast<uintptr_t>(result);
}

// Makes reserved pages usable; they read as zero until written. False when the system has no memory.
inline bool CommitMemory(uintptr_t address, size_t bytes) {
  constexpr uint64_t kReadWrite = 3;
  return SystemCall(10, address, bytes, kReadWrite) == 0;
}

// Gives the memory of pages back: they read as zero again. False when the system would not.
inline bool DropMemory(uintptr_t address, size_t bytes) {
  constexpr uint64_t kDontNeed = 4;
  return SystemCall(28, address, bytes, kDontNeed) == 0;
}

// Seconds since 1970.
inline int64_t SecondsNow() { return SystemCall(201, 0); }

}  // namespace foxvm::corelib

#endif  // FOXVM_VM_COMPAT_CORELIB_SYSTEM_CALLS_H_
