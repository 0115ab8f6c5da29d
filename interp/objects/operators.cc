#include "interp/objects/operators.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gc/write_barrier.h"
#include "interp/objects/array.h"
#include "interp/objects/error.h"
#include "interp/objects/hash.h"
#include "interp/objects/number.h"
#include "interp/objects/number_format.h"
#include "interp/objects/print.h"
#include "interp/objects/shape.h"
#include "interp/objects/string.h"
#include "interp/objects/types.h"

namespace foxvm::objects {
namespace {

using gc::Value;

constexpr int64_t kIntBits = 64;

bool BothInts(Value l, Value r) { return IsInt(l) && IsInt(r); }
bool BothNumbers(Value l, Value r) { return IsNumber(l) && IsNumber(r); }

// l or r when it is an error, the left one first; otherwise Value::Empty().
Value FirstError(Value l, Value r) {
  if (IsError(l)) return l;
  return IsError(r) ? r : Value::Empty();
}

// text form of *l + text form of *r, one of which is a string.
Value AddText(Context& ctx, Value* l, Value* r) {
  if (IsString(*l) && IsString(*r)) return Concat(ctx, l, r);
  Value* other = IsString(*l) ? r : l;
  std::string text;
  if (!AppendText(ctx, *other, &text)) return Value::Empty();
  return other == r ? ConcatText(ctx, l, text) : ConcatText(ctx, text, r);
}

Value MakeTypeMismatch(Context& ctx, Value l, Value r, absl::string_view op) {
  absl::string_view left = TypeName(l);
  absl::string_view right = TypeName(r);
  return MakeRuntimeError(
      ctx, absl::StrCat(left == right ? "unknown operator: " : "type mismatch: ", left, " ", op, " ", right));
}

// What Sub, Mul and Div share. Wraparound is unsigned arithmetic.
template <typename IntOp, typename FloatOp>
Value Arithmetic(Context& ctx, Value* l, Value* r, absl::string_view op, IntOp int_op, FloatOp float_op) {
  if (BothInts(*l, *r)) return int_op(IntValue(*l), IntValue(*r));
  if (BothNumbers(*l, *r)) return MakeFloat(ctx, float_op(AsDouble(*l), AsDouble(*r)));
  if (Value error = FirstError(*l, *r); !error.IsEmpty()) return error;
  if (IsString(*l) || IsString(*r)) return MakeRuntimeError(ctx, "string only supports add");
  return MakeTypeMismatch(ctx, *l, *r, op);
}

// IEEE division; the language has no undefined case.
double Divide(double a, double b) __attribute__((no_sanitize("float-divide-by-zero")));
double Divide(double a, double b) { return a / b; }

enum class Ordering { kNotComparable, kFalse, kLess, kEqual, kGreater };

// Numbers in full; a NaN, two strings or two booleans order as false.
Ordering Order(Value l, Value r) {
  if (BothInts(l, r)) {
    int64_t a = IntValue(l);
    int64_t b = IntValue(r);
    return a < b ? Ordering::kLess : a > b ? Ordering::kGreater : Ordering::kEqual;
  }
  if (BothNumbers(l, r)) {
    double a = AsDouble(l);
    double b = AsDouble(r);
    if (a < b) return Ordering::kLess;
    if (a > b) return Ordering::kGreater;
    return a == b ? Ordering::kEqual : Ordering::kFalse;
  }
  bool unordered = (IsString(l) && IsString(r)) || (l.IsBool() && r.IsBool());
  return unordered ? Ordering::kFalse : Ordering::kNotComparable;
}

// *result = (*l == *r), neither being an error. False: out of memory.
bool AreEqual(Context& ctx, Value* l, Value* r, bool* result) {
  *result = false;
  if (BothNumbers(*l, *r)) {
    *result = Order(*l, *r) == Ordering::kEqual;
  } else if (IsString(*l) && IsString(*r)) {
    if (StringLength(*l) != StringLength(*r)) return true;
    if (!Flatten(ctx, l) || !Flatten(ctx, r)) return false;
    *result = StringEquals(*l, *r);
  } else if (l->IsBool() || l->IsNull()) {
    *result = *l == *r;
  }
  return true;
}

Value Compare(Context& ctx, Value* l, Value* r, bool or_equal) {
  if (Value error = FirstError(*l, *r); !error.IsEmpty()) return error;
  Ordering order = Order(*l, *r);
  if (order == Ordering::kNotComparable) return MakeRuntimeError(ctx, "unsupported comparison");
  return Value::Bool(order == Ordering::kGreater || (or_equal && order == Ordering::kEqual));
}

template <typename Op>
Value Bitwise(Context& ctx, Value* l, Value* r, Op op) {
  if (BothInts(*l, *r)) return op(IntValue(*l), IntValue(*r));
  if (Value error = FirstError(*l, *r); !error.IsEmpty()) return error;
  return MakeRuntimeError(ctx, absl::StrCat("unsupported types for bitwise operation: type tag ", TypeTag(*l),
                                            " type tag ", TypeTag(*r)));
}

Value MakeNegativeShift(Context& ctx) { return MakeRuntimeError(ctx, "negative shift count"); }

Value GetArrayElement(Context& ctx, Value* array, Value index) {
  if (!IsInt(index)) return MakeRuntimeError(ctx, "index must be integer");
  return ArrayGet(ctx, array, IntValue(index));
}

Value GetHashValue(Context& ctx, Value* hash, Value* key) {
  if (!PrepareKey(ctx, key)) return Value::Empty();
  Value v = HashGet(ctx, *hash, *key);
  return v.IsEmpty() ? Value::Null() : v;
}

Value GetCharacter(Context& ctx, Value* string, Value index) {
  if (!IsInt(index)) return MakeRuntimeError(ctx, "string index must be integer");
  int64_t i = IntValue(index);
  if (i < 0 || i >= static_cast<int64_t>(StringLength(*string))) return Value::Null();
  if (!Flatten(ctx, string)) return Value::Empty();
  return CharAt(ctx, *string, static_cast<size_t>(i));
}

Value GetField(Context& ctx, Value* object, Value* key) {
  if (!IsString(*key)) return MakeRuntimeError(ctx, "struct key must be string");
  if (!Flatten(ctx, key)) return Value::Empty();
  auto* instance = static_cast<StructObject*>(object->object());
  int i = instance->shape()->FindField(*key);
  return i < 0 ? Value::Null() : *instance->field(static_cast<size_t>(i));
}

bool SetField(Context& ctx, Value* object, Value* key, Value v) {
  if (!IsString(*key)) return true;
  if (!Flatten(ctx, key)) return false;
  auto* instance = static_cast<StructObject*>(object->object());
  int i = instance->shape()->FindField(*key);
  if (i >= 0) gc::WriteField(ctx.mutator, instance->field(static_cast<size_t>(i)), v);
  return true;
}

}  // namespace

Value Add(Context& ctx, Value* l, Value* r) {
  if (BothInts(*l, *r)) {
    return MakeInt(
        ctx, static_cast<int64_t>(static_cast<uint64_t>(IntValue(*l)) + static_cast<uint64_t>(IntValue(*r))));
  }
  if (BothNumbers(*l, *r)) return MakeFloat(ctx, AsDouble(*l) + AsDouble(*r));
  if (Value error = FirstError(*l, *r); !error.IsEmpty()) return error;
  if (IsString(*l) || IsString(*r)) return AddText(ctx, l, r);
  if (Is(*l, kArrayType) && Is(*r, kArrayType)) return ArrayConcat(ctx, l, r);
  return MakeTypeMismatch(ctx, *l, *r, "+");
}

Value Sub(Context& ctx, Value* l, Value* r) {
  return Arithmetic(
      ctx, l, r, "-",
      [&ctx](int64_t a, int64_t b) {
        return MakeInt(ctx, static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b)));
      },
      [](double a, double b) { return a - b; });
}

