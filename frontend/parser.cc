#include "frontend/parser.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace foxvm::frontend {

namespace {

using K = TokenKind;

// What a token adds to the number of open brackets.
constexpr std::array<int8_t, kTokenKinds> MakeBracketSteps() {
  std::array<int8_t, kTokenKinds> steps{};
  for (K kind : {K::kLeftParen, K::kLeftBracket, K::kLeftBrace, K::kInterpolation})
    steps[static_cast<size_t>(kind)] = 1;
  for (K kind : {K::kRightParen, K::kRightBracket, K::kRightBrace}) steps[static_cast<size_t>(kind)] = -1;
  return steps;
}
constexpr std::array<int8_t, kTokenKinds> kBracketSteps = MakeBracketSteps();

}  // namespace

Parser::Parser(const Source& source, gc::Arena& arena, NameTable& names, DiagnosticList& errors,
               ErrorStyle style, Dialect dialect)
    : source_(source),
      arena_(arena),
      names_(names),
      errors_(errors),
      helpful_(style == ErrorStyle::kHelpful),
      typed_(dialect == Dialect::kTyped),
      lexer_(source.text(), dialect) {
  peek_ = lexer_.Next();
  Advance();
}

void Parser::SeekTo(uint32_t offset) {
  lexer_.SeekTo(offset);
  current_ = Token{};
  brackets_ = open_blocks_ = 0;
  stopped_ = false;
  peek_ = lexer_.Next();
  Advance();
}

void Parser::Advance() {
  if (stopped_) return;
  last_end_ = current_.offset + current_.length;
  current_ = peek_;
  brackets_ += kBracketSteps[static_cast<size_t>(current_.kind)];
  if (CurrentIs(K::kUnterminatedString)) {
    Stop(current_.offset, "unterminated string");
  } else {
    peek_ = lexer_.Next();
  }
}

void Parser::Error(uint32_t offset, absl::string_view message, uint32_t length) {
  if (stopped_ || silent_ || (has_error_ && offset == last_error_offset_)) return;
  last_error_offset_ = offset;
  has_error_ = true;
  silent_ = helpful_;
  errors_.Add(Severity::kError, source_, offset, length, message);
}

void Parser::Stop(uint32_t offset, absl::string_view message) {
  if (!has_error_) ended_early_ = CurrentIs(K::kUnterminatedString) || PeekIs(K::kUnterminatedString);
  Error(offset, message);
  stopped_ = true;
  current_ = peek_ = Token{};
}

void Parser::StopForMemory() {
  if (stopped_) return;
  errors_.Add(Severity::kError, source_, current_.offset, 1, "out of memory");
  has_error_ = stopped_ = true;
  current_ = peek_ = Token{};
}

bool Parser::ExpectPeek(TokenKind kind, const Token* bracket) {
  if (PeekIs(kind)) {
    Advance();
    return true;
  }
  if (PeekIs(K::kUnterminatedString)) {
    Stop(peek_.offset, "unterminated string");
  } else if (helpful_ && !stopped_) {
    ReportMissing(kind, bracket);
  } else if (!stopped_) {
    Error(peek_.offset, absl::StrCat("expected next token to be ", TokenName(kind), ", got ",
                                     TokenName(peek_.kind), " instead"));
  }
  return false;
}

void Parser::EndBlock(const Opener& opener) {
  --open_blocks_;
  if (stopped_) return;
  if (helpful_) return EndHelpfulBlock(opener);
  if (CurrentIs(K::kAkhir)) return;
  Error(current_.offset,
        absl::StrCat("expected token to be AKHIR, got ", TokenName(current_.kind), " instead"));
}

void Parser::SkipSemicolon() {
  if (PeekIs(K::kSemicolon)) Advance();
}

absl::string_view Parser::Slice(const Token& token) const {
  return source_.text().substr(std::min<size_t>(token.offset, source_.text().size()), token.length);
}

absl::string_view Parser::Value(const Token& token) {
  const absl::string_view text = Slice(token);
  if (!token.has_escape) return text;
  const absl::string_view value = arena_.CopyString(Unescape(text));
  if (ABSL_PREDICT_FALSE(value.data() == nullptr)) StopForMemory();
  return value;
}

Node* Parser::ParseNext() {
  const uint32_t start = current_.offset;
  Node* statement = ParseStatement();
  // What an error was met at may be the next declaration.
  if (!(typed_ && silent_ && current_.offset != start && AtDeclaration())) Advance();
  if (silent_) Synchronize(0);
  return statement;
}

NodeList Parser::ParseRest() {
  const size_t base = node_scratch_.size();
  while (!AtEnd()) {
    Node* statement = ParseNext();
    node_scratch_.push_back(statement);
  }
  return Take(&node_scratch_, base);
}

