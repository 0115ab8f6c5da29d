#include "frontend/source.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "gc/check.h"

namespace foxvm::frontend {

Source::Source(std::string name, absl::string_view text) : name_(std::move(name)), text_(text) {
  FOXVM_CHECK(text.size() <= kMaxSourceBytes);
}

void Source::Move(size_t from, size_t to, Line* line) const {
  while (from < to) {
    const void* newline = std::memchr(text_.data() + from, '\n', to - from);
    if (newline == nullptr) return;
    from = static_cast<size_t>(static_cast<const char*>(newline) - text_.data()) + 1;
    ++line->number;
    line->start = static_cast<uint32_t>(from);
  }
}

Source::Line Source::LineOfBlock(size_t block) const {
  if (blocks_.empty()) blocks_.emplace_back();
  while (blocks_.size() <= block) {
    Line line = blocks_.back();
    Move((blocks_.size() - 1) * kBlockBytes, blocks_.size() * kBlockBytes, &line);
    blocks_.push_back(line);
  }
  return blocks_[block];
}

void Source::FindLine(uint32_t offset) const {
  const size_t to = std::min<size_t>(offset, text_.size());
  size_t from = last_end_;
  if (to < from || to - from >= kBlockBytes) {
    from = to / kBlockBytes * kBlockBytes;
    last_ = LineOfBlock(to / kBlockBytes);
  } else if (from > 0 && text_[from - 1] == '\n') {
    ++last_.number;
    last_.start = static_cast<uint32_t>(from);
  }
  Move(from, to, &last_);
  const size_t rest = std::min(text_.size() - to, kBlockBytes);
  const void* newline = rest == 0 ? nullptr : std::memchr(text_.data() + to, '\n', rest);
  if (newline != nullptr) {
    last_end_ = static_cast<uint32_t>(static_cast<const char*>(newline) - text_.data()) + 1;
  } else if (to + rest < text_.size()) {
    last_end_ = static_cast<uint32_t>(to + rest);
  } else {
    last_end_ = std::numeric_limits<uint32_t>::max();
  }
}

uint32_t Source::LineStart(uint32_t offset) const {
  const size_t to = std::min<size_t>(offset, text_.size());
  const size_t block = to / kBlockBytes * kBlockBytes;
  const size_t newline = text_.substr(block, to - block).rfind('\n');
  if (newline != absl::string_view::npos) return static_cast<uint32_t>(block + newline + 1);
  return LineOfBlock(to / kBlockBytes).start;
}

absl::string_view Source::LineAt(uint32_t offset) const {
  const absl::string_view rest = text_.substr(LineStart(offset));
  return rest.substr(0, rest.find('\n'));
}

}  // namespace foxvm::frontend
