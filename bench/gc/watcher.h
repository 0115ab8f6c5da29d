// Measures a program's stops from outside: a thread that watches a counter which the program keeps raising.
// How: the thread looks at the counter and the clock every kLookNs or so and sleeps in between, so that it
//      leaves its processor to a thread that marks; a gap is the time between two changes that it saw. Gaps
//      below kLeastNs are not kept. When the thread itself was away for longer and the counter has changed
//      meanwhile, it ends the gap where it last looked and counts the rest as lost.
// Threads: Step is the program's, all else its owner's; the destructor ends the thread.
#ifndef FOXVM_BENCH_GC_WATCHER_H_
#define FOXVM_BENCH_GC_WATCHER_H_

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include "bench/gc/measure.h"

namespace foxvm::gc {

class Watcher {
 public:
  static constexpr int64_t kLookNs = 20'000;
  static constexpr int64_t kLeastNs = 250'000;

  Watcher() : thread_([this] { Watch(); }) {}
  ~Watcher() { Stop(); }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  // To be called every few microseconds while the program runs.
  void Step() { counter_.store(++steps_, std::memory_order_relaxed); }
  // Ends the watch; the figures below are for afterwards.
  void Stop() {
    if (!thread_.joinable()) return;
    stop_.store(true, std::memory_order_relaxed);
    thread_.join();
  }

  // In nanoseconds.
  Samples& gaps() { return gaps_; }
  int64_t lost_ns() const { return lost_ns_; }

 private:
  void Watch() {
    uint64_t seen = counter_.load(std::memory_order_relaxed);
    int64_t changed = NowNs();
    int64_t looked = changed;
    while (!stop_.load(std::memory_order_relaxed)) {
      const uint64_t count = counter_.load(std::memory_order_relaxed);
      const int64_t now = NowNs();
      if (count != seen) {
        const bool away = now - looked >= kLeastNs;
        const int64_t end = away ? looked : now;
        if (away) lost_ns_ += now - looked;
        if (end - changed >= kLeastNs) gaps_.Add(static_cast<double>(end - changed));
        changed = now;
        seen = count;
      }
      looked = now;
      std::this_thread::sleep_for(std::chrono::nanoseconds(kLookNs));
    }
  }

  alignas(64) std::atomic<uint64_t> counter_{0};
  uint64_t steps_ = 0;
  alignas(64) std::atomic<bool> stop_{false};
  Samples gaps_;
  int64_t lost_ns_ = 0;
  std::thread thread_;  // last: it uses the others
};

}  // namespace foxvm::gc

#endif  // FOXVM_BENCH_GC_WATCHER_H_
