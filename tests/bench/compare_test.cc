// bench/compare.py, with shell scripts in the place of foxvm and its peers: what it computes, and what it
// says when something is wrong.
#include <string>

#include "gtest/gtest.h"
#include "tests/cli/program_runner.h"

namespace foxvm::cli {
namespace {

class CompareTest : public ProgramTest {
 protected:
  // Two programs, twins of both for Lua and of one for node; systems that print the program's text.
  CompareTest() {
    WriteFile("programs/one.fox", "echo 1\n");
    WriteFile("programs/one.lua", "echo 1\n");
    WriteFile("programs/one.js", "echo 1\n");
    WriteFile("programs/two.fox", "echo 2\n");
    WriteFile("programs/two.lua", "echo 2\n");
    WriteFile("bin/foxvm", "#!/bin/sh\n. \"$2\"\n");
    WriteFile("bin/lua5.4", "#!/bin/sh\n. \"$1\"\n");
    WriteFile("bin/node", "#!/bin/sh\nfor last; do :; done\n. \"$last\"\n");
  }
  // With nothing but the systems above installed.
  Outcome Compare(const std::string& arguments) {
    return RunShell(
        "chmod +x bin/*; python=$(python3 -c 'import sys; print(sys.executable)');"
        " PATH=$PWD/bin $python " +
        SourcePath("bench/compare.py") + " --foxvm bin/foxvm --programs programs " + arguments);
  }
  // Runs a line of Python that knows compare.py as `c`.
  Outcome Python(const std::string& line) {
    return RunShell("PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=" + SourcePath("bench") +
                    " python3 -c 'import compare as c; " + line + "'");
  }
};

TEST_F(CompareTest, PrintsARowForEachProgramAndTheMean) {
  const Outcome outcome = Compare("--runs 2");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("\none "), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("\ntwo "), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("\ngeometric mean "), std::string::npos) << outcome.out;
}

TEST_F(CompareTest, NamesThePackageOfAMissingPeerAndGoesOn) {
  const Outcome outcome = Compare("--runs 1 one");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err,
            "bench: luajit -joff is left out: it is not installed (Debian package luajit)\n"
            "bench: luajit is left out: it is not installed (Debian package luajit)\n");
}

TEST_F(CompareTest, RunsOnlyWhatIsNamed) {
  const Outcome outcome = Compare("--runs 1 --peers lua5.4 two");
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out.find("node"), std::string::npos);
  EXPECT_EQ(outcome.out.find("\none "), std::string::npos);
  EXPECT_NE(outcome.out.find("\ntwo "), std::string::npos);
}

TEST_F(CompareTest, MarksAMissingTwin) {
  const Outcome outcome = Compare("--runs 1 --peers node two");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_NE(outcome.out.find(" -\n"), std::string::npos) << outcome.out;
}

TEST_F(CompareTest, WritesTheFigures) {
  EXPECT_EQ(Compare("--runs 3 --peers lua5.4 --json figures.json").status, 0);
  const Outcome outcome = RunShell(
      "python3 -c 'import json; f = json.load(open(\"figures.json\")); print(f[\"runs\"], f[\"clock\"], "
      "sorted(f[\"median_seconds\"]), sorted(f[\"median_seconds\"][\"one\"]), "
      "list(f[\"geometric_mean_ratios\"]))'");
  EXPECT_EQ(outcome.out, "3 wall ['one', 'two'] ['foxvm', 'lua5.4'] ['lua5.4']\n") << outcome.err;
}

TEST_F(CompareTest, ComputesMeansOverWhatWasRun) {
  const Outcome outcome = Python(
      "r = {\"a\": {\"foxvm\": 2.0, \"x\": 1.0, \"y\": 4.0}, \"b\": {\"foxvm\": 8.0, \"x\": 1.0}}; "
      "m = c.geometric_means(r, [\"x\", \"y\", \"z\"]); "
      "print({name: round(mean, 9) for name, mean in m.items()})");
  EXPECT_EQ(outcome.out, "{'x': 4.0, 'y': 0.5}\n") << outcome.err;
}

TEST_F(CompareTest, RefusesNamesItDoesNotKnow) {
  Outcome outcome = Compare("three");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "bench: no program is called 'three'; there are: one, two\n");
  outcome = Compare("--peers perl");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err,
            "bench: no peer is called 'perl'; "
            "there are: lua5.4, luajit -joff, node --jitless, luajit, node\n");
  EXPECT_EQ(Compare("--runs 0").status, 2);
}

TEST_F(CompareTest, StopsWhenOutputsDiffer) {
  WriteFile("programs/one.lua", "echo 11\n");
  const Outcome outcome = Compare("--peers lua5.4 one");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "bench: one: lua5.4 prints something else than foxvm\n");
}

TEST_F(CompareTest, StopsWhenASystemFails) {
  WriteFile("programs/one.lua", "echo first >&2\necho no such thing >&2\nexit 7\n");
  Outcome outcome = Compare("--peers lua5.4 one");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "bench: lua5.4 programs/one.lua: status 7: no such thing\n");
  WriteFile("programs/one.fox", "kill -SEGV $$\n");
  outcome = Compare("--peers lua5.4 one");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "bench: bin/foxvm run programs/one.fox: status -11: no message\n");
}

TEST_F(CompareTest, SaysWhichFileCannotBeWritten) {
  const Outcome outcome = Compare("--runs 1 --peers lua5.4 --json missing/figures.json one");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "bench: missing/figures.json: No such file or directory\n");
}

}  // namespace
}  // namespace foxvm::cli
