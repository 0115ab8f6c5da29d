#include "frontend/source.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "gc/check.h"

namespace foxvm::frontend {

Source::Source(std::string name, absl::string_view text) : name_(std::move(name)), text_(text) {
  FOXVM_CHECK(text.size() <= kMaxSourceBytes);
  line_starts_.push_back(0);
  size_t at = 0;
  while (at < text.size()) {
    const void* newline = std::memchr(text.data() + at, '\n', text.size() - at);
    if (newline == nullptr) break;
    at = static_cast<size_t>(static_cast<const char*>(newline) - text.data()) + 1;
    line_starts_.push_back(static_cast<uint32_t>(at));
  }
  line_starts_.push_back(std::numeric_limits<uint32_t>::max());
}

void Source::FindLine(uint32_t offset) const {
  const auto next = last_line_ + 1;
  if (offset >= line_starts_[next] && next + 1 < line_starts_.size() && offset < line_starts_[next + 1]) {
    last_line_ = next;
    return;
  }
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end() - 1, offset);
  last_line_ = static_cast<uint32_t>(after - line_starts_.begin() - 1);
}

absl::string_view Source::Line(uint32_t line) const {
  FOXVM_CHECK(line >= 1 && line < line_starts_.size());
  const size_t start = line_starts_[line - 1];
  const absl::string_view rest = text_.substr(start);
  return rest.substr(0, rest.find('\n'));
}

}  // namespace foxvm::frontend
