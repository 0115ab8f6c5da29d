#include "interp/globals.h"

#include <algorithm>

#include "gc/allocate.h"
#include "gc/write_barrier.h"
#include "interp/objects/layout.h"

namespace foxvm::interp {

using gc::Value;

gc::Value MakeGlobals(objects::Context& ctx, const Value* from, size_t count) {
  size_t bytes = gc::AlignObjectSize(sizeof(gc::ObjectHeader) + count * sizeof(Value));
  gc::ObjectHeader* object = gc::AllocatePinned(ctx.mutator, objects::kGlobalsType, bytes, count);
  if (object == nullptr) return ctx.OutOfMemory();
  size_t slots = (bytes - sizeof(gc::ObjectHeader)) / sizeof(Value);
  size_t copied = 0;
  if (!from->IsNull()) {
    auto* old = static_cast<objects::Globals*>(from->object());
    copied = std::min<size_t>(old->second, count);
    std::copy(old->variables(), old->variables() + copied, object->slots());
  }
  std::fill(object->slots() + copied, object->slots() + slots, Value::Null());
  gc::MarkCards(ctx.mutator, object->slots(), object->slots() + slots);
  return Value::FromObject(object);
}

gc::Value CopyGlobals(objects::Context& ctx, const Value* globals) {
  return MakeGlobals(ctx, globals, static_cast<objects::Globals*>(globals->object())->second);
}

}  // namespace foxvm::interp
