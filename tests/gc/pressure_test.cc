// The pressure callback: when it is called, what it may do, and what its work is worth.
#include "tests/gc/fake_roots.h"

namespace foxvm::gc {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

class PressureTest : public HeapTest {
 protected:
  // A heap of 8 MiB that calls when less than a quarter is free, and counts it.
  PressureTest() {
    Start({.max_bytes = 8 * kMiB, .pressure_share = 0.25, .verify = true});
    heap->SetPressureCallback([this] { ++calls; });
  }
  // Keeps `bytes` more; false when allocation failed.
  bool Keep(size_t bytes) {
    for (size_t kept = 0; kept < bytes; kept += 1024) {
      ObjectHeader* object = NewBlob(1024);
      if (object == nullptr) return false;
      Root(object);
    }
    return true;
  }

  int calls = 0;
};

TEST_F(PressureTest, IsCalledOnceUntilItHasRecovered) {
  ASSERT_TRUE(Keep(3 * kMiB));
  heap->CollectMajor();
  EXPECT_EQ(calls, 0);
  ASSERT_TRUE(Keep(7 * kMiB / 2));
  heap->CollectMajor();
  EXPECT_EQ(calls, 1);
  heap->CollectMajor();
  heap->CollectMajor();
  EXPECT_EQ(calls, 1);
  roots.values.clear();
  heap->CollectMajor();
  EXPECT_EQ(calls, 1);
  ASSERT_TRUE(Keep(13 * kMiB / 2));
  heap->CollectMajor();
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(heap->statistics().pressure_calls, 2u);
}

TEST_F(PressureTest, ComesBeforeAllocationFails) {
  EXPECT_FALSE(Keep(16 * kMiB));
  EXPECT_EQ(calls, 1);
}

TEST_F(PressureTest, WhatTheCallbackDropsIsUsedAtOnce) {
  heap->SetPressureCallback([this] {
    ++calls;
    roots.values.clear();
  });
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(Keep(8 * kMiB)) << i;
  EXPECT_GE(calls, 4);
}

TEST_F(PressureTest, WhatTheCallbackDropsServesTheLargeAllocationThatWaits) {
  Value* kept = Root(NewBlob(6 * kMiB));
  heap->SetPressureCallback([this, kept] {
    ++calls;
    *kept = Value::Null();
  });
  EXPECT_NE(NewBlob(6 * kMiB), nullptr);
  EXPECT_EQ(calls, 1);
}

TEST_F(PressureTest, CollectionsInTheCallbackHaveNoEffectAndItIsNotReentered) {
  bool inside = false;
  heap->SetPressureCallback([&] {
    ASSERT_FALSE(inside);
    inside = true;
    ++calls;
    const uint64_t majors = heap->statistics().major_collections;
    heap->CollectMajor();
    heap->CollectMinor();
    for (int i = 0; i < 100'000; ++i) {
      if (NewBlob(64) == nullptr) break;
    }
    NewBlob(4 * kMiB);
    EXPECT_EQ(heap->statistics().major_collections, majors);
    inside = false;
  });
  EXPECT_FALSE(Keep(16 * kMiB));
  EXPECT_EQ(calls, 1);
  roots.values.clear();
  EXPECT_TRUE(Keep(2 * kMiB));
}

TEST_F(PressureTest, ExternalBytesCount) {
  heap->AddExternalBytes(7 * kMiB);
  heap->CollectMajor();
  EXPECT_EQ(calls, 1);
}

TEST_F(PressureTest, NoShareMeansNoCalls) {
  Start({.max_bytes = 4 * kMiB, .pressure_share = 0});
  heap->SetPressureCallback([this] { ++calls; });
  EXPECT_FALSE(Keep(16 * kMiB));
  EXPECT_EQ(calls, 0);
}

}  // namespace
}  // namespace foxvm::gc
