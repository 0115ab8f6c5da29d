#include "interp/bytecode/verifier.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/interp/bytecode/test_modules.h"

namespace foxvm::bytecode {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// "" when accepted, else the message.
std::string Judge(Module module) {
  const absl::StatusOr<VerifiedModule> verified = Verify(std::move(module));
  return verified.ok() ? "" : std::string(verified.status().message());
}

// A module with constants 0 int, 1 string, 2 null, 3 function 0 (returns at once), 4 import of function 0,
// 5 float, 6 function 1 (the unit under test where a test needs a function), and two globals.
Module Base(absl::string_view main) {
  Module module = MainOnly(main);
  module.strings = {"teks"};
  module.constants = {IntConstant(7),    StringConstant(0), NullConstant(),     FunctionConstant(0),
                      ImportConstant(0), FloatConstant(1),  FunctionConstant(1)};
  module.imports = {{"x.fox", 3}};
  module.globals = 2;
  module.functions.resize(2);
  module.functions[0].code = Hex("41");
  module.functions[1].code = Hex("41");
  module.functions[1].name = "fungsi_uji";
  return module;
}

Module WithFunction(absl::string_view code, uint32_t params, uint32_t locals, absl::string_view main = "") {
  Module module = Base(main);
  module.functions[1].code = Hex(code);
  module.functions[1].params = params;
  module.functions[1].locals = locals;
  return module;
}

std::string Main(absl::string_view code) { return Judge(Base(code)); }
std::string Fn(absl::string_view code, uint32_t params = 0, uint32_t locals = 0,
               absl::string_view main = "") {
  return Judge(WithFunction(code, params, locals, main));
}

TEST(VerifierTest, EmptyMainIsAccepted) { EXPECT_EQ(Main(""), ""); }

TEST(VerifierTest, SampleIsAccepted) { EXPECT_EQ(Judge(Sample()), ""); }

TEST(VerifierTest, EverythingMustDecode) {
  EXPECT_EQ(Main("41 01"), "") << "unreachable but well formed";
  EXPECT_EQ(Main("41 03"), "main: offset 1: no complete instruction begins with byte 3");
  EXPECT_EQ(Main("10 00"), "main: offset 0: no complete instruction begins with byte 16");
  EXPECT_THAT(Fn("41 40"), HasSubstr("function 1 (constant 6) \"fungsi_uji\": offset 1: no complete"));
}

TEST(VerifierTest, WideNeedsItsFeature) {
  Module module = Base("F0 10 00000000 01");
  EXPECT_THAT(Judge(module), HasSubstr("main: offset 0: Wide prefix without the feature flag"));
  module.features = kFeatureWideOperands;
  EXPECT_EQ(Judge(module), "");
  module.features = 0x80000001;
  EXPECT_THAT(Judge(module), HasSubstr("unknown feature flags 0x80000000"));
}

TEST(VerifierTest, WideOperandsObeyTheSameRules) {
  const auto wide = [](absl::string_view code) {
    Module module = Base(code);
    module.features = kFeatureWideOperands;
    return Judge(module);
  };
  EXPECT_THAT(wide("F0 10 FFFFFFFF"), HasSubstr("constant 4294967295 is not below 7"));
  EXPECT_THAT(wide("F0 30 FFFFFFFF"), HasSubstr("jump target outside"));
  EXPECT_THAT(wide("F0 40 FFFFFFFF"), HasSubstr("takes 4294967295 operands where there are 0"));
  EXPECT_THAT(wide("F0 1A 80000000"), HasSubstr("takes 2147483648 operands"));
  EXPECT_THAT(wide("F0 43 00000006 FFFFFFFF"), HasSubstr("too many captures"));
  EXPECT_THAT(wide("F0 1E 00000001 FFFFFFFF"), HasSubstr("struct wants 4294967295"));
  EXPECT_EQ(wide("10 0001 F0 1E 00000001 00000001 01"), "");
  EXPECT_EQ(wide("10 0004 F0 40 00000000 01"), "") << "call of an import";
}

// The verdict on main code in a module with the typed extension.
std::string Typed(absl::string_view code) {
  Module module = Base(code);
  module.features = kFeatureTyped | kFeatureWideOperands;
  return Judge(module);
}

TEST(VerifierTest, TypedOpcodesNeedTheirFeature) {
  const char* instructions[] = {"E0", "E1",      "E2",         "E3 0000", "E4 0000", "E5 0000", "E6",
                                "E7", "E8 0001", "E9 0001 00", "EA",      "EB",      "EC",      "ED 00"};
  for (const char* instruction : instructions) {
    EXPECT_THAT(Main(absl::StrCat("41 ", instruction)), HasSubstr("without the feature flag")) << instruction;
  }
  EXPECT_THAT(Main("41 E9 0001 00"), HasSubstr("main: offset 1: Invoke without the feature flag"));
  Module module = Base("10 0000 E2 01");
  module.features = kFeatureWideOperands | kFeatureHostGlobals;
  EXPECT_THAT(Judge(module), HasSubstr("Check without the feature flag"));
  EXPECT_EQ(Typed("10 0000 E2 01"), "");
  EXPECT_THAT(Main("15 3C 01"), HasSubstr("built-in 60 is not below 60"));
  EXPECT_EQ(Typed("15 3C 01 15 48 01"), "");
  EXPECT_THAT(Typed("15 4A 01"), HasSubstr("built-in 74 is not below 74"));
}

TEST(VerifierTest, TypedStackEffects) {
  const std::string two = "10 0000 10 0000 ", three = two + "10 0000 ";
  EXPECT_EQ(Typed(two + "E0 20 01"), "");
  for (const char* op : {"E1", "E6", "EA", "EB", "EC"}) {
    EXPECT_EQ(Typed(absl::StrCat(two, op, " 01")), "") << op;
    EXPECT_THAT(Typed(absl::StrCat("10 0000 ", op)), HasSubstr("takes 2 operands where there are 1")) << op;
    EXPECT_THAT(Typed(absl::StrCat(two, op, " 20")), HasSubstr("takes 2 operands where there are 1")) << op;
  }
  EXPECT_THAT(Typed("10 0000 E0"), HasSubstr("takes 2 operands where there are 1"));
  EXPECT_THAT(Typed("E2"), HasSubstr("takes 1 operands where there are 0"));
  EXPECT_EQ(Typed("10 0000 E3 0002 01"), "");
  EXPECT_EQ(Typed("10 0000 E4 0000 01"), "");
  EXPECT_EQ(Typed(two + "E5 0000"), "");
  EXPECT_THAT(Typed(two + "E5 0000 01"), HasSubstr("takes 1 operands where there are 0"));
  EXPECT_EQ(Typed(three + "E7"), "");
  EXPECT_THAT(Typed(two + "E7"), HasSubstr("takes 3 operands where there are 2"));
  EXPECT_EQ(Typed(two + "E8 0001 01"), "");
  EXPECT_THAT(Typed("10 0000 E8 0001"), HasSubstr("takes 2 operands where there are 1"));
  EXPECT_EQ(Typed(three + "E9 0001 02 01"), "");
  EXPECT_THAT(Typed(two + "E9 0001 02"), HasSubstr("takes 3 operands where there are 2"));
  EXPECT_THAT(Typed("10 0000 F0 E9 00000001 FFFFFFFF"),
              HasSubstr("takes 4294967295 operands where there are 1"));
}

TEST(VerifierTest, TypedOperands) {
  EXPECT_THAT(Typed("10 0000 E3 0007 01"), HasSubstr("offset 3: constant 7 is not below 7"));
  EXPECT_THAT(Typed("10 0000 E3 0003 01"), HasSubstr("offset 3: default, constant 3, is no plain value"));
  EXPECT_THAT(Typed("10 0000 E3 0004 01"), HasSubstr("default, constant 4, is no plain value"));
  for (const char* plain : {"0000", "0001", "0002", "0005"}) {
    EXPECT_EQ(Typed(absl::StrCat("10 0000 E3 ", plain, " 01")), "") << plain;
  }
  EXPECT_EQ(Typed("10 0000 E4 FDE7 01"), "");
  EXPECT_THAT(Typed("10 0000 E4 FDE8 01"), HasSubstr("field 65000 is not below 65000"));
  EXPECT_THAT(Typed("41 E5 FFFF"), HasSubstr("field 65535 is not below 65000"));
  EXPECT_THAT(Typed("10 0000 10 0000 E8 0000 01"),
              HasSubstr("offset 6: method name, constant 0, is no string"));
  EXPECT_THAT(Typed("10 0000 E9 0000 00 01"), HasSubstr("method name, constant 0, is no string"));
  EXPECT_THAT(Typed("10 0000 E9 0009 00 01"), HasSubstr("method name, constant 9, is no string"));
  EXPECT_THAT(Typed("ED 00"), HasSubstr("local 0 is not below 0"));
  Module module = WithFunction("ED 01 41", 1, 2);
  module.features = kFeatureTyped;
  EXPECT_EQ(Judge(module), "");
  module.functions[1].locals = 1;
  EXPECT_THAT(Judge(module), HasSubstr("local 1 is not below 1"));
}

TEST(VerifierTest, TypedOpcodesDoNotComeBetweenWhatBelongsTogether) {
  EXPECT_THAT(Typed("10 0004 E2 40 00 01"), HasSubstr("an import must be called at once"));
  EXPECT_THAT(Typed("10 0001 E2 1E 0001 0001 01"),
              HasSubstr("struct wants 1 field names, directly before it are 0"));
  Module module = WithFunction("46 00 ED 00 43 0006 01 01 41", 0, 1);
  module.features = kFeatureTyped;
  EXPECT_THAT(Judge(module), HasSubstr("captures without a Closure"));
}

TEST(VerifierTest, UpdateModuleIsRefused) {
  EXPECT_THAT(Main("10 0000 02 50 01"), HasSubstr("offset 4: UpdateModule is not allowed"));
  EXPECT_THAT(Main("41 50"), HasSubstr("offset 1: UpdateModule")) << "also where it is never reached";
}

TEST(VerifierTest, JumpTargets) {
  EXPECT_EQ(Main("30 0004 01 41"), "") << "to an instruction";
  EXPECT_EQ(Main("30 0003"), "") << "to the end of main";
  EXPECT_THAT(Main("30 0004"), HasSubstr("offset 0: jump target outside the code"));
  EXPECT_THAT(Main("30 0001"), HasSubstr("offset 0: jump into the middle"));
  EXPECT_THAT(Main("41 30 0002"), HasSubstr("offset 1: jump into the middle")) << "unreachable jump";
  EXPECT_THAT(Fn("30 0003"), HasSubstr("offset 0: jump to the end of a function"));
}

TEST(VerifierTest, OnlyMainMayRunOffItsEnd) {
  EXPECT_EQ(Main("10 0000 01"), "");
  EXPECT_EQ(Main("10 0000"), "") << "operands may be left";
  EXPECT_EQ(Fn("10 0000 42"), "");
  EXPECT_THAT(Fn("10 0000"), HasSubstr("offset 0: control runs off the end"));
  EXPECT_THAT(Fn(""), HasSubstr("control runs off the end"));
  EXPECT_EQ(Fn("41 10 0000"), "") << "the end is not reachable";
}

TEST(VerifierTest, OperandsMustBeThere) {
  EXPECT_EQ(Main("10 0000 10 0000 20 01"), "");
  EXPECT_EQ(Main("10 0000 20"), "main: offset 3: takes 2 operands where there are 1");
  EXPECT_THAT(Main("01"), HasSubstr("takes 1 operands where there are 0"));
  EXPECT_THAT(Main("15 00 40 01"), HasSubstr("offset 2: takes 2 operands where there are 1"));
  EXPECT_THAT(Main("1A FFFF"), HasSubstr("takes 65535 operands"));
  EXPECT_EQ(Main("41 01 01"), "") << "unreachable code has no depth";
}

TEST(VerifierTest, Returns) {
  EXPECT_EQ(Fn("41"), "");
  EXPECT_EQ(Fn("10 0000 10 0000 42"), "") << "leftovers are dropped";
  EXPECT_THAT(Fn("42"), HasSubstr("takes 1 operands where there are 0"));
  EXPECT_EQ(Main("10 0000 42 01"), "");
}

TEST(VerifierTest, DepthsMustAgreeAtJoins) {
  // if: both arms leave one value.
  EXPECT_EQ(Main("10 0000 31 000C 10 0000 30 000F 10 0002 01"), "");
  EXPECT_EQ(Main("10 0000 31 0009 10 0000 01"),
            "main: offset 6: reaches offset 9 with 1 operands, elsewhere with 0")
      << "arm is not balanced";
  EXPECT_EQ(Main("10 0000 31 000A 10 0000 01 41"), "");
}

TEST(VerifierTest, GrowingLoopIsRefused) {
  EXPECT_EQ(Main("10 0000 01 30 0000"), "");
  EXPECT_THAT(Main("10 0000 30 0000"),
              HasSubstr("offset 3: reaches offset 0 with 1 operands, elsewhere with 0"));
}

TEST(VerifierTest, FrameSlotsAreLimited) {
  const auto array = [](size_t loads, uint32_t locals) {
    Module module = WithFunction("41", 0, locals);
    std::vector<uint8_t> code;
    for (size_t i = 0; i < loads; ++i) code.insert(code.end(), {0x15, 0x0c});
    code.push_back(0x41);
    module.functions[1].code = code;
    return Verify(std::move(module)).status();
  };
  EXPECT_TRUE(array(kMaxFrameSlots, 0).ok());
  EXPECT_TRUE(array(kMaxFrameSlots - 10, 10).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(array(kMaxFrameSlots + 1, 0)));
  EXPECT_THAT(std::string(array(kMaxFrameSlots - 9, 10).message()), HasSubstr("exceed the limit of 65000"));
  EXPECT_TRUE(absl::IsResourceExhausted(array(0, kMaxFrameSlots + 1)));
  EXPECT_TRUE(absl::IsResourceExhausted(array(0, 0xffffffff)));
}

TEST(VerifierTest, ConstantOperands) {
  EXPECT_EQ(Main("10 0000 01 10 0001 01 10 0002 01 10 0005 01"), "");
  EXPECT_THAT(Main("10 0007"), HasSubstr("constant 7 is not below 7"));
  EXPECT_THAT(Main("41 10 0007"), HasSubstr("constant 7")) << "also where it is never reached";
  EXPECT_THAT(Main("10 0003"), HasSubstr("LoadConst of a function"));
}

TEST(VerifierTest, ImportsAreCalledAtOnce) {
  EXPECT_EQ(Main("10 0004 40 00 01"), "");
  EXPECT_THAT(Main("10 0004 01"), HasSubstr("offset 3: an import must be called at once"));
  EXPECT_THAT(Main("10 0004"), HasSubstr("offset 3: an import must be called at once"));
  EXPECT_THAT(Main("15 0C 10 0004 40 01 01"), HasSubstr("must be called at once"));
  // A second way to the Call.
  EXPECT_THAT(Main("10 0000 31 0009 10 0004 40 00 01"), HasSubstr("offset 9: jump to the call of an import"));
  // A jump to the load is fine.
  EXPECT_EQ(Main("10 0000 31 0006 10 0004 40 00 01"), "");
}

TEST(VerifierTest, ImportBodies) {
  Module module = Base("");
  module.imports[0].init = 0;
  EXPECT_THAT(Judge(module), HasSubstr("import 0: its body, constant 0, is no function"));
  module.imports[0].init = 7;
  EXPECT_THAT(Judge(module), HasSubstr("constant 7, is no function"));
  module = Base("");
  module.functions[0].params = module.functions[0].locals = 1;
  EXPECT_THAT(Judge(module), HasSubstr("its body takes parameters"));
  module = WithFunction("46 00 43 0003 01 42", 0, 1);
  EXPECT_THAT(Judge(module), HasSubstr("its body has captures"));
  EXPECT_EQ(Main("43 0003 00 01"), "") << "a closure without captures over a body is harmless";
}

TEST(VerifierTest, Structs) {
  EXPECT_EQ(Main("10 0001 10 0001 1E 0001 0002 01"), "");
  EXPECT_EQ(Main("1E 0001 0000 01"), "");
  EXPECT_EQ(Main("10 0001 10 0001 1E 0001 0001 01 01"), "") << "more strings than names";
  EXPECT_THAT(Main("1E 0000 0000"), HasSubstr("struct name, constant 0, is no string"));
  EXPECT_THAT(Main("1E 00FF 0000"), HasSubstr("struct name, constant 255"));
  EXPECT_THAT(Main("10 0001 10 0000 1E 0001 0002"),
              HasSubstr("offset 6: struct wants 2 field names, directly"));
  EXPECT_THAT(Main("10 0001 02 1E 0001 0002"), HasSubstr("directly before it are 0"));
}

TEST(VerifierTest, NoJumpBetweenFieldNamesAndStruct) {
  // 0: int; 3: jump if falsy to X; 6, 9: names; 12: struct.
  EXPECT_EQ(Main("10 0000 31 0006 10 0001 10 0001 1E 0001 0002 01"), "") << "to the first name";
  EXPECT_THAT(Main("15 00 10 0000 31 000B 10 0001 10 0001 1E 0001 0002"),
              HasSubstr("directly before it are 1"));
  EXPECT_THAT(Main("15 00 10 0000 31 000E 10 0001 10 0001 1E 0001 0002"),
              HasSubstr("directly before it are 0"));
}

TEST(VerifierTest, Closures) {
  EXPECT_EQ(Main("43 0006 00 01"), "");
  EXPECT_THAT(Main("43 0000 00"), HasSubstr("constant 0 is no function"));
  EXPECT_THAT(Main("43 00FF 00"), HasSubstr("constant 255 is no function"));
  // Function 1 makes closures of function 0, which no import names here.
  const auto makes = [](absl::string_view code) {
    Module module = WithFunction(code, 0, 2);
    module.imports.clear();
    module.constants[4] = NullConstant();
    return Judge(module);
  };
  EXPECT_EQ(makes("46 00 46 01 43 0003 02 42"), "");
  EXPECT_EQ(makes("46 00 43 0003 01 01 46 01 43 0003 01 42"), "");
  EXPECT_THAT(makes("46 00 43 0003 02 42"), HasSubstr("closure wants 2 captures, directly before it are 1"));
  EXPECT_THAT(makes("46 00 46 01 43 0003 01 42"), HasSubstr("directly before it are 2"))
      << "a cell would stay";
  EXPECT_THAT(makes("13 00 43 0003 01 42"), HasSubstr("directly before it are 0")) << "a plain value";
  EXPECT_THAT(makes("46 00 01 41"), HasSubstr("captures without a Closure"));
  EXPECT_THAT(makes("46 00 42"), HasSubstr("captures without a Closure"));
  EXPECT_THAT(makes("41 46 00"), HasSubstr("captures without a Closure"));
  EXPECT_THAT(makes("46 02 43 0003 01 42"), HasSubstr("local 2 is not below 2"));
}

TEST(VerifierTest, NoJumpBetweenCapturesAndClosure) {
  const auto jumps_to = [](absl::string_view target) {
    Module module = WithFunction(absl::StrCat("10 0000 31 ", target, " 46 00 46 01 43 0003 02 42"), 0, 2);
    module.imports.clear();
    module.constants[4] = NullConstant();
    return Judge(module);
  };
  EXPECT_EQ(jumps_to("0006"), "") << "the first capture";
  EXPECT_THAT(jumps_to("0008"), HasSubstr("offset 8: jump between captures and their Closure"));
  EXPECT_THAT(jumps_to("000A"), HasSubstr("offset 10: jump between captures and their Closure"));
  EXPECT_EQ(Main("10 0000 31 0006 43 0006 00 01"), "") << "without captures there is nothing to skip";
}

TEST(VerifierTest, CapturesOfOneFunctionAgree) {
  Module module = WithFunction("46 00 43 0003 01 01 46 00 46 01 43 0003 02 42", 0, 2);
  module.imports.clear();
  module.constants[4] = NullConstant();
  EXPECT_THAT(Judge(module), HasSubstr("closure with 2 captures, elsewhere the same function has 1"));
  // Two constants may name one function: the rule is about the function.
  module = WithFunction("46 00 43 0003 01 42", 0, 1, "43 0004 00 01");
  module.imports.clear();
  module.constants[4] = FunctionConstant(0);
  EXPECT_THAT(Judge(module), HasSubstr("elsewhere the same function has"));
}

TEST(VerifierTest, CaptureIndices) {
  // Function 1 captures its only local for function 0.
  const auto inner = [](absl::string_view code) {
    Module module = WithFunction("46 00 43 0003 01 42", 0, 1, "43 0006 00 01");
    module.imports.clear();
    module.constants[4] = NullConstant();
    module.functions[0].code = Hex(code);
    return Judge(module);
  };
  EXPECT_EQ(inner("44 00 45 00 41"), "");
  EXPECT_THAT(inner("44 01 42"), HasSubstr("capture 1 is not below 1"));
  EXPECT_THAT(inner("10 0000 45 01 41"), HasSubstr("capture 1"));
  EXPECT_THAT(inner("47 01 43 0003 01 42"), HasSubstr("capture 1 is not below 1"));
  EXPECT_EQ(inner("47 00 43 0003 01 42"), "");
  EXPECT_THAT(Fn("44 00 42"), HasSubstr("capture 0 is not below 0")) << "no Closure names the function";
  EXPECT_THAT(Main("44 00 01"), HasSubstr("main: offset 0: capture 0 is not below 0"));
}

TEST(VerifierTest, LocalsGlobalsBuiltins) {
  EXPECT_EQ(Fn("13 01 14 00 41", 1, 2), "");
  EXPECT_THAT(Fn("13 02 42", 1, 2), HasSubstr("local 2 is not below 2"));
  EXPECT_THAT(Fn("10 0000 14 02 41", 1, 2), HasSubstr("local 2"));
  EXPECT_THAT(Main("13 00 01"), HasSubstr("local 0 is not below 0"));
  EXPECT_EQ(Main("11 0001 12 0000"), "");
  EXPECT_THAT(Main("11 0002 01"), HasSubstr("global 2 is not below 2"));
  EXPECT_THAT(Main("10 0000 12 0002"), HasSubstr("global 2"));
  EXPECT_EQ(Main("15 3B 01"), "");
  EXPECT_THAT(Main("15 3C 01"), HasSubstr("built-in 60 is not below 60"));
}

TEST(VerifierTest, HashesTakePairs) {
  EXPECT_EQ(Main("10 0000 02 1B 0002 01 1B 0000 01"), "");
  EXPECT_THAT(Main("10 0000 1B 0001 01"), HasSubstr("offset 3: Hash of an odd number"));
}

TEST(VerifierTest, UnitHeaders) {
  EXPECT_THAT(Fn("41", 2, 1), HasSubstr("2 parameters but only 1 locals"));
  Module module = Base("");
  module.main.locals = 1;
  EXPECT_THAT(Judge(module), HasSubstr("main has no locals"));
  module = Base("");
  module.main.file = 1;
  EXPECT_THAT(Judge(module), HasSubstr("main: file index 1 is not below 1"));
  module = Base("");
  module.files.clear();
  EXPECT_THAT(Judge(module), HasSubstr("file index 0 is not below 0"));
}

TEST(VerifierTest, LineTables) {
  const auto lines = [](std::vector<LineEntry> table) {
    Module module = Base("10 0000 01");
    module.main.lines = std::move(table);
    return Judge(module);
  };
  EXPECT_EQ(lines({{0, 1, 1}, {3, 1, 5}}), "");
  EXPECT_EQ(lines({{2, 9, 0}}), "") << "need not begin at 0";
  EXPECT_THAT(lines({{3, 1, 1}, {3, 2, 1}}), HasSubstr("offset 3: line table is not increasing"));
  EXPECT_THAT(lines({{3, 1, 1}, {0, 2, 1}}), HasSubstr("line table is not increasing"));
  EXPECT_THAT(lines({{4, 1, 1}}), HasSubstr("offset 4: line table leaves the code"));
}

TEST(VerifierTest, ConstantTables) {
  Module module = Base("");
  module.constants[1] = StringConstant(1);
  EXPECT_THAT(Judge(module), HasSubstr("constant 1: index 1 is not below 1"));
  module = Base("");
  module.constants[3] = FunctionConstant(2);
  EXPECT_THAT(Judge(module), HasSubstr("constant 3: index 2 is not below 2"));
  module = Base("");
  module.constants[4] = ImportConstant(0xffffffff);
  EXPECT_THAT(Judge(module), HasSubstr("constant 4: index 4294967295"));
  module = Base("");
  module.constants[0].kind = static_cast<ConstantKind>(7);
  EXPECT_THAT(Judge(module), HasSubstr("constant 0: unknown kind"));
}

TEST(VerifierTest, GlobalsArePaidForInCode) {
  Module module = Base("");
  module.globals = 65536;
  EXPECT_EQ(Judge(module), "");
  module.globals = 65537;
  EXPECT_THAT(Judge(module), HasSubstr("65537 globals are more than its code can use"));
  module.main.code.assign(65537, 0x41);
  EXPECT_EQ(Judge(module), "");
  module.globals = 0;
  module.global_names = {"x"};
  EXPECT_THAT(Judge(module), HasSubstr("more global names than globals"));
}

TEST(VerifierTest, NamesInMessagesAreEscapedAndCut) {
  Module module = WithFunction("01", 0, 0);
  module.functions[1].name = "\x1b[2J" + std::string(1000, 'x');
  const std::string message = Judge(module);
  EXPECT_THAT(message, HasSubstr("\\x1b[2Jxx"));
  EXPECT_LT(message.size(), 200u);
}

TEST(VerifierTest, WhatTheTranslatorLearns) {
  // 0: captures local 1; 7: loop head; 15: behind the loop; 16: dead code.
  Module module = WithFunction("46 01 43 0003 01 01 13 00 31 000F 30 0007 41 01", 1, 3);
  module.imports.clear();
  module.constants[4] = NullConstant();
  absl::StatusOr<VerifiedModule> verified = Verify(std::move(module));
  ASSERT_TRUE(verified.ok()) << verified.status();
  const UnitInfo& info = verified->function_info(1);
  EXPECT_EQ(info.max_depth, 1u);
  EXPECT_EQ(info.instruction_count, 8u);
  EXPECT_EQ(info.captures, 0u);
  EXPECT_THAT(info.captured_locals, ElementsAre(1));
  EXPECT_EQ(verified->function_info(0).captures, 1u);
  EXPECT_EQ(info.depth_at[0], 0);
  EXPECT_EQ(info.depth_at[1], kNoDepth) << "inside an instruction";
  EXPECT_EQ(info.depth_at[2], 1);
  EXPECT_EQ(info.depth_at[9], 1);
  EXPECT_TRUE(info.IsReachable(12));
  EXPECT_TRUE(info.IsLoopHead(7));
  EXPECT_TRUE(info.IsJumpTarget(15));
  EXPECT_FALSE(info.IsLoopHead(15));
  EXPECT_FALSE(info.IsJumpTarget(9));
  EXPECT_FALSE(info.IsReachable(16));
  EXPECT_EQ(info.marks.size(), 18u);
}

// Many joins with many operands: linear work, three bytes of memory per byte of code.
TEST(VerifierTest, ManyJoinsTimesManyOperands) {
  std::vector<uint8_t> code;
  for (int i = 0; i < 20000; ++i) code.insert(code.end(), {0x15, 0x0c});
  for (int i = 0; i < 20000; ++i) {
    const size_t next = code.size() + 8;
    code.insert(code.end(), {0x15, 0x0c, 0xf0, 0x31});
    for (int shift = 24; shift >= 0; shift -= 8) code.push_back(static_cast<uint8_t>(next >> shift));
  }
  code.push_back(0x41);
  Module module = Base("");
  module.features = kFeatureWideOperands;
  module.functions[1].code = code;
  absl::StatusOr<VerifiedModule> verified = Verify(std::move(module));
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->function_info(1).max_depth, 20001u);
}

}  // namespace
}  // namespace foxvm::bytecode
