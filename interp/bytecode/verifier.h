// Decides once whether a Module may run; everything behind it takes a VerifiedModule and checks no operand
// again. How: per code unit one linear decode, one linear pass over shapes and indices, and one worklist pass
// that gives
//      every reachable instruction its operand depth. Cells (captures) and module constants are tied to the
//      instruction that consumes them, so every operand on the stack is a plain value and depth is all there
//      is.
// Invariants: VF-1 a depth is unique per instruction. VF-2 locals + max_depth <= kMaxFrameSlots. VF-3 every
// index
//      an instruction, constant or import holds is in range. VF-4 control leaves a function only by a return.
//      Time is linear in the module (sorting of captured locals apart), memory three bytes per byte of code.
// Threads: a VerifiedModule is immutable; share freely.  Owns: the Module.  Not here: reading files (mbc.h).
#ifndef FOXVM_INTERP_BYTECODE_VERIFIER_H_
#define FOXVM_INTERP_BYTECODE_VERIFIER_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "interp/bytecode/module.h"

namespace foxvm::bytecode {

// `UnitInfo::depth_at` of a byte that starts no reachable instruction.
inline constexpr uint16_t kNoDepth = 0xffff;

// Bits of `UnitInfo::marks`.
inline constexpr uint8_t kMarkStart = 1;       // an instruction starts here, reachable or not
inline constexpr uint8_t kMarkJumpTarget = 2;  // some instruction, reachable or not, jumps here
inline constexpr uint8_t kMarkLoopHead = 4;    // some reachable jump at this offset or later targets it

// What verification learned about one code unit.
struct UnitInfo {
  uint32_t max_depth = 0;          // largest operand depth before or after a reachable instruction
  uint32_t instruction_count = 0;  // unreachable ones included
  uint32_t captures = 0;  // cells its closures carry: GetFree, SetFree, LoadUpvalue indices are below
  std::vector<uint16_t> depth_at;  // by byte offset: operand depth before the instruction there, or kNoDepth
  std::vector<uint8_t> marks;      // by byte offset; one entry more than the code, for jumps to its end
  std::vector<uint32_t> captured_locals;  // locals that a CaptureLocal of this unit names; sorted, distinct

  bool IsReachable(size_t offset) const { return depth_at[offset] != kNoDepth; }
  bool IsJumpTarget(size_t offset) const { return (marks[offset] & kMarkJumpTarget) != 0; }
  bool IsLoopHead(size_t offset) const { return (marks[offset] & kMarkLoopHead) != 0; }
};

// A module that obeys docs/bytecode.md, with what was learned on the way.
class VerifiedModule {
 public:
  VerifiedModule(VerifiedModule&&) = default;
  VerifiedModule& operator=(VerifiedModule&&) = default;
  VerifiedModule(const VerifiedModule&) = delete;
  VerifiedModule& operator=(const VerifiedModule&) = delete;

  const Module& module() const { return module_; }
  const UnitInfo& main_info() const { return main_info_; }
  // `function` indexes Module::functions (not the constants).
  const UnitInfo& function_info(uint32_t function) const { return function_info_[function]; }

 private:
  friend absl::StatusOr<VerifiedModule> Verify(Module module);
  VerifiedModule(Module module, UnitInfo main_info, std::vector<UnitInfo> function_info)
      : module_(std::move(module)),
        main_info_(std::move(main_info)),
        function_info_(std::move(function_info)) {}

  Module module_;
  UnitInfo main_info_;
  std::vector<UnitInfo> function_info_;
};

// Takes any module, hostile ones included. Errors: InvalidArgument, or ResourceExhausted when a unit needs
// more frame slots than kMaxFrameSlots; the message names the unit, the byte offset and the reason.
absl::StatusOr<VerifiedModule> Verify(Module module);

// The rule on how many globals a module with so many bytes of code may have.
absl::Status CheckGlobals(uint32_t globals, uint64_t code_bytes);

}  // namespace foxvm::bytecode

#endif  // FOXVM_INTERP_BYTECODE_VERIFIER_H_
