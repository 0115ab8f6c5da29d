// The C interface: what a C host does, and that wrong use gives clear errors.
#include "vm/foxvm.h"

#include <atomic>
#include <cstring>
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

class FoxvmTest : public ::testing::Test {
 protected:
  FoxvmTest() {
    options_.size = sizeof options_;
    options_.user = &output_;
    options_.output = [](void* user, const char* text, size_t length) {
      static_cast<std::string*>(user)->append(text, length);
    };
    options_.load_module = [](void*, const char* path, foxvm_module_text* module) -> foxvm_status {
      if (std::string(path) != "m.fox") return FOXVM_NOT_FOUND;
      return foxvm_module_set_text(module, "x = 41", 6);
    };
  }
  void SetUp() override { ASSERT_EQ(foxvm_create(&options_, &vm_), FOXVM_OK); }
  void TearDown() override { EXPECT_EQ(foxvm_destroy(vm_), FOXVM_OK); }

  foxvm_status Load(const std::string& text) {
    return foxvm_load_source(vm_, "test.fox", text.data(), text.size(), &program_);
  }
  void Run(const std::string& text) {
    ASSERT_EQ(Load(text), FOXVM_OK) << foxvm_error_report(vm_);
    ASSERT_EQ(foxvm_run(vm_, program_), FOXVM_OK) << foxvm_error_report(vm_);
  }
  foxvm_value Int(int64_t i) {
    foxvm_value v{0};
    EXPECT_EQ(foxvm_new_int(vm_, i, &v), FOXVM_OK);
    return v;
  }
  foxvm_value String(const std::string& s) {
    foxvm_value v{0};
    EXPECT_EQ(foxvm_new_string(vm_, s.data(), s.size(), &v), FOXVM_OK);
    return v;
  }
  std::string Text(foxvm_value v) {
    const char* bytes = nullptr;
    size_t length = 0;
    EXPECT_EQ(foxvm_get_text(vm_, v, &bytes, &length), FOXVM_OK);
    return std::string(bytes, length);
  }

  std::string output_;
  foxvm_options options_ = {};
  foxvm_vm* vm_ = nullptr;
  foxvm_program program_ = {0};
};

TEST_F(FoxvmTest, LoadsRunsAndCalls) {
  Run("ambil \"m\" cetak(m[\"x\"] + 1) fungsi gabungkan(a, b) kembalikan [a, b] akhir");
  EXPECT_EQ(output_, "42\n");
  const foxvm_value arguments[] = {Int(1), String("dua")};
  foxvm_value result{0};
  ASSERT_EQ(foxvm_call(vm_, "gabungkan", arguments, 2, &result), FOXVM_OK) << foxvm_error_report(vm_);
  EXPECT_EQ(Text(result), "[1, dua]");
  foxvm_value function{0};
  ASSERT_EQ(foxvm_get_global(vm_, "gabungkan", &function), FOXVM_OK);
  EXPECT_EQ(foxvm_call_value(vm_, function, arguments, 2, nullptr), FOXVM_OK);
}

TEST_F(FoxvmTest, RunsModuleFilesFromMemory) {
  NoModules modules;
  const frontend::CompileResult compiled = frontend::Compile("a.fox", "cetak(\"mbc\")", modules);
  const std::string bytes = bytecode::WriteMbc(*compiled.module);
  ASSERT_EQ(foxvm_load_bytecode(vm_, bytes.data(), bytes.size(), &program_), FOXVM_OK);
  EXPECT_EQ(foxvm_run(vm_, program_), FOXVM_OK);
  EXPECT_EQ(output_, "mbc\n");
  EXPECT_EQ(foxvm_load_bytecode(vm_, bytes.data(), bytes.size() - 1, &program_), FOXVM_INVALID_ARGUMENT);
  EXPECT_STRNE(foxvm_error_message(vm_), "");
}

