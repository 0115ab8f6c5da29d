// Positions in a text, asked for in any order, against a count of the newlines before them.
#include "frontend/source.h"

#include <random>
#include <string>

#include "gtest/gtest.h"

namespace foxvm::frontend {
namespace {

// Checks everything that `source` says of `offset`.
void ExpectPlace(const Source& source, uint32_t offset) {
  const std::string text(source.text());
  const size_t within = std::min<size_t>(offset, text.size());
  uint32_t line = 1;
  size_t start = 0;
  for (size_t i = 0; i < within; ++i) {
    if (text[i] != '\n') continue;
    ++line;
    start = i + 1;
  }
  const Position position = source.PositionAt(offset);
  ASSERT_EQ(position.line, line) << "offset " << offset;
  ASSERT_EQ(position.column, offset - start + 1) << "offset " << offset;
  ASSERT_EQ(source.LineStart(offset), start) << "offset " << offset;
  ASSERT_EQ(source.LineAt(offset), text.substr(start, std::min(text.find('\n', start), text.size()) - start))
      << "offset " << offset;
}

TEST(SourceTest, PositionsOfAShortText) {
  const std::string text = "a\n\nbc\n";
  const Source source("test.fox", text);
  for (uint32_t offset = 0; offset < text.size() + 5; ++offset) ExpectPlace(source, offset);
  for (uint32_t offset = static_cast<uint32_t>(text.size()) + 5; offset-- > 0;) ExpectPlace(source, offset);
}

TEST(SourceTest, AnEmptyTextHasOneLine) {
  const Source source("test.fox", "");
  ExpectPlace(source, 0);
  ExpectPlace(source, 3);
}

TEST(SourceTest, PositionsInAnyOrder) {
  std::mt19937 random(1);
  // One newline in so many bytes: lines far shorter and far longer than what the search remembers.
  for (uint32_t line_bytes : {1u, 2u, 30u, 5000u, 100000u}) {
    std::string text;
    for (int i = 0; i < 30000; ++i) text.push_back(random() % line_bytes == 0 ? '\n' : 'x');
    const Source source("test.fox", text);
    uint32_t offset = 0;
    for (int i = 0; i < 500; ++i) {
      // Mostly a little on, sometimes a little back or anywhere.
      switch (random() % 8) {
        case 0: offset = static_cast<uint32_t>(random() % (text.size() + 10)); break;
        case 1: offset -= std::min(offset, static_cast<uint32_t>(random() % 100)); break;
        default: offset += static_cast<uint32_t>(random() % 300); break;
      }
      ExpectPlace(source, offset);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace foxvm::frontend
