// Tells AddressSanitizer and valgrind's memcheck which memory an allocator has not given out.
// How: AddressSanitizer is known at compile time, so its part is free elsewhere; a request to valgrind
//      costs a few ticks even without valgrind, so hot code asks kAddressSanitizer first, or
//      RunningOnValgrind once.
// Threads: any.  Collects: never.
#ifndef FOXVM_GC_MEMORY_TOOLS_H_
#define FOXVM_GC_MEMORY_TOOLS_H_

#include <cstddef>

#include "absl/base/config.h"

#if __has_include(<sanitizer/asan_interface.h>)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, bytes) ((void)(address), (void)(bytes))
#define ASAN_UNPOISON_MEMORY_REGION(address, bytes) ((void)(address), (void)(bytes))
#endif
#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#else
#define RUNNING_ON_VALGRIND 0
#define VALGRIND_MAKE_MEM_NOACCESS(address, bytes) ((void)(address), (void)(bytes))
#define VALGRIND_MAKE_MEM_UNDEFINED(address, bytes) ((void)(address), (void)(bytes))
#define VALGRIND_MAKE_MEM_DEFINED(address, bytes) ((void)(address), (void)(bytes))
#endif

namespace foxvm::gc {

#ifdef ABSL_HAVE_ADDRESS_SANITIZER
inline constexpr bool kAddressSanitizer = true;
#else
inline constexpr bool kAddressSanitizer = false;
#endif

inline bool RunningOnValgrind() { return RUNNING_ON_VALGRIND != 0; }

// From now on any access to the `bytes` bytes at `p` is an error.
inline void PoisonMemory(const void* p, size_t bytes) {
  ASAN_POISON_MEMORY_REGION(p, bytes);
  (void)VALGRIND_MAKE_MEM_NOACCESS(p, bytes);
}

// From now on the bytes may be used; to valgrind their contents are undefined.
inline void UnpoisonMemory(const void* p, size_t bytes) {
  ASAN_UNPOISON_MEMORY_REGION(p, bytes);
  (void)VALGRIND_MAKE_MEM_UNDEFINED(p, bytes);
}

// To valgrind the contents of the bytes are defined: for code that means to read what nobody has written.
inline void DeclareDefined(const void* p, size_t bytes) { (void)VALGRIND_MAKE_MEM_DEFINED(p, bytes); }

}  // namespace foxvm::gc

#endif  // FOXVM_GC_MEMORY_TOOLS_H_