TEST_F(FoxvmTest, ValuesOfEveryKindGoInAndOut) {
  foxvm_value v{0};
  int kind = -1;
  const auto kind_of = [&](foxvm_value value) {
    EXPECT_EQ(foxvm_get_kind(vm_, value, &kind), FOXVM_OK);
    return kind;
  };
  ASSERT_EQ(foxvm_new_null(vm_, &v), FOXVM_OK);
  EXPECT_EQ(kind_of(v), FOXVM_NULL);
  ASSERT_EQ(foxvm_new_bool(vm_, 7, &v), FOXVM_OK);
  int b = 0;
  EXPECT_EQ(kind_of(v), FOXVM_BOOL);
  EXPECT_EQ(foxvm_get_bool(vm_, v, &b), FOXVM_OK);
  EXPECT_EQ(b, 1);
  int64_t i = 0;
  EXPECT_EQ(foxvm_get_int(vm_, Int(INT64_MIN), &i), FOXVM_OK);
  EXPECT_EQ(i, INT64_MIN);
  double d = 0;
  ASSERT_EQ(foxvm_new_float(vm_, 0.25, &v), FOXVM_OK);
  EXPECT_EQ(foxvm_get_float(vm_, v, &d), FOXVM_OK);
  EXPECT_EQ(d, 0.25);
  EXPECT_EQ(kind_of(String("")), FOXVM_STRING);
  ASSERT_EQ(foxvm_new_error(vm_, "rusak", 5, &v), FOXVM_OK);
  EXPECT_EQ(kind_of(v), FOXVM_ERROR);
  const char* bytes = nullptr;
  ASSERT_EQ(foxvm_get_error(vm_, v, &bytes, nullptr), FOXVM_OK);
  EXPECT_STREQ(bytes, "rusak");

  const foxvm_value pair[] = {String("k"), Int(5)};
  foxvm_value hash{0}, key{0}, value{0};
  size_t length = 0;
  ASSERT_EQ(foxvm_new_hash(vm_, pair, 1, &hash), FOXVM_OK);
  EXPECT_EQ(kind_of(hash), FOXVM_HASH);
  EXPECT_EQ(foxvm_get_length(vm_, hash, &length), FOXVM_OK);
  EXPECT_EQ(length, 1u);
  ASSERT_EQ(foxvm_get_entry(vm_, hash, 0, &key, &value), FOXVM_OK);
  EXPECT_EQ(Text(key) + Text(value), "k5");
  ASSERT_EQ(foxvm_get_key(vm_, hash, pair[0], &value), FOXVM_OK);
  EXPECT_EQ(foxvm_get_key(vm_, hash, pair[1], &value), FOXVM_NOT_FOUND);
  EXPECT_EQ(foxvm_get_entry(vm_, hash, 1, &key, &value), FOXVM_NOT_FOUND);
  foxvm_value array{0};
  ASSERT_EQ(foxvm_new_array(vm_, pair, 2, &array), FOXVM_OK);
  ASSERT_EQ(foxvm_get_element(vm_, array, 1, &value), FOXVM_OK);
  EXPECT_EQ(Text(value), "5");
  EXPECT_EQ(foxvm_get_element(vm_, array, 2, &value), FOXVM_NOT_FOUND);
}

TEST_F(FoxvmTest, ErrorsTellWhere) {
  EXPECT_EQ(Load("x = 1\ncetak(tiada)"), FOXVM_COMPILE_ERROR);
  EXPECT_EQ(foxvm_error_status(vm_), FOXVM_COMPILE_ERROR);
  EXPECT_THAT(foxvm_error_message(vm_), HasSubstr("undefined variable tiada"));
  EXPECT_STREQ(foxvm_error_file(vm_), "test.fox");
  EXPECT_EQ(foxvm_error_line(vm_), 2u);
  EXPECT_THAT(foxvm_error_report(vm_), HasSubstr("test.fox:2:7: error: "));

  Run("fungsi f(a)\n  a[9] = 1\nakhir\nfungsi g()\n  f([])\nakhir");
  EXPECT_EQ(foxvm_call(vm_, "g", nullptr, 0, nullptr), FOXVM_RUNTIME_ERROR);
  EXPECT_STREQ(foxvm_error_message(vm_), "index out of bounds: 9 (len 0)");
  EXPECT_EQ(foxvm_error_line(vm_), 2u);
  EXPECT_STREQ(foxvm_error_report(vm_),
               "error: index out of bounds: 9 (len 0)\n  at f (test.fox:2)\n  at g (test.fox:5)\n");
  const char* function = nullptr;
  const char* file = nullptr;
  uint32_t line = 0;
  ASSERT_EQ(foxvm_error_frame(vm_, 1, &function, &file, &line), FOXVM_OK);
  EXPECT_STREQ(function, "g");
  EXPECT_STREQ(file, "test.fox");
  EXPECT_EQ(line, 5u);
  EXPECT_EQ(foxvm_error_frame(vm_, 2, &function, &file, &line), FOXVM_NOT_FOUND);
}

