// The checksum of `.mbc` files.
#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "interp/bytecode/mbc.h"

namespace foxvm::bytecode {
namespace {

// Bytes that one step takes.
constexpr size_t kStep = 8;

// tables[k][byte]: what `byte` adds to the rest when k more bytes follow it.
constexpr std::array<std::array<uint32_t, 256>, kStep> MakeTables() {
  std::array<std::array<uint32_t, 256>, kStep> tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ ((rest & 1) != 0 ? 0xedb88320u : 0);
    tables[0][byte] = rest;
  }
  for (size_t k = 1; k < kStep; ++k) {
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint32_t before = tables[k - 1][byte];
      tables[k][byte] = before >> 8 ^ tables[0][before & 0xff];
    }
  }
  return tables;
}

constexpr std::array<std::array<uint32_t, 256>, kStep> kTables = MakeTables();

}  // namespace

uint32_t ExtendMbcChecksum(uint32_t checksum, absl::string_view bytes) {
  uint32_t rest = ~checksum;
  const auto* at = reinterpret_cast<const uint8_t*>(bytes.data());
  size_t left = bytes.size();
  for (; left >= kStep; at += kStep, left -= kStep) {
    const uint32_t first =
        rest ^ (uint32_t{at[0]} | uint32_t{at[1]} << 8 | uint32_t{at[2]} << 16 | uint32_t{at[3]} << 24);
    rest = kTables[7][first & 0xff] ^ kTables[6][first >> 8 & 0xff] ^ kTables[5][first >> 16 & 0xff] ^
           kTables[4][first >> 24] ^ kTables[3][at[4]] ^ kTables[2][at[5]] ^ kTables[1][at[6]] ^
           kTables[0][at[7]];
  }
  for (; left > 0; ++at, --left) rest = rest >> 8 ^ kTables[0][(rest ^ *at) & 0xff];
  return ~rest;
}

uint32_t MbcChecksum(absl::string_view bytes) { return ExtendMbcChecksum(0, bytes); }

}  // namespace foxvm::bytecode
