#include "gc/value.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "gc/object.h"
#include "gtest/gtest.h"

namespace foxvm::gc {
namespace {

// The kinds are exclusive, and every word is of exactly one.
int KindsOf(Value v) { return v.IsSmallInt() + v.IsInlineFloat() + v.IsHeapRef() + v.IsImmediate(); }

TEST(ValueTest, EverySignAndExponentIsInlineOrBoxedExactlyAsDesigned) {
  std::vector<uint64_t> mantissas = {0, 1, 2, 3, uint64_t{1} << 51, (uint64_t{1} << 52) - 1, 0x5555555555555};
  for (int bit = 0; bit < 52; bit += 5) mantissas.push_back(uint64_t{1} << bit);
  int boxed = 0;
  for (uint64_t sign : {0, 1}) {
    for (uint64_t exponent = 0; exponent < 2048; ++exponent) {
      int power = static_cast<int>(exponent) - 1023;
      // 2^-767 .. 2^-255 and 2^257 .. 2^769, upper ends exclusive.
      bool expect_boxed = (power >= -767 && power < -255) || (power >= 257 && power < 769);
      boxed += expect_boxed;
      for (uint64_t mantissa : mantissas) {
        uint64_t bits = sign << 63 | exponent << 52 | mantissa;
        double d = std::bit_cast<double>(bits);
        ASSERT_EQ(Value::FitsInlineFloat(d), !expect_boxed) << std::hex << bits;
        if (expect_boxed) continue;
        Value v = Value::InlineFloat(d);
        ASSERT_EQ(KindsOf(v), 1) << std::hex << bits;
        ASSERT_TRUE(v.IsInlineFloat());
        ASSERT_EQ(std::bit_cast<uint64_t>(v.inline_float()), bits);
      }
    }
  }
  EXPECT_EQ(boxed, 2 * 1024);
}

TEST(ValueTest, CommonDoublesAreInline) {
  for (double d :
       {0.0, -0.0, 1.0, -1.0, 0.1, 1e18, -1e-18, 1e77, 1e-76, std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN(),
        std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max()}) {
    EXPECT_TRUE(Value::FitsInlineFloat(d)) << d;
  }
  EXPECT_FALSE(Value::FitsInlineFloat(1e100));
  EXPECT_FALSE(Value::FitsInlineFloat(1e-100));
}

TEST(ValueTest, SmallIntegersHold62Bits) {
  constexpr int64_t kMax = (int64_t{1} << 61) - 1;
  constexpr int64_t kMin = -(int64_t{1} << 61);
  for (int64_t i : {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{12345}, kMax, kMax - 1, kMin, kMin + 1}) {
    EXPECT_TRUE(Value::FitsSmallInt(i)) << i;
    Value v = Value::SmallInt(i);
    EXPECT_EQ(KindsOf(v), 1);
    EXPECT_TRUE(v.IsSmallInt());
    EXPECT_EQ(v.small_int(), i);
  }
  for (int64_t i :
       {kMax + 1, kMin - 1, std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()}) {
    EXPECT_FALSE(Value::FitsSmallInt(i)) << i;
  }
}

TEST(ValueTest, SmallIntegersOrderAndAddAsWords) {
  Value a = Value::SmallInt(-5);
  Value b = Value::SmallInt(7);
  EXPECT_LT(static_cast<int64_t>(a.bits()), static_cast<int64_t>(b.bits()));
  EXPECT_EQ(Value::FromBits(a.bits() + b.bits()), Value::SmallInt(2));
  EXPECT_EQ(Value::FromBits(0), Value::SmallInt(0));
}

TEST(ValueTest, ReferencesRoundTrip) {
  alignas(16) ObjectHeader object{};
  Value v = Value::FromObject(&object);
  EXPECT_EQ(KindsOf(v), 1);
  EXPECT_TRUE(v.IsHeapRef());
  EXPECT_EQ(v.object(), &object);
}

TEST(ValueTest, ImmediatesAreDistinctAndOnlyThreeValuesAreFalse) {
  std::vector<Value> all = {Value::Null(),  Value::Bool(true), Value::Bool(false),
                            Value::Empty(), Value::Builtin(0), Value::Builtin(77)};
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(KindsOf(all[i]), 1);
    EXPECT_TRUE(all[i].IsImmediate());
    for (size_t j = 0; j < i; ++j) EXPECT_FALSE(all[i] == all[j]);
  }
  EXPECT_EQ(Value::Builtin(77).builtin(), 77u);
  EXPECT_TRUE(Value() == Value::Null());
  EXPECT_FALSE(Value::Null().Truthy());
  EXPECT_FALSE(Value::Bool(false).Truthy());
  EXPECT_FALSE(Value::SmallInt(0).Truthy());
  EXPECT_TRUE(Value::Bool(true).Truthy());
  EXPECT_TRUE(Value::SmallInt(1).Truthy());
  EXPECT_TRUE(Value::InlineFloat(0.0).Truthy());
  EXPECT_TRUE(Value::Builtin(0).Truthy());
}

TEST(ObjectHeaderTest, FieldsDoNotOverlap) {
  ObjectHeader header{ObjectHeader::MakeMeta(kMaxTypeId, kMaxSmallObjectBytes, kOldGeneration), 0};
  EXPECT_EQ(header.type(), kMaxTypeId);
  EXPECT_EQ(header.small_size(), kMaxSmallObjectBytes);
  EXPECT_EQ(header.generation(), kOldGeneration);
  for (ObjectFlag flag : {kForwarded, kHashed, kHashStored, kPinned}) {
    EXPECT_FALSE(header.has_flag(flag));
    header.set_flag(flag);
    EXPECT_TRUE(header.has_flag(flag));
    EXPECT_EQ(header.type(), kMaxTypeId);
    EXPECT_EQ(header.small_size(), kMaxSmallObjectBytes);
    EXPECT_EQ(header.generation(), kOldGeneration);
  }
  EXPECT_EQ(header.meta >> kReservedShift, 0u);
  EXPECT_EQ(header.meta >> kMarkShift & 1, 0u);
}

}  // namespace
}  // namespace foxvm::gc
