// Modules handed over piece by piece: the file is WriteMbc's, and what Verify refuses is refused.
#include "interp/bytecode/mbc_builder.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "interp/bytecode/mbc.h"
#include "interp/bytecode/verifier.h"

namespace foxvm::bytecode {
namespace {

using testing::HasSubstr;

Constant Int(int64_t value) {
  Constant constant{ConstantKind::kInt, {}};
  constant.integer = value;
  return constant;
}

Constant Indexed(ConstantKind kind, uint32_t index) {
  Constant constant{kind, {}};
  constant.integer = 0;
  constant.index = index;
  return constant;
}

// A program with one function `f` of the code given, which has one local and `captures` captures.
void Give(const std::vector<uint8_t>& code, uint32_t captures, ModuleSink& sink) {
  sink.AddFile("a.fox");
  sink.AddConstant(Int(-300));
  sink.AddString("teks");
  sink.AddConstant(Indexed(ConstantKind::kString, 0));
  const std::vector<LineEntry> lines = {{0, 1, 2}, {3, 9, 1}};
  UnitView function;
  function.name = "f";
  function.code = code;
  function.locals = 1;
  if (code.size() > 3) function.lines = lines;
  sink.AddFunction(function, captures);
  sink.AddConstant(Indexed(ConstantKind::kFunction, 0));
  sink.AddImport("m.fox");
  sink.AddConstant(Indexed(ConstantKind::kImport, 0));
  sink.SetImportBody(0, 2);
  sink.AddGlobal("x");
  sink.AddGlobal("host");
  sink.MarkHostGlobal();
  const std::vector<uint8_t> main_code = {0x10, 0, 0, 0x12, 0, 0};
  UnitView main;
  main.code = main_code;
  sink.SetMain(main);
}

// A typed program: the same in both.
void GiveTyped(ModuleSink& sink) {
  sink.UseTyped();
  sink.AddFile("a.fox");
  const std::vector<uint8_t> code = {0xED, 0, 0x13, 0, 0xE2, 0x42};
  UnitView function;
  function.code = code;
  function.locals = 1;
  sink.AddFunction(function, 0);
  sink.SetMain(UnitView());
}

std::string BytesOf(const MbcBuilder& builder) {
  std::string bytes;
  builder.Finish([&bytes](absl::string_view piece) { absl::StrAppend(&bytes, piece); });
  return bytes;
}

TEST(MbcBuilderTest, WritesTypedModules) {
  MbcBuilder builder;
  ModuleBuilder module_builder;
  GiveTyped(builder);
  GiveTyped(module_builder);
  EXPECT_TRUE(builder.Verified().ok()) << builder.Verified();
  const Module module = module_builder.Take();
  EXPECT_EQ(module.features, kFeatureTyped);
  EXPECT_EQ(BytesOf(builder), WriteMbc(module));
  EXPECT_TRUE(Verify(module).ok());
}

TEST(MbcBuilderTest, WritesWhatAModuleWouldGive) {
  const std::vector<uint8_t> code = {0x10, 0, 1, 0x42};
  MbcBuilder builder;
  ModuleBuilder module_builder;
  Give(code, 0, builder);
  Give(code, 0, module_builder);
  EXPECT_TRUE(builder.Verified().ok()) << builder.Verified();
  const Module module = module_builder.Take();
  EXPECT_EQ(BytesOf(builder), WriteMbc(module));
  EXPECT_TRUE(Verify(module).ok());
  const absl::StatusOr<Module> read = ReadMbc(BytesOf(builder));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->functions[0].lines.size(), 2u);
  EXPECT_EQ(read->host_globals, std::vector<uint32_t>{1});
  EXPECT_EQ(read->imports[0].init, 2u);
}

TEST(MbcBuilderTest, RefusesWhatVerifyRefuses) {
  const auto verdict = [](const std::vector<uint8_t>& code, uint32_t captures) {
    MbcBuilder builder;
    Give(code, captures, builder);
    return std::string(builder.Verified().message());
  };
  EXPECT_THAT(verdict({0x10, 0, 9, 0x42}, 0),
              HasSubstr("function 0 \"f\": offset 0: constant 9 is not below 2"));
  EXPECT_THAT(verdict({0x10, 0, 1}, 0), HasSubstr("control runs off the end"));
  EXPECT_THAT(verdict({0x42}, 0), HasSubstr("takes 1 operands where there are 0"));
  EXPECT_THAT(verdict({0x44, 2, 0x42}, 2), HasSubstr("capture 2 is not below 2"));
  EXPECT_THAT(verdict({0x11, 0, 0, 0x42}, 0), HasSubstr("global 0 is not below 0")) << "it comes later";
  EXPECT_THAT(verdict({0x44, 1, 0x42}, 2), HasSubstr("import 0: its body has captures"));
}

TEST(MbcBuilderTest, RefusesGlobalsThatItsCodeCannotUse) {
  MbcBuilder builder;
  builder.AddFile("a.fox");
  for (int i = 0; i < 70000; ++i) builder.AddGlobal("");
  builder.SetMain({});
  EXPECT_THAT(std::string(builder.Verified().message()),
              HasSubstr("70000 globals are more than its code can use"));
}

TEST(MbcBuilderTest, LongTablesComeOutInPieces) {
  MbcBuilder builder;
  Module module;
  module.files = {"a.fox"};
  builder.AddFile("a.fox");
  for (int i = 0; i < 30000; ++i) {
    builder.AddConstant(Int(int64_t{i} * i * i - 1000));
    module.constants.push_back(Int(int64_t{i} * i * i - 1000));
    module.strings.push_back(std::string(static_cast<size_t>(i % 50), 'a'));
    builder.AddString(module.strings.back());
  }
  module.strings.push_back(std::string(200000, 'b'));
  builder.AddString(module.strings.back());
  builder.SetMain({});
  EXPECT_EQ(BytesOf(builder), WriteMbc(module));
  size_t pieces = 0;
  builder.Finish([&pieces](absl::string_view) { ++pieces; });
  EXPECT_GT(pieces, 20u);
}

// Bit by bit, as the standard defines it.
uint32_t PlainChecksum(absl::string_view bytes) {
  uint32_t rest = 0xffffffff;
  for (const char byte : bytes) {
    rest ^= static_cast<uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ ((rest & 1) != 0 ? 0xedb88320u : 0);
  }
  return ~rest;
}

TEST(MbcChecksumTest, AgreesWithTheDefinitionAtEveryLengthAndInParts) {
  std::string bytes;
  for (uint32_t i = 0; i < 100; ++i) {
    EXPECT_EQ(MbcChecksum(bytes), PlainChecksum(bytes));
    for (size_t first = 0; first <= bytes.size(); first += 7) {
      const uint32_t part = MbcChecksum(absl::string_view(bytes).substr(0, first));
      EXPECT_EQ(ExtendMbcChecksum(part, absl::string_view(bytes).substr(first)), PlainChecksum(bytes));
    }
    bytes.push_back(static_cast<char>(i * 37));
  }
}

}  // namespace
}  // namespace foxvm::bytecode
