#include "interp/objects/native_objects.h"

#include "interp/objects/new_object.h"

namespace foxvm::objects {

using gc::Value;

Value MakeAtom(Context& ctx, Value* v) {
  auto* atom = static_cast<Atom*>(NewSlots(ctx, kAtomType, Value::Null().bits(), 0));
  if (atom == nullptr) return Value::Empty();
  *atom->value() = *v;
  return Value::FromObject(atom);
}

Value MakeFile(Context& ctx, int fd, uint32_t flags, Value* path) {
  uint64_t second = static_cast<uint32_t>(fd) | uint64_t{flags} << 32;
  auto* file =
      static_cast<FileObject*>(gc::AllocateFinalizable(ctx.mutator, kFileType, sizeof(FileObject), second));
  if (file == nullptr) return ctx.OutOfMemory();
  file->path = *path;
  file->state = Value::Null();
  return Value::FromObject(file);
}

Value MakeTime(Context& ctx, int64_t unix_nanos) {
  return ObjectOrEmpty(NewSlots(ctx, kTimeType, static_cast<uint64_t>(unix_nanos), 0));
}

Value MakePointer(Context& ctx, uint64_t address) {
  return ObjectOrEmpty(NewSlots(ctx, kPointerType, address, 0));
}

Value MakeRecord(Context& ctx, HeapType type, uint64_t state) {
  constexpr size_t kSlots = (sizeof(RecordObject) - sizeof(gc::ObjectHeader)) / sizeof(Value);
  return ObjectOrEmpty(NewSlots(ctx, type, state, kSlots));
}

}  // namespace foxvm::objects
