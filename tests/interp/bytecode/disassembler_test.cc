#include "interp/bytecode/disassembler.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/interp/bytecode/test_modules.h"

namespace foxvm::bytecode {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(DisassemblerTest, WholeModule) {
  EXPECT_EQ(Disassemble(Sample()), R"(main: 0 params, 0 locals, 36 bytes, file "main.fox"
  line 1
000000  LoadConst     0             ; import "modul/x.fox"
000003  Call          0
000005  StoreGlobal   0             ; "x"
  line 2
000008  LoadConst     2             ; "S"
000011  LoadConst     4             ; "nama"
000014  Struct        2 2           ; "S"
000019  Pop
  line 5
000020  Closure       9 0           ; function 1 "luar"
000024  StoreGlobal   1             ; "luar"
  line 4
000027  LoadGlobal    1             ; "luar"
000030  LoadConst     5             ; -9223372036854775808
000033  Call          1
000035  Pop

function 0 "modul/x.fox": 0 params, 0 locals, 5 bytes, file "modul/x.fox"
000000  LoadConst     6             ; -2.5 (float)
000003  ReturnValue
000004  Return

function 1 "luar": 1 params, 2 locals, 12 bytes, file "main.fox"
  line 10
000000  CaptureLocal  0             ; parameter
000002  Closure       8 1           ; function 2
  line 11
000006  StoreLocal    1
  line 9
000008  LoadLocal     1
000010  ReturnValue
000011  Return

function 2: 0 params, 0 locals, 9 bytes, file "main.fox"
000000  GetFree       0
000002  LoadConst     3             ; benar
000005  Add
000006  SetFree       0
000008  Return
)");
}

TEST(DisassemblerTest, UndecodableBytesAreShown) {
  const std::string text = Disassemble(MainOnly("03 10 00"));
  EXPECT_THAT(text, HasSubstr("000000  .byte 0x03\n000001  .byte 0x10\n000002  .byte 0x00\n"));
}

TEST(DisassemblerTest, IndicesOutOfRange) {
  Module module = MainOnly("10 0000 10 0001 43 0002 00 15 FF 10 0003 10 0009 30 FFFF");
  module.constants = {StringConstant(5), ImportConstant(5), FunctionConstant(5), NullConstant()};
  const std::string text = Disassemble(module);
  EXPECT_THAT(text, HasSubstr("; missing string"));
  EXPECT_THAT(text, HasSubstr("; missing import"));
  EXPECT_THAT(text, HasSubstr("; function 5 (missing)"));
  EXPECT_THAT(text, HasSubstr("; missing constant"));
  EXPECT_THAT(text, HasSubstr("; missing built-in"));
  EXPECT_THAT(text, HasSubstr("; -> 065535"));
}

TEST(DisassemblerTest, TypedInstructions) {
  Module module =
      MainOnly("E0 E1 E2 E3 0000 E4 0001 E5 0002 E6 E7 E8 0001 E9 0001 02 EA EB EC ED 03 15 3C 15 49 15 4A");
  module.strings = {"jalan"};
  module.constants = {IntConstant(7), StringConstant(0)};
  EXPECT_EQ(Disassemble(module), R"(main: 0 params, 0 locals, 32 bytes, file "main.fox"
000000  Swap
000001  Mod
000002  Check
000003  Default       0             ; 7
000006  Field         1
000009  SetField      2
000012  At
000013  SetAt
000014  Method        1             ; "jalan"
000017  Invoke        1 2           ; "jalan"
000021  StringGreater
000022  StringGreaterEqual
000023  Same
000024  Fresh         3
000026  GetBuiltin    60            ; map_size
000028  GetBuiltin    73            ; text_of
000030  GetBuiltin    74            ; missing built-in
)");
}

TEST(DisassemblerTest, BuiltinsAreNamed) {
  EXPECT_THAT(Disassemble(MainOnly("15 0C")), HasSubstr("GetBuiltin    12            ; cetak\n"));
}

TEST(DisassemblerTest, WideInstructionsSaySo) {
  EXPECT_THAT(Disassemble(MainOnly("F0 11 00010000")), HasSubstr("LoadGlobal.wide 65536"));
}

TEST(DisassemblerTest, LongStringsAreCut) {
  Module module = MainOnly("10 0000");
  module.strings = {std::string(1000, 'z') + "ujung"};
  module.constants = {StringConstant(0)};
  const std::string text = Disassemble(module);
  EXPECT_THAT(text, HasSubstr("zzzz\"..."));
  EXPECT_THAT(text, Not(HasSubstr("ujung")));
}

}  // namespace
}  // namespace foxvm::bytecode
