// Wrong and right ways to call the program: --help, --version, options, commands.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/program_runner.h"

namespace foxvm::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

using UsageTest = ProgramTest;

TEST_F(UsageTest, HelpNamesCommandsOptionsAndStatuses) {
  const Outcome help = Run({"--help"});
  EXPECT_EQ(help.status, 0);
  EXPECT_EQ(help.err, "");
  for (const char* part :
       {"run", "build", "check", "dis", "--heap-max=SIZE", "--young=SIZE", "--stack-max=SIZE",
        "--gc-stress=N", "--gc-verify", "--stats", "--compat", "Exit status"}) {
    EXPECT_THAT(help.out, HasSubstr(part));
  }
}

TEST_F(UsageTest, EachCommandHasItsOwnHelp) {
  EXPECT_THAT(Run({"build", "--help"}).out, HasSubstr("-o, --output=OUTPUT"));
  EXPECT_THAT(Run({"dis", "-h"}).out, HasSubstr("--json"));
  EXPECT_THAT(Run({"run", "--help"}).out, Not(HasSubstr("--json")));
  EXPECT_EQ(Run({"check", "--help"}).status, 0);
}

TEST_F(UsageTest, HelpIsACommandToo) {
  EXPECT_EQ(Run({"help"}).out, Run({"--help"}).out);
  EXPECT_EQ(Run({"help", "dis"}).out, Run({"dis", "--help"}).out);
  EXPECT_THAT(Run({"help", "biuld"}).err, HasSubstr("unknown command 'biuld'; did you mean 'build'?"));
  for (const char* command : {"run", "build", "check", "dis", "repl", "help"}) {
    EXPECT_THAT(Run({command, "--help"}).out, HasSubstr("\nExamples:\n  foxvm")) << command;
  }
}

TEST_F(UsageTest, ManualPageAndCompletionNameEveryOption) {
  const std::string manual = Run({"help", "--man"}).out;
  EXPECT_THAT(manual, StartsWith(".TH FOXVM 1"));
  EXPECT_THAT(manual, HasSubstr("\\-\\-heap\\-max=SIZE"));
  const std::string completion = Run({"help", "--completion"}).out;
  EXPECT_THAT(completion, HasSubstr("build) options='"));
  EXPECT_THAT(completion, HasSubstr("--heap-max="));
}

TEST_F(UsageTest, CompletionCompletes) {
  // As bash calls it for `foxvm WORDS...`, of which the last is to be completed.
  const auto complete = [this](const std::string& words) {
    return RunShell(
               "$FOXVM help --completion >c.bash; bash -c 'source ./c.bash; COMP_WORDS=(foxvm " + words +
               "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); compopt() { :; }; _foxvm; echo ${COMPREPLY[@]}'")
        .out;
  };
  EXPECT_EQ(complete("che"), "check\n");
  EXPECT_EQ(complete("check --diag"), "--diagnostics=\n");
  EXPECT_EQ(complete("run --st"), "--stack-max= --stats\n");
  EXPECT_EQ(complete("run --color = al"), "always\n");
  EXPECT_EQ(complete("help dis"), "dis\n");
}

TEST_F(UsageTest, ChoicesAreChecked) {
  EXPECT_THAT(Run({"run", "--color=alway", "-e", "1"}).err,
              HasSubstr("--color: 'alway' is none of auto, always, never; did you mean 'always'?"));
  EXPECT_EQ(Run({"run", "--diagnostics=xml", "-e", "1"}).status, 2);
}

TEST_F(UsageTest, VersionIsOneLine) {
  const Outcome version = Run({"--version"});
  EXPECT_EQ(version.status, 0);
  EXPECT_THAT(version.out, StartsWith("foxvm 0."));
  EXPECT_EQ(version.out.find('\n'), version.out.size() - 1);
}

