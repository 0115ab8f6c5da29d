// Lexer: source text to tokens, one at a time, without allocation.
// How: a table classifies bytes; a small stack remembers the string literals whose interpolations are open,
//      since strings and code nest in each other to any depth.
// Invariants: every call moves forward or returns kEof; after a kUnterminatedString only kEof follows. Any
//      byte sequence is accepted: what is no token is kIllegal, byte by byte.
// Threads: one at a time.  Owns: the stack of open strings; the text is the caller's.
#ifndef FOXVM_FRONTEND_LEXER_H_
#define FOXVM_FRONTEND_LEXER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "frontend/dialect.h"
#include "frontend/token.h"

namespace foxvm::frontend {

class Lexer {
 public:
  // `text` outlives the Lexer and is shorter than 2^32 - 1 bytes.
  explicit Lexer(absl::string_view text, Dialect dialect = Dialect::kDynamic);

  // Goes on at `offset`, outside of every string.
  void SeekTo(uint32_t offset);

  // The next token; comments are skipped.
  Token Next();

 private:
  // A literal whose closing quote has not been met.
  struct OpenString {
    uint32_t quote;   // offset of the opening quote
    uint32_t braces;  // open `{` in the interpolation being read
  };

  // Skips white space and comments; true if white space is directly before the next token.
  bool SkipBlanks();
  Token NextInCode();
  Token NextInString(bool space_before);
  Token StringContents(bool space_before);
  Token Word(bool space_before);
  Token Number(bool space_before);
  Token Operator(bool space_before);
  Token EndOfFile(bool space_before);
  // Whether the `#{` at `at` opens an interpolation. In dialect B it needs its `}` before the literal's end.
  bool OpensInterpolation(size_t at);
  void FindInterpolations(size_t at);
  Token Make(TokenKind kind, size_t length, bool space_before);
  unsigned char At(size_t index) const {
    return index < text_.size() ? static_cast<unsigned char>(text_[index]) : 0;
  }

  absl::string_view text_;
  Dialect dialect_;
  size_t at_ = 0;
  bool in_string_ = false;  // at_ is inside the contents of open_.back()
  std::vector<OpenString> open_;
  uint32_t eof_count_ = 0;
  // Dialect B: of the literal that ends at literal_end_, the `#{` that have their `}`, ascending.
  std::vector<uint32_t> interpolations_;
  uint32_t literal_end_ = 0;
};

// The value of a kString token's extent: escapes replaced. Linear.
std::string Unescape(absl::string_view contents);

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_LEXER_H_
