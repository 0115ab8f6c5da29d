// DetectDialect: what shows that a program is typed, and what does not.
#include "frontend/dialect.h"

#include <filesystem>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/cli/program_runner.h"
#include "tests/support/files.h"

namespace foxvm::frontend {
namespace {

TEST(DialectTest, TypedConstructs) {
  for (const char* text : {
           "var x = 1",
           "var x int",
           "tetapan X = 1",
           "const X = 1",
           "antarmuka I\nakhir",
           "fungsi f(a int) int\n  kembali a\nakhir",
           "fungsi f(a int, b string)\nakhir",
           "fungsi f(a []int)\nakhir",
           "fungsi f(l Lexer)\nakhir",
           "fungsi f(t token.jenis)\nakhir",
           "fungsi f(g fungsi(int) int)\nakhir",
           "fungsi f() void\nakhir",
           "fungsi f() []string\nakhir",
           "fungsi f() map[string]int\nakhir",
           "fungsi (p P) m() void\nakhir",
           "fungsi (p *P) m(a int)\nakhir",
           "struktur P\n  x int\nakhir",
           "struktur P # a point\n  x []P\nakhir",
           "jika a\n  b\nlain jika c\nakhir",
           "  kembali x",
           "kembali 1",
       }) {
    EXPECT_EQ(DetectDialect(text), Dialect::kTyped) << text;
    EXPECT_EQ(DetectDialect(absl::StrCat("# comment\n\ncetak(1)\r\n", text)), Dialect::kTyped) << text;
    EXPECT_EQ(DetectDialect(absl::StrCat("\"text\" \"a\\\"\"\n", text, "\n")), Dialect::kTyped) << text;
  }
}

TEST(DialectTest, DynamicConstructs) {
  for (const char* text : {
           "",
           "\n",
           "#",
           "x = 1",
           "fungsi f(a, b)\n  kembalikan a\nakhir",
           "fungsi f() 1 akhir",
           "fungsi f()\n  x = 1\nakhir",
           "fungsi f(a b)\nakhir",
           "fungsi(a) a akhir",
           "fungsi f(a) a akhir",
           "struktur P x y akhir",
           "struktur P\n  x\n  y\nakhir",
           "jika a b lainnya c akhir",
           "ambil \"m\"",
       }) {
    EXPECT_EQ(DetectDialect(text), Dialect::kDynamic) << text;
  }
}

TEST(DialectTest, WordsOfTheTypedDialectAsNames) {
  for (const char* text : {
           "var = 1\ncetak(var)",
           "tetapan = 2",
           "kembali = 3",
           "kembali(1)",
           "lain = 4\nlain",
           "antarmuka = 5",
           "kembali",
           "x.var\nvar",
           "variable x",
           "const = 1",
       }) {
    EXPECT_EQ(DetectDialect(text), Dialect::kDynamic) << text;
  }
}

TEST(DialectTest, StringsAndCommentsShowNothing) {
  EXPECT_EQ(DetectDialect("# var x = 1\n  # tetapan X = 1"), Dialect::kDynamic);
  EXPECT_EQ(DetectDialect("x = \"\nvar x = 1\n\""), Dialect::kDynamic);
  EXPECT_EQ(DetectDialect("x = \"\nvar x = 1\n\"\nvar y = 1"), Dialect::kTyped);
  EXPECT_EQ(DetectDialect("x = \"a\\\"\nkembali 1\n\""), Dialect::kDynamic);
  EXPECT_EQ(DetectDialect("x = \"never ends\nvar x = 1"), Dialect::kDynamic);
}

TEST(DialectTest, HostileTextIsReadInLinearTime) {
  constexpr size_t kLines = 200000;
  std::string text;
  for (size_t i = 0; i < kLines; ++i) absl::StrAppend(&text, "\"\nvar x = 1\n\"\n");
  EXPECT_EQ(DetectDialect(text), Dialect::kDynamic);
  EXPECT_EQ(DetectDialect(std::string(1 << 20, '(')), Dialect::kDynamic);
  EXPECT_EQ(DetectDialect(std::string("\0var x = 1\0\n", 12)), Dialect::kDynamic);
}

// The dialect of every program below `folder`.
void ExpectAll(const std::string& folder, Dialect dialect, size_t least) {
  size_t seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(cli::SourcePath(folder))) {
    if (entry.path().extension() != ".fox") continue;
    const std::optional<std::string> text = support::ReadFile(entry.path().string());
    ASSERT_TRUE(text.has_value()) << entry.path();
    EXPECT_EQ(DetectDialect(*text), dialect) << entry.path();
    ++seen;
  }
  EXPECT_GE(seen, least) << folder;
}

TEST(DialectTest, ProgramsOfTheDynamicDialectAreDynamic) {
  ExpectAll("examples", Dialect::kDynamic, 8);
  ExpectAll("tests/conformance", Dialect::kDynamic, 20);
}

TEST(DialectTest, TypedProgramsAreTyped) { ExpectAll("tests/typed", Dialect::kTyped, 7); }

}  // namespace
}  // namespace foxvm::frontend
