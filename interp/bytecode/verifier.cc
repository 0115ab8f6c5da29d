#include "interp/bytecode/verifier.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "interp/bytecode/unit_verifier.h"

namespace foxvm::bytecode {
namespace {

constexpr uint32_t kMaxNarrowGlobals = 65536;

// The work of one Verify call: the module, and the infos as they grow.
class Verification {
 public:
  explicit Verification(const Module& module) : module_(module), function_info_(module.functions.size()) {}

  absl::Status Run();
  UnitInfo TakeMainInfo() { return std::move(main_info_); }
  std::vector<UnitInfo> TakeFunctionInfo() { return std::move(function_info_); }

 private:
  absl::Status CheckTables() const;
  absl::Status CheckConstants();

  const Module& module_;
  UnitInfo main_info_;
  std::vector<UnitInfo> function_info_;
  UnitVerifier units_;
};

absl::Status Verification::Run() {
  if (absl::Status status = CheckTables(); !status.ok()) return status;
  if (absl::Status status = CheckConstants(); !status.ok()) return status;
  units_.SetLimits(module_.features, module_.globals, module_.files.size());
  // All units are decoded first: what a Closure in one says about another is needed to check the other.
  const uint32_t count = static_cast<uint32_t>(module_.functions.size());
  for (const Function& function : module_.functions) {
    units_.AddFunction(function.params, UnitVerifier::kCapturesUnknown);
  }
  for (uint32_t i = 0; i < count; ++i) {
    if (!units_.Decode(module_.functions[i], i, &function_info_[i])) return units_.status();
  }
  if (!units_.Decode(module_.main, UnitVerifier::kMainUnit, &main_info_)) return units_.status();
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t captures = units_.captures(i);
    function_info_[i].captures = captures == UnitVerifier::kCapturesUnknown ? 0 : captures;
  }
  for (size_t i = 0; i < module_.imports.size(); ++i) {
    if (!units_.CheckImport(i, module_.imports[i].init)) return units_.status();
  }
  for (uint32_t i = 0; i < count; ++i) {
    if (!units_.Check(module_.functions[i], i, &function_info_[i])) return units_.status();
  }
  if (!units_.Check(module_.main, UnitVerifier::kMainUnit, &main_info_)) return units_.status();
  return absl::OkStatus();
}

absl::Status Verification::CheckTables() const {
  const uint32_t unknown = module_.features & ~kKnownFeatures;
  if (unknown != 0) {
    return absl::InvalidArgumentError(absl::StrCat("module: unknown feature flags 0x", absl::Hex(unknown)));
  }
  for (size_t entries : {module_.constants.size(), module_.strings.size(), module_.functions.size(),
                         module_.imports.size(), module_.files.size()}) {
    if (entries > kMaxTableEntries) return absl::InvalidArgumentError("module: a table has too many entries");
  }
  uint64_t code_bytes = module_.main.code.size();
  for (const Function& function : module_.functions) code_bytes += function.code.size();
  if (absl::Status status = CheckGlobals(module_.globals, code_bytes); !status.ok()) return status;
  if (module_.global_names.size() > module_.globals) {
    return absl::InvalidArgumentError("module: more global names than globals");
  }
  if (!module_.host_globals.empty() && (module_.features & kFeatureHostGlobals) == 0) {
    return absl::InvalidArgumentError("module: host globals without their feature flag");
  }
  uint64_t least = 0;
  for (uint32_t global : module_.host_globals) {
    if (global < least || global >= module_.global_names.size()) {
      return absl::InvalidArgumentError("module: host globals are not ascending globals with names");
    }
    least = uint64_t{global} + 1;
  }
  return absl::OkStatus();
}

absl::Status Verification::CheckConstants() {
  for (size_t i = 0; i < module_.constants.size(); ++i) {
    const Constant& constant = module_.constants[i];
    size_t limit = 0;
    switch (constant.kind) {
      case ConstantKind::kNull:
      case ConstantKind::kBool:
      case ConstantKind::kInt:
      case ConstantKind::kFloat: units_.AddConstant(constant.kind, 0); continue;
      case ConstantKind::kString:
        limit = module_.strings.size();
        break;
      case ConstantKind::kFunction:
        limit = module_.functions.size();
        break;
      case ConstantKind::kImport:
        limit = module_.imports.size();
        break;
      default:
        return absl::InvalidArgumentError(absl::StrCat("constant ", i, ": unknown kind"));
    }
    if (constant.index >= limit) {
      return absl::InvalidArgumentError(
          absl::StrCat("constant ", i, ": index ", constant.index, " is not below ", limit));
    }
    units_.AddConstant(constant.kind, constant.index);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckGlobals(uint32_t globals, uint64_t code_bytes) {
  // A global costs eight bytes at run time: beyond what narrow operands reach they must be paid for in code.
  if (globals <= std::max<uint64_t>(kMaxNarrowGlobals, code_bytes)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("module: ", globals, " globals are more than its code can use"));
}

absl::StatusOr<VerifiedModule> Verify(Module module) {
  Verification verification(module);
  if (absl::Status status = verification.Run(); !status.ok()) return status;
  UnitInfo main_info = verification.TakeMainInfo();
  std::vector<UnitInfo> function_info = verification.TakeFunctionInfo();
  return VerifiedModule(std::move(module), std::move(main_info), std::move(function_info));
}

}  // namespace foxvm::bytecode
