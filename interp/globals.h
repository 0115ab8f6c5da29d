// The global variables of a fiber: one pinned object, so the dispatch loop and compiled code may keep its address.
// Threads: the VM's.  Collects: all functions.
#ifndef FOXVM_INTERP_GLOBALS_H_
#define FOXVM_INTERP_GLOBALS_H_

#include <cstddef>

#include "interp/objects/context.h"

namespace foxvm::interp {

// `count` variables: the first ones copied from *from (a rooted Globals, or kosong), the others kosong. Value::Empty():
// out of memory.
gc::Value MakeGlobals(objects::Context& ctx, const gc::Value* from, size_t count);

// A copy of *globals, for a new fiber.
gc::Value CopyGlobals(objects::Context& ctx, const gc::Value* globals);

}  // namespace foxvm::interp

#endif  // FOXVM_INTERP_GLOBALS_H_
