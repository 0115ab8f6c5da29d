// Token: kind and extent of one lexical element; no text is copied.
// Threads: plain data.
#ifndef FOXVM_FRONTEND_TOKEN_H_
#define FOXVM_FRONTEND_TOKEN_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace foxvm::frontend {

enum class TokenKind : uint8_t {
  kEof,
  kIllegal,
  kIdentifier,
  kInteger,
  kFloat,
  kString,              // a part of a literal; the extent is its contents without quotes
  kUnterminatedString,  // the offset is the opening quote's
  kInterpolation,       // #{ inside a string
  // Operators and delimiters.
  kAssign,
  kEqual,
  kNotEqual,
  kBang,
  kPlus,
  kMinus,
  kStar,
  kSlash,
  kLess,
  kLessEqual,
  kShiftLeft,
  kGreater,
  kGreaterEqual,
  kShiftRight,
  kAmpersand,
  kPipe,
  kCaret,
  kTilde,
  kSemicolon,
  kColon,
  kComma,
  kDot,
  kLeftParen,
  kRightParen,
  kLeftBrace,
  kRightBrace,
  kLeftBracket,
  kRightBracket,
  kPercent,
  // Keywords.
  kStruktur,
  kFungsi,
  kJika,
  kAtauJika,
  kLainnya,
  kKembalikan,
  kBenar,
  kSalah,
  kKosong,
  kAkhir,
  kSelama,
  kDan,
  kAtau,
  kAmbil,
  kDari,
  kBerhenti,
  kLanjut,
  // Keywords of dialect B only.
  kVar,
  kTetapan,
  kMap,
  kAntarmuka,
  kNative,
  kPilih,
  kKasus,
};

// Room for every TokenKind, for tables by kind.
inline constexpr size_t kTokenKinds = 64;
static_assert(static_cast<size_t>(TokenKind::kKasus) < kTokenKinds);

// What error messages call a token: the operator itself, or a name such as IDENT, EOF, JIKA.
absl::string_view TokenName(TokenKind kind);

struct Token {
  TokenKind kind = TokenKind::kEof;
  bool space_before = false;  // white space directly before it; for a string's first token: before the quote
  bool has_escape = false;    // kString: a backslash occurs, the value differs from the extent
  // Byte offset in the source. The first kEof stands at the end of the text, each further one a byte behind
  // the one before: the reference counts columns on, and its messages show it.
  uint32_t offset = 0;
  uint32_t length = 0;
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_TOKEN_H_
