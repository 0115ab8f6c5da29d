// The door for hosts: loading, running, failing and going on.
#include "vm/vm.h"

#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "interp/bytecode/mbc.h"
#include "tests/vm/string_io.h"

namespace foxvm::vm {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class VmTest : public ::testing::Test {
 protected:
  std::unique_ptr<Vm> MakeVm(const VmOptions& options = {}) {
    absl::StatusOr<std::unique_ptr<Vm>> vm = Vm::Create(options, io_);
    EXPECT_TRUE(vm.ok()) << vm.status();
    return vm.ok() ? *std::move(vm) : nullptr;
  }
  std::optional<Failure> RunSource(Vm& vm, absl::string_view text) {
    absl::StatusOr<Program*> program = vm.LoadSource("test.fox", text, modules_);
    EXPECT_TRUE(program.ok()) << program.status();
    if (!program.ok()) return Failure{};
    return vm.Run(**program);
  }

  StringIo io_;
  NoModules modules_;
};

TEST_F(VmTest, RunsSource) {
  auto vm = MakeVm();
  ASSERT_NE(vm, nullptr);
  EXPECT_FALSE(RunSource(*vm, "cetak(6 * 7)").has_value());
  EXPECT_EQ(io_.output, "42\n");
}

TEST_F(VmTest, RunsAModuleFileFromMemory) {
  frontend::CompileResult compiled = frontend::Compile("a.fox", "cetak(\"mbc\")", modules_);
  ASSERT_TRUE(compiled.module.has_value());
  const std::string bytes = bytecode::WriteMbc(*compiled.module);
  auto vm = MakeVm();
  ASSERT_NE(vm, nullptr);
  absl::StatusOr<Program*> program = vm->LoadBytecode(bytes);
  ASSERT_TRUE(program.ok()) << program.status();
  EXPECT_FALSE(vm->Run(**program).has_value());
  EXPECT_EQ(io_.output, "mbc\n");
}

TEST_F(VmTest, RefusesDamagedModuleFiles) {
  auto vm = MakeVm();
  ASSERT_NE(vm, nullptr);
  for (absl::string_view bytes : {"", "FXBC", "not a module"}) {
    EXPECT_EQ(vm->LoadBytecode(bytes).status().code(), absl::StatusCode::kInvalidArgument) << bytes;
  }
  EXPECT_FALSE(RunSource(*vm, "cetak(1)").has_value());
}

TEST_F(VmTest, CompileErrorsComeBackWithPositions) {
  auto vm = MakeVm();
  ASSERT_NE(vm, nullptr);
  frontend::CompileResult compiled;
  absl::StatusOr<Program*> program = vm->LoadSource("a.fox", "x = 1\ncetak(tiada)", modules_, &compiled);
  EXPECT_EQ(program.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(program.status().message()),
              StartsWith("a.fox:2:7: error: undefined variable tiada"));
  ASSERT_EQ(compiled.diagnostics.size(), 1u);
  EXPECT_EQ(compiled.diagnostics[0].line, 2u);
  EXPECT_EQ(compiled.diagnostics[0].column, 7u);
}

TEST_F(VmTest, FailureHasATraceAndTheVmGoesOn) {
  auto vm = MakeVm();
  ASSERT_NE(vm, nullptr);
  const std::optional<Failure> failure = RunSource(*vm, "fungsi f(a)\n  a[9] = 1\nakhir\nf([1])");
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->kind, objects::FatalKind::kProgram);
  EXPECT_EQ(failure->message, "index out of bounds: 9 (len 1)");
  ASSERT_EQ(failure->trace.size(), 2u);
  EXPECT_EQ(failure->trace[0].function, "f");
  EXPECT_EQ(failure->trace[0].file, "test.fox");
  EXPECT_EQ(failure->trace[0].line, 2u);
  EXPECT_TRUE(failure->trace[1].is_main);
  EXPECT_FALSE(RunSource(*vm, "cetak(\"lanjut\")").has_value());
  EXPECT_EQ(io_.output, "lanjut\n");
}

