// Every conformance program: its bytecode is the reference compiler's, or its error output the reference's.
#include <filesystem>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "interp/bytecode/json_dump.h"
#include "interp/bytecode/mbc.h"
#include "interp/bytecode/mbc_builder.h"
#include "tests/frontend/compile_for_test.h"
#include "tests/support/files.h"

namespace foxvm::frontend {
namespace {

constexpr char kFolder[] = "tests/conformance";

// Base names of the files of `folder` that end in `suffix`, without it, sorted.
std::set<std::string> NamesWith(const std::string& folder, const std::string& suffix) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string file = entry.path().filename().string();
    if (absl::EndsWith(file, suffix)) names.emplace(absl::StripSuffix(file, suffix));
  }
  return names;
}

std::string Without(absl::string_view text, absl::string_view blanks) {
  std::string out;
  for (char c : text) {
    if (!absl::StrContains(blanks, std::string(1, c))) out.push_back(c);
  }
  return out;
}

TEST(ConformanceBytecodeTest, EqualsTheReferenceCompiler) {
  FolderModules imports(kFolder);
  const std::set<std::string> names = NamesWith(kFolder, ".bc.json");
  EXPECT_GE(names.size(), 70u);
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    const std::string text = support::ReadFile(absl::StrCat(kFolder, "/", name, ".fox")).value_or("");
    const std::string expected = support::ReadFile(absl::StrCat(kFolder, "/", name, ".bc.json")).value_or("");
    ASSERT_FALSE(expected.empty());
    EXPECT_EQ(Without(bytecode::DumpJson(CompileOk(text, imports)), " \n"), Without(expected, " \n"));
  }
}

TEST(ConformanceBytecodeTest, FilesWrittenOnTheWayAreTheSame) {
  FolderModules imports(kFolder);
  for (const std::string& name : NamesWith(kFolder, ".bc.json")) {
    SCOPED_TRACE(name);
    const std::string text = support::ReadFile(absl::StrCat(kFolder, "/", name, ".fox")).value_or("");
    bytecode::MbcBuilder builder;
    EXPECT_EQ(CompileInto("test.fox", text, imports, {}, builder).phase, CompilePhase::kDone);
    EXPECT_TRUE(builder.Verified().ok()) << builder.Verified();
    std::string bytes;
    builder.Finish([&bytes](absl::string_view piece) { absl::StrAppend(&bytes, piece); });
    EXPECT_EQ(bytes, bytecode::WriteMbc(CompileOk(text, imports)));
  }
}

TEST(ConformanceBytecodeTest, RejectsWithTheReferenceOutput) {
  const std::string folder = absl::StrCat(kFolder, "/diagnostics");
  FolderModules imports(folder);
  CompileOptions options;
  options.compat = true;
  const std::set<std::string> names = NamesWith(folder, ".fox");
  EXPECT_GE(names.size(), 26u);
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    const std::string text = support::ReadFile(absl::StrCat(folder, "/", name, ".fox")).value_or("");
    const CompileResult result = Compile(name, text, imports, options);
    EXPECT_FALSE(result.module.has_value());
    EXPECT_EQ(RenderCompat(result), support::ReadFile(absl::StrCat(folder, "/", name, ".out")).value_or(""));
  }
}

TEST(ConformanceBytecodeTest, CompilesTheExtendedPrograms) {
  const std::string folder = absl::StrCat(kFolder, "/extended");
  FolderModules imports(folder);
  const std::set<std::string> names = NamesWith(folder, ".fox");
  EXPECT_GE(names.size(), 26u);
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    const std::string text = support::ReadFile(absl::StrCat(folder, "/", name, ".fox")).value_or("");
    EXPECT_FALSE(CompileOk(text, imports).main.code.empty());
  }
}

}  // namespace
}  // namespace foxvm::frontend
