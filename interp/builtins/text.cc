// Text: panjang(ARRAY|STRING), huruf_besar(s), huruf_kecil(s), pisah(s, sep), gabung(ARRAY, sep) or
// gabung(THREAD), chr(INTEGER), ord(s). How: results are built in place in the heap after a pass that
// measures them, so no second copy is held; every loop
//      over the program's data looks for a stop request.
#include <cstring>

#include "absl/strings/str_cat.h"
#include "gc/handle.h"
#include "interp/builtins/arguments.h"
#include "interp/builtins/functions.h"
#include "interp/builtins/text_parts.h"
#include "interp/builtins/utf8.h"
#include "interp/objects/array.h"
#include "interp/objects/intern_table.h"
#include "interp/objects/number.h"
#include "interp/objects/string.h"
#include "interp/objects/types.h"

namespace foxvm::builtins {
namespace {

using objects::Chars;
using objects::Flatten;

gc::Value ChangeCase(BuiltinContext& ctx, absl::string_view name, gc::Value* args, uint32_t count,
                     LetterCase target) {
  if (Rejection bad = CheckArguments(ctx, name, args, count, {ArgType::kString})) return *bad;
  if (!Flatten(ctx.objects, &args[0])) return gc::Value::Empty();
  size_t produced = 0;
  for (absl::string_view rest = Chars(args[0]); !rest.empty();) {
    if (StopRequested(ctx)) return Interrupted(ctx);
    MappedChunk chunk = MapCase(rest, kSliceBytes, target, nullptr);
    rest.remove_prefix(chunk.consumed);
    produced += chunk.produced;
  }
  if (produced > objects::kMaxStringLength) return ctx.objects.OutOfMemory();
  gc::Value result = objects::NewFlatString(ctx.objects, produced);
  if (result.IsEmpty()) return result;
  char* out = objects::FlatBytes(result);
  for (absl::string_view rest = Chars(args[0]); !rest.empty();) {
    if (StopRequested(ctx)) return Interrupted(ctx);
    MappedChunk chunk = MapCase(rest, kSliceBytes, target, out);
    rest.remove_prefix(chunk.consumed);
    out += chunk.produced;
  }
  return result;
}

// Checks that every element of *array is a string and makes it readable; adds up the lengths. An answer is
// the built-in's result.
Rejection PrepareElements(BuiltinContext& ctx, gc::Value* array, uint64_t* total) {
  uint32_t length = objects::ArrayLength(*array);
  gc::HandleScope scope(ctx.objects.mutator);
  gc::Value* element = ctx.objects.mutator.handles.Push(gc::Value::Null());
  for (uint32_t i = 0; i < length; ++i) {
    if (StopRequested(ctx)) return Interrupted(ctx);
    *element = objects::ArrayGet(ctx.objects, array, i);
    if (element->IsEmpty()) return *element;
    if (!objects::IsString(*element)) {
      return TypeFailure(ctx,
                         absl::StrCat("array elements must be STRING, got ", objects::TypeName(*element)));
    }
    // Flattening a rope changes the object itself, so the array's element becomes readable too.
    if (!Flatten(ctx.objects, element)) return gc::Value::Empty();
    *total += objects::StringLength(*element);
  }
  return std::nullopt;
}

gc::Value Join(BuiltinContext& ctx, gc::Value* array, gc::Value* separator) {
  if (!Flatten(ctx.objects, separator)) return gc::Value::Empty();
  uint64_t total = 0;
  if (Rejection bad = PrepareElements(ctx, array, &total)) return *bad;
  uint64_t length = objects::ArrayLength(*array);
  if (length > 1) total += (length - 1) * objects::StringLength(*separator);
  if (total == 0) return ctx.objects.strings.empty();
  if (total > objects::kMaxStringLength) return ctx.objects.OutOfMemory();
  gc::HandleScope scope(ctx.objects.mutator);
  gc::Value* result = ctx.objects.mutator.handles.Push(objects::NewFlatString(ctx.objects, total));
  if (result->IsEmpty()) return *result;
  const gc::Value* elements = objects::ArrayElements(ctx.objects, array);
  if (elements == nullptr) return gc::Value::Empty();
  // Nothing allocates from here on.
  char* out = objects::FlatBytes(*result);
  absl::string_view between = Chars(*separator);
  for (uint64_t i = 0; i < length; ++i) {
    if (StopRequested(ctx)) return Interrupted(ctx);
    absl::string_view piece = Chars(elements[i]);
    if (!piece.empty()) std::memcpy(out, piece.data(), piece.size());
    out += piece.size();
    if (i + 1 == length || between.empty()) continue;
    std::memcpy(out, between.data(), between.size());
    out += between.size();
  }
  return *result;
}

}  // namespace

gc::Value Panjang(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckCount(ctx, count, 1)) return *bad;
  if (HasType(args[0], ArgType::kArray)) return gc::Value::SmallInt(objects::ArrayLength(args[0]));
  if (HasType(args[0], ArgType::kString)) {
    return gc::Value::SmallInt(static_cast<int64_t>(objects::StringLength(args[0])));
  }
  return TypeFailure(ctx,
                     absl::StrCat("argument to `panjang` not supported, got ", objects::TypeName(args[0])));
}

gc::Value HurufBesar(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  return ChangeCase(ctx, "huruf_besar", args, count, LetterCase::kUpper);
}

gc::Value HurufKecil(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  return ChangeCase(ctx, "huruf_kecil", args, count, LetterCase::kLower);
}

gc::Value Pisah(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "pisah", args, count, {ArgType::kString, ArgType::kString}))
    return *bad;
  return SplitText(ctx, args, SplitUnit::kCharacter);
}

gc::Value Gabung(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (count == 1 && HasType(args[0], ArgType::kThread)) return Tunggu(ctx, args, count);
  if (Rejection bad = CheckArguments(ctx, "gabung", args, count, {ArgType::kArray, ArgType::kString}))
    return *bad;
  return Join(ctx, &args[0], &args[1]);
}

gc::Value Chr(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "chr", args, count, {ArgType::kInteger})) return *bad;
  return objects::CharFromCodePoint(ctx.objects, static_cast<uint32_t>(objects::IntValue(args[0])));
}

gc::Value Ord(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "ord", args, count, {ArgType::kString})) return *bad;
  if (objects::StringLength(args[0]) == 0) return RunFailure(ctx, "empty string");
  if (!Flatten(ctx.objects, &args[0])) return gc::Value::Empty();
  return gc::Value::SmallInt(DecodeRune(Chars(args[0])).rune);
}

}  // namespace foxvm::builtins
