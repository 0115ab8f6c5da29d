#include "tests/docs/markdown_blocks.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace foxvm::docs {
namespace {

constexpr size_t kFenceLength = 3;
constexpr size_t kIndentOfCode = 4;

size_t CountLeading(absl::string_view line, char c) {
  const size_t end = line.find_first_not_of(c);
  return end == absl::string_view::npos ? line.size() : end;
}

// The inline spans of a line: between two runs of equally many backticks.
void ExtractSpans(absl::string_view line, int number, std::vector<Span>* spans) {
  while (true) {
    const size_t open = line.find('`');
    if (open == absl::string_view::npos) return;
    line.remove_prefix(open);
    const size_t ticks = CountLeading(line, '`');
    const std::string fence(ticks, '`');
    const size_t close = line.find(fence, ticks);
    if (close == absl::string_view::npos) return;
    spans->push_back({std::string(absl::StripAsciiWhitespace(line.substr(ticks, close - ticks))), number});
    line.remove_prefix(close + ticks);
  }
}

class Extractor {
 public:
  Code Take(absl::string_view markdown) {
    for (absl::string_view line : absl::StrSplit(markdown, '\n')) {
      ++number_;
      if (!fence_.empty()) {
        TakeFencedLine(line);
      } else {
        TakeLine(line);
      }
    }
    if (!fence_.empty()) code_.blocks.back().kind = "unclosed";
    return std::move(code_);
  }

 private:
  void Open(absl::string_view kind) { code_.blocks.push_back({std::string(kind), "", number_}); }

  void TakeFencedLine(absl::string_view line) {
    const absl::string_view text = absl::StripAsciiWhitespace(line);
    if (absl::StartsWith(text, fence_) && CountLeading(text, fence_[0]) == text.size()) {
      fence_.clear();
      return;
    }
    const size_t indent = std::min(indent_, CountLeading(line, ' '));
    absl::StrAppend(&code_.blocks.back().text, line.substr(indent), "\n");
  }

  void TakeLine(absl::string_view line) {
    const absl::string_view text = absl::StripAsciiWhitespace(line);
    const bool blank = text.empty();
    const char first = blank ? ' ' : text[0];
    const size_t run = CountLeading(text, first);
    if ((first == '`' || first == '~') && run >= kFenceLength) {
      fence_ = std::string(run, first);
      indent_ = CountLeading(line, ' ');
      Open(first == '~' ? "tilde" : absl::StripAsciiWhitespace(text.substr(run)));
      in_indented_ = false;
    } else if (!blank && (after_blank_ || in_indented_) &&
               (line[0] == '\t' || CountLeading(line, ' ') >= kIndentOfCode)) {
      if (!in_indented_) Open("indented");
      in_indented_ = true;
      absl::StrAppend(&code_.blocks.back().text, line.substr(line[0] == '\t' ? 1 : kIndentOfCode), "\n");
    } else if (!blank) {
      in_indented_ = false;
      ExtractSpans(line, number_, &code_.spans);
    }
    after_blank_ = blank;
  }

  Code code_;
  int number_ = 0;
  std::string fence_;  // that closes the open block; empty: none is open
  size_t indent_ = 0;  // of the open fence
  bool in_indented_ = false;
  bool after_blank_ = true;
};

}  // namespace

Code ExtractCode(absl::string_view markdown) { return Extractor().Take(markdown); }

}  // namespace foxvm::docs