TEST_F(UsageTest, MisspeltOptionGetsTheNearOne) {
  const Outcome outcome = Run({"run", "--heap-mx=1M", "x.fox"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err,
            "foxvm: unknown option '--heap-mx=1M'; did you mean '--heap-max'?\nTry 'foxvm --help'.\n");
}

TEST_F(UsageTest, StrangeOptionGetsNoSuggestion) {
  const Outcome outcome = Run({"--entirely-else"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.err, "foxvm: unknown option '--entirely-else'\nTry 'foxvm --help'.\n");
}

TEST_F(UsageTest, MisspeltCommandGetsTheNearOne) {
  const Outcome outcome = Run({"biuld", "x.fox"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("unknown command 'biuld', and no such file; did you mean 'build'?"));
}

TEST_F(UsageTest, NothingGivenIsWrongUsage) {
  EXPECT_EQ(Run({}).status, 2);
  EXPECT_EQ(Run({"run"}).status, 2);
  EXPECT_EQ(Run({"dis"}).status, 2);
  EXPECT_EQ(Run({"run", ""}).status, 2);
  EXPECT_THAT(Run({"check"}).err, HasSubstr("'check' needs a FILE"));
}

TEST_F(UsageTest, ValuesAreChecked) {
  EXPECT_THAT(Run({"run", "--heap-max=lots", "-e", "1"}).err, HasSubstr("'lots' is no size"));
  EXPECT_THAT(Run({"run", "--heap-max=-1M", "-e", "1"}).err, HasSubstr("is no size"));
  EXPECT_THAT(Run({"run", "--heap-max=1K", "-e", "1"}).err, HasSubstr("--heap-max=1K: must be from 256 KiB to 1024 GiB"));
  EXPECT_THAT(Run({"run", "--heap-max=99999999999G", "-e", "1"}).err, HasSubstr("is no size"));
  EXPECT_THAT(Run({"run", "--stack-max=1", "-e", "1"}).err, HasSubstr("--stack-max=1: must be from 16 KiB to 16 GiB"));
  EXPECT_THAT(Run({"run", "--young=1", "-e", "1"}).err, HasSubstr("--young=1: must be from 32 KiB to 1024 MiB"));
  EXPECT_THAT(Run({"run", "--gc-stress=0", "-e", "1"}).err, HasSubstr("is no number from 1 up"));
  EXPECT_THAT(Run({"run", "--gc-stress=x", "-e", "1"}).err, HasSubstr("is no number from 1 up"));
  EXPECT_THAT(Run({"run", "--heap-max"}).err, HasSubstr("option '--heap-max' needs a value (SIZE)"));
  EXPECT_THAT(Run({"run", "--stats=1", "-e", "1"}).err, HasSubstr("takes no value"));
  EXPECT_EQ(Run({"run", "--gc-stress=x", "-e", "1"}).status, 2);
}

TEST_F(UsageTest, OptionsOfOtherCommandsAreRefused) {
  const Outcome outcome = Run({"check", "--stats", "x.fox"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("option '--stats' does not belong to 'check'"));
}

TEST_F(UsageTest, OneProgramIsEnough) {
  EXPECT_EQ(Run({"check", "a.fox", "b.fox"}).status, 2);
  EXPECT_EQ(Run({"dis", "-e", "1", "b.fox"}).status, 2);
  EXPECT_EQ(Run({"-e", "1", "-e", "2"}).status, 2);
  EXPECT_EQ(Run({"build", "-e", "1"}).status, 2);
}

TEST_F(UsageTest, RunMayBeLeftOut) {
  WriteFile("a.fox", "cetak(1)\n");
  WriteFile("plain", "cetak(2)\n");
  WriteFile("-odd.fox", "cetak(3)\n");
  EXPECT_EQ(Run({"a.fox"}).out, "1\n");
  EXPECT_EQ(Run({"plain"}).out, "2\n");
  EXPECT_EQ(Run({"run", "--", "-odd.fox"}).out, "3\n");
  EXPECT_EQ(Run({"-e", "cetak(4)"}).out, "4\n");
  EXPECT_EQ(Run({"--gc-verify", "--gc-stress", "1", "a.fox"}).out, "1\n");
}

TEST_F(UsageTest, ArgumentsAfterTheFileBelongToTheProgram) {
  WriteFile("a.fox", "cetak(1)\n");
  const Outcome outcome = Run({"run", "a.fox", "--unknown", "more", "--help"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "1\n");
  EXPECT_EQ(Run({"-e", "cetak(5)", "word", "--unknown"}).out, "5\n");
}

TEST_F(UsageTest, StatisticsGoToStandardError) {
  const Outcome outcome = Run({"run", "--stats", "-e", "cetak(1)"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "1\n");
  EXPECT_THAT(outcome.err, HasSubstr("minor collections"));
  EXPECT_THAT(outcome.err, HasSubstr("run time"));
}

}  // namespace
}  // namespace foxvm::cli
