// bench/gc/collector.py, with scripts in the place of the benchmarks, of the programs and of OCaml's
// compiler: what is computed, which peers are left out, and what is said when something is wrong.
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/cli/program_runner.h"

namespace foxvm::cli {
namespace {

class GcTest : public ProgramTest {
 protected:
  GcTest() {
    // fake.py NAME: stands for the program of that name. Every row gets 4, 2 and 3 in turn, peers' rows twice
    // that. With LEFT_OUT a row is missing; BROKEN is a program that fails.
    WriteFile("bin/fake.py", R"(import json, os, re, sys
sys.path.append(os.environ["BENCH_GC"])
import collector
def is_program(name):
    return name.startswith(("gcbench", "major_libgc", "trees", "pauses_ocaml", "pacing", "frames_vm", "fibers"))
me = sys.argv[1]
if me == "stacks":
    me = sys.argv[2].strip("-").replace("frames", "frames_vm") + "/" + sys.argv[3]
if me == os.environ.get("BROKEN"):
    sys.exit("no room")
counter_file = "count." + me.replace("/", ".")
count = int(open(counter_file).read()) if os.path.exists(counter_file) else 0
open(counter_file, "w").write(str(count + 1))
sample = (4, 2, 3)[count % 3]
ours = {(name, counter): sample for _, name, counter, _, _ in collector.ROWS}
peers = {key: 2 * sample for *_, of in collector.ROWS for key in of.values()}
rows = {**peers, **ours}
rows.pop(("alloc/one_percent", "ns") if os.environ.get("LEFT_OUT") else None, None)
if me == "gc_bench":
    out = [a.split("=")[1] for a in sys.argv if a.startswith("--benchmark_out=")][0]
    wanted = [a.split("=")[1] for a in sys.argv if a.startswith("--benchmark_filter=")][0]
    runs = [{"run_type": "iteration", "run_name": name + "/iterations:1", counter: value}
            for (name, counter), value in rows.items() if re.search(wanted, name) and not is_program(name)]
    runs.append({"run_type": "aggregate", "run_name": "alloc/one_percent", "ns": 99})
    json.dump({"benchmarks": runs}, open(out, "w"))
else:
    for (name, counter), value in rows.items():
        if me in (name, name.split("/")[0]):
            print(counter, value)
)");
    for (const char* name : {"gc_bench", "pacing", "stacks"}) WriteProgram(name, name);
    WriteProgram("gcbench_foxvm", "gcbench");
    for (const char* name : {"gcbench_libgc", "major_libgc", "throughput_libgc"}) WriteProgram(name, name);
    WriteProgram("trees_foxvm", "trees");
    // Its last argument is the program to write.
    WriteFile("bin/ocamlopt",
              "#!/bin/sh\nfor out; do :; done\n"
              "echo \"#!/bin/sh\nexec $PYTHON bin/fake.py $out\" >$out\n/bin/chmod +x $out\n");
  }
  void WriteProgram(const std::string& file, const std::string& name) {
    WriteFile("bin/" + file, absl::StrCat("#!/bin/sh\nexec $PYTHON bin/fake.py ", name, " \"$@\"\n"));
  }
  // With `environment` ("A=B ...") and arguments; PATH has nothing but bin/.
  Outcome Measure(const std::string& environment, const std::string& arguments) {
    const std::string folder = SourcePath("bench/gc");
    return RunShell(absl::StrCat("chmod +x bin/*; export BENCH_GC=", folder, " ", environment,
                                 "; export PYTHON=$(python3 -c 'import sys; print(sys.executable)'); ",
                                 "PATH=$PWD/bin $PYTHON $BENCH_GC/collector.py --bin bin --runs 3 ",
                                 arguments));
  }
  static void ExpectLine(const Outcome& outcome, const std::string& line) {
    EXPECT_NE(absl::StrCat("\n", outcome.out).find(absl::StrCat("\n", line, "\n")), std::string::npos)
        << line << "\n"
        << outcome.out << outcome.err;
  }
};

TEST_F(GcTest, PrintsMediansLeastAndRatiosOfBenchmarksAndPrograms) {
  const Outcome outcome = Measure("", "--libgc --json figures.json");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  ExpectLine(outcome,
             "32 bytes, 1 % survives, ns                             3         2  1.5             bump and "
             "initialise 6, 4 (0.50, 0.50)");
  ExpectLine(
      outcome,
      "GCBench in 32 MiB, s                                   3         2  0.35 x libgc    libgc 6, 4 (0.50, "
      "0.50)");
  ExpectLine(
      outcome,
      "  collection per node, ns                              3         2  1.5 x OCaml     OCaml 6, 4 (0.50, "
      "0.50)");
  // Only once.
  ExpectLine(
      outcome,
      "  p99, ms                                              4         4  1               from outside 8, 8 "
      "(0.50, 0.50)");
  const Outcome figures = RunShell(
      "python3 -c 'import json; f = json.load(open(\"figures.json\")); print(f[0][\"ours\"], "
      "f[0][\"peers\"])'");
  EXPECT_EQ(figures.out, "3 {'bump and initialise': {'median': 6, 'least': 4}}\n") << figures.err;
}

TEST_F(GcTest, SaysWhichPeersAreNotInstalled) {
  RunShell("rm bin/ocamlopt");
  const Outcome outcome = Measure("", "");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err,
            "bench: libgc is left out: it is not installed (Debian package libgc-dev)\n"
            "bench: OCaml is left out: it is not installed (Debian package ocaml-nox)\n");
  ExpectLine(outcome, "GCBench in 32 MiB, s                                   3         2  0.35 x libgc");
  ExpectLine(outcome, "binary trees in 2 x live, s                            3         2  1.5 x OCaml");
  ExpectLine(outcome, "  collection's share, percent                          3         -");
}

TEST_F(GcTest, RunsOnlyWhatTheFilterMatches) {
  const Outcome outcome = Measure("BROKEN=pacing", "--libgc --filter '^alloc|^gcbench'");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("\n32 bytes, 1 % survives"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("\nGCBench"), std::string::npos) << outcome.out;
  EXPECT_EQ(outcome.out.find("\nbinary trees"), std::string::npos) << outcome.out;
}

TEST_F(GcTest, SaysWhichBenchmarkIsMissing) {
  const Outcome outcome = Measure("LEFT_OUT=1", "--libgc");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("bench: there is no benchmark alloc/one_percent with ns"), std::string::npos)
      << outcome.err;
}

TEST_F(GcTest, StopsWhenABenchmarkOrAProgramFails) {
  for (const char* broken : {"gc_bench", "trees_ocaml", "pacing"}) {
    const Outcome outcome = Measure(absl::StrCat("BROKEN=", broken), "--libgc");
    EXPECT_EQ(outcome.status, 1) << broken;
    EXPECT_NE(outcome.err.find("no room"), std::string::npos) << outcome.err;
  }
}

}  // namespace
}  // namespace foxvm::cli
