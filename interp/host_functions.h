// HostFunctions: the functions a host gives to programs, as the interpreter sees them; implemented above it.
// How: a function is a number behind the built-in functions' numbers, so as a value it is the same kind of
//      word (Value::Builtin), and programs cannot tell it from a built-in function. The loader puts it into
//      the global variables that a module declares for it.
// Threads: the VM's.  Collects: Call.
#ifndef FOXVM_INTERP_HOST_FUNCTIONS_H_
#define FOXVM_INTERP_HOST_FUNCTIONS_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "gc/value.h"

namespace foxvm::interp {

class HostFunctions {
 public:
  virtual ~HostFunctions() = default;

  // The number of the function `name`, from 0.
  virtual std::optional<uint32_t> Find(absl::string_view name) const = 0;

  // Calls function `index` with `count` rooted slots outside the heap. Returns its result, or Value::Empty():
  // fatal, with Context::fatal set. A fiber cannot wait here: the result is never "suspended".
  virtual gc::Value Call(uint32_t index, gc::Value* args, uint32_t count) = 0;
};

}  // namespace foxvm::interp

#endif  // FOXVM_INTERP_HOST_FUNCTIONS_H_
