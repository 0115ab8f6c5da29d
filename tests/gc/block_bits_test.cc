// Sweeping arithmetic against a plain walk over the same marks.
#include "gc/block_bits.h"

#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace foxvm::gc {
namespace {

constexpr size_t kGranules = kBlockBytes / kObjectAlignment;
constexpr uint8_t kEpoch = 2;
constexpr uint8_t kOldEpoch = 1;
constexpr size_t kLeastHole = 4;

// What a walk finds.
struct Expected {
  std::vector<uint8_t> swept = std::vector<uint8_t>(kGranules);
  size_t in_holes = 0;
  size_t hole = 0;
  void EndHole() {
    in_holes += hole >= kLeastHole ? hole : 0;
    hole = 0;
  }
};

// A block of objects and gaps of random lengths; `live_share` in 8 of the objects live.
std::vector<uint8_t> RandomBlock(std::mt19937& random, size_t longest, unsigned live_share,
                                 Expected* expected) {
  std::vector<uint8_t> marks(kGranules);
  for (size_t at = 0; at < kGranules;) {
    const size_t length = std::min<size_t>(1 + random() % longest, kGranules - at);
    const bool object = random() % 4 != 0;
    const bool live = object && random() % 8 < live_share;
    if (object) {
      marks[at] = live ? kEpoch : kOldEpoch;
      marks[at + length - 1] |= MarkTable::kEnd;
    }
    if (live) {
      expected->EndHole();
      for (size_t i = at; i < at + length; ++i) expected->swept[i] = marks[i];
    } else {
      expected->hole += length;
    }
    at += length;
  }
  expected->EndHole();
  return marks;
}

TEST(BlockBitsTest, FindsWhatAWalkFinds) {
  std::mt19937 random(5);
  for (int round = 0; round < 2000; ++round) {
    const size_t longest = size_t{1} << (round % 10);
    const unsigned live_share = static_cast<unsigned>(round) % 9;
    Expected expected;
    std::vector<uint8_t> marks = RandomBlock(random, longest, live_share, &expected);
    BlockBits bits(marks.data(), kEpoch);
    bool any_live = false;
    bool any_dead = false;
    for (uint8_t mark : marks) {
      any_live |= (mark & kEpoch) != 0;
      any_dead |= (mark & kOldEpoch) != 0;
    }
    EXPECT_EQ(bits.any_live(), any_live);
    EXPECT_EQ(bits.any_dead(), any_dead);
    bits.ForEachDeadStart([&](size_t granule) { EXPECT_EQ(marks[granule] & kOldEpoch, kOldEpoch); });
    bits.DropDead([&](size_t granule) { marks[granule] = 0; });
    EXPECT_FALSE(bits.any_dead());
    ASSERT_EQ(marks, expected.swept) << round;
    ASSERT_EQ(bits.GranulesInHoles(), expected.in_holes) << round;
  }
}

TEST(BlockBitsTest, AnEmptyBlockIsOneHole) {
  const std::vector<uint8_t> marks(kGranules);
  const BlockBits bits(marks.data(), kEpoch);
  EXPECT_FALSE(bits.any_live());
  EXPECT_EQ(bits.GranulesInHoles(), kGranules);
}

}  // namespace
}  // namespace foxvm::gc
