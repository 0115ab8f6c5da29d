// The typed extension, instruction by instruction: what each does, what stops the program, and that neither a
// collection at every allocation, nor a way through a file, nor the form for large functions changes any of
// it.

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "interp/bytecode/mbc.h"
#include "interp/machine.h"
#include "interp/program.h"
#include "tests/support/assembler.h"
#include "tests/support/run_program.h"

namespace foxvm::interp {
namespace {

constexpr char kMain[] = "Closure uji 0; Call 0; Pop\n";

// So many blocks and locals that exact liveness would cost too much.
std::string Large(const std::string& body) {
  std::string text = absl::StrCat(kMain, "fungsi uji 0 2000\n");
  for (int i = 0; i < 250; ++i)
    absl::StrAppend(&text, "LoadConst benar; JumpNotTruthy :isi", i, "; :isi", i, "\n");
  return absl::StrCat(text, body);
}

std::string RunOnce(const std::string& text, const support::RunSettings& settings) {
  return support::Describe(support::RunModule(support::Assemble(text), settings));
}

// How the function ends whose body is `body`, with eight locals; other functions may follow behind a line
// `fungsi ...`. The outcome is the same in every way of running it.
std::string Outcome(const std::string& body) {
  const std::string text = absl::StrCat(kMain, "fungsi uji 0 8\n", body);
  const support::RunSettings stress = {.stress_interval = 1, .verify = true, .young_bytes = size_t{32} << 10};
  const std::string outcome = RunOnce(text, {});
  EXPECT_EQ(RunOnce(text, stress), outcome) << "under stress";
  EXPECT_EQ(RunOnce(Large(body), {}), outcome) << "in a large function";
  EXPECT_EQ(RunOnce(Large(body), stress), outcome) << "in a large function under stress";
  absl::StatusOr<bytecode::Module> read = bytecode::ReadMbc(bytecode::WriteMbc(support::Assemble(text)));
  EXPECT_TRUE(read.ok()) << read.status();
  if (read.ok()) {
    EXPECT_EQ(support::Describe(support::RunModule(*std::move(read), {})), outcome) << "from a file";
  }
  return outcome;
}

// Prints what `code` leaves on the stack and returns.
std::string Print(const std::string& code) {
  return absl::StrCat("GetBuiltin cetak\n", code, "\nCall 1; Pop\n");
}
std::string Value(const std::string& code) { return Outcome(Print(code) + "Return"); }

std::string Stopped(const std::string& message) { return absl::StrCat("Runtime error:\n", message, "\n"); }

// Schema in local 0, one of its structs (10, "sepuluh") in local 1.
constexpr char kPair[] =
    "LoadConst \"angka\"; LoadConst \"kata\"; Struct \"Pasang\" 2; StoreLocal 0\n"
    "LoadLocal 0; LoadConst 10; LoadConst \"sepuluh\"; Call 2; StoreLocal 1\n";
std::string WithPair(const std::string& code) { return Outcome(absl::StrCat(kPair, code, "Return")); }

// A string longer than the concatenations that are copied at once; "ab" over and over.
constexpr char kLongText[] =
    "LoadConst \"ab\"; StoreLocal 2\n"
    "LoadLocal 2; LoadLocal 2; Add; StoreLocal 2\nLoadLocal 2; LoadLocal 2; Add; StoreLocal 2\n"
    "LoadLocal 2; LoadLocal 2; Add; StoreLocal 2\nLoadLocal 2; LoadLocal 2; Add; StoreLocal 2\n"
    "LoadLocal 2; LoadLocal 2; Add; StoreLocal 2\nLoadLocal 2; LoadLocal 2; Add; StoreLocal 2\n"
    "LoadLocal 2; LoadLocal 2; Add; StoreLocal 2\nLoadLocal 2; LoadLocal 2; Add; StoreLocal 2\n";

TEST(Swap, ExchangesForEveryKindOfOperator) {
  EXPECT_EQ(Value("LoadConst 3; LoadConst 10; Swap; Sub"), "7\n");
  EXPECT_EQ(Value("LoadConst 1; LoadConst 2; Swap; GreaterThan"), "benar\n");
  EXPECT_EQ(Value("LoadConst 1; LoadConst 7; LoadConst 8; Array 2; Swap; At"), "8\n");
  EXPECT_EQ(Value("LoadConst \"b\"; LoadConst \"a\"; Swap; StringGreater"), "salah\n");
  EXPECT_EQ(Outcome("LoadConst 2; LoadConst 1; Swap; GreaterThan; JumpNotTruthy :tidak\n" +
                    Print("LoadConst 1") + "Return\n:tidak\n" + Print("LoadConst 0") + "Return"),
            "0\n");
}

// What is below is pushed behind what was on top, whatever both are: results, locals, constants, copies.
TEST(Swap, ExchangesWhatIsUsedLater) {
  const char* operands[] = {"LoadConst 5; LoadConst 1; Mul", "LoadLocal 3", "LoadConst 5", "LoadGlobal 2"};
  const char* others[] = {"LoadConst 8; LoadConst 1; Mul", "LoadLocal 4", "LoadConst 8", "LoadGlobal 3"};
  for (const char* below : operands) {
    for (const char* top : others) {
      const std::string set =
          "LoadConst 5; Dup; StoreLocal 3; StoreGlobal 2\n"
          "LoadConst 8; Dup; StoreLocal 4; StoreGlobal 3\n";
      EXPECT_EQ(Outcome(absl::StrCat(set, "GetBuiltin cetak; LoadConst \"-\"; ", below, "; ", top,
                                     "; Swap; Array 3; Call 1; Pop; Return")),
                "[-, 8, 5]\n")
          << below << " / " << top;
      EXPECT_EQ(Outcome(absl::StrCat(set, below, "; ", top, "; Swap; StoreLocal 5; StoreLocal 6\n",
                                     Print("LoadLocal 5; LoadLocal 6; Array 2"), "Return")),
                "[5, 8]\n")
          << below << " / " << top;
    }
  }
}

TEST(Swap, ExchangesCopies) {
  EXPECT_EQ(Value("LoadConst 2; LoadConst 3; Mul; Dup; Swap; Sub"), "0\n");
  EXPECT_EQ(Value("LoadConst 2; LoadConst 3; Mul; Dup; Swap; LoadConst 1; Array 3"), "[6, 6, 1]\n");
  EXPECT_EQ(Value("LoadConst 2; LoadConst 3; Mul; Dup; LoadConst 4; LoadConst 1; Mul; Swap; LoadConst 9; "
                  "Swap; Array 4"),
            "[6, 4, 9, 6]\n");
  EXPECT_EQ(Value("LoadConst 2; LoadConst 3; Mul; Dup; Dup; Swap; LoadConst 9; Swap; Array 4"),
            "[6, 6, 9, 6]\n");
}

TEST(Swap, AcrossABranch) {
  EXPECT_EQ(Outcome("LoadConst 1; LoadConst 2; LoadGlobal 0; JumpNotTruthy :sini; :sini; Swap; StoreLocal 0; "
                    "StoreLocal 1\n" +
                    Print("LoadLocal 0; LoadLocal 1; Array 2") + "Return"),
            "[1, 2]\n");
}

TEST(Mod, HasTheSignOfTheLeftOperand) {
  EXPECT_EQ(Value("LoadConst 7; LoadConst 3; Mod"), "1\n");
  EXPECT_EQ(Value("LoadConst -7; LoadConst 3; Mod"), "-1\n");
  EXPECT_EQ(Value("LoadConst 7; LoadConst -3; Mod"), "1\n");
  EXPECT_EQ(Value("LoadConst -6; LoadConst 3; Mod"), "0\n");
  EXPECT_EQ(Value("LoadConst 7; LoadConst 3; StoreLocal 0; LoadLocal 0; Mod"), "1\n")
      << "without an immediate";
}

TEST(Mod, AtTheEndsOfTheRange) {
  EXPECT_EQ(Value("LoadConst -9223372036854775808; LoadConst -1; Mod"), "0\n");
  EXPECT_EQ(Value("LoadConst -2305843009213693952; LoadConst -1; Mod"), "0\n");
  EXPECT_EQ(Value("LoadConst 9223372036854775807; LoadConst 10; Mod"), "7\n");
  EXPECT_EQ(Value("LoadConst -9223372036854775808; LoadConst 9223372036854775807; Mod"), "-1\n");
  EXPECT_EQ(Value("LoadConst 5; LoadConst 9223372036854775807; Mod"), "5\n");
}

TEST(Mod, OfAnythingElseIsAnErrorValue) {
  EXPECT_EQ(Value("LoadConst 7; LoadConst 0; Mod"), Value("LoadConst 7; LoadConst 0; Div"));
  EXPECT_EQ(Value("GetBuiltin pesan_galat; LoadConst 7; LoadConst 0; Mod; Call 1"),
            "integer divide by zero\n");
  EXPECT_EQ(Value("GetBuiltin pesan_galat; LoadConst 7.5; LoadConst 2; Mod; Call 1"),
            "type mismatch: FLOAT % INTEGER\n");
  EXPECT_EQ(Value("GetBuiltin pesan_galat; LoadConst 1.5; LoadConst 2.5; Mod; Call 1"),
            "unknown operator: FLOAT % FLOAT\n");
  EXPECT_EQ(Value("GetBuiltin pesan_galat; LoadConst \"a\"; LoadConst 0; Mod; LoadConst 0; Mod; Call 1"),
            "type mismatch: STRING % INTEGER\n")
      << "an error value goes through";
}

TEST(Check, StopsAtAnErrorWithItsMessage) {
  EXPECT_EQ(Value("LoadConst 7; LoadConst 0; Mod; Check"), Stopped("integer divide by zero"));
  EXPECT_EQ(Value("GetBuiltin galat; LoadConst \"habis\"; Call 1; Check"), Stopped("habis"));
  EXPECT_EQ(Outcome("LoadConst 1; LoadConst 0; Div; Check; StoreLocal 0; Return"),
            Stopped("integer divide by zero"));
  EXPECT_EQ(Outcome(absl::StrCat(
                kLongText, "GetBuiltin galat; LoadLocal 2; LoadConst \"!\"; Add; Call 1; Check; Return")),
            Stopped([] {
              std::string text;
              for (int i = 0; i < 256; ++i) text += "ab";
              return text + "!";
            }()));
}

TEST(Check, LetsEverythingElseThrough) {
  EXPECT_EQ(Value("LoadConst 7; LoadConst 2; Mod; Check"), "1\n");
  EXPECT_EQ(Value("LoadConst kosong; Check"), "kosong\n");
  EXPECT_EQ(Value("LoadConst \"a\"; Check; Check; LoadConst \"b\"; Add; Check"), "ab\n");
  EXPECT_EQ(Outcome("LoadConst 17; LoadConst 5; Mod; Check; StoreLocal 0\n" + Print("LoadLocal 0; Check") +
                    "Return"),
            "2\n");
}

TEST(Default, ReplacesKosongOnly) {
  for (const char* constant : {"7", "-9223372036854775808", "2.5", "\"teks\"", "benar", "kosong"}) {
    const std::string expected = Value(absl::StrCat("LoadConst ", constant));
    EXPECT_EQ(Value(absl::StrCat("LoadConst kosong; Default ", constant)), expected);
    EXPECT_EQ(Value(absl::StrCat("LoadLocal 0; Default ", constant)), expected);
    EXPECT_EQ(Value(absl::StrCat("LoadConst 0; LoadConst 1; Mul; Default ", constant)), "0\n");
    EXPECT_EQ(Value(absl::StrCat("LoadConst salah; Default ", constant)), "salah\n");
  }
}

TEST(Field, ReadsAndWritesByNumber) {
  EXPECT_EQ(WithPair(Print("LoadLocal 1; Field 0") + Print("LoadLocal 1; Field 1")), "10\nsepuluh\n");
  EXPECT_EQ(WithPair("LoadLocal 1; LoadConst \"baru\"; LoadConst \"!\"; Add; SetField 1\n" +
                     Print("LoadLocal 1; Field 1") + Print("LoadLocal 1; Field 0")),
            "baru!\n10\n");
  EXPECT_EQ(WithPair("LoadConst 3; LoadLocal 1; Swap; SetField 0\n" + Print("LoadLocal 1; Field 0")), "3\n");
}

TEST(Field, KeepsErrorValues) {
  EXPECT_EQ(WithPair("LoadLocal 1; LoadConst 1; LoadConst 0; Div; SetField 0\n" +
                     Print("GetBuiltin adalah_galat; LoadLocal 1; Field 0; Call 1")),
            "benar\n");
}

TEST(Field, StopsWhereThereIsNone) {
  EXPECT_EQ(WithPair(Print("LoadLocal 1; Field 2")), Stopped("Pasang has no field 2"));
  EXPECT_EQ(WithPair(Print("LoadLocal 1; Field 64999")), Stopped("Pasang has no field 64999"));
  EXPECT_EQ(WithPair("LoadLocal 1; LoadConst 1; SetField 2\n"), Stopped("Pasang has no field 2"));
  EXPECT_EQ(Value("LoadConst kosong; Field 0"), Stopped("kosong has no field"));
  EXPECT_EQ(Value("LoadConst 5; Field 0"), Stopped("INTEGER has no field"));
  EXPECT_EQ(Outcome("LoadConst \"a\"; LoadConst 1; SetField 0; Return"), Stopped("STRING has no field"));
  EXPECT_EQ(Outcome("LoadConst 1; LoadConst 0; Div; LoadConst 1; SetField 0; Return"),
            Stopped("ERROR has no field"));
  EXPECT_EQ(WithPair(Print("LoadLocal 0; Field 0")), Stopped("SCHEMA has no field"));
  EXPECT_EQ(Value("Struct \"Kosong\" 0; Call 0; Field 0"), Stopped("Kosong has no field 0"));
}

TEST(At, OfArraysStringsAndHashes) {
  EXPECT_EQ(Value("LoadConst 4; LoadConst \"b\"; Array 2; LoadConst 1; At"), "b\n");
  EXPECT_EQ(Value("LoadConst \"aZ\"; LoadConst 1; At"), "90\n");
  EXPECT_EQ(Value("LoadConst \"\xc3\xa4\"; LoadConst 0; At"), "195\n");
  EXPECT_EQ(Value("LoadConst \"k\"; LoadConst 1; Hash 2; LoadConst \"k\"; At"), "1\n");
  EXPECT_EQ(Value("LoadConst 9; LoadConst 1; Hash 2; LoadConst 9; At"), "1\n");
  EXPECT_EQ(Value("LoadConst \"k\"; LoadConst 1; Hash 2; LoadConst \"q\"; At"), "kosong\n");
  EXPECT_EQ(Value("LoadConst \"k\"; LoadConst 1; Hash 2; LoadConst \"q\"; At; Default 3"), "3\n");
  EXPECT_EQ(Outcome(absl::StrCat(kLongText, Print("LoadLocal 2; LoadConst 511; At"), "Return")), "98\n")
      << "of a rope";
  EXPECT_EQ(
      Outcome("LoadConst 1; Array 1; StoreLocal 0; LoadLocal 0; LoadConst 2; Array 1; Add; StoreLocal 1\n"
              "LoadLocal 1; LoadConst 0; LoadConst 5; SetAt\n" +
              Print("LoadLocal 0; LoadConst 0; At") + Print("LoadLocal 1; LoadConst 0; At") + "Return"),
      "1\n5\n")
      << "of an older version";
}

TEST(At, StopsOutside) {
  EXPECT_EQ(Value("LoadConst 4; Array 1; LoadConst 1; At"), Stopped("index out of bounds: 1 (len 1)"));
  EXPECT_EQ(Value("LoadConst 4; Array 1; LoadConst -1; At"), Stopped("index out of bounds: -1 (len 1)"));
  EXPECT_EQ(Value("Array 0; LoadConst 0; At"), Stopped("index out of bounds: 0 (len 0)"));
  EXPECT_EQ(Value("LoadConst 4; Array 1; LoadConst 9223372036854775807; At"),
            Stopped("index out of bounds: 9223372036854775807 (len 1)"));
  EXPECT_EQ(Value("LoadConst \"ab\"; LoadConst 2; At"), Stopped("index out of bounds: 2 (len 2)"));
  EXPECT_EQ(Value("LoadConst 4; Array 1; LoadConst \"0\"; At"), Stopped("index must be INTEGER, got STRING"));
  EXPECT_EQ(Value("LoadConst \"ab\"; LoadConst kosong; At"), Stopped("index must be INTEGER, got kosong"));
  EXPECT_EQ(Value("LoadConst kosong; LoadConst 0; At"), Stopped("kosong has no elements"));
  EXPECT_EQ(WithPair(Print("LoadLocal 1; LoadConst 0; At")), Stopped("STRUCT has no elements"));
}

TEST(SetAt, StoresIntoArraysAndHashes) {
  EXPECT_EQ(Outcome("LoadConst 4; LoadConst 5; Array 2; StoreLocal 0\n"
                    "LoadLocal 0; LoadConst 1; LoadConst \"x\"; LoadConst \"y\"; Add; SetAt\n" +
                    Print("LoadLocal 0") + "Return"),
            "[4, xy]\n");
  EXPECT_EQ(
      Outcome(
          "Hash 0; StoreLocal 0; LoadLocal 0; LoadConst \"k\"; LoadConst 1; SetAt\n"
          "LoadLocal 0; LoadConst \"k\"; LoadConst 2; SetAt; LoadLocal 0; LoadConst 3; LoadConst 4; SetAt\n" +
          Print("LoadLocal 0") + "Return"),
      "{k: 2, 3: 4}\n");
  EXPECT_EQ(Outcome("LoadConst kosong; Array 1; StoreLocal 0; Hash 0; StoreLocal 1\n"
                    "LoadLocal 0; LoadConst 0; LoadConst 1; LoadConst 0; Div; SetAt\n"
                    "LoadLocal 1; LoadConst \"k\"; LoadConst 1; LoadConst 0; Div; SetAt\n" +
                    Print("GetBuiltin adalah_galat; LoadLocal 0; LoadConst 0; At; Call 1") +
                    Print("GetBuiltin adalah_galat; LoadLocal 1; LoadConst \"k\"; At; Call 1") + "Return"),
            "benar\nbenar\n")
      << "error values, too";
}

TEST(SetAt, StopsElsewhere) {
  EXPECT_EQ(Outcome("LoadConst 4; Array 1; LoadConst 1; LoadConst 0; SetAt; Return"),
            Stopped("index out of bounds: 1 (len 1)"));
  EXPECT_EQ(Outcome("LoadConst 4; Array 1; LoadConst 1.5; LoadConst 0; SetAt; Return"),
            Stopped("index must be INTEGER, got FLOAT"));
  EXPECT_EQ(Outcome("LoadConst \"ab\"; LoadConst 0; LoadConst 65; SetAt; Return"),
            Stopped("cannot store into STRING"));
  EXPECT_EQ(Outcome("LoadConst kosong; LoadConst 0; LoadConst 65; SetAt; Return"),
            Stopped("cannot store into kosong"));
}

// tambah(p, n) gives p.angka + n, nama(p) gives p.kata, lain(p) "lain".
constexpr char kMethods[] =
    "fungsi tambah 2 2\nLoadLocal 0; Field 0; LoadLocal 1; Add; ReturnValue\n"
    "fungsi nama 1 1\nLoadLocal 0; Field 1; ReturnValue\n"
    "fungsi lain 1 1\nLoadConst \"lain\"; ReturnValue\n";
constexpr char kDefineMethods[] =
    "LoadLocal 0; Closure tambah 0; Method \"tambah\"; Closure nama 0; Method \"nama\"; Pop\n";
std::string WithMethods(const std::string& code) {
  return Outcome(absl::StrCat(kPair, kDefineMethods, code, "Return\n", kMethods));
}

TEST(Invoke, CallsTheMethodWithReceiverAndArguments) {
  EXPECT_EQ(WithMethods(Print("LoadLocal 1; LoadConst 5; Invoke \"tambah\" 1") +
                        Print("LoadLocal 1; Invoke \"nama\" 0")),
            "15\nsepuluh\n");
  EXPECT_EQ(
      WithMethods(Print("LoadLocal 1; LoadLocal 1; LoadConst 5; Invoke \"tambah\" 1; Invoke \"tambah\" 1")),
      "25\n")
      << "nested";
  EXPECT_EQ(
      WithMethods(Print("LoadLocal 0; LoadConst 1; LoadConst 2; Call 2; LoadConst 5; Invoke \"tambah\" 1")),
      "6\n")
      << "of a result";
  EXPECT_EQ(WithMethods(Print("LoadLocal 1; Dup; Invoke \"nama\" 0; Swap; Invoke \"nama\" 0; Add")),
            "sepuluhsepuluh\n");
  EXPECT_EQ(
      WithMethods(Print(
          "LoadLocal 1; LoadLocal 1; Check; LoadConst 1; Invoke \"tambah\" 1; Array 2; LoadConst 1; At")),
      "11\n");
  EXPECT_EQ(WithMethods(Print("LoadConst 5; LoadLocal 1; Swap; Invoke \"tambah\" 1")), "15\n");
  EXPECT_EQ(
      WithMethods("LoadLocal 1; LoadConst 1; Invoke \"tambah\" 1; StoreLocal 3\n" + Print("LoadLocal 3")),
      "11\n");
  EXPECT_EQ(WithMethods("LoadLocal 1; LoadConst 1; Invoke \"tambah\" 1; Check; StoreLocal 3\n" +
                        Print("LoadLocal 3")),
            "11\n");
}

TEST(Invoke, FindsEachSchemasOwnMethod) {
  EXPECT_EQ(
      WithMethods("LoadConst \"kata\"; Struct \"Pasang\" 1; Closure lain 0; Method \"nama\"; StoreLocal 3\n"
                  "LoadConst 0; StoreLocal 5\n"
                  ":lagi\n"
                  "LoadLocal 1; LoadLocal 5; LoadConst 2; Mod; JumpNotTruthy :genap\n"
                  "Pop; LoadLocal 3; LoadConst 0; Call 1\n"
                  ":genap\nInvoke \"nama\" 0; StoreLocal 6\n" +
                  Print("LoadLocal 6") +
                  "LoadLocal 5; LoadConst 1; Add; StoreLocal 5\n"
                  "LoadConst 4; LoadLocal 5; GreaterThan; JumpNotTruthy :habis; Jump :lagi\n:habis\n"),
      "sepuluh\nlain\nsepuluh\nlain\n");
}

TEST(Invoke, SeesAMethodThatWasReplaced) {
  EXPECT_EQ(WithMethods("LoadConst 0; StoreLocal 5\n:lagi\n" + Print("LoadLocal 1; Invoke \"nama\" 0") +
                        "LoadLocal 0; Closure lain 0; Method \"nama\"; Pop\n"
                        "LoadLocal 5; LoadConst 1; Add; Dup; StoreLocal 5\n"
                        "LoadConst 2; Swap; GreaterThan; JumpNotTruthy :habis; Jump :lagi\n:habis\n"),
            "sepuluh\nlain\n");
}

TEST(Invoke, MethodsBelongToAllRunsOfOneStruct) {
  EXPECT_EQ(
      Outcome(
          "LoadConst 0; StoreLocal 5\n:lagi\nLoadConst \"kata\"; Struct \"S\" 1; StoreLocal 0\n"
          "LoadLocal 5; JumpNotTruthy :pertama; Jump :sudah\n"
          ":pertama\nLoadLocal 0; Closure lain 0; Method \"m\"; Pop; LoadConst 1; StoreLocal 5; Jump :lagi\n"
          ":sudah\n" +
          Print("LoadLocal 0; LoadConst 0; Call 1; Invoke \"m\" 0") + "Return\n" + kMethods),
      "lain\n");
}

TEST(Invoke, AClosureKeepsItsVariables) {
  EXPECT_EQ(Outcome("LoadConst 5; StoreLocal 0; Struct \"S\" 0; CaptureLocal 0; Closure hitung 1; Method "
                    "\"hitung\"; StoreLocal 1\n" +
                    Print("LoadLocal 1; Call 0; Invoke \"hitung\" 0") +
                    Print("LoadLocal 1; Call 0; Invoke \"hitung\" 0") + Print("LoadLocal 0") +
                    "Return\n"
                    "fungsi hitung 1 1\nGetFree 0; LoadConst 1; Add; Dup; SetFree 0; ReturnValue\n"),
            "6\n7\n7\n");
}

TEST(Invoke, StopsWithoutAMethod) {
  EXPECT_EQ(WithMethods("LoadLocal 1; Invoke \"tiada\" 0; Pop\n"), Stopped("method not found: tiada"));
  EXPECT_EQ(WithMethods("LoadConst kosong; Invoke \"nama\" 0; Pop\n"), Stopped("kosong has no method nama"));
  EXPECT_EQ(WithMethods("LoadConst 5; LoadConst 1; Mul; Invoke \"nama\" 0; Pop\n"),
            Stopped("INTEGER has no method nama"));
  EXPECT_EQ(WithMethods("LoadLocal 0; Invoke \"nama\" 0; Pop\n"), Stopped("SCHEMA has no method nama"));
}

TEST(Invoke, AWrongNumberOfArgumentsIsAnErrorValueAsOfACall) {
  EXPECT_EQ(WithMethods(Print("GetBuiltin pesan_galat; LoadLocal 1; Invoke \"tambah\" 0; Call 1")),
            "arg mismatch: want 2, got 1\n");
}

TEST(Invoke, RecursesAndOverflowsLikeACall) {
  const std::string body =
      "Struct \"S\" 0; Closure turun 0; Method \"turun\"; StoreLocal 0\n" +
      Print("LoadLocal 0; Call 0; LoadConst 400; Invoke \"turun\" 1") +
      "LoadLocal 0; Call 0; LoadConst -1; Invoke \"turun\" 1; Pop; Return\n"
      "fungsi turun 2 2\nLoadLocal 1; JumpNotTruthy :dasar\n"
      "LoadConst 1; LoadLocal 0; LoadLocal 1; LoadConst 1; Sub; Invoke \"turun\" 1; Add; ReturnValue\n"
      ":dasar\nLoadConst 0; ReturnValue\n";
  const std::string text = absl::StrCat(kMain, "fungsi uji 0 8\n", body);
  support::RunSettings settings = {.stack_bytes = size_t{64} << 10};
  EXPECT_EQ(RunOnce(text, settings), absl::StrCat("400\n", Stopped("stack overflow")));
  EXPECT_EQ(support::RunModule(support::Assemble(text), {.max_instructions = 50000}).failure,
            objects::FatalKind::kOutOfInstructions);
}

TEST(Method, StopsForAnythingButASchemaAndAClosure) {
  EXPECT_EQ(WithMethods("LoadLocal 1; Closure lain 0; Method \"m\"; Pop\n"),
            Stopped("STRUCT cannot have methods"));
  EXPECT_EQ(WithMethods("LoadConst kosong; Closure lain 0; Method \"m\"; Pop\n"),
            Stopped("kosong cannot have methods"));
  EXPECT_EQ(WithMethods("LoadLocal 0; LoadConst 1; Method \"m\"; Pop\n"),
            Stopped("INTEGER cannot be a method"));
  EXPECT_EQ(WithMethods("LoadLocal 0; GetBuiltin abs; Method \"m\"; Pop\n"),
            Stopped("BUILTIN cannot be a method"));
}

TEST(StringOrder, IsByteByByte) {
  const struct {
    const char* l;
    const char* r;
    bool greater, equal;
  } cases[] = {{"b", "a", true, false},      {"a", "b", false, false},      {"a", "a", false, true},
               {"ab", "a", true, false},     {"a", "ab", false, false},     {"", "", false, true},
               {"a", "", true, false},       {"", "a", false, false},       {"ab", "ab", false, true},
               {"abc", "abd", false, false}, {"\xc3\xa4", "z", true, false}};
  for (const auto& c : cases) {
    const std::string operands = absl::StrCat("LoadConst \"", c.l, "\"; LoadConst \"", c.r, "\"; ");
    EXPECT_EQ(Value(operands + "StringGreater"), c.greater ? "benar\n" : "salah\n") << operands;
    EXPECT_EQ(Value(operands + "StringGreaterEqual"), c.greater || c.equal ? "benar\n" : "salah\n")
        << operands;
    for (const char* bang : {"", "Bang; "}) {
      const auto branch = [&](const char* op) {
        return Outcome(absl::StrCat(operands, op, "; ", bang, "JumpNotTruthy :tidak\n", Print("LoadConst 1"),
                                    "Return\n:tidak\n", Print("LoadConst 0"), "Return"));
      };
      const bool negated = *bang != '\0';
      EXPECT_EQ(branch("StringGreater"), c.greater != negated ? "1\n" : "0\n") << operands << bang;
      EXPECT_EQ(branch("StringGreaterEqual"), (c.greater || c.equal) != negated ? "1\n" : "0\n")
          << operands << bang;
    }
  }
  EXPECT_EQ(Outcome(absl::StrCat(kLongText, Print("LoadLocal 2; LoadConst \"ab\"; StringGreater"),
                                 Print("LoadLocal 2; LoadLocal 2; StringGreaterEqual"), "Return")),
            "benar\nbenar\n");
}

TEST(StringOrder, StopsForOtherTypes) {
  EXPECT_EQ(Value("LoadConst \"a\"; LoadConst 1; StringGreater"), Stopped("cannot order STRING and INTEGER"));
  EXPECT_EQ(Value("LoadConst kosong; LoadConst \"a\"; StringGreaterEqual"),
            Stopped("cannot order kosong and STRING"));
}

TEST(Same, ComparesObjectsByIdentityAndTheRestByValue) {
  const auto same = [](const std::string& operands) { return Value(operands + "; Same"); };
  EXPECT_EQ(same("LoadConst 1; LoadConst 1"), "benar\n");
  EXPECT_EQ(same("LoadConst 1; LoadConst 1.0"), "benar\n");
  EXPECT_EQ(same("LoadConst 9223372036854775807; LoadConst 9223372036854775806; LoadConst 1; Add"),
            "benar\n");
  EXPECT_EQ(same("LoadConst 1; LoadConst 2"), "salah\n");
  EXPECT_EQ(same("LoadConst 0.0; LoadConst -0.0"), "benar\n");
  EXPECT_EQ(same("LoadConst 0.0; LoadConst 0.0; Div; Dup"), "salah\n") << "NaN";
  EXPECT_EQ(same("LoadConst 1e80; LoadConst 5e79; LoadConst 2.0; Mul"), "benar\n") << "boxed";
  EXPECT_EQ(same("LoadConst \"ab\"; LoadConst \"a\"; LoadConst \"b\"; Add"), "benar\n");
  EXPECT_EQ(same("LoadConst \"ab\"; LoadConst \"ba\""), "salah\n");
  EXPECT_EQ(same("LoadConst \"1\"; LoadConst 1"), "salah\n");
  EXPECT_EQ(same("LoadConst kosong; LoadLocal 0"), "benar\n");
  EXPECT_EQ(same("LoadConst kosong; LoadConst salah"), "salah\n");
  EXPECT_EQ(same("LoadConst kosong; Array 0"), "salah\n");
  EXPECT_EQ(same("LoadConst benar; LoadConst benar"), "benar\n");
  EXPECT_EQ(same("Array 0; Dup"), "benar\n");
  EXPECT_EQ(same("Array 0; Array 0"), "salah\n");
  EXPECT_EQ(same("GetBuiltin abs; GetBuiltin abs"), "benar\n");
  EXPECT_EQ(same("LoadConst 1; LoadConst 0; Div; Dup"), "benar\n") << "error values are objects";
  EXPECT_EQ(same("LoadConst 1; LoadConst 0; Div; LoadConst 1"), "salah\n");
  EXPECT_EQ(same("LoadConst kosong; LoadConst 1; LoadConst 0; Div"), "salah\n");
  EXPECT_EQ(WithPair(Print("LoadLocal 1; LoadLocal 1; Same") + Print("LoadLocal 1; LoadConst kosong; Same") +
                     "LoadLocal 1; LoadConst kosong; Same; Bang; JumpNotTruthy :tidak\n" +
                     Print("LoadConst 1") + ":tidak\nLoadLocal 1; LoadLocal 1; Same; JumpNotTruthy :beda\n" +
                     Print("LoadConst 2") + ":beda\n"),
            "benar\nsalah\n1\n2\n");
}

TEST(Fresh, MakesAnotherVariableInEachPass) {
  EXPECT_EQ(
      Outcome("Array 0; StoreLocal 0; LoadConst 0; StoreLocal 1\n"
              ":lagi\nFresh 2\n" +
              Print("LoadLocal 2") +
              "LoadLocal 1; LoadConst 10; Mul; StoreLocal 2\n"
              "LoadLocal 0; CaptureLocal 2; Closure naik 1; Array 1; Add; StoreLocal 0\n"
              "LoadLocal 1; LoadConst 1; Add; Dup; StoreLocal 1; LoadConst 3; Swap; GreaterThan\n"
              "JumpNotTruthy :habis; Jump :lagi\n:habis\n" +
              Print("LoadLocal 0; LoadConst 0; At; Call 0") + Print("LoadLocal 0; LoadConst 0; At; Call 0") +
              Print("LoadLocal 0; LoadConst 2; At; Call 0") + Print("LoadLocal 2") +
              "Return\n"
              "fungsi naik 0 0\nGetFree 0; LoadConst 1; Add; Dup; SetFree 0; ReturnValue\n"),
      "kosong\nkosong\nkosong\n1\n2\n21\n21\n");
}

TEST(Fresh, ClearsALocalThatNobodyCaptures) {
  EXPECT_EQ(Outcome("LoadConst 5; StoreLocal 0; LoadLocal 0; Fresh 0; StoreLocal 1\n" +
                    Print("LoadLocal 0; LoadLocal 1; Array 2") + "Return"),
            "[kosong, 5]\n");
}

class SilentIo final : public builtins::HostIo {
 public:
  void Write(absl::string_view) override {}
  builtins::ReadLineResult ReadLine(size_t, std::string*) override { return builtins::ReadLineResult::kEnd; }
};

TEST(Typed, TwoProgramsOfOneMachineDoNotShareMethods) {
  SilentIo io;
  absl::StatusOr<std::unique_ptr<Machine>> machine = Machine::Create({}, io);
  ASSERT_TRUE(machine.ok());
  const auto run = [&machine](const std::string& text) -> std::string {
    absl::StatusOr<bytecode::VerifiedModule> verified = bytecode::Verify(support::Assemble(text));
    EXPECT_TRUE(verified.ok()) << verified.status();
    absl::StatusOr<Program*> program = (*machine)->Load(*std::move(verified));
    EXPECT_TRUE(program.ok()) << program.status();
    std::optional<Failure> failure = (*machine)->Run(**program);
    if (!failure.has_value()) return "";
    EXPECT_EQ(failure->trace.size(), 1u);
    return absl::StrCat("line ", failure->trace[0].line, ": ", failure->message);
  };
  // The same names in both; only the first has the method.
  const std::string both = "LoadConst \"x\"; Struct \"S\" 1; StoreGlobal 0\n";
  const std::string call = "LoadGlobal 0; LoadConst 0; Call 1\nInvoke \"m\" 0; Pop\n";
  EXPECT_EQ(run(both + "LoadGlobal 0; Closure m 0; Method \"m\"; Pop\n" + call + "fungsi m 1 1\nReturn\n"),
            "");
  (*machine)->heap().CollectMajor();
  EXPECT_EQ(run(both + call), "line 3: method not found: m");
}

}  // namespace
}  // namespace foxvm::interp
