// UTF-8 and Unicode letter case, for the text built-ins.
// How: malformed input never fails: a byte that starts no valid sequence decodes as U+FFFD of width 1, so
// every
//      byte string has exactly one reading. Case mapping is the simple one (one code point to one code
//      point).
// Threads: pure functions.  Collects: never: they work on plain bytes.
#ifndef FOXVM_INTERP_BUILTINS_UTF8_H_
#define FOXVM_INTERP_BUILTINS_UTF8_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace foxvm::builtins {

inline constexpr uint32_t kReplacementRune = 0xFFFD;
// Most bytes EncodeRune writes.
inline constexpr size_t kMaxRuneBytes = 4;

struct DecodedRune {
  uint32_t rune;
  size_t width;  // bytes consumed; 0 only for empty input
};

// The first code point of `text`; overlong forms, surrogates and cut sequences are malformed.
DecodedRune DecodeRune(absl::string_view text);

// Writes `rune` to `out` (room for kMaxRuneBytes) and returns the bytes written. Surrogates and values above
// 0x10FFFF are written as U+FFFD.
size_t EncodeRune(uint32_t rune, char* out);

enum class LetterCase { kUpper, kLower };

struct MappedChunk {
  size_t consumed;  // bytes of the input
  size_t produced;  // bytes of the output
};

// Maps the letters of `text`, from its start, until at least `budget_bytes` bytes are consumed or the text
// ends; malformed bytes become U+FFFD. Writes to `out` unless it is null: a first call with null measures.
// `budget_bytes` > 0.
MappedChunk MapCase(absl::string_view text, size_t budget_bytes, LetterCase target, char* out);

// `text` without leading and trailing white space (Unicode White_Space).
absl::string_view TrimSpace(absl::string_view text);

}  // namespace foxvm::builtins

#endif  // FOXVM_INTERP_BUILTINS_UTF8_H_
