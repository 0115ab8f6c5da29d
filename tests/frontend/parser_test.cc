#include "frontend/parser.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "frontend/ast.h"
#include "frontend/key_text.h"
#include "gtest/gtest.h"

namespace foxvm::frontend {
namespace {

// Parses one file and keeps it alive.
class ParserTest : public testing::Test {
 protected:
  NodeList Parse(std::string text) {
    text_ = std::move(text);
    source_.emplace("test.fox", text_);
    names_.emplace();
    return Parser(*source_, arena_, *names_, errors_, ErrorStyle::kReference).ParseRest();
  }

  // The expression `text` with all its parentheses.
  std::string Grouped(const std::string& text) {
    const NodeList program = Parse(text);
    EXPECT_EQ(errors_.error_count(), 0u) << text;
    if (errors_.error_count() > 0 || program.size() != 1) return "";
    return std::string(
        KeyText(As<ExpressionStatementNode>(program[0]).expression, *source_, *names_, arena_));
  }

  std::string text_;
  std::optional<Source> source_;
  std::optional<NameTable> names_;
  gc::Arena arena_;
  DiagnosticList errors_;
};

TEST_F(ParserTest, PrecedenceFollowsTheTable) {
  EXPECT_EQ(Grouped("a atau b dan c"), "(a atau (b dan c))");
  EXPECT_EQ(Grouped("a dan b == c"), "(a dan (b == c))");
  EXPECT_EQ(Grouped("a == b < c"), "(a == (b < c))");
  EXPECT_EQ(Grouped("1 | 2 > 2"), "((1 | 2) > 2)");
  EXPECT_EQ(Grouped("a & b == c"), "((a & b) == c)");
  EXPECT_EQ(Grouped("a | b ^ c & d"), "(a | (b ^ (c & d)))");
  EXPECT_EQ(Grouped("a & b << c + d * e"), "(a & (b << (c + (d * e))))");
  EXPECT_EQ(Grouped("-a * b"), "((-a) * b)");
  EXPECT_EQ(Grouped("!a == b"), "((!a) == b)");
  EXPECT_EQ(Grouped("-f(x)[0]"), "(-(f(x)[0]))");
  EXPECT_EQ(Grouped("~a.b(c)"), "(~(a[b])(c))");
}

TEST_F(ParserTest, BinaryOperatorsAreLeftAssociative) {
  EXPECT_EQ(Grouped("a - b - c"), "((a - b) - c)");
  EXPECT_EQ(Grouped("3 > 2 > 0"), "((3 > 2) > 0)");
  EXPECT_EQ(Grouped("(a - (b - c))"), "(a - (b - c))");
}

TEST_F(ParserTest, OperatorsInKeyTextAreAsWritten) {
  EXPECT_EQ(Grouped("a DAN b Atau c"), "((a DAN b) Atau c)");
  EXPECT_EQ(Grouped("f(1, [2, BENAR], Kosong)"), "f(1, [2, BENAR], Kosong)");
  EXPECT_EQ(Grouped("\"a#{b + 1}c\""), "\"a#{(b + 1)}c\"");
  EXPECT_EQ(Grouped("[]"), "[]");
  EXPECT_EQ(Grouped("f()"), "f()");
}

TEST_F(ParserTest, NewlinesNeverSeparate) {
  EXPECT_EQ(Grouped("f\n(x)"), "f(x)");
  EXPECT_EQ(Grouped("a\n- 4"), "(a - 4)");
  EXPECT_EQ(Grouped("1\n[0]"), "(1[0])");
  EXPECT_EQ(Parse("f;\n(x)").size(), 2u);
}

TEST_F(ParserTest, AdjacentStringsAreOneInterpolation) {
  const NodeList program = Parse("\"a\" \"b#{x}\"");
  ASSERT_EQ(program.size(), 1u);
  const Node* node = As<ExpressionStatementNode>(program[0]).expression;
  ASSERT_TRUE(Is<InterpolationNode>(node));
  EXPECT_EQ(As<InterpolationNode>(node).parts.size(), 3u);
}

TEST_F(ParserTest, AnAtauJikaChainIsOneNode) {
  const NodeList program = Parse("jika 1 a atau_jika 2 b atau_jika 3 c lainnya d akhir");
  ASSERT_EQ(errors_.error_count(), 0u);
  const IfNode& node = As<IfNode>(As<ExpressionStatementNode>(program[0]).expression);
  EXPECT_EQ(node.branches.size(), 3u);
  EXPECT_TRUE(node.has_else);
  EXPECT_EQ(node.else_block.size(), 1u);
}

TEST_F(ParserTest, StructFieldsAreTheIdentifiersUpToAkhir) {
  const NodeList program = Parse("struktur P x, y; 3 jika z akhir");
  ASSERT_EQ(errors_.error_count(), 0u);
  EXPECT_EQ(As<StructNode>(program[0]).fields.size(), 3u);
}

TEST_F(ParserTest, ImportsBindTheBaseName) {
  const NodeList program = Parse("ambil \"a/b/nama\"\nambil \"nama.fox\"; dari \"x\" ambil p, q");
  ASSERT_EQ(errors_.error_count(), 0u);
  ASSERT_EQ(program.size(), 3u);
  EXPECT_EQ(names_->Text(As<ImportNode>(program[0]).base_name), "nama");
  EXPECT_EQ(names_->Text(As<ImportNode>(program[1]).base_name), "nama");
  EXPECT_EQ(As<ImportNode>(program[2]).names.size(), 2u);
}

TEST_F(ParserTest, HashLiteralsAllowATrailingComma) {
  const NodeList program = Parse("{a: 1, b: 2,}");
  ASSERT_EQ(errors_.error_count(), 0u);
  EXPECT_EQ(As<HashNode>(As<ExpressionStatementNode>(program[0]).expression).pairs.size(), 2u);
}

TEST_F(ParserTest, IntegersAreOctalAfterAZero) {
  const NodeList program = Parse("010 ; 00 ; 9223372036854775807");
  ASSERT_EQ(errors_.error_count(), 0u);
  EXPECT_EQ(As<IntegerNode>(As<ExpressionStatementNode>(program[0]).expression).value, 8);
  EXPECT_EQ(As<IntegerNode>(As<ExpressionStatementNode>(program[1]).expression).value, 0);
  EXPECT_EQ(As<IntegerNode>(As<ExpressionStatementNode>(program[2]).expression).value, INT64_MAX);
}

TEST_F(ParserTest, AFloatMayUnderflowButNotOverflow) {
  const std::string tiny = absl::StrCat("0.", std::string(400, '0'), "1");
  const NodeList program = Parse(tiny);
  ASSERT_EQ(errors_.error_count(), 0u);
  EXPECT_EQ(As<FloatNode>(As<ExpressionStatementNode>(program[0]).expression).value, 0.0);
  Parse(absl::StrCat(std::string(400, '9'), ".0"));
  EXPECT_EQ(errors_.error_count(), 1u);
}

}  // namespace
}  // namespace foxvm::frontend
