// Parts of strings, for the text built-ins of both dialects.
// Threads: the VM's.  Collects: what takes slots (gc::Value*): rooted, outside the heap.
#ifndef FOXVM_INTERP_BUILTINS_TEXT_PARTS_H_
#define FOXVM_INTERP_BUILTINS_TEXT_PARTS_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "interp/builtins/builtin.h"

namespace foxvm::builtins {

// Bytes worked through between two looks at the stop request.
inline constexpr size_t kSliceBytes = 64 * 1024;

// The bytes [start, start + length) of the readable string *s; Value::Empty() when out of memory.
gc::Value Substring(BuiltinContext& ctx, gc::Value* s, size_t start, size_t length);

// Position of `part`, not empty, in `text` from byte `from` on; npos: nowhere. Looks at the stop request now
// and then: true in *stopped. Never collects.
size_t FindText(const BuiltinContext& ctx, absl::string_view text, absl::string_view part, size_t from,
                bool* stopped);

// What an empty separator parts a text into.
enum class SplitUnit { kCharacter, kByte };

// The array of the parts of the string args[0] between separators args[1], a string too. Value::Empty():
// fatal.
gc::Value SplitText(BuiltinContext& ctx, gc::Value* args, SplitUnit unit);

}  // namespace foxvm::builtins

#endif  // FOXVM_INTERP_BUILTINS_TEXT_PARTS_H_
