// MbcBuilder: a program to the bytes of a `.mbc` file, verified on the way.
// How: each unit is verified while it is at hand, then encoded, so neither a Module nor what verification
//      learns of all units is ever in memory.
// Threads: one at a time.  Owns: the bytes.
#ifndef FOXVM_INTERP_BYTECODE_MBC_BUILDER_H_
#define FOXVM_INTERP_BYTECODE_MBC_BUILDER_H_

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "interp/bytecode/mbc_encoder.h"
#include "interp/bytecode/module_sink.h"
#include "interp/bytecode/unit_verifier.h"
#include "interp/bytecode/verifier.h"

namespace foxvm::bytecode {

class MbcBuilder final : public ModuleSink {
 public:
  void Clear() override { *this = MbcBuilder(); }
  void AddConstant(const Constant& constant) override {
    verifier_.AddConstant(constant.kind, constant.index);
    encoder_.AddConstant(constant);
  }
  void AddString(absl::string_view value) override { encoder_.AddString(value); }
  void AddFunction(const UnitView& function, uint32_t captures) override;
  void AddImport(absl::string_view path) override { encoder_.AddImport(path); }
  void AddFile(absl::string_view name) override {
    ++files_;
    encoder_.AddFile(name);
  }
  void AddGlobal(absl::string_view name) override {
    ++globals_;
    encoder_.AddGlobalName(name);
  }
  void MarkHostGlobal() override {
    features_ |= kFeatureHostGlobals;
    encoder_.AddHostGlobal(globals_ - 1);
  }
  void SetImportBody(uint32_t import, uint32_t function_constant) override {
    encoder_.SetImportBody(import, function_constant);
  }
  void UseWideOperands() override { features_ |= kFeatureWideOperands; }
  void UseTyped() override { features_ |= kFeatureTyped; }
  void SetMain(const UnitView& main) override;

  // Whether the program obeys the rules of Verify(); its errors. Asked when the program is complete.
  absl::Status Verified() const;
  // Gives `write` the file's bytes, in pieces.
  void Finish(absl::FunctionRef<void(absl::string_view)> write) const {
    encoder_.Finish(features_, globals_, write);
  }

 private:
  void Verify(const UnitView& unit, uint32_t index, uint32_t captures);

  MbcEncoder encoder_;
  UnitVerifier verifier_;
  UnitInfo info_;  // of the unit at hand
  uint32_t features_ = 0;
  uint32_t globals_ = 0;
  uint32_t functions_ = 0;
  size_t files_ = 0;
  uint64_t code_bytes_ = 0;
};

}  // namespace foxvm::bytecode

#endif  // FOXVM_INTERP_BYTECODE_MBC_BUILDER_H_