TEST_F(VmTest, BoundsEndTheProgramOnly) {
  VmOptions options;
  options.heap.max_bytes = size_t{1} << 20;
  options.stack_max_bytes = size_t{256} << 10;
  auto vm = MakeVm(options);
  ASSERT_NE(vm, nullptr);
  std::optional<Failure> failure = RunSource(*vm, "a = [] selama benar a = a + [\"x\"] akhir");
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->kind, objects::FatalKind::kOutOfMemory);
  failure = RunSource(*vm, "fungsi f() kembalikan 1 + f() akhir f()");
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->kind, objects::FatalKind::kStackOverflow);
  EXPECT_EQ(failure->message, "stack overflow");
  EXPECT_EQ(failure->trace.size(), interp::kMaxTraceFrames);
  EXPECT_GT(failure->omitted_frames, 0u);
  EXPECT_FALSE(RunSource(*vm, "cetak(\"masih hidup\")").has_value());
}

TEST_F(VmTest, GrantsNothingByDefault) {
  auto vm = MakeVm();
  ASSERT_NE(vm, nullptr);
  EXPECT_FALSE(RunSource(*vm, "cetak(pesan_galat(baca_file(\"x\")))").has_value());
  EXPECT_THAT(io_.output, HasSubstr("permission denied"));
}

TEST_F(VmTest, AnotherThreadInterrupts) {
  auto vm = MakeVm();
  ASSERT_NE(vm, nullptr);
  absl::StatusOr<Program*> program = vm->LoadSource("a.fox", "selama benar akhir", modules_);
  ASSERT_TRUE(program.ok()) << program.status();
  std::atomic<bool> done = false;
  // Repeated, because a request made before the program starts may count as answered by then.
  std::thread other([&] {
    while (!done.load()) {
      vm->Interrupt();
      std::this_thread::yield();
    }
  });
  const std::optional<Failure> failure = vm->Run(**program);
  done.store(true);
  other.join();
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->kind, objects::FatalKind::kInterrupted);
}

TEST_F(VmTest, TwoVmsOnTwoThreadsShareNothing) {
  constexpr absl::string_view kProgram =
      "a = [] i = 0 selama i < 20000 a = a + [\"x\" + i] i = i + 1 akhir cetak(panjang(a))";
  StringIo outputs[2];
  std::vector<std::thread> threads;
  for (StringIo& output : outputs) {
    threads.emplace_back([&output, kProgram] {
      NoModules modules;
      absl::StatusOr<std::unique_ptr<Vm>> vm = Vm::Create({}, output);
      ASSERT_TRUE(vm.ok());
      absl::StatusOr<Program*> program = (*vm)->LoadSource("a.fox", kProgram, modules);
      ASSERT_TRUE(program.ok());
      EXPECT_FALSE((*vm)->Run(**program).has_value());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(outputs[0].output, "20000\n");
  EXPECT_EQ(outputs[1].output, "20000\n");
}

TEST_F(VmTest, StatisticsCount) {
  auto vm = MakeVm();
  ASSERT_NE(vm, nullptr);
  EXPECT_FALSE(RunSource(*vm, "i = 0 selama i < 200000 a = [i, i, i] i = i + 1 akhir").has_value());
  EXPECT_GT(vm->heap_statistics().minor_collections, 0u);
  EXPECT_GT(vm->heap_statistics().allocated_bytes, 200000u * 24);
}

TEST(VmOptionsTest, DefaultsAreValid) { EXPECT_TRUE(VmOptions().Validate().ok()); }

TEST(VmOptionsTest, NamesTheFieldOutOfRange) {
  VmOptions options;
  options.stack_max_bytes = 1;
  EXPECT_THAT(std::string(options.Validate().message()), StartsWith("stack_max_bytes must be"));
  options = {};
  options.heap.promotion_age = 99;
  EXPECT_THAT(std::string(options.Validate().message()), StartsWith("promotion_age must be"));
  StringIo io;
  EXPECT_EQ(Vm::Create(options, io).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace foxvm::vm
