// foxvm repl: on a pseudo-terminal as a user has it, and with inputs from a file.
#include <string.h>
#include <unistd.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/program_runner.h"

namespace foxvm::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ReplTest : public ProgramTest {
 protected:
  Outcome Inputs(const std::string& text) { return Run({"repl", "--stack-max=1M"}, text); }
};

TEST_F(ReplTest, ValuesArePrintedAndVariablesStay) {
  const Outcome outcome = Inputs("x = 6\nx * 7\n_ + 1\nkosong\ncetak(x)\nx = x + 1 x\n");
  EXPECT_EQ(outcome.out, "42\n43\n6\n7\n");
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.status, 0);
}

TEST_F(ReplTest, InputsGoOnWhileSomethingIsOpen) {
  EXPECT_EQ(
      Inputs("fungsi f(a)\n  jika a\n    1\n  lainnya\n    2\n  akhir\nakhir\nf(benar)\n[1,\n 2]\n").out,
      "1\n[1, 2]\n");
  EXPECT_EQ(Inputs("\"a\nb\"\n").out, "a\nb\n");
}

TEST_F(ReplTest, ErrorsEndNothing) {
  const Outcome outcome = Inputs("x = )\ny\nfungsi f() f() + 1 akhir\nf()\ncetak(9)\njika 1\n");
  EXPECT_EQ(outcome.out, "9\n");
  EXPECT_THAT(outcome.err, StartsWith("<input 1>:1:5: error: expected an expression, found ')'\n"));
  EXPECT_THAT(outcome.err, HasSubstr("<input 2>:1:1: error: undefined variable y\n"));
  EXPECT_THAT(outcome.err, HasSubstr("main program (<input 4>:1)\n"));
  EXPECT_THAT(outcome.err, HasSubstr("this 'jika' of line 1 is not closed\n"));
  EXPECT_EQ(outcome.status, 0);
}

TEST_F(ReplTest, AnErrorAtRunTimeKeepsWhatWasDoneBefore) {
  EXPECT_EQ(Inputs("fungsi f() f() + 1 akhir\na = 1 b = f()\na\nc = 5\nc\n").out, "1\n5\n");
}

TEST_F(ReplTest, EarlierFunctionsSeeNewDefinitions) {
  EXPECT_EQ(Inputs("fungsi g() 1 akhir\nfungsi f() g() akhir\nfungsi g() 2 akhir\nf()\n"
                   "n = 0\nfungsi naik() n = n + 1 akhir\nnaik()\nnaik()\nn\n")
                .out,
            "2\n2\n");
}

TEST_F(ReplTest, ThreadsEndWithTheirInput) {
  EXPECT_EQ(Inputs("u = luncurkan(fungsi() 1 akhir)\npesan_galat(tunggu(u))\n").out,
            Inputs("u = 1\n").out + "the thread was dropped when its program ended\n");
}

TEST_F(ReplTest, AFileThatCannotBeLoadedIsAnError) {
  const Outcome missing = Run({"repl", "tak_ada.fox"}, "cetak(1)\n");
  EXPECT_EQ(missing.out, "");
  EXPECT_EQ(missing.err, "foxvm: cannot read tak_ada.fox: no such file or directory\n");
  EXPECT_EQ(missing.status, 3);
}

TEST_F(ReplTest, BuiltinsMayBeHidden) { EXPECT_EQ(Inputs("cetak = 5\ncetak + 1\n").out, "6\n"); }

TEST_F(ReplTest, Commands) {
  WriteFile("lib.fox", "fungsi dua(x)\n  x * 2\nakhir\n");
  EXPECT_THAT(Inputs(":help\n").out, HasSubstr(":load FILE"));
  EXPECT_EQ(Inputs(":load lib.fox\ndua(4)\n").out, "8\n");
  EXPECT_EQ(Run({"repl", "lib.fox"}, "dua(5)\n").out, "10\n");
  EXPECT_THAT(Inputs(":load tak_ada.fox\n").err, HasSubstr("cannot read tak_ada.fox"));
  EXPECT_THAT(Inputs(":dis 1 + 2\n").out, HasSubstr("Add"));
  EXPECT_THAT(Inputs("3 - 4\n:dis\n").out, HasSubstr("Sub"));
  EXPECT_THAT(Inputs(":time 1 + 2\n").out, StartsWith("3\n"));
  EXPECT_THAT(Inputs(":mem\n").out, HasSubstr("heap memory"));
  EXPECT_EQ(Inputs(":quit\ncetak(1)\n").out, "");
  EXPECT_EQ(Inputs(":hlep\n").err, "foxvm: unknown command :hlep; did you mean :help?\n");
}

