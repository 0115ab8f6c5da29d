// The command line's words as an Invocation.
#include "vm/cli/command_line.h"

#include <vector>

#include "gtest/gtest.h"

namespace foxvm::cli {
namespace {

absl::StatusOr<Invocation> Parse(std::vector<const char*> words) { return ParseCommandLine(words); }

TEST(ParseSizeTest, TakesUnits) {
  EXPECT_EQ(ParseSize("0"), 0u);
  EXPECT_EQ(ParseSize("123"), 123u);
  EXPECT_EQ(ParseSize("2K"), 2048u);
  EXPECT_EQ(ParseSize("3m"), size_t{3} << 20);
  EXPECT_EQ(ParseSize("5G"), size_t{5} << 30);
}

TEST(ParseSizeTest, RefusesEverythingElse) {
  for (const char* text : {"", "K", "-1", "+1", " 1", "1 ", "1KB", "0x10", "1.5M", "18446744073709551616",
                           "18014398509481984K", "9999999999999999999999G"}) {
    EXPECT_EQ(ParseSize(text), std::nullopt) << text;
  }
  EXPECT_EQ(ParseSize("18446744073709551615"), 18446744073709551615u);
}

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
