#include "interp/objects/typed_operators.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "interp/objects/array.h"
#include "interp/objects/error.h"
#include "interp/objects/hash.h"
#include "interp/objects/number.h"
#include "interp/objects/shape.h"
#include "interp/objects/string.h"
#include "interp/objects/types.h"

namespace foxvm::objects {
namespace {

using gc::Value;

Value Stop(Context& ctx, std::string message) { return ctx.Fail(FatalKind::kProgram, std::move(message)); }

// Whether *i is an integer from 0 to length - 1.
bool CheckIndex(Context& ctx, Value i, size_t length) {
  if (!IsInt(i)) {
    Stop(ctx, absl::StrCat("index must be INTEGER, got ", TypeText(i)));
    return false;
  }
  if (static_cast<uint64_t>(IntValue(i)) < length) return true;
  Stop(ctx, absl::StrCat("index out of bounds: ", IntValue(i), " (len ", length, ")"));
  return false;
}

// The order of two strings, made readable: below 0, 0 or above. False: fatal.
bool Order(Context& ctx, Value* l, Value* r, int* order) {
  if (!IsString(*l) || !IsString(*r)) {
    Stop(ctx, absl::StrCat("cannot order ", TypeText(*l), " and ", TypeText(*r)));
    return false;
  }
  if (!Flatten(ctx, l) || !Flatten(ctx, r)) return false;
  *order = Chars(*l).compare(Chars(*r));
  return true;
}

}  // namespace

absl::string_view TypeText(Value v) { return v.IsNull() ? "kosong" : TypeName(v); }

Value GetAt(Context& ctx, Value* c, Value* i) {
  if (Is(*c, kArrayType)) {
    return CheckIndex(ctx, *i, ArrayLength(*c)) ? ArrayGet(ctx, c, IntValue(*i)) : Value::Empty();
  }
  if (IsString(*c)) {
    if (!CheckIndex(ctx, *i, StringLength(*c)) || !Flatten(ctx, c)) return Value::Empty();
    return Value::SmallInt(static_cast<uint8_t>(Chars(*c)[static_cast<size_t>(IntValue(*i))]));
  }
  if (Is(*c, kHashType)) {
    if (!PrepareKey(ctx, i)) return Value::Empty();
    Value v = HashGet(ctx, *c, *i);
    return v.IsEmpty() ? Value::Null() : v;
  }
  return Stop(ctx, absl::StrCat(TypeText(*c), " has no elements"));
}

bool SetAt(Context& ctx, Value* c, Value* i, Value* v) {
  if (Is(*c, kArrayType)) return CheckIndex(ctx, *i, ArrayLength(*c)) && ArraySet(ctx, c, IntValue(*i), v);
  if (Is(*c, kHashType)) return HashSet(ctx, c, i, v);
  Stop(ctx, absl::StrCat("cannot store into ", TypeText(*c)));
  return false;
}

Value StringGreater(Context& ctx, Value* l, Value* r) {
  int order;
  return Order(ctx, l, r, &order) ? Value::Bool(order > 0) : Value::Empty();
}

Value StringGreaterEqual(Context& ctx, Value* l, Value* r) {
  int order;
  return Order(ctx, l, r, &order) ? Value::Bool(order >= 0) : Value::Empty();
}

Value StopAtError(Context& ctx, Value error) {
  Value message = ErrorMessage(error);
  std::string text(StringLength(message), '\0');
  CopyBytes(message, text.data());
  return Stop(ctx, std::move(text));
}

Value StopAtField(Context& ctx, Value v, uint32_t field) {
  if (!Is(v, kStructType)) return Stop(ctx, absl::StrCat(TypeText(v), " has no field"));
  return Stop(ctx,
              absl::StrCat(static_cast<StructObject*>(v.object())->shape()->name, " has no field ", field));
}

}  // namespace foxvm::objects
