// Damaged `.mbc` files: every truncation and many random mutations are refused with offset and reason, or
// accepted and then run, collecting and verifying at every allocation. Nothing crashes. FOXVM_MUTATIONS: how
// many mutations; 100000 by default.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "gtest/gtest.h"
#include "interp/bytecode/mbc.h"
#include "tests/fuzz/checksum.h"
#include "tests/interp/bytecode/test_modules.h"
#include "tests/programs/decisions.h"
#include "tests/programs/generator.h"
#include "tests/support/assembler.h"
#include "tests/support/run_program.h"

namespace foxvm::stress {
namespace {

using programs::SeededDecisions;

constexpr char kSmallProgram[] = R"(
struktur Titik x, y akhir
fungsi penghitung(n) fungsi(d) n = n + d kembalikan n akhir akhir
naik = penghitung(40)
a = [1, 2.5, "tiga", kosong, benar, {k: [naik(1)], "dua kata": -7}]
p = Titik(3, a)
p.x = p.x * 9223372036854775807
i = 0
selama i < 5
  i = i + 1
  jika i == 2 lanjut akhir
  jika i > 3 dan !salah berhenti akhir
  a[0] = "#{i}: " + a[0]
akhir
fungsi turun(n) jika n <= 0 kembalikan 0 akhir 1 + turun(n - 1) akhir
cetak(a, p, naik(1), turun(20), galat("x") atau 1, pisah("a,b", ","), 1 / 0)
)";

// Every typed instruction, in a loop with methods and fresh variables.
constexpr char kTypedProgram[] = R"(
LoadConst "angka"; LoadConst "kata"; Struct "Pasang" 2
Closure tambah 0; Method "tambah"; StoreGlobal 0
LoadGlobal 0; LoadConst 10; LoadConst "sepuluh"; Call 2; StoreGlobal 1
Closure jalan 0; LoadConst 4; Call 1; Pop
LoadGlobal 1; LoadConst "lima"; SetField 1
GetBuiltin cetak; LoadGlobal 1; Call 1; Pop
GetBuiltin map_delete; Hash 0; LoadConst 7; Call 2; Check; Pop
fungsi tambah 2 2
LoadLocal 0; Field 0; LoadLocal 1; Add; Default 3; ReturnValue
fungsi naik 0 0
GetFree 0; LoadConst 1; Add; Dup; SetFree 0; ReturnValue
fungsi jalan 1 4
Hash 0; StoreLocal 3
:lagi
Fresh 1
LoadLocal 0; StoreLocal 1
CaptureLocal 1; Closure naik 1; StoreLocal 2
LoadLocal 3; LoadLocal 0; LoadConst 2; Mod; LoadLocal 2; Call 0; SetAt
LoadGlobal 1; LoadLocal 3; LoadConst 0; At; Default 1; Invoke "tambah" 1; Pop
LoadConst "a"; LoadConst "b"; Swap; StringGreater; Pop
LoadConst "a"; LoadGlobal 1; Field 1; StringGreaterEqual; Pop
LoadLocal 2; LoadLocal 2; Same; Pop
LoadLocal 0; LoadConst 1; Sub; Dup; StoreLocal 0; JumpNotTruthy :habis
Jump :lagi
:habis
Return
)";

// The files that are damaged: all kinds of constants, wide operands, imports, line tables, typed code.
std::vector<std::string> OriginalFiles() {
  std::vector<std::string> files;
  files.push_back(bytecode::WriteMbc(bytecode::Sample()));
  const bytecode::Module typed = support::Assemble(kTypedProgram);
  EXPECT_EQ(support::Describe(support::RunModule(typed, {})), "Pasang{angka: 10, kata: lima}\n");
  files.push_back(bytecode::WriteMbc(typed));
  auto module = support::CompileText(kSmallProgram);
  EXPECT_TRUE(module.ok()) << module.status();
  if (module.ok()) files.push_back(bytecode::WriteMbc(*module));
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    SeededDecisions decisions(seed);
    programs::GeneratedProgram program = programs::GenerateProgram(decisions);
    module = support::CompileText(program.text, program.module);
    EXPECT_TRUE(module.ok()) << module.status();
    if (module.ok()) files.push_back(bytecode::WriteMbc(*module));
  }
  return files;
}

struct Counts {
  int refused_by_reader = 0;
  int refused_by_verifier = 0;
  int run = 0;
};

