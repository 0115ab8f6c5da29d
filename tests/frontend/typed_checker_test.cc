// Every diagnostic of the typed dialect: its place, its words, and that one mistake gives no more than one.
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

TEST(TypedCheckerTest, NamesThatNothingDeclares) {
  EXPECT_EQ(Errors("native_print(salm)"), "1:14: Undefined variable or type: salm");
  EXPECT_EQ(Errors("var salam = \"a\"\nnative_print(salm)"),
            "2:14: Undefined variable or type: salm; did you mean 'salam'?");
  EXPECT_EQ(Errors("var x Tokn\nstruktur Token\n  v int\nakhir"),
            "1:7: Unknown type: Tokn; did you mean 'Token'?");
  EXPECT_EQ(Errors("var x strin"), "1:7: Unknown type: strin; did you mean 'string'?");
  EXPECT_EQ(Errors("x = 1"), "1:1: Undefined variable or type: x");
  EXPECT_EQ(Errors("fungsi g(jumlah int) int\n  kembali jumlh\nakhir"),
            "2:11: Undefined variable or type: jumlh; did you mean 'jumlah'?");
  EXPECT_EQ(Errors("var x m.T"), "1:7: Unknown module: m");
  EXPECT_EQ(Errors("var x = m.y"), "1:9: Undefined variable or type: m");
  EXPECT_EQ(Errors("struktur P\n  lebar int\nakhir\nvar p P\np.lebr = 1"),
            "5:3: Field or method 'lebr' not found in struct 'P'; did you mean 'lebar'?");
  EXPECT_EQ(Errors("antarmuka I\n  fungsi Luas() int\nakhir\nfungsi g(i I) int\n  kembali i.Luass()\nakhir"),
            "5:13: Method 'Luass' not found in interface 'I'; did you mean 'Luas'?");
  EXPECT_EQ(Errors("var p = Q{a: 1}"), "1:9: Unknown type: Q");
  EXPECT_EQ(Errors("ambil \"conv\"\nvar x = conv.Itoaa(1)"), "2:14: Module 'conv' does not export 'Itoaa'");
  EXPECT_EQ(Errors("ambil \"io\"\nvar f io.Fil"), "2:7: Module 'io' does not export type 'Fil'");
  EXPECT_EQ(Errors("ambil \"io\"\nio.open(\"a\", \"b\")"), "2:4: Module 'io' does not export 'open'");
}

TEST(TypedCheckerTest, NamesOfAnotherKind) {
  EXPECT_EQ(Errors("struktur P\nakhir\nvar x = P"), "3:9: 'P' is a type, not a value");
  EXPECT_EQ(Errors("antarmuka I\nakhir\nvar x = I"), "3:9: 'I' is a type, not a value");
  EXPECT_EQ(Errors("ambil \"conv\"\nvar x = conv"), "2:9: 'conv' is a module, not a value");
  EXPECT_EQ(Errors("fungsi g() void\nakhir\nvar x g"), "3:7: 'g' is not a type");
  EXPECT_EQ(Errors("var v = 1\nvar p = v{a: 1}"), "2:9: 'v' is not a struct");
  EXPECT_EQ(Errors("struktur P\n  a int\nakhir\nvar p = P{a: 1}.a{b: 1}"),
            "4:19: Undefined variable or type: b");
  EXPECT_EQ(Errors("fungsi g() void\nakhir\ng = 1"), "3:1: Cannot reassign constant 'g'");
  EXPECT_EQ(Errors("struktur P\nakhir\nfungsi (p P) m() void\nakhir\nvar p P\nvar q = p.m"),
            "6:11: the method 'm' can only be called");
}

