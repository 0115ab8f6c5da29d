// Raw memory: alokasi(n), tulis_mem(POINTER, STRING), baca_mem(POINTER, n), alamat(POINTER),
// ptr_dari(INTEGER), baca_byte(POINTER, offset), tulis_byte(POINTER, offset, byte). How: every access goes
// through RawMemory::Find, so a wild pointer is an error value.
#include <cstring>

#include "absl/strings/str_cat.h"
#include "interp/builtins/arguments.h"
#include "interp/builtins/functions.h"
#include "interp/objects/native_objects.h"
#include "interp/objects/number.h"
#include "interp/objects/string.h"

namespace foxvm::builtins {
namespace {

using objects::IntValue;

uint64_t AddressOf(gc::Value pointer) {
  return static_cast<const objects::PointerObject*>(pointer.object())->address();
}

gc::Value AccessFailure(BuiltinContext& ctx, absl::string_view name, const absl::Status& status) {
  return RunFailure(ctx, absl::StrCat(name, " error: ", status.message()));
}

}  // namespace

gc::Value Alokasi(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "alokasi", args, count, {ArgType::kInteger})) return *bad;
  int64_t bytes = IntValue(args[0]);
  absl::StatusOr<uint64_t> address = ctx.memory.Allocate(bytes);
  if (!address.ok()) return RunFailure(ctx, absl::StrCat("allocation failed: ", address.status().message()));
  ctx.objects.heap.AddExternalBytes(bytes);
  return objects::MakePointer(ctx.objects, *address);
}

gc::Value TulisMem(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "tulis_mem", args, count, {ArgType::kPointer, ArgType::kString}))
    return *bad;
  if (!objects::Flatten(ctx.objects, &args[1])) return gc::Value::Empty();
  absl::string_view bytes = objects::Chars(args[1]);
  absl::StatusOr<absl::Span<char>> target =
      ctx.memory.Find(AddressOf(args[0]), 0, static_cast<int64_t>(bytes.size()));
  if (!target.ok()) return AccessFailure(ctx, "tulis_mem", target.status());
  if (!bytes.empty()) std::memcpy(target->data(), bytes.data(), bytes.size());
  return gc::Value::Null();
}

gc::Value BacaMem(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "baca_mem", args, count, {ArgType::kPointer, ArgType::kInteger}))
    return *bad;
  absl::StatusOr<absl::Span<char>> source = ctx.memory.Find(AddressOf(args[0]), 0, IntValue(args[1]));
  if (!source.ok()) return AccessFailure(ctx, "baca_mem", source.status());
  if (source->size() > objects::kMaxStringLength) return ctx.objects.OutOfMemory();
  return objects::MakeString(ctx.objects, absl::string_view(source->data(), source->size()));
}

gc::Value Alamat(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "alamat", args, count, {ArgType::kPointer})) return *bad;
  return objects::MakeInt(ctx.objects, static_cast<int64_t>(AddressOf(args[0])));
}

gc::Value PtrDari(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "ptr_dari", args, count, {ArgType::kInteger})) return *bad;
  return objects::MakePointer(ctx.objects, static_cast<uint64_t>(IntValue(args[0])));
}

gc::Value BacaByte(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "baca_byte", args, count, {ArgType::kPointer, ArgType::kInteger}))
    return *bad;
  absl::StatusOr<absl::Span<char>> source = ctx.memory.Find(AddressOf(args[0]), IntValue(args[1]), 1);
  if (!source.ok()) return AccessFailure(ctx, "baca_byte", source.status());
  return gc::Value::SmallInt(static_cast<uint8_t>(source->front()));
}

gc::Value TulisByte(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "tulis_byte", args, count,
                                     {ArgType::kPointer, ArgType::kInteger, ArgType::kInteger})) {
    return *bad;
  }
  absl::StatusOr<absl::Span<char>> target = ctx.memory.Find(AddressOf(args[0]), IntValue(args[1]), 1);
  if (!target.ok()) return AccessFailure(ctx, "tulis_byte", target.status());
  target->front() = static_cast<char>(IntValue(args[2]));
  return gc::Value::Null();
}

}  // namespace foxvm::builtins
