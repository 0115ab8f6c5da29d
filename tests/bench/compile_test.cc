// bench/compile, with shell scripts in the place of foxvm, its peers and time(1): the program that is
// compiled, what is computed, and what is said when something is wrong.
#include <string>

#include "gtest/gtest.h"
#include "tests/cli/program_runner.h"

namespace foxvm::cli {
namespace {

class CompileTest : public ProgramTest {
 protected:
  CompileTest() {
    WriteFile("bin/foxvm", "#!/bin/sh\n");
    WriteFile("bin/luajit", "#!/bin/sh\n");
    // time -f %M -o FILE COMMAND...: what foxvm and what luajit take.
    WriteFile("bin/time", "#!/bin/sh\ncase \"$5\" in *foxvm) echo 300;; *) echo 400;; esac >\"$4\"\n");
  }
  // With nothing but the programs above installed.
  Outcome Compile(const std::string& arguments) {
    return RunShell(
        "chmod +x bin/*; python=$(python3 -c 'import sys; print(sys.executable)'); PATH=$PWD/bin $python " +
        SourcePath("bench/compile/compile.py") + " --foxvm bin/foxvm --lines 40 --runs 3 " + arguments);
  }
  // Writes the program and its twin of so many lines.
  void WriteProgram(const std::string& lines) {
    const Outcome outcome = RunShell("python3 " + SourcePath("bench/compile/program.py") + " . " + lines);
    ASSERT_EQ(outcome.status, 0) << outcome.err;
  }
};

TEST_F(CompileTest, TheProgramHasTheLinesAskedForAndCompiles) {
  WriteProgram("200");
  EXPECT_EQ(RunShell("wc -l <program.fox; wc -l <program.lua; grep -c ^fungsi program.fox; grep -c ^function "
                     "program.lua")
                .out,
            "200\n200\n20\n20\n");
  EXPECT_EQ(Run({"build", "program.fox"}).status, 0);
  EXPECT_EQ(Run({"check", "program.fox"}).err, "");
}

TEST_F(CompileTest, TheProgramRuns) {
  WriteProgram("30");
  EXPECT_EQ(RunShell("echo 'cetak(hitung_2(10, 20))' >>program.fox; $FOXVM program.fox").out, "74\n");
}

TEST_F(CompileTest, PrintsSecondsMemoryAndRatios) {
  const Outcome outcome = Compile("--peers 'luajit -b' --json figures.json");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_NE(outcome.out.find("compiling 40 lines, "), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("\nfoxvm build "), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find(" 0.75\n"), std::string::npos) << outcome.out;
  const Outcome figures = RunShell(
      "python3 -c 'import json; f = json.load(open(\"figures.json\")); print(f[\"runs\"], f[\"lines\"], "
      "f[\"median_peak_kib\"], sorted(f[\"median_seconds\"]))'");
  EXPECT_EQ(figures.out, "3 40 {'foxvm build': 300, 'luajit -b': 400} ['foxvm build', 'luajit -b']\n")
      << figures.err;
}

TEST_F(CompileTest, NamesThePackagesOfWhatIsMissingAndGoesOn) {
  const Outcome outcome = Compile("--peers 'luajit -b,luac5.4 -p'");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "bench: luac5.4 -p is left out: it is not installed (Debian package lua5.4)\n");
}

TEST_F(CompileTest, LeavesOutMemoryWithoutTime) {
  RunShell("rm bin/time");
  const Outcome outcome = Compile("--peers 'luajit -b'");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "bench: memory is left out: time is not installed (Debian package time)\n");
  EXPECT_NE(outcome.out.find(" -\n"), std::string::npos) << outcome.out;
}

TEST_F(CompileTest, StopsWhenACompilerFails) {
  WriteFile("bin/foxvm", "#!/bin/sh\necho no such thing >&2\nexit 3\n");
  const Outcome outcome = Compile("--peers 'luajit -b'");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("program.fox"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find(": status 3: no such thing\n"), std::string::npos) << outcome.err;
}

TEST_F(CompileTest, RefusesNamesItDoesNotKnow) {
  const Outcome outcome = Compile("--peers tcc");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "bench: no peer is called 'tcc'; there are: luajit -b, luajit -bg, luac5.4 -p\n");
}

}  // namespace
}  // namespace foxvm::cli
