#include "tests/frontend/compile_for_test.h"

#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "interp/bytecode/verifier.h"
#include "tests/support/files.h"

namespace foxvm::frontend {

absl::StatusOr<std::string> MemoryModules::Read(absl::string_view path, absl::string_view importing_file,
                                                std::string* resolved_name) {
  reads_.emplace_back(path);
  importers_.emplace_back(importing_file);
  if (!failure_.ok()) return failure_;
  const auto file = files_.find(std::string(path));
  if (file == files_.end()) return absl::NotFoundError("absent");
  *resolved_name = absl::StrCat("mem:", path);
  return file->second;
}

absl::StatusOr<std::string> FolderModules::Read(absl::string_view path, absl::string_view, std::string*) {
  std::optional<std::string> text = support::ReadFile(absl::StrCat(folder_, "/", path));
  if (!text.has_value()) return absl::NotFoundError("absent");
  return *std::move(text);
}

CompileResult CompileText(absl::string_view text, const CompileOptions& options) {
  MemoryModules none;
  return Compile("test.fox", text, none, options);
}

bytecode::Module CompileOk(absl::string_view text, ModuleSource& imports) {
  CompileResult result = Compile("test.fox", text, imports);
  EXPECT_EQ(result.phase, CompilePhase::kDone) << RenderUnix(result);
  if (!result.module.has_value()) return {};
  const auto verified = bytecode::Verify(*result.module);
  EXPECT_TRUE(verified.ok()) << verified.status();
  return *std::move(result.module);
}

bytecode::Module CompileOk(absl::string_view text) {
  MemoryModules none;
  return CompileOk(text, none);
}

std::string Hex(const std::vector<uint8_t>& code) {
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(code.data()), code.size()));
}

std::string MainHex(absl::string_view text) { return Hex(CompileOk(text).main.code); }

std::string CompatErrors(absl::string_view text) {
  CompileOptions options;
  options.compat = true;
  return RenderCompat(CompileText(text, options));
}

std::string Repeat(absl::string_view text, size_t count) {
  std::string out;
  out.reserve(text.size() * count);
  for (size_t i = 0; i < count; ++i) absl::StrAppend(&out, text);
  return out;
}

bytecode::Function FindFunction(const bytecode::Module& module, absl::string_view name) {
  for (const bytecode::Function& function : module.functions) {
    if (function.name == name) return function;
  }
  ADD_FAILURE() << "no function " << name;
  return {};
}

}  // namespace foxvm::frontend
