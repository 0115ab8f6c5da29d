// What translation promises: loads of locals vanish, conditions are branches only, dead writes are gone, and maps name
// what is live. The texts are whole functions in the register form.

#include "interp/code/translator.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "interp/code/register_dump.h"
#include "interp/machine.h"
#include "interp/program.h"
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
