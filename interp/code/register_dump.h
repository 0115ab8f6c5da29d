// The register form as text, for tests, `foxvm dis --registers` and whoever debugs the translator.
// Threads: pure function.
#ifndef FOXVM_INTERP_CODE_REGISTER_DUMP_H_
#define FOXVM_INTERP_CODE_REGISTER_DUMP_H_

#include <string>

#include "interp/code/function_record.h"

namespace foxvm::code {

// One line per instruction: word index, name, operands (`rN` slots, `#n` immediates, `->n` branch targets) and, at
// safepoints, the live slots in braces.
std::string DumpRegisters(const FunctionRecord& function);

}  // namespace foxvm::code

#endif  // FOXVM_INTERP_CODE_REGISTER_DUMP_H_
