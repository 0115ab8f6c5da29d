// FailureText: a failure at run time as its reader sees it.
// Threads: pure function.
#ifndef FOXVM_VM_FAILURE_TEXT_H_
#define FOXVM_VM_FAILURE_TEXT_H_

#include <string>

#include "vm/vm.h"

namespace foxvm::vm {

// `error: MESSAGE` and a line `  at NAME (FILE:LINE)` for each frame, innermost first; equal neighbours once.
std::string FailureText(const Failure& failure);

}  // namespace foxvm::vm

#endif  // FOXVM_VM_FAILURE_TEXT_H_
