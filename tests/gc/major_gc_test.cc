#include <cstring>
#include <vector>

#include "tests/gc/fake_roots.h"

namespace foxvm::gc {
namespace {

class MajorGcTest : public HeapTest {
 protected:
  // A list of `length` nodes of `slots` slots, newest first, rooted in the returned slot. Slot 0 is the link,
  // slot 1 counts down to 0.
  Value* List(int64_t length, size_t slots) {
    roots.values.push_back(Value::Null());
    Value* list = &roots.values.back();
    for (int64_t i = 0; i < length; ++i) {
      ObjectHeader* node = NewArray(slots);
      if (node == nullptr) return list;
      WriteField(mutator(), node->slots(), *list);
      node->slots()[1] = Value::SmallInt(i);
      *list = Value::FromObject(node);
    }
    return list;
  }
  static int64_t LengthOf(Value list) {
    int64_t length = 0;
    for (; list.IsHeapRef(); list = list.object()->slots()[0]) ++length;
    return length;
  }
};

TEST_F(MajorGcTest, UnreachableOldObjectsAreFoundDeadAndTheirMemoryIsReused) {
  Value* list = List(50'000, 6);
  Promote();
  EXPECT_GE(heap->statistics().live_old_bytes, 50'000u * 64);
  size_t committed = heap->statistics().committed_bytes;
  *list = Value::Null();
  heap->CollectMajor();
  EXPECT_LT(heap->statistics().live_old_bytes, 10'000u);
  for (int i = 0; i < 5; ++i) {
    *list = Value::Null();
    *list = *List(50'000, 6);
    Promote();
    EXPECT_EQ(LengthOf(*list), 50'000);
    roots.values.pop_back();
    *list = Value::Null();
    heap->CollectMajor();
  }
  EXPECT_LT(heap->statistics().committed_bytes, 2 * committed);
}

TEST_F(MajorGcTest, HolesBetweenLiveObjectsAreReused) {
  // A young generation so small that the memory kept ready for it does not blur the result.
  constexpr size_t kYoung = size_t{128} << 10;
  Start({.max_bytes = size_t{64} << 20, .young_bytes = kYoung, .max_young_bytes = kYoung, .verify = true});
  Value* list = List(40'000, 6);
  Promote();
  size_t committed = heap->statistics().committed_bytes;
  // Keeps runs of 4 of every 16 nodes: no block becomes empty.
  for (Value node = *list; node.IsHeapRef();) {
    ObjectHeader* last = node.object();
    for (int i = 0; i < 3 && last->slots()[0].IsHeapRef(); ++i) last = last->slots()[0].object();
    Value next = last->slots()[0];
    for (int i = 0; i < 12 && next.IsHeapRef(); ++i) next = next.object()->slots()[0];
    WriteField(mutator(), last->slots(), next);
    node = next;
  }
  heap->CollectMajor();
  EXPECT_EQ(LengthOf(*list), 10'000);
  Value* second = List(25'000, 6);
  Promote();
  EXPECT_EQ(LengthOf(*second), 25'000);
  EXPECT_EQ(LengthOf(*list), 10'000);
  EXPECT_LE(heap->statistics().committed_bytes, committed + committed / 8);
}

TEST_F(MajorGcTest, OldObjectsDoNotMoveAndStayIntact) {
  Value* list = List(1000, 30);
  Promote();
  std::vector<ObjectHeader*> nodes;
  for (Value v = *list; v.IsHeapRef(); v = v.object()->slots()[0]) nodes.push_back(v.object());
  heap->CollectMajor();
  heap->CollectMajor();
  size_t i = 0;
  for (Value v = *list; v.IsHeapRef(); v = v.object()->slots()[0], ++i) {
    ASSERT_EQ(v.object(), nodes[i]);
    ASSERT_EQ(v.object()->slots()[1].small_int(), static_cast<int64_t>(999 - i));
  }
  EXPECT_EQ(i, 1000u);
}

TEST_F(MajorGcTest, CyclesAreCollected) {
  Value* a = OldArray(2);
  Value* b = OldArray(2);
  Store(a->object(), 0, b->object());
  Store(b->object(), 0, a->object());
  heap->CollectMajor();
  EXPECT_GT(heap->statistics().live_old_bytes, 0u);
  roots.values.clear();
  heap->CollectMajor();
  EXPECT_EQ(heap->statistics().live_old_bytes, 0u);
}

TEST_F(MajorGcTest, AYoungObjectSurvivesThatOnlyAnOldOneRefersTo) {
  Value* old = OldArray(2);
  Store(old->object(), 1, NewBlob(48, 4711));
  heap->CollectMajor();
  EXPECT_TRUE(heap->IsYoung(old->object()->slots()[1].object()));
  EXPECT_EQ(old->object()->slots()[1].object()->second, 4711u);
  heap->CollectMajor();
  EXPECT_EQ(old->object()->slots()[1].object()->second, 4711u);
}

TEST_F(MajorGcTest, DeadOldObjectsKeepNothingAliveAfterAMajorCollection) {
  Value* old = OldArray(2);
  int disposed = 0;
  ObjectHeader* child = AllocateFinalizable(mutator(), kDisposed, 32, 0);
  child->slots()[0] = Value::FromBits(reinterpret_cast<uint64_t>(&disposed));
  child->slots()[1] = Value::SmallInt(0);
  Store(old->object(), 0, child);
  roots.values.clear();
  heap->CollectMinor();  // the dead holder is not known to be dead yet
  EXPECT_EQ(disposed, 0);
  heap->CollectMajor();
  heap->CollectMinor();
  EXPECT_EQ(disposed, 1);
}

TEST_F(MajorGcTest, ALongListAndAWideArrayAreMarkedWithoutRecursion) {
  Start({.max_bytes = size_t{256} << 20});
  Value* list = List(1'000'000, 2);
  Value* wide = Root(NewArray(100'000));
  for (size_t i = 0; i < 100'000; ++i) {
    ObjectHeader* blob = NewBlob(16, i);
    Store(wide->object(), i, blob);
  }
  heap->CollectMajor();
  heap->CollectMajor();
  EXPECT_EQ(LengthOf(*list), 1'000'000);
  for (size_t i = 0; i < 100'000; ++i) ASSERT_EQ(wide->object()->slots()[i].object()->second, i);
}

TEST_F(MajorGcTest, GrowthTriggersMajorCollections) {
  Start({.max_bytes = size_t{256} << 20, .max_young_bytes = HeapOptions{}.young_bytes});
  for (int i = 0; i < 40; ++i) {
    roots.values.clear();
    List(40'000, 6);
  }
  EXPECT_GE(heap->statistics().major_collections, 1u);
  EXPECT_LE(heap->statistics().committed_bytes, size_t{64} << 20);
}

TEST_F(MajorGcTest, ExternalBytesBringAMajorCollectionOn) {
  uint64_t before = heap->statistics().major_collections;
  heap->AddExternalBytes(1 << 20);
  NewBlob(16);
  EXPECT_EQ(heap->statistics().major_collections, before);
  heap->AddExternalBytes(64 << 20);
  NewBlob(16);
  EXPECT_EQ(heap->statistics().major_collections, before + 1);
  heap->AddExternalBytes(-(65 << 20));
  NewBlob(16);
  EXPECT_EQ(heap->statistics().major_collections, before + 1);
}

TEST_F(MajorGcTest, PausesAreCounted) {
  heap->CollectMinor();
  heap->CollectMajor();
  HeapStatistics s = heap->statistics();
  EXPECT_EQ(s.minor_collections, 1u);
  EXPECT_EQ(s.major_collections, 1u);
  EXPECT_GT(s.minor_pause_ns_max, 0u);
  EXPECT_GT(s.major_pause_ns_max, 0u);
  EXPECT_GE(s.minor_pause_ns_total, s.minor_pause_ns_max);
  EXPECT_GE(s.major_pause_ns_total, s.major_pause_ns_max);
}

TEST_F(MajorGcTest, FreeBlocksMayBeTakenWhileSweepingIsUnderWay) {
  Start({.max_bytes = size_t{64} << 20});
  // Leaves free blocks below blocks in use.
  Value* low = List(20'000, 6);
  Promote();
  Value* high = List(80'000, 6);
  Promote();
  *low = Value::Null();
  heap->CollectMajor();
  heap->CollectMajor();
  *high = high->object()->slots()[0];
  heap->CollectMajor();
  // Medium objects take free blocks at once, small ones go on sweeping: all must stay apart.
  std::vector<Value*> lists;
  for (int i = 0; i < 40; ++i) {
    lists.push_back(List(20, 100));
    lists.push_back(List(200, 6));
    Promote();
  }
  EXPECT_EQ(LengthOf(*high), 79'999);
  for (size_t i = 0; i < lists.size(); ++i) {
    int64_t expected = i % 2 == 0 ? 19 : 199;
    for (Value v = *lists[i]; v.IsHeapRef(); v = v.object()->slots()[0]) {
      ASSERT_EQ(v.object()->slots()[1].small_int(), expected--);
      ASSERT_EQ(v.object()->second, i % 2 == 0 ? 100u : 6u);
    }
  }
}

TEST_F(MajorGcTest, MediumObjectsAreReclaimedAndReused) {
  for (int round = 0; round < 30; ++round) {
    roots.values.clear();
    Value* list = List(300, 700);
    Promote();
    ASSERT_EQ(LengthOf(*list), 300);
    if (round % 5 == 4) heap->CollectMajor();
  }
  roots.values.clear();
  heap->CollectMajor();
  EXPECT_LT(heap->statistics().committed_bytes, size_t{32} << 20);
}

}  // namespace
}  // namespace foxvm::gc
