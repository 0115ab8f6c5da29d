// What translation promises: loads of locals vanish, conditions are branches only, dead writes are gone, and maps name
// what is live. The texts are whole functions in the register form.

#include "interp/code/translator.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "interp/code/register_dump.h"
#include "interp/machine.h"
#include "interp/program.h"
#include "tests/support/assembler.h"
#include "tests/support/run_program.h"

namespace foxvm::code {
namespace {

class SilentIo final : public builtins::HostIo {
 public:
  void Write(absl::string_view) override {}
  builtins::ReadLineResult ReadLine(size_t, std::string*) override {
    return builtins::ReadLineResult::kEnd;
  }
};

// The register form of the first function of a program.
std::string FirstFunction(const std::string& text) {
  absl::StatusOr<bytecode::Module> module = support::CompileText(text);
  if (!module.ok()) return module.status().ToString();
  absl::StatusOr<bytecode::VerifiedModule> verified = bytecode::Verify(*std::move(module));
  if (!verified.ok()) return verified.status().ToString();
  SilentIo io;
  absl::StatusOr<std::unique_ptr<interp::Machine>> machine = interp::Machine::Create({}, io);
  if (!machine.ok()) return machine.status().ToString();
  absl::StatusOr<interp::Program*> program = (*machine)->Load(*std::move(verified));
  if (!program.ok()) return program.status().ToString();
  return DumpRegisters((*program)->function(0));
}

// The register form of the function `f` of assembled code.
std::string Typed(const std::string& text) {
  absl::StatusOr<bytecode::VerifiedModule> verified = bytecode::Verify(support::Assemble(text));
  if (!verified.ok()) return verified.status().ToString();
  SilentIo io;
  absl::StatusOr<std::unique_ptr<interp::Machine>> machine = interp::Machine::Create({}, io);
  if (!machine.ok()) return machine.status().ToString();
  absl::StatusOr<interp::Program*> program = (*machine)->Load(*std::move(verified));
  if (!program.ok()) return program.status().ToString();
  return DumpRegisters((*program)->function(0));
}

TEST(Translator, TypedAccessReadsAndWritesLocalsInPlace) {
  EXPECT_EQ(
      Typed("fungsi f 3 3\nLoadLocal 0; Field 40000; StoreLocal 1; LoadLocal 0; LoadLocal 1; SetField 2\n"
            "LoadLocal 0; LoadLocal 1; At; Default 7; StoreLocal 2; LoadLocal 0; LoadLocal 1; LoadLocal 2; "
            "SetAt\n"
            "LoadLocal 2; ReturnValue\n"),
      "0 GetFieldAt r1 r0 #40000\n"
      "1 SetFieldAt r0 r1 #2\n"
      "2 GetAt r3 r0 r1 {r0 r1}\n"
      "3 Default r2 r3\n"
      "5 SetAt r0 r1 r2 {r0 r1 r2}\n"
      "6 Return r2\n");
}

TEST(Translator, ASwapBeforeAnOperatorIsFree) {
  EXPECT_EQ(Typed("fungsi f 2 2\nLoadLocal 0; LoadLocal 1; Swap; Sub; ReturnValue\n"),
            "0 Sub r2 r1 r0 {r0 r1}\n"
            "1 Return r2\n");
  EXPECT_EQ(Typed("fungsi f 2 2\nLoadLocal 0; LoadLocal 1; Swap; StoreLocal 1; StoreLocal 0; LoadLocal 0; "
                  "ReturnValue\n"),
            "0 Move r2 r1\n"
            "1 Move r0 r2\n"
            "2 Return r0\n");
}

TEST(Translator, ACheckDoesNotKeepAResultFromItsLocal) {
  EXPECT_EQ(
      Typed("fungsi f 2 2\nLoadLocal 0; LoadLocal 1; Mod; Check; StoreLocal 0; LoadLocal 0; ReturnValue\n"),
      "0 Mod r0 r0 r1 check {r0 r1}\n"
      "1 Return r0\n");
  EXPECT_EQ(Typed("fungsi f 1 1\nLoadGlobal 0; Check; StoreLocal 0; LoadLocal 0; ReturnValue\n"),
            "0 GetGlobal r0 #0\n"
            "1 Check r0\n"
            "2 Return r0\n");
  EXPECT_EQ(
      Typed("fungsi f 2 2\nLoadLocal 0; LoadConst 10; Mod; Check; LoadConst 1; Check; Add; ReturnValue\n"),
      "0 ModImm r2 r0 #10 check {r0}\n"
      "1 AddImm r2 r2 #1 {r2}\n"
      "2 Return r2\n");
}

TEST(Translator, AReceiverIsComputedInTheCalleesFrame) {
  EXPECT_EQ(
      Typed(
          "fungsi f 1 1\nLoadLocal 0; Field 0; LoadLocal 0; LoadConst 1; Sub; Invoke \"m\" 1; ReturnValue\n"),
      "0 GetFieldAt r5 r0 #0\n"
      "1 SubImm r6 r0 #1 {r0 r5}\n"
      "2 FindMethod r1 r5\n"
      "4 Call r1 r1 #2 {r1 r5 r6}\n"
      "5 Return r1\n");
}

TEST(Translator, TypedComparisonsFuseWithTheirBranch) {
  EXPECT_EQ(
      Typed("fungsi f 2 2\nLoadLocal 0; LoadLocal 1; Same; Bang; JumpNotTruthy :sama\n"
            "LoadLocal 0; LoadLocal 1; Swap; StringGreater; JumpNotTruthy :sama\nLoadLocal 0; ReturnValue\n"
            ":sama\nReturn\n"),
      "0 JumpSame r0 r1 ->3 {r0 r1}\n"
      "1 JumpNotStringGreater r1 r0 ->3 {r0 r1}\n"
      "2 Return r0\n"
      "3 ReturnNull\n");
}

TEST(Translator, LoadsOfLocalsAndConstantsVanish) {
  EXPECT_EQ(FirstFunction("fungsi f(a, b) c = a + b kembalikan c * 2 akhir"),
            "0 Add r2 r0 r1 {r0 r1}\n"
            "1 MulImm r3 r2 #2 {r2}\n"
            "2 Return r3\n");
}

TEST(Translator, ComparisonFusesWithItsBranch) {
  EXPECT_EQ(FirstFunction("fungsi f(n) jika n < 2 kembalikan n akhir kembalikan 7 akhir"),
            "0 JumpNotLessImm r0 #2 ->2 {r0}\n"
            "1 Return r0\n"
            "2 LoadImmediate r1 #28\n"
            "3 Return r1\n");
}

TEST(Translator, ThePendingValueOfALoopIsNotWritten) {
  EXPECT_EQ(FirstFunction("fungsi f(n) i = 0 selama i < n i = i + 1 akhir kembalikan i akhir"),
            "0 LoadImmediate r1 #0\n"
            "1 JumpNotGreater r0 r1 ->4 {r0 r1}\n"
            "2 AddImm r1 r1 #1 {r0 r1}\n"
            "3 Loop ->1 {r0 r1}\n"
            "4 Return r1\n");
}

TEST(Translator, DanAndAtauInAConditionAreBranchesToTheFinalTarget) {
  std::string code = FirstFunction(
      "fungsi f(a, b, c) jika (a dan b) atau c kembalikan 1 akhir kembalikan 2 akhir");
  EXPECT_EQ(code,
            "0 JumpIfNot r0 ->2\n"
            "1 JumpIf r1 ->3\n"
            "2 JumpIfNot r2 ->5\n"
            "3 LoadImmediate r3 #4\n"
            "4 Return r3\n"
            "5 LoadImmediate r3 #8\n"
            "6 Return r3\n");
}

TEST(Translator, ArgumentsAreComputedInTheCalleesFrame) {
  EXPECT_EQ(FirstFunction("fungsi f(n) kembalikan f(n - 1) + f(n - 2) akhir"),
            "0 GetGlobal r1 #0\n"
            "1 SubImm r5 r0 #1 {r0 r1}\n"
            "2 Call r1 r1 #1 {r0 r1 r5}\n"
            "3 GetGlobal r2 #0\n"
            "4 SubImm r6 r0 #2 {r0 r1 r2}\n"
            "5 Call r2 r2 #1 {r1 r2 r6}\n"
            "6 Add r1 r1 r2 {r1 r2}\n"
            "7 Return r1\n");
}

TEST(Translator, APendingReadIsCopiedBeforeItsLocalChanges) {
  EXPECT_EQ(FirstFunction("fungsi f(x) kembalikan x + jika benar x = 10\n1 akhir akhir"),
            "0 Move r1 r0\n"
            "1 LoadImmediate r2 #4\n"
            "2 Add r1 r1 r2 {r1 r2}\n"
            "3 Return r1\n");
}

TEST(Translator, OnlyLocalsThatMayBeReadUnassignedAreFilled) {
  EXPECT_EQ(FirstFunction("fungsi f(a) jika a z = 5 akhir y = 1 kembalikan z akhir"),
            "0 LoadImmediate r1 #7\n"
            "1 JumpIfNot r0 ->3\n"
            "2 LoadImmediate r1 #20\n"
            "3 Return r1\n");
}

TEST(Translator, ADeadLocalIsNoRoot) {
  std::string code = FirstFunction("fungsi f() a = [1] b = panjang(a) cetak(b) kembalikan b akhir");
  // At the call of cetak, `a` is dead.
  EXPECT_NE(code.find("Length r1 r3 #1 #10 {r3}\n"), std::string::npos) << code;
  EXPECT_EQ(code.find("#12 {r0"), std::string::npos) << code;
}

TEST(Translator, CapturedLocalsLiveInCellsFromFunctionEntry) {
  EXPECT_EQ(FirstFunction("fungsi f(a) fungsi g() kembalikan a akhir a = 2 kembalikan g akhir"
                          "\ncetak(f(1))")
                .substr(0, 12),
            "0 GetCapture");
}

}  // namespace
}  // namespace foxvm::code
