#include "interp/bytecode/json_dump.h"

#include <cmath>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "interp/bytecode/verifier.h"
#include "tests/interp/bytecode/test_modules.h"

namespace foxvm::bytecode {
namespace {

// Set by Bazel's `data`; tests run with the workspace root as working directory.
constexpr char kFolder[] = "tests/interp/bytecode/testdata/";

class ExchangeFormTest : public testing::TestWithParam<const char*> {};

TEST_P(ExchangeFormTest, DumpEqualsTheFileByteForByte) {
  const std::string text = ReadFileOrDie(absl::StrCat(kFolder, GetParam(), ".bc.json"));
  absl::StatusOr<Module> module = ParseBcJson(text, GetParam());
  ASSERT_TRUE(module.ok()) << module.status();
  EXPECT_EQ(DumpJson(*module), text);
}

TEST_P(ExchangeFormTest, ReferenceCodeIsAcceptedAndEndsWithAnEmptyStack) {
  const std::string text = ReadFileOrDie(absl::StrCat(kFolder, GetParam(), ".bc.json"));
  absl::StatusOr<Module> module = ParseBcJson(text, GetParam());
  ASSERT_TRUE(module.ok()) << module.status();
  absl::StatusOr<VerifiedModule> verified = Verify(*std::move(module));
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_GT(verified->main_info().instruction_count, 0u);
}

INSTANTIATE_TEST_SUITE_P(Programs, ExchangeFormTest,
                         testing::Values("a02_int_bungkus", "a06_float_cetak", "b02_teks_escape",
                                         "e03_upvalue_bertingkat", "k02_impor_dari", "l02_semua_opcode"));

TEST(JsonDumpTest, EveryKindOfConstant) {
  EXPECT_EQ(DumpJson(Sample()),
            "{\"main\":{\"code\":\"10000040001200001000021000041e00020002014300090012000111000110000540010"
            "1\"},\n\"constants\":[\n"
            "{\"type\":\"module\",\"value\":\"modul/x.fox\",\"init\":1},\n"
            "{\"type\":\"function\",\"code\":\"1000064241\",\"locals\":0,\"params\":0},\n"
            "{\"type\":\"string\",\"value\":\"S\"},\n"
            "{\"type\":\"bool\",\"value\":true},\n"
            "{\"type\":\"string\",\"value\":\"nama\"},\n"
            "{\"type\":\"int\",\"value\":-9223372036854775808},\n"
            "{\"type\":\"float\",\"value\":-2.5},\n"
            "{\"type\":\"null\",\"value\":null},\n"
            "{\"type\":\"function\",\"code\":\"44001000032045"
            "0041\",\"locals\":0,\"params\":0},\n"
            "{\"type\":\"function\",\"code\":\"460043000801140113014241\",\"locals\":2,\"params\":1}\n"
            "]}\n");
}

TEST(JsonDumpTest, NoConstants) {
  EXPECT_EQ(DumpJson(MainOnly("")), "{\"main\":{\"code\":\"\"},\n\"constants\":[\n]}\n");
}

TEST(JsonDumpTest, IndicesOutOfRangeAreNull) {
  Module module = MainOnly("");
  module.constants = {StringConstant(0), FunctionConstant(9), ImportConstant(1u << 31)};
  EXPECT_EQ(DumpJson(module),
            "{\"main\":{\"code\":\"\"},\n\"constants\":[\n{\"type\":\"null\",\"value\":null},\n"
            "{\"type\":\"null\",\"value\":null},\n{\"type\":\"null\",\"value\":null}\n]}\n");
}

TEST(FormatFloatTest, ShortestDigits) {
  EXPECT_EQ(FormatFloat(0), "0");
  EXPECT_EQ(FormatFloat(-0.0), "-0");
  EXPECT_EQ(FormatFloat(1), "1");
  EXPECT_EQ(FormatFloat(-2.5), "-2.5");
  EXPECT_EQ(FormatFloat(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(FormatFloat(1.0 / 3), "0.3333333333333333");
}

TEST(FormatFloatTest, ExponentFormFromSixAndBelowMinusFour) {
  EXPECT_EQ(FormatFloat(999999.5), "999999.5");
  EXPECT_EQ(FormatFloat(1e6), "1e+06");
  EXPECT_EQ(FormatFloat(1234567), "1.234567e+06");
  EXPECT_EQ(FormatFloat(0.0001), "0.0001");
  EXPECT_EQ(FormatFloat(0.00012345), "0.00012345");
  EXPECT_EQ(FormatFloat(0.00001), "1e-05");
  EXPECT_EQ(FormatFloat(9007199254740992), "9.007199254740992e+15");
  EXPECT_EQ(FormatFloat(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
  EXPECT_EQ(FormatFloat(-std::numeric_limits<double>::denorm_min()), "-5e-324");
}

TEST(FormatFloatTest, NoNumbers) {
  EXPECT_EQ(FormatFloat(HUGE_VAL), "+Inf");
  EXPECT_EQ(FormatFloat(-HUGE_VAL), "-Inf");
  EXPECT_EQ(FormatFloat(std::nan("")), "NaN");
}

TEST(QuoteJsonTest, Escapes) {
  EXPECT_EQ(QuoteJson("a\"b\\c/<&>\n\r\t"), R"("a\"b\\c/<&>\n\r\t")");
  EXPECT_EQ(QuoteJson(absl::string_view("\0\x01\x1f\x7f", 4)), "\"\\u0000\\u0001\\u001f\x7f\"");
}

TEST(QuoteJsonTest, Utf8StaysAndOtherBytesAreMarked) {
  EXPECT_EQ(QuoteJson("\u00e9\u20ac\U0001F98A"), "\"\u00e9\u20ac\U0001F98A\"");
  EXPECT_EQ(QuoteJson("\xff"), R"("\udcff")");
  EXPECT_EQ(QuoteJson("\xc0\xaf"), R"("\udcc0\udcaf")") << "overlong";
  EXPECT_EQ(QuoteJson("\xed\xa0\x80"), R"("\udced\udca0\udc80")") << "surrogate";
  EXPECT_EQ(QuoteJson("\xf4\x90\x80\x80"), R"("\udcf4\udc90\udc80\udc80")") << "above U+10FFFF";
  EXPECT_EQ(QuoteJson("\xe2\x82"), R"("\udce2\udc82")") << "cut";
}

}  // namespace
}  // namespace foxvm::bytecode
