// Emitter: the code of one function while it is written.
// How: appends instructions, takes the Wide prefix where an operand does not fit, tracks the operand depth,
//      and remembers the last instruction, which decides what a block's value is. Jumps are narrow while code
//      is written; if the finished code is longer than a narrow jump reaches, one pass makes all its jumps
//      wide and moves offsets and line entries accordingly.
// Invariants: EM-1 jumps are recorded in the order of their offsets. EM-2 depth() is the exact operand depth
//      at the end of the code on every path that gets there.
// Threads: one at a time.  Owns: its buffers, which Reset() keeps for the next function.
#ifndef FOXVM_FRONTEND_EMITTER_H_
#define FOXVM_FRONTEND_EMITTER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "frontend/source.h"
#include "interp/bytecode/instruction.h"
#include "interp/bytecode/module.h"

namespace foxvm::frontend {

class Emitter {
 public:
  using Opcode = bytecode::Opcode;
  // A jump of this code unit, or a list of jumps to one place that is not known yet.
  using Jump = uint32_t;
  static constexpr Jump kNoJump = UINT32_MAX;

  // Starts a new code unit.
  void Reset();

  // Without operands and with a fixed stack effect.
  void Emit(Opcode opcode);
  // With an operand of one or two bytes, four after a Wide prefix; `effect` is pushes minus pops.
  void EmitU8(Opcode opcode, uint32_t operand, int64_t effect);
  void EmitU16(Opcode opcode, uint32_t operand, int64_t effect);
  void EmitStruct(uint32_t name, uint32_t fields);
  void EmitClosure(uint32_t function, uint32_t captures);
  void EmitInvoke(uint32_t method, uint32_t arguments);

  // Emits a jump whose target Bind() sets, and puts it in front of `list`; returns the new list.
  Jump EmitJump(Opcode opcode, Jump list = kNoJump);
  void EmitJumpTo(Opcode opcode, uint32_t target);
  // Lets every jump of the list go to the end of the code.
  void Bind(Jump list);

  // Gives the instructions from here on a source position.
  void MarkPosition(Position position);

  bool LastIsPop() const { return last_ == Opcode::kPop; }
  // Takes back the Pop emitted last.
  void RemovePop();

  uint32_t size() const { return static_cast<uint32_t>(size_); }
  int64_t depth() const { return depth_; }
  int64_t max_depth() const { return max_depth_; }
  // For code after an instruction that never continues: the depth that the next reachable one will have.
  void set_depth(int64_t depth) { depth_ = depth; }

  // Completes the jumps and shows code and line entries in `*unit`, which stay until Reset(). True if a Wide
  // prefix was used. Only Reset() may follow.
  bool Finish(bytecode::UnitView* unit);

 private:
  struct JumpRecord {
    uint32_t offset;
    uint32_t target;  // before Bind(): the next jump of the list
  };

  uint8_t* Append(Opcode opcode, size_t bytes, int64_t effect);
  void AppendWide(Opcode opcode, int64_t effect, uint32_t a);
  void AppendWide(Opcode opcode, int64_t effect, uint32_t a, uint32_t b);
  void WriteWideJumps();

  std::vector<uint8_t> code_;  // size_ bytes of it are in use
  size_t size_ = 0;
  std::vector<bytecode::LineEntry> lines_;
  std::vector<JumpRecord> jumps_;
  Opcode last_ = Opcode::kReturn;
  Opcode before_last_ = Opcode::kReturn;
  bool wide_ = false;
  int64_t depth_ = 0;
  int64_t max_depth_ = 0;
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_EMITTER_H_
