// The lexer and the parser of examples/morph, which are written in Morph, see in every program of this tree what
// the ones of the frontend see.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/program_runner.h"

namespace foxvm::cli {
namespace {

using ::testing::ContainsRegex;

std::string ContentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::vector<std::string> Programs() {
  std::vector<std::string> programs;
  for (const char* folder : {"tests", "examples", "lib", "bench"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             SourcePath(folder), std::filesystem::directory_options::follow_directory_symlink)) {
      if (entry.path().extension() == ".fox") programs.push_back(entry.path().string());
    }
  }
  std::sort(programs.begin(), programs.end());
  return programs;
}

class MorphInMorphTest : public ProgramTest {
 protected:
  // What the driver prints for the text when its first line is `order`.
  std::string Driver(const std::string& order, const std::string& text) {
    const Outcome outcome = Run({"run", "driver.mbc"}, order + "\n" + text);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return outcome.out;
  }
  void Build() {
    const Outcome built = Run({"build", SourcePath("examples/morph/driver.fox"), "-o", "driver.mbc"});
    ASSERT_EQ(built.status, 0) << built.err;
  }
  // Both see the same in the text; true if it has no error in the syntax.
  bool ExpectSame(const std::string& text) {
    EXPECT_EQ(Driver("tokens", text), Run({"check", "--dump=tokens", "-"}, text).out);
    const std::string trees = Driver("ast", text);
    const Outcome wanted = Run({"check", "--dump=ast", "-"}, text);
    if (wanted.status == 0) {
      EXPECT_EQ(trees, wanted.out);
      return true;
    }
    // Its first error, in the same words.
    const std::string first = trees.substr(0, trees.find('\n'));
    const size_t message = first.find(": ");
    EXPECT_NE(message, std::string::npos) << first;
    if (message == std::string::npos) return false;
    const std::string shown = "<stdin>:" + first.substr(0, message) + ": error" + first.substr(message);
    EXPECT_EQ(wanted.err.substr(0, wanted.err.find('\n')), shown);
    return false;
  }
};

TEST_F(MorphInMorphTest, EveryProgramOfTheTree) {
  Build();
  const std::vector<std::string> programs = Programs();
  EXPECT_GE(programs.size(), 150u);
  int own_sources = 0, parsed = 0;
  for (const std::string& program : programs) {
    SCOPED_TRACE(program);
    const bool is_own = program.find("examples/morph/") != std::string::npos;
    const bool has_no_error = ExpectSame(ContentOf(program));
    parsed += has_no_error;
    own_sources += is_own && has_no_error;
  }
  EXPECT_EQ(own_sources, 6);
  EXPECT_GE(parsed, 140);
}

TEST_F(MorphInMorphTest, TextsThatNoProgramHas) {
  Build();
  for (const std::string& text :
       {std::string(), std::string("#"), std::string("\""), std::string("x\0y", 3), std::string("# a\0b\nc", 7),
        std::string("\"a#{\"b#{c}\"}d\" \"#{{}}\" \"#{"), std::string("var s = \"#{\" + \"#{x} #{\" + \"{#{y}}\""),
        std::string("\xef\xbb\xbfx = '@'"), std::string("lain jika lain\njika lainjika lain  jika"),
        std::string("var a = 1 lain jikax"), std::string("\"\\"), std::string("\"\"\"\" \"\\\"\""),
        std::string("JIKA Jika x { akhir"), std::string("x = 1.2.3 .5 6. 09"), std::string("x = 010 + 9223372036854775808"),
        std::string("\r\n\t x\t\r\n = \r 1"), std::string("var x = m.T{a: 1}.b[\"c\"]{d: 2}"),
        "x = " + std::string(999, '(') + "1" + std::string(999, ')'),
        "x = " + std::string(1000, '(') + "1" + std::string(1000, ')'),
        "x = 1" + std::string(400, '0') + ".0", "x = 1" + std::string(308, '0') + ".0"}) {
    SCOPED_TRACE(text.substr(0, 60));
    ExpectSame(text);
  }
}

TEST_F(MorphInMorphTest, TheFirstLineSaysWhatIsWanted) {
  Build();
  EXPECT_EQ(Driver("check", "x = 1"), "");
  EXPECT_EQ(Driver("check", "x = 1 +2"), "1:7: Binary operator '+' requires space after it\n");
  EXPECT_EQ(Driver("ast a", "var x = 1"), "(expr var)\n(= x 1)\n");
  EXPECT_EQ(Driver("ast b", "x = 5 % 3"), "(= x (% 5 3))\n");
  EXPECT_EQ(Driver("apa", ""), "the first line must be tokens, ast or check\n");
  EXPECT_THAT(Driver("check", "x =\ny = )\nz = ]\n"), ContainsRegex("2:.*\n3:"));
}

TEST_F(MorphInMorphTest, UnderStress) {
  const std::string source = ContentOf(SourcePath("examples/morph/dialect.fox"));
  const Outcome outcome =
      Run({"run", "--gc-stress=50", "--young=64K", SourcePath("examples/morph/driver.fox")}, "ast\n" + source);
  EXPECT_EQ(outcome.out, Run({"check", "--dump=ast", "-"}, source).out) << outcome.err;
}

}  // namespace
}  // namespace foxvm::cli
