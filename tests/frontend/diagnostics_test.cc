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
            "test.fox:2:8: error: expected an expression, found '%'\n"
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

TEST(DiagnosticsTest, CompatReportsFollowUpsAndUnixOnePerMistake) {
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
  EXPECT_EQ(First("x = \"a\nb\nc\"\ny = )"), "[4:5]: expected an expression, found ')'");
}

TEST(DiagnosticsTest, BadNumbers) {
  EXPECT_EQ(First("08"), "[1:1]: could not parse \"08\" as integer");
  EXPECT_EQ(First("9223372036854775808"), "[1:1]: could not parse \"9223372036854775808\" as integer");
  EXPECT_EQ(First("777777777777777777777"), "[1:1]: could not parse \"777777777777777777777\" as integer");
}

TEST(DiagnosticsTest, TokenNamesInMessages) {
  EXPECT_EQ(First("f(1 JIKA"), "[1:5]: expected ')', found 'JIKA'");
  EXPECT_EQ(First("\"#{1 2}\""), "[1:6]: expected '}', found '2'");
  EXPECT_EQ(First("h.1"), "[1:3]: expected a name, found '1'");
  EXPECT_EQ(First("dari \"m\" x"), "[1:10]: expected 'ambil', found 'x'");
  EXPECT_EQ(First("selama 1 2 lainnya"), "[1:12]: expected 'akhir', found 'lainnya'");
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

// `line: severity: message` of everything said about `text`, warnings included.
std::string Said(absl::string_view text) {
  CompileOptions options;
  options.warnings = true;
  std::string said;
  for (const Diagnostic& diagnostic : CompileText(text, options).diagnostics) {
    const absl::string_view severity = diagnostic.severity == Severity::kError     ? "error"
                                       : diagnostic.severity == Severity::kWarning ? "warning"
                                                                                   : "note";
    absl::StrAppend(&said, diagnostic.line, ": ", severity, ": ", diagnostic.message, "\n");
  }
  return said;
}

TEST(DiagnosticsTest, AnOpenBlockNamesItsOpener) {
  EXPECT_EQ(Said("x = 1\nfungsi f(a)\n  a\n"),
            "3: error: expected 'akhir', found the end of the file\n"
            "2: note: this 'fungsi' of line 2 is not closed\n");
  EXPECT_EQ(Said("struktur P\n  x\n"),
            "2: error: expected 'akhir', found the end of the file\n"
            "1: note: this 'struktur' of line 1 is not closed\n");
}

TEST(DiagnosticsTest, IndentationTellsWhichBlockIsOpen) {
  EXPECT_EQ(Said("fungsi f(a)\n  jika a\n    cetak(a)\nakhir\nf(1)\n"),
            "5: error: expected 'akhir', found the end of the file\n"
            "1: note: this 'fungsi' of line 1 is not closed\n"
            "2: note: the 'akhir' of line 4 closes this 'jika', but is indented less\n");
}

TEST(DiagnosticsTest, AnOpenBracketOfAnotherLineIsNamed) {
  EXPECT_EQ(Said("x = [1,\n  2\ny = 3\n"), "3: error: expected ']', found 'y'\n1: note: to match this '['\n");
}

TEST(DiagnosticsTest, MisspeltNamesGetTheNearOne) {
  EXPECT_EQ(First("jumlah = 1\ncetak(jumlh)"), "[2:7]: undefined variable jumlh; did you mean 'jumlah'?");
  EXPECT_EQ(First("cetk(1)"), "[1:1]: undefined variable cetk; did you mean 'cetak'?");
  EXPECT_EQ(First("Cetak(1)"), "[1:1]: undefined variable Cetak; did you mean 'cetak'?");
  EXPECT_EQ(First("x = bnar"), "[1:5]: undefined variable bnar; did you mean 'benar'?");
  EXPECT_EQ(First("fungsi f(nilai) nilai akhir cetak(nilay)"), "[1:35]: undefined variable nilay");
  EXPECT_EQ(CompatErrors("cetk(1)"), "Compilation failed:\nundefined variable cetk\n");
}

TEST(DiagnosticsTest, MisspeltKeywordsAreFoundWhereTheirBlockEnds) {
  EXPECT_EQ(Said("selam 1 < 2\n  cetak(1)\nakhir\n"),
            "3: error: 'akhir' without a block that it belongs to\n1: note: did you mean 'selama' here?\n");
  EXPECT_EQ(Said("jika 1\n  cetak(1)\nakhr\n"),
            "3: error: expected 'akhir', found the end of the file\n"
            "1: note: this 'jika' of line 1 is not closed\n3: note: did you mean 'akhir' here?\n");
}

TEST(DiagnosticsTest, OneMistakeGivesOneError) {
  const char* mistakes[] = {
      "fungsi f(a b)\n  a\nakhir\n",
      "fungsi f a, b)\n  a\nakhir\n",
      "jika x )\n  cetak(1)\nlainnya\n  cetak(2)\nakhir\n",
      "jika x\n  y =\nakhir\ncetak(1)\n",
      "x = f(1 2, fungsi(y)\n  y\nakhir)\ncetak(x)\n",
      "x = {1: 2, 3 4, 5: [6,\n  7]}\ncetak(x)\n",
      "selama 1 2 lainnya 3 akhir\ncetak(1)\n",
      "jika a\n  selama b\n    c\nlainnya\n  d\nakhir\n",
      "x = ) + fungsi(y)\n  jika y\n    y\n  akhir\nakhir\ncetak(1)\n",
      "cetak(\"a#{1 2}b\")\ncetak(1)\n",
      "fungsi f(x)\n  jika x+1 > 0\n    cetak(1)\n  akhir\nakhir\n",
  };
  for (const char* mistake : mistakes) EXPECT_EQ(CompileText(mistake).error_count, 1u) << Said(mistake);
  EXPECT_EQ(CompileText("x = )\ny = (1\nfungsi f()\n  z = ]\nakhir\n").error_count, 3u);
}

TEST(DiagnosticsTest, RangesAreUnderlined) {
  EXPECT_EQ(RenderUnix(CompileText("x = salah1 + 2\n")),
            "test.fox:1:5: error: undefined variable salah1; did you mean 'salah'?\n"
            "  x = salah1 + 2\n"
            "      ^~~~~~\n");
}

TEST(DiagnosticsTest, Colours) {
  EXPECT_EQ(RenderUnix(CompileText("abcdef1"), true),
            "\033[1mtest.fox:1:1: \033[1;31merror: \033[0m\033[1mundefined variable abcdef1\033[0m\n"
            "  abcdef1\n  \033[1;31m^~~~~~~\033[0m\n");
}

TEST(DiagnosticsTest, JsonIsOneObjectPerError) {
  EXPECT_EQ(RenderJson(CompileText("jika 1\n\"\x80\xc3\xa9\"").diagnostics),
            "{\"file\":\"test.fox\",\"line\":2,\"column\":6,\"endColumn\":7,\"severity\":\"error\","
            "\"message\":\"expected 'akhir', found the end of the file\",\"notes\":["
            "{\"file\":\"test.fox\",\"line\":1,\"column\":1,\"endColumn\":5,\"severity\":\"note\","
            "\"message\":\"this 'jika' of line 1 is not closed\"}]}\n");
  EXPECT_EQ(RenderJson(CompileText("\x01 = \xff\"").diagnostics),
            "{\"file\":\"test.fox\",\"line\":1,\"column\":1,\"endColumn\":2,\"severity\":\"error\","
            "\"message\":\"expected an expression, found the byte 0x01\",\"notes\":[]}\n");
}

TEST(DiagnosticsTest, WarningsOnlyWhenAskedFor) {
  const std::string text =
      "fungsi f(a, panjang)\n  b = a\n  _c = 1\n  kembalikan a\n  cetak(a)\nakhir\nx = 1\n";
  EXPECT_EQ(Said(text),
            "1: warning: 'panjang' hides the built-in function of that name\n"
            "2: warning: the variable 'b' is never read\n"
            "5: warning: this is never reached\n");
  EXPECT_TRUE(CompileText(text).diagnostics.empty());
}

TEST(DiagnosticsTest, WhatStandsBehindAnIfThatLeavesIsUnreachable) {
  EXPECT_EQ(Said("fungsi f(c)\n  jika c kembalikan 1 lainnya kembalikan 2 akhir\n  c\n  c\nakhir\n"),
            "3: warning: this is never reached\n");
  EXPECT_EQ(Said("fungsi f(c)\n  jika c kembalikan 1 akhir\n  c\nakhir\n"), "");
  EXPECT_EQ(Said("fungsi f(c)\n  jika c kembalikan 1 lainnya f(c) akhir\n  c\nakhir\n"), "");
}

TEST(DiagnosticsTest, AHiddenBuiltinIsShownWhereItsNameStands) {
  const CompileResult result = [] {
    CompileOptions options;
    options.warnings = true;
    return CompileText("fungsi f(x, min) x + min akhir", options);
  }();
  ASSERT_EQ(result.diagnostics.size(), 1u);
  EXPECT_EQ(result.diagnostics[0].column, 13u);
  EXPECT_EQ(result.diagnostics[0].length, 3u);
}

TEST(DiagnosticsTest, AKeywordAsAKeyNeedsQuotes) {
  EXPECT_EQ(Said("x = {jika: 1}\ny = {a: 1, akhir: 2}\n"),
            "1: error: the keyword 'jika' as a key needs quotes\n"
            "2: error: the keyword 'akhir' as a key needs quotes\n");
  EXPECT_EQ(Said("x = {benar: 1}\n"), "");
}

TEST(DiagnosticsTest, AFieldThatNothingHasIsAWarningWhenAnotherIsNear) {
  const std::string start = "struktur T nama umur akhir\nt = T(\"Sari\", 7)\n";
  EXPECT_EQ(Said(start + "cetak(t.nmaa, t.umur)\n"),
            "3: warning: nothing here has a field 'nmaa'; did you mean 'nama'?\n");
  EXPECT_EQ(Said(start + "cetak(t.warna)\n"), "");
  EXPECT_EQ(Said(start + "t.nmaa = 1\ncetak(t.nmaa)\n"), "");
  EXPECT_EQ(Said("t = {\"kunci\": 1}\ncetak(t[\"kumci\"], t.kunci)\n"),
            "2: warning: nothing here has a field 'kumci'; did you mean 'kunci'?\n");
}

TEST(DiagnosticsTest, AVariableReadByAnInnerFunctionIsUsed) {
  EXPECT_EQ(Said("fungsi f()\n  n = 0\n  fungsi()\n    n = n + 1\n    n\n  akhir\nakhir\n"), "");
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
