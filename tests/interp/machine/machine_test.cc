// The machine as a whole: how programs end, what survives that, and that machines do not share anything.

#include "interp/machine.h"

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "interp/program.h"
#include "tests/support/run_program.h"

namespace foxvm::interp {
namespace {

using objects::FatalKind;

class TextIo final : public builtins::HostIo {
 public:
  void Write(absl::string_view text) override {
    output_.append(text.data(), text.size());
    if (on_write) on_write();
  }
  builtins::ReadLineResult ReadLine(size_t, std::string*) override {
    return builtins::ReadLineResult::kEnd;
  }
  std::string Take() { return std::exchange(output_, ""); }

  std::function<void()> on_write;  // called after each output, if set

 private:
  std::string output_;
};

class MachineTest : public testing::Test {
 protected:
  void Create(const MachineOptions& options = {}) {
    absl::StatusOr<std::unique_ptr<Machine>> machine = Machine::Create(options, io_);
    ASSERT_TRUE(machine.ok()) << machine.status();
    machine_ = *std::move(machine);
  }
  Program* Load(absl::string_view text) {
    absl::StatusOr<bytecode::Module> module = support::CompileText(text);
    EXPECT_TRUE(module.ok()) << module.status();
    absl::StatusOr<bytecode::VerifiedModule> verified = bytecode::Verify(*std::move(module));
    EXPECT_TRUE(verified.ok()) << verified.status();
    absl::StatusOr<Program*> program = machine_->Load(*std::move(verified));
    EXPECT_TRUE(program.ok()) << program.status();
    return *program;
  }
  std::string Output(absl::string_view text) {
    std::optional<Failure> failure = machine_->Run(*Load(text));
    return failure.has_value() ? absl::StrCat("failed: ", failure->message) : io_.Take();
  }

  TextIo io_;
  std::unique_ptr<Machine> machine_;
};

TEST_F(MachineTest, RunsSeveralProgramsWithVariablesOfTheirOwn) {
  Create();
  Program* first = Load("x = 1 fungsi f() kembalikan x akhir cetak(f())");
  Program* second = Load("x = 2 y = 3 cetak(x + y)");
  EXPECT_FALSE(machine_->Run(*first).has_value());
  EXPECT_FALSE(machine_->Run(*second).has_value());
  EXPECT_FALSE(machine_->Run(*first).has_value());
  EXPECT_EQ(io_.Take(), "1\n5\n1\n");
}

TEST_F(MachineTest, RecursionReaches200000FramesByDefault) {
  Create();
  EXPECT_EQ(Output("fungsi f(n) jika n == 0 kembalikan 0 akhir kembalikan 1 + f(n - 1) akhir"
                   " cetak(f(200000))"),
            "200000\n");
}

TEST_F(MachineTest, StackOverflowHasATraceAndLeavesTheMachineUsable) {
  MachineOptions options;
  options.stack_max_bytes = 64 << 10;
  Create(options);
  Program* program = Load("fungsi dalam(n)\n  kembalikan 1 + dalam(n + 1)\nakhir\ncetak(1)\ndalam(0)");
  std::optional<Failure> failure = machine_->Run(*program);
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->kind, FatalKind::kStackOverflow);
  EXPECT_EQ(failure->message, "stack overflow");
  ASSERT_EQ(failure->trace.size(), kMaxTraceFrames);
  EXPECT_GT(failure->omitted_frames, 100u);
  EXPECT_EQ(failure->trace.front().function, "dalam");
  EXPECT_EQ(failure->trace.front().line, 2u);
  EXPECT_TRUE(failure->trace.back().is_main);
  EXPECT_EQ(failure->trace.back().line, 5u);
  EXPECT_EQ(io_.Take(), "1\n");
  EXPECT_EQ(Output("cetak(\"hidup\")"), "hidup\n");
}

TEST_F(MachineTest, OutOfMemoryLeavesTheMachineUsable) {
  MachineOptions options;
  options.heap.max_bytes = 2 << 20;
  Create(options);
  Program* program = Load("a = [] selama benar a = [a, \"isi\" + panjang(a)] akhir");
  std::optional<Failure> failure = machine_->Run(*program);
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->kind, FatalKind::kOutOfMemory);
  EXPECT_EQ(failure->message, "virtual memory limit reached");
}

