// Dump: what the lexer and the parser make of a program, as text to compare and to look at.
// How: tokens are written one on a line, trees one statement of the top level on a line, as a list in
//      parentheses whose first word says what it is: `(= x (+ 1 2))`. Statements are parsed, written and
//      dropped one after the other.
// Invariants: DU-1 equal trees give equal text, whatever the layout of the source; a float is written as the
//      source has it. DU-2 no C++ recursion on left operands, callees and containers (AS-3 in ast.h). Linear.
// Threads: pure functions.  Not here: checking; names need not be declared, types need not fit.
#ifndef FOXVM_FRONTEND_DUMP_H_
#define FOXVM_FRONTEND_DUMP_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "frontend/dialect.h"

namespace foxvm::frontend {

// The tokens of `text`, the end of the file included, each as `LINE:COLUMN KIND SPACE TEXT` and a newline.
// KIND is what messages call it, UNTERMINATED for a string without its end; SPACE is `+` if white space
// stands directly before, else `-`; TEXT is the source's own, with what is no plain character escaped, and
// of a string without its quotes. Nothing if the text is longer than kMaxSourceBytes.
std::optional<std::string> DumpTokens(absl::string_view text, Dialect dialect);

// The statements of `text`, each on a line. Nothing if there is an error in the syntax.
std::optional<std::string> DumpTrees(absl::string_view text, Dialect dialect);

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_DUMP_H_
