// RawMemory: the manual memory of a program (alokasi, baca_mem, ...): blocks of bytes at fixed addresses.
// How: pointers are plain 64-bit numbers that programs compute with, so every access looks its block up by
// address
//      in an ordered map, O(log blocks), and must lie inside one block. An address may be kept as an INTEGER,
//      which no collector can see: blocks live until the RawMemory goes.
// Invariants: RM-1 blocks are disjoint, none is empty. RM-2 reserved_bytes() <= total_bytes of the limits.
// Threads: the VM's.  Collects: never.  Owns: the blocks.
#ifndef FOXVM_INTERP_BUILTINS_RAW_MEMORY_H_
#define FOXVM_INTERP_BUILTINS_RAW_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace foxvm::builtins {

struct RawMemoryLimits {
  uint64_t block_bytes = uint64_t{1} << 29;  // of one block
  uint64_t total_bytes = uint64_t{1} << 30;  // of all blocks, their bookkeeping included
};

class RawMemory {
 public:
  explicit RawMemory(RawMemoryLimits limits = {}) : limits_(limits) {}
  RawMemory(const RawMemory&) = delete;
  RawMemory& operator=(const RawMemory&) = delete;

  // The address of a new zeroed block, 16-aligned. InvalidArgument for a size that is not positive or above
  // the block limit, ResourceExhausted when the total is used up; the message is the language's.
  absl::StatusOr<uint64_t> Allocate(int64_t bytes);

  // The bytes [address + offset, + count). OutOfRange, with the language's message, unless they lie in one
  // block; the end of a block is good for count 0.
  absl::StatusOr<absl::Span<char>> Find(uint64_t address, int64_t offset, int64_t count);

  // Sum of the sizes asked for, plus the bookkeeping of each block.
  uint64_t reserved_bytes() const { return reserved_bytes_; }

 private:
  struct Free {
    void operator()(char* bytes) const { std::free(bytes); }
  };
  struct Block {
    uint64_t size;
    std::unique_ptr<char, Free> bytes;
  };

  RawMemoryLimits limits_;
  uint64_t reserved_bytes_ = 0;
  std::map<uint64_t, Block> blocks_;  // by first address
};

}  // namespace foxvm::builtins

#endif  // FOXVM_INTERP_BUILTINS_RAW_MEMORY_H_