TEST_F(MachineTest, AnotherThreadInterruptsALoopThatNeverEnds) {
  Create();
  Program* program = Load("cetak(\"mulai\") selama benar akhir");
  std::thread interrupter;
  io_.on_write = [&] {
    if (!interrupter.joinable()) interrupter = std::thread([this] { machine_->Interrupt(); });
  };
  std::optional<Failure> failure = machine_->Run(*program);
  interrupter.join();
  io_.on_write = nullptr;
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->kind, FatalKind::kInterrupted);
  EXPECT_EQ(io_.Take(), "mulai\n");
  EXPECT_EQ(Output("cetak(7)"), "7\n");
}

TEST_F(MachineTest, AnInstructionBudgetEndsLoopsAndRecursionAtTheSamePlaceEachTime) {
  for (absl::string_view text :
       {"i = 0 selama benar i = i + 1 cetak(i) akhir",
        "fungsi f(n) cetak(n) f(n + 1) akhir f(0)",
        "t = luncurkan(fungsi() selama benar cetak(1) akhir akhir) tunggu(t)"}) {
    std::string outputs[2];
    for (std::string& output : outputs) {
      MachineOptions options;
      options.max_instructions = 100000;
      Create(options);
      std::optional<Failure> failure = machine_->Run(*Load(text));
      ASSERT_TRUE(failure.has_value()) << text;
      EXPECT_EQ(failure->kind, FatalKind::kOutOfInstructions);
      output = io_.Take();
    }
    EXPECT_EQ(outputs[0], outputs[1]);
    EXPECT_GT(outputs[0].size(), 1000u);
  }
}

TEST_F(MachineTest, FibersThatWaitForEachOtherForEverAreADeadlock) {
  Create();
  EXPECT_EQ(Output("c = saluran_baru() luncurkan(fungsi() terima(c) akhir) terima(c)"),
            "failed: deadlock");
  EXPECT_EQ(Output("cetak(1)"), "1\n");
}

TEST_F(MachineTest, ABusyFiberDoesNotKeepOthersFromRunning) {
  Create();
  EXPECT_EQ(Output("a = atom_baru(0) luncurkan(fungsi() atom_tulis(a, 1) akhir)\n"
                   "selama atom_baca(a) == 0 akhir cetak(\"sampai\")"),
            "sampai\n");
}

TEST_F(MachineTest, AFatalErrorInAThreadIsItsResult) {
  Create();
  EXPECT_EQ(Output("fungsi f(n) kembalikan 1 + f(n + 1) akhir t = luncurkan(fungsi() f(0) akhir)\n"
                   "cetak(pesan_galat(tunggu(t)))"),
            "stack overflow\n");
}

TEST_F(MachineTest, ManyFibersBlockAtOnce) {
  Create();
  EXPECT_EQ(Output("pintu = saluran_baru() hasil = saluran_baru() i = 0\n"
                   "selama i < 5000 luncurkan(fungsi(k) terima(pintu) kirim(hasil, k) akhir, i)\n"
                   "i = i + 1 akhir\n"
                   "i = 0 n = 0 selama i < 5000 kirim(pintu, 0) n = n + terima(hasil) i = i + 1 akhir\n"
                   "cetak(n)"),
            "12497500\n");
}

TEST_F(MachineTest, WalksOverDeepDataDoNotUseTheMachineStack) {
  Create();
  EXPECT_EQ(Output("a = [] i = 0 selama i < 1000000 a = [a] i = i + 1 akhir\n"
                   "cetak(panjang(\"\" + a)) h = {} h[a] = 1 cetak(h[a], a == a)\n"
                   "a = kosong h = kosong i = 0 selama i < 300000 t = [i] i = i + 1 akhir cetak(2)"),
            "2000002\n1\nsalah\n2\n");
}

TEST(Machines, RunOnThreadsOfTheirOwn) {
  auto run = [](int seed, std::string* output) {
    absl::StatusOr<bytecode::Module> module = support::CompileText(
        absl::StrCat("s = ", seed, " i = 0 h = {} selama i < 2000 h[\"k\" + i] = [s, i] i = i + 1 akhir\n"
                     "cetak(h[\"k1999\"], panjang(kunci(h)))"));
    ASSERT_TRUE(module.ok());
    support::RunSettings settings;
    *output = support::Describe(support::RunModule(*std::move(module), settings));
  };
  std::string outputs[2];
  std::thread first(run, 1, &outputs[0]), second(run, 2, &outputs[1]);
  first.join();
  second.join();
  EXPECT_EQ(outputs[0], "[1, 1999]\n2000\n");
  EXPECT_EQ(outputs[1], "[2, 1999]\n2000\n");
}

}  // namespace
}  // namespace foxvm::interp
