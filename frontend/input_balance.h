// InputBalance: whether lines typed one after the other are complete, or a block, bracket or string is open.
// How: counts openers and closers token by token; only the lines from the beginning of an open string on are
//      read again with each further line.
// Threads: one at a time.  Not here: whether the text is right (parser.h).
#ifndef FOXVM_FRONTEND_INPUT_BALANCE_H_
#define FOXVM_FRONTEND_INPUT_BALANCE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace foxvm::frontend {

class InputBalance {
 public:
  // Takes the next line, without its newline.
  void AddLine(absl::string_view line);
  // Whether something is open that a further line could close.
  bool IsOpen() const { return in_string_ || blocks_ > 0 || brackets_ > 0; }

 private:
  std::string unread_;  // the lines from the one on where an open string began, or may have
  bool in_string_ = false;
  int64_t blocks_ = 0;
  int64_t brackets_ = 0;
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_INPUT_BALANCE_H_
