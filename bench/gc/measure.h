// What every benchmark of the collector measures with: a clock, percentiles of many samples, and random
// numbers that are the same in every run.
// How: times are nanoseconds of the steady clock, read twice around what is measured (25 ns each); ticks are
//      of the time-stamp counter. A pause is timed by the thread's processor time as well: the same on a
//      quiet machine, and without the slices of other programs on a shared one. Samples keeps all values, so
//      its percentiles are exact.
// Threads: plain data, one thread at a time.
#ifndef FOXVM_BENCH_GC_MEASURE_H_
#define FOXVM_BENCH_GC_MEASURE_H_

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace foxvm::gc {

inline int64_t NowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

inline uint64_t Ticks() {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#else
  return static_cast<uint64_t>(NowNs());
#endif
}

class Samples {
 public:
  void Add(double value) { values_.push_back(value); }
  // The value that `share` (0 to 1) of the samples do not exceed; 0 without samples.
  double Percentile(double share) {
    if (values_.empty()) return 0;
    const auto last = static_cast<double>(values_.size() - 1);
    const auto at = values_.begin() + static_cast<ptrdiff_t>(last * share);
    std::nth_element(values_.begin(), at, values_.end());
    return *at;
  }
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (double value : values_) visit(value);
  }
  double max() const { return values_.empty() ? 0 : *std::max_element(values_.begin(), values_.end()); }

 private:
  std::vector<double> values_;
};

// What one stop took, in nanoseconds.
struct Pause {
  int64_t wall_ns;
  int64_t cpu_ns;
};

inline int64_t ThreadCpuNs() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

template <typename Stop>
Pause TimePause(Stop stop) {
  const int64_t cpu = ThreadCpuNs();
  const int64_t wall = NowNs();
  stop();
  return {NowNs() - wall, ThreadCpuNs() - cpu};
}

// One line for a figure of a whole program: its name and its value.
inline void PrintFigure(const char* name, double value) { std::printf("%s %.6f\n", name, value); }

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  // Evenly from 0 to `bound` - 1; `bound` at most 2^32.
  uint64_t Below(uint64_t bound) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (state_ >> 32) * bound >> 32;
  }

 private:
  uint64_t state_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_BENCH_GC_MEASURE_H_
