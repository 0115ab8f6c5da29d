#include "interp/bytecode/instruction.h"

#include <array>
#include <limits>

namespace foxvm::bytecode {
namespace {

struct ListedOpcode {
  uint8_t byte;
  OpcodeInfo info;
};

constexpr ListedOpcode kListed[] = {
#define FOXVM_OPCODE(name, byte, operands, pops, pushes, meaning) \
  {byte, {#name, OperandLayout::operands, pops, pushes}},
#include "interp/bytecode/opcodes.def"
};

constexpr std::array<OpcodeInfo, 256> MakeTable() {
  std::array<OpcodeInfo, 256> table{};
  for (const ListedOpcode& listed : kListed) table[listed.byte] = listed.info;
  return table;
}

constexpr std::array<OpcodeInfo, 256> kTable = MakeTable();

// Reads `width` big-endian bytes; the caller has checked that they are there.
uint32_t ReadBigEndian(absl::Span<const uint8_t> code, size_t offset, size_t width) {
  uint32_t value = 0;
  for (size_t i = 0; i < width; ++i) value = value << 8 | code[offset + i];
  return value;
}

struct OperandWidths {
  uint8_t a;
  uint8_t b;
};

constexpr OperandWidths WidthsOf(OperandLayout layout) {
  switch (layout) {
    case OperandLayout::kU8:
      return {1, 0};
    case OperandLayout::kU16:
      return {2, 0};
    case OperandLayout::kU16U8:
      return {2, 1};
    case OperandLayout::kU16U16:
      return {2, 2};
    case OperandLayout::kNone:
    case OperandLayout::kWide:
      break;
  }
  return {0, 0};
}

}  // namespace

const OpcodeInfo& GetOpcodeInfo(uint8_t byte) { return kTable[byte]; }

bool Decode(absl::Span<const uint8_t> code, size_t offset, Instruction* out) {
  if (offset >= code.size()) return false;
  size_t at = offset;
  const bool wide = code[at] == static_cast<uint8_t>(Opcode::kWide);
  if (wide && ++at >= code.size()) return false;
  const OpcodeInfo& info = kTable[code[at]];
  if (info.name == nullptr || info.operands == OperandLayout::kWide) return false;
  OperandWidths widths = WidthsOf(info.operands);
  if (wide) {
    if (widths.a == 0) return false;
    widths.a = 4;
    if (widths.b != 0) widths.b = 4;
  }
  out->opcode = static_cast<Opcode>(code[at]);
  ++at;
  if (code.size() - at < size_t{widths.a} + widths.b) return false;
  out->wide = wide;
  out->a = ReadBigEndian(code, at, widths.a);
  out->b = ReadBigEndian(code, at + widths.a, widths.b);
  out->length = static_cast<uint32_t>(at + widths.a + widths.b - offset);
  return true;
}

uint32_t PopCount(const Instruction& instruction) {
  const int8_t pops = kTable[static_cast<uint8_t>(instruction.opcode)].pops;
  if (pops != kVariable) return static_cast<uint32_t>(pops);
  switch (instruction.opcode) {
    case Opcode::kStruct:
    case Opcode::kClosure:
      return instruction.b;
    case Opcode::kCall:  // Saturates: no stack is that deep.
      return instruction.a == std::numeric_limits<uint32_t>::max() ? instruction.a : instruction.a + 1;
    default:  // Array, Hash
      return instruction.a;
  }
}

uint32_t PushCount(const Instruction& instruction) {
  return static_cast<uint32_t>(kTable[static_cast<uint8_t>(instruction.opcode)].pushes);
}

}  // namespace foxvm::bytecode
