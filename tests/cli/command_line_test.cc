// The command line's words as an Invocation.
#include "vm/cli/command_line.h"

#include <vector>

#include "gtest/gtest.h"

namespace foxvm::cli {
namespace {

absl::StatusOr<Invocation> Parse(std::vector<const char*> words) { return ParseCommandLine(words); }

TEST(ParseCommandLineTest, OptionsMayStandBeforeTheCommand) {
  const auto invocation = Parse({"--compat", "run", "--young", "1M", "a.fox"});
  ASSERT_TRUE(invocation.ok()) << invocation.status();
  EXPECT_EQ(invocation->command, Command::kRun);
  EXPECT_TRUE(invocation->vm.compat);
  EXPECT_EQ(invocation->vm.heap.young_bytes, size_t{1} << 20);
  EXPECT_EQ(invocation->file, "a.fox");
}

TEST(ParseCommandLineTest, OptionsOfBuildMayStandBehindTheFile) {
  const auto invocation = Parse({"build", "a.fox", "-ob.mbc", "--path=x:y", "--path=z"});
  ASSERT_TRUE(invocation.ok()) << invocation.status();
  EXPECT_EQ(invocation->output, "b.mbc");
  EXPECT_EQ(invocation->path, (std::vector<std::string>{"x", "y", "z"}));
}

TEST(ParseCommandLineTest, ProgramsMayReachFilesAndClock) {
  const auto invocation = Parse({"a.fox"});
  ASSERT_TRUE(invocation.ok()) << invocation.status();
  EXPECT_TRUE(invocation->vm.capabilities.files);
  EXPECT_TRUE(invocation->vm.capabilities.clock);
}

TEST(ParseCommandLineTest, EverythingBehindTheProgramIsIts) {
  const auto invocation = Parse({"run", "a.fox", "--compat", "--nonsense"});
  ASSERT_TRUE(invocation.ok()) << invocation.status();
  EXPECT_FALSE(invocation->vm.compat);
}

TEST(ParseCommandLineTest, APresetLeavesWhatOtherOptionsSay) {
  for (const std::vector<const char*>& words :
       {std::vector<const char*>{"run", "--gc-preset=server", "--heap-max=8M", "--gc=slices", "--gc-stress=5",
                                 "a.fox"},
        std::vector<const char*>{"run", "--heap-max=8M", "--gc=slices", "--gc-stress=5", "--gc-preset=server",
                                 "a.fox"}}) {
    const auto invocation = ParseCommandLine(words);
    ASSERT_TRUE(invocation.ok()) << invocation.status();
    EXPECT_EQ(invocation->vm.heap.max_bytes, size_t{8} << 20);
    EXPECT_EQ(invocation->vm.heap.major_mode, gc::MajorMode::kIncremental);
    EXPECT_EQ(invocation->vm.heap.stress_interval, 5u);
    EXPECT_EQ(invocation->vm.heap.growth_factor, 1.4);
  }
  EXPECT_EQ(Parse({"run", "--gc-preset=vm", "a.fox"})->vm.heap.max_bytes, size_t{2} << 30);
  EXPECT_FALSE(Parse({"run", "--gc-preset=compiler", "a.fox"}).ok());
}

TEST(ParseCommandLineTest, EmptyCodeIsAProgram) {
  const auto invocation = Parse({"-e", ""});
  ASSERT_TRUE(invocation.ok()) << invocation.status();
  EXPECT_EQ(invocation->code, "");
}

TEST(ParseCommandLineTest, TellsWhatIsWrong) {
  EXPECT_EQ(Parse({"-x", "a.fox"}).status().message(), "unknown option '-x'");
  EXPECT_EQ(Parse({"-compat", "a.fox"}).status().message(),
            "unknown option '-compat'; did you mean '--compat'?");
  EXPECT_EQ(Parse({"run", "-e"}).status().message(), "option '-e' needs a value (CODE)");
  EXPECT_EQ(Parse({"build", "--output=", "a.fox"}).status().message(), "option '--output' needs a file name");
  EXPECT_FALSE(Parse({"run", "--=", "a.fox"}).ok());
}

}  // namespace
}  // namespace foxvm::cli
