// Finalizers that run outside the collection: when, in which order, how often, and what they may do.
#include <cstdint>
#include <vector>

#include "gc/ephemeron_table.h"
#include "gc/weak_handle.h"
#include "tests/gc/fake_roots.h"

namespace foxvm::gc {
namespace {

class FinalizerTest : public HeapTest {
 protected:
  FinalizerTest() { LogRuns(); }
  // Must be called again after Start.
  void LogRuns() {
    OnFinalize() = [this](Mutator&, Handle object) { ran_.push_back(object.object()->second); };
  }

  using Ids = std::vector<uint64_t>;
  Ids ran_;
};

TEST_F(FinalizerTest, RunsAfterTheCollectionAndOnce) {
  NewFinalized(1);
  Value* kept = Root(NewFinalized(2));
  heap->CollectMinor();
  EXPECT_EQ(ran_, Ids());
  EXPECT_EQ(heap->queued_finalizers(), 1u);
  EXPECT_EQ(heap->RunFinalizers(), 1u);
  EXPECT_EQ(ran_, Ids({1}));
  EXPECT_EQ(kept->object()->second, 2u);
  heap->CollectMajor();
  EXPECT_EQ(heap->RunFinalizers(), 0u);
  EXPECT_EQ(ran_, Ids({1}));
}

TEST_F(FinalizerTest, InOrderOfAllocationWhateverTheAgeAndPlace) {
  Root(NewFinalized(1));
  Root(NewFinalized(2, 3000));  // large
  Promote();
  Root(NewFinalized(3));
  heap->CollectMinor();
  ObjectHeader* pinned = AllocatePinned(mutator(), kFinalized, 32, 4);
  Root(pinned);
  Root(NewFinalized(5));
  roots.values.clear();
  heap->CollectMajor();  // finds young and old ones
  heap->RunFinalizers();
  EXPECT_EQ(ran_, Ids({1, 2, 3, 4, 5}));
}

TEST_F(FinalizerTest, WhatAnEarlierCollectionFoundComesFirst) {
  Root(NewFinalized(1));
  NewFinalized(2);
  heap->CollectMinor();
  roots.values.clear();
  heap->CollectMajor();
  heap->RunFinalizers();
  EXPECT_EQ(ran_, Ids({2, 1}));
}

TEST_F(FinalizerTest, TheObjectAndAllItRefersToIsWhole) {
  for (bool old : {false, true}) {
    Value* outer = Root(NewFinalized(1));
    Store(outer->object(), 0, NewArray(2));
    Value leaf = Value::FromObject(NewFinalized(2));
    WriteField(mutator(), outer->object()->slots()[0].object()->slots(), leaf);
    if (old) Promote();
    roots.values.clear();
    Ids leaves;
    OnFinalize() = [&](Mutator&, Handle object) {
      if (object.object()->second != 1) return;
      leaves.push_back(object.object()->slots()[0].object()->slots()[0].object()->second);
    };
    heap->CollectMajor();
    heap->CollectMinor();  // while it waits
    heap->CollectMajor();
    EXPECT_EQ(heap->RunFinalizers(), 2u);  // both were found dead
    EXPECT_EQ(leaves, Ids({2}));
  }
}

TEST_F(FinalizerTest, AnObjectFinalizedIsFreedUnlessItIsKept) {
  WeakHandle later;
  OnFinalize() = [&](Mutator&, Handle object) { later = WeakHandle(*heap, object.get()); };
  NewFinalized(1);
  heap->CollectMinor();
  heap->RunFinalizers();
  EXPECT_FALSE(later.get().IsEmpty());
  heap->CollectMajor();
  EXPECT_TRUE(later.get().IsEmpty());
}

TEST_F(FinalizerTest, AResurrectedObjectHasNoFinalizerUntilAskedForAgain) {
  OnFinalize() = [&](Mutator&, Handle object) {
    ran_.push_back(object.object()->second);
    Root(object.object());
  };
  NewFinalized(1);
  heap->CollectMinor();
  heap->RunFinalizers();
  ASSERT_EQ(roots.values.size(), 1u);
  Promote();
  EXPECT_EQ(roots.values[0].object()->second, 1u);
  EXPECT_TRUE(heap->AttachFinalizer(roots.values[0].object()));
  EXPECT_FALSE(heap->AttachFinalizer(roots.values[0].object()));
  roots.values.clear();
  heap->CollectMajor();
  heap->RunFinalizers();
  EXPECT_EQ(ran_, Ids({1, 1}));
  roots.values.clear();
  heap->CollectMajor();
  EXPECT_EQ(heap->RunFinalizers(), 0u);
}

TEST_F(FinalizerTest, AFinalizerMayAskForAnotherCall) {
  OnFinalize() = [&](Mutator&, Handle object) {
    ran_.push_back(object.object()->second);
    if (ran_.size() < 3) {
      EXPECT_TRUE(heap->AttachFinalizer(object.object()));
    }
  };
  NewFinalized(1);
  for (int i = 0; i < 5; ++i) {
    heap->CollectMajor();
    heap->RunFinalizers();
  }
  EXPECT_EQ(ran_, Ids({1, 1, 1}));
}

TEST_F(FinalizerTest, OnlyTypesWithAFinalizerCanHaveOneAttached) {
  EXPECT_FALSE(heap->AttachFinalizer(NewBlob(32)));
  ObjectHeader* plain = Allocate(mutator(), kFinalized, 32, 9);
  Fill(plain, 32);
  heap->CollectMinor();
  EXPECT_EQ(heap->queued_finalizers(), 0u);
  plain = Allocate(mutator(), kFinalized, 32, 9);
  Fill(plain, 32);
  EXPECT_TRUE(heap->AttachFinalizer(plain));
  heap->CollectMinor();
  heap->RunFinalizers();
  EXPECT_EQ(ran_, Ids({9}));
}

TEST_F(FinalizerTest, WeakHandlesAreEmptyBeforeItRuns) {
  for (bool old : {false, true}) {
    Value* object = Root(NewFinalized(1));
    Value child = Value::FromObject(NewBlob(32, 2));
    WriteField(mutator(), object->object()->slots(), child);
    if (old) Promote();
    WeakHandle to_object(*heap, *object);
    WeakHandle to_child(*heap, object->object()->slots()[0]);
    roots.values.clear();
    old ? heap->CollectMajor() : heap->CollectMinor();
    EXPECT_EQ(heap->queued_finalizers(), 1u);
    EXPECT_TRUE(to_object.get().IsEmpty());
    EXPECT_TRUE(to_child.get().IsEmpty());
    heap->RunFinalizers();
  }
}

TEST_F(FinalizerTest, EphemeronEntriesStayUntilTheObjectDies) {
  EphemeronTable table(*heap);
  for (bool old : {false, true}) {
    Value* object = Root(NewFinalized(1));
    table.Set(object->object(), Value::FromObject(NewBlob(32, 2)));
    // Reached only through the finalized object's entry.
    table.Set(table.Get(object->object()).object(), Value::SmallInt(3));
    if (old) Promote();
    roots.values.clear();
    OnFinalize() = [&](Mutator&, Handle key) {
      Value value = table.Get(key.object());
      ran_.push_back(value.object()->second);
      EXPECT_EQ(table.Get(value.object()), Value::SmallInt(3));
    };
    old ? heap->CollectMajor() : heap->CollectMinor();
    heap->RunFinalizers();
    EXPECT_EQ(table.size(), 2u);
    heap->CollectMajor();
    EXPECT_EQ(table.size(), 0u);
  }
  EXPECT_EQ(ran_, Ids({2, 2}));
}

TEST_F(FinalizerTest, AllocationRunsThemWhereItHasCollected) {
  Start({.max_bytes = size_t{8} << 20, .young_bytes = 64 << 10, .verify = true});
  LogRuns();
  NewFinalized(1);
  while (heap->statistics().minor_collections == 0) ASSERT_NE(NewBlob(1024), nullptr);
  EXPECT_EQ(ran_, Ids({1}));
}

TEST_F(FinalizerTest, AllocationOfLargeAndPinnedObjectsRunsThemToo) {
  NewFinalized(1);
  heap->CollectMinor();
  ASSERT_NE(NewArray(5000), nullptr);
  EXPECT_EQ(ran_, Ids({1}));
  NewFinalized(2);
  heap->CollectMinor();
  for (int i = 0; i < 1000 && ran_.size() == 1; ++i) {
    ASSERT_NE(AllocatePinned(mutator(), kBlob, 4096, 0), nullptr);
  }
  EXPECT_EQ(ran_, Ids({1, 2}));
}

TEST_F(FinalizerTest, NeverInsideAnother) {
  Start({.max_bytes = size_t{8} << 20, .young_bytes = 64 << 10, .stress_interval = 1, .verify = true});
  int depth = 0;
  uint64_t last = 0;
  OnFinalize() = [&](Mutator&, Handle object) {
    EXPECT_EQ(++depth, 1);
    EXPECT_EQ(object.object()->second, ++last);
    NewFinalized(100 + last);  // dies, and is found by the next allocation
    NewBlob(64);
    NewArray(3000);
    EXPECT_EQ(heap->RunFinalizers(), 0u);
    --depth;
  };
  for (uint64_t id = 1; id <= 20; ++id) Root(NewFinalized(id));
  heap->SetStressInterval(0);
  roots.values.clear();
  heap->CollectMajor();
  heap->SetStressInterval(1);
  EXPECT_EQ(heap->RunFinalizers(), 20u);
  EXPECT_EQ(last, 20u);
  EXPECT_EQ(heap->queued_finalizers(), 20u);  // those that were made meanwhile
}

TEST_F(FinalizerTest, NotWhileCollectionsAreNotAllowed) {
  NewFinalized(1);
  heap->CollectMinor();
  heap->AllowCollections(false);
  EXPECT_EQ(heap->RunFinalizers(), 0u);
  EXPECT_EQ(ran_, Ids());
  heap->AllowCollections(true);
  EXPECT_EQ(heap->RunFinalizers(), 1u);
}

TEST_F(FinalizerTest, WhatWaitsIsRunBeforeMemoryIsSaidToBeOut) {
  Start({.max_bytes = size_t{4} << 20, .young_bytes = 256 << 10, .verify = true});
  LogRuns();
  // Each holds a large array; more than the bound has room for at once.
  for (uint64_t id = 1; id <= 40; ++id) {
    Value* holder = Root(NewFinalized(id));
    ASSERT_NE(holder->object(), nullptr);
    ObjectHeader* array = NewArray(size_t{1} << 15);
    ASSERT_NE(array, nullptr) << id;
    WriteField(mutator(), holder->object()->slots(), Value::FromObject(array));
    Promote();
    roots.values.clear();
  }
  EXPECT_GE(ran_.size(), 20u);
  for (size_t i = 1; i < ran_.size(); ++i) EXPECT_LT(ran_[i - 1], ran_[i]);
}

TEST_F(FinalizerTest, TheHeapsEndRunsNone) {
  Root(NewFinalized(1));
  NewFinalized(2);
  heap->CollectMinor();
  EXPECT_EQ(heap->queued_finalizers(), 1u);
  heap->RemoveRoots(&roots);
  heap.reset();
  EXPECT_EQ(ran_, Ids());
}

TEST_F(FinalizerTest, MinorCollectionsLeaveOldQueueEntriesAlone) {
  for (uint64_t id = 0; id < 100; ++id) NewFinalized(id);
  heap->CollectMinor();
  Promote();
  EXPECT_EQ(heap->queued_finalizers(), 100u);
  size_t copied = heap->statistics().copied_bytes;
  heap->CollectMinor();
  EXPECT_EQ(heap->statistics().copied_bytes, copied);
  EXPECT_EQ(heap->RunFinalizers(), 100u);
  for (uint64_t id = 0; id < 100; ++id) EXPECT_EQ(ran_[id], id);
}

// In a marking in slices or on a thread.
class FinalizerCycleTest : public FinalizerTest, public testing::WithParamInterface<MajorMode> {
 protected:
  FinalizerCycleTest() {
    Start({.max_bytes = size_t{64} << 20, .major_mode = GetParam(), .slice_us = 1, .verify = true});
    LogRuns();
  }
  // One step of the cycle that `before` collections came before; false at its end.
  bool Advance(uint64_t before) {
    heap->AdvanceMajor();
    return heap->statistics().major_collections == before;
  }
};

TEST_P(FinalizerCycleTest, DeadObjectsAreFoundMeanwhileAndRunInOrder) {
  // The older half becomes old after the younger one.
  constexpr uint64_t kCount = 6000;
  for (uint64_t id = 0; id < kCount / 2; ++id) Root(NewFinalized(id));
  for (uint64_t id = kCount / 2; id < kCount; ++id) {
    Value* holder = Root(AllocatePinned(mutator(), kFinalized, 32, id));
    Store(holder->object(), 0, NewBlob(32, id));
  }
  Promote();
  std::vector<uint64_t> children;
  OnFinalize() = [&](Mutator&, Handle object) {
    ran_.push_back(object.object()->second);
    const Value child = object.object()->slots()[0];
    if (child.IsHeapRef()) children.push_back(child.object()->second);
  };
  std::deque<Value> all;
  all.swap(roots.values);
  for (uint64_t id = 0; id < kCount; id += 3) roots.values.push_back(all[id]);
  const uint64_t before = heap->statistics().major_collections;
  heap->BeginMajor();
  for (int steps = 0; Advance(before); ++steps) {
    // What minor collections find is run meanwhile.
    if (steps % 5 != 0) continue;
    NewFinalized(kCount + static_cast<uint64_t>(steps));
    heap->CollectMinor();
    ASSERT_EQ(heap->RunFinalizers(), 1u);
    ASSERT_GE(ran_.back(), kCount);
    ran_.pop_back();
  }
  EXPECT_EQ(heap->queued_finalizers(), kCount / 3 * 2);
  heap->CollectMinor();
  heap->RunFinalizers();
  ASSERT_EQ(ran_.size(), kCount / 3 * 2);
  size_t at = 0;
  for (uint64_t id = 0; id < kCount; ++id) {
    if (id % 3 == 0) continue;
    ASSERT_EQ(ran_[at++], id);
  }
  at = 0;
  for (uint64_t id = kCount / 2; id < kCount; ++id) {
    if (id % 3 == 0) continue;
    ASSERT_EQ(children[at++], id);
  }
}

TEST_P(FinalizerCycleTest, ManyRunsInDisorderAreMerged) {
  // Each minor collection promotes what survived two; pinned ones are old at once.
  std::vector<Value*> all;
  uint64_t id = 0;
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 20; ++i) all.push_back(Root(NewFinalized(id++)));
    for (int i = 0; i < 20; ++i) all.push_back(Root(AllocatePinned(mutator(), kFinalized, 32, id++)));
    heap->CollectMinor();
  }
  Promote();
  roots.values.clear();
  const uint64_t before = heap->statistics().major_collections;
  heap->BeginMajor();
  while (Advance(before)) {
  }
  // Some wait while others have run, and nobody is lost.
  OnFinalize() = [&](Mutator&, Handle object) {
    ran_.push_back(object.object()->second);
    if (ran_.size() % 100 == 0) heap->CollectMinor();
    if (ran_.size() == 1000) heap->CollectMajor();
  };
  EXPECT_EQ(heap->RunFinalizers(), id);
  for (uint64_t i = 0; i < id; ++i) ASSERT_EQ(ran_[i], i);
}

