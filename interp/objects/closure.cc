#include "interp/objects/closure.h"

#include "interp/objects/new_object.h"

namespace foxvm::objects {

gc::Value MakeClosure(Context& ctx, code::FunctionRecord* function, size_t capture_count) {
  return ObjectOrEmpty(NewSlots(ctx, kClosureType, reinterpret_cast<uint64_t>(function), capture_count));
}

gc::Value MakeCell(Context& ctx, gc::Value* v) {
  // The value goes in after the allocation, which may move what *v refers to.
  auto* cell = static_cast<Cell*>(NewSlots(ctx, kCellType, gc::Value::Null().bits(), 0));
  if (cell == nullptr) return gc::Value::Empty();
  *cell->value() = *v;
  return gc::Value::FromObject(cell);
}

}  // namespace foxvm::objects
