// The watermark below which a fiber's frames are settled, on a stack without a program.

#include "interp/settled_frames.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "interp/frame.h"

namespace foxvm::interp {
namespace {

using gc::Value;

// A fiber with frames of various sizes. Returns as the interpreter does.
class SettledFramesTest : public testing::Test {
 protected:
  void Push() {
    const bool first = bases_.empty();
    const size_t distance = first ? kFrameHeaderSlots : kFrameHeaderSlots + bases_.size() % 5;
    const size_t base = first ? distance : bases_.back() + distance;
    ASSERT_TRUE(fiber_.Grow(fiber_.stack() + (first ? 0 : bases_.back()), distance + 10, 1 << 24));
    bases_.push_back(base);
    fiber_.base = fiber_.stack() + base;
    fiber_.base[kLinkSlot] = Value::FromBits(
        first ? MakeLink(0, FrameKind::kEntry)
              : MakeLink(distance, bases_.size() % 7 == 0 ? FrameKind::kImport : FrameKind::kInterpreted));
  }
  void Pop() {
    const uint64_t link = fiber_.base[kLinkSlot].bits();
    fiber_.base -= LinkDistance(link);
    bases_.pop_back();
    if ((link & kReturnBarrier) != 0) Unsettle(fiber_, fiber_.base);
  }
  // As after a collection that saw young references in the frame `frame` and the ones above it, and none
  // below.
  void SettleBelow(size_t frame) {
    Value* last = nullptr;
    for (size_t i = bases_.size(); i-- > 0 && !Settled(i);) last = Base(i);
    SettleCallersOf(fiber_, frame < bases_.size() ? Base(frame) : nullptr, last);
  }
  Value* Base(size_t frame) { return fiber_.stack() + bases_[frame]; }
  bool Settled(size_t frame) { return IsSettled(fiber_, Base(frame)); }
  size_t CountSettled() {
    size_t count = 0;
    while (count < bases_.size() && Settled(count)) ++count;
    return count;
  }
  // FB-3.
  void CheckBarriers() {
    const size_t settled = CountSettled();
    for (size_t i = 0; i < bases_.size(); ++i) {
      const bool barrier = (Base(i)[kLinkSlot].bits() & kReturnBarrier) != 0;
      ASSERT_EQ(barrier, i == settled && settled != 0) << i;
    }
  }

  Fiber fiber_{1};
  std::vector<size_t> bases_;  // distances from the stack's beginning
};

TEST_F(SettledFramesTest, NoFrameIsSettledBeforeACollection) {
  for (int i = 0; i < 10; ++i) Push();
  EXPECT_EQ(CountSettled(), 0u);
  CheckBarriers();
}

TEST_F(SettledFramesTest, OneThatIsReturnedIntoIsNotSettledAnyMore) {
  for (int i = 0; i < 100; ++i) Push();
  SettleBelow(90);
  EXPECT_EQ(CountSettled(), 90u);
  CheckBarriers();
  while (bases_.size() > 91) Pop();
  EXPECT_EQ(CountSettled(), 90u);  // frame 90 goes on, which is not settled
  Pop();
  EXPECT_LT(CountSettled(), 90u);
  EXPECT_GT(CountSettled(), 0u);
  CheckBarriers();
}

TEST_F(SettledFramesTest, AResumedFiberKeepsTheOutermostFramesSettled) {
  for (int i = 0; i < 100; ++i) Push();
  SettleBelow(100);
  EXPECT_EQ(CountSettled(), 100u);
  CheckBarriers();
  Unsettle(fiber_, fiber_.base);
  EXPECT_FALSE(Settled(99));
  EXPECT_GT(CountSettled(), 0u);
  CheckBarriers();
}

TEST_F(SettledFramesTest, AFrameThatRanIsNotSettledUntilTheNextCollection) {
  std::mt19937 random(7);
  std::vector<size_t> since;  // by frame: the round it last ran in
  for (size_t round = 0; round < 300; ++round) {
    for (size_t steps = random() % 400; steps > 0; --steps) {
      if (bases_.size() < 2 || random() % 2 == 0) {
        Push();
      } else {
        Pop();
      }
      since.resize(bases_.size(), round);
      since.back() = round;
      ASSERT_FALSE(Settled(bases_.size() - 1));
    }
    if (bases_.empty()) continue;
    CheckBarriers();
    for (size_t i = 0; i < bases_.size(); ++i) {
      ASSERT_FALSE(since[i] == round && Settled(i)) << i;
    }
    SettleBelow(bases_.size() - 1 - random() % std::min<size_t>(bases_.size(), 20));
    CheckBarriers();
  }
}

}  // namespace
}  // namespace foxvm::interp