class TypedReplTest : public ReplTest {
 protected:
  Outcome Inputs(const std::string& text) { return Run({"repl", "--dialect=b", "--stack-max=1M"}, text); }
};

TEST_F(TypedReplTest, ValuesArePrintedAndDeclarationsStay) {
  const Outcome outcome = Inputs(
      "var x int = 6\nx * 7\nx = x + 1\nx\nstruktur T\n  a int\n  b string\nakhir\nvar t = T{b: \"c\"}\nt\n"
      "var z []T\nz\nvar n T\nn.a\nfungsi (t T) besar() int\n  kembali t.a + "
      "40\nakhir\nt.besar()\n\"satu\ndua\"\n"
      "kosong\nfungsi dua() (int, int) kembali 1, 2 akhir\ndua()\nvar p, q = dua()\np + q\n"
      "antarmuka B\n  fungsi besar() int\nakhir\nvar b B = t\nb.besar()\n");
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out, "42\n7\nT{a: 0, b: c}\n[]\n0\n40\nsatu\ndua\n3\n40\n");
}

TEST_F(TypedReplTest, ErrorsEndNothing) {
  const Outcome outcome = Inputs(
      "var x int = \"a\"\nx\nfungsi f(a int) int kembali 1 / a akhir\nf(0)\nf(1)\nx = )\nvar x = 2\nf(x, x)\n"
      "x\njika benar\n");
  EXPECT_EQ(outcome.out, "1\n2\n");
  EXPECT_THAT(outcome.err, StartsWith("<input 1>:1:5: error: Type mismatch"));
  EXPECT_THAT(outcome.err, HasSubstr("<input 2>:1:1: error: Undefined variable or type: x\n"));
  EXPECT_THAT(outcome.err, HasSubstr("integer divide by zero\n  at f (<input 3>:1)\n"));
  EXPECT_THAT(outcome.err, HasSubstr("<input 8>:1:"));
  EXPECT_THAT(outcome.err, HasSubstr("this 'jika' of line 1 is not closed\n"));
}

TEST_F(TypedReplTest, EarlierFunctionsSeeNewDefinitionsOfTheirType) {
  const Outcome outcome = Inputs(
      "fungsi g() int kembali 1 akhir\nfungsi f() int kembali g() akhir\nfungsi g() int kembali 2 "
      "akhir\nf()\n"
      "fungsi g() string kembali \"tiga\" akhir\ng()\nf()\n"
      "struktur T\n  a int\nakhir\nfungsi (t T) m() int kembali 1 akhir\nvar t T\nt.m()\n"
      "fungsi h() int kembali t.m() akhir\nfungsi (t T) m() int kembali 2 akhir\nh()\n"
      "fungsi (t T) m() string kembali \"b\" akhir\nh()\n"
      "struktur T\n  c string\nakhir\nT{c: \"baru\"}\nt\n");
  EXPECT_EQ(outcome.out, "2\ntiga\n2\n1\n2\n2\nT{c: baru}\nT{a: 0}\n");
  EXPECT_THAT(outcome.err, HasSubstr("'T' already has a member 'm'"));
}

TEST_F(TypedReplTest, ImportedFilesRunOnce) {
  WriteFile("alat.fox",
            "native_print(\"mulai\")\nvar hitung int = 0\nfungsi naik() int\n  hitung = hitung + 1\n"
            "  kembali hitung\nakhir\n");
  WriteFile("dua.fox",
            "dari \"alat\" ambil naik\nfungsi dua_kali() int\n  naik()\n  kembali naik()\nakhir\n");
  const Outcome outcome = Inputs(
      "ambil \"alat\"\nalat.naik()\nambil \"dua\"\ndua.dua_kali()\nalat.hitung\nambil \"tiada\"\nnaik()\n"
      "ambil \"conv\"\nconv.Itoa(4) + \"!\"\n");
  EXPECT_EQ(outcome.out, "mulai\n1\n3\n3\n4\n4!\n");
  EXPECT_THAT(outcome.err, StartsWith("<input 6>:1:1: error: Failed to import module 'tiada'"));
}

