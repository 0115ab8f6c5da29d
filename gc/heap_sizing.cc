#include "gc/heap_sizing.h"

#include <algorithm>
#include <cmath>

namespace foxvm::gc {
namespace {

// The old generation grows at least this much between two major collections.
constexpr size_t kMinGrowthBytes = size_t{16} << 20;

// Weight of the newest collection in a moving average.
constexpr double kNewest = 0.25;
// A collection tells something about survival when at least this part of the young generation was used.
constexpr size_t kFullPart = 4;
constexpr double kMuchSurvives = 0.2;
constexpr double kLittleSurvives = 0.02;
// Growing has to have reduced survival to this part of what it was, or the next doubling waits for better
// times: when everything lives long, a larger young generation only makes pauses longer.
constexpr double kGrowingHelped = 0.8;
constexpr int kCollectionsToGrow = 4;
constexpr int kCollectionsToShrink = 64;

// At this live size and this ratio of speeds both policies agree.
constexpr double kReferenceLiveBytes = 64 << 20;
constexpr double kReferenceSpeedRatio = 0.125;

}  // namespace

size_t YoungSizer::Next(size_t size, size_t used, size_t survived) {
  if (used < size / kFullPart) return size;
  const double survival = static_cast<double>(survived) / static_cast<double>(used);
  survival_ = full_collections_ == 0 ? survival : survival_ + kNewest * (survival - survival_);
  ++full_collections_;
  quiet_collections_ = survival < kLittleSurvives ? quiet_collections_ + 1 : 0;
  if (survival_ < kMuchSurvives / 2) survival_before_growing_ = kNeverGrown;

  size_t next = size;
  if (full_collections_ >= kCollectionsToGrow && survival_ > kMuchSurvives &&
      survival_ < survival_before_growing_ * kGrowingHelped) {
    next = std::min(2 * size, most_bytes_);
  } else if (quiet_collections_ >= kCollectionsToShrink) {
    next = std::max(size / 2, least_bytes_);
    quiet_collections_ = 0;
  }
  if (next > size) survival_before_growing_ = survival_;
  if (next != size) full_collections_ = 0;
  return next;
}

size_t OldSizer::FirstLimit() { return kMinGrowthBytes; }

size_t OldSizer::NextLimit(const MajorMeasure& measure) {
  auto average = [](double old, double now) { return old == 0 ? now : old + kNewest * (now - old); };
  const auto live = static_cast<double>(measure.live_bytes);
  if (measure.marking_ns != 0) {
    marking_speed_ = average(marking_speed_, live / static_cast<double>(measure.marking_ns));
  }
  const uint64_t program_ns = measure.now_ns - last_end_ns_ - measure.marking_ns;
  if (last_end_ns_ != 0 && program_ns > 0 && measure.bytes_before > last_live_bytes_) {
    const auto allocated = static_cast<double>(measure.bytes_before - last_live_bytes_);
    allocation_speed_ = average(allocation_speed_, allocated / static_cast<double>(program_ns));
  }
  last_live_bytes_ = measure.live_bytes;
  last_end_ns_ = measure.now_ns;

  double growth = live * (growth_factor_ - 1);
  if (policy_ == GrowthPolicy::kSquareRoot && marking_speed_ > 0 && allocation_speed_ > 0) {
    const double ratio = allocation_speed_ / marking_speed_ / kReferenceSpeedRatio;
    growth = (growth_factor_ - 1) * std::sqrt(live * kReferenceLiveBytes * ratio);
  }
  return measure.live_bytes + std::max(kMinGrowthBytes, static_cast<size_t>(growth));
}

}  // namespace foxvm::gc
