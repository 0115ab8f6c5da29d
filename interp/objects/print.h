// The text form of values: what `cetak`, `tulis` and string `+` show.
// How: an explicit stack of containers being printed and a set of them, so that nesting costs heap memory,
//      not machine stack, and a container met again inside itself is found in constant time. Nothing is
//      allocated on the collected heap, so nothing moves. The text is bounded: shared structure can print
//      exponentially long.
// Threads: the VM's.  Collects: ToText only.
#ifndef FOXVM_INTERP_OBJECTS_PRINT_H_
#define FOXVM_INTERP_OBJECTS_PRINT_H_

#include <cstddef>
#include <string>

#include "interp/objects/context.h"
#include "interp/objects/layout.h"

namespace foxvm::objects {

// Most bytes the text of one value, with the work of making it, may take; less when the heap's bound is less.
inline constexpr size_t kMaxTextBytes = size_t{1} << 30;

// Appends the text form of `v`. False: fatal (kOutOfMemory past the bound, or kInterrupted); `out` then holds
// a part.
[[nodiscard]] bool AppendText(Context& ctx, gc::Value v, std::string* out);

// The text form of *v as a string; a string is its own. Value::Empty(): fatal.
gc::Value ToText(Context& ctx, gc::Value* v);

}  // namespace foxvm::objects

#endif  // FOXVM_INTERP_OBJECTS_PRINT_H_