TEST_F(FoxvmTest, BoundsHaveTheirOwnResults) {
  options_.heap_max_bytes = 1 << 20;
  options_.stack_max_bytes = 64 << 10;
  options_.max_instructions = 1000000;
  ASSERT_EQ(foxvm_destroy(vm_), FOXVM_OK);
  vm_ = nullptr;
  ASSERT_EQ(foxvm_create(&options_, &vm_), FOXVM_OK);
  Run("fungsi putar() selama benar akhir akhir fungsi dalam() kembalikan 1 + dalam() akhir\n"
      "fungsi isi() a = [] selama benar a = a + [\"x\" + a] akhir akhir");
  EXPECT_EQ(foxvm_call(vm_, "putar", nullptr, 0, nullptr), FOXVM_OUT_OF_INSTRUCTIONS);
  EXPECT_EQ(foxvm_call(vm_, "dalam", nullptr, 0, nullptr), FOXVM_STACK_OVERFLOW);
  EXPECT_EQ(foxvm_call(vm_, "isi", nullptr, 0, nullptr), FOXVM_OUT_OF_MEMORY);
  EXPECT_EQ(Text(String("masih hidup")), "masih hidup");
}

TEST_F(FoxvmTest, HostFunctionsGetHandlesAndGiveOneBack) {
  struct Host {
    foxvm_value kept = {0};
    foxvm_value dropped = {0};
  } host;
  ASSERT_EQ(foxvm_register(
                vm_, "simpankan",
                [](foxvm_vm* vm, void* user, const foxvm_value* args, size_t count,
                   foxvm_value* result) -> foxvm_status {
                  if (count != 2) return foxvm_fail(vm, "dua saja");
                  static_cast<Host*>(user)->kept = args[0];
                  static_cast<Host*>(user)->dropped = args[1];
                  *result = args[1];
                  return foxvm_keep(vm, args[0]);
                },
                &host),
            FOXVM_OK);
  Run("cetak(simpankan(\"a\", \"b\"), pesan_galat(simpankan()))");
  EXPECT_EQ(output_, "b\ndua saja\n");
  EXPECT_EQ(Text(host.kept), "a");
  int kind = 0;
  EXPECT_EQ(foxvm_get_kind(vm_, host.dropped, &kind), FOXVM_INVALID_ARGUMENT);
  EXPECT_EQ(foxvm_release(vm_, host.kept), FOXVM_OK);
  EXPECT_EQ(foxvm_release(vm_, host.kept), FOXVM_INVALID_ARGUMENT);
}

TEST_F(FoxvmTest, HostFunctionsThatReturnNonsenseGiveErrorValues) {
  ASSERT_EQ(foxvm_register(
                vm_, "asal",
                [](foxvm_vm*, void*, const foxvm_value*, size_t, foxvm_value* result) -> foxvm_status {
                  result->handle = 0x123456789;
                  return FOXVM_OK;
                },
                nullptr),
            FOXVM_OK);
  ASSERT_EQ(foxvm_register(
                vm_, "diam", [](foxvm_vm*, void*, const foxvm_value*, size_t, foxvm_value*) { return 77; },
                nullptr),
            FOXVM_OK);
  Run("cetak(pesan_galat(asal()), pesan_galat(diam()))");
  EXPECT_EQ(output_, "the host function gave back no value\nthe host function failed\n");
}

