// The helpers of docs_test see what is wrong.
#include "gtest/gtest.h"
#include "tests/docs/elision.h"
#include "tests/docs/tool_check.h"

namespace foxvm::docs {
namespace {

TEST(ElisionTest, WithoutElisionTextsAreEqual) {
  EXPECT_TRUE(MatchesElided("a\n", "a\n"));
  EXPECT_FALSE(MatchesElided("a\n", "a\nb\n"));
  EXPECT_FALSE(MatchesElided("", "a\n"));
}

TEST(ElisionTest, ElisionStandsForAnyText) {
  EXPECT_TRUE(MatchesElided("a...\n", "a b c\n"));
  EXPECT_TRUE(MatchesElided("a\n...\nz\n", "a\nb\nc\nz\n"));
  EXPECT_TRUE(MatchesElided("1 + ... + 9", "1 + ... + 9"));
  EXPECT_TRUE(MatchesElided("...b...d...", "abcd"));
}

TEST(ElisionTest, WhatIsShownMustStandInOrderAndOnlyOnce) {
  EXPECT_FALSE(MatchesElided("...d...b...", "abcd"));
  EXPECT_FALSE(MatchesElided("a...\n", "b\n"));
  EXPECT_FALSE(MatchesElided("ab...ba", "aba"));
  EXPECT_FALSE(MatchesElided("...b...b...", "abc"));
}

TEST(ToolCheckTest, CommandsThatWorkAreAccepted) {
  for (const char* command :
       {"./tools/foxvm run x.fox", "tools/test", "./tools/test --config=asan //tests/gc/...",
        "tools/bench interp --runs 3", "tools/setup --bench", "bazel build //examples:host_c"}) {
    EXPECT_EQ(CheckToolCommand(command), "") << command;
  }
}

TEST(ToolCheckTest, CommandsThatDoNotAreNamed) {
  for (const char* command : {"tools/nothing", "tools/test --config=nope", "tools/test --nope",
                              "tools/bench outerp", "tools/bench interp --nope", "tools/setup --nope",
                              "bazel build //examples:nope", "bazel nope //examples", "rm -r x"}) {
    EXPECT_NE(CheckToolCommand(command), "") << command;
  }
}

TEST(ToolCheckTest, MentionsAreChecked) {
  constexpr char kManual[] = "\n.SS foxvm run FILE\n.B --stats\n.B --path=FOLDERS\n";
  for (const char* text : {"foxvm run --stats x.fox", "foxvm x.fox", "foxvm COMMAND --path=a", "--path",
                           "cetak(1)", "tools/", "tools/bench", "foxvm", "bazel"}) {
    EXPECT_EQ(CheckMention(text, kManual), "") << text;
  }
  for (const char* text :
       {"foxvm rnu", "foxvm run --stat", "--paths", "--pat", "tools/bnch", "foxvm run --pat=x"}) {
    EXPECT_NE(CheckMention(text, kManual), "") << text;
  }
}

}  // namespace
}  // namespace foxvm::docs
