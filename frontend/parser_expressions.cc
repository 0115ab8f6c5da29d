// The expression half of the parser.
#include <array>
#include <limits>
#include <string>
#include <system_error>

#include "absl/strings/charconv.h"
#include "absl/strings/str_cat.h"
#include "frontend/limits.h"
#include "frontend/parser.h"

namespace foxvm::frontend {

namespace {

using K = TokenKind;

constexpr int kLowest = 1;
constexpr int kUnary = 12;

// Binding strength of a token behind an expression; kLowest if it cannot continue one.
constexpr std::array<uint8_t, kTokenKinds> MakePrecedences() {
  std::array<uint8_t, kTokenKinds> table{};
  for (uint8_t& precedence : table) precedence = kLowest;
  const auto set = [&table](K kind, int precedence) {
    table[static_cast<size_t>(kind)] = static_cast<uint8_t>(precedence);
  };
  set(K::kAtau, 2);
  set(K::kDan, 3);
  for (K kind : {K::kEqual, K::kNotEqual}) set(kind, 4);
  for (K kind : {K::kLess, K::kGreater, K::kLessEqual, K::kGreaterEqual}) set(kind, 5);
  set(K::kPipe, 6);
  set(K::kCaret, 7);
  set(K::kAmpersand, 8);
  for (K kind : {K::kShiftLeft, K::kShiftRight}) set(kind, 9);
  for (K kind : {K::kPlus, K::kMinus}) set(kind, 10);
  for (K kind : {K::kStar, K::kSlash, K::kPercent}) set(kind, 11);
  for (K kind : {K::kLeftParen, K::kLeftBrace}) set(kind, 13);
  for (K kind : {K::kLeftBracket, K::kDot}) set(kind, 14);
  return table;
}
constexpr std::array<uint8_t, kTokenKinds> kPrecedences = MakePrecedences();

// Whether `node` can be the name of a type: `T` or `module.T`.
bool IsTypeExpression(const Node* node) {
  if (node == nullptr) return false;
  if (Is<IdentifierNode>(node)) return true;
  if (!Is<IndexNode>(node)) return false;
  // Behind an error either part may be missing.
  const IndexNode& index = As<IndexNode>(node);
  return index.container != nullptr && Is<IdentifierNode>(index.container) && index.index != nullptr &&
         Is<StringNode>(index.index);
}

int Precedence(K kind) { return kPrecedences[static_cast<size_t>(kind)]; }

// Digits in base 10, or base 8 after a leading zero. False if a digit does not belong to the base or the
// value does not fit.
bool ParseDigits(absl::string_view digits, int64_t* value) {
  const uint64_t base = digits.size() > 1 && digits[0] == '0' ? 8 : 10;
  constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();
  uint64_t result = 0;
  for (char c : digits) {
    const uint64_t digit = static_cast<uint64_t>(c - '0');
    if (digit >= base || result > (kMax - digit) / base) return false;
    result = result * base + digit;
  }
  *value = static_cast<int64_t>(result);
  return true;
}

}  // namespace

bool Parser::EnterNesting() {
  if (nesting_ >= kMaxNesting) {
    Stop(current_.offset, absl::StrCat("expression nested too deeply (limit ", kMaxNesting, ")"));
    return false;
  }
  ++nesting_;
  return true;
}

Node* Parser::ParseExpression(int precedence) {
  if (!EnterNesting()) return nullptr;
  Node* left = ParsePrefix();
  while (precedence < Precedence(peek_.kind)) {
    // Only in dialect B, and only behind a type's name, a brace goes on with an expression.
    if (PeekIs(K::kLeftBrace) && !(typed_ && IsTypeExpression(left))) break;
    Advance();
    left = ParseInfix(left);
  }
  --nesting_;
  return left;
}

Node* Parser::ParsePrefix() {
  const uint32_t offset = current_.offset;
  switch (current_.kind) {
    case K::kIdentifier:
      return New<IdentifierNode>(offset, names_.Intern(Slice(current_)));
    case K::kInteger:
      return ParseInteger();
    case K::kFloat:
      return ParseFloat();
    case K::kString:
    case K::kInterpolation:
      return ParseString();
    case K::kBenar:
    case K::kSalah:
      return New<BooleanNode>(offset, CurrentIs(K::kBenar));
    case K::kKosong:
      return New<NullNode>(offset);
    case K::kBang:
    case K::kMinus:
    case K::kTilde:
      return ParsePrefixOperator();
    case K::kStar:
    case K::kAmpersand:
      if (typed_) return ParsePrefixOperator();
      break;
    case K::kLeftParen:
      return ParseGroup();
    case K::kJika:
      return ParseIf();
    case K::kSelama:
      return ParseWhile();
    case K::kFungsi:
      return ParseFunction();
    case K::kLeftBracket: {
      const NodeList elements = ParseList(K::kRightBracket);
      return New<ArrayNode>(offset, elements);
    }
    case K::kLeftBrace:
      return ParseHash();
    default:
      break;
  }
  if (helpful_ && !stopped_) {
    ReportNoExpression();
  } else if (!stopped_) {
    Error(offset, absl::StrCat("no prefix parse function for ", TokenName(current_.kind), " found"));
  }
  return nullptr;
}

Node* Parser::ParseInteger() {
  const absl::string_view text = Slice(current_);
  int64_t value = 0;
  if (!ParseDigits(text, &value)) {
    ErrorAt(current_, absl::StrCat("could not parse \"", text, "\" as integer"));
    return nullptr;
  }
  return New<IntegerNode>(current_.offset, value);
}

Node* Parser::ParseFloat() {
  const absl::string_view text = Slice(current_);
  double value = 0;
  const absl::from_chars_result result = absl::from_chars(text.data(), text.data() + text.size(), value);
  // Too small is reported as out of range as well, with a value near zero: that is no error of the program.
  if (result.ec == std::errc::result_out_of_range && value > 1) {
    ErrorAt(current_, absl::StrCat("could not parse \"", text, "\" as float"));
    return nullptr;
  }
  return New<FloatNode>(current_.offset, value);
}

Node* Parser::ParsePrefixOperator() {
  const Token op = current_;
  Advance();
  Node* operand = ParseExpression(kUnary);
  return NewOperator<PrefixNode>(op, operand);
}

Node* Parser::ParseGroup() {
  const Token bracket = current_;
  Advance();
  Node* inner = ParseExpression(kLowest);
  return ExpectPeek(K::kRightParen, &bracket) ? inner : nullptr;
}

Node* Parser::ParseIf() {
  const Opener opener = OpenHere();
  ++open_blocks_;
  ++open_ifs_;
  const size_t base = branch_scratch_.size();
  do {
    Advance();
    Node* condition = ParseExpression(kLowest);
    Advance();
    const NodeList block = ParseBlock(opener);
    branch_scratch_.push_back({condition, block});
  } while (CurrentIs(K::kAtauJika));
  --open_ifs_;
  const bool has_else = CurrentIs(K::kLainnya);
  NodeList else_block;
  if (has_else) {
    Advance();
    else_block = ParseBlock(opener);
  }
  EndBlock(opener);
  const absl::Span<IfBranch> branches = Take(&branch_scratch_, base);
  return New<IfNode>(opener.token.offset, branches, has_else, else_block);
}

Node* Parser::ParseWhile() {
  const Opener opener = OpenHere();
  ++open_blocks_;
  Advance();
  Node* condition = ParseExpression(kLowest);
  Advance();
  const NodeList block = ParseBlock(opener);
  EndBlock(opener);
  return New<WhileNode>(opener.token.offset, condition, block);
}

Node* Parser::ParseFunction() {
  if (typed_) return ParseTypedFunction(/*head_only=*/false);
  const Opener opener = OpenHere();
  NameId name = kNoName;
  if (PeekIs(K::kIdentifier)) {
    Advance();
    name = NameOf(current_);
  }
  absl::Span<const NameId> params;
  if (ExpectPeek(K::kLeftParen)) {
    const size_t base = name_scratch_.size();
    ParseParameters();
    params = Take(&name_scratch_, base);
  } else if (!helpful_) {
    return nullptr;
  }
  ++open_blocks_;
  Advance();
  const NodeList block = ParseBlock(opener);
  EndBlock(opener);
  return New<FunctionNode>(opener.token.offset, name, params, block, static_cast<Signature*>(nullptr));
}

void Parser::ParseParameters() {
  const Token bracket = current_;
  Advance();
  if (CurrentIs(K::kRightParen)) return;
  name_scratch_.push_back(NameOf(current_));
  while (PeekIs(K::kComma)) {
    Advance();
    Advance();
    name_scratch_.push_back(NameOf(current_));
  }
  ExpectPeek(K::kRightParen, &bracket);
}

NodeList Parser::ParseList(TokenKind end) {
  if (PeekIs(end)) {
    Advance();
    return {};
  }
  const Token bracket = current_;
  const size_t base = node_scratch_.size();
  Advance();
  Node* first = ParseExpression(kLowest);
  node_scratch_.push_back(first);
  while (PeekIs(K::kComma)) {
    Advance();
    Advance();
    Node* next = ParseExpression(kLowest);
    node_scratch_.push_back(next);
  }
  ExpectPeek(end, &bracket);
  return Take(&node_scratch_, base);
}

Node* Parser::ParseHash() {
  const Token bracket = current_;
  const size_t base = pair_scratch_.size();
  bool complete = true;
  while (complete && !PeekIs(K::kRightBrace)) {
    Advance();
    if (helpful_ && !typed_ && PeekIs(K::kColon)) ReportKeywordAsKey();
    Node* key = ParseExpression(kLowest);
    complete = ExpectPeek(K::kColon);
    if (!complete) break;
    Advance();
    Node* value = ParseExpression(kLowest);
    pair_scratch_.push_back({key, value});
    complete = PeekIs(K::kRightBrace) || ExpectPeek(K::kComma, &bracket);
  }
  if (complete) ExpectPeek(K::kRightBrace, &bracket);
  const absl::Span<HashPair> pairs = Take(&pair_scratch_, base);
  return New<HashNode>(bracket.offset, pairs);
}

Node* Parser::ParseString() {
  const Token first = current_;
  if (first.kind == K::kString && !PeekIs(K::kInterpolation) && !PeekIs(K::kString)) {
    return New<StringNode>(first.offset, Value(first));
  }
  const size_t base = node_scratch_.size();
  while (true) {
    if (CurrentIs(K::kString)) {
      node_scratch_.push_back(New<StringNode>(current_.offset, Value(current_)));
    } else {
      Advance();
      Node* part = ParseExpression(kLowest);
      node_scratch_.push_back(part);
      if (!ExpectPeek(K::kRightBrace)) break;
    }
    if (!PeekIs(K::kInterpolation) && !PeekIs(K::kString)) break;
    Advance();
  }
  const NodeList parts = Take(&node_scratch_, base);
  return New<InterpolationNode>(first.offset, parts);
}

Node* Parser::ParseInfix(Node* left) {
  const Token op = current_;
  switch (op.kind) {
    case K::kLeftParen: {
      const NodeList arguments = ParseList(K::kRightParen);
      return New<CallNode>(op.offset, left, arguments);
    }
    case K::kLeftBracket: {
      Advance();
      Node* index = ParseExpression(kLowest);
      ExpectPeek(K::kRightBracket, &op);
      return NewOperator<IndexNode>(op, left, index);
    }
    case K::kLeftBrace:
      return ParseStructLiteral(left);
    case K::kDot: {
      if (!ExpectPeek(K::kIdentifier)) return nullptr;
      Node* key = New<StringNode>(current_.offset, Slice(current_));
      return NewOperator<IndexNode>(op, left, key);
    }
    default:
      break;
  }
  if (!op.space_before) {
    ErrorAt(op, absl::StrCat("Binary operator '", Slice(op), "' requires space before it"));
  }
  if (!peek_.space_before) {
    ErrorAt(op, absl::StrCat("Binary operator '", Slice(op), "' requires space after it"));
  }
  Advance();
  Node* right = ParseExpression(Precedence(op.kind));
  return NewOperator<InfixNode>(op, left, right);
}

}  // namespace foxvm::frontend
