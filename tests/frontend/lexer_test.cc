#include "frontend/lexer.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace foxvm::frontend {
namespace {

std::vector<Token> Lex(absl::string_view text) {
  Lexer lexer(text);
  std::vector<Token> tokens;
  do {
    tokens.push_back(lexer.Next());
  } while (tokens.back().kind != TokenKind::kEof);
  return tokens;
}

// Names of the tokens; a blank-preceded token has a `_` in front, contents follow a colon.
std::string Show(absl::string_view text) {
  std::vector<std::string> out;
  for (const Token& token : Lex(text)) {
    std::string shown = absl::StrCat(token.space_before ? "_" : "", TokenName(token.kind));
    if (token.length > 0 && token.kind <= TokenKind::kString && token.kind != TokenKind::kIllegal) {
      absl::StrAppend(&shown, ":", text.substr(token.offset, token.length));
    }
    out.push_back(shown);
  }
  return absl::StrJoin(out, " ");
}

TEST(LexerTest, LongestOperatorWins) {
  EXPECT_EQ(Show("= == ! != < <= << > >= >>"), "= _== _! _!= _< _<= _<< _> _>= _>> EOF");
  EXPECT_EQ(Show("===<<<=&|^~;:,.()[]{}"), "== = << <= & | ^ ~ ; : , . ( ) [ ] { } EOF");
}

TEST(LexerTest, KeywordsIgnoreCaseAndIdentifiersDoNot) {
  EXPECT_EQ(Show("JIKA Jika jika"), "JIKA _JIKA _JIKA EOF");
  EXPECT_EQ(Show("atau_jika ATAU_Jika atau_ jik"), "ATAU_JIKA _ATAU_JIKA _IDENT:atau_ _IDENT:jik EOF");
  EXPECT_EQ(Show("struktur fungsi lainnya kembalikan benar salah kosong akhir selama dan atau ambil dari"),
            "STRUKTUR _FUNGSI _LAINNYA _KEMBALIKAN _BENAR _SALAH _KOSONG _AKHIR _SELAMA _DAN _ATAU _AMBIL "
            "_DARI EOF");
  EXPECT_EQ(Show("berhenti lanjut"), "BERHENTI _LANJUT EOF");
  EXPECT_EQ(Show("_a1 B_2"), "IDENT:_a1 _IDENT:B_2 EOF");
}

TEST(LexerTest, Numbers) {
  EXPECT_EQ(Show("12 1.5 1. .5"), "INT:12 _FLOAT:1.5 _INT:1 . _. INT:5 EOF");
  EXPECT_EQ(Show("0x10 1e5 1.2.3"), "INT:0 IDENT:x10 _INT:1 IDENT:e5 _FLOAT:1.2 . INT:3 EOF");
}

TEST(LexerTest, CommentsAreSkippedAndNewlinesAreBlanks) {
  EXPECT_EQ(Show("a # b \"c\n#{ d\ne"), "IDENT:a _IDENT:e EOF");
  EXPECT_EQ(Show("a#c\nb"), "IDENT:a _IDENT:b EOF");
}

TEST(LexerTest, ForeignBytesAreIllegalOneByOne) {
  EXPECT_EQ(Show("\xEF\xBB\xBF@"), "ILLEGAL ILLEGAL ILLEGAL ILLEGAL EOF");
  EXPECT_EQ(Show("a % 'c'"), "IDENT:a _ILLEGAL _ILLEGAL IDENT:c ILLEGAL EOF");
}

TEST(LexerTest, NulOutsideStringsEndsTheFile) {
  EXPECT_EQ(Show(absl::string_view("a\0b", 3)), "IDENT:a EOF");
  EXPECT_EQ(Show(absl::string_view("a #c\0\nb", 7)), "IDENT:a EOF");
  EXPECT_EQ(Show(absl::string_view("\"a\0b\"", 5)),
            absl::StrCat("STRING:", absl::string_view("a\0b", 3), " EOF"));
}

TEST(LexerTest, EndOfFileMovesOneColumnPerToken) {
  Lexer lexer("ab");
  lexer.Next();
  EXPECT_EQ(lexer.Next().offset, 2u);
  EXPECT_EQ(lexer.Next().offset, 3u);
  EXPECT_EQ(lexer.Next().offset, 4u);
}

TEST(LexerTest, StringsAndInterpolations) {
  EXPECT_EQ(Show("\"ab\" \"c\""), "STRING:ab _STRING:c EOF");
  EXPECT_EQ(Show("\"\"+\"\""), "STRING + STRING EOF");
  EXPECT_EQ(Show("\"\"\"x\""), "STRING STRING:x EOF");
  EXPECT_EQ(Show("\"a#{x}b\""), "STRING:a #{ IDENT:x } STRING:b EOF");
  EXPECT_EQ(Show("\"#{x}\" y"), "#{ IDENT:x } _IDENT:y EOF");
  EXPECT_EQ(Show("\"#{x}#{y}\""), "#{ IDENT:x } #{ IDENT:y } EOF");
  EXPECT_EQ(Show("\"#{ {a: {}} }\""), "#{ _{ IDENT:a : _{ } } _} EOF");
  EXPECT_EQ(Show("\"1#{\"2#{3}4\"}5\""), "STRING:1 #{ STRING:2 #{ INT:3 } STRING:4 } STRING:5 EOF");
  EXPECT_EQ(Show("\"a # b \\#{c}\""), "STRING:a # b \\#{c} EOF");
}

TEST(LexerTest, BlanksBeforeTheQuoteCountForAnInterpolation) {
  EXPECT_EQ(Show("+ \"#{x}\""), "+ _#{ IDENT:x } EOF");
  EXPECT_EQ(Show("+\"#{x}\""), "+ #{ IDENT:x } EOF");
}

TEST(LexerTest, StringsSpanLines) {
  const std::vector<Token> tokens = Lex("\"a\nb\"\nc");
  ASSERT_EQ(tokens.size(), 3u);
  EXPECT_EQ(tokens[0].length, 3u);
  EXPECT_EQ(tokens[1].offset, 6u);
}

TEST(LexerTest, UnterminatedStringPointsAtItsQuoteAndEndsTheFile) {
  for (absl::string_view text : {"x \"abc", "x \"abc\\\"", "x \"abc\\", "x \"", "x \"a#{1} b"}) {
    SCOPED_TRACE(text);
    const std::vector<Token> tokens = Lex(text);
    const Token& token = tokens[tokens.size() - 2];
    EXPECT_EQ(token.kind, TokenKind::kUnterminatedString);
    EXPECT_EQ(token.offset, 2u);
  }
  const std::vector<Token> inner = Lex("\"a#{\"b} c");
  EXPECT_EQ(inner[inner.size() - 2].kind, TokenKind::kUnterminatedString);
  EXPECT_EQ(inner[inner.size() - 2].offset, 4u);
}

TEST(LexerTest, StrayBracesOutsideStringsAreOrdinary) { EXPECT_EQ(Show("}}{ \"a\""), "} } { _STRING:a EOF"); }

TEST(UnescapeTest, ReplacesKnownEscapesAndKeepsOtherCharacters) {
  EXPECT_EQ(Unescape("a\\n\\t\\r\\\"\\\\\\q\\#{"), "a\n\t\r\"\\q#{");
  EXPECT_EQ(Unescape("\xC3\xA9"), "\xC3\xA9");
}

}  // namespace
}  // namespace foxvm::frontend