TEST_F(TypedReplTest, AFileShowsItsDialect) {
  WriteFile("t.fox", "var x int = 4\nfungsi main() void\n  native_print(\"utama\")\nakhir\n");
  EXPECT_EQ(Run({"repl", "t.fox"}, "x + 1\nx + 2\n").out, "utama\n5\n6\n");
  EXPECT_EQ(Run({"repl"}, ":load t.fox\nvar y int\ny\n").out, "utama\n0\n");
  WriteFile("a.fox", "x = 4\n");
  EXPECT_EQ(Run({"repl", "a.fox"}, "x + 1\n").out, "5\n");
}

TEST_F(TypedReplTest, ManyInputsCollectGarbage) {
  std::string inputs = "struktur T\n  a string\n  b []string\nakhir\n";
  for (int i = 0; i < 200; ++i) {
    const std::string n = std::to_string(i);
    inputs += "var v" + n + " = T{a: \"" + n + "\"}\nv" + n + ".b = [\"" + n + "\"]\n";
  }
  const Outcome outcome =
      Run({"repl", "--dialect=b", "--gc-stress=7", "--gc-verify"}, inputs + "v0.a + v199.b[0]\n");
  EXPECT_EQ(outcome.out, "0199\n");
  EXPECT_EQ(outcome.err, "");
}

TEST_F(ReplTest, ManyInputsCollectGarbage) {
  std::string inputs = "a = []\n";
  for (int i = 0; i < 200; ++i) inputs += "v" + std::to_string(i) + " = [\"" + std::to_string(i) + "\", a]\n";
  const Outcome outcome = Run({"repl", "--gc-stress=7", "--gc-verify"}, inputs + "v0[0] + v199[0]\n");
  EXPECT_EQ(outcome.out, "0199\n");
  EXPECT_EQ(outcome.err, "");
}

TEST_F(ReplTest, TerminalShowsPromptsAndResults) {
  const Started program = StartOnTerminal({"repl"});
  const auto type = [&program](const std::string& text) {
    ASSERT_EQ(write(program.in, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  };
  ReadUntil(program.out, "foxvm> ");
  type("panjang_x = 6 * 7\n");
  ReadUntil(program.out, "foxvm> ");
  // The tab key completes what only one name begins with.
  type("panjang_\t + 1\n");
  ReadUntil(program.out, "43\r\n");
  ReadUntil(program.out, "foxvm> ");
  // Where several names begin so, what they share is completed; then they are shown, and the line again.
  type("2 + pan\t\t");
  ReadUntil(program.out, "panjang  panjang_x\r\n");
  ReadUntil(program.out, "foxvm> 2 + panjang");
  type("(\"abc\")\n");
  ReadUntil(program.out, "5\r\n");
  ReadUntil(program.out, "foxvm> ");
  type("jika benar\n");
  ReadUntil(program.out, "   ...> ");
  // Ctrl-C gives the input up.
  type("\x03");
  ReadUntil(program.out, "foxvm> ");
  // An arrow key fetches an earlier line, here the expression; one letter is changed to 1000.
  type("\x1b[A\x1b[A\x1b[A000\n");
  ReadUntil(program.out, "1042\r\n");
  ReadUntil(program.out, "foxvm> ");
  type("cetak(20 + 3) selama benar akhir\n");
  ReadUntil(program.out, "23\r\n");
  // Ctrl-C stops what runs.
  type("\x03");
  ReadUntil(program.out, "foxvm> ");
  type(":quit\n");
  // The terminal's last words are to be taken: its user may wait for that.
  char last[256];
  while (read(program.out, last, sizeof(last)) > 0) {
  }
  EXPECT_EQ(WaitFor(program.process), 0);
  close(program.in);
  EXPECT_THAT(ReadFile(".foxvm_history"), HasSubstr("jika"));
}

TEST_F(ReplTest, KeysTypedInOneGoKeepTheirOrder) {
  for (const char* keys : {"\x04", "\x03\x04", "abc\x03\x04", "x = 1\n\x04", "jika 1\n\x03\x04"}) {
    const Started program = StartOnTerminal({"repl"});
    ReadUntil(program.out, "foxvm> ");
    ASSERT_GT(write(program.in, keys, strlen(keys)), 0);
    char last[256];
    while (read(program.out, last, sizeof(last)) > 0) {
    }
    EXPECT_EQ(WaitFor(program.process), 0);
    close(program.in);
  }
}

}  // namespace
}  // namespace foxvm::cli
