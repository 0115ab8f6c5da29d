// Limits that keep the C++ stack bounded whatever the source says.
// Threads: constants.
#ifndef FOXVM_FRONTEND_LIMITS_H_
#define FOXVM_FRONTEND_LIMITS_H_

#include <cstddef>

namespace foxvm::frontend {

// Deepest nesting of expressions in one file. Parser and code generator each need less than a megabyte of C++
// stack for it, with AddressSanitizer and without optimisation less than two.
inline constexpr int kMaxNesting = 1000;

// Longest chain of imports inside imports.
inline constexpr int kMaxImportChain = 200;

// A file is compiled while its importers are half done, so their nesting counts as well. The chain itself
// takes kImportNesting levels per file. The most that all of it needs is two megabytes of stack, four with
// AddressSanitizer.
inline constexpr int kImportNesting = 4;
inline constexpr int kMaxTotalNesting = kMaxNesting + (kImportNesting + 2) * kMaxImportChain;

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_LIMITS_H_
