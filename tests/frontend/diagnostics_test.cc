// What rejected programs are told; the reference's whole outputs are compared in conformance_bytecode_test.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "frontend/diagnostic.h"
#include "gtest/gtest.h"
#include "tests/frontend/compile_for_test.h"

namespace foxvm::frontend {
namespace {

// `[L:C]: message` of the first error.
std::string First(absl::string_view text) {
  const CompileResult result = CompileText(text);
  if (result.diagnostics.empty()) return "";
  const Diagnostic& first = result.diagnostics[0];
  return absl::StrCat("[", first.line, ":", first.column, "]: ", first.message);
}

TEST(DiagnosticsTest, UnixForm) {
  EXPECT_EQ(RenderUnix(CompileText("a = 1\n\tb = a %  2\r\n")),
            "test.fox:2:8: error: no prefix parse function for ILLEGAL found\n"
            "  \tb = a %  2\n"
            "  \t      ^\n");
}

TEST(DiagnosticsTest, CompatFormOfAnErrorAtTheEndOfTheFile) {
  EXPECT_EQ(CompatErrors("x = (1"),
            "Parsing failed with 1 errors.\n"
            "ERROR [1:7]: expected next token to be ), got EOF instead\n"
            "  1 | x = (1\n"
            "             ^\n");
  EXPECT_TRUE(
      absl::StrContains(CompatErrors("struktur P x\n"), "ERROR [2:2]: expected next token to be AKHIR"));
  EXPECT_TRUE(
      absl::StrContains(CompatErrors("jika 1\n"), "ERROR [2:1]: expected token to be AKHIR, got EOF"));
}

TEST(DiagnosticsTest, CompatReportsFollowUpsAndUnixOnePerLine) {
  const std::string text = "fungsi f(a b)\n a\nakhir\n";
  CompileOptions compat;
  compat.compat = true;
  EXPECT_EQ(CompileText(text, compat).error_count, 2u);
  EXPECT_EQ(CompileText(text).error_count, 1u);
}

TEST(DiagnosticsTest, MissingSpacesAroundOperators) {
  EXPECT_EQ(First("a = 1\na+ 2"), "[2:2]: Binary operator '+' requires space before it");
  EXPECT_EQ(First("1 DAN(2)"), "[1:3]: Binary operator 'DAN' requires space after it");
  EXPECT_EQ(First("1<<2"), "[1:2]: Binary operator '<<' requires space before it");
  EXPECT_EQ(CompatErrors("1<<2").find("space after"), std::string::npos);
  EXPECT_EQ(First("x = 1 y = x + \"#{x}\""), "");
  EXPECT_EQ(First("x = 1 y = x +\n# c\n-x"), "");
}

TEST(DiagnosticsTest, UnterminatedStringsPointAtTheQuote) {
  EXPECT_EQ(First("x = \"abc\ndef"), "[1:5]: unterminated string");
  EXPECT_EQ(First("x = 1\ny = \"a#{\"b} c"), "[2:9]: unterminated string");
  EXPECT_EQ(First("ambil \"abc"), "[1:7]: unterminated string");
  EXPECT_EQ(First("cetak(\"abc)"), "[1:7]: unterminated string");
  EXPECT_EQ(First("\"a#{1} b"), "[1:1]: unterminated string");
  EXPECT_EQ(CompileText("x = (\"abc").error_count, 1u);
}

TEST(DiagnosticsTest, LinesInsideStringsCount) {
  EXPECT_EQ(First("x = \"a\nb\nc\"\ny = )"), "[4:5]: no prefix parse function for ) found");
}

TEST(DiagnosticsTest, BadNumbers) {
  EXPECT_EQ(First("08"), "[1:1]: could not parse \"08\" as integer");
  EXPECT_EQ(First("9223372036854775808"), "[1:1]: could not parse \"9223372036854775808\" as integer");
  EXPECT_EQ(First("777777777777777777777"), "[1:1]: could not parse \"777777777777777777777\" as integer");
}

TEST(DiagnosticsTest, TokenNamesInMessages) {
  EXPECT_EQ(First("f(1 JIKA"), "[1:5]: expected next token to be ), got JIKA instead");
  EXPECT_EQ(First("\"#{1 2}\""), "[1:6]: expected next token to be }, got INT instead");
  EXPECT_EQ(First("h.1"), "[1:3]: expected next token to be IDENT, got INT instead");
  EXPECT_EQ(First("dari \"m\" x"), "[1:10]: expected next token to be AMBIL, got IDENT instead");
  EXPECT_EQ(First("selama 1 2 lainnya"), "[1:12]: expected token to be AKHIR, got LAINNYA instead");
}

TEST(DiagnosticsTest, CompileErrorsHavePositionsAndAreAllReported) {
  const CompileResult result = CompileText("cetak(x)\nlanjut\n1 = 2\ncetak(x, y)\n");
  EXPECT_EQ(result.phase, CompilePhase::kCompile);
  EXPECT_EQ(RenderUnix(result),
            "test.fox:1:7: error: undefined variable x\n  cetak(x)\n        ^\n"
            "test.fox:2:1: error: 'lanjut' hanya boleh digunakan di dalam loop\n  lanjut\n  ^\n"
            "test.fox:3:1: error: assignment to *parser.IntegerLiteral not supported\n  1 = 2\n  ^\n"
            "test.fox:4:10: error: undefined variable y\n  cetak(x, y)\n           ^\n");
  EXPECT_EQ(RenderCompat(result), "Compilation failed:\nundefined variable x\n");
}

TEST(DiagnosticsTest, AssignmentTargetsAreNamedAsInTheReference) {
  const auto target = [](absl::string_view text) {
    return absl::StrCat("[1:1]: assignment to *parser.", text, " not supported");
  };
  EXPECT_EQ(First("1.5 = 2"), target("FloatLiteral"));
  EXPECT_EQ(CompatErrors("\"a\" = 2"),
            "Compilation failed:\nassignment to *parser.StringLiteral not supported\n");
  EXPECT_EQ(First("BENAR = 2"), target("BooleanLiteral"));
  EXPECT_EQ(First("kosong = 2"), target("NullLiteral"));
  EXPECT_EQ(First("[1] = 2"), target("ArrayLiteral"));
  EXPECT_EQ(First("{} = 2"), target("HashLiteral"));
  EXPECT_EQ(First("-1 = 2"), target("PrefixExpression"));
  EXPECT_EQ(First("jika 1 akhir = 2"), target("IfExpression"));
  EXPECT_EQ(First("selama 1 akhir = 2"), target("WhileExpression"));
  EXPECT_EQ(First("fungsi() akhir = 2"), target("FunctionLiteral"));
  EXPECT_EQ(First("(x) = 2"), "");
}

TEST(DiagnosticsTest, ALoopConditionIsOutsideItsLoop) {
  EXPECT_EQ(First("selama jika 1 berhenti akhir akhir"),
            "[1:15]: 'berhenti' hanya boleh digunakan di dalam loop");
  EXPECT_EQ(First("selama 1 selama jika 1 berhenti akhir akhir akhir"), "");
}

TEST(DiagnosticsTest, NamesMustBeDefinedEarlierInTheSource) {
  EXPECT_EQ(First("fungsi a() b() akhir fungsi b() akhir"), "[1:12]: undefined variable b");
  EXPECT_EQ(First("b = kosong fungsi a() b() akhir b = fungsi() a() akhir"), "");
}

TEST(DiagnosticsTest, ManyErrorsAreCountedAndFewStored) {
  const CompileResult result = CompileText(Repeat(")\n", 5000));
  EXPECT_EQ(result.error_count, 5000u);
  EXPECT_EQ(result.diagnostics.size(), DiagnosticList::kMaxStored);
  EXPECT_TRUE(absl::StartsWith(RenderCompat(result), "Parsing failed with 5000 errors.\n"));
  EXPECT_TRUE(absl::EndsWith(RenderUnix(result), "5000 errors in all; only the first are shown\n"));
}

TEST(DiagnosticsTest, LongLinesAndNamesAreShortened) {
  const std::string text = absl::StrCat(std::string(100000, ' '), ")", std::string(100000, ' '));
  const CompileResult result = CompileText(text);
  ASSERT_EQ(result.diagnostics.size(), 1u);
  EXPECT_EQ(result.diagnostics[0].column, 100001u);
  EXPECT_LE(result.diagnostics[0].source_line.size(), 1000u);
  EXPECT_EQ(result.diagnostics[0].source_line[result.diagnostics[0].caret], ')');
  EXPECT_LE(First(std::string(100000, 'x')).size(), 1100u);
}

}  // namespace
}  // namespace foxvm::frontend
