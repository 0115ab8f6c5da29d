// Source: one file of program text and the positions in it.
// How: tokens and nodes carry byte offsets only; the line table turns an offset into line and column when an
//      error or a line entry needs it. Offsets are asked for in nearly rising order, so the last answer is
//      tried first.
// Invariants: positions are 1-based; columns count bytes. An offset past the end lies on the last line.
// Threads: one at a time (the remembered answer).  Owns: name and line table; the text is the caller's.
#ifndef FOXVM_FRONTEND_SOURCE_H_
#define FOXVM_FRONTEND_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace foxvm::frontend {

// Longest text accepted: with it no offset, count or code size of one file can leave 32 bits.
inline constexpr size_t kMaxSourceBytes = size_t{64} << 20;

struct Position {
  uint32_t line;
  uint32_t column;
};

class Source {
 public:
  // `text` outlives the Source and has at most kMaxSourceBytes bytes.
  Source(std::string name, absl::string_view text);
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  const std::string& name() const { return name_; }
  absl::string_view text() const { return text_; }

  Position PositionAt(uint32_t offset) const {
    if (offset < line_starts_[last_line_] || offset >= line_starts_[last_line_ + 1]) FindLine(offset);
    return {last_line_ + 1, offset - line_starts_[last_line_] + 1};
  }

  // The text of a 1-based line without its newline.
  absl::string_view Line(uint32_t line) const;

 private:
  void FindLine(uint32_t offset) const;

  std::string name_;
  absl::string_view text_;
  std::vector<uint32_t> line_starts_;  // one more entry at the end: the largest offset
  mutable uint32_t last_line_ = 0;     // 0-based line of the last answer
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_SOURCE_H_