TEST(TypedCheckerTest, DeclarationsThatClash) {
  EXPECT_EQ(Errors("var a = 1\nvar a = 2"), "2:5: 'a' is already declared");
  EXPECT_EQ(Errors("fungsi a() void\nakhir\nvar a = 2"), "3:5: 'a' is already declared");
  EXPECT_EQ(Errors("struktur P\nakhir\nstruktur P\nakhir"), "3:1: 'P' is already declared");
  EXPECT_EQ(Errors("antarmuka P\nakhir\nfungsi P() void\nakhir"), "3:8: 'P' is already declared");
  EXPECT_EQ(Errors("tetapan A = 1\ntetapan A = 2"), "2:9: 'A' is already declared");
  EXPECT_EQ(Errors("struktur P\n  a int\n  a string\nakhir"), "3:3: 'P' already has a member 'a'");
  EXPECT_EQ(Errors("struktur P\n  a int\nakhir\nfungsi (p P) a() void\nakhir"),
            "4:14: 'P' already has a member 'a'");
  EXPECT_EQ(Errors("antarmuka I\n  fungsi a() void\n  fungsi a() int\nakhir"),
            "3:10: 'I' already has a member 'a'");
  EXPECT_EQ(Errors("fungsi f() void\n  var b = 1\n  var b = \"x\"\n  native_print_int(b)\nakhir\n"),
            "3:7: Variable 'b' already declared in this scope (type: int)\n"
            "4:20: Argument 1 type mismatch: expected int, got string");
  EXPECT_EQ(Errors("fungsi g(n int, n int) int\n  kembali n\nakhir"),
            "1:17: Variable 'n' already declared in this scope (type: int)");
}

TEST(TypedCheckerTest, DeclaredTypes) {
  EXPECT_EQ(Errors("var x void"), "1:7: a value cannot be void");
  EXPECT_EQ(Errors("var x map[[]int]int"), "1:11: Map key must be int, float, string or bool, got []int");
  EXPECT_EQ(Errors("var x map[void]int"), "1:11: Map key must be int, float, string or bool, got void");
  EXPECT_EQ(Errors("struktur P\n  a void\nakhir"), "2:5: a value cannot be void");
  EXPECT_EQ(Errors("fungsi g(a void) void\nakhir"), "1:12: a value cannot be void");
  EXPECT_EQ(Errors("fungsi (n int) m() void\nakhir"), "1:9: Method receiver must be a struct, got int");
  EXPECT_EQ(Errors("fungsi (n Tidak) m() void\nakhir"), "1:11: Unknown type: Tidak");
  EXPECT_EQ(Errors("fungsi g() int native"), "1:8: the host has no function 'g'");
  EXPECT_EQ(Errors("struktur P\nakhir\nfungsi (p P) m() void native"), "3:14: the host has no function 'm'");
  EXPECT_EQ(Errors("fungsi main(a int) void\nakhir"),
            "1:8: 'main' is called without arguments, so it cannot have parameters");
  EXPECT_EQ(Errors("fungsi f() void\n  fungsi (p P) m() void\n  akhir\nakhir\n"),
            "2:3: methods and native functions must stand at the top level of a file");
  EXPECT_EQ(Errors("fungsi f() void\n  var h = fungsi() int native\nakhir\n"),
            "2:11: methods and native functions must stand at the top level of a file");
  EXPECT_EQ(Errors("fungsi f() void\n  struktur P\n    a int\n  akhir\nakhir\n"),
            "2:3: this must stand at the top level of a file");
  EXPECT_EQ(Errors("fungsi f() void\n  antarmuka P\n  akhir\nakhir\n"),
            "2:3: this must stand at the top level of a file");
  EXPECT_EQ(Errors("fungsi f() void\n  ambil \"conv\"\nakhir\n"),
            "2:3: this must stand at the top level of a file");
}

