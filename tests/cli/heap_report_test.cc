// What --heap-stats, --heap-dump and --heap-sites tell of real programs.
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/program_runner.h"

namespace foxvm::cli {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kProgram[] =
    "fungsi buat(n)\n"
    "  a = {}\n"
    "  i = 0\n"
    "  selama i < n\n"
    "    a[i] = [i, [i]]\n"
    "    i = i + 1\n"
    "  akhir\n"
    "  kembalikan a\n"
    "akhir\n"
    "simpan = buat(1000)\n"
    "buang = buat(500)\n"
    "buang = kosong\n"
    "cetak(simpan[5])\n";

class HeapReportTest : public ProgramTest {
 protected:
  HeapReportTest() { WriteFile("a.fox", kProgram); }
};

TEST_F(HeapReportTest, StatsCountWhatIsAlive) {
  const Outcome outcome = Run({"run", "--heap-stats", "a.fox"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "[5, [5]]\n");
  EXPECT_THAT(outcome.err, ContainsRegex("\nArray  *2000  *64000 "));
  EXPECT_THAT(outcome.err, Not(HasSubstr("site")));
}

TEST_F(HeapReportTest, SitesNameFunctionsAndLines) {
  const Outcome outcome = Run({"run", "--heap-stats", "--heap-sites", "a.fox"});
  EXPECT_EQ(outcome.out, "[5, [5]]\n");
  EXPECT_THAT(outcome.err, ContainsRegex("\nbuat a.fox:[45]  *4000 "));
}

TEST_F(HeapReportTest, TheDumpListsEveryObject) {
  EXPECT_EQ(Run({"run", "--heap-dump=isi", "--heap-sites", "a.fox"}).status, 0);
  const std::string dump = ReadFile("isi");
  EXPECT_THAT(dump, testing::StartsWith("foxvm-heap-dump 1\n"));
  EXPECT_THAT(dump, ContainsRegex("\nsite [0-9]* buat a.fox:[45]\n"));
  std::istringstream lines(dump);
  size_t objects = 0;
  size_t arrays = 0;
  std::string last;
  for (std::string line; std::getline(lines, line); last = line) {
    objects += line.rfind("object ", 0) == 0;
    arrays += line.find(" Array bytes=32 ") != std::string::npos;
  }
  EXPECT_EQ(arrays, 2000u);
  EXPECT_EQ(last.rfind("end objects=" + std::to_string(objects) + " ", 0), 0u) << last;
  // The same run again: the same dump.
  EXPECT_EQ(Run({"run", "--heap-dump=lagi", "--heap-sites", "a.fox"}).status, 0);
  EXPECT_EQ(ReadFile("lagi"), dump);
}

TEST_F(HeapReportTest, ModuleFilesAndModesAndStressWork) {
  EXPECT_EQ(Run({"build", "a.fox"}).status, 0);
  for (const char* mode : {"--gc=pause", "--gc=slices", "--gc=thread"}) {
    const Outcome outcome =
        Run({"run", mode, "--gc-stress=7", "--gc-verify", "--heap-stats", "--heap-sites", "a.mbc"});
    EXPECT_EQ(outcome.out, "[5, [5]]\n");
    EXPECT_THAT(outcome.err, ContainsRegex("\nArray  *2000  *[0-9]* "));
    EXPECT_THAT(outcome.err, HasSubstr("\nbuat a.fox:"));
  }
}

TEST_F(HeapReportTest, AProgramThatFailsIsReportedToo) {
  const Outcome outcome = Run({"run", "--heap-stats", "--heap-dump=isi", "--heap-max=4M", "-e",
                               "h = {} i = 0 selama benar h[i] = [i] i = i + 1 akhir"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("virtual memory limit reached"));
  EXPECT_THAT(outcome.err, HasSubstr("\nArrayStore "));
  EXPECT_THAT(ReadFile("isi"), HasSubstr("\nend objects="));
}

TEST_F(HeapReportTest, ADumpThatCannotBeWrittenIsAFailure) {
  const Outcome outcome = Run({"run", "--heap-dump=tiada/isi", "a.fox"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "[5, [5]]\n");
  EXPECT_EQ(outcome.err, "foxvm: cannot write tiada/isi: no such file or directory\n");
  EXPECT_EQ(Run({"run", "--heap-dump=", "a.fox"}).status, 2);
  EXPECT_EQ(Run({"check", "--heap-dump=isi", "a.fox"}).status, 2);
}

}  // namespace
}  // namespace foxvm::cli
