#include "gc/heap_options.h"

#include "absl/strings/str_format.h"

namespace foxvm::gc {
namespace {

// A quarter of the smallest heap is the smallest young generation that holds a few objects of the largest
// small size.
constexpr size_t kMinMaxBytes = 256 * 1024;
constexpr size_t kMaxMaxBytes = size_t{1} << 40;
constexpr size_t kMinYoungBytes = 32 * 1024;
constexpr size_t kMaxYoungBytes = size_t{1} << 30;
constexpr int kMaxPromotionAge = 15;
constexpr double kMinGrowthFactor = 1.05;
constexpr double kMaxGrowthFactor = 16.0;

}  // namespace

absl::Status HeapOptions::Validate() const {
  if (max_bytes < kMinMaxBytes || max_bytes > kMaxMaxBytes) {
    return absl::InvalidArgumentError(
        absl::StrFormat("max_bytes must be from %d KiB to %d GiB", kMinMaxBytes >> 10, kMaxMaxBytes >> 30));
  }
  if (young_bytes < kMinYoungBytes || young_bytes > kMaxYoungBytes) {
    return absl::InvalidArgumentError(
        absl::StrFormat("young_bytes must be from %d KiB to %d MiB", kMinYoungBytes >> 10, kMaxYoungBytes >> 20));
  }
  if (promotion_age < 1 || promotion_age > kMaxPromotionAge) {
    return absl::InvalidArgumentError(
        absl::StrFormat("promotion_age must be between 1 and %d", kMaxPromotionAge));
  }
  if (!(growth_factor >= kMinGrowthFactor && growth_factor <= kMaxGrowthFactor)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("growth_factor must be between %g and %g", kMinGrowthFactor, kMaxGrowthFactor));
  }
  return absl::OkStatus();
}

}  // namespace foxvm::gc
