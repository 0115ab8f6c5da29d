// StressSchedule: when the stress mode collects.
// How: with an interval of N every Nth allocation is preceded by a minor collection, and each
//      kMinorPerMajor-th of those is a major one. The allocation limit stays shut, so that every allocation
//      comes by the slow path and the fast path needs no test.
// Threads: the mutator's.  Collects: never; the caller does.
#ifndef FOXVM_GC_STRESS_H_
#define FOXVM_GC_STRESS_H_

#include <cstdint>

namespace foxvm::gc {

class StressSchedule {
 public:
  enum class Action { kNone, kMinor, kMajor };

  // 0: never.
  explicit StressSchedule(uint64_t interval) : interval_(interval) {}
  void set_interval(uint64_t interval) { interval_ = interval; }
  bool enabled() const { return interval_ != 0; }

  // What to do before the next allocation.
  Action NextAllocation() {
    if (!enabled() || ++allocations_ % interval_ != 0) return Action::kNone;
    return ++collections_ % kMinorPerMajor == 0 ? Action::kMajor : Action::kMinor;
  }

 private:
  static constexpr uint64_t kMinorPerMajor = 64;

  uint64_t interval_;
  uint64_t allocations_ = 0;
  uint64_t collections_ = 0;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_STRESS_H_
