// What the typed instructions cost beside those of the untyped dialect that do the same: fields by number and
// by name, At and Index, Invoke and Call, Mod and Div, SetAt and SetIndex.
// How: each row runs a loop whose body is one instruction eight times over, with its operands in locals;
//      `each` is a run's time by what it executed of it. The row `loop` is the loop alone.
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "benchmark/benchmark.h"
#include "gc/check.h"
#include "interp/machine.h"
#include "interp/program.h"
#include "tests/support/assembler.h"

namespace foxvm::interp {
namespace {

constexpr int kPasses = 20000;
constexpr int kCopies = 8;

class NoIo final : public builtins::HostIo {
 public:
  void Write(absl::string_view) override {}
  builtins::ReadLineResult ReadLine(size_t, std::string*) override { return builtins::ReadLineResult::kEnd; }
};

// Local 1 a struct with a method, 2 an array, 3 a function, 4 and 5 integers, 6 a result.
std::string Loop(absl::string_view body) {
  std::string text =
      "LoadConst \"nilai\"; LoadConst \"lain\"; Struct \"S\" 2; Closure balik 0; Method \"balik\"; "
      "StoreGlobal 0\n"
      "Closure uji 0; Call 0; Pop\n"
      "fungsi balik 1 1\nLoadLocal 0; ReturnValue\n"
      "fungsi uji 0 7\n"
      "LoadGlobal 0; LoadConst 1; LoadConst 2; Call 2; StoreLocal 1\n"
      "LoadConst 1; LoadConst 2; Array 2; StoreLocal 2\nClosure balik 0; StoreLocal 3\n"
      "LoadConst 1; StoreLocal 4; LoadConst 12; StoreLocal 5\nLoadConst 0; StoreLocal 0\n:lagi\n";
  for (int i = 0; i < kCopies; ++i) absl::StrAppend(&text, body, "\n");
  absl::StrAppend(&text, "LoadLocal 0; LoadConst 1; Add; StoreLocal 0\n", "LoadConst ", kPasses,
                  "; LoadLocal 0; GreaterThan; JumpNotTruthy :habis; Jump :lagi\n:habis\nReturn\n");
  return text;
}

void BM_Typed(benchmark::State& state, const char* body) {
  NoIo io;
  absl::StatusOr<std::unique_ptr<Machine>> machine = Machine::Create({}, io);
  FOXVM_CHECK(machine.ok());
  absl::StatusOr<bytecode::VerifiedModule> module = bytecode::Verify(support::Assemble(Loop(body)));
  FOXVM_CHECK(module.ok());
  absl::StatusOr<Program*> program = (*machine)->Load(*std::move(module));
  FOXVM_CHECK(program.ok());
  for (auto _ : state) FOXVM_CHECK(!(*machine)->Run(**program).has_value());
  state.counters["each"] = benchmark::Counter(static_cast<double>(state.iterations()) * kPasses * kCopies,
                                              benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

#define FOXVM_ROW(name, body) BENCHMARK_CAPTURE(BM_Typed, name, body)->Name("typed/" #name)->Iterations(50)
FOXVM_ROW(loop, "");
FOXVM_ROW(index_by_name, "LoadLocal 1; LoadConst \"lain\"; Index; StoreLocal 6");
FOXVM_ROW(field, "LoadLocal 1; Field 1; StoreLocal 6");
FOXVM_ROW(set_index_by_name, "LoadLocal 1; LoadConst \"lain\"; LoadLocal 4; SetIndex");
FOXVM_ROW(set_field, "LoadLocal 1; LoadLocal 4; SetField 1");
FOXVM_ROW(index, "LoadLocal 2; LoadLocal 4; Index; StoreLocal 6");
FOXVM_ROW(at, "LoadLocal 2; LoadLocal 4; At; StoreLocal 6");
FOXVM_ROW(set_index, "LoadLocal 2; LoadLocal 4; LoadLocal 5; SetIndex");
FOXVM_ROW(set_at, "LoadLocal 2; LoadLocal 4; LoadLocal 5; SetAt");
FOXVM_ROW(call, "LoadLocal 3; LoadLocal 1; Call 1; StoreLocal 6");
FOXVM_ROW(invoke, "LoadLocal 1; Invoke \"balik\" 0; StoreLocal 6");
FOXVM_ROW(div, "LoadLocal 5; LoadConst 5; Div; StoreLocal 6");
FOXVM_ROW(mod, "LoadLocal 5; LoadConst 5; Mod; StoreLocal 6");
FOXVM_ROW(div_checked, "LoadLocal 5; LoadConst 5; Div; Check; StoreLocal 6");
FOXVM_ROW(mod_checked, "LoadLocal 5; LoadConst 5; Mod; Check; StoreLocal 6");

}  // namespace
}  // namespace foxvm::interp

BENCHMARK_MAIN();
