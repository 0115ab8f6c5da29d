// The operators of the typed extension (docs/bytecode.md, section 3) that are not those of the untyped
// dialect.
// How: their programs were checked before they run, so an operand of a wrong type makes no error value: it
//      stops the program, with ctx.fatal set and a message that names the type.
// Threads: the VM's.  Collects: what takes slots (Value*): rooted, outside the heap; a string in one may be
//      replaced by an equal one. Value::Empty(), or false, means fatal.
#ifndef FOXVM_INTERP_OBJECTS_TYPED_OPERATORS_H_
#define FOXVM_INTERP_OBJECTS_TYPED_OPERATORS_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "interp/objects/context.h"
#include "interp/objects/layout.h"

namespace foxvm::objects {

// What messages call the type of `v`: as `tipe`, but `kosong` by its own name.
absl::string_view TypeText(gc::Value v);

// Element *i of an array, byte *i of a string, value of the key *i of a hash or kosong.
gc::Value GetAt(Context& ctx, gc::Value* c, gc::Value* i);

// (*c)[*i] = *v in an array or a hash, error values too.
[[nodiscard]] bool SetAt(Context& ctx, gc::Value* c, gc::Value* i, gc::Value* v);

// Bytewise order of two strings.
gc::Value StringGreater(Context& ctx, gc::Value* l, gc::Value* r);
gc::Value StringGreaterEqual(Context& ctx, gc::Value* l, gc::Value* r);

// The failures of Check, Field and SetField; each returns Value::Empty() with ctx.fatal set. Never collect.
gc::Value StopAtError(Context& ctx, gc::Value error);
gc::Value StopAtField(Context& ctx, gc::Value v, uint32_t field);

}  // namespace foxvm::objects

#endif  // FOXVM_INTERP_OBJECTS_TYPED_OPERATORS_H_
