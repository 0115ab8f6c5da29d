// A stack of suspended frames and the maps of their safepoints, with no interpreter behind them.
// How: every frame has a callee and eight slots of which four are live; the frames lie one behind the other,
//      as on the stack of a fiber, and stop at one of sixteen safepoints, found by index.
// Threads: the mutator's.  Collects: never.
#ifndef FOXVM_BENCH_GC_FAKE_STACK_H_
#define FOXVM_BENCH_GC_FAKE_STACK_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "gc/value.h"
#include "stackmaps/frame_walker.h"
#include "stackmaps/stack_map_source.h"

namespace foxvm::gc {

class FakeStack final : public stackmaps::FrameWalker, public stackmaps::StackMapSource {
 public:
  explicit FakeStack(size_t frames) : frames_(frames), words_(frames * kFrameWords, Value::Null().bits()) {}

  // Every live slot and every callee gets `v`.
  void FillAll(Value v) { std::fill(words_.begin(), words_.end(), v.bits()); }

  void WalkFrames(absl::FunctionRef<void(const stackmaps::SuspendedFrame&)> visit) override {
    for (size_t i = frames_; i-- > 0;) {
      uint64_t* callee = &words_[i * kFrameWords];
      visit({callee + 1, callee, {1, i % kSafepoints}});
    }
  }
  bool Find(stackmaps::CodeAddress address, stackmaps::StackMap* map) const override {
    if (address.pc >= kSafepoints) return false;
    *map = {.bits = {&kLiveSlots[address.pc], 1}};
    return true;
  }

 private:
  static constexpr size_t kFrameWords = 9;  // the callee and eight slots
  static constexpr size_t kSafepoints = 16;
  // Four of eight slots each.
  static constexpr uint64_t kLiveSlots[kSafepoints] = {0x0F, 0x1E, 0x3C, 0x78, 0xF0, 0x55, 0xAA, 0x33,
                                                       0x66, 0xCC, 0x99, 0x2D, 0x5A, 0xB4, 0x69, 0xC3};

  const size_t frames_;
  std::vector<uint64_t> words_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_BENCH_GC_FAKE_STACK_H_
