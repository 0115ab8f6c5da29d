// Operations on tagged words that need no heap: the inline halves of the dispatch loop.
// How: each returns whether it applied; if not, nothing was written and the slow path decides.
// Threads: pure functions.
#ifndef FOXVM_INTERP_FAST_PATHS_H_
#define FOXVM_INTERP_FAST_PATHS_H_

#include <cstdint>

#include "gc/value.h"
#include "interp/objects/layout.h"

namespace foxvm::interp {

inline bool BothSmallInts(gc::Value l, gc::Value r) {
  return ((l.bits() | r.bits()) & gc::Value::kSmallIntMask) == 0;
}

enum class Arithmetic { kAdd, kSub, kMul };

// The words of small integers add and subtract as they are; for a product one factor is unshifted.
template <Arithmetic kOp>
inline bool FastInt(gc::Value l, gc::Value r, gc::Value* out) {
  if (!BothSmallInts(l, r)) return false;
  int64_t a = static_cast<int64_t>(l.bits()), b = static_cast<int64_t>(r.bits()), result;
  bool overflow;
  if constexpr (kOp == Arithmetic::kAdd) {
    overflow = __builtin_add_overflow(a, b, &result);
  } else if constexpr (kOp == Arithmetic::kSub) {
    overflow = __builtin_sub_overflow(a, b, &result);
  } else {
    overflow = __builtin_mul_overflow(a, b >> gc::Value::kSmallIntShift, &result);
  }
  if (overflow) return false;
  *out = gc::Value::FromBits(static_cast<uint64_t>(result));
  return true;
}

// `operation` on two inline floats, if the result has an inline form.
template <typename Operation>
inline bool FastFloat(gc::Value l, gc::Value r, gc::Value* out, Operation operation) {
  if (!l.IsInlineFloat() || !r.IsInlineFloat()) return false;
  gc::Value result = gc::Value::FromBits(
      gc::Value::FloatWord(operation(l.inline_float(), r.inline_float())));
  if (!result.IsInlineFloat()) return false;
  *out = result;
  return true;
}

// Equality where it is decided by the words: small integers, inline floats, kosong and booleans against anything
// but an ERROR, and one string with itself.
inline bool FastEqual(gc::Value l, gc::Value r, bool* equal) {
  if (BothSmallInts(l, r)) {
    *equal = l == r;
    return true;
  }
  if (l.IsInlineFloat() && r.IsInlineFloat()) {
    *equal = l.inline_float() == r.inline_float();
    return true;
  }
  if (l.IsHeapRef() && r.IsHeapRef()) {
    if (l == r && objects::IsString(l)) {
      *equal = true;
      return true;
    }
    return false;
  }
  if (l.IsNull() || l.IsBool()) {
    if (objects::IsError(r)) return false;
    *equal = l == r;
    return true;
  }
  if (r.IsNull() || r.IsBool()) {
    if (objects::IsError(l)) return false;
    *equal = l == r;
    return true;
  }
  return false;
}

// l > r, or l >= r, for two small integers or two inline floats.
template <bool kOrEqual>
inline bool FastGreater(gc::Value l, gc::Value r, bool* greater) {
  if (BothSmallInts(l, r)) {
    int64_t a = static_cast<int64_t>(l.bits()), b = static_cast<int64_t>(r.bits());
    *greater = kOrEqual ? a >= b : a > b;
    return true;
  }
  if (l.IsInlineFloat() && r.IsInlineFloat()) {
    double a = l.inline_float(), b = r.inline_float();
    *greater = kOrEqual ? a >= b : a > b;
    return true;
  }
  return false;
}

}  // namespace foxvm::interp

#endif  // FOXVM_INTERP_FAST_PATHS_H_