Value Mul(Context& ctx, Value* l, Value* r) {
  return Arithmetic(
      ctx, l, r, "*",
      [&ctx](int64_t a, int64_t b) {
        return MakeInt(ctx, static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b)));
      },
      [](double a, double b) { return a * b; });
}

Value Div(Context& ctx, Value* l, Value* r) {
  return Arithmetic(
      ctx, l, r, "/",
      [&ctx](int64_t a, int64_t b) {
        if (b == 0) return MakeRuntimeError(ctx, "integer divide by zero");
        // The smallest integer has no positive partner: negation wraps, division would trap.
        if (b == -1) return MakeInt(ctx, static_cast<int64_t>(-static_cast<uint64_t>(a)));
        return MakeInt(ctx, a / b);
      },
      Divide);
}

Value Mod(Context& ctx, Value* l, Value* r) {
  if (!BothInts(*l, *r)) {
    if (Value error = FirstError(*l, *r); !error.IsEmpty()) return error;
    return MakeTypeMismatch(ctx, *l, *r, "%");
  }
  if (IntValue(*r) == 0) return MakeRuntimeError(ctx, "integer divide by zero");
  // The remainder of the smallest integer by -1 would trap.
  return MakeInt(ctx, IntValue(*r) == -1 ? 0 : IntValue(*l) % IntValue(*r));
}

