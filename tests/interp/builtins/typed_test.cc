// The typed extension's built-in functions.
#include <limits>

#include "absl/time/clock.h"
#include "tests/interp/builtins/builtin_fixture.h"

namespace foxvm::builtins {
namespace {

class TypedTest : public BuiltinTest {};

TEST_F(TypedTest, MapsLosePairsAndKeepTheOrderOfTheOthers) {
  gc::Value* map = Hash();
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(objects::HashSet(objects_, map, Int(i), Int(i * i)));
  EXPECT_EQ(Text("map_size", {map}), "30");
  for (int i = 0; i < 30; ++i) {
    if (i % 10 == 3) continue;
    EXPECT_EQ(Text("map_delete", {map, Int(i)}), "kosong");
  }
  EXPECT_EQ(Text("map_delete", {map, String("tiada")}), "kosong");
  EXPECT_EQ(Text("map_size", {map}), "3");
  EXPECT_EQ(Text("kunci", {map}), "[3, 13, 23]");
  EXPECT_EQ(TextOf(map), "{3: 9, 13: 169, 23: 529}");
  ASSERT_TRUE(objects::HashSet(objects_, map, Int(3), Int(0)));
  ASSERT_TRUE(objects::HashSet(objects_, map, Int(0), Int(1)));
  EXPECT_EQ(Text("kunci", {map}), "[3, 13, 23, 0]");
  EXPECT_EQ(Error("map_size", {Array({})}), "E003|argument to `map_size` must be HASH, got ARRAY");
  EXPECT_EQ(Error("map_delete", {Null(), Int(1)}),
            "E003|first argument to `map_delete` must be HASH, got NULL");
  EXPECT_EQ(Error("map_delete", {map}), "E008|argument mismatch: expected 2, got 1");
}

TEST_F(TypedTest, MapKeysMayBeLongConcatenations) {
  gc::Value* map = Hash();
  std::string left(500, 'l'), right(500, 'r');
  ASSERT_TRUE(objects::HashSet(objects_, map, String(left + right), Int(1)));
  EXPECT_EQ(Text("map_delete", {map, Rope(left, right)}), "kosong");
  EXPECT_EQ(Text("map_size", {map}), "0");
}

TEST_F(TypedTest, SubstringIsCutToTheText) {
  const auto part = [this](int64_t from, int64_t to) {
    return Text("substring", {String("burung"), Int(from), Int(to)});
  };
  EXPECT_EQ(part(1, 4), "uru");
  EXPECT_EQ(part(0, 6), "burung");
  EXPECT_EQ(part(-5, 2), "bu");
  EXPECT_EQ(part(4, 100), "ng");
  EXPECT_EQ(part(3, 3), "");
  EXPECT_EQ(part(4, 2), "");
  EXPECT_EQ(part(6, 9), "");
  EXPECT_EQ(part(INT64_MIN, INT64_MAX), "burung");
  EXPECT_EQ(part(INT64_MAX, INT64_MAX), "");
  EXPECT_EQ(part(INT64_MIN, INT64_MIN), "");
  EXPECT_EQ(Text("substring", {String("\xc3\xa4"), Int(1), Int(2)}), "\xa4") << "bytes, not characters";
  EXPECT_EQ(Text("substring", {Rope(std::string(300, 'a'), "b"), Int(299), Int(301)}), "ab");
  EXPECT_EQ(*Call("substring", {String("xyz"), Int(1), Int(2)}), strings_->Char('y')) << "shared";
  EXPECT_EQ(Error("substring", {String("a"), Int(0), Float(1)}),
            "E003|third argument to `substring` must be INTEGER, got FLOAT");
  EXPECT_EQ(Error("substring", {String("a"), Int(0)}), "E008|argument mismatch: expected 3, got 2");
}

TEST_F(TypedTest, IndexFindsTheFirstPlace) {
  EXPECT_EQ(Text("index", {String("banana"), String("an")}), "1");
  EXPECT_EQ(Text("index", {String("banana"), String("x")}), "-1");
  EXPECT_EQ(Text("index", {String("banana"), String("")}), "0");
  EXPECT_EQ(Text("index", {String(""), String("")}), "0");
  EXPECT_EQ(Text("index", {String(""), String("a")}), "-1");
  EXPECT_EQ(Text("index", {String("an"), String("ana")}), "-1");
  EXPECT_EQ(Text("index", {Rope(std::string(200000, 'a'), "bc"), Rope("", "abc")}), "199999");
  EXPECT_EQ(Error("index", {Int(1), String("")}),
            "E003|first argument to `index` must be STRING, got INTEGER");
}

TEST_F(TypedTest, TrimTakesAnyOfTheBytes) {
  EXPECT_EQ(Text("trim", {String("  a b "), String(" ")}), "a b");
  EXPECT_EQ(Text("trim", {String("xyaxyb"), String("yxb")}), "a");
  EXPECT_EQ(Text("trim", {String("xx"), String("x")}), "");
  EXPECT_EQ(Text("trim", {String("ab"), String("")}), "ab");
  EXPECT_EQ(Text("trim", {String(""), String("x")}), "");
  EXPECT_EQ(Error("trim", {String("")}), "E008|argument mismatch: expected 2, got 1");
}

TEST_F(TypedTest, SplitPartsAtSeparatorsOrIntoBytes) {
  EXPECT_EQ(Text("split", {String("a,b,,c"), String(",")}), "[a, b, , c]");
  EXPECT_EQ(Text("split", {String(",a,"), String(",")}), "[, a, ]");
  EXPECT_EQ(Text("split", {String(""), String(",")}), "[]");
  EXPECT_EQ(Text("panjang", {Call("split", {String(""), String(",")})}), "1") << "one empty part";
  EXPECT_EQ(Text("panjang", {Call("split", {String(""), String("")})}), "0");
  EXPECT_EQ(Text("split", {String("a--b-c"), String("--")}), "[a, b-c]");
  EXPECT_EQ(Text("split", {String("a\xc3\xa4"), String("")}), "[a, \xc3, \xa4]");
  EXPECT_EQ(Text("pisah", {String("a\xc3\xa4"), String("")}), "[a, \xc3\xa4]")
      << "the other dialect's: characters";
}

TEST_F(TypedTest, ParseIntReadsAPrefix) {
  const auto parse = [this](absl::string_view text) { return Text("parse_int", {String(text)}); };
  EXPECT_EQ(parse("42"), "[42, ]");
  EXPECT_EQ(parse(" \t\n-7x"), "[-7, ]");
  EXPECT_EQ(parse("+5"), "[5, ]");
  EXPECT_EQ(parse("007"), "[7, ]");
  EXPECT_EQ(parse("9223372036854775807"), "[9223372036854775807, ]");
  EXPECT_EQ(parse("9223372036854775808"), "[9223372036854775807, ]");
  EXPECT_EQ(parse("-9223372036854775808"), "[-9223372036854775808, ]");
  EXPECT_EQ(parse("-99999999999999999999999999"), "[-9223372036854775808, ]");
  for (const char* text : {"", "x", "-", "+-1", "- 1", " "})
    EXPECT_EQ(parse(text), "[0, Invalid integer]") << text;
  EXPECT_EQ(Error("parse_int", {Int(1)}), "E003|argument to `parse_int` must be STRING, got INTEGER");
}

TEST_F(TypedTest, NumbersConvert) {
  EXPECT_EQ(Text("tipe", {Call("to_float", {Int(3)})}), "FLOAT");
  EXPECT_EQ(objects::FloatValue(*Call("to_float", {Int(INT64_MIN)})), -9223372036854775808.0);
  const auto integer = [this](double d) { return Text("to_int", {Float(d)}); };
  EXPECT_EQ(integer(2.9), "2");
  EXPECT_EQ(integer(-2.9), "-2");
  EXPECT_EQ(integer(-0.0), "0");
  EXPECT_EQ(integer(1e300), "9223372036854775807");
  EXPECT_EQ(integer(9223372036854775808.0), "9223372036854775807");
  EXPECT_EQ(integer(-9223372036854775808.0), "-9223372036854775808");
  EXPECT_EQ(integer(-1e300), "-9223372036854775808");
  EXPECT_EQ(integer(std::numeric_limits<double>::infinity()), "9223372036854775807");
  EXPECT_EQ(integer(std::numeric_limits<double>::quiet_NaN()), "0");
  EXPECT_EQ(Error("to_float", {Float(1)}), "E003|argument to `to_float` must be INTEGER, got FLOAT");
  EXPECT_EQ(Error("to_int", {Int(1)}), "E003|argument to `to_int` must be FLOAT, got INTEGER");
}

TEST_F(TypedTest, AssertStructComparesTheSchema) {
  gc::Value* field = String("x");
  objects::Shape* dog = shapes_.GetOwn(objects_, "Anjing", field, 1);
  objects::Shape* cat = shapes_.GetOwn(objects_, "Kucing", field, 1);
  objects::Shape* other_dog = shapes_.GetOwn(objects_, "Anjing", field, 1);
  gc::Value* schema = Root(objects::MakeSchema(objects_, dog));
  gc::Value* instance = Root(objects::MakeStruct(objects_, dog, field));
  EXPECT_EQ(*Call("assert_struct", {instance, schema}), *instance);
  EXPECT_EQ(Error("assert_struct", {Root(objects::MakeStruct(objects_, cat, field)), schema}),
            "E005|assertion failed: Anjing expected, got Kucing");
  EXPECT_EQ(Error("assert_struct", {Root(objects::MakeStruct(objects_, other_dog, field)), schema}),
            "E005|assertion failed: Anjing expected, got Anjing");
  EXPECT_EQ(Error("assert_struct", {Null(), schema}), "E005|assertion failed: Anjing expected, got kosong");
  EXPECT_EQ(Error("assert_struct", {Int(1), schema}), "E005|assertion failed: Anjing expected, got INTEGER");
  EXPECT_EQ(Error("assert_struct", {instance, instance}),
            "E003|second argument to `assert_struct` must be SCHEMA, got STRUCT");
}

TEST_F(TypedTest, StandardStreamsTakeAndGiveBytes) {
  EXPECT_EQ(Text("write_out", {String("a\nb")}), "3");
  EXPECT_EQ(Text("write_out", {String("")}), "0");
  EXPECT_EQ(Text("write_out", {Rope(std::string(300, 'x'), "!")}), "301");
  EXPECT_EQ(io_.output, "a\nb" + std::string(300, 'x') + "!");
  EXPECT_EQ(Error("write_out", {Int(1)}), "E003|argument to `write_out` must be STRING, got INTEGER");
  io_.input = "satu\ndua";
  EXPECT_EQ(Text("read_in", {Int(5)}), "satu\n");
  EXPECT_EQ(Text("read_in", {Int(0)}), "");
  EXPECT_EQ(Text("read_in", {Int(-1)}), "");
  EXPECT_EQ(Text("read_in", {Int(INT64_MAX)}), "dua");
  EXPECT_EQ(Text("read_in", {Int(5)}), "");
  io_.at_end = ReadLineResult::kInterrupted;
  EXPECT_EQ(Text("read_in", {Int(5)}), "<fatal: interrupted>");
}

TEST_F(TypedTest, ClockNeedsTheRight) {
  const int64_t before = absl::ToUnixMillis(absl::Now());
  const int64_t read = objects::IntValue(*Call("clock_ms"));
  EXPECT_GE(read, before);
  EXPECT_LE(read, absl::ToUnixMillis(absl::Now()));
  ctx_.capabilities.clock = false;
  EXPECT_EQ(Error("clock_ms"), "E005|clock_ms error: permission denied");
  EXPECT_EQ(Error("clock_ms", {Int(1)}), "E009|argument mismatch: expected 0, got 1");
}

TEST_F(TypedTest, TextIsWhatIsPrinted) {
  EXPECT_EQ(Text("text_of", {Int(-42)}), "-42");
  EXPECT_EQ(Text("text_of", {Float(0.5)}), "0.5");
  EXPECT_EQ(Error("text_of"), "E008|argument mismatch: expected 1, got 0");
}

TEST_F(TypedTest, LongSearchesEndWhenAskedTo) {
  gc::Value* text = String(std::string(1 << 20, 'a'));
  interrupt_ = true;
  EXPECT_EQ(Text("index", {text, String("b")}), "<fatal: interrupted>");
}

}  // namespace
}  // namespace foxvm::builtins
