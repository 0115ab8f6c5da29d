// Values: kunci(HASH) its keys in order, cetak(...) one line per argument, tipe(v), galat(STRING),
// adalah_galat(v), pesan_galat(ERROR).
#include <string>

#include "gc/handle.h"
#include "interp/builtins/arguments.h"
#include "interp/builtins/functions.h"
#include "interp/objects/array.h"
#include "interp/objects/error.h"
#include "interp/objects/hash.h"
#include "interp/objects/print.h"
#include "interp/objects/string.h"
#include "interp/objects/types.h"

namespace foxvm::builtins {

gc::Value Kunci(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "kunci", args, count, {ArgType::kHash})) return *bad;
  uint32_t keys = objects::HashCount(ctx.objects, args[0]);
  gc::HandleScope scope(ctx.objects.mutator);
  gc::Value* array = ctx.objects.mutator.handles.Push(objects::MakeArrayFilled(ctx.objects, keys));
  if (array->IsEmpty()) return *array;
  for (uint32_t i = 0; i < keys; ++i) {
    if (StopRequested(ctx)) return Interrupted(ctx);
    objects::SetFresh(ctx.objects, *array, i, objects::HashKeyAt(args[0], i));
  }
  return *array;
}

gc::Value Cetak(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  std::string text;
  for (uint32_t i = 0; i < count; ++i) {
    if (StopRequested(ctx)) return Interrupted(ctx);
    if (HasType(args[i], ArgType::kString)) {
      // Straight from the heap: a string may be large.
      if (!objects::Flatten(ctx.objects, &args[i])) return gc::Value::Empty();
      ctx.io.Write(objects::Chars(args[i]));
      ctx.io.Write("\n");
      continue;
    }
    text.clear();
    if (!objects::AppendText(ctx.objects, args[i], &text)) return gc::Value::Empty();
    text.push_back('\n');
    ctx.io.Write(text);
  }
  return gc::Value::Null();
}

gc::Value Tipe(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckCount(ctx, count, 1)) return *bad;
  return objects::MakeString(ctx.objects, objects::TypeName(args[0]));
}

gc::Value Galat(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "galat", args, count, {ArgType::kString})) return *bad;
  return objects::MakeErrorFrom(ctx.objects, objects::ErrorCode::kNone, &args[0]);
}

gc::Value AdalahGalat(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckCount(ctx, count, 1)) return *bad;
  return gc::Value::Bool(objects::IsError(args[0]));
}

gc::Value PesanGalat(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "pesan_galat", args, count, {ArgType::kError})) return *bad;
  return objects::ErrorMessage(args[0]);
}

}  // namespace foxvm::builtins
