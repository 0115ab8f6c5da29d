// The pauses of one row, and the counters that report them: p50_ms, p99_ms and max_ms of the clock,
// cpu_p50_ms to cpu_max_ms of the thread's processor time.
// Threads: plain data, one thread at a time.
#ifndef FOXVM_BENCH_GC_PAUSES_H_
#define FOXVM_BENCH_GC_PAUSES_H_

#include "bench/gc/measure.h"
#include "benchmark/benchmark.h"

namespace foxvm::gc {

class Pauses {
 public:
  void Add(const Pause& pause) {
    wall_.Add(static_cast<double>(pause.wall_ns) / 1e6);
    cpu_.Add(static_cast<double>(pause.cpu_ns) / 1e6);
  }
  double cpu_p50_ms() { return cpu_.Percentile(0.5); }
  void Report(benchmark::State& state) {
    state.counters["p50_ms"] = wall_.Percentile(0.5);
    state.counters["p99_ms"] = wall_.Percentile(0.99);
    state.counters["max_ms"] = wall_.max();
    state.counters["cpu_p50_ms"] = cpu_p50_ms();
    state.counters["cpu_p99_ms"] = cpu_.Percentile(0.99);
    state.counters["cpu_max_ms"] = cpu_.max();
  }

 private:
  Samples wall_;
  Samples cpu_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_BENCH_GC_PAUSES_H_
