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

// The words of small integers have the remainder of the words. A divisor 0 is the slow path's.
inline bool FastModulo(gc::Value l, gc::Value r, gc::Value* out) {
  if (!BothSmallInts(l, r) || r.bits() == 0) return false;
  // The least small integer's word by -1's, -2^63 by -4, does not overflow.
  *out = gc::Value::FromBits(
      static_cast<uint64_t>(static_cast<int64_t>(l.bits()) % static_cast<int64_t>(r.bits())));
  return true;
}

// Whether two values are the same, where the words and the types decide it.
inline bool FastSame(gc::Value l, gc::Value r, bool* same) {
  if (l == r) {
    *same = !l.IsInlineFloat() || l.inline_float() == r.inline_float();
    return true;
  }
  *same = false;
  if (BothSmallInts(l, r) || l.IsImmediate() || r.IsImmediate()) return true;
  return l.IsHeapRef() && r.IsHeapRef() && l.object()->type() > objects::kAppendStringType;
}

// l > r, or l >= r, bytewise, for two flat strings whose first bytes differ, or of one byte.
template <bool kOrEqual>
inline bool FastStringGreater(gc::Value l, gc::Value r, bool* greater) {
  if (!objects::Is(l, objects::kStringType) || !objects::Is(r, objects::kStringType)) return false;
  const auto* a = static_cast<objects::FlatString*>(l.object());
  const auto* b = static_cast<objects::FlatString*>(r.object());
  if (a->length() == 0 || b->length() == 0) return false;
  const uint8_t first_a = static_cast<uint8_t>(a->bytes()[0]), first_b = static_cast<uint8_t>(b->bytes()[0]);
  if (first_a != first_b) {
    *greater = first_a > first_b;
    return true;
  }
  *greater = kOrEqual;
  return a->length() == 1 && b->length() == 1;
}

}  // namespace foxvm::interp

#endif  // FOXVM_INTERP_FAST_PATHS_H_
