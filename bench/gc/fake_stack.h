// A stack of suspended frames and the maps of their safepoints, with no interpreter behind them.
// How: every frame has a callee and eight slots of which four are live; the frames lie one behind the other,
//      as on the stack of a fiber, and stop at one of sixteen safepoints, found by index. Between collections
//      the innermost frames return and are entered anew.
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

  // The innermost `frames` frames return and are entered anew; their live slots and callees get `v`.
  void Run(size_t frames, Value v) {
    const size_t first = frames_ - std::min(frames, frames_);
    settled_ = std::min(settled_, first);
    while (unwalked_ > settled_) visitor_->Visit(Frame(--unwalked_));
    std::fill(words_.begin() + static_cast<ptrdiff_t>(first * kFrameWords), words_.end(), v.bits());
  }

  void WalkFrames(absl::FunctionRef<void(const stackmaps::SuspendedFrame&)> visit) override {
    for (size_t i = frames_; i-- > 0;) visit(Frame(i));
  }
  void WalkUnsettledFrames(absl::FunctionRef<bool(const stackmaps::SuspendedFrame&)> visit) override {
    size_t below = frames_;
    for (size_t i = frames_; i-- > settled_;) {
      if (visit(Frame(i))) below = i;
    }
    settled_ = below;
  }
  void BeginSettledWalk(stackmaps::FrameVisitor& visitor) override {
    visitor_ = &visitor;
    unwalked_ = settled_;
  }
  bool WalkSettledSome(size_t frames) override {
    for (; unwalked_ > 0 && frames > 0; --frames) visitor_->Visit(Frame(--unwalked_));
    return unwalked_ == 0;
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

  stackmaps::SuspendedFrame Frame(size_t i) {
    uint64_t* callee = &words_[i * kFrameWords];
    return {callee + 1, callee, {1, i % kSafepoints}, i < settled_};
  }

  const size_t frames_;
  size_t settled_ = 0;   // so many of the outermost frames
  size_t unwalked_ = 0;  // of these, so many have yet to be given
  stackmaps::FrameVisitor* visitor_ = nullptr;
  std::vector<uint64_t> words_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_BENCH_GC_FAKE_STACK_H_