TEST(TypedCheckerTest, ValuesOfDeclarations) {
  EXPECT_EQ(Errors("var x int = \"s\""), "1:5: Type mismatch for 'x': expected int, got string");
  EXPECT_EQ(Errors("tetapan X"), "1:9: Constant 'X' requires a value");
  EXPECT_EQ(Errors("tetapan X int"), "1:9: Constant 'X' requires a value");
  EXPECT_EQ(Errors("var x"), "1:5: Variable 'x' requires type or value");
  EXPECT_EQ(Errors("var x = kosong"), "1:5: Cannot infer type from kosong for 'x'");
  EXPECT_EQ(Errors("var x = []"), "1:5: Cannot infer type from empty literal for 'x'");
  EXPECT_EQ(Errors("var x = [[], []]"), "1:5: Cannot infer type from empty literal for 'x'");
  EXPECT_EQ(Errors("var x = {}"), "1:5: Cannot infer type from empty literal for 'x'");
  EXPECT_EQ(Errors("var a, b = 1"), "1:1: Assignment count mismatch: 2 names but 1 values");
  EXPECT_EQ(Errors("var a, b = 1, 2, 3"), "1:1: Assignment count mismatch: 2 names but 3 values");
  EXPECT_EQ(Errors("fungsi g() (int, string)\n  kembali 1, \"\"\nakhir\nvar a, b, c = g()"),
            "4:1: Assignment count mismatch: 3 names but 2 values");
  EXPECT_EQ(Errors("fungsi g() (int, string)\n  kembali 1, \"\"\nakhir\nvar a, b int = g()"),
            "4:8: Type mismatch for 'b': expected int, got string");
  EXPECT_EQ(Errors("var a = b\nvar b = a"), "1:5: Cannot infer the type of 'a'; declare it");
  EXPECT_EQ(Errors("fungsi g() void\nakhir\nvar a = g()"),
            "3:10: a value is needed here, and this gives none");
  EXPECT_EQ(Errors("var x = [1, \"a\", 2.5]"),
            "1:14: Array element 1 type mismatch: expected int, got string\n"
            "1:18: Array element 2 type mismatch: expected int, got float");
  EXPECT_EQ(Errors("var x = {\"a\": 1, \"b\": \"c\"}"),
            "1:24: Map value type mismatch: expected int, got string");
  EXPECT_EQ(Errors("var x = {\"a\": 1, 2: 3}"), "1:18: Map key type mismatch: expected string, got int");
  EXPECT_EQ(Errors("var x = {[1]: 1}"), "1:10: Map key must be int, float, string or bool, got []int");
  EXPECT_EQ(Errors("tetapan X int = \"a\""), "1:9: Type mismatch for 'X': expected int, got string");
  EXPECT_EQ(Errors("var x bool = kosong"), "1:5: Type mismatch for 'x': expected bool, got kosong");
}

TEST(TypedCheckerTest, Assignments) {
  EXPECT_EQ(Errors("var x = 1\nx = \"s\""), "2:1: Type mismatch in assignment: expected int, got string");
  EXPECT_EQ(Errors("tetapan X = 1\nX = 2"), "2:1: Cannot reassign constant 'X'");
  EXPECT_EQ(Errors("fungsi f() void\n  tetapan X = 1\n  X = 2\nakhir\n"),
            "3:3: Cannot reassign constant 'X'");
  EXPECT_EQ(Errors("fungsi f() void\n  fungsi h() void\n  akhir\n  h = f\nakhir\n"),
            "4:3: Cannot reassign constant 'h'");
  EXPECT_EQ(Errors("var a = 1\nvar b = \"\"\na, b = b, a"),
            "3:1: Type mismatch in assignment: expected int, got string\n"
            "3:4: Type mismatch in assignment: expected string, got int");
  EXPECT_EQ(Errors("var a = 1\nvar b = 2\na, b = 1"), "3:1: Assignment count mismatch: 2 = 1");
  EXPECT_EQ(Errors("var a = 1\nvar b = 2\na, b = 1, 2, 3"), "3:1: Assignment count mismatch: 2 = 3");
  EXPECT_EQ(Errors("var s = \"abc\"\ns[0] = 65"), "2:2: Cannot assign to string index (immutable)");
  EXPECT_EQ(Errors("fungsi g() int\n  kembali 1\nakhir\ng() = 2"),
            "4:2: only variables, fields and elements can be assigned to");
  EXPECT_EQ(Errors("1 = 2"), "1:1: only variables, fields and elements can be assigned to");
  EXPECT_EQ(Errors("struktur P\n  a int\nakhir\nfungsi g(p *P, q P) void\n  *p = q\nakhir"),
            "5:3: a whole struct cannot be assigned through a pointer; assign its fields");
  EXPECT_EQ(Errors("struktur P\n  a int\nakhir\nvar p P\np.a = \"x\""),
            "5:2: Type mismatch in assignment: expected int, got string");
  EXPECT_EQ(Errors("var m map[string]int\nm[\"a\"] = \"b\""),
            "2:2: Type mismatch in assignment: expected int, got string");
  EXPECT_EQ(Errors("var l []int\nl[0] = \"\""), "2:2: Type mismatch in assignment: expected int, got string");
}

