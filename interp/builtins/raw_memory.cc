#include "interp/builtins/raw_memory.h"

#include <iterator>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace foxvm::builtins {
namespace {

// What a block costs besides its bytes: the allocator's header and rounding, and a map node.
constexpr uint64_t kBlockOverheadBytes = 128;

}  // namespace

absl::StatusOr<uint64_t> RawMemory::Allocate(int64_t bytes) {
  if (bytes <= 0) return absl::InvalidArgumentError(absl::StrCat("invalid allocation size: ", bytes));
  uint64_t size = static_cast<uint64_t>(bytes);
  if (size > limits_.block_bytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("allocation size ", size, " exceeds tray limit ", limits_.block_bytes));
  }
  uint64_t charge = size + kBlockOverheadBytes;
  bool fits = charge <= limits_.total_bytes - reserved_bytes_;
  std::unique_ptr<char, Free> memory(fits ? static_cast<char*>(std::calloc(size, 1)) : nullptr);
  if (memory == nullptr) return absl::ResourceExhaustedError("virtual memory limit reached");
  uint64_t address = reinterpret_cast<uint64_t>(memory.get());
  blocks_.emplace(address, Block{size, std::move(memory)});
  reserved_bytes_ += charge;
  return address;
}

absl::StatusOr<absl::Span<char>> RawMemory::Find(uint64_t address, int64_t offset, int64_t count) {
  // Built only on failure: a Status with a message allocates.
  auto outside = [] { return absl::OutOfRangeError("segmentation fault: out of bounds"); };
  uint64_t start = address + static_cast<uint64_t>(offset);
  if (address == 0 || start == 0) return absl::OutOfRangeError("segmentation fault: nil pointer");
  bool wrapped = offset >= 0 ? start < address : start > address;
  if (wrapped || count < 0) return outside();
  auto after = blocks_.upper_bound(start);
  if (after == blocks_.begin()) return outside();
  const auto& [base, block] = *std::prev(after);
  uint64_t into = start - base;
  if (into > block.size || static_cast<uint64_t>(count) > block.size - into) return outside();
  return absl::MakeSpan(block.bytes.get() + into, static_cast<size_t>(count));
}

}  // namespace foxvm::builtins
