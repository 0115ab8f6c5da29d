// UnitVerifier: the rules that one code unit must obey (docs/bytecode.md), for a module at once (verifier.h)
// and for one that is written unit by unit and never whole in memory (mbc_builder.h).
// How: Decode() is one linear pass over all bytes: instruction starts, jump targets, captures of other units.
//      Check() is a second one over shapes and indices, which also follows operand depths; only what a
//      backward jump alone reaches is put on a list and followed afterwards.
// Threads: one at a time.  Owns: what it knows of the tables, scratch lists.
#ifndef FOXVM_INTERP_BYTECODE_UNIT_VERIFIER_H_
#define FOXVM_INTERP_BYTECODE_UNIT_VERIFIER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "interp/bytecode/instruction.h"
#include "interp/bytecode/module.h"
#include "interp/bytecode/verifier.h"

namespace foxvm::bytecode {

class UnitVerifier {
 public:
  // The main code, where a function's index is asked for.
  static constexpr uint32_t kMainUnit = 0xffffffff;
  // The captures of a function that no Closure has named so far.
  static constexpr uint32_t kCapturesUnknown = 0xffffffff;

  // What units refer to must be known before they are verified.
  void AddConstant(ConstantKind kind, uint32_t index) {
    if (kind == ConstantKind::kFunction) {
      function_constants_.push_back({static_cast<uint32_t>(constants_.size()), index});
    }
    constants_.push_back(kind);
  }
  void AddFunction(uint32_t params, uint32_t captures) {
    has_params_.push_back(params != 0);
    captures_.push_back(captures);
  }
  void SetLimits(uint32_t features, uint32_t globals, size_t files) {
    features_ = features;
    globals_ = globals;
    files_ = files;
  }

  // How many cells every closure of the function carries; kCapturesUnknown if no unit decoded makes one.
  uint32_t captures(uint32_t function) const { return captures_[function]; }

  // Each verifies the unit, function `index` or kMainUnit, and notes in `*info` what it learns; Check() wants
  // what Decode() noted, `captures` included. False: the unit is refused, status() says why.
  bool Decode(const UnitView& unit, uint32_t index, UnitInfo* info);
  bool Check(const UnitView& unit, uint32_t index, UnitInfo* info);

  // Verifies that constant `init` can be the body of import number `import`. All units have been decoded.
  bool CheckImport(size_t import, uint32_t init);

  const absl::Status& status() const { return status_; }

 private:
  struct FunctionConstant {
    uint32_t constant;
    uint32_t function;
  };

  size_t code_size() const { return unit_.code.size(); }
  ConstantKind KindOf(uint32_t constant) const { return constants_[constant]; }
  bool IsConstant(uint32_t constant, ConstantKind kind) const {
    return constant < constants_.size() && KindOf(constant) == kind;
  }

  // The function that a constant of that kind names.
  uint32_t FunctionOf(uint32_t constant) const;
  void Begin(const UnitView& unit, uint32_t index, UnitInfo* info);
  std::string UnitName() const;
  bool Refuse(absl::string_view reason);
  bool RefuseAt(size_t offset, absl::string_view reason);

  bool CheckHeader();
  bool NoteClosure(size_t offset, const Instruction& instruction);
  bool CheckShape(size_t offset, const Instruction& instruction);
  bool CheckSequence(size_t offset, const Instruction& instruction);
  bool CheckOperands(size_t offset, const Instruction& instruction);
  bool CheckJump(size_t offset, uint32_t target);
  bool CheckDefault(size_t offset, uint32_t constant);
  bool CheckStruct(size_t offset, const Instruction& instruction);
  bool CheckBelow(size_t offset, const char* what, uint32_t operand, uint64_t limit);
  void NoteCapturedLocals();

  // Follows the effect of the instruction, whose depth is known. What it reaches at or before `passed` is put
  // on the list, the rest has its turn yet.
  bool Step(size_t offset, const Instruction& instruction, size_t passed);
  bool Flow(size_t from, size_t to, uint32_t depth, size_t passed);

  // The tables.
  std::vector<ConstantKind> constants_;
  std::vector<FunctionConstant> function_constants_;  // ascending
  std::vector<uint32_t> captures_;                    // by function
  std::vector<bool> has_params_;                      // by function
  uint32_t features_ = 0;
  uint32_t globals_ = 0;
  size_t files_ = 0;

  // The unit at hand.
  UnitView unit_;
  uint32_t index_ = kMainUnit;
  UnitInfo* info_ = nullptr;
  uint64_t string_run_ = 0;      // directly preceding LoadConst string, as far as no jump lands between
  uint64_t capture_run_ = 0;     // directly preceding CaptureLocal and LoadUpvalue
  bool import_pending_ = false;  // the preceding instruction loaded an import
  std::vector<uint32_t> work_;   // offsets with a depth whose effect has not been followed yet
  absl::Status status_;
};

}  // namespace foxvm::bytecode

#endif  // FOXVM_INTERP_BYTECODE_UNIT_VERIFIER_H_