TEST(TypedCheckerTest, Calls) {
  EXPECT_EQ(Errors("fungsi g(a int, b string) void\nakhir\ng(1)"),
            "3:2: Wrong number of arguments: expected 2, got 1");
  EXPECT_EQ(Errors("fungsi g(a int, b string) void\nakhir\ng(1, \"a\", 2)"),
            "3:2: Wrong number of arguments: expected 2, got 3");
  EXPECT_EQ(Errors("fungsi g(a int, b string) void\nakhir\ng(\"a\", 1)"),
            "3:4: Argument 1 type mismatch: expected int, got string\n"
            "3:8: Argument 2 type mismatch: expected string, got int");
  EXPECT_EQ(Errors("var x = 1\nx(2)"), "2:2: Cannot call int");
  EXPECT_EQ(Errors("var x = int()"), "1:12: Type conversion requires exactly 1 argument");
  EXPECT_EQ(Errors("var x = int(\"a\")"), "1:12: Cannot convert type string to int");
  EXPECT_EQ(Errors("var x = string(1)"), "1:15: Cannot convert type int to string");
  EXPECT_EQ(Errors("var x = bool(1)"), "1:13: Cannot convert type int to bool");
  EXPECT_EQ(Errors("var x = float(\"a\")"), "1:14: Cannot convert type string to float");
  EXPECT_EQ(Errors("var x = panjang()"), "1:16: panjang expects 1 argument");
  EXPECT_EQ(Errors("var x = panjang(1)"), "1:16: Argument must be Array, Map, or String, got int");
  EXPECT_EQ(Errors("hapus(1)"), "1:6: hapus expects 2 arguments: map and key");
  EXPECT_EQ(Errors("hapus(1, 2)"), "1:6: Argument 1 must be a map, got int");
  EXPECT_EQ(Errors("var m map[string]int\nhapus(m, 1)"), "2:6: Key type mismatch: expected string, got int");
  EXPECT_EQ(Errors("struktur P\n  a int\n  b string\nakhir\nvar p = P(1)"),
            "5:10: Wrong number of arguments: expected 2, got 1");
  EXPECT_EQ(Errors("struktur P\n  a int\n  b string\nakhir\nvar p = P(\"a\", \"b\")"),
            "5:12: Argument 1 type mismatch: expected int, got string");
  EXPECT_EQ(Errors("fungsi g() (int, int)\n  kembali 1, 2\nakhir\nnative_print_int(g())"),
            "4:19: one value is needed here, and this gives (int, int)");
  EXPECT_EQ(Errors("fungsi g() (int, int)\n  kembali 1, 2\nakhir\nvar x = g() + 1"),
            "4:13: one value is needed here, and this gives (int, int)");
  EXPECT_EQ(Errors("fungsi g() void\nakhir\nvar x = g() + 1"),
            "3:13: a value is needed here, and this gives none");
  EXPECT_EQ(Errors("struktur P\n  a int\nakhir\nfungsi (p P) m(x int) void\nakhir\nvar p P\np.m(\"a\")\n"
                   "p.m()"),
            "7:6: Argument 1 type mismatch: expected int, got string\n"
            "8:4: Wrong number of arguments: expected 1, got 0");
}

