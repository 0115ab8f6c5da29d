// Source: one file of program text and the positions in it.
// How: tokens and nodes carry byte offsets only; an offset becomes line and column when an error or a line
//      entry needs it. Offsets are asked for in nearly rising order, so the search starts at the last answer
//      if that is near, else at one of the places, kBlockBytes apart, whose line is remembered: no question
//      costs more than a block.
// Invariants: positions are 1-based; columns count bytes. An offset past the end lies on the last line.
// Threads: one at a time (the remembered answers).  Owns: name and remembered places; the text is the
// caller's.
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
    if (offset < last_.start || offset >= last_end_) FindLine(offset);
    return {last_.number + 1, offset - last_.start + 1};
  }

  // The offset at which the line of `offset` begins.
  uint32_t LineStart(uint32_t offset) const;
  // The text of the line of `offset` without its newline.
  absl::string_view LineAt(uint32_t offset) const;

 private:
  static constexpr size_t kBlockBytes = 4096;

  struct Line {
    uint32_t number = 0;  // 0-based
    uint32_t start = 0;
  };

  void FindLine(uint32_t offset) const;
  // The line that byte number `block` x kBlockBytes is on.
  Line LineOfBlock(size_t block) const;
  // Moves `*line`, the line of the byte at `from`, on to that of the byte at `to`.
  void Move(size_t from, size_t to, Line* line) const;

  std::string name_;
  absl::string_view text_;
  mutable std::vector<Line> blocks_;  // LineOfBlock() as far as it was needed
  mutable Line last_;                 // of the last answer
  mutable uint32_t last_end_ = 0;     // what lies before it, from the line's start on, is on that line
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_SOURCE_H_
