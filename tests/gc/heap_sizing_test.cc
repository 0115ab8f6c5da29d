// The sizes of the generations: the sizers alone, then in a heap.
#include "gc/heap_sizing.h"

#include "tests/gc/fake_roots.h"

namespace foxvm::gc {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

TEST(YoungSizer, StaysWhenFewSurvive) {
  YoungSizer sizer(kMiB, kMiB, 8 * kMiB, 0);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(sizer.Next(2 * kMiB, 2 * kMiB, kMiB / 10), 2 * kMiB);
}

TEST(YoungSizer, GrowsWhileMuchSurvivesAndGrowingHelps) {
  YoungSizer sizer(kMiB, kMiB, 8 * kMiB, 0);
  size_t size = kMiB;
  // The same 600 KiB survive whatever the size.
  for (int i = 0; i < 100; ++i) size = sizer.Next(size, size, 600 << 10);
  EXPECT_GE(size, 2 * kMiB);
  EXPECT_LE(size, 4 * kMiB);
}

TEST(YoungSizer, DoublesOnceWhenGrowingDoesNotHelp) {
  YoungSizer sizer(kMiB, kMiB, 64 * kMiB, 0);
  size_t size = 2 * kMiB;
  for (int i = 0; i < 1000; ++i) size = sizer.Next(size, size, size / 10 * 9);
  EXPECT_EQ(size, 4 * kMiB);
}

TEST(YoungSizer, GrowsAgainWhenTheProgramChanges) {
  YoungSizer sizer(kMiB, kMiB, 64 * kMiB, 0);
  size_t size = 2 * kMiB;
  for (int i = 0; i < 1000; ++i) size = sizer.Next(size, size, size / 2);
  EXPECT_EQ(size, 4 * kMiB);
  // More work than before, the same whatever the size.
  for (int i = 0; i < 1000; ++i) size = sizer.Next(size, size, 8 * kMiB);
  EXPECT_GT(size, 16 * kMiB);
}

TEST(YoungSizer, TheGoalCutsTheSizeAtOnceAndTheSizeComesBack) {
  YoungSizer sizer(kMiB / 4, 2 * kMiB, 16 * kMiB, 1000);
  // Twice the work that the goal allows.
  size_t size = sizer.Next(2 * kMiB, 2 * kMiB, 4'000'000);
  EXPECT_EQ(size, kMiB);
  for (int i = 0; i < 100; ++i) {
    size = sizer.Next(size, size, 2 * size);
    ASSERT_LE(size, kMiB);
  }
  // A tenth survives: it comes back to its first size, and not more.
  for (int i = 0; i < 100; ++i) size = sizer.Next(size, size, size / 10);
  EXPECT_EQ(size, 2 * kMiB);
}

TEST(YoungSizer, TheGoalDoesNotGoBelowTheBound) {
  YoungSizer sizer(kMiB / 4, 2 * kMiB, 16 * kMiB, 10);
  size_t size = 2 * kMiB;
  for (int i = 0; i < 100; ++i) {
    size = sizer.Next(size, size, 100 * size);
    ASSERT_GE(size, kMiB / 4);
  }
  EXPECT_EQ(size, kMiB / 4);
}

TEST(YoungSizer, CardsAreWork) {
  const size_t few = MinorWork{.survived_bytes = 1000, .dirty_cards = 10, .cards = 1000}.bytes();
  EXPECT_GT((MinorWork{.survived_bytes = 1000, .dirty_cards = 1000, .cards = 1000}.bytes()), few);
  EXPECT_GT((MinorWork{.survived_bytes = 1000, .dirty_cards = 10, .cards = 1 << 20}.bytes()), few);
}

TEST(YoungSizer, ShrinksToItsBoundWhenNothingSurvives) {
  YoungSizer sizer(kMiB, kMiB, 8 * kMiB, 0);
  size_t size = 8 * kMiB;
  for (int i = 0; i < 1000; ++i) size = sizer.Next(size, size, 0);
  EXPECT_EQ(size, kMiB);
}

TEST(YoungSizer, CollectionsOfANearlyEmptyGenerationSayNothing) {
  YoungSizer sizer(kMiB, kMiB, 8 * kMiB, 0);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(sizer.Next(2 * kMiB, 100, 100), 2 * kMiB);
}

TEST(YoungSizer, EveryAnswerIsWithinTheBounds) {
  YoungSizer sizer(kMiB, kMiB, 4 * kMiB, 0);
  size_t size = 2 * kMiB;
  uint64_t random = 1;
  for (int i = 0; i < 100'000; ++i) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    size_t survived = (random >> 33) % 100 * size / (i / 1000 % 2 == 0 ? 100 : 10'000);
    size = sizer.Next(size, size, survived);
    ASSERT_GE(size, kMiB);
    ASSERT_LE(size, 4 * kMiB);
  }
}

