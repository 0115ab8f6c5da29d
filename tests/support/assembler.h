// Assemble: stack bytecode from text, for tests of instructions that no compiler emits yet or that must stand
// alone.
// How: one instruction per line or between semicolons, an opcode's name and its operands; `:name` is a jump
//      target. A constant is written itself (7, 2.5, "text", kosong, benar, salah), a built-in or a function
//      by name. `fungsi NAME PARAMS LOCALS` begins a function, everything before the first is the main code.
//      Wide operands are used where they must be.
// Threads: pure function.
#ifndef FOXVM_TESTS_SUPPORT_ASSEMBLER_H_
#define FOXVM_TESTS_SUPPORT_ASSEMBLER_H_

#include "absl/strings/string_view.h"
#include "interp/bytecode/module.h"

namespace foxvm::support {

// A module with the features wide operands and typed, 16 globals and a line table that gives the text's
// lines. Stops the process at a mistake in `text`; verifies nothing.
bytecode::Module Assemble(absl::string_view text);

}  // namespace foxvm::support

#endif  // FOXVM_TESTS_SUPPORT_ASSEMBLER_H_
