// Error values: a code and a message. Language-level failures are such values; nothing is thrown.
// Threads: the VM's.  Collects: the Make functions.  Not here: fatal failures (context.h), the text form
//      (print.h).
#ifndef FOXVM_INTERP_OBJECTS_ERROR_H_
#define FOXVM_INTERP_OBJECTS_ERROR_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "interp/objects/context.h"
#include "interp/objects/layout.h"

namespace foxvm::objects {

enum class ErrorCode : uint8_t {
  kNone,          // made by `galat`
  kRuntimeError,  // operators, indexing, calls
  kE003,          // a built-in function's argument has the wrong type
  kE005,          // a built-in function failed
  kE008,          // too few arguments
  kE009,          // too many arguments
};

// "RUNTIME_ERROR", "E003", ...; empty for kNone.
absl::string_view ErrorCodeText(ErrorCode code);

// An error value; Value::Empty() when out of memory. `message` must not lie in the heap.
gc::Value MakeError(Context& ctx, ErrorCode code, absl::string_view message);
// As above; *message is a rooted string.
gc::Value MakeErrorFrom(Context& ctx, ErrorCode code, gc::Value* message);
// MakeError with kRuntimeError.
gc::Value MakeRuntimeError(Context& ctx, absl::string_view message);

// The message, a string. Requires IsError(error).
inline gc::Value ErrorMessage(gc::Value error) {
  return static_cast<const ErrorObject*>(error.object())->message;
}
inline ErrorCode ErrorCodeOf(gc::Value error) { return static_cast<ErrorCode>(error.object()->second); }

}  // namespace foxvm::objects

#endif  // FOXVM_INTERP_OBJECTS_ERROR_H_
