// Sources made to hurt: every one ends in a module or a message, on a stack of ordinary size and in linear
// time.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "frontend/limits.h"
#include "frontend/source.h"
#include "gtest/gtest.h"
#include "tests/frontend/compile_for_test.h"

namespace foxvm::frontend {
namespace {

constexpr size_t kDeep = 100000;

std::string FirstMessage(const std::string& text) {
  const CompileResult result = CompileText(text);
  return result.diagnostics.empty() ? "" : result.diagnostics[0].message;
}

TEST(HostileInputTest, DeepNestingIsRefused) {
  const std::string limit = absl::StrCat("expression nested too deeply (limit ", kMaxNesting, ")");
  const std::pair<const char*, const char*> shapes[] = {
      {"(", ")"},
      {"[", "]"},
      {"{1: ", "}"},
      {"{", ": 1}"},
      {"!", ""},
      {"- ", ""},
      {"1 + (", ")"},
      {"f(", ")"},
      {"a[", "]"},
      {"jika 1 ", "akhir "},
      {"jika ", ""},
      {"selama 1 ", "akhir "},
      {"fungsi() ", "akhir "},
      {"fungsi f() ", "akhir "},
      {"\"#{", "}\""},
      {"jika 1 2 lainnya ", "akhir "},
      {"x = jika 1 ", "akhir "},
      {"kembalikan fungsi() ", "akhir "},
  };
  for (const auto& [open, close] : shapes) {
    SCOPED_TRACE(open);
    EXPECT_EQ(FirstMessage(absl::StrCat(Repeat(open, kDeep), "1", Repeat(close, kDeep))), limit);
    EXPECT_EQ(FirstMessage(Repeat(open, kDeep)), limit);
  }
}

TEST(HostileInputTest, NestingBelowTheLimitCompiles) {
  const size_t depth = kMaxNesting - 10;
  const std::pair<const char*, const char*> shapes[] = {
      {"(", ")"},
      {"[", "]"},
      {"{1: ", "}"},
      {"!", ""},
      {"\"a#{", "}\""},
      {"fungsi() ", " akhir"},
      {"jika 1 ", " akhir"},
  };
  for (const auto& [open, close] : shapes) {
    SCOPED_TRACE(open);
    EXPECT_FALSE(
        CompileOk(absl::StrCat("x = ", Repeat(open, depth), "1", Repeat(close, depth))).main.code.empty());
  }
}

TEST(HostileInputTest, LongChainsAreNotNesting) {
  for (const char* link : {" + 1", " dan 1", " atau 1", "(1)", "[1]", ".k"}) {
    SCOPED_TRACE(link);
    EXPECT_FALSE(CompileOk(absl::StrCat("x = cetak", Repeat(link, kDeep))).main.code.empty());
    EXPECT_FALSE(CompileOk(absl::StrCat("x = {cetak", Repeat(link, kDeep), ": 1}")).main.code.empty());
  }
  EXPECT_FALSE(CompileOk(absl::StrCat("x = 1", Repeat(" < 1", 60000))).main.code.empty());
  EXPECT_FALSE(
      CompileOk(absl::StrCat("jika 1 2 ", Repeat("atau_jika 3 4 ", kDeep), "akhir")).main.code.empty());
  EXPECT_FALSE(CompileOk(Repeat("x = 1\n", kDeep)).main.code.empty());
  EXPECT_FALSE(CompileOk(absl::StrCat("x = ", Repeat("\"a\" ", kDeep))).main.code.empty());
  EXPECT_FALSE(CompileOk(absl::StrCat("x = \"", Repeat("a#{1}", kDeep), "\"")).main.code.empty());
}

TEST(HostileInputTest, RepeatedFragmentsEndInAMessage) {
  constexpr size_t kBytes = size_t{1} << 18;
  for (absl::string_view piece : {")",         "]",         "}",       ";",        "@",    "\xEF\xBB\xBF",
                                  "struktur ", "fungsi ",   "akhir ",  "lainnya ", "= ",   ", ",
                                  ". ",        "1 = ",      "x = {1 ", "dari ",    "\"#{", "f(a b ",
                                  "ambil ",    "berhenti ", "lanjut;"}) {
    SCOPED_TRACE(piece);
    const CompileResult result = CompileText(Repeat(piece, kBytes / piece.size()));
    EXPECT_FALSE(result.module.has_value());
    EXPECT_GE(result.error_count, 1u);
    EXPECT_LE(RenderUnix(result).size(), 400000u);
    EXPECT_LE(RenderCompat(result).size(), 400000u);
  }
}

TEST(HostileInputTest, BlanksCommentsAndQuotesCompile) {
  constexpr size_t kBytes = size_t{1} << 20;
  for (const char* piece : {" ", "\n", "#", "#{", "\"\"", "struktur P akhir "}) {
    SCOPED_TRACE(piece);
    EXPECT_EQ(FirstMessage(Repeat(piece, kBytes / 2)), "");
  }
}

TEST(HostileInputTest, UnterminatedStringsEnd) {
  EXPECT_EQ(FirstMessage(absl::StrCat("x = \"", std::string(1 << 20, 'a'))), "unterminated string");
  EXPECT_EQ(FirstMessage(absl::StrCat("x = \"", std::string(1 << 20, '\\'))), "unterminated string");
  EXPECT_EQ(FirstMessage(Repeat("\"", 10001)), "unterminated string");
}

TEST(HostileInputTest, CapturesOfCapturesAreLimited) {
  std::string text = "fungsi f()\n";
  std::string uses;
  for (int i = 0; i < 5000; ++i) {
    absl::StrAppend(&text, "v", i, " = 1\n");
    absl::StrAppend(&uses, "v", i, ";");
  }
  absl::StrAppend(&text, Repeat("fungsi() ", 900), uses, Repeat(" akhir", 901));
  EXPECT_EQ(FirstMessage(text), "too many captured variables (limit 4194304)");
}

TEST(HostileInputTest, AnOversizedSourceIsRefused) {
  EXPECT_TRUE(absl::StartsWith(FirstMessage(std::string(kMaxSourceBytes + 1, ' ')), "source too large"));
}

TEST(HostileInputTest, NulAndForeignBytes) {
  EXPECT_EQ(MainHex(absl::string_view("1;\0(((", 6)), "10000001");
  EXPECT_EQ(FirstMessage("\xEF\xBB\xBF"
                         "cetak(1)"),
            "expected an expression, found the byte 0xef");
}

TEST(HostileInputTest, EveryPrefixOfAProgramIsHandled) {
  const std::string program =
      "struktur P x akhir fungsi f(a, b) selama a < 3 jika a == 1 berhenti atau_jika b lanjut lainnya a = a "
      "+ 1 "
      "akhir akhir kembalikan {a: [1, 2.5], \"k#{a}z\": -b.c(1)[0]} akhir dari \"m\" ambil q cetak(f(1, "
      "P(2)))";
  MemoryModules files(FileMap{{"m.fox", "q = 1"}});
  for (size_t length = 0; length <= program.size(); ++length) {
    const CompileResult result = Compile("test.fox", program.substr(0, length), files);
    EXPECT_EQ(result.module.has_value(), result.error_count == 0);
    EXPECT_EQ(result.module.has_value(), RenderUnix(result).empty());
  }
}

TEST(HostileInputTest, TypedDeclarationsBrokenOffAtTheEnd) {
  CompileOptions typed;
  typed.dialect = Dialect::kTyped;
  for (const char* text : {"var i jika selama", "jika fungsi\nfungsi a(g a", "fungsi(i)\nfungsi(1\nkembali i(",
                           "struktur S\n x", "antarmuka I\n fungsi", "pilih a kasus", "var a, b = P{x: jika"}) {
    EXPECT_FALSE(CompileText(text, typed).diagnostics.empty()) << text;
  }
}

}  // namespace
}  // namespace foxvm::frontend
