// The pieces of C++ that docs/embedding.md shows do what it says; docs_test compares them.
#include <algorithm>
#include <map>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "vm/vm.h"

namespace foxvm::vm {
namespace {

// Takes what programs print, gives what they read.
class Conversation : public foxvm::builtins::HostIo {
 public:
  void Write(absl::string_view text) override { absl::StrAppend(&said, text); }
  foxvm::builtins::ReadLineResult ReadLine(size_t, std::string* line) override {
    *line = "Sari";
    return foxvm::builtins::ReadLineResult::kLine;
  }

  std::string said;
};

// Modules out of a map.
class Library : public foxvm::frontend::ModuleSource {
 public:
  absl::StatusOr<std::string> Read(absl::string_view path, absl::string_view, std::string*) override {
    const auto module = modules.find(path);
    if (module == modules.end()) return absl::NotFoundError(path);
    return module->second;
  }

  std::map<std::string, std::string, std::less<>> modules;
};

class SnippetsTest : public ::testing::Test {
 protected:
  void Make(const VmOptions& options) {
    absl::StatusOr<std::unique_ptr<Vm>> created = Vm::Create(options, io_);
    ASSERT_TRUE(created.ok()) << created.status();
    vm = *std::move(created);
  }
  std::optional<Failure> Run(absl::string_view text) {
    absl::StatusOr<Program*> program = vm->LoadSource("piece.fox", text, library_);
    EXPECT_TRUE(program.ok()) << program.status();
    return vm->Run(**program);
  }

  Conversation io_;
  Library library_;
  std::unique_ptr<Vm> vm;
};

TEST_F(SnippetsTest, Streams) {
  Make({});
  EXPECT_FALSE(Run("cetak(\"Halo, \" + input(\"nama? \"))").has_value());
  EXPECT_EQ(io_.said, "nama? Halo, Sari\n");
}

TEST_F(SnippetsTest, Modules) {
  Make({});
  library_.modules["salam.fox"] = "fungsi sapa(nama) \"Halo, \" + nama akhir";
  EXPECT_FALSE(Run("dari \"salam\" ambil sapa cetak(sapa(\"Budi\"))").has_value());
  EXPECT_EQ(io_.said, "Halo, Budi\n");
}

TEST_F(SnippetsTest, Options) {
  foxvm::vm::VmOptions options;
  options.heap.max_bytes = size_t{64} << 20;
  options.stack_max_bytes = size_t{1} << 20;
  options.max_instructions = 100'000'000;
  options.capabilities = {.files = false, .clock = true};
  Make(options);
  EXPECT_FALSE(Run("cetak(tipe(waktu_unix()), adalah_galat(baca_file(\"/etc/passwd\")))").has_value());
  EXPECT_EQ(io_.said, "INTEGER\nbenar\n");
}

TEST_F(SnippetsTest, Values) {
  Make({});
  ASSERT_FALSE(Run("fungsi tua(orang) orang.umur > 30 akhir").has_value());
  using foxvm::vm::Value;
  absl::StatusOr<Value> key = vm->NewString("umur");
  ASSERT_TRUE(key.ok());
  absl::StatusOr<Value> person = vm->NewHash({{*key, Value::Int(41)}});
  ASSERT_TRUE(person.ok());
  absl::StatusOr<Value> answer = vm->Call("tua", {*person});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->AsBool().value(), true);
  EXPECT_FALSE(answer->AsString().ok());  // "not a STRING but BOOLEAN"
  EXPECT_EQ(person->Text().value(), "{umur: 41}");
}

TEST_F(SnippetsTest, Failures) {
  Make({});
  const std::optional<Failure> failure = Run("fungsi isi(a)\n  a[9] = 1\nakhir\nisi([])\n");
  ASSERT_TRUE(failure.has_value());
  std::string text = absl::StrCat(failure->message, "\n");
  for (const foxvm::vm::TraceFrame& frame : failure->trace) {
    absl::StrAppend(&text, "  ", frame.is_main ? "main" : frame.function, ", line ", frame.line, "\n");
  }
  EXPECT_EQ(text, "index out of bounds: 9 (len 0)\n  isi, line 2\n  main, line 4\n");
}

TEST_F(SnippetsTest, AnotherThreadInterrupts) {
  Make({});
  absl::Notification started;
  ASSERT_TRUE(vm->RegisterFunction("mulai", [&started](absl::Span<const Value>) -> absl::StatusOr<Value> {
                  started.Notify();
                  return Value();
                }).ok());
  std::thread watchdog([&] {
    started.WaitForNotification();
    vm->Interrupt();
  });
  const std::optional<Failure> failure = Run("mulai() selama benar akhir");
  watchdog.join();
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->kind, foxvm::objects::FatalKind::kInterrupted);
}

}  // namespace
}  // namespace foxvm::vm
