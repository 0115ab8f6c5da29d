#include "interp/bytecode/mbc_builder.h"

namespace foxvm::bytecode {

void MbcBuilder::Verify(const UnitView& unit, uint32_t index, uint32_t captures) {
  code_bytes_ += unit.code.size();
  if (!verifier_.status().ok()) return;
  verifier_.SetLimits(features_, globals_, files_);
  info_.captures = captures;
  if (verifier_.Decode(unit, index, &info_)) verifier_.Check(unit, index, &info_);
}

void MbcBuilder::AddFunction(const UnitView& function, uint32_t captures) {
  verifier_.AddFunction(function.params, captures);
  Verify(function, functions_++, captures);
  encoder_.AddFunction(function);
}

void MbcBuilder::SetMain(const UnitView& main) {
  Verify(main, UnitVerifier::kMainUnit, 0);
  const std::vector<Import>& imports = encoder_.imports();
  for (size_t i = 0; i < imports.size() && verifier_.status().ok(); ++i) {
    verifier_.CheckImport(i, imports[i].init);
  }
  encoder_.SetMain(main);
}

absl::Status MbcBuilder::Verified() const {
  if (!verifier_.status().ok()) return verifier_.status();
  return CheckGlobals(globals_, code_bytes_);
}

}  // namespace foxvm::bytecode
