// InputBalance: whether lines typed one after the other are complete, or a block, bracket or string is open.
// How: in dialect A openers and closers are counted token by token; only the lines from the beginning of an open
//      string on are read again with each further line. In dialect B, where `fungsi` begins types as well, all
//      lines are parsed with each one that may end the input.
// Threads: one at a time.  Not here: whether the text is right (parser.h).
#ifndef FOXVM_FRONTEND_INPUT_BALANCE_H_
#define FOXVM_FRONTEND_INPUT_BALANCE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "frontend/dialect.h"

namespace foxvm::frontend {

class InputBalance {
 public:
  explicit InputBalance(Dialect dialect = Dialect::kDynamic) : dialect_(dialect) {}

  // Takes the next line, without its newline.
  void AddLine(absl::string_view line);
  // Whether something is open that a further line could close.
  bool IsOpen() const { return in_string_ || blocks_ > 0 || brackets_ > 0; }

 private:
  void AddTypedLine(absl::string_view line);

  Dialect dialect_;
  // The lines from the one on where an open string began, or may have; dialect B: all.
  std::string unread_;
  bool in_string_ = false;
  int64_t blocks_ = 0;  // dialect B: 1 while anything is open
  int64_t brackets_ = 0;
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_INPUT_BALANCE_H_
