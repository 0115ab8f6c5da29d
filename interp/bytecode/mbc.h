// The `.mbc` file: a Module as bytes. docs/bytecode.md specifies it byte by byte.
// How: fixed header, six sections in fixed order with their lengths, CRC-32 at the end; integers are LEB128
// in
//      their shortest form only, so a module has exactly one encoding and WriteMbc(*ReadMbc(b)) == b.
// Invariants: MB-1 ReadMbc allocates at most a constant times the bytes it was given.
// Threads: pure functions.  Not here: whether the code makes sense (verifier.h).
#ifndef FOXVM_INTERP_BYTECODE_MBC_H_
#define FOXVM_INTERP_BYTECODE_MBC_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "interp/bytecode/module.h"

namespace foxvm::bytecode {

// The format version that WriteMbc writes and the only one that ReadMbc takes.
inline constexpr uint16_t kMbcVersion = 1;

// The file's bytes. The module need not be verified; every list must have fewer than kMaxTableEntries entries
// for the result to be readable. Deterministic: equal modules give equal bytes.
std::string WriteMbc(const Module& module);

// Takes any bytes. Error: InvalidArgument with the byte offset and the reason. The module is not verified.
absl::StatusOr<Module> ReadMbc(absl::string_view bytes);

// Whether `bytes` begin as every `.mbc` file does.
bool IsMbc(absl::string_view bytes);

// CRC-32 (IEEE 802.3, reflected, as in zlib): the file's last four bytes hold that of all bytes before them.
uint32_t MbcChecksum(absl::string_view bytes);
// The checksum of a text that goes on with `bytes` behind a part whose checksum is `checksum`; 0 for no part.
uint32_t ExtendMbcChecksum(uint32_t checksum, absl::string_view bytes);

}  // namespace foxvm::bytecode

#endif  // FOXVM_INTERP_BYTECODE_MBC_H_
