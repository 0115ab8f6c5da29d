#include "gc/pause_histogram.h"

#include <cstdint>

#include "gtest/gtest.h"

namespace foxvm::gc {
namespace {

TEST(PauseHistogram, IsEmptyAtFirst) {
  const PauseHistogram pauses;
  EXPECT_EQ(pauses.count(), 0u);
  EXPECT_EQ(pauses.total_ns(), 0u);
  EXPECT_EQ(pauses.max_ns(), 0u);
  EXPECT_EQ(pauses.p50_ns(), 0u);
  EXPECT_EQ(pauses.p99_ns(), 0u);
}

TEST(PauseHistogram, OnePauseIsEveryQuantile) {
  for (uint64_t ns : {uint64_t{0}, uint64_t{1}, uint64_t{255}, uint64_t{256}, uint64_t{257}, uint64_t{1000},
                      uint64_t{123'456'789}, uint64_t{1} << 36, uint64_t{1} << 40, UINT64_MAX}) {
    PauseHistogram pauses;
    pauses.Record(ns);
    EXPECT_EQ(pauses.max_ns(), ns);
    EXPECT_EQ(pauses.total_ns(), ns);
    EXPECT_LE(pauses.p50_ns(), ns);
    EXPECT_EQ(pauses.p50_ns(), pauses.p99_ns());
    EXPECT_EQ(pauses.Quantile(1), pauses.p50_ns());
    // Rounded up to a bucket's end and cut to the maximum, in the range the buckets cover.
    if (ns < uint64_t{1} << 36) {
      EXPECT_EQ(pauses.p50_ns(), ns);
    }
  }
}

TEST(PauseHistogram, QuantilesAreAtMostAnEighthTooHigh) {
  PauseHistogram pauses;
  constexpr uint64_t kCount = 100'000;
  for (uint64_t i = 1; i <= kCount; ++i) pauses.Record(i * 100);
  EXPECT_EQ(pauses.count(), kCount);
  EXPECT_EQ(pauses.max_ns(), kCount * 100);
  EXPECT_EQ(pauses.total_ns(), kCount * (kCount + 1) / 2 * 100);
  for (double share : {0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const double exact = share * kCount * 100;
    EXPECT_GE(static_cast<double>(pauses.Quantile(share)), exact - 1) << share;
    EXPECT_LE(static_cast<double>(pauses.Quantile(share)), exact * 1.125 + 1) << share;
  }
}

TEST(PauseHistogram, ARareLongPauseShowsInTheMaximumOnly) {
  PauseHistogram pauses;
  for (int i = 0; i < 1000; ++i) pauses.Record(10'000);
  pauses.Record(50'000'000);
  EXPECT_LE(pauses.p99_ns(), 11'250u);
  EXPECT_EQ(pauses.max_ns(), 50'000'000u);
}

}  // namespace
}  // namespace foxvm::gc
