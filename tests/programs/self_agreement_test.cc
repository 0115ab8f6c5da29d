// Random programs give the same output however they run: plainly; collecting and verifying at every
// allocation; and read back from a `.mbc` file, promoting early. How many and from which seed on:
// FOXVM_PROGRAMS (1000 by default) and FOXVM_FIRST_SEED.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "interp/bytecode/mbc.h"
#include "tests/programs/generator.h"
#include "tests/support/run_program.h"

namespace foxvm::programs {
namespace {

constexpr uint64_t kParts = 16;

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  uint64_t value = 0;
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : otherwise;
}

class SelfAgreementTest : public testing::TestWithParam<uint64_t> {};

void ExpectAgreement(uint64_t seed) {
  SeededDecisions decisions(seed);
  GeneratedProgram program = GenerateProgram(decisions);
  std::string text = absl::StrCat(program.module, "-- main\n", program.text);
  absl::StatusOr<bytecode::Module> module = support::CompileText(program.text, program.module);
  ASSERT_TRUE(module.ok()) << "seed " << seed << ": " << module.status() << "\n" << text;
  std::string file = bytecode::WriteMbc(*module);
  absl::StatusOr<bytecode::Module> read = bytecode::ReadMbc(file);
  ASSERT_TRUE(read.ok()) << "seed " << seed << ": " << read.status();
  ASSERT_EQ(bytecode::WriteMbc(*read), file) << "seed " << seed;

  support::RunOutcome plain = support::RunModule(*module, {});
  ASSERT_TRUE(plain.loaded) << "seed " << seed << ": " << plain.message;
  support::RunOutcome stressed =
      support::RunModule(*std::move(module), {.stress_interval = 1, .verify = true});
  EXPECT_EQ(Describe(plain), Describe(stressed)) << "under stress, seed " << seed << "\n" << text;
  support::RunOutcome reread =
      support::RunModule(*std::move(read), {.stress_interval = 7, .promotion_age = 1});
  EXPECT_EQ(Describe(plain), Describe(reread)) << "from the file, seed " << seed << "\n" << text;
}

TEST_P(SelfAgreementTest, PlainStressedAndReread) {
  uint64_t count = FromEnvironment("FOXVM_PROGRAMS", 1000), first = FromEnvironment("FOXVM_FIRST_SEED", 1);
  for (uint64_t seed = first + GetParam(); seed < first + count; seed += kParts) {
    ExpectAgreement(seed);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, SelfAgreementTest, testing::Range(uint64_t{0}, kParts));

// Without this, a generator that only makes trivial programs would pass everything above.
TEST(GeneratorTest, ProgramsUseTheWholeLanguage) {
  std::string all, output;
  int ended_early = 0;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    SeededDecisions decisions(seed);
    GeneratedProgram program = GenerateProgram(decisions);
    absl::StatusOr<bytecode::Module> module = support::CompileText(program.text, program.module);
    ASSERT_TRUE(module.ok()) << module.status() << "\n" << program.module << program.text;
    support::RunOutcome outcome = support::RunModule(*std::move(module), {});
    if (outcome.failure != objects::FatalKind::kNone) ++ended_early;
    all += program.text;
    output += outcome.output;
  }
  for (const char* needle :
       {" + ",      " - ",     " * ",      " / ",    " == ",        " != ",    " < ",
        " <= ",     " > ",     " >= ",     " & ",    " | ",         " ^ ",     " << ",
        " >> ",     "~",       "!",        " dan ",  " atau ",      "jika ",   "atau_jika ",
        "lainnya",  "selama ", "berhenti", "lanjut", "kembalikan ", "fungsi(", "struktur ",
        "ambil \"", "dari \"", "#{",       "[0]",    ".x",          "{k1: "}) {
    EXPECT_NE(all.find(needle), std::string::npos) << needle;
  }
  for (const char* needle :
       {"Closure", "[1, 2, 3]", "Error [RUNTIME_ERROR]", "Error di", "arg mismatch", "kosong"}) {
    EXPECT_NE(output.find(needle), std::string::npos) << needle;
  }
  EXPECT_LT(ended_early, 25);
}

TEST(GeneratorTest, SameSeedSameProgram) {
  SeededDecisions one(7), two(7), three(8);
  std::string text = GenerateProgram(one).text;
  EXPECT_EQ(text, GenerateProgram(two).text);
  EXPECT_NE(text, GenerateProgram(three).text);
}

}  // namespace
}  // namespace foxvm::programs
