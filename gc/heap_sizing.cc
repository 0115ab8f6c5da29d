#include "gc/heap_sizing.h"

#include <algorithm>
#include <cmath>

#include "gc/heap_memory.h"

namespace foxvm::gc {
namespace {

// The old generation grows at least this much between two major collections.
constexpr size_t kMinGrowthBytes = size_t{16} << 20;

// Weight of the newest collection in a moving average.
constexpr double kNewest = 0.25;
// A collection tells something about the program when at least this part of the young generation was used.
constexpr size_t kFullPart = 4;
constexpr double kMuchWork = 0.2;
constexpr double kLittleWork = 0.02;
// Growing has to have reduced the work to this part of what it was, or the next doubling waits for other
// times: when everything lives long, a larger young generation only makes pauses longer.
constexpr double kGrowingHelped = 0.9;
constexpr int kCollectionsToGrow = 4;
constexpr size_t kBytesToShrink = size_t{64} << 20;  // allocated

// What a card costs, in bytes copied: one that is dirty has to be read, clean ones are skipped eight at a
// time.
constexpr size_t kDirtyCardBytes = 128;
constexpr size_t kCardsPerByte = 8;
// Bytes copied in a microsecond, small objects in random order.
constexpr size_t kBytesPerUs = 2000;

// What has survived once tells something when it is at least this part of what is collected; nearly all of it
// survives again when no more than this part dies; and where less than this part of everything survives, the
// program does something else than when that was found.
constexpr size_t kManyAged = 8;
constexpr size_t kFewDie = 8;
constexpr size_t kFewSurvive = 4;

// At this live size and this ratio of speeds both policies agree.
constexpr double kReferenceLiveBytes = 64 << 20;
constexpr double kReferenceSpeedRatio = 0.125;

}  // namespace

size_t MinorWork::bytes() const {
  return survived_bytes + dirty_cards * kDirtyCardBytes + cards / kCardsPerByte;
}

YoungSizer::YoungSizer(size_t least_bytes, size_t first_bytes, size_t most_bytes, uint32_t pause_goal_us)
    : least_bytes_(least_bytes),
      first_bytes_(first_bytes),
      most_bytes_(most_bytes),
      most_work_bytes_(pause_goal_us == 0 ? SIZE_MAX / 2 : pause_goal_us * kBytesPerUs) {}

size_t YoungSizer::Next(size_t size, size_t used, size_t work_bytes) {
  const bool may_grow = work_bytes <= most_work_bytes_ / 2;
  if (work_bytes > most_work_bytes_ && size > least_bytes_) {
    cut_ = true;
    full_collections_ = 0;
    const size_t allowed = size / 64 * (most_work_bytes_ * 64 / work_bytes);
    return std::max(allowed & ~(kBlockBytes - 1), least_bytes_);
  }
  if (used < size / kFullPart) return size;
  cut_ = cut_ && size < first_bytes_;
  const double work = static_cast<double>(work_bytes) / static_cast<double>(used);
  work_ = full_collections_ == 0 ? work : work_ + kNewest * (work - work_);
  ++full_collections_;
  quiet_bytes_ = work < kLittleWork ? quiet_bytes_ + used : 0;
  // Little work, or more than before: the program does something else now.
  if (work_ < kMuchWork / 2 || work_ * kGrowingHelped > work_before_growing_)
    work_before_growing_ = kNeverGrown;

  size_t next = size;
  const bool growing_helps = work_ > kMuchWork && work_ < work_before_growing_ * kGrowingHelped;
  if (full_collections_ >= kCollectionsToGrow && may_grow && (cut_ || growing_helps)) {
    next = std::min(2 * size, cut_ ? first_bytes_ : most_bytes_);
  } else if (quiet_bytes_ >= kBytesToShrink) {
    next = std::max(size / 2, least_bytes_);
    quiet_bytes_ = 0;
  }
  if (next > size) work_before_growing_ = work_;
  if (next != size) full_collections_ = 0;
  return next;
}

void PromotionAge::Note(const MinorSurvival& found) {
  const bool full = found.used_bytes >= found.young_bytes / kFullPart;
  if (early_left_ > 0) {
    --early_left_;
    if (!full || found.survived_bytes >= found.used_bytes / kFewSurvive) return;
    early_left_ = 0;
    period_ = kFirstPeriod;
    return;
  }
  if (most_ == 1 || !full || found.aged_bytes == 0 || found.aged_bytes < found.used_bytes / kManyAged) return;
  if (found.aged_bytes - std::min(found.aged_bytes, found.aged_survived_bytes) > found.aged_bytes / kFewDie) {
    period_ = kFirstPeriod;
    return;
  }
  early_left_ = period_;
  period_ = std::min(2 * period_, kLongestPeriod);
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
