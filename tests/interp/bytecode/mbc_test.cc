#include "interp/bytecode/mbc.h"

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "interp/bytecode/disassembler.h"
#include "interp/bytecode/json_dump.h"
#include "interp/bytecode/verifier.h"
#include "tests/interp/bytecode/test_modules.h"

namespace foxvm::bytecode {
namespace {

using testing::HasSubstr;

std::string Bytes(absl::string_view hex) {
  const std::vector<uint8_t> bytes = Hex(hex);
  return std::string(bytes.begin(), bytes.end());
}

// `bytes` with the last four replaced by the right checksum, so that a change reaches the reader proper.
std::string Resealed(std::string bytes) {
  bytes.resize(bytes.size() - 4);
  const uint32_t sum = MbcChecksum(bytes);
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<char>(sum >> (8 * i) & 0xff));
  return bytes;
}

std::string Error(absl::string_view bytes) {
  const absl::StatusOr<Module> module = ReadMbc(bytes);
  return module.ok() ? "" : std::string(module.status().message());
}

// A file with the given sections' bytes and a right header and checksum.
std::string File(absl::string_view sections) {
  return Resealed(Bytes(absl::StrCat("46584243 0100 0000 00000000", sections, "00000000")));
}
constexpr char kEmptySections[] =
    "01 01 00  02 01 00  03 01 00  04 01 00  05 07 00 00 00 00 00 00 00  06 02 00 00";

TEST(MbcTest, ChecksumIsTheCommonCrc32) {
  EXPECT_EQ(MbcChecksum("123456789"), 0xcbf43926u);
  EXPECT_EQ(MbcChecksum(""), 0u);
}

TEST(MbcTest, RoundTrip) {
  const Module sample = Sample();
  const std::string bytes = WriteMbc(sample);
  absl::StatusOr<Module> read = ReadMbc(bytes);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(Same(*read, sample));
  EXPECT_EQ(WriteMbc(*read), bytes);
}

TEST(MbcTest, RoundTripOfATypedModule) {
  Module module = MainOnly("10 0000 E2 01");
  module.features = kFeatureTyped;
  module.constants = {IntConstant(7)};
  const std::string bytes = WriteMbc(module);
  EXPECT_EQ(bytes[8], 4);
  absl::StatusOr<Module> read = ReadMbc(bytes);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(Same(*read, module));
  EXPECT_EQ(read->features, kFeatureTyped);
}

TEST(MbcTest, RoundTripOfExtremes) {
  Module module = MainOnly("");
  module.features = kFeatureWideOperands | kFeatureHostGlobals;
  module.host_globals = {0, 0xffffffff};
  module.constants = {IntConstant(INT64_MIN),  IntConstant(INT64_MAX),     IntConstant(-1),
                      IntConstant(0),          FloatConstant(-0.0),        FloatConstant(std::nan("7")),
                      FloatConstant(HUGE_VAL), StringConstant(0xffffffff), FunctionConstant(0x80),
                      BoolConstant(false)};
  module.main.locals = module.main.params = module.main.file = 0xffffffff;
  module.main.lines = {{0xffffffff, 0, 0xffffffff}, {0, 0xffffffff, 0}, {5, 1, 1}};
  module.imports = {{"", 0xffffffff}};
  module.globals = 0xffffffff;
  module.strings = {std::string(100000, '\0'), ""};
  absl::StatusOr<Module> read = ReadMbc(WriteMbc(module));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(Same(*read, module));
}

// The worked example of docs/bytecode.md.
TEST(MbcTest, DocumentedExample) {
  Module module = MainOnly("15 0C | 10 0000 | 40 01 | 01");
  module.files = {"hai.fox"};
  module.strings = {"Hai"};
  module.constants = {StringConstant(0)};
  module.main.lines = {{0, 1, 1}};
  EXPECT_EQ(absl::BytesToHexString(WriteMbc(module)),
            absl::BytesToHexString(Bytes("46584243 0100 0000 00000000"
                                         "01 05 01 03 486169"
                                         "02 09 01 07 6861692E666F78"
                                         "03 03 01 04 00"
                                         "04 01 00"
                                         "05 12 00 00 00 00 08 150C100000400101 01 00 02 01 00"
                                         "06 02 00 00"
                                         "880ACA3C")));
}

TEST(MbcTest, SmallestFile) {
  absl::StatusOr<Module> module = ReadMbc(File(kEmptySections));
  ASSERT_TRUE(module.ok()) << module.status();
  EXPECT_TRUE(Same(*module, Module()));
}

TEST(MbcTest, HeaderErrors) {
  const std::string good = WriteMbc(Sample());
  const auto with = [&good](size_t at, char byte) {
    std::string bytes = good;
    bytes[at] = byte;
    return Error(Resealed(bytes));
  };
  EXPECT_EQ(Error(""), "mbc: offset 0: not a bytecode file");
  EXPECT_EQ(with(3, 'X'), "mbc: offset 0: not a bytecode file");
  EXPECT_EQ(Error(absl::string_view(good).substr(0, 15)), "mbc: offset 15: unexpected end");
  EXPECT_EQ(with(4, 2), "mbc: offset 4: format version 2, this program reads 1");
  EXPECT_EQ(with(7, 1), "mbc: offset 6: reserved bytes are not zero");
  EXPECT_EQ(with(8, 14), "mbc: offset 8: unknown feature flags 0x8");
  std::string broken = good;
  broken.back() ^= 1;
  EXPECT_EQ(Error(broken), absl::StrCat("mbc: offset ", good.size() - 4, ": checksum mismatch"));
}

TEST(MbcTest, SectionErrors) {
  EXPECT_EQ(Error(File("02 01 00")), "mbc: offset 12: section 1 expected");
  EXPECT_EQ(Error(File("01 01 00")), "mbc: offset 15: unexpected end");
  EXPECT_EQ(Error(File("01 02 00 00")), "mbc: offset 15: section 1 is longer than its content");
  EXPECT_EQ(Error(File(absl::StrCat(kEmptySections, "07"))), "mbc: offset 37: bytes after the last section");
  EXPECT_THAT(Error(File("01 7F 00")), HasSubstr("offset 13: count 127 exceeds what the 1 bytes left"));
}

TEST(MbcTest, CountsAreCheckedBeforeAnythingIsAllocated) {
  // 2^31 - 1 strings, functions' code, constants: announced in a few bytes.
  EXPECT_THAT(Error(File("01 06 FFFFFFFF07 00")), HasSubstr("offset 14: count 2147483647 exceeds"));
  EXPECT_THAT(Error(File("01 0B FFFFFFFFFFFFFFFFFF01 00")), HasSubstr("count 18446744073709551615 exceeds"));
  EXPECT_THAT(Error(File("01 01 00 02 01 00 03 03 02 00 00 FF")), HasSubstr("offset 23: section 4 expected"));
  EXPECT_THAT(Error(File("01 01 00 02 01 00 03 03 03 00 00")), HasSubstr("count 3 exceeds what the 2 bytes"));
}

TEST(MbcTest, IntegersHaveOneForm) {
  EXPECT_EQ(Error(File("01 02 80 00")), "mbc: offset 14: integer not in its shortest form");
  EXPECT_EQ(Error(File("01 01 00 02 01 00 03 07 01 04 FFFFFFFF1F")), "mbc: offset 22: integer too large");
  EXPECT_EQ(Error(File("01 01 00 02 01 00 03 0C 01 02 FFFFFFFFFFFFFFFFFF02")),
            "mbc: offset 22: integer too large");
}

TEST(MbcTest, ConstantErrors) {
  EXPECT_EQ(Error(File("01 01 00 02 01 00 03 02 01 07")), "mbc: offset 21: unknown kind of constant 7");
  EXPECT_EQ(Error(File("01 01 00 02 01 00 03 03 01 01 02")), "mbc: offset 22: a boolean is 0 or 1");
  EXPECT_EQ(Error(File("01 01 00 02 01 00 03 03 01 03 00")), "mbc: offset 23: unexpected end");
}

TEST(MbcTest, EveryTruncationIsRefused) {
  const std::string bytes = WriteMbc(Sample());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_NE(Error(absl::string_view(bytes).substr(0, size)), "") << size;
    // With a right checksum as well.
    if (size >= 4) {
      EXPECT_NE(Error(Resealed(bytes.substr(0, size))), "") << size;
    }
  }
}

