// The text that orders the pairs of a hash literal: its keys' source in the reference's normal form.
// How: identifiers, numbers and strings are their own text; operators are parenthesised, `(a + b)`, `(a[i])`,
//      `f(x, y)`. A hash, function, `jika` or `selama` inside a key counts as one fixed word, so no part of
//      the program is written into more than one text and the cost stays linear.
// Threads: stateless.
#ifndef FOXVM_FRONTEND_KEY_TEXT_H_
#define FOXVM_FRONTEND_KEY_TEXT_H_

#include "absl/strings/string_view.h"
#include "frontend/ast.h"
#include "frontend/names.h"
#include "frontend/source.h"
#include "gc/arena.h"

namespace foxvm::frontend {

// The text of `key`, a node of `source`. It lies in the source or in `arena`; a null address when that is out
// of memory.
absl::string_view KeyText(const Node* key, const Source& source, const NameTable& names, gc::Arena& arena);

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_KEY_TEXT_H_
