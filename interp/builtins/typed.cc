// The typed extension's own: map_size(HASH), map_delete(HASH, key), to_float(INTEGER), to_int(FLOAT),
// assert_struct(v, SCHEMA), write_out(s) and read_in(n) on the standard streams, clock_ms(),
// text_of(v) as `cetak` prints it.
// How: arguments were checked by a compiler, but modules come from anywhere: a wrong one gives an error value
//      here, too.
#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "interp/builtins/arguments.h"
#include "interp/builtins/functions.h"
#include "interp/objects/hash.h"
#include "interp/objects/number.h"
#include "interp/objects/print.h"
#include "interp/objects/shape.h"
#include "interp/objects/string.h"
#include "interp/objects/typed_operators.h"

namespace foxvm::builtins {

gc::Value MapSize(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "map_size", args, count, {ArgType::kHash})) return *bad;
  return gc::Value::SmallInt(objects::HashSize(args[0]));
}

gc::Value MapDelete(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "map_delete", args, count, {ArgType::kHash, ArgType::kAny}))
    return *bad;
  if (!objects::PrepareKey(ctx.objects, &args[1])) return gc::Value::Empty();
  objects::HashRemove(ctx.objects, args[0], args[1]);
  return gc::Value::Null();
}

gc::Value ToFloat(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "to_float", args, count, {ArgType::kInteger})) return *bad;
  return objects::MakeFloat(ctx.objects, static_cast<double>(objects::IntValue(args[0])));
}

gc::Value ToInt(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "to_int", args, count, {ArgType::kFloat})) return *bad;
  constexpr double kTwoTo63 = 9223372036854775808.0;
  const double number = objects::FloatValue(args[0]);
  if (number != number) return gc::Value::SmallInt(0);
  if (number >= kTwoTo63) return objects::MakeInt(ctx.objects, INT64_MAX);
  if (number < -kTwoTo63) return objects::MakeInt(ctx.objects, INT64_MIN);
  return objects::MakeInt(ctx.objects, static_cast<int64_t>(number));
}

gc::Value AssertStruct(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "assert_struct", args, count, {ArgType::kAny, ArgType::kSchema}))
    return *bad;
  const objects::Shape* wanted = static_cast<objects::SchemaObject*>(args[1].object())->shape();
  absl::string_view got = objects::TypeText(args[0]);
  if (objects::Is(args[0], objects::kStructType)) {
    const objects::Shape* shape = static_cast<objects::StructObject*>(args[0].object())->shape();
    if (shape == wanted) return args[0];
    got = shape->name;
  }
  return RunFailure(ctx, absl::StrCat("assertion failed: ", wanted->name, " expected, got ", got));
}

gc::Value WriteOut(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "write_out", args, count, {ArgType::kString})) return *bad;
  if (!objects::Flatten(ctx.objects, &args[0])) return gc::Value::Empty();
  ctx.io.Write(objects::Chars(args[0]));
  return gc::Value::SmallInt(static_cast<int64_t>(objects::StringLength(args[0])));
}

gc::Value ReadIn(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "read_in", args, count, {ArgType::kInteger})) return *bad;
  const int64_t wanted = objects::IntValue(args[0]);
  std::string bytes;
  if (wanted > 0) {
    const size_t most = std::min<size_t>(objects::kMaxStringLength, ctx.objects.heap.options().max_bytes);
    if (!ctx.io.ReadBytes(std::min<uint64_t>(static_cast<uint64_t>(wanted), most), &bytes))
      return Interrupted(ctx);
  }
  return objects::MakeString(ctx.objects, bytes);
}

gc::Value ClockMs(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "clock_ms", args, count, {})) return *bad;
  if (!ctx.capabilities.clock) return RunFailure(ctx, "clock_ms error: permission denied");
  return objects::MakeInt(ctx.objects, absl::ToUnixMillis(absl::Now()));
}

gc::Value TextOf(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "text_of", args, count, {ArgType::kAny})) return *bad;
  return objects::ToText(ctx.objects, &args[0]);
}

}  // namespace foxvm::builtins