NodeList Parser::ParseBlock(const Opener& opener) {
  const size_t base = node_scratch_.size();
  if (silent_) Synchronize(opener.brackets);
  while (!AtBlockEnd() && !CurrentIs(K::kEof)) {
    Node* statement = ParseStatement();
    node_scratch_.push_back(statement);
    // The word that an error was met at may end the block.
    if (!silent_ || !AtBlockEnd()) Advance();
    if (silent_) Synchronize(opener.brackets);
  }
  return Take(&node_scratch_, base);
}

Node* Parser::ParseStatement() {
  const uint32_t offset = current_.offset;
  if (typed_ && !CurrentIs(K::kIdentifier)) {
    Node* statement = ParseTypedStatement();
    if (statement != nullptr || silent_ || stopped_) return statement;
  }
  switch (current_.kind) {
    case K::kKembalikan:
      return ParseReturn();
    case K::kAmbil:
      return ParseAmbil();
    case K::kDari:
      return ParseDari();
    case K::kStruktur:
      return ParseStruct();
    case K::kBerhenti:
      SkipSemicolon();
      return Made(arena_.New<Node>(NodeKind::kBreak, K::kEof, Form::kPlain, false, offset));
    case K::kLanjut:
      SkipSemicolon();
      return Made(arena_.New<Node>(NodeKind::kContinue, K::kEof, Form::kPlain, false, offset));
    default:
      return ParseExpressionStatement();
  }
}

Node* Parser::ParseReturn() {
  const uint32_t offset = current_.offset;
  Advance();
  Node* value = ParseExpression(1);
  SkipSemicolon();
  return New<ReturnNode>(offset, value);
}

Node* Parser::ParseAmbil() {
  const uint32_t offset = current_.offset;
  if (!ExpectPeek(K::kString)) return nullptr;
  const absl::string_view path = Value(current_);
  absl::string_view base = absl::StripSuffix(path, ".fox");
  const size_t slash = base.rfind('/');
  if (slash != absl::string_view::npos) base.remove_prefix(slash + 1);
  SkipSemicolon();
  found_import_ = true;
  return New<ImportNode>(offset, path, names_.InternCopy(base), absl::Span<const NameId>());
}

Node* Parser::ParseDari() {
  const uint32_t offset = current_.offset;
  if (!ExpectPeek(K::kString)) return nullptr;
  const absl::string_view path = Value(current_);
  if (!ExpectPeek(K::kAmbil) || !ExpectPeek(K::kIdentifier)) return nullptr;
  const size_t base = name_scratch_.size();
  name_scratch_.push_back(NameOf(current_));
  while (PeekIs(K::kComma)) {
    Advance();
    Advance();
    name_scratch_.push_back(NameOf(current_));
  }
  SkipSemicolon();
  found_import_ = true;
  const absl::Span<const NameId> names = Take(&name_scratch_, base);
  return New<ImportNode>(offset, path, kNoName, names);
}

Node* Parser::ParseStruct() {
  const Opener opener = OpenHere();
  if (!ExpectPeek(K::kIdentifier)) return nullptr;
  const NameId name = NameOf(current_);
  Advance();
  const size_t base = name_scratch_.size();
  while (!CurrentIs(K::kAkhir) && !CurrentIs(K::kEof)) {
    if (CurrentIs(K::kIdentifier)) name_scratch_.push_back(NameOf(current_));
    Advance();
  }
  const absl::Span<const NameId> fields = Take(&name_scratch_, base);
  if (!CurrentIs(K::kAkhir)) {
    // The reference looks at the token after the end of the file here, hence the column it reports.
    if (helpful_ && !stopped_) {
      ReportOpenBlock(opener);
    } else {
      ExpectPeek(K::kAkhir);
    }
  }
  return New<StructNode>(opener.token.offset, name, fields, absl::Span<const Param>());
}

Node* Parser::ParseExpressionStatement() {
  const Token first = current_;
  const uint32_t offset = first.offset;
  Node* expression = ParseExpression(1);
  if (helpful_ && first.kind == K::kIdentifier && current_.offset == offset && !PeekIs(K::kAssign)) {
    NoteSuspiciousName(first);
  }
  if (typed_ && PeekIs(K::kComma)) return ParseMultiAssign(offset, expression);
  if (!PeekIs(K::kAssign)) {
    SkipSemicolon();
    return New<ExpressionStatementNode>(offset, expression);
  }
  Advance();
  Advance();
  Node* value = ParseExpression(1);
  SkipSemicolon();
  return New<AssignNode>(offset, expression, value);
}

}  // namespace foxvm::frontend
