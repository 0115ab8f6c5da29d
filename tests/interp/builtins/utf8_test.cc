#include "interp/builtins/utf8.h"

#include <string>

#include "gtest/gtest.h"

namespace foxvm::builtins {
namespace {

std::string Map(absl::string_view text, LetterCase target, size_t budget = 1 << 20) {
  std::string out;
  while (!text.empty()) {
    MappedChunk measured = MapCase(text, budget, target, nullptr);
    size_t start = out.size();
    out.resize(start + measured.produced);
    MappedChunk written = MapCase(text, budget, target, out.data() + start);
    EXPECT_EQ(measured.consumed, written.consumed);
    EXPECT_EQ(measured.produced, written.produced);
    text.remove_prefix(written.consumed);
  }
  return out;
}

std::string Encode(uint32_t rune) {
  char bytes[kMaxRuneBytes];
  return std::string(bytes, EncodeRune(rune, bytes));
}

TEST(Utf8Test, DecodesEveryWidth) {
  EXPECT_EQ(DecodeRune("A").rune, 0x41u);
  EXPECT_EQ(DecodeRune("\u00e9z").rune, 0xE9u);
  EXPECT_EQ(DecodeRune("\u00e9z").width, 2u);
  EXPECT_EQ(DecodeRune("\u2713").rune, 0x2713u);
  EXPECT_EQ(DecodeRune("\U0001F600").rune, 0x1F600u);
  EXPECT_EQ(DecodeRune("\U0001F600").width, 4u);
  EXPECT_EQ(DecodeRune("").width, 0u);
}

TEST(Utf8Test, MalformedBytesAreOneReplacementEach) {
  const absl::string_view malformed[] = {
      "\x80",              // lone continuation
      "\xC0\x80",          // overlong
      "\xC1\xBF",          // overlong
      "\xE0\x80\x80",      // overlong
      "\xF0\x80\x80\x80",  // overlong
      "\xED\xA0\x80",      // surrogate
      "\xF4\x90\x80\x80",  // above the last code point
      "\xF5\x80\x80\x80",
      "\xFF",
      "\xE2\x82",
      "\xE2\x28\xA1",
      "\xC3",
  };
  for (absl::string_view text : malformed) {
    EXPECT_EQ(DecodeRune(text).rune, kReplacementRune);
    EXPECT_EQ(DecodeRune(text).width, 1u);
  }
}

TEST(Utf8Test, EncodeAndDecodeAreInverseForEveryCodePoint) {
  for (uint32_t rune = 0; rune <= 0x10FFFF; ++rune) {
    if (rune >= 0xD800 && rune <= 0xDFFF) continue;
    char bytes[kMaxRuneBytes];
    size_t width = EncodeRune(rune, bytes);
    DecodedRune decoded = DecodeRune(absl::string_view(bytes, width));
    ASSERT_EQ(decoded.rune, rune);
    ASSERT_EQ(decoded.width, width);
  }
}

TEST(Utf8Test, EncodesTheReplacementForWhatIsNoCodePoint) {
  EXPECT_EQ(Encode(0xD800), "\uFFFD");
  EXPECT_EQ(Encode(0xDFFF), "\uFFFD");
  EXPECT_EQ(Encode(0x110000), "\uFFFD");
  EXPECT_EQ(Encode(0xFFFFFFFF), "\uFFFD");
}

TEST(Utf8Test, MapsLettersOfManyScripts) {
  EXPECT_EQ(Map("abc Xyz 123", LetterCase::kUpper), "ABC XYZ 123");
  EXPECT_EQ(Map("ABC xYZ!", LetterCase::kLower), "abc xyz!");
  EXPECT_EQ(Map("naïve ελλάς привет", LetterCase::kUpper), "NAÏVE ΕΛΛΆΣ ПРИВЕТ");
  EXPECT_EQ(Map("ÀÉÎ ΣΟΦΟΣ ЖУК", LetterCase::kLower), "àéî σοφοσ жук");
  EXPECT_EQ(Map("ÿ", LetterCase::kUpper), "Ÿ");
  EXPECT_EQ(Map("\U00010428", LetterCase::kUpper), "\U00010400");
}

TEST(Utf8Test, MappingIsSimpleOneToOne) {
  EXPECT_EQ(Map("ß", LetterCase::kUpper), "ß");
  EXPECT_EQ(Map("ŉ", LetterCase::kUpper), "ŉ");
  EXPECT_EQ(Map("İ", LetterCase::kLower), "i");
  EXPECT_EQ(Map("ǆ", LetterCase::kUpper), "Ǆ");
  EXPECT_EQ(Map("ſ", LetterCase::kUpper), "S");
}

TEST(Utf8Test, MappingReplacesMalformedBytesAndKeepsNul) {
  EXPECT_EQ(Map("a\xFF"
                "b",
                LetterCase::kUpper),
            "A\uFFFDB");
  EXPECT_EQ(Map(std::string("a\0b", 3), LetterCase::kUpper), std::string("A\0B", 3));
}

TEST(Utf8Test, MappingInSmallStepsGivesTheSame) {
  const std::string text = "aé✓\U0001F600zÿ\xFFq";
  EXPECT_EQ(Map(text, LetterCase::kUpper, 1), Map(text, LetterCase::kUpper));
  EXPECT_EQ(Map(text, LetterCase::kUpper, 3), Map(text, LetterCase::kUpper));
}

TEST(Utf8Test, TrimsUnicodeWhiteSpaceAtBothEnds) {
  EXPECT_EQ(TrimSpace(" \t\r\n a b \v\f"), "a b");
  EXPECT_EQ(TrimSpace("\u00A0\u2003x y\u3000\u0085"), "x y");
  EXPECT_EQ(TrimSpace(" \u2028 "), "");
  EXPECT_EQ(TrimSpace(""), "");
  EXPECT_EQ(TrimSpace("é"), "é");
  EXPECT_EQ(TrimSpace("\u200B x"), "\u200B x");
}

TEST(Utf8Test, TrimmingKeepsMalformedBytes) {
  // 0x85 and 0xA0 alone are no characters, so no white space.
  EXPECT_EQ(TrimSpace("\x85x\xA0"), "\x85x\xA0");
  EXPECT_EQ(TrimSpace("x\x80\x80\x80\x80\x80 "), "x\x80\x80\x80\x80\x80");
}

}  // namespace
}  // namespace foxvm::builtins
