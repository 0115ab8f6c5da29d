// PauseHistogram: how long the program was stopped, as a table of fixed size, so that recording allocates
// nothing and every pause counts.
// How: log-linear buckets: eight to each doubling from 256 ns on, so a quantile is at most an eighth too
//      high; pauses beyond 68 s share the last bucket. Maximum and total are exact.
// Threads: one at a time.  Collects: never.
#ifndef FOXVM_GC_PAUSE_HISTOGRAM_H_
#define FOXVM_GC_PAUSE_HISTOGRAM_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace foxvm::gc {

class PauseHistogram {
 public:
  void Record(uint64_t ns) {
    ++counts_[BucketOf(ns)];
    ++count_;
    total_ns_ += ns;
    max_ns_ = std::max(max_ns_, ns);
  }

  uint64_t count() const { return count_; }
  uint64_t total_ns() const { return total_ns_; }
  uint64_t max_ns() const { return max_ns_; }
  uint64_t p50_ns() const { return Quantile(0.5); }
  uint64_t p99_ns() const { return Quantile(0.99); }

  // The least length, in nanoseconds and rounded up to its bucket's end, that `share` (0 to 1) of the pauses
  // do not exceed. 0 without pauses.
  uint64_t Quantile(double share) const {
    auto wanted = static_cast<uint64_t>(std::ceil(share * static_cast<double>(count_)));
    uint64_t seen = 0;
    for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
      seen += counts_[bucket];
      if (seen >= wanted && seen != 0) return std::min(EndOf(bucket), max_ns_);
    }
    return max_ns_;
  }

 private:
  static constexpr int kFirstLog2 = 8;  // below: one bucket in eight linear steps
  static constexpr int kLastLog2 = 36;
  static constexpr int kStepsLog2 = 3;
  static constexpr size_t kSteps = size_t{1} << kStepsLog2;
  static constexpr size_t kBuckets = (kLastLog2 - kFirstLog2 + 1) * kSteps;

  static size_t BucketOf(uint64_t ns) {
    if (ns < uint64_t{1} << kFirstLog2) return static_cast<size_t>(ns >> (kFirstLog2 - kStepsLog2));
    const int log2 = std::bit_width(ns) - 1;
    const size_t step = (ns >> (log2 - kStepsLog2)) & (kSteps - 1);
    return std::min(static_cast<size_t>(log2 - kFirstLog2 + 1) * kSteps + step, kBuckets - 1);
  }
  // The largest length that belongs to `bucket`.
  static uint64_t EndOf(size_t bucket) {
    const size_t doubling = bucket / kSteps;
    const uint64_t step = bucket % kSteps + 1;
    if (doubling == 0) return (step << (kFirstLog2 - kStepsLog2)) - 1;
    const int log2 = kFirstLog2 + static_cast<int>(doubling) - 1;
    return (uint64_t{1} << log2) + (step << (log2 - kStepsLog2)) - 1;
  }

  std::array<uint64_t, kBuckets> counts_{};
  uint64_t count_ = 0;
  uint64_t total_ns_ = 0;
  uint64_t max_ns_ = 0;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_PAUSE_HISTOGRAM_H_
