// check --dump: what it writes, in which dialect, and what it makes of programs that it cannot take apart.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/program_runner.h"

namespace foxvm::cli {
namespace {

using ::testing::HasSubstr;

using DumpTest = ProgramTest;

TEST_F(DumpTest, WritesNothingElse) {
  const Outcome tokens = Run({"check", "--dump=tokens", "-e", "x=1"});
  EXPECT_EQ(tokens.status, 0);
  EXPECT_EQ(tokens.out, "1:1 IDENT - x\n1:2 = - =\n1:3 INT - 1\n1:4 EOF - \n");
  EXPECT_EQ(tokens.err, "");
  const Outcome trees = Run({"check", "--dump", "ast", "-"}, "fungsi f(a) b akhir\n");
  EXPECT_EQ(trees.status, 0);
  EXPECT_EQ(trees.out, "(expr (fungsi f (params a) (block (expr b))))\n");
  EXPECT_EQ(trees.err, "");
}

TEST_F(DumpTest, ReadsTheDialectThatTheProgramShowsOrTheOptionNames) {
  WriteFile("b.fox", "var x = 1\n");
  EXPECT_EQ(Run({"check", "--dump=ast", "b.fox"}).out, "(var (names x) - 1)\n");
  EXPECT_EQ(Run({"check", "--dump=ast", "--dialect=a", "b.fox"}).out, "(expr var)\n(= x 1)\n");
  EXPECT_THAT(Run({"check", "--dump=tokens", "--dialect=b", "-e", "var"}).out, HasSubstr(" VAR - var\n"));
}

TEST_F(DumpTest, LooksAtNothingButTheText) {
  EXPECT_EQ(Run({"check", "--dump=ast", "-e", "ambil \"tiada\" x = y"}).out, "(import \"tiada\")\n(= x y)\n");
}

TEST_F(DumpTest, ErrorsInTheSyntaxAreReportedAsWithoutIt) {
  for (const char* text : {"x = \n", "var x = \n", "x = \"a\n"}) {
    WriteFile("salah.fox", text);
    const Outcome plain = Run({"check", "salah.fox"});
    const Outcome dump = Run({"check", "--dump=ast", "salah.fox"});
    EXPECT_EQ(dump.status, 3) << text;
    EXPECT_EQ(dump.out, "") << text;
    EXPECT_EQ(dump.err, plain.err) << text;
    EXPECT_EQ(Run({"check", "--dump=tokens", "salah.fox"}).status, 0) << text;
  }
  EXPECT_THAT(Run({"check", "--dump=ast", "--compat", "-e", "x = "}).out, HasSubstr("Parsing failed"));
}

TEST_F(DumpTest, WrongUse) {
  EXPECT_THAT(Run({"check", "--dump=trees", "a.fox"}).err, HasSubstr("is none of tokens, ast"));
  EXPECT_THAT(Run({"run", "--dump=ast", "a.fox"}).err, HasSubstr("does not belong to 'run'"));
  ASSERT_EQ(Run({"build", "-e", "x = 1", "-o", "a.mbc"}).status, 0);
  const Outcome module = Run({"check", "--dump=ast", "a.mbc"});
  EXPECT_EQ(module.status, 3);
  EXPECT_EQ(module.err, "foxvm: a.mbc: a module file has no source text to dump\n");
}

}  // namespace
}  // namespace foxvm::cli