TEST(OldSizer, TheFactorDecidesAboveTheLeastGrowth) {
  OldSizer sizer({.growth_factor = 1.5});
  EXPECT_EQ(sizer.NextLimit({.live_bytes = kMiB}), 17 * kMiB);
  EXPECT_EQ(sizer.NextLimit({.live_bytes = 100 * kMiB}), 150 * kMiB);
}

// The limit after two collections of 64 MiB that marked at 1 byte per ns, between which `allocated` bytes
// were allocated in one second.
size_t RootLimit(size_t live, size_t allocated) {
  OldSizer sizer({.growth_policy = GrowthPolicy::kSquareRoot, .growth_factor = 2});
  const uint64_t marking_ns = live;
  sizer.NextLimit(
      {.bytes_before = live, .live_bytes = live, .marking_ns = marking_ns, .now_ns = 1'000'000'000});
  return sizer.NextLimit({.bytes_before = live + allocated,
                          .live_bytes = live,
                          .marking_ns = marking_ns,
                          .now_ns = 2'000'000'000 + marking_ns});
}

TEST(OldSizer, TheRootAgreesWithTheFactorAtItsReference) {
  EXPECT_NEAR(static_cast<double>(RootLimit(64 * kMiB, 125'000'000)), 128.0 * kMiB, 0.01 * kMiB);
}

TEST(OldSizer, TheRootGrowsWithSpeedAndWithTheRootOfWhatIsAlive) {
  const double growth = static_cast<double>(RootLimit(64 * kMiB, 125'000'000) - 64 * kMiB);
  EXPECT_NEAR(static_cast<double>(RootLimit(64 * kMiB, 500'000'000) - 64 * kMiB), 2 * growth, growth / 100);
  EXPECT_NEAR(static_cast<double>(RootLimit(256 * kMiB, 125'000'000) - 256 * kMiB), 2 * growth, growth / 100);
}

class YoungSizeTest : public HeapTest {
 protected:
  // Allocates `bytes` of arrays, and keeps the newest `window` of them.
  void Churn(size_t bytes, size_t window) {
    while (roots.values.size() < window) roots.values.push_back(Value::Null());
    for (size_t i = 0; i < bytes / 64; ++i) {
      ObjectHeader* object = NewArray(6);
      ASSERT_NE(object, nullptr);
      if (window != 0) roots.values[i % window] = Value::FromObject(object);
    }
  }
};

TEST_F(YoungSizeTest, GrowsAndShrinksWithSurvivalWithinItsBounds) {
  Start({.max_bytes = 64 * kMiB,
         .young_bytes = kMiB / 4,
         .min_young_bytes = kMiB / 8,
         .max_young_bytes = kMiB,
         .verify = true});
  EXPECT_EQ(heap->statistics().young_bytes, kMiB / 4);
  Churn(16 * kMiB, 2000);
  const size_t grown = heap->statistics().young_bytes;
  EXPECT_GT(grown, kMiB / 4);
  EXPECT_LE(grown, kMiB);
  roots.values.clear();
  Churn(256 * kMiB, 0);
  EXPECT_EQ(heap->statistics().young_bytes, kMiB / 8);
  Churn(16 * kMiB, 2000);
  EXPECT_GT(heap->statistics().young_bytes, kMiB / 8);
}

TEST_F(YoungSizeTest, EqualBoundsFixTheSize) {
  Start({.max_bytes = 64 * kMiB,
         .young_bytes = kMiB / 4,
         .min_young_bytes = kMiB / 4,
         .max_young_bytes = kMiB / 4});
  Churn(16 * kMiB, 2000);
  EXPECT_EQ(heap->statistics().young_bytes, kMiB / 4);
  roots.values.clear();
  Churn(64 * kMiB, 0);
  EXPECT_EQ(heap->statistics().young_bytes, kMiB / 4);
}

TEST_F(YoungSizeTest, IsNeverMoreThanAQuarterOfTheBound) {
  Start({.max_bytes = kMiB, .young_bytes = 2 * kMiB, .max_young_bytes = 64 * kMiB, .verify = true});
  EXPECT_LE(heap->statistics().young_bytes, kMiB / 4);
  Churn(8 * kMiB, 2000);
  EXPECT_LE(heap->statistics().young_bytes, kMiB / 4);
}

TEST_F(YoungSizeTest, SurvivorsKeepTheirContentsThroughEveryResize) {
  Start({.max_bytes = 64 * kMiB,
         .young_bytes = kMiB / 4,
         .min_young_bytes = kMiB / 16,
         .max_young_bytes = 2 * kMiB,
         .promotion_age = 15,
         .verify = true});
  constexpr size_t kKept = 1500;
  size_t sizes = 0;
  size_t last = 0;
  for (int phase = 0; phase < 6; ++phase) {
    if (phase % 2 == 1) roots.values.clear();
    for (size_t i = 0; i < (phase % 2 == 0 ? 200'000 : 2'000'000); ++i) {
      ObjectHeader* object = NewBlob(64, i);
      ASSERT_NE(object, nullptr);
      if (phase % 2 == 0) {
        if (roots.values.size() < kKept) roots.values.push_back(Value::Null());
        roots.values[i % kKept] = Value::FromObject(object);
      }
      if (i % 1000 == 0 && heap->statistics().young_bytes != last) {
        last = heap->statistics().young_bytes;
        ++sizes;
      }
    }
    for (size_t i = 0; i < roots.values.size(); ++i) {
      ASSERT_EQ(roots.values[i].object()->second % kKept, i);
    }
  }
  EXPECT_GE(sizes, 4u);
}

TEST(PromotionAgeTest, IsOneWhileWhatSurvivedOnceSurvivesAgain) {
  PromotionAge age(2);
  EXPECT_EQ(age.now(), 2);
  age.Note({2000, 1000, 500, 0, 0});  // nothing was aged
  EXPECT_EQ(age.now(), 2);
  age.Note({2000, 1000, 500, 400, 300});  // a quarter of it died
  EXPECT_EQ(age.now(), 2);
  age.Note({2000, 1000, 500, 100, 100});  // too few to tell
  EXPECT_EQ(age.now(), 2);
  age.Note({2000, 400, 400, 400, 400});  // a collection that was not due
  EXPECT_EQ(age.now(), 2);
  age.Note({2000, 1000, 800, 400, 390});
  EXPECT_EQ(age.now(), 1);
  int early = 0;
  for (; age.now() == 1; ++early) age.Note({2000, 1000, 800, 0, 0});
  EXPECT_EQ(early, 4);
  // Found again: longer.
  age.Note({2000, 1000, 800, 400, 390});
  for (early = 0; age.now() == 1; ++early) age.Note({2000, 1000, 800, 0, 0});
  EXPECT_EQ(early, 8);
  // And at once no more when most die.
  age.Note({2000, 1000, 800, 400, 390});
  age.Note({2000, 1000, 200, 0, 0});
  EXPECT_EQ(age.now(), 2);
}

TEST(PromotionAgeTest, OneIsTheLeast) {
  PromotionAge age(1);
  age.Note({2000, 1000, 1000, 500, 500});
  EXPECT_EQ(age.now(), 1);
}

TEST_F(YoungSizeTest, WhatAllSurvivesIsCopiedOnce) {
  Start({.max_bytes = 64 * kMiB, .min_young_bytes = 2 * kMiB, .max_young_bytes = 2 * kMiB});
  constexpr size_t kObjects = 400'000;  // 25 MiB
  for (size_t i = 0; i < kObjects; ++i) {
    ObjectHeader* object = NewBlob(64, i);
    ASSERT_NE(object, nullptr);
    roots.values.push_back(Value::FromObject(object));
  }
  const HeapStatistics after = heap->statistics();
  EXPECT_LE(after.copied_bytes, kObjects * 64 / 8);
  for (size_t i = 0; i < kObjects; ++i) ASSERT_EQ(roots.values[i].object()->second, i);
}

}  // namespace
}  // namespace foxvm::gc
