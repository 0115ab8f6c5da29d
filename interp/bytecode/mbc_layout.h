// What reader and writer of `.mbc` files share: magic, section tags, integer mappings, checksum table.
// Threads: constants and pure functions.  Not here: the meaning of the fields (docs/bytecode.md).
#ifndef FOXVM_INTERP_BYTECODE_MBC_LAYOUT_H_
#define FOXVM_INTERP_BYTECODE_MBC_LAYOUT_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace foxvm::bytecode {

inline constexpr absl::string_view kMbcMagic = "FXBC";
inline constexpr size_t kMbcHeaderBytes = 12;  // magic, version, reserved, features
inline constexpr size_t kMbcChecksumBytes = 4;

// Tags of the sections, which stand in this order, each once.
enum class MbcSection : uint8_t {
  kStrings = 1,
  kFiles = 2,
  kConstants = 3,
  kImports = 4,
  kFunctions = 5,
  kGlobals = 6,
};

// Signed to unsigned, small magnitudes to small numbers: 0, -1, 1, -2 become 0, 1, 2, 3.
constexpr uint64_t ZigZag64(int64_t value) {
  return static_cast<uint64_t>(value) << 1 ^ (value < 0 ? ~uint64_t{0} : 0);
}
constexpr int64_t UnZigZag64(uint64_t value) {
  return static_cast<int64_t>(value >> 1 ^ ((value & 1) != 0 ? ~uint64_t{0} : 0));
}
// The same for 32-bit differences, taken as signed.
constexpr uint32_t ZigZag32(uint32_t difference) {
  return difference << 1 ^ ((difference >> 31) != 0 ? ~uint32_t{0} : 0);
}
constexpr uint32_t UnZigZag32(uint32_t value) { return value >> 1 ^ ((value & 1) != 0 ? ~uint32_t{0} : 0); }

}  // namespace foxvm::bytecode

#endif  // FOXVM_INTERP_BYTECODE_MBC_LAYOUT_H_