TEST(TypedCheckerTest, AssertAndThreads) {
  EXPECT_EQ(Errors("assert(1)"), "1:7: assert expects 2 arguments: interface and type");
  EXPECT_EQ(Errors("antarmuka I\n  fungsi m() void\nakhir\nstruktur P\nakhir\nfungsi g(i I) void\n"
                   "  assert(i, P)\nakhir"),
            "7:13: 'P' is no I, so this never holds");
  EXPECT_EQ(Errors("struktur P\nakhir\nvar p P\nvar q = assert(p, P)"),
            "4:15: Argument 1 must be an interface, got P");
  EXPECT_EQ(Errors("antarmuka I\nakhir\nfungsi g(i I) void\n  assert(i, I)\nakhir"),
            "4:13: Argument 2 must be a struct type for assertion");
  EXPECT_EQ(Errors("luncurkan()"), "1:10: luncurkan expects 1 or 2 arguments");
  EXPECT_EQ(Errors("luncurkan(1)"), "1:10: Argument 1 must be a function, got int");
  EXPECT_EQ(Errors("fungsi g(a int) void\nakhir\nluncurkan(g)"), "3:10: Function requires arguments");
  EXPECT_EQ(Errors("fungsi g() void\nakhir\nluncurkan(g, 1)"),
            "3:10: luncurkan was given an argument that the function does not take");
  EXPECT_EQ(Errors("fungsi g(a int, b int) void\nakhir\nluncurkan(g, 1)"),
            "3:10: Function passed to luncurkan must accept exactly 1 argument");
  EXPECT_EQ(Errors("fungsi g(a int) void\nakhir\nluncurkan(g, \"a\")"),
            "3:10: Argument type mismatch: expected int, got string");
}

TEST(TypedCheckerTest, Operators) {
  EXPECT_EQ(Errors("var x = 1 + 2.5"), "1:11: Operator + not defined for types int and float");
  EXPECT_EQ(Errors("var x = 1 + \"a\""), "1:11: Operator + not defined for types int and string");
  EXPECT_EQ(Errors("var x = 1.5 % 2"), "1:13: Operator % requires int operands");
  EXPECT_EQ(Errors("var x = 1.5 & 2"), "1:13: Operator & requires int operands");
  EXPECT_EQ(Errors("var x = \"a\" << 1"), "1:13: Operator << requires int operands");
  EXPECT_EQ(Errors("var x = \"a\" - \"b\""), "1:13: Operator - not defined for types string and string");
  EXPECT_EQ(Errors("var x = benar < salah"), "1:15: Operator < requires numeric operands");
  EXPECT_EQ(Errors("var x = 1 < 2.5"), "1:11: Operator < requires numeric operands");
  EXPECT_EQ(Errors("var x = \"a\" < 1"), "1:13: Operator < requires numeric operands");
  EXPECT_EQ(Errors("var x = 1 == \"a\""), "1:11: Cannot compare different types int and string");
  EXPECT_EQ(Errors("var x = 1 dan benar"), "1:11: Operator dan requires Bool operands");
  EXPECT_EQ(Errors("var x = benar atau 0"), "1:15: Operator atau requires Bool operands");
  EXPECT_EQ(Errors("var x = !1"), "1:9: Operator ! not defined for type int");
  EXPECT_EQ(Errors("var x = -\"a\""), "1:9: Operator - not defined for type string");
  EXPECT_EQ(Errors("var x = ~2.5"), "1:9: Operator ~ not defined for type float");
  EXPECT_EQ(Errors("var x = &1"), "1:9: Cannot take address of non-variable expression");
  EXPECT_EQ(Errors("var x = *1"), "1:9: Operator * not defined for type int");
  EXPECT_EQ(Errors("var x = [1] + [\"a\"]"), "1:17: Array element 0 type mismatch: expected int, got string");
  EXPECT_EQ(Errors("var a []int\nvar b []string\nvar x = a + b"),
            "3:11: Cannot concatenate arrays of different types []int and []string");
  EXPECT_EQ(Errors("var x = [1] == [2]"), "1:13: Operator == not supported on []int");
  EXPECT_EQ(Errors("var m map[int]int\nvar x = m == m"), "2:11: Operator == not supported on map[int]int");
  EXPECT_EQ(Errors("struktur P\n  a []int\nakhir\nvar p P\nvar x = p == p"),
            "5:11: Struct P is not comparable (contains map, array, or function)");
  EXPECT_EQ(Errors("fungsi g() void\nakhir\nvar x = g == g"), "3:11: Operator == not supported on fungsi()");
  EXPECT_EQ(Errors("var n = 1\nvar x = \"a#{n}b\""), "2:13: Interpolation requires String type, got int");
  EXPECT_EQ(Errors("var x = 1 == kosong"), "1:11: Cannot compare different types int and kosong");
  EXPECT_EQ(Errors("var x = &5"), "1:9: Cannot take address of non-variable expression");
}

