// The code that single constructs compile to; whole programs are compared in conformance_bytecode_test.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "interp/bytecode/builtin_names.h"
#include "tests/frontend/compile_for_test.h"

namespace foxvm::frontend {
namespace {

using bytecode::ConstantKind;
using bytecode::Module;

TEST(CodegenTest, TheDocumentedExamples) {
  const Module function = CompileOk("fungsi f(a) kembalikan a + 1 akhir cetak(f(2))");
  EXPECT_EQ(Hex(function.main.code),
            "43000100120000150c110000100002400140010"
            "1");
  ASSERT_EQ(function.functions.size(), 1u);
  EXPECT_EQ(Hex(function.functions[0].code),
            "13001000002042"
            "41");
  EXPECT_EQ(function.functions[0].locals, 1u);
  EXPECT_EQ(function.functions[0].params, 1u);
  EXPECT_EQ(MainHex("i = 0 selama i < 3 i = i + 1 akhir"),
            "1000001200001000011000021100002631002401110000100003201200001000043000090"
            "1");
}

TEST(CodegenTest, ComparisonsBelowAreTurnedRound) {
  EXPECT_EQ(MainHex("1 < 2"), "1000001000012601");
  const Module module = CompileOk("1 <= 2");
  EXPECT_EQ(module.constants[0].integer, 2);
  EXPECT_EQ(Hex(module.main.code), "1000001000012701");
}

TEST(CodegenTest, LogicalOperatorsKeepTheDecidingOperand) {
  EXPECT_EQ(MainHex("1 dan 2"), "1000000231000b0110000101");
  EXPECT_EQ(MainHex("1 atau 2"), "1000000231000a30000e0110000101");
}

TEST(CodegenTest, ABlockWithoutAValueYieldsNull) {
  const Module module = CompileOk("jika 1 x = 2 akhir");
  EXPECT_EQ(Hex(module.main.code), "10000031001210000112000010000230001510000301");
  EXPECT_EQ(module.constants[2].kind, ConstantKind::kNull);
}

TEST(CodegenTest, AFunctionBodyReturnsItsLastExpression) {
  const Module module = CompileOk("f = fungsi(x) x * 2 akhir g = fungsi() akhir h = fungsi() y = 1 akhir");
  EXPECT_EQ(Hex(FindFunction(module, "f").code), "13001000002242");
  EXPECT_EQ(Hex(FindFunction(module, "g").code), "41");
  EXPECT_EQ(Hex(FindFunction(module, "h").code), "100003140041");
}

TEST(CodegenTest, IndexAssignmentLeavesNothing) {
  EXPECT_EQ(MainHex("a = 1 a[2] = 3 a.k = 4"),
            "100000120000"
            "1100001000011000021d"
            "1100001000031000041d");
}

TEST(CodegenTest, LoopExitsDropPendingOperandsFirst) {
  // cetak, 1 are pending at berhenti; the loop's own value is replaced by the null pushed for the jump.
  EXPECT_EQ(MainHex("selama 1 cetak(1, jika 2 berhenti akhir) akhir"),
            "100000"
            "100001"
            "31002b"
            "01"
            "150c"
            "100002"
            "100003"
            "310023"
            "01"
            "01"
            "100004"
            "30002b"
            "100005"
            "300026"
            "100006"
            "4002"
            "300003"
            "01");
}

TEST(CodegenTest, CapturesPassThroughEveryFunctionBetween) {
  const Module module = CompileOk("fungsi a(x) fungsi b() fungsi c() x = x + 1 akhir akhir akhir");
  EXPECT_EQ(Hex(FindFunction(module, "c").code), "440010000020450041");
  EXPECT_EQ(Hex(FindFunction(module, "b").code), "470043000101140041");
  EXPECT_EQ(Hex(FindFunction(module, "a").code), "460043000201140141");
}

TEST(CodegenTest, ARedefinitionTakesANewSlot) {
  const Module module = CompileOk("fungsi f() 1 akhir fungsi g() f() akhir fungsi f() 2 akhir f = 3");
  EXPECT_EQ(module.globals, 3u);
  EXPECT_EQ(module.global_names, (std::vector<std::string>{"f", "g", "f"}));
  EXPECT_EQ(Hex(FindFunction(module, "g").code), "110000400042");
  EXPECT_EQ(Hex(module.main.code).substr(Hex(module.main.code).size() - 6), "120002");
}

TEST(CodegenTest, ADuplicateParameterMeansTheLast) {
  EXPECT_EQ(Hex(FindFunction(CompileOk("fungsi f(a, a) a akhir"), "f").code), "130142");
}

TEST(CodegenTest, HashPairsAreSortedByKeyText) {
  const Module module = CompileOk("{b: 1, 10: 2, 9: 3, \"a\": 4}");
  std::vector<int64_t> values;
  for (const bytecode::Constant& constant : module.constants) {
    if (constant.kind == ConstantKind::kInt && constant.integer < 5) values.push_back(constant.integer);
  }
  EXPECT_EQ(values, (std::vector<int64_t>{2, 3, 4, 1}));
}

TEST(CodegenTest, EqualKeyTextsKeepSourceOrder) {
  const Module module = CompileOk("{x: 5, \"x\": 6, x: 7}");
  EXPECT_EQ(module.constants[1].integer, 5);
  EXPECT_EQ(module.constants[3].integer, 6);
  EXPECT_EQ(module.constants[5].integer, 7);
}

TEST(CodegenTest, BuiltinsAreTheLastResort) {
  EXPECT_EQ(MainHex("cetak saluran_baru tulis_byte"),
            "150c011500"
            "01153b01");
  EXPECT_EQ(MainHex("cetak = 1 cetak"), "10000012000011000001");
  EXPECT_EQ(bytecode::kBuiltinNames[12], "cetak");
}

TEST(CodegenTest, FunctionsCarryNamesForStackTraces) {
  const Module module = CompileOk("fungsi satu() akhir dua = fungsi() akhir cetak(fungsi() akhir)");
  ASSERT_EQ(module.functions.size(), 3u);
  EXPECT_EQ(module.functions[0].name, "satu");
  EXPECT_EQ(module.functions[1].name, "dua");
  EXPECT_EQ(module.functions[2].name, "");
  EXPECT_EQ(module.files, std::vector<std::string>{"test.fox"});
}

TEST(CodegenTest, LineEntriesPointAtOperatorsCallsAndIndexing) {
  const Module module = CompileOk("a = [1]\nb = a[0] +\n  a[1]\ncetak(b)\na[0] = 2");
  std::vector<std::string> seen;
  uint32_t last = 0;
  for (const bytecode::LineEntry& entry : module.main.lines) {
    EXPECT_TRUE(seen.empty() || entry.offset > last);
    last = entry.offset;
    seen.push_back(std::to_string(entry.line) + ":" + std::to_string(entry.column));
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"2:6", "3:4", "2:10", "4:6", "5:2"}));
}

TEST(CodegenTest, StringsKeepTheirBytes) {
  const Module module = CompileOk("\"\xC3\xA9\\n\" \"\"");
  EXPECT_EQ(module.strings, (std::vector<std::string>{"\xC3\xA9\n", ""}));
}

TEST(CodegenTest, AnEmptyProgramHasNoCode) {
  const Module module = CompileOk("# only a comment");
  EXPECT_TRUE(module.main.code.empty());
  EXPECT_TRUE(module.constants.empty());
}

}  // namespace
}  // namespace foxvm::frontend
