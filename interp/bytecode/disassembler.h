// Bytecode as text for people: `foxvm dis`.
// How: one heading per code unit, one line per instruction with byte offset, name, operands and what they
// mean,
//      and the source line wherever it changes. Takes unverified modules: what does not decode is shown as
//      bytes.
// Threads: pure functions.  Not here: the exchange form (json_dump.h).
#ifndef FOXVM_INTERP_BYTECODE_DISASSEMBLER_H_
#define FOXVM_INTERP_BYTECODE_DISASSEMBLER_H_

#include <string>

#include "interp/bytecode/module.h"

namespace foxvm::bytecode {

// The whole module: main, then every function in table order. Strings are escaped and shortened.
std::string Disassemble(const Module& module);

}  // namespace foxvm::bytecode

#endif  // FOXVM_INTERP_BYTECODE_DISASSEMBLER_H_
