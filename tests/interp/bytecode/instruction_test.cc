#include "interp/bytecode/instruction.h"

#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/interp/bytecode/test_modules.h"

namespace foxvm::bytecode {
namespace {

Instruction DecodeOrFail(const std::vector<uint8_t>& code, size_t offset = 0) {
  Instruction instruction{};
  EXPECT_TRUE(Decode(code, offset, &instruction));
  return instruction;
}

bool Decodes(const std::vector<uint8_t>& code, size_t offset = 0) {
  Instruction instruction;
  return Decode(code, offset, &instruction);
}

TEST(InstructionTest, NamesOfTheReferenceBytes) {
  const std::map<int, std::string> expected = {
      {0x01, "Pop"},         {0x02, "Dup"},           {0x10, "LoadConst"}, {0x11, "LoadGlobal"},
      {0x15, "GetBuiltin"},  {0x1A, "Array"},         {0x1E, "Struct"},    {0x20, "Add"},
      {0x2F, "Minus"},       {0x31, "JumpNotTruthy"}, {0x40, "Call"},      {0x43, "Closure"},
      {0x47, "LoadUpvalue"}, {0x50, "UpdateModule"},  {0xF0, "Wide"}};
  for (const auto& [byte, name] : expected) EXPECT_EQ(GetOpcodeInfo(byte).name, name) << byte;
}

TEST(InstructionTest, EveryOtherByteIsNoOpcode) {
  int known = 0;
  for (int byte = 0; byte < 256; ++byte) {
    if (GetOpcodeInfo(byte).name != nullptr) {
      ++known;
    } else {
      EXPECT_FALSE(Decodes({static_cast<uint8_t>(byte), 0, 0, 0, 0, 0, 0, 0, 0})) << byte;
    }
  }
  EXPECT_EQ(known, 55);
}

TEST(InstructionTest, OperandsAreBigEndianAndUnsigned) {
  Instruction jump = DecodeOrFail(Hex("30 FFFE"));
  EXPECT_EQ(jump.a, 0xFFFEu);
  EXPECT_EQ(jump.length, 3u);
  Instruction closure = DecodeOrFail(Hex("01 43 0102 FF"), 1);
  EXPECT_EQ(closure.a, 0x0102u);
  EXPECT_EQ(closure.b, 0xFFu);
  EXPECT_EQ(closure.length, 4u);
  Instruction schema = DecodeOrFail(Hex("1E 8001 0203"));
  EXPECT_EQ(schema.a, 0x8001u);
  EXPECT_EQ(schema.b, 0x0203u);
  EXPECT_EQ(DecodeOrFail(Hex("13 80")).a, 0x80u);
  EXPECT_FALSE(schema.wide);
}

TEST(InstructionTest, WideOperandsHaveFourBytesEach) {
  Instruction local = DecodeOrFail(Hex("F0 13 80000001"));
  EXPECT_TRUE(local.wide);
  EXPECT_EQ(local.opcode, Opcode::kLoadLocal);
  EXPECT_EQ(local.a, 0x80000001u);
  EXPECT_EQ(local.length, 6u);
  Instruction closure = DecodeOrFail(Hex("F0 43 00010000 00000100"));
  EXPECT_EQ(closure.a, 0x10000u);
  EXPECT_EQ(closure.b, 0x100u);
  EXPECT_EQ(closure.length, 10u);
}

TEST(InstructionTest, TypedOpcodes) {
  const std::map<int, std::string> expected = {
      {0xE0, "Swap"},    {0xE1, "Mod"},           {0xE2, "Check"},
      {0xE3, "Default"}, {0xE4, "Field"},         {0xE5, "SetField"},
      {0xE6, "At"},      {0xE7, "SetAt"},         {0xE8, "Method"},
      {0xE9, "Invoke"},  {0xEA, "StringGreater"}, {0xEB, "StringGreaterEqual"},
      {0xEC, "Same"},    {0xED, "Fresh"}};
  for (int byte = 0; byte < 256; ++byte) {
    const bool typed =
        GetOpcodeInfo(static_cast<uint8_t>(byte)).name != nullptr && IsTyped(static_cast<Opcode>(byte));
    EXPECT_EQ(typed, expected.contains(byte)) << byte;
  }
  for (const auto& [byte, name] : expected) EXPECT_EQ(GetOpcodeInfo(static_cast<uint8_t>(byte)).name, name);
  const Instruction invoke = DecodeOrFail(Hex("E9 0102 FF"));
  EXPECT_EQ(invoke.a, 0x0102u);
  EXPECT_EQ(invoke.b, 0xFFu);
  EXPECT_EQ(PopCount(invoke), 256u);
  EXPECT_EQ(PopCount(DecodeOrFail(Hex("F0 E9 00000000 FFFFFFFF"))), 0xFFFFFFFFu) << "saturates";
  EXPECT_EQ(DecodeOrFail(Hex("F0 ED 00000100")).a, 0x100u);
}

TEST(InstructionTest, WideNeedsAnOpcodeWithOperands) {
  EXPECT_FALSE(Decodes(Hex("F0")));
  EXPECT_FALSE(Decodes(Hex("F0 01 00000000")));
  EXPECT_FALSE(Decodes(Hex("F0 F0 10 00000000")));
  EXPECT_FALSE(Decodes(Hex("F0 03 00000000")));
}

TEST(InstructionTest, CutOperandsDoNotDecode) {
  for (const char* text : {"10 0001", "13 00", "43 0000 00", "1E 0000 0000", "F0 10 00000000",
                           "F0 43 00000000 00000000", "F0 1E 00000000 00000000"}) {
    std::vector<uint8_t> code = Hex(text);
    EXPECT_TRUE(Decodes(code)) << text;
    while (!code.empty()) {
      code.pop_back();
      EXPECT_FALSE(Decodes(code)) << text << " cut to " << code.size();
    }
  }
  EXPECT_FALSE(Decodes(Hex("01"), 1));
  EXPECT_FALSE(Decodes(Hex("01"), 1000));
}

TEST(InstructionTest, StackEffects) {
  const auto effect = [](const char* text) {
    const Instruction instruction = DecodeOrFail(Hex(text));
    return std::pair<uint32_t, uint32_t>(PopCount(instruction), PushCount(instruction));
  };
  using Effect = std::pair<uint32_t, uint32_t>;
  EXPECT_EQ(effect("02"), Effect(1, 2));
  EXPECT_EQ(effect("1A 0005"), Effect(5, 1));
  EXPECT_EQ(effect("1B 0004"), Effect(4, 1));
  EXPECT_EQ(effect("1D"), Effect(3, 0));
  EXPECT_EQ(effect("1E 0007 0003"), Effect(3, 1));
  EXPECT_EQ(effect("31 0000"), Effect(1, 0));
  EXPECT_EQ(effect("40 02"), Effect(3, 1));
  EXPECT_EQ(effect("43 0009 02"), Effect(2, 1));
  EXPECT_EQ(effect("41"), Effect(0, 0));
  EXPECT_EQ(effect("42"), Effect(1, 0));
  EXPECT_EQ(effect("F0 40 FFFFFFFF"), Effect(0xFFFFFFFF, 1)) << "saturates";
}

TEST(InstructionTest, ControlFlowPredicates) {
  EXPECT_TRUE(IsJump(Opcode::kJump));
  EXPECT_TRUE(IsJump(Opcode::kJumpNotTruthy));
  EXPECT_FALSE(IsJump(Opcode::kCall));
  EXPECT_TRUE(EndsBlock(Opcode::kJump));
  EXPECT_FALSE(EndsBlock(Opcode::kJumpNotTruthy));
  EXPECT_TRUE(EndsBlock(Opcode::kReturn));
  EXPECT_TRUE(EndsBlock(Opcode::kReturnValue));
}

}  // namespace
}  // namespace foxvm::bytecode
