// Every example prints what NAME.out next to it holds: from source, as a module file, under stress.
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

std::vector<std::string> ExampleNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(SourcePath("examples"))) {
    if (entry.path().extension() == ".fox") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class ExamplesTest : public ProgramTest, public ::testing::WithParamInterface<std::string> {
 protected:
  std::string Source() const { return SourcePath("examples/" + GetParam() + ".fox"); }
  std::string Expected() const {
    std::ifstream file(SourcePath("examples/" + GetParam() + ".out"), std::ios::binary);
    EXPECT_TRUE(file.is_open()) << "no expected output";
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  void ExpectRuns(const std::vector<std::string>& arguments) {
    const Outcome outcome = Run(arguments);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out, Expected());
    EXPECT_EQ(outcome.err, "");
  }
};

TEST_P(ExamplesTest, RunsFromSource) { ExpectRuns({"run", Source()}); }

TEST_P(ExamplesTest, RunsAsModuleFile) {
  EXPECT_EQ(Run({"build", Source(), "-o", "example.mbc"}).status, 0);
  ExpectRuns({"run", "example.mbc"});
}

TEST_P(ExamplesTest, RunsUnderStress) { ExpectRuns({"run", "--gc-stress=7", "--young=64K", Source()}); }

INSTANTIATE_TEST_SUITE_P(All, ExamplesTest, ::testing::ValuesIn(ExampleNames()),
                         [](const ::testing::TestParamInfo<std::string>& info) { return info.param; });

TEST(ExamplesFolderTest, HasEnoughToRead) { EXPECT_GE(ExampleNames().size(), 8u); }

}  // namespace
}  // namespace foxvm::cli
