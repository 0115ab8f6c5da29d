// Programs from files, standard input and the command line; failures with and without --compat; bounds.
#include <sys/stat.h>
#include <unistd.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/program_runner.h"

namespace foxvm::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

using RunTest = ProgramTest;

TEST_F(RunTest, ProgramFromStandardInput) {
  const Outcome outcome = Run({"run", "-"}, "cetak(\"dari masukan\")\n");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "dari masukan\n");
  EXPECT_EQ(Run({"-"}, "cetak(2)").out, "2\n");
}

TEST_F(RunTest, ErrorsInStandardInputNameIt) {
  const Outcome outcome = Run({"run", "-"}, "x = \n");
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err, StartsWith("<stdin>:"));
}

TEST_F(RunTest, ProgramReadsItsInput) {
  WriteFile("a.fox", "cetak(\"<\" + input(\"nama? \") + \">\")\ncetak(adalah_galat(input()))\n");
  const Outcome outcome = Run({"run", "a.fox"}, "  Budi  \n");
  EXPECT_EQ(outcome.out, "nama? <Budi>\nbenar\n");
}

TEST_F(RunTest, EmptyProgramDoesNothing) {
  WriteFile("kosong.fox", "");
  const Outcome outcome = Run({"run", "kosong.fox"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out + outcome.err, "");
  EXPECT_EQ(Run({"-e", ""}).status, 0);
}

TEST_F(RunTest, WhatCannotBeReadIsNamedWithTheReason) {
  const Outcome missing = Run({"run", "tiada.fox"});
  EXPECT_EQ(missing.status, 3);
  EXPECT_EQ(missing.out, "");
  EXPECT_EQ(missing.err, "foxvm: cannot read tiada.fox: no such file or directory\n");

  mkdir(PathOf("folder.fox").c_str(), 0755);
  const Outcome directory = Run({"run", "folder.fox"});
  EXPECT_EQ(directory.status, 3);
  EXPECT_EQ(directory.err, "foxvm: cannot read folder.fox: is a directory\n");

  WriteFile("rahasia.fox", "cetak(1)");
  chmod(PathOf("rahasia.fox").c_str(), 0);
  if (access(PathOf("rahasia.fox").c_str(), R_OK) != 0) {
    const Outcome unreadable = Run({"run", "rahasia.fox"});
    EXPECT_EQ(unreadable.status, 3);
    EXPECT_EQ(unreadable.err, "foxvm: cannot read rahasia.fox: permission denied\n");
  }
}

TEST_F(RunTest, EveryCommandRefusesAMissingFile) {
  for (const char* command : {"run", "build", "check", "dis"}) {
    const Outcome outcome = Run({command, "tiada.fox"});
    EXPECT_EQ(outcome.status, 3) << command;
    EXPECT_THAT(outcome.err, HasSubstr("cannot read tiada.fox")) << command;
  }
}

TEST_F(RunTest, BinaryFilesGiveErrorsNotCrashes) {
  std::string bytes;
  for (int i = 1; i < 4096; ++i) bytes.push_back(static_cast<char>(i * 37 ^ i >> 3));
  WriteFile("biner.fox", bytes);
  const Outcome outcome = Run({"run", "biner.fox"});
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err, StartsWith("biner.fox:1:"));
}

TEST_F(RunTest, NulByteEndsTheSourceButNotAString) {
  WriteFile("nul.fox", std::string("cetak(1)\n\0cetak(", 16));
  EXPECT_EQ(Run({"run", "nul.fox"}).out, "1\n");
  WriteFile("nul2.fox", std::string("cetak(panjang(\"a\0b\"))\n", 22));
  EXPECT_EQ(Run({"run", "nul2.fox"}).out, "3\n");
}

TEST_F(RunTest, SourceThatNeverEndsIsRefused) {
  WriteFile("besar.fox", "");
  ASSERT_EQ(truncate(PathOf("besar.fox").c_str(), off_t{1} << 30), 0);
  EXPECT_EQ(Run({"run", "besar.fox"}).err,
            "foxvm: cannot read besar.fox: file too large (limit 536870912 bytes)\n");
  const Outcome endless = RunShell("$FOXVM run - </dev/zero");
  EXPECT_EQ(endless.status, 3);
  EXPECT_EQ(endless.err, "foxvm: cannot read standard input: file too large (limit 536870912 bytes)\n");
}

