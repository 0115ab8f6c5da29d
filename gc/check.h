// FOXVM_CHECK and FOXVM_DCHECK: a broken invariant of our own stops the process, never bad input.
// (The packaged abseil has no public CHECK.)
#ifndef FOXVM_GC_CHECK_H_
#define FOXVM_GC_CHECK_H_

#include "absl/base/optimization.h"

namespace foxvm {

// Prints `file:line: check failed: condition` on standard error and aborts.
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition);

}  // namespace foxvm

#define FOXVM_CHECK(condition) \
  (ABSL_PREDICT_TRUE(condition) ? (void)0 : ::foxvm::CheckFailed(__FILE__, __LINE__, #condition))

#ifdef NDEBUG
#define FOXVM_DCHECK(condition) ((void)sizeof(!(condition)))
#else
#define FOXVM_DCHECK(condition) FOXVM_CHECK(condition)
#endif

#endif  // FOXVM_GC_CHECK_H_