TEST_P(FinalizerCycleTest, WhatFinalizersReferToHasItsEntries) {
  EphemeronTable table(*heap);
  for (uint64_t id = 0; id < 2000; ++id) {
    Value* object = Root(NewFinalized(id));
    Store(object->object(), 0, NewBlob(32, id));
  }
  Promote();
  for (Value value : roots.values) {
    ObjectHeader* key = value.object()->slots()[0].object();
    table.Set(key, Value::FromObject(NewBlob(32, key->second + 10'000)));
  }
  Promote();
  roots.values.clear();
  const uint64_t before = heap->statistics().major_collections;
  heap->BeginMajor();
  while (Advance(before)) {
  }
  EXPECT_EQ(table.size(), 2000u);
  OnFinalize() = [&](Mutator&, Handle object) {
    ran_.push_back(table.Get(object.object()->slots()[0].object()).object()->second);
  };
  EXPECT_EQ(heap->RunFinalizers(), 2000u);
  for (uint64_t i = 0; i < 2000; ++i) ASSERT_EQ(ran_[i], i + 10'000);
  heap->CollectMajor();
  EXPECT_EQ(table.size(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Modes, FinalizerCycleTest,
                         testing::Values(MajorMode::kIncremental, MajorMode::kConcurrent), NameOfMode);

TEST_F(FinalizerTest, NoWeakHandleGivesOutWhatIsFoundDead) {
  constexpr size_t kCount = 4000;
  Start(
      {.max_bytes = size_t{64} << 20, .major_mode = MajorMode::kIncremental, .slice_us = 1, .verify = true});
  const auto advance = [this](uint64_t before) {
    heap->AdvanceMajor();
    return heap->statistics().major_collections == before;
  };
  std::vector<WeakHandle> weak;
  std::vector<WeakHandle> asked;
  for (uint64_t id = 0; id < kCount; ++id) Root(NewFinalized(id));
  Promote();
  for (Value value : roots.values) asked.emplace_back(*heap, value);
  for (Value value : roots.values) weak.emplace_back(*heap, value);
  roots.values.clear();
  const uint64_t before = heap->statistics().major_collections;
  heap->BeginMajor();
  // Asked for one after the other; those that are still there live on by that.
  size_t found = 0;
  while (found < kCount && advance(before) && !asked[found].get().IsEmpty()) ++found;
  ASSERT_LT(found, kCount / 4);
  ASSERT_EQ(heap->statistics().major_collections, before);
  for (size_t i = found; i < kCount; ++i) ASSERT_TRUE(weak[i].get().IsEmpty()) << i;
  while (advance(before)) {
  }
  EXPECT_EQ(heap->queued_finalizers(), kCount - found);
}

TEST_F(FinalizerTest, TheVerifierCatchesAnObjectThatIsMarkedFinalizableButNotListed) {
  ObjectHeader* object = NewBlob(32);
  object->set_flag(kFinalizable);
  EXPECT_DEATH(heap->CollectMinor(), "finalizable == finalizers_");
  object->clear_flag(kFinalizable);
}

}  // namespace
}  // namespace foxvm::gc
