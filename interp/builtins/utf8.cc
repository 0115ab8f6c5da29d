#include "interp/builtins/utf8.h"

#include <utf8proc.h>

#include <cstring>

namespace foxvm::builtins {
namespace {

constexpr uint32_t kMaxRune = 0x10FFFF;

bool IsSurrogate(uint32_t rune) { return rune >= 0xD800 && rune <= 0xDFFF; }

bool IsContinuation(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

// utf8proc maps sharp s to its capital form, which the simple mapping of the Unicode database does not.
constexpr uint32_t kSharpS = 0xDF;

uint32_t MapRune(uint32_t rune, LetterCase target) {
  if (target == LetterCase::kLower)
    return static_cast<uint32_t>(utf8proc_tolower(static_cast<int32_t>(rune)));
  if (rune == kSharpS) return rune;
  return static_cast<uint32_t>(utf8proc_toupper(static_cast<int32_t>(rune)));
}

char MapAscii(char c, LetterCase target) {
  if (target == LetterCase::kUpper) return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool IsSpaceRune(uint32_t r) {
  if (r < 0x80) return (r >= 9 && r <= 13) || r == ' ';
  return r == 0x85 || r == 0xA0 || r == 0x1680 || (r >= 0x2000 && r <= 0x200A) || r == 0x2028 ||
         r == 0x2029 || r == 0x202F || r == 0x205F || r == 0x3000;
}

// Start of the last code point of `text`, not empty.
size_t LastRuneStart(absl::string_view text) {
  size_t end = text.size();
  for (size_t back = 1; back <= kMaxRuneBytes && back <= end; ++back) {
    if (IsContinuation(text[end - back])) continue;
    return DecodeRune(text.substr(end - back)).width == back ? end - back : end - 1;
  }
  return end - 1;
}

}  // namespace

DecodedRune DecodeRune(absl::string_view text) {
  if (text.empty()) return {kReplacementRune, 0};
  const DecodedRune malformed = {kReplacementRune, 1};
  uint8_t lead = static_cast<uint8_t>(text[0]);
  if (lead < 0x80) return {lead, 1};
  size_t width = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < width) return malformed;
  uint32_t rune = lead & (0x7Fu >> width);
  for (size_t i = 1; i < width; ++i) {
    if (!IsContinuation(text[i])) return malformed;
    rune = rune << 6 | (static_cast<uint8_t>(text[i]) & 0x3F);
  }
  constexpr uint32_t kLeastOfWidth[] = {0, 0, 0x80, 0x800, 0x10000};
  if (rune < kLeastOfWidth[width] || rune > kMaxRune || IsSurrogate(rune)) return malformed;
  return {rune, width};
}

size_t EncodeRune(uint32_t rune, char* out) {
  if (rune > kMaxRune || IsSurrogate(rune)) rune = kReplacementRune;
  if (rune < 0x80) {
    out[0] = static_cast<char>(rune);
    return 1;
  }
  size_t width = rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
  for (size_t i = width - 1; i > 0; --i) {
    out[i] = static_cast<char>(0x80 | (rune & 0x3F));
    rune >>= 6;
  }
  constexpr uint8_t kLeadOfWidth[] = {0, 0, 0xC0, 0xE0, 0xF0};
  out[0] = static_cast<char>(kLeadOfWidth[width] | rune);
  return width;
}

MappedChunk MapCase(absl::string_view text, size_t budget_bytes, LetterCase target, char* out) {
  MappedChunk done = {0, 0};
  char encoded[kMaxRuneBytes];
  while (done.consumed < budget_bytes && done.consumed < text.size()) {
    char c = text[done.consumed];
    if (static_cast<uint8_t>(c) < 0x80) {
      if (out != nullptr) out[done.produced] = MapAscii(c, target);
      ++done.consumed;
      ++done.produced;
      continue;
    }
    DecodedRune decoded = DecodeRune(text.substr(done.consumed, kMaxRuneBytes));
    size_t width = EncodeRune(MapRune(decoded.rune, target), encoded);
    if (out != nullptr) std::memcpy(out + done.produced, encoded, width);
    done.consumed += decoded.width;
    done.produced += width;
  }
  return done;
}

absl::string_view TrimSpace(absl::string_view text) {
  while (!text.empty()) {
    DecodedRune first = DecodeRune(text);
    if (!IsSpaceRune(first.rune)) break;
    text.remove_prefix(first.width);
  }
  while (!text.empty()) {
    size_t start = LastRuneStart(text);
    if (!IsSpaceRune(DecodeRune(text.substr(start)).rune)) break;
    text = text.substr(0, start);
  }
  return text;
}

}  // namespace foxvm::builtins
