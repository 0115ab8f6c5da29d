// Opcodes of the stack bytecode and the decoding of one instruction.
// How: opcodes.def is the table; everything here is generated from it. A Wide prefix widens every operand of
//      the following opcode to four bytes (docs/bytecode.md), so decoding has one result form for both.
// Not here: whether the code makes sense (verifier.h).
#ifndef FOXVM_INTERP_BYTECODE_INSTRUCTION_H_
#define FOXVM_INTERP_BYTECODE_INSTRUCTION_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/base/optimization.h"
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
  int8_t pops;  // kVariable: Array and Hash: n; Struct: n; Call and Invoke: n + 1; Closure: n
  int8_t pushes;
  uint8_t length;  // bytes, opcode included; 0 for the prefix and for a byte that is no opcode
};

// Bytes of an instruction without prefix.
constexpr uint8_t LengthOf(OperandLayout operands) {
  switch (operands) {
    case OperandLayout::kNone: return 1;
    case OperandLayout::kU8: return 2;
    case OperandLayout::kU16: return 3;
    case OperandLayout::kU16U8: return 4;
    case OperandLayout::kU16U16: return 5;
    case OperandLayout::kWide: break;
  }
  return 0;
}

constexpr std::array<OpcodeInfo, 256> MakeOpcodeTable() {
  std::array<OpcodeInfo, 256> table{};
#define FOXVM_OPCODE(name, byte, operands, pops, pushes, meaning) \
  table[byte] = {#name, OperandLayout::operands, pops, pushes, LengthOf(OperandLayout::operands)};
#include "interp/bytecode/opcodes.def"
  return table;
}
inline constexpr std::array<OpcodeInfo, 256> kOpcodeTable = MakeOpcodeTable();

// Information on a byte; `name` is null when it is no opcode.
constexpr const OpcodeInfo& GetOpcodeInfo(uint8_t byte) { return kOpcodeTable[byte]; }

// One decoded instruction.
struct Instruction {
  Opcode opcode;
  bool wide;         // had the Wide prefix
  uint32_t a;        // first operand, 0 if none
  uint32_t b;        // second operand, 0 if none
  uint32_t length;   // bytes, prefix and operands included
};

// Decode() for an instruction that has the Wide prefix, or is none.
bool DecodeSlow(absl::Span<const uint8_t> code, size_t offset, Instruction* out);

// Decodes the instruction at `offset`. Returns false when the byte is no opcode, a prefix precedes something
// without operands or another prefix, or the operands run past the end; `out` is then unspecified.
inline bool Decode(absl::Span<const uint8_t> code, size_t offset, Instruction* out) {
  if (ABSL_PREDICT_FALSE(offset >= code.size())) return false;
  const uint8_t* at = code.data() + offset;
  const OpcodeInfo& info = kOpcodeTable[*at];
  if (ABSL_PREDICT_FALSE(info.length == 0)) return DecodeSlow(code, offset, out);
  if (ABSL_PREDICT_FALSE(code.size() - offset < info.length)) return false;
  out->opcode = static_cast<Opcode>(*at);
  out->wide = false;
  out->a = out->b = 0;
  out->length = info.length;
  switch (info.operands) {
    case OperandLayout::kU8: out->a = at[1]; break;
    case OperandLayout::kU16U16: out->b = uint32_t{at[3]} << 8 | at[4]; [[fallthrough]];
    case OperandLayout::kU16: out->a = uint32_t{at[1]} << 8 | at[2]; break;
    case OperandLayout::kU16U8:
      out->a = uint32_t{at[1]} << 8 | at[2];
      out->b = at[3];
      break;
    default: break;
  }
  return true;
}

// PopCount() for an instruction whose operand decides it.
uint32_t PopCountSlow(const Instruction& instruction);

// Values the instruction takes from the stack, kVariable resolved.
inline uint32_t PopCount(const Instruction& instruction) {
  const int8_t pops = kOpcodeTable[static_cast<uint8_t>(instruction.opcode)].pops;
  return pops != kVariable ? static_cast<uint32_t>(pops) : PopCountSlow(instruction);
}
// Values the instruction puts on the stack.
inline uint32_t PushCount(const Instruction& instruction) {
  return static_cast<uint32_t>(kOpcodeTable[static_cast<uint8_t>(instruction.opcode)].pushes);
}

// True for the opcodes that need kFeatureTyped.
inline bool IsTyped(Opcode op) { return op >= Opcode::kSwap && op <= Opcode::kFresh; }

// True for Jump and JumpNotTruthy: `a` is an absolute byte offset.
inline bool IsJump(Opcode op) { return op == Opcode::kJump || op == Opcode::kJumpNotTruthy; }
// True for instructions after which control never continues at the next one.
inline bool EndsBlock(Opcode op) {
  return op == Opcode::kJump || op == Opcode::kReturn || op == Opcode::kReturnValue;
}

}  // namespace foxvm::bytecode

#endif  // FOXVM_INTERP_BYTECODE_INSTRUCTION_H_
