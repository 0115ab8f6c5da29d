#include "frontend/input_balance.h"

#include "absl/strings/str_cat.h"
#include "frontend/diagnostic.h"
#include "frontend/lexer.h"
#include "frontend/names.h"
#include "frontend/parser.h"
#include "frontend/source.h"
#include "gc/arena.h"

namespace foxvm::frontend {

namespace {

// Whether `text` would have to go on to be right.
bool EndsEarly(absl::string_view text) {
  gc::Arena arena;
  NameTable names;
  DiagnosticList errors;
  const Source source("", text);
  Parser parser(source, arena, names, errors, ErrorStyle::kHelpful, Dialect::kTyped);
  while (!parser.AtEnd() && errors.error_count() == 0) parser.ParseNext();
  return parser.ended_early();
}

}  // namespace

void InputBalance::AddTypedLine(absl::string_view line) {
  absl::StrAppend(&unread_, line, "\n");
  if (unread_.size() > kMaxSourceBytes) {
    blocks_ = 0;
    return unread_.clear();
  }
  blocks_ = EndsEarly(unread_) ? 1 : 0;
}

void InputBalance::AddLine(absl::string_view line) {
  if (dialect_ == Dialect::kTyped) return AddTypedLine(line);
  absl::StrAppend(&unread_, line, "\n");
  // The compiler will refuse it; the tokens' offsets would not fit.
  if (unread_.size() > kMaxSourceBytes) return unread_.clear();
  int64_t blocks = blocks_;
  int64_t brackets = brackets_;
  bool has_interpolation = false;
  Lexer lexer(unread_);
  for (Token token = lexer.Next(); token.kind != TokenKind::kEof; token = lexer.Next()) {
    switch (token.kind) {
      case TokenKind::kUnterminatedString: in_string_ = true; return;
      case TokenKind::kFungsi:
      case TokenKind::kJika:
      case TokenKind::kSelama:
      case TokenKind::kStruktur: ++blocks; break;
      case TokenKind::kAkhir: --blocks; break;
      case TokenKind::kLeftParen:
      case TokenKind::kLeftBracket:
      case TokenKind::kLeftBrace: ++brackets; break;
      case TokenKind::kInterpolation:
        has_interpolation = true;
        ++brackets;
        break;
      case TokenKind::kRightParen:
      case TokenKind::kRightBracket:
      case TokenKind::kRightBrace: --brackets; break;
      default: break;
    }
  }
  // The bracket left open may be an interpolation's: then the string around it goes on behind it.
  in_string_ = has_interpolation && brackets > brackets_;
  if (in_string_) return;
  blocks_ = blocks;
  brackets_ = brackets;
  unread_.clear();
}

}  // namespace foxvm::frontend
