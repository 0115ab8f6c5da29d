// Closures and the cells of captured variables.
// Threads: the VM's.  Collects: both functions.
#ifndef FOXVM_INTERP_OBJECTS_CLOSURE_H_
#define FOXVM_INTERP_OBJECTS_CLOSURE_H_

#include <cstddef>

#include "interp/objects/context.h"
#include "interp/objects/layout.h"

namespace foxvm::objects {

// A closure of `function` whose `capture_count` captures are kosong; the caller writes the cells to
// captures() before anything else may collect. Value::Empty() when out of memory.
gc::Value MakeClosure(Context& ctx, code::FunctionRecord* function, size_t capture_count);

// A cell holding *v, a rooted slot. Value::Empty() when out of memory.
gc::Value MakeCell(Context& ctx, gc::Value* v);

}  // namespace foxvm::objects

#endif  // FOXVM_INTERP_OBJECTS_CLOSURE_H_