TEST(TypedCheckerTest, ElementsAndMembers) {
  EXPECT_EQ(Errors("var x = 1[0]"), "1:10: Index operation not supported on type int");
  EXPECT_EQ(Errors("var x = [1][\"a\"]"), "1:12: Index must be int, got string");
  EXPECT_EQ(Errors("var x = \"abc\"[1.5]"), "1:14: Index must be int, got float");
  EXPECT_EQ(Errors("var m map[string]int\nvar x = m[1]"),
            "2:10: Map key type mismatch: expected string, got int");
  EXPECT_EQ(Errors("var x = 1\nvar y = x.a"), "2:11: Cannot access member on non-struct/module type int");
  EXPECT_EQ(Errors("var l []int\nvar y = l.a"), "2:11: Cannot access member on non-struct/module type []int");
  EXPECT_EQ(Errors("struktur P\n  a int\nakhir\nvar p P\nvar x = p.b"),
            "5:11: Field or method 'b' not found in struct 'P'");
  EXPECT_EQ(Errors("struktur P\n  a int\nakhir\nvar p = P{b: 1}"),
            "4:11: Field 'b' not defined in struct 'P'");
  EXPECT_EQ(Errors("struktur P\n  a int\nakhir\nvar p = P{a: \"x\"}"),
            "4:11: Field 'a' type mismatch: expected int, got string");
  EXPECT_EQ(Errors("struktur P\n  a int\nakhir\nvar p = P{a: 1, a: 2}"), "4:17: Field 'a' is given twice");
  EXPECT_EQ(Errors("antarmuka I\nakhir\nvar i = I{}"), "3:9: 'I' is not a struct");
  EXPECT_EQ(Errors("struktur T\n  a int\nakhir\nvar t T\nvar d = t.a{x: 1}"), "5:10: Expected struct type before '{'");
  EXPECT_EQ(Errors("ambil \"io\"\nvar f = io.Filee{}"), "2:12: Module 'io' does not export 'Filee'");
}

TEST(TypedCheckerTest, Interfaces) {
  EXPECT_EQ(Errors("antarmuka I\n  fungsi m(a int) string\nakhir\nstruktur P\nakhir\nvar i I = P{}"),
            "6:5: Type mismatch for 'i': expected I, got P");
  EXPECT_EQ(Errors("antarmuka I\n  fungsi m(a int) string\nakhir\nstruktur P\nakhir\n"
                   "fungsi (p P) m(a int) int\n  kembali a\nakhir\nvar i I = P{}"),
            "9:5: Type mismatch for 'i': expected I, got P");
  EXPECT_EQ(Errors("antarmuka I\n  fungsi m() void\nakhir\nantarmuka J\n  fungsi n() void\nakhir\n"
                   "fungsi g(i I) J\n  kembali i\nakhir"),
            "8:3: Return type mismatch: expected J, got I");
  EXPECT_EQ(Errors("antarmuka I\nakhir\nvar l []I = [1]"),
            "3:14: Array element 0 type mismatch: expected I, got int");
  EXPECT_EQ(Errors("antarmuka I\nakhir\nstruktur P\nakhir\nvar i I\nvar p P = i"),
            "6:5: Type mismatch for 'p': expected P, got I");
}

