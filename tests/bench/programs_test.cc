// Every program of bench/programs prints what NAME.out next to it holds, which is also what its twins in
// other languages print: a benchmark that computes something else measures nothing.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/cli/program_runner.h"

namespace foxvm::cli {
namespace {

std::vector<std::string> ProgramNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(SourcePath("bench/programs"))) {
    if (entry.path().extension() == ".fox") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class BenchProgramsTest : public ProgramTest, public ::testing::WithParamInterface<std::string> {};

TEST_P(BenchProgramsTest, PrintsWhatItsTwinsPrint) {
  const std::string path = SourcePath("bench/programs/" + GetParam());
  std::ifstream file(path + ".out", std::ios::binary);
  ASSERT_TRUE(file.is_open()) << "no expected output";
  const Outcome outcome = Run({"run", path + ".fox"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, std::string(std::istreambuf_iterator<char>(file), {}));
  EXPECT_EQ(outcome.err, "");
}

INSTANTIATE_TEST_SUITE_P(All, BenchProgramsTest, ::testing::ValuesIn(ProgramNames()),
                         [](const ::testing::TestParamInfo<std::string>& info) { return info.param; });

TEST(BenchProgramsFolderTest, HoldsThePrograms) { EXPECT_GE(ProgramNames().size(), 20u); }

}  // namespace
}  // namespace foxvm::cli
