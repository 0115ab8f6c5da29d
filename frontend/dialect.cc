#include "frontend/dialect.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "frontend/lexer.h"

namespace foxvm::frontend {

namespace {

bool IsWordByte(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// One line of program text, read from the left.
class Line {
 public:
  explicit Line(absl::string_view text) : rest_(text) {}

  void SkipBlanks() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t' || rest_[0] == '\r'))
      rest_.remove_prefix(1);
  }
  // The word that comes next, or "".
  absl::string_view Word() {
    SkipBlanks();
    size_t length = 0;
    while (length < rest_.size() && IsWordByte(rest_[length])) ++length;
    if (length > 0 && absl::ascii_isdigit(static_cast<unsigned char>(rest_[0]))) length = 0;
    const absl::string_view word = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return word;
  }
  bool Consume(char c) {
    SkipBlanks();
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // Nothing but blanks and a comment is left.
  bool AtEnd() {
    SkipBlanks();
    return rest_.empty() || rest_[0] == '#';
  }
  // A type that cannot be anything else: a basic one, or one put together.
  bool ConsumeCertainType() {
    SkipBlanks();
    if (absl::ConsumePrefix(&rest_, "[]") || absl::ConsumePrefix(&rest_, "map[") ||
        absl::ConsumePrefix(&rest_, "*")) {
      const size_t length = std::min(rest_.find_first_of(" \t\r#"), rest_.size());
      rest_.remove_prefix(length);
      return length > 0;
    }
    const absl::string_view word = Word();
    for (absl::string_view basic : {"int", "float", "string", "bool", "error", "void", "channel"}) {
      if (word == basic) return true;
    }
    return false;
  }
  // A certain type, a name with a capital letter or one of a module: `fungsi f(a b)` only lacks a comma.
  bool BeginsLikelyType() {
    SkipBlanks();
    if (rest_.empty() || absl::ascii_isupper(static_cast<unsigned char>(rest_[0]))) return !rest_.empty();
    Line qualified = *this;
    if (!qualified.Word().empty() && qualified.Consume('.')) return true;
    return absl::StartsWith(rest_, "fungsi(") || ConsumeCertainType();
  }

 private:
  absl::string_view rest_;
};

// What follows `fungsi`: a method, a typed parameter or a typed result.
bool IsTypedFunction(Line line) {
  if (line.Word().empty()) {
    if (!line.Consume('(') || line.Word().empty()) return false;
    line.Consume('*');
    return !line.Word().empty() && line.Consume(')') && !line.Word().empty() && line.Consume('(');
  }
  if (!line.Consume('(')) return false;
  if (!line.Word().empty()) return line.BeginsLikelyType();
  return line.Consume(')') && line.ConsumeCertainType() && line.AtEnd();
}

// Whether `line`, followed by `next`, begins with a construct of dialect B only.
bool IsTypedLine(Line line, Line next) {
  const absl::string_view word = line.Word();
  if (word == "fungsi") return IsTypedFunction(line);
  if (word == "var" || word == "tetapan" || word == "const" || word == "antarmuka")
    return !line.Word().empty();
  if (word == "kembali") return !line.AtEnd() && !line.Consume('=') && !line.Consume('(');
  if (word == "lain") return line.Word() == "jika";
  if (word != "struktur" || line.Word().empty() || !line.AtEnd()) return false;
  return !next.Word().empty() && next.ConsumeCertainType();
}

// Whether a token begins at `offset`: inside strings and comments none does. `*token` is the last one read.
bool TokenBeginsAt(size_t offset, Lexer* lexer, Token* token) {
  while (token->offset < offset && token->kind != TokenKind::kUnterminatedString) *token = lexer->Next();
  return token->offset == offset && token->kind != TokenKind::kEof;
}

}  // namespace

Dialect DetectDialect(absl::string_view text) {
  Lexer lexer(text);
  Token token;
  token.kind = TokenKind::kIllegal;
  for (size_t at = 0; at < text.size();) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
    const size_t end = text.find('\n', at);
    const absl::string_view line = text.substr(at, end - at);
    if (!line.empty() && absl::StrContains("vtcaklfs", line[0])) {
      const size_t next_end = end == text.npos ? end : text.find('\n', end + 1);
      const absl::string_view next = end == text.npos ? "" : text.substr(end + 1, next_end - end - 1);
      if (IsTypedLine(Line(line), Line(next)) && (at == 0 || TokenBeginsAt(at, &lexer, &token))) {
        return Dialect::kTyped;
      }
    }
    if (end == text.npos) break;
    at = end + 1;
  }
  return Dialect::kDynamic;
}

}  // namespace foxvm::frontend