TEST_F(FoxvmTest, CallbacksCannotReenter) {
  static foxvm_vm* vm;
  static std::vector<foxvm_status> statuses;
  statuses.clear();
  ASSERT_EQ(foxvm_register(
                vm_, "masuk",
                [](foxvm_vm* inside, void* user, const foxvm_value*, size_t, foxvm_value*) -> foxvm_status {
                  foxvm_program program = *static_cast<foxvm_program*>(user);
                  statuses.push_back(foxvm_run(inside, program));
                  statuses.push_back(foxvm_call(inside, "f", nullptr, 0, nullptr));
                  statuses.push_back(foxvm_load_source(inside, "x", "1", 1, &program));
                  statuses.push_back(foxvm_destroy(inside));
                  return FOXVM_OK;
                },
                &program_),
            FOXVM_OK);
  Run("fungsi f() akhir masuk()");
  EXPECT_THAT(statuses, ::testing::ElementsAre(FOXVM_BUSY, FOXVM_BUSY, FOXVM_BUSY, FOXVM_BUSY));

  statuses.clear();
  foxvm_options options = {};
  options.size = sizeof options;
  options.output = [](void*, const char*, size_t) {
    foxvm_value v{0};
    statuses.push_back(foxvm_new_string(vm, "x", 1, &v));
    statuses.push_back(foxvm_destroy(vm));
  };
  ASSERT_EQ(foxvm_create(&options, &vm), FOXVM_OK);
  foxvm_program program;
  ASSERT_EQ(foxvm_load_source(vm, "a", "cetak(12)", 9, &program), FOXVM_OK);
  EXPECT_EQ(foxvm_run(vm, program), FOXVM_OK);
  EXPECT_THAT(statuses, ::testing::Each(FOXVM_BUSY));
  EXPECT_FALSE(statuses.empty());
  EXPECT_EQ(foxvm_destroy(vm), FOXVM_OK);
}

TEST_F(FoxvmTest, AnotherThreadInterrupts) {
  Run("fungsi putar() selama benar akhir akhir");
  std::atomic<bool> done = false;
  std::thread other([&] {
    while (!done.load()) {
      EXPECT_EQ(foxvm_interrupt(vm_), FOXVM_OK);
      std::this_thread::yield();
    }
  });
  EXPECT_EQ(foxvm_call(vm_, "putar", nullptr, 0, nullptr), FOXVM_INTERRUPTED);
  done.store(true);
  other.join();
}

TEST_F(FoxvmTest, WrongHandlesAndTypesAreRefused) {
  const foxvm_value text = String("x");
  const foxvm_value none{0}, wild{~uint64_t{0}}, old = Int(1);
  EXPECT_EQ(foxvm_release(vm_, old), FOXVM_OK);
  int64_t i = 0;
  foxvm_value result{0};
  for (foxvm_value bad : {none, wild, old}) {
    EXPECT_EQ(foxvm_get_int(vm_, bad, &i), FOXVM_INVALID_ARGUMENT);
    EXPECT_EQ(foxvm_new_array(vm_, &bad, 1, &result), FOXVM_INVALID_ARGUMENT);
    EXPECT_EQ(foxvm_call_value(vm_, bad, nullptr, 0, &result), FOXVM_INVALID_ARGUMENT);
    EXPECT_EQ(foxvm_keep(vm_, bad), FOXVM_INVALID_ARGUMENT);
  }
  EXPECT_EQ(foxvm_release(vm_, none), FOXVM_OK);
  EXPECT_EQ(foxvm_get_int(vm_, text, &i), FOXVM_INVALID_ARGUMENT);
  EXPECT_STREQ(foxvm_error_message(vm_), "want INTEGER, got STRING");
  EXPECT_EQ(foxvm_call_value(vm_, text, nullptr, 0, &result), FOXVM_INVALID_ARGUMENT);
  EXPECT_EQ(foxvm_run(vm_, {0}), FOXVM_INVALID_ARGUMENT);
  EXPECT_EQ(foxvm_run(vm_, {99}), FOXVM_INVALID_ARGUMENT);
  EXPECT_EQ(foxvm_call(vm_, "tiada", nullptr, 0, &result), FOXVM_NOT_FOUND);
  Run("fungsi satu(a) akhir");
  EXPECT_EQ(foxvm_call(vm_, "satu", nullptr, 0, &result), FOXVM_INVALID_ARGUMENT);
  EXPECT_EQ(foxvm_call(vm_, "satu", nullptr, 1, &result), FOXVM_INVALID_ARGUMENT);
  EXPECT_EQ(foxvm_fail(vm_, "x"), FOXVM_INVALID_ARGUMENT);
}