TEST_F(RunTest, AnInputLineMayBeAsLongAsTheHeapAllows) {
  WriteFile("baris", "");
  ASSERT_EQ(truncate(PathOf("baris").c_str(), off_t{1} << 30), 0);
  const Outcome outcome = RunShell("$FOXVM --heap-max=16M -e 'x = input()' <baris");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "error: virtual memory limit reached\n  at main program (-e:1)\n");
  EXPECT_EQ(RunShell("$FOXVM --heap-max=16M -e 'x = baca_file(\"baris\")'").err, outcome.err);
  const Outcome fits = RunShell("head -c 3000000 baris | $FOXVM --heap-max=16M -e 'cetak(panjang(input()))'");
  EXPECT_EQ(fits.out, "3000000\n");
}

TEST_F(RunTest, BytesThatAreNoUtf8StayInStringsAndAreErrorsElsewhere) {
  WriteFile("teks.fox", "x = \"\xff\xc3(\"\ncetak(x)\n");
  EXPECT_EQ(Run({"run", "teks.fox"}).out, "\xff\xc3(\n");
  WriteFile("nama.fox", "\xc3( = 1\n");
  const Outcome outcome = Run({"run", "nama.fox"});
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err, StartsWith("nama.fox:1:1: error: expected an expression, found the byte 0xc3\n"));
}

TEST_F(RunTest, SyntaxErrorShowsFilePositionLineAndCaret) {
  WriteFile("salah.fox", "x = 1\ny = x+ 2\n");
  const Outcome outcome = Run({"run", "salah.fox"});
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err,
            "salah.fox:2:6: error: Binary operator '+' requires space before it\n  y = x+ 2\n       ^\n");
}

