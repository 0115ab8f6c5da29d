// The C++ interface for hosts: values in and out, calls in both directions, and what wrong use comes to.
#include <atomic>
#include <cmath>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "interp/bytecode/mbc.h"
#include "tests/vm/string_io.h"
#include "vm/vm.h"

namespace foxvm::vm {
namespace {

using ::testing::HasSubstr;

class EmbeddingTest : public ::testing::Test {
 protected:
  void SetUp() override { Make({}); }
  void Make(const VmOptions& options) {
    absl::StatusOr<std::unique_ptr<Vm>> vm = Vm::Create(options, io_);
    ASSERT_TRUE(vm.ok()) << vm.status();
    vm_ = *std::move(vm);
  }
  void Run(absl::string_view text) {
    absl::StatusOr<Program*> program = vm_->LoadSource("test.fox", text, modules_);
    ASSERT_TRUE(program.ok()) << program.status();
    const std::optional<Failure> failure = vm_->Run(**program);
    ASSERT_FALSE(failure.has_value()) << failure->message;
  }
  Value String(absl::string_view bytes) { return *vm_->NewString(bytes); }

  StringIo io_;
  NoModules modules_;
  std::unique_ptr<Vm> vm_;
};

TEST_F(EmbeddingTest, CallsAFunctionWithArguments) {
  Run("fungsi tambah(a, b) kembalikan a + b akhir");
  EXPECT_EQ(vm_->Call("tambah", {Value::Int(2), Value::Int(40)})->AsInt().value(), 42);
  EXPECT_EQ(vm_->Call("tambah", {String("fox"), String("vm")})->AsString().value(), "foxvm");
  EXPECT_EQ(vm_->Call("tambah", {Value::Float(0.5), Value::Int(1)})->AsFloat().value(), 1.5);
}

TEST_F(EmbeddingTest, ValuesSurviveTheWayThroughTheVm) {
  Run("fungsi sama(x) kembalikan x akhir");
  for (int64_t i : {int64_t{0}, int64_t{-1}, std::numeric_limits<int64_t>::max(),
                    std::numeric_limits<int64_t>::min(), int64_t{1} << 61}) {
    EXPECT_EQ(vm_->Call("sama", {Value::Int(i)})->AsInt().value(), i);
  }
  for (double d : {0.0, -0.0, 1.5, 1e-200, 1e300, HUGE_VAL}) {
    EXPECT_EQ(vm_->Call("sama", {Value::Float(d)})->AsFloat().value(), d);
  }
  EXPECT_TRUE(vm_->Call("sama", {Value::Bool(true)})->AsBool().value());
  EXPECT_TRUE(vm_->Call("sama", {Value()})->is_null());
  const std::string bytes("a\0b\xff", 4);
  EXPECT_EQ(vm_->Call("sama", {String(bytes)})->AsString().value(), bytes);
  const Value error = *vm_->NewError("rusak");
  EXPECT_EQ(vm_->Call("sama", {error})->kind(), ValueKind::kError);
  EXPECT_EQ(vm_->Call("sama", {error})->ErrorMessage().value(), "rusak");
}

TEST_F(EmbeddingTest, ArraysAndHashesAreBuiltAndRead) {
  const Value array = *vm_->NewArray({Value::Int(1), String("dua"), *vm_->NewArray({})});
  EXPECT_EQ(array.Text().value(), "[1, dua, []]");
  const Value hash = *vm_->NewHash({{String("a"), array}, {Value::Int(7), Value::Bool(false)}});
  Run("fungsi baca(h) kembalikan h[\"a\"][1] + h[7] akhir");
  EXPECT_EQ(vm_->Call("baca", {hash})->AsString().value(), "duasalah");
  EXPECT_EQ(array.Length().value(), 3u);
  EXPECT_EQ(array.At(1)->AsString().value(), "dua");
  EXPECT_EQ(array.At(3).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(array.Elements()->size(), 3u);
  const auto entries = hash.Entries();
  ASSERT_TRUE(entries.ok());
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ((*entries)[1].first.AsInt().value(), 7);
  EXPECT_EQ(hash.Get(Value::Int(7))->AsBool().value(), false);
  EXPECT_EQ(hash.Get(Value::Int(8)).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(EmbeddingTest, WrongTypesAreErrorsThatNameTheType) {
  EXPECT_EQ(Value().AsInt().status().message(), "want INTEGER, got NULL");
  EXPECT_EQ(String("x").AsFloat().status().message(), "want FLOAT, got STRING");
  EXPECT_EQ(Value::Int(1).At(0).status().message(), "want ARRAY, got INTEGER");
  EXPECT_EQ(Value::Int(1).Entries().status().message(), "want HASH, got INTEGER");
  EXPECT_EQ(Value::Bool(true).AsString().status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Value::Bool(true).ErrorMessage().status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Value::Float(1).Length().status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(EmbeddingTest, WrongCallsAreRefused) {
  Run("fungsi satu(a) kembalikan a akhir x = 5");
  EXPECT_EQ(vm_->Call("tiada", {}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(vm_->Call("x", {}).status().message(), "x is not a function of a program but INTEGER");
  EXPECT_EQ(vm_->Call("satu", {}).status().message(), "satu takes 1 arguments, got 0");
  EXPECT_EQ(vm_->Call(Value(), {}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(EmbeddingTest, GlobalsStayBetweenRunAndCalls) {
  Run("n = 10 fungsi naik() n = n + 1 kembalikan n akhir");
  EXPECT_EQ(vm_->Call("naik", {})->AsInt().value(), 11);
  EXPECT_EQ(vm_->Call("naik", {})->AsInt().value(), 12);
  Run("lain = 1");
  EXPECT_EQ(vm_->Call("naik", {})->AsInt().value(), 13);
  EXPECT_EQ(vm_->Global("n")->AsInt().value(), 13);
}

TEST_F(EmbeddingTest, AClosureIsAValueToCall) {
  Run("fungsi penghitung() n = 0 kembalikan fungsi() n = n + 1 kembalikan n akhir akhir");
  const Value counter = *vm_->Call("penghitung", {});
  EXPECT_EQ(counter.kind(), ValueKind::kFunction);
  EXPECT_EQ(vm_->Call(counter, {})->AsInt().value(), 1);
  EXPECT_EQ(vm_->Call(counter, {})->AsInt().value(), 2);
}

TEST_F(EmbeddingTest, AFailedCallHasATraceAndTheVmGoesOn) {
  Run("fungsi f(a)\n  a[9] = 1\nakhir\nfungsi g(a)\n  f(a)\nakhir");
  Failure failure;
  const absl::StatusOr<Value> result = vm_->Call("g", {*vm_->NewArray({})}, &failure);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(result.status().message(), "index out of bounds: 9 (len 0)");
  ASSERT_EQ(failure.trace.size(), 2u);
  EXPECT_EQ(failure.trace[0].function, "f");
  EXPECT_EQ(failure.trace[0].line, 2u);
  EXPECT_EQ(failure.trace[1].function, "g");
  EXPECT_EQ(failure.trace[1].file, "test.fox");
  EXPECT_EQ(vm_->Call("f", {*vm_->NewArray({})}).status().code(), absl::StatusCode::kAborted);
}

TEST_F(EmbeddingTest, BoundsEndACall) {
  VmOptions options;
  options.max_instructions = 100000;
  options.stack_max_bytes = size_t{64} << 10;
  options.heap.max_bytes = size_t{1} << 20;
  Make(options);
  Run("fungsi putar() selama benar akhir akhir fungsi dalam() kembalikan 1 + dalam() akhir");
  Failure failure;
  EXPECT_EQ(vm_->Call("putar", {}, &failure).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(failure.kind, objects::FatalKind::kOutOfInstructions);
  EXPECT_EQ(vm_->Call("dalam", {}, &failure).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(failure.kind, objects::FatalKind::kStackOverflow);
  EXPECT_EQ(vm_->NewString(std::string(size_t{2} << 20, 'x')).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(vm_->NewString("masih hidup").ok());
}

TEST_F(EmbeddingTest, HostFunctionsLookBuiltIn) {
  ASSERT_TRUE(vm_->RegisterFunction("kali",
                                    [](absl::Span<const Value> a) -> absl::StatusOr<Value> {
                                      return Value::Int(*a[0].AsInt() * *a[1].AsInt());
                                    })
                  .ok());
  Run("cetak(kali(6, 7), tipe(kali), kali) fungsi f(g) kembalikan g(2, 3) akhir cetak(f(kali))");
  EXPECT_EQ(io_.output, "42\nBUILTIN\nbuiltin function\n6\n");
  EXPECT_EQ(vm_->Global("kali").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(EmbeddingTest, DefinitionsOfTheProgramHideHostFunctions) {
  ASSERT_TRUE(vm_->RegisterFunction("nama", [](absl::Span<const Value>) { return Value::Int(1); }).ok());
  Run("cetak(nama()) nama = 5 cetak(nama) fungsi f(nama) kembalikan nama akhir cetak(f(7))");
  EXPECT_EQ(io_.output, "1\n5\n7\n");
  EXPECT_EQ(vm_->Global("nama")->AsInt().value(), 5);
}

TEST_F(EmbeddingTest, HostFunctionsAreThereInThreadsAndImports) {
  class OneModule : public frontend::ModuleSource {
    absl::StatusOr<std::string> Read(absl::string_view, absl::string_view, std::string*) override {
      return std::string("hasil = dari_host()");
    }
  } modules;
  ASSERT_TRUE(vm_->RegisterFunction("dari_host", [](absl::Span<const Value>) { return Value::Int(9); }).ok());
  const auto program = vm_->LoadSource("t.fox",
                                       "a = 1 ambil \"m\" b = 2 cetak(m[\"hasil\"], a, b, "
                                       "tunggu(luncurkan(fungsi() kembalikan dari_host() akhir)))",
                                       modules);
  ASSERT_TRUE(program.ok()) << program.status();
  EXPECT_FALSE(vm_->Run(**program).has_value());
  EXPECT_EQ(io_.output, "9\n1\n2\n9\n");
}

TEST_F(EmbeddingTest, AFailedHostFunctionIsAnErrorValue) {
  ASSERT_TRUE(vm_->RegisterFunction("gagal",
                                    [](absl::Span<const Value>) -> absl::StatusOr<Value> {
                                      return absl::InternalError("tidak bisa");
                                    })
                  .ok());
  Run("x = gagal(1) cetak(adalah_galat(x), pesan_galat(x))");
  EXPECT_EQ(io_.output, "benar\ntidak bisa\n");
}

TEST_F(EmbeddingTest, HostFunctionsAllocateUnderStress) {
  VmOptions options;
  options.heap.stress_interval = 1;
  options.heap.verify = true;
  Make(options);
  ASSERT_TRUE(vm_->RegisterFunction(
                     "pasangan",
                     [this](absl::Span<const Value> a) -> absl::StatusOr<Value> {
                       const Value text = *vm_->NewString("teks yang cukup panjang");
                       const Value array = *vm_->NewArray({a[0], text, a[1]});
                       return *vm_->NewHash({{text, array}, {*vm_->NewString("k"), Value::Int(INT64_MAX)}});
                     })
                  .ok());
  Run("i = 0 h = 0 selama i < 20 h = pasangan([i], \"x\" + i) i = i + 1 akhir cetak(h)");
  EXPECT_EQ(io_.output,
            "{teks yang cukup panjang: [[19], teks yang cukup panjang, x19], k: 9223372036854775807}\n");
}

TEST_F(EmbeddingTest, NamesThatProgramsCannotUseAreRefused) {
  const auto function = [](absl::Span<const Value>) { return Value(); };
  for (absl::string_view name : {"", "1a", "a b", "jika", "cetak", "a-b", " a", "a "}) {
    EXPECT_EQ(vm_->RegisterFunction(name, function).code(), absl::StatusCode::kInvalidArgument) << name;
  }
  EXPECT_EQ(vm_->RegisterFunction("f", nullptr).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(vm_->RegisterFunction("f", function).ok());
  EXPECT_EQ(vm_->RegisterFunction("f", function).code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(EmbeddingTest, NothingIsLoadedOrRunInsideAHostFunction) {
  absl::StatusOr<Program*> outer = nullptr;
  std::vector<absl::StatusCode> codes;
  ASSERT_TRUE(vm_->RegisterFunction("masuk",
                                    [&](absl::Span<const Value> a) -> absl::StatusOr<Value> {
                                      codes.push_back(
                                          vm_->LoadSource("b.fox", "1", modules_).status().code());
                                      codes.push_back(vm_->Call(a[0], {}).status().code());
                                      if (!vm_->Run(**outer).has_value()) return absl::InternalError("ran");
                                      return Value::Bool(true);
                                    })
                  .ok());
  outer = vm_->LoadSource("a.fox", "cetak(masuk(fungsi() kembalikan 1 akhir))", modules_);
  ASSERT_TRUE(outer.ok()) << outer.status();
  EXPECT_FALSE(vm_->Run(**outer).has_value());
  EXPECT_EQ(io_.output, "benar\n");
  EXPECT_THAT(codes, ::testing::Each(absl::StatusCode::kFailedPrecondition));
}

TEST_F(EmbeddingTest, ModuleFilesNameTheHostFunctionsTheyNeed) {
  const std::vector<absl::string_view> names = {"lain", "kali"};
  frontend::CompileResult compiled =
      frontend::Compile("a.fox", "a = 3 kali = kali(a) cetak(kali)", modules_, {.host_functions = names});
  ASSERT_TRUE(compiled.module.has_value());
  EXPECT_EQ(compiled.module->host_globals.size(), 1u);
  const std::string bytes = bytecode::WriteMbc(*compiled.module);
  const absl::Status missing = vm_->LoadBytecode(bytes).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.message()), HasSubstr("`kali`"));
  ASSERT_TRUE(
      vm_->RegisterFunction("kali", [](absl::Span<const Value> a) { return Value::Int(*a[0].AsInt() * 2); })
          .ok());
  const auto program = vm_->LoadBytecode(bytes);
  ASSERT_TRUE(program.ok()) << program.status();
  EXPECT_FALSE(vm_->Run(**program).has_value());
  EXPECT_EQ(io_.output, "6\n");
}

TEST_F(EmbeddingTest, DamagedHostGlobalsAreRefused) {
  const std::vector<absl::string_view> names = {"kali"};
  frontend::CompileResult compiled =
      frontend::Compile("a.fox", "a = 3 cetak(kali(a))", modules_, {.host_functions = names});
  ASSERT_TRUE(compiled.module.has_value());
  ASSERT_TRUE(vm_->RegisterFunction("kali", [](absl::Span<const Value>) { return Value(); }).ok());
  for (const std::vector<uint32_t>& globals : {std::vector<uint32_t>{2}, std::vector<uint32_t>{1, 1},
                                               std::vector<uint32_t>{1, 0}, std::vector<uint32_t>{~0u}}) {
    bytecode::Module module = *compiled.module;
    module.host_globals = globals;
    EXPECT_EQ(vm_->LoadBytecode(bytecode::WriteMbc(module)).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

TEST_F(EmbeddingTest, ValuesOutliveTheirVmAsErrors) {
  const Value text = String("x");
  const Value copy = text;
  vm_.reset();
  EXPECT_EQ(copy.kind(), ValueKind::kGone);
  EXPECT_EQ(text.AsString().status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(text.Text().status().code(), absl::StatusCode::kInvalidArgument);
  Make({});
  EXPECT_EQ(vm_->NewArray({text}).status().message(), "the value belongs to another VM");
  Run("fungsi f(x) akhir");
  EXPECT_EQ(vm_->Call("f", {text}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(EmbeddingTest, ValuesFollowMovingObjects) {
  VmOptions options;
  options.heap.stress_interval = 1;
  Make(options);
  std::vector<Value> kept;
  for (int i = 0; i < 200; ++i) kept.push_back(String("nomor " + std::to_string(i)));
  for (int i = 0; i < 200; i += 2) kept[i] = Value();
  for (int i = 1; i < 200; i += 2) EXPECT_EQ(kept[i].AsString().value(), "nomor " + std::to_string(i));
}

TEST_F(EmbeddingTest, AnotherThreadInterruptsACall) {
  Run("fungsi putar() selama benar akhir akhir");
  std::atomic<bool> done = false;
  std::thread other([&] {
    while (!done.load()) {
      vm_->Interrupt();
      std::this_thread::yield();
    }
  });
  const absl::StatusOr<Value> result = vm_->Call("putar", {});
  done.store(true);
  other.join();
  EXPECT_EQ(result.status().code(), absl::StatusCode::kCancelled);
}

TEST(EmbeddingThreadsTest, TwoVmsOnTwoThreadsCallBothWays) {
  std::vector<std::thread> threads;
  int64_t sums[2] = {0, 0};
  for (int64_t& sum : sums) {
    threads.emplace_back([&sum] {
      StringIo io;
      NoModules modules;
      const absl::StatusOr<std::unique_ptr<Vm>> vm = Vm::Create({}, io);
      ASSERT_TRUE(vm.ok());
      ASSERT_TRUE((*vm)
                      ->RegisterFunction("tambahkan",
                                         [&sum](absl::Span<const Value> a) {
                                           sum += *a[0].AsInt();
                                           return Value();
                                         })
                      .ok());
      const auto program = (*vm)->LoadSource(
          "a.fox", "fungsi f(n) i = 0 selama i < n tambahkan(i) s = [i, \"x\" + i] i = i + 1 akhir akhir",
          modules);
      ASSERT_TRUE(program.ok());
      ASSERT_FALSE((*vm)->Run(**program).has_value());
      EXPECT_TRUE((*vm)->Call("f", {Value::Int(5000)}).ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(sums[0], 12497500);
  EXPECT_EQ(sums[1], 12497500);
}

}  // namespace
}  // namespace foxvm::vm