TEST(TypedCheckerTest, Conditions) {
  EXPECT_EQ(Errors("jika 1\nakhir"), "1:6: If condition must be Bool, got int");
  EXPECT_EQ(Errors("selama \"a\"\nakhir"), "1:9: While condition must be Bool, got string");
  EXPECT_EQ(Errors("jika salah\natau_jika 2.5\nakhir"), "2:11: If condition must be Bool, got float");
  EXPECT_EQ(Errors("pilih 1.5\n  kasus 1.5:\nakhir"),
            "1:7: Switch condition must be Int, Bool, or String, got float");
  EXPECT_EQ(Errors("pilih 1\n  kasus \"a\":\nakhir"),
            "2:10: Case value type mismatch: expected int, got string");
  EXPECT_EQ(Errors("fungsi f() void\n  var x = jika benar 1 lain 2 akhir\nakhir\n"),
            "2:11: 'jika' has no value here");
  EXPECT_EQ(Errors("fungsi f() void\n  var x = selama benar 1 akhir\nakhir\n"),
            "2:11: 'selama' has no value here");
}

TEST(TypedCheckerTest, Results) {
  EXPECT_EQ(Errors("fungsi g() int\nakhir"), "1:8: Not all code paths return a value");
  EXPECT_EQ(Errors("fungsi g(a int) int\n  jika a > 0\n    kembali 1\n  akhir\nakhir"),
            "1:8: Not all code paths return a value");
  EXPECT_EQ(Errors("fungsi g(a int) int\n  selama a > 0\n    kembali 1\n  akhir\nakhir"),
            "1:8: Not all code paths return a value");
  EXPECT_EQ(Errors("fungsi g() int\n  kembali \"a\"\nakhir"),
            "2:3: Return type mismatch: expected int, got string");
  EXPECT_EQ(Errors("fungsi g() int\n  kembali\nakhir"), "2:3: Return type mismatch: expected int, got void");
  EXPECT_EQ(Errors("fungsi g() void\n  kembali 1\nakhir"),
            "2:3: Return type mismatch: expected void, got int");
  EXPECT_EQ(Errors("fungsi g() (int, string)\n  kembali 1\nakhir"),
            "2:3: Return type mismatch: expected (int, string), got int");
  EXPECT_EQ(Errors("fungsi g() (int, string)\n  kembali 1, 2\nakhir"),
            "2:3: Return type mismatch: expected (int, string), got (int, int)");
  EXPECT_EQ(Errors("fungsi g() (int, string)\n  kembali 1, \"\", 3\nakhir"),
            "2:3: Return type mismatch: expected (int, string), got (int, string, int)");
  EXPECT_EQ(Errors("fungsi h() void\nakhir\nfungsi g() int\n  kembali h()\nakhir"),
            "4:3: Return type mismatch: expected int, got void");
  EXPECT_EQ(Errors("kembali 1"), "1:1: 'kembali' outside of a function");
  EXPECT_EQ(Errors("kembali"), "1:1: 'kembali' outside of a function");
  EXPECT_EQ(Errors("var h = fungsi(a int) int\nakhir"), "1:9: Not all code paths return a value");
}

TEST(TypedCheckerTest, AMistakeOfAnotherStatementIsNotSaidAgain) {
  EXPECT_EQ(Errors("ambil \"hilang\"\nvar x Jenis = hilang.Buat()\nvar y = Tetapan + 1\nnative_print(Teks)"),
            "1:1: Failed to import module 'hilang': no such file or directory");
  EXPECT_EQ(Errors("var a = salah + 1\nvar b = a\nvar c = [b]"),
            "1:15: Operator + not defined for types bool and int");
  EXPECT_EQ(Errors("fungsi f() void\nakhir\nfungsi g() void\n  kembali f()\nakhir"), "");
}

TEST(TypedCheckerTest, StructsThatContainEachOtherAreComparedAlike) {
  const std::string plain = "struktur A\n  b B\nakhir\nstruktur B\n  a A\n  n int\nakhir\nvar a A\nvar b B\n";
  EXPECT_EQ(Errors(plain + "var x = a == a dan b == b"), "");
  const std::string list =
      "struktur A\n  b B\nakhir\nstruktur B\n  a A\n  n []int\nakhir\nvar a A\nvar b B\n";
  EXPECT_EQ(Errors(list + "var x = a == a\nvar y = b == b"),
            "10:11: Struct A is not comparable (contains map, array, or function)\n"
            "11:11: Struct B is not comparable (contains map, array, or function)");
}

}  // namespace
}  // namespace foxvm::frontend
