// What DumpTokens and DumpTrees write, in both dialects.
#include "frontend/dump.h"

#include <string>

#include "absl/strings/string_view.h"
#include "frontend/source.h"
#include "gtest/gtest.h"

namespace foxvm::frontend {
namespace {

std::string TokensOf(absl::string_view text, Dialect dialect = Dialect::kDynamic) {
  return DumpTokens(text, dialect).value_or("nothing");
}
std::string TreeA(absl::string_view text) { return DumpTrees(text, Dialect::kDynamic).value_or("nothing"); }
std::string TreeB(absl::string_view text) { return DumpTrees(text, Dialect::kTyped).value_or("nothing"); }

TEST(DumpTokensTest, PlaceKindSpaceAndText) {
  EXPECT_EQ(TokensOf("x = 1\n  JIKA<=2.5"),
            "1:1 IDENT - x\n1:3 = + =\n1:5 INT + 1\n2:3 JIKA + JIKA\n2:7 <= - <=\n2:9 FLOAT - 2.5\n2:12 EOF - \n");
}

TEST(DumpTokensTest, TextStaysOnItsLine) {
  EXPECT_EQ(TokensOf("\"a\\n\t\r\n\x01\x7f\xc3\xa9\""),
            "1:2 STRING - a\\\\n\\t\\r\\n\\x01\\x7f\xc3\xa9\n2:6 EOF - \n");
  EXPECT_EQ(TokensOf("\x80 '"), "1:1 ILLEGAL - \x80\n1:3 ILLEGAL + '\n1:4 EOF - \n");
}

TEST(DumpTokensTest, StringsAndInterpolations) {
  EXPECT_EQ(TokensOf("\"a#{b}\" \"\""),
            "1:2 STRING - a\n1:3 #{ - #{\n1:5 IDENT - b\n1:6 } - }\n1:10 STRING + \n1:11 EOF - \n");
  EXPECT_EQ(TokensOf("\"#{\"", Dialect::kTyped), "1:2 STRING - #{\n1:5 EOF - \n");
}

TEST(DumpTokensTest, UnterminatedStringAndNulEndTheFile) {
  EXPECT_EQ(TokensOf("x \"a\nb"), "1:1 IDENT - x\n1:3 UNTERMINATED + \n2:2 EOF - \n");
  EXPECT_EQ(TokensOf(absl::string_view("x\0y", 3)), "1:1 IDENT - x\n1:2 EOF - \n");
}

TEST(DumpTokensTest, KeywordsOfTheDialect) {
  EXPECT_EQ(TokensOf("var"), "1:1 IDENT - var\n1:4 EOF - \n");
  EXPECT_EQ(TokensOf("lain  jika %", Dialect::kTyped),
            "1:1 ATAU_JIKA - lain  jika\n1:12 % + %\n1:13 EOF - \n");
}

TEST(DumpTreesTest, StatementsOfTheDynamicDialect) {
  EXPECT_EQ(TreeA("x = 1 + 2 * 3;y = -(x)[0]"), "(= x (+ 1 (* 2 3)))\n(= y (- (index x 0)))\n");
  EXPECT_EQ(TreeA("a.b[c](1, \"x\")"), "(expr (call (index (dot a b) c) 1 \"x\"))\n");
  EXPECT_EQ(TreeA("fungsi f(x) kembalikan [x, {a: 010}] akhir"),
            "(expr (fungsi f (params x) (block (return (array x (hash (pair a 8)))))))\n");
  EXPECT_EQ(TreeA("jika a b atau_jika c d lainnya e akhir selama benar berhenti akhir"),
            "(expr (jika a (block (expr b)) c (block (expr d)) (else (expr e))))\n"
            "(expr (selama benar (block (break))))\n");
  EXPECT_EQ(TreeA("ambil \"m\" dari \"n.fox\" ambil a, b struktur P x, y akhir"),
            "(import \"m\")\n(import \"n.fox\" a b)\n(struct P x y)\n");
  EXPECT_EQ(TreeA("\"#{a}\\n\" fungsi(1, \"k\") lanjut akhir a DAN !kosong atau 1.50"),
            "(expr (text a \"\\n\"))\n(expr (fungsi - (params \"1\" k) (block (continue))))\n"
            "(expr (atau (dan a (! kosong)) 1.50))\n");
}

TEST(DumpTreesTest, StatementsOfTheTypedDialect) {
  EXPECT_EQ(TreeB("var a, b map[string][]*m.T = f()\ntetapan C = 1\nvar x int"),
            "(var (names a b) (map string ([] (* m.T))) (call f))\n(tetapan (names C) - 1)\n(var (names x) int)\n");
  EXPECT_EQ(TreeB("struktur P\n x int\n f fungsi(int) (int, error)\nakhir\nantarmuka I\n fungsi m(k int) string\nakhir"),
            "(struct P (name x int) (name f (fungsi (params int) (results int error))))\n"
            "(interface I (method m (params (name k int)) (results string)))\n");
  EXPECT_EQ(TreeB("fungsi (p *P) m() int kembali p.x, 1 akhir\nfungsi g(s string) void native"),
            "(expr (fungsi m (receiver (name p (* P))) (params) (results int)"
            " (block (return (tuple (dot p x) 1)))))\n"
            "(expr (fungsi g (params (name s string)) (results void) native))\n");
  EXPECT_EQ(TreeB("a, b = b, P{x: 1,}\npilih a kasus 1, 2: f() lainnya: kembali akhir"),
            "(= (targets a b) (values b (new P (field x 1))))\n"
            "(pilih a (values 1 2) (block (expr (call f))) (else (return)))\n");
}

TEST(DumpTreesTest, LayoutAndParenthesesLeaveNoTrace) {
  EXPECT_EQ(TreeA("(x)  =\n((1 + 2)) # c"), TreeA("x = 1 + 2"));
}

TEST(DumpTreesTest, LongChainsDoNotRecurse) {
  std::string sum = "x = 1";
  for (int i = 0; i < 200000; ++i) sum += " + 1";
  const std::string tree = TreeA(sum);
  EXPECT_EQ(tree.substr(0, 10), "(= x (+ (+");
  EXPECT_EQ(tree.substr(tree.size() - 11), " 1) 1) 1))\n");
}

TEST(DumpTreesTest, ErrorsInTheSyntaxGiveNothing) {
  for (const char* text : {"x = ", "jika a", "x = \"a", "1 +2"}) {
    EXPECT_FALSE(DumpTrees(text, Dialect::kDynamic).has_value()) << text;
    EXPECT_TRUE(DumpTokens(text, Dialect::kDynamic).has_value()) << text;
  }
  EXPECT_EQ(TreeA(""), "");
}

TEST(DumpTest, RefusesWhatTheCompilerRefuses) {
  const std::string text(kMaxSourceBytes + 1, ' ');
  EXPECT_FALSE(DumpTokens(text, Dialect::kTyped).has_value());
  EXPECT_FALSE(DumpTrees(text, Dialect::kTyped).has_value());
}

}  // namespace
}  // namespace foxvm::frontend
