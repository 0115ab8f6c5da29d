// Allocation of objects that consist of slots.
// Threads: the VM's.  Collects: yes.
#ifndef FOXVM_INTERP_OBJECTS_NEW_OBJECT_H_
#define FOXVM_INTERP_OBJECTS_NEW_OBJECT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "gc/allocate.h"
#include "interp/objects/context.h"
#include "interp/objects/layout.h"

namespace foxvm::objects {

// An object of `slot_count` slots whose first `kept` are the caller's to fill before anything else may
// collect; the others, padding included (LY-4), are kosong. Null, with ctx.fatal set, when out of memory.
inline gc::ObjectHeader* NewSlots(Context& ctx, HeapType type, uint64_t second, size_t slot_count,
                                  size_t kept = 0) {
  size_t bytes = gc::AlignObjectSize(sizeof(gc::ObjectHeader) + slot_count * sizeof(gc::Value));
  gc::ObjectHeader* object = gc::Allocate(ctx.mutator, type, bytes, second);
  if (ABSL_PREDICT_FALSE(object == nullptr)) {
    ctx.OutOfMemory();
    return nullptr;
  }
  gc::Value* end = object->slots() + (bytes - sizeof(gc::ObjectHeader)) / sizeof(gc::Value);
  std::fill(object->slots() + kept, end, gc::Value::Null());
  return object;
}

// FromObject, or Value::Empty() for null.
inline gc::Value ObjectOrEmpty(const gc::ObjectHeader* object) {
  return object == nullptr ? gc::Value::Empty() : gc::Value::FromObject(object);
}

}  // namespace foxvm::objects

#endif  // FOXVM_INTERP_OBJECTS_NEW_OBJECT_H_
