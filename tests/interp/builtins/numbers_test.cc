#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "tests/interp/builtins/builtin_fixture.h"

namespace foxvm::builtins {
namespace {

using NumbersTest = BuiltinTest;

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST_F(NumbersTest, AbsMaxMin) {
  EXPECT_EQ(Text("abs", {Int(-7)}), "7");
  EXPECT_EQ(Text("abs", {Int(kMax)}), "9223372036854775807");
  EXPECT_EQ(Text("abs", {Int(-kMax)}), "9223372036854775807");
  EXPECT_EQ(Text("abs", {Int(kMin)}), "-9223372036854775808");
  EXPECT_EQ(Text("max", {Int(-3), Int(-9)}), "-3");
  EXPECT_EQ(Text("max", {Int(kMin), Int(kMax)}), "9223372036854775807");
  EXPECT_EQ(Text("min", {Int(3), Int(9)}), "3");
  EXPECT_EQ(Text("min", {Int(kMin), Int(kMax)}), "-9223372036854775808");
}

TEST_F(NumbersTest, PowSpecialCases) {
  EXPECT_EQ(Text("pow", {Int(2), Int(10)}), "1024");
  EXPECT_EQ(Text("tipe", {Call("pow", {Int(2), Int(2)})}), "FLOAT");
  EXPECT_EQ(Text("pow", {Int(0), Int(-1)}), "+Inf");
  EXPECT_EQ(Text("pow", {Float(-0.0), Int(-3)}), "-Inf");
  EXPECT_EQ(Text("pow", {Float(-0.0), Int(-2)}), "+Inf");
  EXPECT_EQ(Text("pow", {Float(-0.0), Int(3)}), "-0");
  EXPECT_EQ(Text("pow", {Int(-2), Int(3)}), "-8");
  EXPECT_EQ(Text("pow", {Int(-8), Float(0.5)}), "NaN");
  EXPECT_EQ(Text("pow", {Float(NAN), Int(0)}), "1");
  EXPECT_EQ(Text("pow", {Int(1), Float(NAN)}), "1");
  EXPECT_EQ(Text("pow", {Int(-1), Float(kInfinity)}), "1");
  EXPECT_EQ(Text("pow", {Float(0.5), Float(-kInfinity)}), "+Inf");
  EXPECT_EQ(Text("pow", {Int(2), Int(1024)}), "+Inf");
}

TEST_F(NumbersTest, ResultsWithoutInlineFormAreBoxed) {
  EXPECT_EQ(Text("pow", {Int(2), Int(300)}), "2.037035976334486e+90");
  EXPECT_EQ(Text("pow", {Int(2), Int(-300)}), "4.909093465297727e-91");
}

TEST_F(NumbersTest, Sqrt) {
  EXPECT_EQ(Text("sqrt", {Int(2)}), "1.4142135623730951");
  EXPECT_EQ(Text("sqrt", {Float(-0.0)}), "-0");
  EXPECT_EQ(Text("sqrt", {Float(NAN)}), "NaN");
  EXPECT_EQ(Text("sqrt", {Float(kInfinity)}), "+Inf");
  EXPECT_EQ(Error("sqrt", {Int(-4)}), "E005|cannot calculate square root of negative number");
}

TEST_F(NumbersTest, CirclesAndPi) {
  for (absl::string_view name : {"sin", "tan", "asin", "atan"}) EXPECT_EQ(Text(name, {Int(0)}), "0");
  EXPECT_EQ(Text("cos", {Int(0)}), "1");
  EXPECT_EQ(Text("acos", {Int(1)}), "0");
  EXPECT_EQ(Text("asin", {Int(2)}), "NaN");
  EXPECT_EQ(Text("pi"), "3.141592653589793");
  EXPECT_EQ(Text("pi", {Int(1), Null()}), "3.141592653589793");
}

TEST_F(NumbersTest, ArgumentErrors) {
  EXPECT_EQ(Error("abs", {Float(1.5)}), "E003|argument to `abs` must be INTEGER, got FLOAT");
  EXPECT_EQ(Error("max", {String("a"), Int(1)}), "E003|first argument to `max` must be INTEGER, got STRING");
  EXPECT_EQ(Error("min", {Int(1), Float(2)}), "E003|second argument to `min` must be INTEGER, got FLOAT");
  EXPECT_EQ(Error("pow", {Null(), Null()}),
            "E003|first argument to `pow` must be INTEGER or FLOAT, got NULL");
  EXPECT_EQ(Error("pow", {Int(1), Bool(true)}),
            "E003|second argument to `pow` must be INTEGER or FLOAT, got BOOLEAN");
  EXPECT_EQ(Error("pow", {Int(1)}), "E008|argument mismatch: expected 2, got 1");
  for (absl::string_view name : {"sqrt", "sin", "cos", "tan", "asin", "acos", "atan"}) {
    EXPECT_EQ(Error(name, {String("x")}),
              "E003|argument to `" + std::string(name) + "` must be INTEGER or FLOAT, got STRING");
    EXPECT_EQ(Error(name, {Int(1), Int(2)}), "E009|argument mismatch: expected 1, got 2");
  }
}

}  // namespace
}  // namespace foxvm::builtins