TEST_F(FoxvmTest, NullIsRefusedEverywhere) {
  foxvm_value v{0};
  foxvm_program p{0};
  const char* bytes = nullptr;
  size_t n = 0;
  int64_t i = 0;
  double d = 0;
  int b = 0;
  const foxvm_host_function host = [](foxvm_vm*, void*, const foxvm_value*, size_t, foxvm_value*) {
    return 0;
  };
  // Once without a VM, once without anything else.
  for (foxvm_vm* vm : {static_cast<foxvm_vm*>(nullptr), vm_}) {
    const bool some = vm == nullptr;
    foxvm_value* const result = some ? &v : nullptr;
    const char* const name = some ? "x" : nullptr;
    const char** const text = some ? &bytes : nullptr;
    const foxvm_value value = vm == nullptr ? v : String("x");
    const std::vector<foxvm_status> statuses = {
        foxvm_load_source(vm, name, name, 1, some ? &p : nullptr),
        foxvm_load_bytecode(vm, name, 1, some ? &p : nullptr),
        foxvm_run(vm, p),
        foxvm_call(vm, name, nullptr, 0, result),
        foxvm_call_value(vm, {0}, nullptr, 0, result),
        foxvm_get_global(vm, name, result),
        foxvm_register(vm, name, some ? host : nullptr, nullptr),
        foxvm_fail(vm, name),
        foxvm_new_null(vm, result),
        foxvm_new_bool(vm, 1, result),
        foxvm_new_int(vm, 1, result),
        foxvm_new_float(vm, 1, result),
        foxvm_new_string(vm, name, 1, result),
        foxvm_new_array(vm, nullptr, 1, result),
        foxvm_new_hash(vm, nullptr, 1, result),
        foxvm_new_error(vm, name, 1, result),
        foxvm_get_kind(vm, value, some ? &b : nullptr),
        foxvm_get_bool(vm, value, some ? &b : nullptr),
        foxvm_get_int(vm, value, some ? &i : nullptr),
        foxvm_get_float(vm, value, some ? &d : nullptr),
        foxvm_get_string(vm, value, text, &n),
        foxvm_get_error(vm, value, text, &n),
        foxvm_get_text(vm, value, text, &n),
        foxvm_get_length(vm, value, some ? &n : nullptr),
        foxvm_get_element(vm, value, 0, result),
        foxvm_get_entry(vm, value, 0, result, result),
        foxvm_get_key(vm, value, value, result),
        foxvm_keep(vm, {0}),
    };
    for (size_t s = 0; s < statuses.size(); ++s) EXPECT_EQ(statuses[s], FOXVM_INVALID_ARGUMENT) << s;
  }
  EXPECT_EQ(foxvm_release(nullptr, v), FOXVM_INVALID_ARGUMENT);
  EXPECT_EQ(foxvm_interrupt(nullptr), FOXVM_INVALID_ARGUMENT);
  EXPECT_EQ(foxvm_destroy(nullptr), FOXVM_OK);
  EXPECT_EQ(foxvm_create(nullptr, nullptr), FOXVM_INVALID_ARGUMENT);
  EXPECT_EQ(foxvm_module_set_text(nullptr, "", 0), FOXVM_INVALID_ARGUMENT);
  EXPECT_EQ(foxvm_error_status(nullptr), FOXVM_INVALID_ARGUMENT);
  EXPECT_STREQ(foxvm_error_message(nullptr), "the VM is NULL");
  EXPECT_STREQ(foxvm_error_file(nullptr), "");
  EXPECT_EQ(foxvm_error_line(nullptr), 0u);
  EXPECT_STREQ(foxvm_error_report(nullptr), "error: the VM is NULL\n");
  EXPECT_EQ(foxvm_error_frame(nullptr, 0, nullptr, nullptr, nullptr), FOXVM_INVALID_ARGUMENT);
}

