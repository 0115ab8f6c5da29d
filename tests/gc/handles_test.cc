// Persistent and weak handles.
#include <functional>
#include <utility>
#include <vector>

#include "gc/handle_slab.h"
#include "gc/persistent_handle.h"
#include "gc/weak_handle.h"
#include "tests/gc/fake_roots.h"

namespace foxvm::gc {
namespace {

class HandlesTest : public HeapTest {
 protected:
  ObjectHeader* NewArrayOf(ObjectHeader* element) {
    Value* kept = Root(element);
    ObjectHeader* array = NewArray(2);
    array->slots()[0] = *kept;
    roots.values.pop_back();
    return array;
  }
  Value NewValue(uint64_t id) { return Value::FromObject(NewBlob(32, id)); }
};

TEST_F(HandlesTest, APersistentHandleKeepsItsObjectThroughEveryCollection) {
  PersistentHandle handle(*heap, NewValue(17));
  for (int i = 0; i < 4; ++i) {
    heap->CollectMinor();
    ASSERT_EQ(handle.object()->second, 17u);
    heap->CollectMajor();
    ASSERT_EQ(handle.object()->second, 17u);
  }
  EXPECT_FALSE(heap->IsYoung(handle.object()));
}

TEST_F(HandlesTest, AHandleThatIsSetToAYoungObjectAgainKeepsThatToo) {
  PersistentHandle handle(*heap, NewValue(1));
  Promote();
  handle.set(NewValue(2));
  Promote();
  heap->CollectMajor();
  EXPECT_EQ(handle.object()->second, 2u);
  handle.set(Value::SmallInt(5));
  heap->CollectMinor();
  EXPECT_EQ(handle.get(), Value::SmallInt(5));
}

TEST_F(HandlesTest, WhatAHandleReleasesDies) {
  WeakHandle weak;
  {
    PersistentHandle handle(*heap, NewValue(1));
    weak = WeakHandle(*heap, handle.get());
    heap->CollectMajor();
    EXPECT_EQ(weak.get(), handle.get());
  }
  heap->CollectMajor();
  EXPECT_TRUE(weak.get().IsEmpty());
}

TEST_F(HandlesTest, HandlesMoveAndAreDroppedInAnyOrderAmongScopes) {
  std::vector<PersistentHandle> handles;
  for (uint64_t round = 0; round < 3; ++round) {
    HandleScope outer(mutator());
    Handle scoped = outer.Make(NewValue(1000));
    for (uint64_t i = 0; i < 1000; ++i) {
      HandleScope inner(mutator());
      Handle object = inner.Make(NewValue(i));
      handles.emplace_back(*heap, object.get());
    }
    for (size_t i = 0; i < 1000; i += 3) handles[i].reset();
    std::swap(handles[1], handles[2]);
    handles[4] = std::move(handles[5]);
    heap->CollectMinor();
    EXPECT_EQ(handles[1].object()->second, 2u);
    EXPECT_EQ(handles[2].object()->second, 1u);
    EXPECT_EQ(handles[4].object()->second, 5u);
    EXPECT_TRUE(handles[5].get().IsEmpty());
    EXPECT_TRUE(handles[3].get().IsEmpty());
    EXPECT_EQ(scoped.object()->second, 1000u);
    EXPECT_EQ(heap->persistent_slots().size(), 1000u - 334 - 1);
    handles.clear();
    EXPECT_EQ(heap->persistent_slots().size(), 0u);
  }
}

TEST_F(HandlesTest, ScopesReleaseWhatWasMadeInThemHoweverManyThereAre) {
  std::vector<Handle> handles;
  std::function<void(int)> nest = [&](int depth) {
    HandleScope scope(mutator());
    const size_t before = mutator().handles.size();
    for (int i = 0; i < 37; ++i) handles.push_back(scope.Make(Value::SmallInt(depth * 100 + i)));
    if (depth == 30) {
      HandleScope none(mutator());
      scope.Make(Value::FromObject(NewBlob(16, 7)));
      heap->CollectMinor();
    }
    if (depth < 30) nest(depth + 1);
    for (int i = 0; i < 37; ++i) {
      ASSERT_EQ(handles[static_cast<size_t>(depth) * 37 + i].get().small_int(), depth * 100 + i);
    }
    ASSERT_EQ(mutator().handles.size(), before + 37);
  };
  for (int round = 0; round < 3; ++round) {
    handles.clear();
    nest(0);
    EXPECT_EQ(mutator().handles.size(), 0u);
  }
}

TEST_F(HandlesTest, LocalHandlesAreNullAtFirstAndKeepWhatTheyAreGiven) {
  // Wherever in a chunk of the stack they begin.
  for (int offset = 0; offset < 600; ++offset) {
    HandleScope scope(mutator());
    for (int i = 0; i < offset; ++i) scope.Make(Value::SmallInt(i));
    const size_t before = mutator().handles.size();
    {
      LocalHandles<5> outer(mutator());
      for (size_t i = 0; i < 5; ++i) ASSERT_TRUE(outer[i].get().IsNull());
      for (size_t i = 0; i < 5; ++i) outer[i].set(Value::FromObject(NewBlob(16, i)));
      LocalHandles<16> inner(mutator());
      inner[15].set(Value::FromObject(NewBlob(16, 15)));
      if (offset % 50 == 0 || offset > 200) heap->CollectMinor();
      for (size_t i = 0; i < 5; ++i) ASSERT_EQ(outer[i].object()->second, i);
      ASSERT_EQ(inner[15].object()->second, 15u);
      ASSERT_TRUE(inner[14].get().IsNull());
    }
    const Handle after = scope.Make(Value::SmallInt(-offset));
    ASSERT_EQ(after.get().small_int(), -offset);
    ASSERT_EQ(mutator().handles.size(), before + 1);
  }
}

TEST_F(HandlesTest, AssignmentReleasesWhatTheHandleHeldAtOnce) {
  PersistentHandle a(*heap, NewValue(1));
  PersistentHandle b(*heap, Value::SmallInt(2));
  a = std::move(b);
  EXPECT_EQ(a.get(), Value::SmallInt(2));
  EXPECT_EQ(heap->persistent_slots().size(), 1u);
  a = PersistentHandle();
  EXPECT_TRUE(a.get().IsEmpty());
  EXPECT_EQ(heap->persistent_slots().size(), 0u);
}

TEST_F(HandlesTest, HandlesThatOutliveTheirHeapAreEmpty) {
  PersistentHandle persistent(*heap, NewValue(1));
  PersistentHandle other(*heap, Value::SmallInt(1));
  WeakHandle weak(*heap, persistent.get());
  Stop();
  EXPECT_TRUE(persistent.get().IsEmpty());
  EXPECT_TRUE(weak.get().IsEmpty());
  other.reset();
  EXPECT_TRUE(persistent.get().IsEmpty());
}

TEST_F(HandlesTest, AWeakHandleFollowsItsObjectAndIsEmptiedByTheCollectionThatFindsItDead) {
  Value* kept = Root(NewBlob(32, 7));
  WeakHandle alive(*heap, *kept);
  WeakHandle dead(*heap, NewValue(8));
  WeakHandle plain(*heap, Value::SmallInt(3));
  heap->CollectMinor();
  EXPECT_TRUE(dead.get().IsEmpty());
  EXPECT_EQ(alive.get(), *kept);
  Promote();
  EXPECT_EQ(alive.get(), *kept);
  *kept = Value::Null();
  heap->CollectMinor();
  EXPECT_EQ(alive.get().object()->second, 7u);  // old: only a major collection can tell
  heap->CollectMajor();
  EXPECT_TRUE(alive.get().IsEmpty());
  EXPECT_EQ(plain.get(), Value::SmallInt(3));
}

TEST_F(HandlesTest, AMajorCollectionEmptiesHandlesToYoungObjectsThatOnlyTheDeadReferTo) {
  Value* old = OldArray(2);
  ObjectHeader* child = NewBlob(32, 1);
  Store(old->object(), 0, child);
  WeakHandle weak(*heap, Value::FromObject(child));
  roots.values.clear();
  heap->CollectMinor();
  EXPECT_FALSE(weak.get().IsEmpty());
  heap->CollectMajor();
  EXPECT_TRUE(weak.get().IsEmpty());
}

TEST_F(HandlesTest, WeakHandlesToLargeAndPinnedObjects) {
  Value* large = Root(NewArray(5000));
  Value* pinned = Root(AllocatePinned(mutator(), kBlob, 64, 0));
  WeakHandle to_large(*heap, *large);
  WeakHandle to_pinned(*heap, *pinned);
  heap->CollectMajor();
  EXPECT_EQ(to_large.get(), *large);
  EXPECT_EQ(to_pinned.get(), *pinned);
  roots.values.clear();
  heap->CollectMajor();
  EXPECT_TRUE(to_large.get().IsEmpty());
  EXPECT_TRUE(to_pinned.get().IsEmpty());
}

TEST_F(HandlesTest, MinorCollectionsLookOnlyAtHandlesThatMayReferToTheYoung) {
  std::vector<PersistentHandle> persistent;
  std::vector<WeakHandle> weak;
  for (uint64_t i = 0; i < 1000; ++i) {
    persistent.emplace_back(*heap, NewValue(i));
    weak.emplace_back(*heap, persistent.back().get());
  }
  auto count = [](HandleSlab& slab) {
    size_t visited = 0;
    slab.ForEach(RootScope::kMayBeYoung, [&visited](Value*) { ++visited; });
    return visited;
  };
  EXPECT_EQ(count(heap->persistent_slots()), 1000u);
  Promote();
  EXPECT_EQ(count(heap->persistent_slots()), 0u);
  EXPECT_EQ(count(heap->weak_slots()), 0u);
  persistent[3].set(NewValue(3));
  persistent[3].set(NewValue(4));
  EXPECT_EQ(count(heap->persistent_slots()), 1u);
  heap->CollectMinor();
  EXPECT_EQ(persistent[3].object()->second, 4u);
}

TEST_F(HandlesTest, ASlotUsedAgainAndAgainBetweenCollectionsIsListedOnceAndNoMoreWhenDropped) {
  for (int i = 0; i < 100; ++i) PersistentHandle(*heap, NewValue(1));
  PersistentHandle kept(*heap, NewValue(1));
  for (int i = 0; i < 100; ++i) kept.set(NewValue(2));
  size_t visited = 0;
  heap->persistent_slots().ForEach(RootScope::kMayBeYoung, [&visited](Value*) { ++visited; });
  EXPECT_EQ(visited, 1u);
}

TEST_F(HandlesTest, TheVerifierCatchesAYoungObjectInASlotThatIsNotListed) {
  for (HandleSlab* slab : {&heap->persistent_slots(), &heap->weak_slots()}) {
    HandleSlab::Node* node = slab->Make(Value::Null());
    Value young = NewValue(1);
    node->value = young;
    EXPECT_DEATH(heap->CollectMinor(), "YoungAreListed");
    slab->Drop(node);
  }
}

}  // namespace
}  // namespace foxvm::gc
