#include "interp/bytecode/instruction.h"

#include <limits>

namespace foxvm::bytecode {
namespace {

constexpr size_t kWideOperandBytes = 4;

uint32_t ReadBigEndian(const uint8_t* at) {
  return uint32_t{at[0]} << 24 | uint32_t{at[1]} << 16 | uint32_t{at[2]} << 8 | at[3];
}

size_t OperandCount(OperandLayout layout) {
  switch (layout) {
    case OperandLayout::kNone:
    case OperandLayout::kWide: return 0;
    case OperandLayout::kU8:
    case OperandLayout::kU16: return 1;
    case OperandLayout::kU16U8:
    case OperandLayout::kU16U16: return 2;
  }
  return 0;
}

// Saturates: no stack is that deep.
uint32_t OneMore(uint32_t count) { return count == std::numeric_limits<uint32_t>::max() ? count : count + 1; }

}  // namespace

bool DecodeSlow(absl::Span<const uint8_t> code, size_t offset, Instruction* out) {
  const absl::Span<const uint8_t> bytes = code.subspan(offset);
  if (bytes.size() < 2 || bytes[0] != static_cast<uint8_t>(Opcode::kWide)) return false;
  const size_t operands = OperandCount(GetOpcodeInfo(bytes[1]).operands);  // of no opcode: none
  const size_t length = 2 + operands * kWideOperandBytes;
  if (operands == 0 || bytes.size() < length) return false;
  out->opcode = static_cast<Opcode>(bytes[1]);
  out->wide = true;
  out->a = ReadBigEndian(&bytes[2]);
  out->b = operands == 2 ? ReadBigEndian(&bytes[2 + kWideOperandBytes]) : 0;
  out->length = static_cast<uint32_t>(length);
  return true;
}

uint32_t PopCountSlow(const Instruction& instruction) {
  switch (instruction.opcode) {
    case Opcode::kStruct:
    case Opcode::kClosure:
      return instruction.b;
    case Opcode::kCall: return OneMore(instruction.a);
    case Opcode::kInvoke: return OneMore(instruction.b);
    default:  // Array, Hash
      return instruction.a;
  }
}

}  // namespace foxvm::bytecode
