// RepairChecksum: makes a mutated `.mbc` file's checksum right, so that mutations reach what lies behind it.
// Threads: pure function.
#ifndef FOXVM_TESTS_FUZZ_CHECKSUM_H_
#define FOXVM_TESTS_FUZZ_CHECKSUM_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "interp/bytecode/mbc.h"

namespace foxvm::fuzz {

// Overwrites the last four bytes of `file`, little-endian; nothing when it is shorter.
inline void RepairChecksum(std::string* file) {
  if (file->size() < 4) return;
  absl::string_view body = absl::string_view(*file).substr(0, file->size() - 4);
  uint32_t checksum = bytecode::MbcChecksum(body);
  for (size_t i = 0; i < 4; ++i) (*file)[file->size() - 4 + i] = static_cast<char>(checksum >> (8 * i));
}

}  // namespace foxvm::fuzz

#endif  // FOXVM_TESTS_FUZZ_CHECKSUM_H_
