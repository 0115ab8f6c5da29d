// Integers and floats as values: inline where the word has room, boxed where not.
// How: the tests and the inline forms are here; only the boxes are out of line.
// Invariants: VL-1 (value.h): a box exists only for a number without an inline form, so equal integers are
//      equal words or equal boxes, never one of each.
// Threads: the VM's.  Collects: the two Make functions.
#ifndef FOXVM_INTERP_OBJECTS_NUMBER_H_
#define FOXVM_INTERP_OBJECTS_NUMBER_H_

#include <bit>
#include <cstdint>

#include "interp/objects/context.h"
#include "interp/objects/layout.h"

namespace foxvm::objects {

gc::Value MakeIntSlow(Context& ctx, int64_t i);
gc::Value MakeFloatSlow(Context& ctx, double d);

// The integer `i`; Value::Empty() with ctx.fatal set when memory for a box is out.
inline gc::Value MakeInt(Context& ctx, int64_t i) {
  if (ABSL_PREDICT_TRUE(gc::Value::FitsSmallInt(i))) return gc::Value::SmallInt(i);
  return MakeIntSlow(ctx, i);
}

// The float `d`; Value::Empty() with ctx.fatal set when memory for a box is out.
inline gc::Value MakeFloat(Context& ctx, double d) {
  if (ABSL_PREDICT_TRUE(gc::Value::FitsInlineFloat(d))) return gc::Value::InlineFloat(d);
  return MakeFloatSlow(ctx, d);
}

inline bool IsInt(gc::Value v) { return v.IsSmallInt() || Is(v, kInt64Type); }
inline bool IsFloat(gc::Value v) { return v.IsInlineFloat() || Is(v, kFloatType); }
inline bool IsNumber(gc::Value v) { return IsInt(v) || IsFloat(v); }

// Requires IsInt(v).
inline int64_t IntValue(gc::Value v) {
  return v.IsSmallInt() ? v.small_int() : static_cast<const Int64Box*>(v.object())->value();
}

// Requires IsFloat(v).
inline double FloatValue(gc::Value v) {
  return v.IsInlineFloat() ? v.inline_float() : static_cast<const FloatBox*>(v.object())->value();
}

// Requires IsNumber(v); an integer is converted.
inline double AsDouble(gc::Value v) { return IsInt(v) ? static_cast<double>(IntValue(v)) : FloatValue(v); }

}  // namespace foxvm::objects

#endif  // FOXVM_INTERP_OBJECTS_NUMBER_H_
