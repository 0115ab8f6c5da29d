// VmOptions: everything a host decides about one VM, with its default, and the check of the whole.
// How: the parts' own option structs side by side; the defaults are an embedder's, who grants a program
//      nothing.
// Threads: plain data.
#ifndef FOXVM_VM_VM_OPTIONS_H_
#define FOXVM_VM_VM_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "frontend/dialect.h"
#include "gc/heap_options.h"
#include "interp/builtins/builtin.h"

namespace foxvm::vm {

struct VmOptions {
  // For kinds of programs: gc::PresetOptions, gc::DetectedOptions (gc/heap_presets.h).
  gc::HeapOptions heap;
  // Most bytes one stack may take; recursion past it ends the program with `stack overflow`.
  size_t stack_max_bytes = size_t{256} << 20;
  // Bytecode instructions one Run or Call may execute, all its fibers together; 0: no limit.
  uint64_t max_instructions = 0;
  // What programs may reach outside the VM; by default nothing.
  builtins::Capabilities capabilities;
  // The dialect of source text; unset: what the program's own text shows.
  std::optional<frontend::Dialect> dialect;
  // Report exactly the errors that the reference compiler reports, follow-up errors included.
  bool compat = false;

  // An InvalidArgument status that names the first field out of range.
  absl::Status Validate() const;
};

}  // namespace foxvm::vm

#endif  // FOXVM_VM_VM_OPTIONS_H_