Value Equal(Context& ctx, Value* l, Value* r) {
  if (Value error = FirstError(*l, *r); !error.IsEmpty()) return error;
  bool equal;
  return AreEqual(ctx, l, r, &equal) ? Value::Bool(equal) : Value::Empty();
}

Value NotEqual(Context& ctx, Value* l, Value* r) {
  if (Value error = FirstError(*l, *r); !error.IsEmpty()) return error;
  bool equal;
  return AreEqual(ctx, l, r, &equal) ? Value::Bool(!equal) : Value::Empty();
}

Value Same(Context& ctx, Value* l, Value* r) {
  const bool by_value = BothNumbers(*l, *r) || (IsString(*l) && IsString(*r));
  if (!by_value) return Value::Bool(*l == *r);
  bool equal;
  return AreEqual(ctx, l, r, &equal) ? Value::Bool(equal) : Value::Empty();
}

Value GreaterThan(Context& ctx, Value* l, Value* r) { return Compare(ctx, l, r, false); }

Value GreaterEqual(Context& ctx, Value* l, Value* r) { return Compare(ctx, l, r, true); }

Value BitAnd(Context& ctx, Value* l, Value* r) {
  return Bitwise(ctx, l, r, [&ctx](int64_t a, int64_t b) { return MakeInt(ctx, a & b); });
}

Value BitOr(Context& ctx, Value* l, Value* r) {
  return Bitwise(ctx, l, r, [&ctx](int64_t a, int64_t b) { return MakeInt(ctx, a | b); });
}

Value BitXor(Context& ctx, Value* l, Value* r) {
  return Bitwise(ctx, l, r, [&ctx](int64_t a, int64_t b) { return MakeInt(ctx, a ^ b); });
}

Value ShiftLeft(Context& ctx, Value* l, Value* r) {
  return Bitwise(ctx, l, r, [&ctx](int64_t a, int64_t count) {
    if (count < 0) return MakeNegativeShift(ctx);
    if (count >= kIntBits) return Value::SmallInt(0);
    return MakeInt(ctx, static_cast<int64_t>(static_cast<uint64_t>(a) << count));
  });
}

Value ShiftRight(Context& ctx, Value* l, Value* r) {
  return Bitwise(ctx, l, r, [&ctx](int64_t a, int64_t count) {
    if (count < 0) return MakeNegativeShift(ctx);
    return MakeInt(ctx, a >> (count >= kIntBits ? kIntBits - 1 : count));
  });
}

Value BitNot(Context& ctx, Value* v) {
  if (IsInt(*v)) return MakeInt(ctx, ~IntValue(*v));
  if (IsError(*v)) return *v;
  return MakeRuntimeError(ctx, absl::StrCat("bitnot not supported for type tag ", TypeTag(*v)));
}

Value Not(Context&, Value* v) { return IsError(*v) ? *v : Value::Bool(!v->Truthy()); }

Value Negate(Context& ctx, Value* v) {
  if (IsInt(*v)) return MakeInt(ctx, static_cast<int64_t>(-static_cast<uint64_t>(IntValue(*v))));
  if (IsFloat(*v)) return MakeFloat(ctx, -FloatValue(*v));
  if (IsError(*v)) return *v;
  return MakeRuntimeError(ctx, absl::StrCat("minus not supported for type tag ", TypeTag(*v)));
}

Value GetIndex(Context& ctx, Value* c, Value* i) {
  if (Value error = FirstError(*c, *i); !error.IsEmpty()) return error;
  if (Is(*c, kArrayType)) return GetArrayElement(ctx, c, *i);
  if (Is(*c, kHashType)) return GetHashValue(ctx, c, i);
  if (IsString(*c)) return GetCharacter(ctx, c, *i);
  if (Is(*c, kStructType)) return GetField(ctx, c, i);
  return MakeRuntimeError(ctx, absl::StrCat("index not supported for type tag ", TypeTag(*c)));
}

bool SetIndex(Context& ctx, Value* c, Value* i, Value* v) {
  // The error values of a failed store are dropped by the statement, so none is made.
  if (IsError(*c) || IsError(*i) || IsError(*v)) return true;
  if (Is(*c, kArrayType)) return !IsInt(*i) || ArraySet(ctx, c, IntValue(*i), v);
  if (Is(*c, kHashType)) return HashSet(ctx, c, i, v);
  return !Is(*c, kStructType) || SetField(ctx, c, i, *v);
}

}  // namespace foxvm::objects