TEST(FoxvmOptionsTest, AreChecked) {
  foxvm_vm* vm = nullptr;
  ASSERT_EQ(foxvm_create(nullptr, &vm), FOXVM_OK);
  EXPECT_EQ(foxvm_destroy(vm), FOXVM_OK);
  foxvm_options options = {};
  EXPECT_EQ(foxvm_create(&options, &vm), FOXVM_INVALID_ARGUMENT);  // no size
  options.size = sizeof options;
  options.capabilities = 64;
  EXPECT_EQ(foxvm_create(&options, &vm), FOXVM_INVALID_ARGUMENT);
  options.capabilities = 0;
  options.heap_preset = FOXVM_PRESET_SERVER + 1;
  EXPECT_EQ(foxvm_create(&options, &vm), FOXVM_INVALID_ARGUMENT);
  for (options.heap_preset = FOXVM_PRESET_DEFAULT; options.heap_preset <= FOXVM_PRESET_SERVER;
       ++options.heap_preset) {
    ASSERT_EQ(foxvm_create(&options, &vm), FOXVM_OK);
    EXPECT_EQ(foxvm_destroy(vm), FOXVM_OK);
  }
  options.heap_preset = 0;
  options.capabilities = FOXVM_ALLOW_FILES;
  options.stack_max_bytes = 1;
  EXPECT_EQ(foxvm_create(&options, &vm), FOXVM_INVALID_ARGUMENT);
  struct {
    foxvm_options known;
    uint64_t unknown;
  } newer = {};
  newer.known.size = sizeof newer;
  ASSERT_EQ(foxvm_create(&newer.known, &vm), FOXVM_OK);
  EXPECT_EQ(foxvm_destroy(vm), FOXVM_OK);
  newer.unknown = 1;
  EXPECT_EQ(foxvm_create(&newer.known, &vm), FOXVM_INVALID_ARGUMENT);
}

TEST(FoxvmOptionsTest, WithoutCallbacksNothingGoesOutAndNothingIsImported) {
  foxvm_vm* vm = nullptr;
  ASSERT_EQ(foxvm_create(nullptr, &vm), FOXVM_OK);
  foxvm_program program;
  ASSERT_EQ(foxvm_load_source(vm, "a", "cetak(1)", 8, &program), FOXVM_OK);
  EXPECT_EQ(foxvm_run(vm, program), FOXVM_OK);
  EXPECT_EQ(foxvm_load_source(vm, "a", "ambil \"m\"", 9, &program), FOXVM_COMPILE_ERROR);
  EXPECT_EQ(foxvm_load_source(vm, "a", nullptr, 0, &program), FOXVM_OK);
  EXPECT_EQ(foxvm_destroy(vm), FOXVM_OK);
}

TEST(FoxvmThreadsTest, TwoVmsOnTwoThreads) {
  std::vector<std::thread> threads;
  std::string outputs[2];
  for (std::string& output : outputs) {
    threads.emplace_back([&output] {
      foxvm_options options = {};
      options.size = sizeof options;
      options.user = &output;
      options.output = [](void* user, const char* text, size_t length) {
        static_cast<std::string*>(user)->append(text, length);
      };
      foxvm_vm* vm = nullptr;
      ASSERT_EQ(foxvm_create(&options, &vm), FOXVM_OK);
      const std::string text =
          "a = [] i = 0 selama i < 5000 a = a + [\"x\" + i] i = i + 1 akhir cetak(panjang(a))";
      foxvm_program program;
      ASSERT_EQ(foxvm_load_source(vm, "a", text.data(), text.size(), &program), FOXVM_OK);
      EXPECT_EQ(foxvm_run(vm, program), FOXVM_OK);
      EXPECT_EQ(foxvm_destroy(vm), FOXVM_OK);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(outputs[0], "5000\n");
  EXPECT_EQ(outputs[1], "5000\n");
}

}  // namespace
}  // namespace foxvm::vm
