// Value: the 64-bit tagged word that every slot of heap and stack holds. The one definition of the encoding.
// How: the tag is in the low three bits.
//   0, 4        small integer: 62 bits, value << 2, so add, subtract and compare work on the words
//   1, 2, 5, 6  float, self-tagged (Melancon, Serrano, Feeley, "Float Self-Tagging", arXiv 2411.16544):
//               word = rotl(bits, 4) + 2; inline are +-0, denormals, infinities, NaN and all common
//               exponents, boxed only 2^-767..2^-255 and 2^257..2^769
//   3           reference to a heap object: address + 3
//   7           immediate: kosong, benar, salah, built-in functions, internal sentinels
// Invariants: VL-1 canonical: an Int64 or Float box exists only for what has no inline form. VL-2 zeroed
//      memory reads as the integer 0, not kosong: frames and arrays are always filled.
// Threads: plain data.  Collects: never.  Not here: boxing (interp/objects/number.h), it needs a heap.
#ifndef FOXVM_GC_VALUE_H_
#define FOXVM_GC_VALUE_H_

#include <bit>
#include <cstdint>

#include "gc/check.h"

namespace foxvm::gc {

struct ObjectHeader;

class Value {
 public:
  static constexpr uint64_t kTagMask = 7;
  static constexpr uint64_t kRefTag = 3;
  static constexpr uint64_t kImmediateTag = 7;
  static constexpr int kSmallIntShift = 2;
  static constexpr uint64_t kSmallIntMask = 3;  // both zero: small integer
  static constexpr int64_t kSmallIntMax = (int64_t{1} << 61) - 1;
  static constexpr int64_t kSmallIntMin = -(int64_t{1} << 61);

  // Words of the immediates: kind in bits 3..7, payload above. kosong and salah differ in one bit, so a truth
  // test is two compares (Truthy).
  static constexpr uint64_t kNullBits = 0x07;
  static constexpr uint64_t kFalseBits = 0x0F;
  static constexpr uint64_t kTrueBits = 0x17;
  static constexpr uint64_t kEmptyBits = 0x1F;    // internal: no value (absent hash entry, "no result yet")
  static constexpr uint64_t kBuiltinBits = 0x27;  // payload: index of the built-in function
  static constexpr int kPayloadShift = 8;

  // kosong.
  constexpr Value() : bits_(kNullBits) {}

  static constexpr Value FromBits(uint64_t bits) { return Value(bits); }
  static constexpr Value Null() { return Value(kNullBits); }
  static constexpr Value Bool(bool b) { return Value(b ? kTrueBits : kFalseBits); }
  static constexpr Value Empty() { return Value(kEmptyBits); }
  static constexpr Value Builtin(uint32_t index) {
    return Value(kBuiltinBits | uint64_t{index} << kPayloadShift);
  }

  static constexpr bool FitsSmallInt(int64_t i) { return i >= kSmallIntMin && i <= kSmallIntMax; }
  // Requires FitsSmallInt(i).
  static constexpr Value SmallInt(int64_t i) { return Value(static_cast<uint64_t>(i) << kSmallIntShift); }

  // True for doubles with an inline form; the others are boxed.
  static constexpr bool FitsInlineFloat(double d) { return IsFloatWord(FloatWord(d)); }
  // Requires FitsInlineFloat(d).
  static constexpr Value InlineFloat(double d) { return Value(FloatWord(d)); }
  // The word `d` would have; a float word only if FitsInlineFloat(d). For encode-then-test fast paths.
  static constexpr uint64_t FloatWord(double d) { return std::rotl(std::bit_cast<uint64_t>(d), 4) + 2; }

  // `object` is 8-aligned and not null.
  static Value FromObject(const ObjectHeader* object) {
    return Value(reinterpret_cast<uint64_t>(object) + kRefTag);
  }

  constexpr uint64_t bits() const { return bits_; }

  constexpr bool IsSmallInt() const { return (bits_ & kSmallIntMask) == 0; }
  constexpr bool IsInlineFloat() const { return IsFloatWord(bits_); }
  // The collector's one question.
  constexpr bool IsHeapRef() const { return (bits_ & kTagMask) == kRefTag; }
  constexpr bool IsImmediate() const { return (bits_ & kTagMask) == kImmediateTag; }
  constexpr bool IsNull() const { return bits_ == kNullBits; }
  constexpr bool IsBool() const { return bits_ == kTrueBits || bits_ == kFalseBits; }
  constexpr bool IsEmpty() const { return bits_ == kEmptyBits; }
  constexpr bool IsBuiltin() const { return (bits_ & 0xFF) == kBuiltinBits; }

  constexpr int64_t small_int() const { return static_cast<int64_t>(bits_) >> kSmallIntShift; }
  constexpr double inline_float() const { return std::bit_cast<double>(std::rotr(bits_ - 2, 4)); }
  ObjectHeader* object() const { return reinterpret_cast<ObjectHeader*>(bits_ - kRefTag); }
  constexpr bool boolean() const { return bits_ == kTrueBits; }
  constexpr uint32_t builtin() const { return static_cast<uint32_t>(bits_ >> kPayloadShift); }

  // Everything but kosong, salah and the integer 0.
  constexpr bool Truthy() const { return bits_ != 0 && (bits_ & ~uint64_t{8}) != kNullBits; }

  // Same word; not language equality.
  friend constexpr bool operator==(Value a, Value b) { return a.bits_ == b.bits_; }

 private:
  explicit constexpr Value(uint64_t bits) : bits_(bits) {}
  static constexpr bool IsFloatWord(uint64_t w) { return ((w + 1) & 2) != 0; }

  uint64_t bits_;
};

static_assert(sizeof(Value) == 8);
static_assert(Value::SmallInt(0).bits() == 0);
static_assert((Value::kNullBits ^ Value::kFalseBits) == 8);

}  // namespace foxvm::gc

#endif  // FOXVM_GC_VALUE_H_