TEST(MbcTest, EveryFlippedBitIsRefused) {
  const std::string bytes = WriteMbc(Sample());
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_NE(Error(damaged), "") << bit;
  }
}

// What is accepted after a change with a right checksum is a file like any other: it has this one encoding,
// and the verifier and the dumps cope with it.
TEST(MbcTest, MutationsAreRefusedOrConsistent) {
  const std::string bytes = WriteMbc(Sample());
  std::mt19937 random(20240601);
  int accepted = 0;
  int verified = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string mutant = bytes;
    for (uint32_t changes = 1 + random() % 4; changes > 0; --changes) {
      const size_t at = random() % mutant.size();
      switch (random() % 4) {
        case 0:
          mutant[at] = static_cast<char>(random());
          break;
        case 1:
          mutant[at] = static_cast<char>(mutant[at] ^ (1 << random() % 8));
          break;
        case 2:
          mutant.insert(at, 1, static_cast<char>(random()));
          break;
        default:
          mutant.erase(at, 1);
      }
    }
    mutant = Resealed(mutant);
    absl::StatusOr<Module> module = ReadMbc(mutant);
    if (!module.ok()) {
      EXPECT_THAT(std::string(module.status().message()), HasSubstr("mbc: offset "));
      continue;
    }
    ++accepted;
    EXPECT_EQ(WriteMbc(*module), mutant) << round;
    EXPECT_FALSE(Disassemble(*module).empty());
    EXPECT_FALSE(DumpJson(*module).empty());
    if (Verify(*std::move(module)).ok()) ++verified;
  }
  EXPECT_GT(accepted, 1000);
  EXPECT_GT(verified, 100);
  EXPECT_LT(verified, accepted);
}

}  // namespace
}  // namespace foxvm::bytecode
