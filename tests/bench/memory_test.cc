// bench/memory.py, with shell scripts in the place of the benchmarks, of foxvm and of its peers: what is
// computed, and what is said when something is wrong.
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/cli/program_runner.h"

namespace foxvm::cli {
namespace {

class MemoryTest : public ProgramTest {
 protected:
  MemoryTest() {
    for (const char* name : {"foxvm", "luajit", "luac5.4"})
      WriteFile(absl::StrCat("bin/", name), "#!/bin/sh\n");
    // Writes three samples of each row: ours 4, 2 and 3, peers' twice that.
    WriteFile("bin/benchmarks.py", R"(import json, sys
sys.path.append(sys.argv[1])
import memory
out = [a.split("=")[1] for a in sys.argv if a.startswith("--benchmark_out=")][0]
runs = []
for _, name, counter, _, peers in memory.ROWS:
    for sample in (4, 2, 3):
        runs.append({"run_type": "iteration", "run_name": name, counter: sample})
        for peer, key in peers.values():
            runs.append({"run_type": "iteration", "run_name": peer, key: 2 * sample})
    runs.append({"run_type": "aggregate", "run_name": name, counter: 99})
json.dump({"benchmarks": runs[LEFT_OUT:]}, open(out, "w"))
)");
  }
  // With the first `left_out` samples missing.
  Outcome Measure(int left_out, const std::string& arguments) {
    const std::string folder = SourcePath("bench");
    WriteFile("bin/bench", absl::StrCat("#!/bin/sh\nsed 's/LEFT_OUT/", left_out,
                                        "/' bin/benchmarks.py >bin/now.py\nexec $PYTHON bin/now.py ", folder,
                                        " \"$@\"\n"));
    return RunShell(
        absl::StrCat("chmod +x bin/*; export PYTHON=$(python3 -c 'import sys; print(sys.executable)'); "
                     "PATH=$PWD/bin:$PATH $PYTHON ",
                     folder, "/memory.py --foxvm bin/foxvm --binary bin/bench --runs 3 ", arguments));
  }
};

TEST_F(MemoryTest, PrintsMediansAndRatiosAndWhatCompilingTakes) {
  const Outcome outcome = Measure(0, "--json figures.json");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(
      outcome.out.find("arena, 32 bytes, warm                         3.00    2.00  2, 0.6 x pmr        "
                       "pmr 6.0, 4.0 (0.50, 0.50)"),
      std::string::npos)
      << outcome.out;
  EXPECT_NE(outcome.out.find("\ncompiling 112500 lines, "), std::string::npos) << outcome.out;
  const Outcome figures = RunShell(
      "python3 -c 'import json; f = json.load(open(\"figures.json\")); print(f[0][\"ours\"], "
      "f[0][\"peers\"])'");
  EXPECT_EQ(figures.out, "3 {'pmr': {'median': 6, 'least': 4}}\n") << figures.err;
}

TEST_F(MemoryTest, SaysWhichBenchmarkIsMissing) {
  const Outcome outcome = Measure(6, "");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("bench: there is no benchmark arena/warm with ticks"), std::string::npos)
      << outcome.err;
}

TEST_F(MemoryTest, StopsWhenTheBenchmarksFail) {
  WriteFile("bin/benchmarks.py", "import sys\nsys.exit('no room')\n");
  const Outcome outcome = Measure(0, "");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("failed: no room"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace foxvm::cli
