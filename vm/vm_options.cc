#include "vm/vm_options.h"

#include "absl/strings/str_format.h"

namespace foxvm::vm {
namespace {

// Below it the main code of an ordinary program may not fit.
constexpr size_t kMinStackBytes = size_t{16} << 10;
// Frame links are 32-bit offsets of 8-byte slots.
constexpr size_t kMaxStackBytes = size_t{16} << 30;

}  // namespace

absl::Status VmOptions::Validate() const {
  if (absl::Status status = heap.Validate(); !status.ok()) return status;
  if (stack_max_bytes < kMinStackBytes || stack_max_bytes > kMaxStackBytes) {
    return absl::InvalidArgumentError(
        absl::StrFormat("stack_max_bytes must be from %d KiB to %d GiB", kMinStackBytes >> 10, kMaxStackBytes >> 30));
  }
  return absl::OkStatus();
}

}  // namespace foxvm::vm
