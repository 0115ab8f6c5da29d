// Dialect: the two forms of Morph that the frontend reads.
// How: dialect A is dynamic; dialect B has types, methods, interfaces and block scopes. Both share the lexer,
//      the syntax tree, the parser's expressions and the code generator; what differs is here, in
//      parser_typed.cc and in typed/.
// Threads: stateless.
#ifndef FOXVM_FRONTEND_DIALECT_H_
#define FOXVM_FRONTEND_DIALECT_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace foxvm::frontend {

enum class Dialect : uint8_t {
  kDynamic,  // A
  kTyped,    // B
};

// The dialect that `text` is written in: B if a line begins with a construct that A does not have (`var x`,
// `tetapan x`, `kembali x`, `antarmuka N`, `lain jika`, a method, a typed parameter, field or result), else
// A. Linear; looks no further than the first such line.
Dialect DetectDialect(absl::string_view text);

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_DIALECT_H_
