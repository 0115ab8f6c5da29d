// CodeBuilder: stack bytecode by hand, for modules that no compiler would make.
// How: operands take the narrow form when they fit it, jumps always the wide one, so that targets can be
// patched. Threads: plain data.
#ifndef FOXVM_TESTS_STRESS_CODE_BUILDER_H_
#define FOXVM_TESTS_STRESS_CODE_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "interp/bytecode/instruction.h"
#include "interp/bytecode/module.h"

namespace foxvm::stress {

class CodeBuilder {
 public:
  using Opcode = bytecode::Opcode;

  uint32_t here() const { return static_cast<uint32_t>(code_.size()); }
  std::vector<uint8_t> Take() { return std::move(code_); }

  void Emit(Opcode opcode) { code_.push_back(static_cast<uint8_t>(opcode)); }

  // One operand.
  void Emit(Opcode opcode, uint32_t a) {
    auto layout = bytecode::GetOpcodeInfo(static_cast<uint8_t>(opcode)).operands;
    int bytes = layout == bytecode::OperandLayout::kU8 ? 1 : 2;
    bool wide = a >> (8 * bytes) != 0;
    if (wide) Emit(Opcode::kWide);
    Emit(opcode);
    Number(a, wide ? 4 : bytes);
  }

  // Closure: function constant and captures.
  void EmitClosure(uint32_t constant, uint32_t captures) {
    Emit(Opcode::kWide);
    Emit(Opcode::kClosure);
    Number(constant, 4);
    Number(captures, 4);
  }

  // A jump whose target Patch sets; returns what Patch wants.
  uint32_t EmitJump(Opcode opcode, uint32_t target = 0) {
    Emit(Opcode::kWide);
    Emit(opcode);
    Number(target, 4);
    return here() - 4;
  }
  void Patch(uint32_t jump, uint32_t target) {
    for (int i = 0; i < 4; ++i)
      code_[jump + static_cast<size_t>(i)] = static_cast<uint8_t>(target >> (24 - 8 * i));
  }
  void PatchHere(uint32_t jump) { Patch(jump, here()); }

 private:
  void Number(uint32_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i) code_.push_back(static_cast<uint8_t>(value >> (8 * i)));
  }

  std::vector<uint8_t> code_;
};

// A module with nothing but the constants kosong (0), salah (1), 1 (2), 2.5 (3), and one file.
bytecode::Module EmptyModule();

// EmptyModule with `code` as its main code.
bytecode::Module MainModule(CodeBuilder code);

// EmptyModule whose main code calls one function with `locals` locals and no parameters, and drops the
// result.
bytecode::Module FunctionModule(CodeBuilder code, uint32_t locals);

}  // namespace foxvm::stress

#endif  // FOXVM_TESTS_STRESS_CODE_BUILDER_H_
