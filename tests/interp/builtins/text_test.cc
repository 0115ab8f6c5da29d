#include <string>

#include "tests/interp/builtins/builtin_fixture.h"

namespace foxvm::builtins {
namespace {

using TextTest = BuiltinTest;

std::string Repeat(absl::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all.append(text.data(), text.size());
  return all;
}

TEST_F(TextTest, PanjangCountsBytesAndElements) {
  EXPECT_EQ(Text("panjang", {String("naïve")}), "6");
  EXPECT_EQ(Text("panjang", {String("")}), "0");
  EXPECT_EQ(Text("panjang", {Array({Int(1), Null()})}), "2");
  EXPECT_EQ(Text("panjang", {Rope(Repeat("a", 400), Repeat("b", 400))}), "800");
  EXPECT_EQ(Error("panjang", {Int(5)}), "E003|argument to `panjang` not supported, got INTEGER");
  EXPECT_EQ(Error("panjang", {Hash()}), "E003|argument to `panjang` not supported, got HASH");
  EXPECT_EQ(Error("panjang"), "E008|argument mismatch: expected 1, got 0");
  EXPECT_EQ(Error("panjang", {Int(1), Int(2)}), "E009|argument mismatch: expected 1, got 2");
}

TEST_F(TextTest, CaseMapping) {
  EXPECT_EQ(Text("huruf_besar", {String("abc éß 1")}), "ABC Éß 1");
  EXPECT_EQ(Text("huruf_kecil", {String("ABC ÀÎ!")}), "abc àî!");
  EXPECT_EQ(Text("huruf_besar", {String("")}), "");
  EXPECT_EQ(Text("huruf_besar", {Rope(Repeat("aé", 300), Repeat("z", 300))}),
            Repeat("AÉ", 300) + Repeat("Z", 300));
  EXPECT_EQ(Text("huruf_besar", {String(Repeat("ÿ\xFF", 50000))}), Repeat("Ÿ\uFFFD", 50000));
  EXPECT_EQ(Error("huruf_besar", {Int(1)}), "E003|argument to `huruf_besar` must be STRING, got INTEGER");
  EXPECT_EQ(Error("huruf_kecil", {Null()}), "E003|argument to `huruf_kecil` must be STRING, got NULL");
  EXPECT_EQ(Error("huruf_kecil"), "E008|argument mismatch: expected 1, got 0");
}

TEST_F(TextTest, PisahBySeparator) {
  EXPECT_EQ(Text("pisah", {String("a,b,,c"), String(",")}), "[a, b, , c]");
  EXPECT_EQ(Text("pisah", {String("tanpa"), String(",")}), "[tanpa]");
  EXPECT_EQ(Text("pisah", {String(","), String(",")}), "[, ]");
  EXPECT_EQ(Text("pisah", {String(""), String(",")}), "[]");
  EXPECT_EQ(Text("panjang", {Call("pisah", {String(""), String(",")})}), "1");
  EXPECT_EQ(Text("pisah", {String("aaaa"), String("aa")}), "[, , ]");
  EXPECT_EQ(Text("pisah", {String("satu--dua--tiga"), String("--")}), "[satu, dua, tiga]");
  EXPECT_EQ(Text("pisah", {String("ab"), String("abc")}), "[ab]");
  EXPECT_EQ(Text("pisah", {String("a\xC3"), String("\xC3")}), "[a, ]");
}

TEST_F(TextTest, PisahIntoCharacters) {
  EXPECT_EQ(Text("pisah", {String("a✓b"), String("")}), "[a, ✓, b]");
  EXPECT_EQ(Text("panjang", {Call("pisah", {String(""), String("")})}), "0");
  EXPECT_EQ(Text("pisah", {String("x\xFFy"), String("")}), "[x, \xFF, y]");
  EXPECT_EQ(Text("panjang", {Call("pisah", {String("\xE2\x82"), String("")})}), "2");
}

TEST_F(TextTest, PisahFindsMatchesAcrossItsWindows) {
  std::string piece(100000, 'x');
  std::string separator = "<" + std::string(70000, '-') + ">";
  std::string text = piece + separator + piece + separator;
  gc::Value* parts = Call("pisah", {String(text), String(separator)});
  ASSERT_EQ(Text("panjang", {parts}), "3");
  EXPECT_EQ(Text("gabung", {parts, String("|")}), piece + "|" + piece + "|");
}

TEST_F(TextTest, PisahChecksItsArguments) {
  EXPECT_EQ(Error("pisah", {String("a")}), "E008|argument mismatch: expected 2, got 1");
  EXPECT_EQ(Error("pisah", {Int(1), Int(2)}), "E003|first argument to `pisah` must be STRING, got INTEGER");
  EXPECT_EQ(Error("pisah", {String("a"), Int(1)}),
            "E003|second argument to `pisah` must be STRING, got INTEGER");
}

TEST_F(TextTest, GabungJoins) {
  EXPECT_EQ(Text("gabung", {Array({String("1"), String("dua"), String("")}), String("-")}), "1-dua-");
  EXPECT_EQ(Text("gabung", {Array({String("x")}), String("-")}), "x");
  EXPECT_EQ(Text("gabung", {Array({}), String("-")}), "");
  EXPECT_EQ(Text("gabung", {Array({String(""), String("")}), String("")}), "");
  std::string a = Repeat("a", 400), b = Repeat("b", 400);
  EXPECT_EQ(Text("gabung", {Array({Rope(a, b), Rope(b, a)}), Rope(a, a)}), a + b + a + a + b + a);
}

TEST_F(TextTest, GabungOfAnArrayThatWasGrownReadsTheOldVersion) {
  gc::Value* old = Array({String("a"), String("b")});
  gc::Value* more = Array({String("c")});
  gc::Value* grown = Root(objects::ArrayConcat(objects_, old, more));
  gc::Value* grown2 = Root(objects::ArrayConcat(objects_, grown, more));
  ASSERT_TRUE(objects::ArraySet(objects_, grown2, 0, String("z")));
  EXPECT_EQ(Text("gabung", {grown, String(",")}), "a,b,c");
  EXPECT_EQ(Text("gabung", {grown2, String(",")}), "z,b,c,c");
}

TEST_F(TextTest, GabungChecksItsArguments) {
  EXPECT_EQ(Error("gabung", {Array({String("a"), Int(1)}), String("-")}),
            "E003|array elements must be STRING, got INTEGER");
  EXPECT_EQ(Error("gabung", {String("a"), String("-")}),
            "E003|first argument to `gabung` must be ARRAY, got STRING");
  EXPECT_EQ(Error("gabung", {Array({}), Int(1)}),
            "E003|second argument to `gabung` must be STRING, got INTEGER");
  EXPECT_EQ(Error("gabung", {Array({Int(1)}), Int(1)}),
            "E003|second argument to `gabung` must be STRING, got INTEGER");
  EXPECT_EQ(Error("gabung", {Array({})}), "E008|argument mismatch: expected 2, got 1");
}

TEST_F(TextTest, ChrAndOrd) {
  EXPECT_EQ(Text("chr", {Int(65)}), "A");
  EXPECT_EQ(Text("chr", {Int(0x1F600)}), "\U0001F600");
  EXPECT_EQ(Text("chr", {Int(4294967361)}), "A");
  for (int64_t none : {int64_t{-1}, int64_t{0xD800}, int64_t{0x110000}}) {
    EXPECT_EQ(Text("chr", {Int(none)}), "\uFFFD");
  }
  EXPECT_EQ(Text("chr", {Int(int64_t{1} << 62)}), std::string(1, '\0'));
  EXPECT_EQ(Text("ord", {String("✓x")}), "10003");
  EXPECT_EQ(Text("ord", {String("\xC3")}), "65533");
  EXPECT_EQ(Text("ord", {Rope(Repeat("q", 400), Repeat("b", 400))}), "113");
  EXPECT_EQ(Error("ord", {String("")}), "E005|empty string");
  EXPECT_EQ(Error("ord", {Int(1)}), "E003|argument to `ord` must be STRING, got INTEGER");
  EXPECT_EQ(Error("chr", {String("a")}), "E003|argument to `chr` must be INTEGER, got STRING");
}

TEST_F(TextTest, AStopRequestEndsLongWork) {
  gc::Value* text = String("a,b");
  gc::Value* comma = String(",");
  interrupt_ = true;
  EXPECT_EQ(Text("pisah", {text, comma}), "<fatal: interrupted>");
  EXPECT_EQ(objects_.fatal, objects::FatalKind::kInterrupted);
  EXPECT_EQ(Text("huruf_besar", {text}), "<fatal: interrupted>");
}

}  // namespace
}  // namespace foxvm::builtins
