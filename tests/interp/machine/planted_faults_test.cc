// Stress and verification are worth what they catch: each fault that the design rules out is planted here, and a run of
// an ordinary program must stop at it.

#include <memory>
#include <string>
#include <utility>

#include "gc/fault_injection.h"
#include "gtest/gtest.h"
#include "interp/machine.h"
#include "interp/program.h"
#include "tests/support/run_program.h"

namespace foxvm::interp {
namespace {

// Keeps old objects that refer to young ones, frames with dead and with unassigned slots, and garbage everywhere.
constexpr char kProgram[] = R"(
fungsi kotor(n)
  a = [n] b = [n] c = [n] d = [n] e = [n]
  kembalikan panjang(a) + panjang(b) + panjang(c) + panjang(d) + panjang(e)
akhir
fungsi mungkin(n)
  jika n == 0 - 1 x = 1 y = 2 z = 3 akhir
  t = [n, [n]]
  kembalikan [x, y, z, t]
akhir
fungsi mati(n)
  besar = [n, n, n]
  m = panjang(besar)
  kotor(n)
  kembalikan m
akhir
lama = {isi: kosong}
i = 0
selama i < 300
  lama.isi = {n: i, ekor: [i]}
  lama["k" + i] = ["muda", i]
  kotor(i)
  r = mungkin(i)
  jika r[0] != kosong cetak("sisa: " + r[0]) akhir
  mati(i)
  i = i + 1
akhir
cetak(lama.isi.n, panjang(kunci(lama)))
)";

class CountingIo final : public builtins::HostIo {
 public:
  void Write(absl::string_view text) override { output_.append(text.data(), text.size()); }
  builtins::ReadLineResult ReadLine(size_t, std::string*) override {
    return builtins::ReadLineResult::kEnd;
  }
  const std::string& output() const { return output_; }

 private:
  std::string output_;
};

// Runs the program under stress and verification; stops the process when the output is wrong.
void RunStressed(const code::TranslatorFaults& translator_faults, int heap_fault) {
  CountingIo io;
  MachineOptions options;
  options.heap.stress_interval = 1;
  options.heap.verify = true;
  options.faults = translator_faults;
  absl::StatusOr<std::unique_ptr<Machine>> machine = Machine::Create(options, io);
  FOXVM_CHECK(machine.ok());
  absl::StatusOr<bytecode::Module> module = support::CompileText(kProgram);
  FOXVM_CHECK(module.ok());
  absl::StatusOr<bytecode::VerifiedModule> verified = bytecode::Verify(*std::move(module));
  FOXVM_CHECK(verified.ok());
  absl::StatusOr<Program*> program = (*machine)->Load(*std::move(verified));
  FOXVM_CHECK(program.ok());
  if (heap_fault >= 0) (*machine)->heap().faults().Set(static_cast<gc::Fault>(heap_fault), true);
  std::optional<Failure> failure = (*machine)->Run(**program);
  FOXVM_CHECK(!failure.has_value());
  FOXVM_CHECK(io.output() == "299\n301\n");
}

TEST(PlantedFaults, TheProgramIsCleanWithoutThem) {
  RunStressed({}, -1);
  SUCCEED() << "RunStressed stops the process otherwise";
}

TEST(PlantedFaultsDeathTest, AMissingCardStoreIsCaught) {
  EXPECT_DEATH(RunStressed({}, static_cast<int>(gc::Fault::kSkipCardMark)), "");
}

TEST(PlantedFaultsDeathTest, MissingDirtyingAtPromotionIsCaught) {
  EXPECT_DEATH(RunStressed({}, static_cast<int>(gc::Fault::kSkipPromotionDirtying)), "");
}

TEST(PlantedFaultsDeathTest, DeadSlotsAsRootsAreCaught) {
  code::TranslatorFaults faults;
  faults.all_slots_live = true;
  EXPECT_DEATH(RunStressed(faults, -1), "");
}

TEST(PlantedFaultsDeathTest, AMissingFrameFillIsCaught) {
  code::TranslatorFaults faults;
  faults.omit_frame_fill = true;
  EXPECT_DEATH(RunStressed(faults, -1), "");
}

}  // namespace
}  // namespace foxvm::interp
