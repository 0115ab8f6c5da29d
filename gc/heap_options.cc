#include "gc/heap_options.h"

#include <algorithm>

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
constexpr double kMaxPressureShare = 0.9;

// A size of the young generation that a heap of `max_bytes` can have.
size_t FittingYoung(size_t bytes, size_t max_bytes) {
  bytes = std::clamp(bytes, kMinYoungBytes, std::max(kMinYoungBytes, max_bytes / 4));
  return bytes / kMinYoungBytes * kMinYoungBytes;
}

}  // namespace

absl::Status HeapOptions::Validate() const {
  if (max_bytes < kMinMaxBytes || max_bytes > kMaxMaxBytes) {
    return absl::InvalidArgumentError(
        absl::StrFormat("max_bytes must be from %d KiB to %d GiB", kMinMaxBytes >> 10, kMaxMaxBytes >> 30));
  }
  if (young_bytes < kMinYoungBytes || young_bytes > kMaxYoungBytes) {
    return absl::InvalidArgumentError(absl::StrFormat("young_bytes must be from %d KiB to %d MiB",
                                                      kMinYoungBytes >> 10, kMaxYoungBytes >> 20));
  }
  if (min_young_bytes > young_bytes) {
    return absl::InvalidArgumentError("min_young_bytes must not be more than young_bytes");
  }
  if (max_young_bytes != 0 && (max_young_bytes < young_bytes || max_young_bytes > kMaxYoungBytes)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("max_young_bytes must be 0, or from young_bytes to %d MiB", kMaxYoungBytes >> 20));
  }
  if (promotion_age < 1 || promotion_age > kMaxPromotionAge) {
    return absl::InvalidArgumentError(
        absl::StrFormat("promotion_age must be between 1 and %d", kMaxPromotionAge));
  }
  if (!(growth_factor >= kMinGrowthFactor && growth_factor <= kMaxGrowthFactor)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("growth_factor must be between %g and %g", kMinGrowthFactor, kMaxGrowthFactor));
  }
  if (!(pressure_share >= 0 && pressure_share <= kMaxPressureShare)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("pressure_share must be between 0 and %g", kMaxPressureShare));
  }
  return absl::OkStatus();
}

size_t HeapOptions::StartYoungBytes() const { return FittingYoung(young_bytes, max_bytes); }

size_t HeapOptions::SmallestYoungBytes() const {
  const size_t by_default = pause_goal_us == 0 ? young_bytes / 2 : young_bytes / 16;
  return FittingYoung(min_young_bytes == 0 ? by_default : min_young_bytes, max_bytes);
}

size_t HeapOptions::LargestYoungBytes() const {
  return FittingYoung(max_young_bytes == 0 ? 8 * young_bytes : max_young_bytes, max_bytes);
}

}  // namespace foxvm::gc