// Fails the test unless `file` is refused properly or runs.
void ExpectRefusedOrSafe(const std::string& file, Counts* counts) {
  absl::StatusOr<bytecode::Module> module = bytecode::ReadMbc(file);
  if (!module.ok()) {
    ++counts->refused_by_reader;
    EXPECT_TRUE(absl::StrContains(module.status().message(), "offset ")) << module.status();
    return;
  }
  EXPECT_EQ(bytecode::WriteMbc(*module), file) << "an accepted file is the only one of its module";
  support::RunOutcome outcome = support::RunModule(*std::move(module), {.stress_interval = 1,
                                                                        .verify = true,
                                                                        .heap_bytes = size_t{1} << 20,
                                                                        .young_bytes = size_t{32} << 10,
                                                                        .stack_bytes = size_t{64} << 10,
                                                                        .output_limit = size_t{16} << 10,
                                                                        .max_instructions = 3000});
  if (outcome.loaded) {
    ++counts->run;
    return;
  }
  ++counts->refused_by_verifier;
  EXPECT_FALSE(outcome.message.empty());
}

// One to four small changes, or a piece moved, removed or doubled.
std::string Mutate(std::string file, SeededDecisions& decisions) {
  auto position = [&] { return decisions.Below(static_cast<uint32_t>(file.size())); };
  for (uint32_t changes = 1 + decisions.Below(4); changes > 0 && !file.empty(); --changes) {
    uint32_t at = position();
    switch (decisions.Below(8)) {
      case 0:
      case 1:
        file[at] = static_cast<char>(file[at] ^ 1 << decisions.Below(8));
        break;
      case 2:
      case 3:
        file[at] = static_cast<char>(decisions.Below(256));
        break;
      case 4:
        file[at] = static_cast<char>(file[at] + (decisions.Below(2) == 0 ? 1 : -1));
        break;
      case 5:
        file[at] = file[position()];
        break;
      case 6:
        file.erase(at, 1 + decisions.Below(4));
        break;
      default:
        file.insert(at, file.substr(position(), 1 + decisions.Below(6)));
        break;
    }
  }
  return file;
}

TEST(MutationTest, EveryTruncationIsRefused) {
  for (const std::string& original : OriginalFiles()) {
    for (size_t length = 0; length < original.size(); ++length) {
      std::string file = original.substr(0, length);
      absl::Status status = bytecode::ReadMbc(file).status();
      ASSERT_FALSE(status.ok()) << length << " of " << original.size() << " bytes";
      ASSERT_TRUE(absl::StrContains(status.message(), "offset ")) << status;
      fuzz::RepairChecksum(&file);
      status = bytecode::ReadMbc(file).status();
      ASSERT_FALSE(status.ok()) << length << " of " << original.size() << " bytes, checksum repaired";
      ASSERT_TRUE(absl::StrContains(status.message(), "offset ")) << status;
    }
  }
}

class RandomMutationTest : public testing::TestWithParam<uint64_t> {};

constexpr uint64_t kParts = 10;

TEST_P(RandomMutationTest, RefusedOrSafe) {
  uint64_t mutations = 100000;
  if (const char* text = std::getenv("FOXVM_MUTATIONS")) {
    ASSERT_TRUE(absl::SimpleAtoi(text, &mutations));
  }
  std::vector<std::string> originals = OriginalFiles();
  SeededDecisions decisions(GetParam());
  Counts counts;
  for (uint64_t i = 0; i < mutations / kParts && !HasFailure(); ++i) {
    std::string file = Mutate(originals[i % originals.size()], decisions);
    // With a wrong checksum nothing else is looked at: a few of these are enough.
    if (i % 8 != 0) fuzz::RepairChecksum(&file);
    ExpectRefusedOrSafe(file, &counts);
  }
  // All three ways are really taken.
  EXPECT_GT(counts.refused_by_reader, 0);
  EXPECT_GT(counts.refused_by_verifier, 0);
  EXPECT_GT(counts.run, 0);
  RecordProperty("refused_by_reader", counts.refused_by_reader);
  RecordProperty("refused_by_verifier", counts.refused_by_verifier);
  RecordProperty("run", counts.run);
}

INSTANTIATE_TEST_SUITE_P(Mutations, RandomMutationTest, testing::Range(uint64_t{0}, kParts));

}  // namespace
}  // namespace foxvm::stress
