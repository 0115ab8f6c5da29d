// Opcodes of the stack bytecode and the decoding of one instruction.
// How: opcodes.def is the table; everything here is generated from it. A Wide prefix widens every operand of
//      the following opcode to four bytes (docs/bytecode.md), so decoding has one result form for both.
// Not here: whether the code makes sense (verifier.h).
#ifndef FOXVM_INTERP_BYTECODE_INSTRUCTION_H_
#define FOXVM_INTERP_BYTECODE_INSTRUCTION_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace foxvm::bytecode {

enum class Opcode : uint8_t {
#define FOXVM_OPCODE(name, byte, operands, pops, pushes, meaning) k##name = byte,
#include "interp/bytecode/opcodes.def"
};

// Operand widths in bytes, in order; kWide marks the prefix itself.
enum class OperandLayout : uint8_t { kNone, kU8, kU16, kU16U8, kU16U16, kWide };

// A stack effect that an operand decides (OpcodeInfo::pops).
inline constexpr int kVariable = -1;

struct OpcodeInfo {
  const char* name;  // "LoadConst"; null for a byte that is no opcode
  OperandLayout operands;
  int8_t pops;  // kVariable: Array and Hash: n; Struct: n; Call: n + 1; Closure: n
  int8_t pushes;
};

// Information on a byte; `name` is null when it is no opcode.
const OpcodeInfo& GetOpcodeInfo(uint8_t byte);

// One decoded instruction.
struct Instruction {
  Opcode opcode;
  bool wide;         // had the Wide prefix
  uint32_t a;        // first operand, 0 if none
  uint32_t b;        // second operand, 0 if none
  uint32_t length;   // bytes, prefix and operands included
};

// Decodes the instruction at `offset`. Returns false when the byte is no opcode, a prefix precedes something
// without operands or another prefix, or the operands run past the end; `out` is then unspecified.
bool Decode(absl::Span<const uint8_t> code, size_t offset, Instruction* out);

// Values the instruction takes from the stack, kVariable resolved.
uint32_t PopCount(const Instruction& instruction);
// Values the instruction puts on the stack.
uint32_t PushCount(const Instruction& instruction);

// True for Jump and JumpNotTruthy: `a` is an absolute byte offset.
inline bool IsJump(Opcode op) { return op == Opcode::kJump || op == Opcode::kJumpNotTruthy; }
// True for instructions after which control never continues at the next one.
inline bool EndsBlock(Opcode op) {
  return op == Opcode::kJump || op == Opcode::kReturn || op == Opcode::kReturnValue;
}

}  // namespace foxvm::bytecode

#endif  // FOXVM_INTERP_BYTECODE_INSTRUCTION_H_
