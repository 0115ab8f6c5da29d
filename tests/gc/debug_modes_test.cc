// Stress, verification and poison: each is shown to bite.
#include "gc/fault_injection.h"
#include "tests/gc/fake_roots.h"

namespace foxvm::gc {
namespace {

class DebugModesTest : public HeapTest {
 protected:
  void StartStress(uint64_t interval) {
    Start({.max_bytes = size_t{16} << 20, .promotion_age = 3, .stress_interval = interval, .verify = true});
  }
};

TEST_F(DebugModesTest, StressOneMovesEveryYoungObjectAtEveryAllocation) {
  StartStress(1);
  Value* root = Root(NewArray(2));
  for (int i = 1; i <= 2; ++i) {
    ObjectHeader* before = root->object();
    NewBlob(16);
    EXPECT_NE(root->object(), before);
    EXPECT_EQ(root->object()->generation(), i);
  }
  EXPECT_EQ(heap->statistics().minor_collections, 3u);
  for (int i = 0; i < 200; ++i) NewBlob(16);
  EXPECT_EQ(heap->statistics().minor_collections + heap->statistics().major_collections, 203u);
  EXPECT_GE(heap->statistics().major_collections, 3u);
}

TEST_F(DebugModesTest, StressNCollectsAtEveryNthAllocation) {
  StartStress(10);
  for (int i = 0; i < 100; ++i) NewBlob(32);
  EXPECT_EQ(heap->statistics().minor_collections, 10u);
  for (int i = 0; i < 10; ++i) NewBlob(16 * 1024);
  EXPECT_EQ(heap->statistics().minor_collections, 11u);
  for (int i = 0; i < 10; ++i) ASSERT_NE(AllocatePinned(mutator(), kBlob, 32, 0), nullptr);
  EXPECT_EQ(heap->statistics().minor_collections, 12u);
}

TEST_F(DebugModesTest, FreedYoungMemoryIsPoisoned) {
  ObjectHeader* dead = NewArray(2);
  ObjectHeader* moved = NewArray(2);
  Root(moved);
  heap->CollectMinor();
  EXPECT_EQ(dead->meta, 0xF7F7F7F7F7F7F7F7u);
  EXPECT_EQ(moved->slots()[0].bits(), 0xF7F7F7F7F7F7F7F7u);
}

TEST_F(DebugModesTest, FreedOldAndLargeMemoryIsPoisoned) {
  Value* keep = OldArray(2);
  Value* old = OldArray(2);
  Value* large = Root(NewArray(1100));
  Root(NewArray(1100));  // above it, so that the freed run is not the last one
  ObjectHeader* dead = old->object();
  ObjectHeader* dead_large = large->object();
  *old = *large = *keep;
  heap->CollectMajor();
  EXPECT_EQ(dead_large->slots()[5].bits(), 0xF7F7F7F7F7F7F7F7u);
  heap->CollectMajor();  // sweeping is finished before the next cycle
  EXPECT_EQ(dead->slots()[1].bits(), 0xF7F7F7F7F7F7F7F7u);
}

TEST_F(DebugModesTest, ASkippedCardMarkIsCaught) {
  Value* old = OldArray(4);
  Store(old->object(), 0, NewBlob(16));
  Promote();  // with its card, all is well
  heap->faults().Set(Fault::kSkipCardMark, true);
  Store(old->object(), 1, NewBlob(16));
  EXPECT_DEATH(heap->CollectMinor(), "old-to-young slot has a dirty card");
  old->object()->slots()[1] = Value::Null();
  heap->faults().Set(Fault::kSkipCardMark, false);
  Store(old->object(), 1, NewBlob(16, 5));
  heap->CollectMinor();
  EXPECT_EQ(old->object()->slots()[1].object()->second, 5u);
}

TEST_F(DebugModesTest, ASkippedBulkCardMarkIsCaught) {
  Value* old = OldArray(4);
  heap->faults().Set(Fault::kSkipCardMark, true);
  old->object()->slots()[1] = Value::FromObject(NewBlob(16));
  MarkCards(mutator(), old->object()->slots(), old->object()->slots() + 4);
  EXPECT_DEATH(heap->CollectMinor(), "old-to-young slot has a dirty card");
  old->object()->slots()[1] = Value::Null();
}

TEST_F(DebugModesTest, SkippedDirtyingAtPromotionIsCaught) {
  Value* parent = Root(NewArray(2));
  heap->CollectMinor();
  Store(parent->object(), 0, NewBlob(16));
  heap->faults().Set(Fault::kSkipPromotionDirtying, true);
  EXPECT_DEATH(heap->CollectMinor(), "old-to-young slot has a dirty card");
  heap->faults().Set(Fault::kSkipPromotionDirtying, false);
  heap->CollectMinor();
  EXPECT_FALSE(heap->IsYoung(parent->object()));
  EXPECT_TRUE(heap->IsYoung(parent->object()->slots()[0].object()));
}

TEST_F(DebugModesTest, AnInteriorReferenceIsCaught) {
  Value* root = Root(NewArray(6));
  auto* inside = reinterpret_cast<ObjectHeader*>(root->object()->slots());
  Value* wrong = Root(inside);
  EXPECT_DEATH(heap->CollectMinor(), "start of an object");
  *wrong = Value::Null();
}

TEST_F(DebugModesTest, AReferenceOutsideTheHeapIsCaught) {
  alignas(16) static ObjectHeader outside{ObjectHeader::MakeMeta(kBlob, 16, 0), 0};
  Value* wrong = Root(&outside);
  EXPECT_DEATH(heap->CollectMinor(), "points into the heap");
  *wrong = Value::Null();
}

TEST_F(DebugModesTest, AMisalignedReferenceIsCaught) {
  Value* root = Root(NewArray(6));
  Value* wrong = Root(reinterpret_cast<ObjectHeader*>(reinterpret_cast<uintptr_t>(root->object()) + 8));
  EXPECT_DEATH(heap->CollectMinor(), "16-aligned");
  *wrong = Value::Null();
}

TEST_F(DebugModesTest, AStaleReferenceIsCaught) {
  Value* old = OldArray(2);
  ObjectHeader* dead = NewArray(2);
  NewArray(2);
  heap->CollectMinor();
  old->object()->slots()[0] = Value::FromObject(dead);
  EXPECT_DEATH(heap->CollectMinor(), "start of an object");
  old->object()->slots()[0] = Value::Null();
}

TEST_F(DebugModesTest, AnUnregisteredTypeIsCaught) {
  Value* root = Root(Allocate(mutator(), 100, 16, 0));
  EXPECT_DEATH(heap->CollectMinor(), "type is registered");
  *root = Value::Null();
}

TEST_F(DebugModesTest, AWrongGenerationIsCaught) {
  Value* old = OldArray(2);
  uint64_t meta = old->object()->meta;
  old->object()->meta = ObjectHeader::MakeMeta(kArray, 32, 1);
  EXPECT_DEATH(heap->CollectMinor(), "generation fits its space");
  old->object()->meta = meta;
}

class AllocatingRoots : public RootProvider {
 public:
  explicit AllocatingRoots(Mutator& mutator) : mutator_(mutator) {}
  void VisitRoots(SlotVisitor&) override { allocated = Allocate(mutator_, kBlob, 16, 0); }
  ObjectHeader* allocated = nullptr;

 private:
  Mutator& mutator_;
};

TEST_F(DebugModesTest, AllocationInsideACollectionStopsTheProcess) {
  Start({.max_bytes = size_t{16} << 20});
  AllocatingRoots bad(mutator());
  heap->AddRoots(&bad);
  EXPECT_DEATH(heap->CollectMinor(), "!collecting_");
  heap->RemoveRoots(&bad);
}

}  // namespace
}  // namespace foxvm::gc
