#include "interp/code/instruction.h"

namespace foxvm::code {

const InstructionInfo& GetInstructionInfo(Op op) {
  static constexpr InstructionInfo kTable[] = {
#define FOXVM_INSTRUCTION(name, format, flags, meaning) {#name, Format::format, flags},
#include "interp/code/instructions.def"
  };
  static_assert(sizeof(kTable) / sizeof(kTable[0]) == kOpCount);
  return kTable[static_cast<int>(op)];
}

}  // namespace foxvm::code
