// Disposers, weak tables, identity hashes and pinned objects.
#include <deque>
#include <set>
#include <vector>

#include "tests/gc/fake_roots.h"

namespace foxvm::gc {
namespace {

class LifetimeTest : public HeapTest {
 protected:
  // The heap's end disposes of what the test leaves alive, so it comes before the counters'.
  ~LifetimeTest() override { Stop(); }

  int& NewCounter() { return counters_.emplace_back(0); }

  ObjectHeader* NewDisposed(int* count, size_t bytes = 32) {
    ObjectHeader* object = AllocateFinalizable(mutator(), kDisposed, bytes, 0);
    Fill(object, bytes);
    object->slots()[0] = Value::FromBits(reinterpret_cast<uint64_t>(count));
    return object;
  }

 private:
  std::deque<int> counters_;
};

TEST_F(LifetimeTest, AYoungObjectIsDisposedOfByTheMinorCollectionThatFindsItDead) {
  int& dead = NewCounter();
  int& alive = NewCounter();
  NewDisposed(&dead);
  Root(NewDisposed(&alive));
  heap->CollectMinor();
  EXPECT_EQ(dead, 1);
  EXPECT_EQ(alive, 0);
  heap->CollectMinor();
  heap->CollectMajor();
  EXPECT_EQ(dead, 1);
  EXPECT_EQ(alive, 0);
}

TEST_F(LifetimeTest, AnOldObjectIsDisposedOfOnceByTheMajorCollection) {
  int& count = NewCounter();
  Root(NewDisposed(&count));
  Root(NewDisposed(&count, 16 * 1024));
  Promote();
  EXPECT_FALSE(heap->IsYoung(roots.values[0].object()));
  roots.values.clear();
  heap->CollectMinor();
  EXPECT_EQ(count, 0);
  heap->CollectMajor();
  EXPECT_EQ(count, 2);
  heap->CollectMajor();
  EXPECT_EQ(count, 2);
}

TEST_F(LifetimeTest, TheHeapsEndDisposesOfWhatIsLeft) {
  int& count = NewCounter();
  Root(NewDisposed(&count));
  Root(NewDisposed(&count));
  Promote();
  Root(NewDisposed(&count));
  Stop();
  EXPECT_EQ(count, 3);
}

TEST_F(LifetimeTest, PinnedObjectsAreDisposedOfToo) {
  int& count = NewCounter();
  ObjectHeader* object = AllocatePinned(mutator(), kDisposed, 32, 0);
  object->slots()[0] = Value::FromBits(reinterpret_cast<uint64_t>(&count));
  heap->CollectMajor();
  EXPECT_EQ(count, 1);
}

TEST_F(LifetimeTest, AnUnlistedObjectWithADisposerIsAnError) {
  ObjectHeader* object = Allocate(mutator(), kDisposed, 32, 0);
  Fill(object, 32);
  EXPECT_DEATH(heap->CollectMinor(), "disposers_.young_count");
  mutator().cursor = reinterpret_cast<uintptr_t>(object);
}

class WeakTable : public WeakProvider {
 public:
  void VisitWeak(WeakVisitor& visitor) override {
    std::vector<ObjectHeader*> kept;
    for (ObjectHeader* entry : entries) {
      if (ObjectHeader* now = visitor.Resolve(entry)) kept.push_back(now);
    }
    entries = kept;
  }
  std::vector<ObjectHeader*> entries;
};

TEST_F(LifetimeTest, WeakTablesFollowMovesAndDropTheDead) {
  WeakTable table;
  heap->AddWeakRoots(&table);
  Root(NewBlob(32, 0));
  Root(NewBlob(32, 1));
  table.entries = {roots.values[0].object(), NewBlob(32, 2), roots.values[1].object()};
  heap->CollectMinor();
  ASSERT_EQ(table.entries.size(), 2u);
  EXPECT_EQ(table.entries[0], roots.values[0].object());
  EXPECT_EQ(table.entries[1], roots.values[1].object());
  Promote();
  EXPECT_EQ(table.entries[1], roots.values[1].object());
  roots.values.pop_back();
  heap->CollectMinor();
  EXPECT_EQ(table.entries.size(), 2u);  // old: only a major collection can tell
  heap->CollectMajor();
  ASSERT_EQ(table.entries.size(), 1u);
  EXPECT_EQ(table.entries[0], roots.values[0].object());
  heap->RemoveWeakRoots(&table);
}

TEST_F(LifetimeTest, AMajorCollectionClearsAWeakYoungObjectThatOnlyTheDeadReferTo) {
  WeakTable table;
  heap->AddWeakRoots(&table);
  Value* old = OldArray(2);
  ObjectHeader* child = NewBlob(16);
  Store(old->object(), 0, child);
  table.entries = {child};
  roots.values.clear();
  heap->CollectMajor();
  EXPECT_TRUE(table.entries.empty());
  heap->RemoveWeakRoots(&table);
}

TEST_F(LifetimeTest, IdentityHashStaysThroughMovesAndPromotion) {
  constexpr size_t kCount = 500;
  std::vector<uint64_t> hashes;
  std::set<uint64_t> distinct;
  for (size_t i = 0; i < kCount; ++i) {
    size_t slots = i % 40 + 1;
    Root(NewArray(slots));
    if (i % 3 == 0) Store(roots.values[i].object(), 0, NewBlob(16, i));
  }
  Root(NewArray(2000));
  Root(AllocatePinned(mutator(), kBlob, 64, 0));
  std::vector<size_t> sizes;
  for (Value v : roots.values) {
    sizes.push_back(heap->SizeOf(v.object()));
    hashes.push_back(heap->IdentityHash(v.object()));
    distinct.insert(hashes.back());
  }
  EXPECT_EQ(distinct.size(), kCount + 2);
  for (int round = 0; round < 5; ++round) {
    for (size_t i = 0; i < hashes.size(); ++i) {
      ObjectHeader* object = roots.values[i].object();
      ASSERT_EQ(heap->IdentityHash(object), hashes[i]);
      ASSERT_EQ(heap->SizeOf(object), sizes[i]);
      if (i < kCount && i % 3 == 0) {
        ASSERT_EQ(object->slots()[0].object()->second, i);
      }
    }
    round == 3 ? heap->CollectMajor() : heap->CollectMinor();
  }
  EXPECT_FALSE(heap->IsYoung(roots.values[0].object()));
}

TEST_F(LifetimeTest, HashesDifferThoughEdenIsReused) {
  std::set<uint64_t> distinct;
  for (int i = 0; i < 5000; ++i) {
    distinct.insert(heap->IdentityHash(NewBlob(16)));
    if (i % 10 == 0) heap->CollectMinor();
  }
  EXPECT_EQ(distinct.size(), 5000u);
}

TEST_F(LifetimeTest, TheHashOfARawArrayLeavesItsSlotsAlone) {
  Value* root = Root(NewArray(4, kRawArray));
  auto** slot = reinterpret_cast<void**>(root->object()->slots() + 3);
  *slot = NewBlob(16, 9)->payload();
  uint64_t hash = heap->IdentityHash(root->object());
  Promote();
  heap->CollectMajor();
  slot = reinterpret_cast<void**>(root->object()->slots() + 3);
  EXPECT_EQ(ObjectHeader::OfPayload(*slot)->second, 9u);
  EXPECT_EQ(heap->IdentityHash(root->object()), hash);
}

TEST_F(LifetimeTest, AnObjectFirstAskedWhenOldKeepsItsHash) {
  Value* old = OldArray(2);
  uint64_t hash = heap->IdentityHash(old->object());
  heap->CollectMajor();
  heap->CollectMinor();
  EXPECT_EQ(heap->IdentityHash(old->object()), hash);
}

TEST_F(LifetimeTest, TheLargestSmallObjectsCanAllBeHashedAndPromoted) {
  std::vector<uint64_t> hashes;
  for (int i = 0; i < 150; ++i) Root(NewBlob(kMaxSmallObjectBytes, static_cast<uint64_t>(i)));
  for (Value v : roots.values) hashes.push_back(heap->IdentityHash(v.object()));
  Promote();
  heap->CollectMajor();
  for (size_t i = 0; i < 150; ++i) {
    ASSERT_EQ(roots.values[i].object()->second, i);
    ASSERT_EQ(heap->IdentityHash(roots.values[i].object()), hashes[i]);
  }
}

TEST_F(LifetimeTest, PinnedObjectsAreOldZeroedAndNeverMove) {
  std::vector<ObjectHeader*> places;
  for (size_t bytes :
       {size_t{16}, size_t{64}, size_t{1008}, kMaxSmallObjectBytes, size_t{20'000} / 16 * 16}) {
    ObjectHeader* object = AllocatePinned(mutator(), kArray, bytes, bytes);
    EXPECT_FALSE(heap->IsYoung(object));
    EXPECT_TRUE(object->has_flag(kPinned));
    EXPECT_EQ(object->second, bytes);
    for (size_t i = 0; i < bytes / 8 - 2; ++i) ASSERT_EQ(object->slots()[i].bits(), 0u);
    Root(object);
    places.push_back(object);
  }
  // Initialised without a barrier.
  Value* child = Root(NewBlob(16, 4711));
  ObjectHeader* holder = AllocatePinned(mutator(), kArray, 32, 0);
  holder->slots()[1] = *child;
  *child = Value::FromObject(holder);
  places.push_back(holder);
  for (int i = 0; i < 3; ++i) {
    heap->CollectMinor();
    heap->CollectMajor();
    for (size_t k = 0; k < places.size(); ++k) ASSERT_EQ(roots.values[k].object(), places[k]);
    EXPECT_EQ(holder->slots()[1].object()->second, 4711u);
  }
}

}  // namespace
}  // namespace foxvm::gc
