// Past the reference's operand widths: the Wide prefix, and errors where even that has an end.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "interp/bytecode/instruction.h"
#include "tests/frontend/compile_for_test.h"

namespace foxvm::frontend {
namespace {

using bytecode::Instruction;
using bytecode::Module;
using bytecode::Opcode;

// The number of instructions of one opcode, with or without prefix.
size_t CountOf(const bytecode::Function& function, Opcode opcode, bool wide) {
  size_t count = 0;
  Instruction instruction;
  for (size_t at = 0; at < function.code.size(); at += instruction.length) {
    if (!bytecode::Decode(function.code, at, &instruction)) {
      ADD_FAILURE() << "undecodable at " << at;
      return 0;
    }
    if (instruction.opcode == opcode && instruction.wide == wide) ++count;
  }
  return count;
}

std::string ErrorOf(const std::string& text) {
  const CompileResult result = CompileText(text);
  EXPECT_FALSE(result.module.has_value());
  return result.diagnostics.empty() ? "" : result.diagnostics[0].message;
}

TEST(WideOperandsTest, SmallProgramsUseNone) { EXPECT_EQ(CompileOk("x = 1").features, 0u); }

TEST(WideOperandsTest, Constants) {
  const Module module = CompileOk(Repeat("1;", 65538));
  EXPECT_EQ(module.features, bytecode::kFeatureWideOperands);
  EXPECT_EQ(CountOf(module.main, Opcode::kLoadConst, false), 65536u);
  EXPECT_EQ(CountOf(module.main, Opcode::kLoadConst, true), 2u);
}

TEST(WideOperandsTest, Globals) {
  std::string text;
  for (int i = 0; i < 65537; ++i) absl::StrAppend(&text, "v", i, " = cetak;");
  const Module module = CompileOk(text);
  EXPECT_EQ(module.globals, 65537u);
  EXPECT_EQ(CountOf(module.main, Opcode::kStoreGlobal, true), 1u);
}

TEST(WideOperandsTest, LocalsAndCaptures) {
  std::string text = "fungsi luar()\n";
  for (int i = 0; i < 300; ++i) absl::StrAppend(&text, "v", i, " = cetak\n");
  absl::StrAppend(&text, "fungsi dalam()\n");
  for (int i = 0; i < 300; ++i) absl::StrAppend(&text, "v", i, " = v", i, "\n");
  absl::StrAppend(&text, "akhir akhir");
  const Module module = CompileOk(text);
  const bytecode::Function outer = FindFunction(module, "luar");
  const bytecode::Function inner = FindFunction(module, "dalam");
  EXPECT_EQ(outer.locals, 301u);
  EXPECT_EQ(CountOf(outer, Opcode::kStoreLocal, false), 256u);
  EXPECT_EQ(CountOf(outer, Opcode::kStoreLocal, true), 45u);
  EXPECT_EQ(CountOf(outer, Opcode::kCaptureLocal, true), 44u);
  EXPECT_EQ(CountOf(outer, Opcode::kClosure, true), 1u);
  EXPECT_EQ(CountOf(inner, Opcode::kGetFree, true), 44u);
  EXPECT_EQ(CountOf(inner, Opcode::kSetFree, true), 44u);
}

TEST(WideOperandsTest, Arguments) {
  EXPECT_EQ(CountOf(CompileOk(absl::StrCat("cetak(1", Repeat(", 1", 254), ")")).main, Opcode::kCall, false),
            1u);
  EXPECT_EQ(CountOf(CompileOk(absl::StrCat("cetak(1", Repeat(", 1", 255), ")")).main, Opcode::kCall, true),
            1u);
}

TEST(WideOperandsTest, JumpsOfLongCodeReachTheirTargets) {
  // Verify, inside CompileOk, checks every target and every depth.
  const Module module = CompileOk(
      absl::StrCat("i = 0 selama i < 9 i = i + 1 ", Repeat("jika i i akhir ", 8000), "akhir cetak(i)"));
  EXPECT_EQ(CountOf(module.main, Opcode::kJump, false), 0u);
  EXPECT_EQ(CountOf(module.main, Opcode::kJump, true), 8001u);
  EXPECT_EQ(CountOf(module.main, Opcode::kJumpNotTruthy, true), 8001u);
  // The last entry is the call of cetak, moved behind all that the jumps grew by.
  Instruction call;
  ASSERT_TRUE(bytecode::Decode(module.main.code, module.main.lines.back().offset, &call));
  EXPECT_EQ(call.opcode, Opcode::kCall);
}

TEST(WideOperandsTest, LongCodeWithNearTargetsKeepsNarrowJumps) {
  const Module module = CompileOk(absl::StrCat("jika 1 2 akhir ", Repeat("cetak;", 30000)));
  EXPECT_GT(module.main.code.size(), 65536u);
  EXPECT_EQ(CountOf(module.main, Opcode::kJump, false), 1u);
}

TEST(WideOperandsTest, LongArraysAreJoinedFromChunks) {
  const Module module = CompileOk(absl::StrCat("x = [1", Repeat(", 1", 200000), "]"));
  EXPECT_EQ(CountOf(module.main, Opcode::kArray, false), 7u);
  EXPECT_EQ(CountOf(module.main, Opcode::kAdd, false), 6u);
  EXPECT_EQ(CountOf(CompileOk(absl::StrCat("x = [1", Repeat(", 1", 50000), "]")).main, Opcode::kArray, false),
            1u);
}

TEST(WideOperandsTest, FramesThatCannotFitAreRefused) {
  const std::string limit = "function needs too many variables and operands (limit 65000)";
  EXPECT_EQ(ErrorOf(absl::StrCat("cetak(1", Repeat(", 1", 66000), ")")), limit);
  EXPECT_EQ(ErrorOf(absl::StrCat("x = {1: 1", Repeat(", 1: 1", 33000), "}")), limit);
  std::string locals = "fungsi f()\n";
  for (int i = 0; i < 66000; ++i) absl::StrAppend(&locals, "v", i, " = 1\n");
  EXPECT_EQ(ErrorOf(locals + "akhir"), limit);
}

TEST(WideOperandsTest, TooManyOperandsAtALoopExitAreRefused) {
  const auto program = [](size_t pending) {
    return absl::StrCat("selama 1 cetak(", Repeat("1, ", pending), "jika 1 berhenti akhir) akhir");
  };
  EXPECT_EQ(CountOf(CompileOk(program(254)).main, Opcode::kPop, false), 255u + 2);
  EXPECT_EQ(ErrorOf(program(255)), "too many pending operands at 'berhenti' (limit 255)");
}

}  // namespace
}  // namespace foxvm::frontend