TEST_F(RunTest, CompatSyntaxErrorIsTheReferences) {
  WriteFile("salah.fox", "x = 1\ny = x+ 2\n");
  const Outcome outcome = Run({"run", "--compat", "salah.fox"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out,
            "Parsing failed with 1 errors.\nERROR [2:6]: Binary operator '+' requires space before it\n"
            "  2 | y = x+ 2\n            ^\n");
}

TEST_F(RunTest, CompatCompileErrorIsTheReferences) {
  WriteFile("salah.fox", "cetak(1)\ncetak(tiada)\n");
  const Outcome compat = Run({"--compat", "run", "salah.fox"});
  EXPECT_EQ(compat.status, 1);
  EXPECT_EQ(compat.out, "Compilation failed:\nundefined variable tiada\n");
  const Outcome plain = Run({"run", "salah.fox"});
  EXPECT_EQ(plain.status, 3);
  EXPECT_THAT(plain.err, StartsWith("salah.fox:2:7: error: undefined variable tiada\n"));
}

constexpr char kFailing[] =
    "fungsi dalam(a)\n"
    "  a[5] = 1\n"
    "akhir\n"
    "fungsi luar()\n"
    "  dalam([1, 2])\n"
    "akhir\n"
    "cetak(\"mulai\")\n"
    "luar()\n"
    "cetak(\"tidak sampai\")\n";

TEST_F(RunTest, RunTimeFailureShowsMessageAndStackTrace) {
  WriteFile("gagal.fox", kFailing);
  const Outcome outcome = Run({"run", "gagal.fox"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "mulai\n");
  EXPECT_EQ(outcome.err,
            "error: index out of bounds: 5 (len 2)\n"
            "  at dalam (gagal.fox:2)\n"
            "  at luar (gagal.fox:5)\n"
            "  at main program (gagal.fox:8)\n");
}

TEST_F(RunTest, CompatRunTimeFailureIsTheReferences) {
  WriteFile("gagal.fox", kFailing);
  const Outcome outcome = Run({"run", "--compat", "gagal.fox"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "mulai\nRuntime error:\nindex out of bounds: 5 (len 2)\n");
  EXPECT_EQ(outcome.err, "");
}

TEST_F(RunTest, EndlessRecursionEndsWithATraceFoldedInTheMiddle) {
  WriteFile("dalam.fox", "fungsi f(n)\n  kembalikan 1 + f(n + 1)\nakhir\ncetak(f(0))\n");
  const Outcome outcome = Run({"run", "--stack-max=1M", "dalam.fox"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err,
              StartsWith("error: stack overflow\n  at f (dalam.fox:2)\n     and 19 more like it\n  ... "));
  EXPECT_THAT(outcome.err, HasSubstr(" more ...\n"));
  EXPECT_THAT(outcome.err, HasSubstr("     and 18 more like it\n  at main program (dalam.fox:4)\n"));
  const Outcome compat = Run({"run", "--compat", "--stack-max=1M", "dalam.fox"});
  EXPECT_EQ(compat.status, 1);
  EXPECT_EQ(compat.out, "Runtime error:\nstack overflow\n");
}

TEST_F(RunTest, RecursionTwoHundredThousandDeepIsFine) {
  const Outcome outcome = Run(
      {"-e", "fungsi f(n) jika n == 0 kembalikan 0 akhir kembalikan 1 + f(n - 1) akhir cetak(f(200000))"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "200000\n");
}

TEST_F(RunTest, HeapBoundEndsTheProgramNotTheProcess) {
  WriteFile("rakus.fox", "a = []\nselama benar\n  a = a + [\"isi\"]\nakhir\n");
  const Outcome outcome = Run({"run", "--heap-max=1M", "rakus.fox"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, StartsWith("error: virtual memory limit reached\n  at main program (rakus.fox:"));
  const Outcome compat = Run({"run", "--compat", "--heap-max=1M", "rakus.fox"});
  EXPECT_EQ(compat.status, 1);
  EXPECT_EQ(compat.out, "Runtime error:\nvirtual memory limit reached\n");
}

TEST_F(RunTest, GarbageDoesNotCountAgainstTheBound) {
  const Outcome outcome = Run({"run", "--heap-max=1M", "-e",
                               "i = 0 selama i < 200000 a = [i, \"x\" + i] i = i + 1 akhir cetak(a[0])"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "199999\n");
}

TEST_F(RunTest, ImportsAreFoundNextToTheImporterAndOnThePath) {
  WriteFile("app/main.fox", "ambil \"alat/satu\"\nambil \"jauh\"\ncetak(satu.nilai, jauh.nilai)\n");
  WriteFile("app/alat/satu.fox", "nilai = 1\n");
  WriteFile("pustaka/jauh.fox", "nilai = 2\n");
  EXPECT_EQ(Run({"run", "--path=kosong:pustaka", "app/main.fox"}).out, "1\n2\n");
  EXPECT_EQ(RunShell("FOXVM_PATH=pustaka $FOXVM app/main.fox").out, "1\n2\n");
  const Outcome missing = Run({"run", "app/main.fox"});
  EXPECT_EQ(missing.status, 3);
  EXPECT_THAT(missing.err, StartsWith("app/main.fox:2:"));
  EXPECT_THAT(missing.err, HasSubstr("import error: open jauh.fox: no such file or directory"));
}

TEST_F(RunTest, CompatImportsComeFromTheWorkingDirectoryOnly) {
  WriteFile("app/main.fox", "ambil \"satu\"\ncetak(satu.nilai)\n");
  WriteFile("app/satu.fox", "nilai = 1\n");
  const Outcome outcome = Run({"run", "--compat", "--path=app", "app/main.fox"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "Compilation failed:\nimport error: open satu.fox: no such file or directory\n");
  WriteFile("satu.fox", "nilai = 2\n");
  EXPECT_EQ(Run({"run", "--compat", "app/main.fox"}).out, "2\n");
  EXPECT_EQ(Run({"run", "app/main.fox"}).out, "2\n");
}

TEST_F(RunTest, FilesAreThePrograms) {
  WriteFile("a.fox", "tulis_file(\"b.txt\", \"isi\")\ncetak(baca_file(\"b.txt\"))\n");
  EXPECT_EQ(Run({"run", "a.fox"}).out, "isi\n");
  EXPECT_EQ(ReadFile("b.txt"), "isi");
}

TEST_F(RunTest, StressAndVerificationChangeNothing) {
  WriteFile("a.fox",
            "h = {}\ni = 0\nselama i < 50\n  h[\"k\" + i] = [i]\n  i = i + 1\nakhir\ncetak(h.k7, h.k49)\n");
  for (const char* stress : {"--gc-stress=1", "--gc-stress=3", "--young=32K"}) {
    const Outcome outcome = Run({"run", stress, "--gc-verify", "a.fox"});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "[7]\n[49]\n") << stress;
  }
}

}  // namespace
}  // namespace foxvm::cli
