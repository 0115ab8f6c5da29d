// Syntax, files and warnings of the typed dialect: what is said, where, and that one mistake gives one error.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "tests/frontend/compile_for_test.h"

namespace foxvm::frontend {
namespace {

// What is said of the program `text`, as lines `LINE:COLUMN: MESSAGE`; the file goes before the line if it is not
// the program's own.
std::string Said(absl::string_view text, const FileMap& files, bool warnings) {
  MemoryModules modules(files);
  const CompileResult result =
      Compile("test.fox", text, modules, {.dialect = Dialect::kTyped, .warnings = warnings});
  EXPECT_EQ(result.module.has_value(), result.error_count == 0);
  std::string said;
  for (const Diagnostic& diagnostic : result.diagnostics) {
    absl::StrAppend(&said, said.empty() ? "" : "\n");
    if (diagnostic.file != "test.fox")
      absl::StrAppend(&said, absl::StripPrefix(diagnostic.file, "mem:"), ":");
    absl::StrAppend(&said, diagnostic.line, ":", diagnostic.column, ": ",
                    diagnostic.severity == Severity::kNote ? "note: " : "", diagnostic.message);
  }
  return said;
}

std::string Errors(absl::string_view text, const FileMap& files = {}) {
  return Said(text, files, /*warnings=*/false);
}

std::string Warnings(absl::string_view text, const FileMap& files = {}) {
  return Said(text, files, /*warnings=*/true);
}

TEST(TypedSyntaxTest, StatementsMayBeginWithAString) {
  EXPECT_EQ(Errors("\"a b\" + \"c\"\n\"\"\nvar x string\n\"#{x} b\"\n\"b #{x}\""), "");
  EXPECT_EQ(Errors("\"a b\" + c"), "1:9: Undefined variable or type: c");
}

TEST(TypedSyntaxTest, Syntax) {
  EXPECT_EQ(Errors("var"), "1:4: expected a name, found the end of the file");
  EXPECT_EQ(Errors("var 1"), "1:5: expected a name, found '1'");
  EXPECT_EQ(Errors("var x = "), "1:8: expected an expression, found the end of the file");
  EXPECT_EQ(Errors("var a, = 1"), "1:8: expected a name, found '='");
  EXPECT_EQ(Errors("fungsi g(a) void\nakhir"), "1:10: 'a' needs a type");
  EXPECT_EQ(Errors("fungsi g(1 int) void\nakhir"), "1:10: expected a name with its type, found '1'");
  EXPECT_EQ(Errors("fungsi g(a int void\nakhir"), "1:16: expected ')', found 'void'");
  EXPECT_EQ(Errors("fungsi g() [int\nakhir"), "1:13: expected ']', found 'int'");
  EXPECT_EQ(Errors("struktur\nakhir"), "2:1: expected a name, found 'akhir'");
  EXPECT_EQ(Errors("struktur P\n  a\nakhir"), "2:3: 'a' needs a type");
  EXPECT_EQ(Errors("struktur P\n  a int"),
            "2:8: expected 'akhir', found the end of the file\n"
            "1:1: note: this 'struktur' of line 1 is not closed");
  EXPECT_EQ(Errors("antarmuka I\n  m() void\nakhir"), "2:3: expected 'fungsi' or 'akhir', found 'm'");
  EXPECT_EQ(Errors("antarmuka I\n  fungsi m() void"),
            "2:18: expected 'akhir', found the end of the file\n"
            "1:1: note: this 'antarmuka' of line 1 is not closed");
  EXPECT_EQ(Errors("pilih 1\n  2\nakhir"), "2:3: expected 'kasus', found '2'");
  EXPECT_EQ(Errors("pilih 1\n  kasus 1 2\nakhir"), "2:11: expected ':', found '2'");
  EXPECT_EQ(Errors("pilih 1\n  kasus 1: 2"),
            "2:13: expected 'akhir', found the end of the file\n"
            "1:1: note: this 'pilih' of line 1 is not closed");
  EXPECT_EQ(Errors("var p = P{1}"), "1:11: expected a name, found '1'");
  EXPECT_EQ(Errors("var p = P{a 1}"), "1:13: expected ':', found '1'");
  EXPECT_EQ(Errors("var p = P{a: 1"), "1:15: expected ',', found the end of the file");
  EXPECT_EQ(Errors("var m = {1 2}"), "1:12: expected ':', found '2'");
  EXPECT_EQ(Errors("var x []"), "1:9: expected a type, found the end of the file");
  EXPECT_EQ(Errors("var x map[string"), "1:17: expected ']', found the end of the file");
  EXPECT_EQ(Errors("jika benar\n  native_print(\"a\")"),
            "2:20: expected 'akhir', found the end of the file\n"
            "1:1: note: this 'jika' of line 1 is not closed");
  EXPECT_EQ(Errors("fungsi g() void\n  selama benar\nakhir"),
            "3:6: expected 'akhir', found the end of the file\n"
            "1:1: note: this 'fungsi' of line 1 is not closed\n"
            "2:3: note: the 'akhir' of line 3 closes this 'selama', but is indented less");
  EXPECT_EQ(Errors("akhir"), "1:1: 'akhir' without a block that it belongs to");
  EXPECT_EQ(Errors("native_print(\"a"), "1:14: unterminated string");
  EXPECT_EQ(Errors("native_print(\"a#{1}"), "1:14: unterminated string");
  EXPECT_EQ(Errors("var x = 1+ 2"), "1:10: Binary operator '+' requires space before it");
  EXPECT_EQ(Errors("var x = 1 +2"), "1:11: Binary operator '+' requires space after it");
  EXPECT_EQ(Errors("a, b"), "1:5: expected '=', found the end of the file");
  EXPECT_EQ(Errors("var x = @"), "1:9: expected an expression, found '@'");
  EXPECT_EQ(Errors("kembali )"), "1:9: expected an expression, found ')'");
}

TEST(TypedSyntaxTest, BracesBehindAnError) {
  EXPECT_EQ(Errors("var x = ).a{b: 1}"), "1:9: expected an expression, found ')'");
  EXPECT_EQ(Errors("var x = a..b{c: 1}"), "1:11: expected a name, found '.'");
}

TEST(TypedSyntaxTest, BlocksThatTheFileEndsIn) {
  EXPECT_EQ(Errors("fungsi a() void\nfungsi b() void\nfungsi c() void\n"),
            "3:16: expected 'akhir', found the end of the file\n"
            "3:1: note: this 'fungsi' of line 3 is not closed");
}

TEST(TypedSyntaxTest, OneMistakeOneError) {
  EXPECT_EQ(Errors("var x = tidak + 1 * 2\nvar y = x + 1\nnative_print_int(y)"),
            "1:9: Undefined variable or type: tidak");
  EXPECT_EQ(Errors("var x Tidak\nx.a = 1\nx.m(2)"), "1:7: Unknown type: Tidak");
  EXPECT_EQ(Errors("var x = [tidak, 1]\nx[0] = 2"), "1:10: Undefined variable or type: tidak");
  EXPECT_EQ(Errors("var p = Tidak{a: 1, b: 2}\np.c()"), "1:9: Unknown type: Tidak");
  EXPECT_EQ(Errors("fungsi g() void\n  selama tidak\n    kembali 1\n  akhir\nakhir"),
            "2:10: Undefined variable or type: tidak\n"
            "3:5: Return type mismatch: expected void, got int");
  EXPECT_EQ(Errors("var x = panjang(tidak) + panjang(1)"),
            "1:17: Undefined variable or type: tidak\n"
            "1:33: Argument must be Array, Map, or String, got int");
}

TEST(TypedSyntaxTest, AllErrorsOfAFile) {
  EXPECT_EQ(Errors("fungsi g() int\n  var a = 1 +\n  native_print(\"x\")\nakhir\nvar c = 3\n"
                   "fungsi h() int\n  var = 2\n  kembali )\nakhir\nstruktur P\n  a 1\n  b int\nakhir\n"
                   "var d = ]"),
            "7:7: expected a name, found '='\n8:11: expected an expression, found ')'\n"
            "11:3: 'a' needs a type\n14:9: expected an expression, found ']'");
  EXPECT_EQ(Errors("fungsi g() int\n  jika 1\n    kembali \"a\"\n  akhir\nakhir\nvar x = 1 + \"a\"\n"
                   "fungsi h() void\n  kembali 2\nakhir"),
            "1:8: Not all code paths return a value\n2:8: If condition must be Bool, got int\n"
            "3:5: Return type mismatch: expected int, got string\n"
            "6:11: Operator + not defined for types int and string\n"
            "8:3: Return type mismatch: expected void, got int");
  EXPECT_EQ(Errors("fungsi g() void\n  jika benar\n    native_print(\"a\")\n\nfungsi h() void\n"
                   "  var x = )\nakhir"),
            "6:11: expected an expression, found ')'\n"
            "7:6: expected 'akhir', found the end of the file\n"
            "2:3: note: this 'jika' of line 2 is not closed");
  EXPECT_EQ(Errors("antarmuka I\n  fungsi a(\n  fungsi b() int\n  c\nakhir\nvar x = )"),
            "3:3: expected a name with its type, found 'fungsi'\n"
            "4:3: expected 'fungsi' or 'akhir', found 'c'\n6:9: expected an expression, found ')'");
}

TEST(TypedSyntaxTest, Imports) {
  EXPECT_EQ(Errors("ambil \"tidak\""), "1:1: Failed to import module 'tidak': no such file or directory");
  EXPECT_EQ(Errors("ambil \"m\"", {{"m.fox", "ambil \"n\""}, {"n.fox", "ambil \"m\""}}),
            "n.fox:1:1: Import cycle detected: m");
  EXPECT_EQ(Errors("ambil \"m\"", {{"m.fox", "ambil \"m\""}}), "m.fox:1:1: Import cycle detected: m");
  EXPECT_EQ(Errors("dari \"m\" ambil ada, tidak", {{"m.fox", "var ada = 1"}}),
            "1:1: Module 'm' does not export 'tidak'");
  EXPECT_EQ(Errors("ambil \"m\"\nvar x = m.tidak", {{"m.fox", "var ada = 1"}}),
            "2:11: Module 'm' does not export 'tidak'");
  EXPECT_EQ(Errors("ambil \"m\"\nvar x m.tidak", {{"m.fox", "var ada = 1"}}),
            "2:7: Module 'm' does not export type 'tidak'");
  EXPECT_EQ(Errors("ambil \"m\"\nambil \"n\"\nvar x = sama",
                   {{"m.fox", "var sama = 1"}, {"n.fox", "var sama = 2"}}),
            "3:9: 'sama' is declared by several imported files");
  EXPECT_EQ(Errors("ambil \"m\"\nambil \"n\"\nvar x T",
                   {{"m.fox", "struktur T\nakhir"}, {"n.fox", "struktur T\nakhir"}}),
            "3:7: 'T' is declared by several imported files");
  EXPECT_EQ(
      Errors("ambil \"m\"\nambil \"n\"", {{"m.fox", "ambil \"hilang\""}, {"n.fox", "ambil \"hilang\""}}),
      "m.fox:1:1: Failed to import module 'hilang': no such file or directory");
  EXPECT_EQ(Errors("ambil \"m\"\nvar x = 1 + \"\"", {{"m.fox", "var y int = \"a\""}}),
            "m.fox:1:5: Type mismatch for 'y': expected int, got string\n"
            "2:11: Operator + not defined for types int and string");
  EXPECT_EQ(Errors("ambil \"m\"\nvar x = 1 + \"\"", {{"m.fox", "var y = )"}}),
            "m.fox:1:9: expected an expression, found ')'");
}

TEST(TypedSyntaxTest, Loops) {
  EXPECT_EQ(Errors("berhenti"), "1:1: 'berhenti' hanya boleh digunakan di dalam loop");
  EXPECT_EQ(Errors("fungsi f() void\n  lanjut\nakhir\n"),
            "2:3: 'lanjut' hanya boleh digunakan di dalam loop");
  EXPECT_EQ(Errors("fungsi f() void\n  selama benar\n    var h = fungsi() void\n      berhenti\n"
                   "    akhir\n    h()\n  akhir\nakhir\n"),
            "4:7: 'berhenti' hanya boleh digunakan di dalam loop");
}

TEST(TypedWarningsTest, UnusedVariables) {
  EXPECT_EQ(Warnings("fungsi f() void\n  var a = 1\nakhir\n"), "2:7: Unused variable 'a'");
  EXPECT_EQ(Warnings("fungsi f() void\n  var _a = 1\n  var b = 2\n  b = 3\nakhir\n"),
            "3:7: Unused variable 'b'");
  EXPECT_EQ(Warnings("fungsi f() void\n  tetapan C = 1\nakhir\n"), "2:11: Unused variable 'C'");
  EXPECT_EQ(Warnings("fungsi f() void\n  fungsi h() void\n  akhir\nakhir\n"), "2:10: Unused variable 'h'");
  EXPECT_EQ(Warnings("fungsi f() void\n  var a = 1\n  var h = fungsi() int kembali a akhir\n  h()\nakhir\n"),
            "");
  EXPECT_EQ(Warnings("fungsi g(a int) void\nakhir\nvar tinggal = 1"), "");
  EXPECT_EQ(Warnings("jika benar\n  var a = 1\nakhir"), "2:7: Unused variable 'a'");
}

TEST(TypedWarningsTest, Shadowing) {
  EXPECT_EQ(Warnings("var a = 1\nfungsi f() void\n  var a = 2\n  native_print_int(a)\nakhir\n"),
            "3:7: Variable 'a' shadows outer declaration (type: int)");
  EXPECT_EQ(Warnings("fungsi f() void\n  var a = 1\n  jika a == 1\n    var a = \"x\"\n    native_print(a)\n"
                     "  akhir\nakhir\n"),
            "4:9: Variable 'a' shadows outer declaration (type: int)");
  EXPECT_EQ(Warnings("fungsi g(a int) void\n  var h = fungsi(a string) void native_print(a) akhir\n"
                     "  h(\"\")\n  native_print_int(a)\nakhir"),
            "2:18: Variable 'a' shadows outer declaration (type: int)");
  EXPECT_EQ(Warnings("ambil \"string\"\nfungsi f() void\n  var string = 1\n  native_print_int(string)\n"
                     "akhir\n"),
            "");
  EXPECT_EQ(Warnings("fungsi g() void\n  jika benar\n    var a = 1\n    native_print_int(a)\n  lain\n"
                     "    var a = 2\n    native_print_int(a)\n  akhir\nakhir"),
            "");
}

TEST(TypedWarningsTest, UnreachableCode) {
  EXPECT_EQ(Warnings("fungsi f() void\n  selama benar\n    berhenti\n    native_print(\"a\")\n  akhir\n"
                     "akhir\n"),
            "4:5: Unreachable code detected");
  EXPECT_EQ(Warnings("fungsi g(n int) int\n  jika n == 0\n    kembali 1\n  lain\n    kembali 2\n  akhir\n"
                     "  kembali 3\nakhir"),
            "7:3: Unreachable code detected");
  EXPECT_EQ(Warnings("fungsi f() void\n  selama benar\n    jika benar lanjut akhir\n"
                     "    native_print(\"a\")\n  akhir\nakhir\n"),
            "");
}

TEST(TypedWarningsTest, LossyConversion) {
  EXPECT_EQ(Warnings("var x = int(2.5)"), "1:12: Lossy conversion from float to int");
  EXPECT_EQ(Warnings("var x = float(2)\nvar y = int(1)\nvar z = float(1.5)"), "");
}

TEST(TypedWarningsTest, OnlyOfTheProgramItself) {
  EXPECT_EQ(Warnings("ambil \"m\"", {{"m.fox", "fungsi f() void\n  var a = 1\nakhir\n"}}), "");
}

}  // namespace
}  // namespace foxvm::frontend
