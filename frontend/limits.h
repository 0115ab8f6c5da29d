// Limits that keep the C++ stack bounded whatever the source says.
// Threads: constants.
#ifndef FOXVM_FRONTEND_LIMITS_H_
#define FOXVM_FRONTEND_LIMITS_H_

#include <cstddef>

namespace foxvm::frontend {

// Deepest nesting of expressions in one file. One level takes up to five C++ frames in the parser and about as
// many in the code generator: together below a megabyte, with AddressSanitizer below four.
inline constexpr int kMaxNesting = 1000;

// Longest chain of imports inside imports.
inline constexpr int kMaxImportChain = 200;

// A file is compiled while its importers are half done, so their nesting counts as well. The chain itself takes
// kImportNesting levels per file.
inline constexpr int kImportNesting = 4;
inline constexpr int kMaxTotalNesting = kMaxNesting + (kImportNesting + 2) * kMaxImportChain;

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_LIMITS_H_
