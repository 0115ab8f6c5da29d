#include "interp/objects/number.h"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#include "gtest/gtest.h"
#include "interp/objects/number_format.h"
#include "tests/interp/objects/world.h"

namespace foxvm::objects {
namespace {

using gc::Value;

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

std::string Format(double d) { return std::string(FormatFloat(d).view()); }

TEST(NumberTest, IntegersKeepTheirValueAndAreBoxedOnlyOutside62Bits) {
  World w(Stress());
  for (int64_t i : {int64_t{0}, int64_t{-1}, Value::kSmallIntMax, Value::kSmallIntMin,
                    Value::kSmallIntMax + 1, Value::kSmallIntMin - 1, kMin, kMax}) {
    Value v = MakeInt(w.ctx, i);
    EXPECT_TRUE(IsInt(v)) << i;
    EXPECT_FALSE(IsFloat(v)) << i;
    EXPECT_EQ(IntValue(v), i);
    EXPECT_EQ(v.IsSmallInt(), Value::FitsSmallInt(i)) << i;
  }
}

TEST(NumberTest, FloatsOfEveryExponentKeepTheirBits) {
  World w(Stress());
  int boxed = 0;
  for (int e = 0; e < 2048; e += 7) {
    for (uint64_t sign : {0, 1}) {
      uint64_t bits = sign << 63 | static_cast<uint64_t>(e) << 52 | 0x123456789ABCD;
      Value v = MakeFloat(w.ctx, std::bit_cast<double>(bits));
      EXPECT_TRUE(IsFloat(v));
      EXPECT_FALSE(IsInt(v));
      EXPECT_EQ(std::bit_cast<uint64_t>(FloatValue(v)), bits);
      boxed += v.IsHeapRef();
    }
  }
  EXPECT_GT(boxed, 0);
}

TEST(NumberTest, OutOfMemoryIsFatalAndReported) {
  gc::HeapOptions options;
  options.max_bytes = size_t{1} << 20;
  World w(options);
  Value v = NewFlatString(w.ctx, size_t{8} << 20);
  EXPECT_TRUE(v.IsEmpty());
  EXPECT_EQ(w.ctx.fatal, FatalKind::kOutOfMemory);
  EXPECT_EQ(w.ctx.fatal_message, "virtual memory limit reached");
}

TEST(NumberFormatTest, Integers) {
  EXPECT_EQ(FormatInt(0).view(), "0");
  EXPECT_EQ(FormatInt(-42).view(), "-42");
  EXPECT_EQ(FormatInt(kMin).view(), "-9223372036854775808");
  EXPECT_EQ(FormatInt(kMax).view(), "9223372036854775807");
}

TEST(NumberFormatTest, FloatsOfTheSpecification) {
  const std::pair<double, const char*> kCases[] = {
      {123456.0, "123456"},
      {999999.5, "999999.5"},
      {1000000.0, "1e+06"},
      {1234567.0, "1.234567e+06"},
      {0.0001, "0.0001"},
      {0.00001, "1e-05"},
      {2.0, "2"},
      {0.0, "0"},
      {-0.0, "-0"},
      {0.1, "0.1"},
      {1.0 / 3, "0.3333333333333333"},
      {2.0 / 3, "0.6666666666666666"},
      {0.1 + 0.2, "0.30000000000000004"},
      {3.141592653589793, "3.141592653589793"},
      {-2.5, "-2.5"},
      {100000.0, "100000"},
      {123456.789, "123456.789"},
      {0.00012345678901234567, "0.00012345678901234567"},
      {-0.00012345678901234567, "-0.00012345678901234567"},
      {1e100, "1e+100"},
      {1e21, "1e+21"},
      {1.5e300, "1.5e+300"},
      {5e-324, "5e-324"},
      {2.2250738585072014e-308, "2.2250738585072014e-308"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {-1.7976931348623157e308, "-1.7976931348623157e+308"},
      {9007199254740993.0, "9.007199254740992e+15"},
      {9007199254740991.0, "9.007199254740991e+15"},
      {1e23, "1e+23"},
      {5e-5, "5e-05"},
      {12345.678901234567, "12345.678901234567"},
      {std::numeric_limits<double>::infinity(), "+Inf"},
      {-std::numeric_limits<double>::infinity(), "-Inf"},
      {std::numeric_limits<double>::quiet_NaN(), "NaN"},
      {-std::numeric_limits<double>::quiet_NaN(), "NaN"},
  };
  for (const auto& [d, text] : kCases) EXPECT_EQ(Format(d), text);
}

TEST(NumberFormatTest, TextReadsBackAsTheSameDoubleAndNoShorterTextDoes) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    uint64_t bits = random();
    // Half of them near 1, where the fixed form is used.
    if (i % 2 == 0) bits = (bits & 0x800FFFFFFFFFFFFF) | (1000 + random() % 50) << 52;
    double d = std::bit_cast<double>(bits);
    if (!std::isfinite(d)) continue;
    std::string text = Format(d);
    EXPECT_LE(text.size(), kMaxNumberText);
    EXPECT_EQ(std::strtod(text.c_str(), nullptr), d) << text;
    int digits = 0;
    bool leading = true;
    for (char c : text.substr(0, text.find('e'))) {
      if (c >= '1' && c <= '9') leading = false;
      digits += c >= '0' && c <= '9' && !leading;
    }
    char shorter[64];
    snprintf(shorter, sizeof shorter, "%.*e", digits < 2 ? 0 : digits - 2, d);
    bool has_trailing_zeros = text.find('.') == std::string::npos;
    if (digits > 1 && !has_trailing_zeros) {
      EXPECT_NE(std::strtod(shorter, nullptr), d) << text;
    }
  }
}

}  // namespace
}  // namespace foxvm::objects
