// bench/morphsh: the programs it writes compile and run, and it prints a row for each.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/program_runner.h"

namespace foxvm::cli {
namespace {

using ::testing::HasSubstr;

class MorphshTest : public ProgramTest {
 protected:
  Outcome Bench(const std::string& arguments) {
    return RunShell("python3 " + SourcePath("bench/morphsh/morphsh.py") +
                    " --foxvm $FOXVM --runs 1 --no-driver " + arguments);
  }
};

TEST_F(MorphshTest, TheProgramsCompileAndRun) {
  const Outcome written =
      RunShell("cd " + folder() + " && PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=" + SourcePath("bench/morphsh") +
               " python3 -c 'import typed_program as p; print(p.write_modules(\".\")[1]); "
               "p.write(\".\", 200)'");
  EXPECT_EQ(written.status, 0) << written.err;
  EXPECT_EQ(written.out, "930\n");
  const Outcome modules = Run({"run", "main.fox"});
  EXPECT_EQ(modules.status, 0) << modules.err;
  EXPECT_EQ(modules.out, "+(1)\n");
  EXPECT_EQ(Run({"check", "program_200.fox"}).status, 0);
  EXPECT_EQ(Run({"run", "program_200.fox"}).status, 0);
}

TEST_F(MorphshTest, PrintsARowForEachProgramAndWritesTheFigures) {
  const Outcome outcome = Bench("--lines 100,300 --json figures.json");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  for (const char* row : {"\nfour files ", "\n100 lines ", "\n300 lines "})
    EXPECT_THAT(outcome.out, HasSubstr(row));
  const Outcome figures = RunShell(
      "python3 -c 'import json; f = json.load(open(\"figures.json\")); print(f[\"runs\"], "
      "sorted(f[\"rows\"]))'");
  EXPECT_EQ(figures.out, "1 ['100 lines', '300 lines', 'four files']\n") << figures.err;
}

TEST_F(MorphshTest, AProgramThatDoesNotCompileEndsIt) {
  EXPECT_EQ(RunShell("mkdir bad; echo 'var x = 1 + \"\"' >bad/main.fox").status, 0);
  EXPECT_NE(Bench("--lines 100 --sources bad").status, 0);
}

}  // namespace
}  // namespace foxvm::cli
