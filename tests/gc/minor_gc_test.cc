#include "gc/handle.h"
#include "tests/gc/fake_roots.h"

namespace foxvm::gc {
namespace {

using MinorGcTest = HeapTest;

TEST_F(MinorGcTest, ObjectsAreBornYoungAndEveryCollectionMovesThem) {
  Value* root = Root(NewArray(2));
  ObjectHeader* born = root->object();
  EXPECT_TRUE(heap->IsYoung(born));
  EXPECT_EQ(born->generation(), 0);
  heap->CollectMinor();
  ObjectHeader* survivor = root->object();
  EXPECT_NE(survivor, born);
  EXPECT_TRUE(heap->IsYoung(survivor));
  heap->CollectMinor();
  EXPECT_NE(root->object(), survivor);
}

TEST_F(MinorGcTest, PromotionHappensAtThePromotionAge) {
  for (int age : {1, 2, 3, 7, 15}) {
    Start({.max_bytes = size_t{16} << 20, .promotion_age = age, .verify = true});
    Value* root = Root(NewArray(2));
    for (int i = 1; i < age; ++i) {
      heap->CollectMinor();
      EXPECT_TRUE(heap->IsYoung(root->object())) << age;
      EXPECT_EQ(root->object()->generation(), i);
    }
    heap->CollectMinor();
    EXPECT_FALSE(heap->IsYoung(root->object())) << age;
    EXPECT_EQ(root->object()->generation(), kOldGeneration);
    ObjectHeader* old = root->object();
    heap->CollectMinor();
    EXPECT_EQ(root->object(), old);
    EXPECT_GT(heap->statistics().promoted_bytes, 0u);
  }
}

TEST_F(MinorGcTest, CopyingKeepsContentsOfEverySize) {
  for (size_t bytes = 16; bytes <= kMaxSmallObjectBytes;
       bytes = bytes < 512 ? bytes + 16 : bytes * 3 / 2 / 16 * 16) {
    ObjectHeader* blob = NewBlob(bytes, bytes * 3);
    for (size_t i = 0; i < bytes / 8 - 2; ++i)
      blob->slots()[i] = Value::SmallInt(static_cast<int64_t>(bytes + i));
    Root(blob);
  }
  for (int round = 0; round < 4; ++round) {
    for (Value v : roots.values) {
      ObjectHeader* blob = v.object();
      size_t bytes = heap->SizeOf(blob);
      ASSERT_EQ(blob->second, bytes * 3);
      ASSERT_EQ(blob->type(), kBlob);
      for (size_t i = 0; i < bytes / 8 - 2; ++i) {
        ASSERT_EQ(blob->slots()[i], Value::SmallInt(static_cast<int64_t>(bytes + i)));
      }
    }
    heap->CollectMinor();
  }
}

TEST_F(MinorGcTest, SharingAndCyclesArePreserved) {
  Value* a = Root(NewArray(2));
  ObjectHeader* b = NewArray(2);
  Store(a->object(), 0, b);
  Store(a->object(), 1, b);
  Store(b, 0, a->object());
  for (int i = 0; i < 4; ++i) {
    ObjectHeader* holder = a->object();
    EXPECT_EQ(holder->slots()[0], holder->slots()[1]);
    EXPECT_EQ(holder->slots()[0].object()->slots()[0].object(), holder);
    heap->CollectMinor();
  }
}

TEST_F(MinorGcTest, UnreachableObjectsAreNotCopied) {
  for (int i = 0; i < 1000; ++i) NewArray(8);
  heap->CollectMinor();
  EXPECT_EQ(heap->statistics().copied_bytes, 0u);
  EXPECT_EQ(heap->statistics().promoted_bytes, 0u);
}

TEST_F(MinorGcTest, FillingTheYoungGenerationCollectsIt) {
  Value* root = Root(NewArray(2));
  ObjectHeader* before = root->object();
  for (int i = 0; i < 100'000; ++i) ASSERT_NE(NewArray(6), nullptr);
  EXPECT_GE(heap->statistics().minor_collections, 2u);
  EXPECT_NE(root->object(), before);
  EXPECT_GE(heap->statistics().allocated_bytes, 100'000u * 64);
}

TEST_F(MinorGcTest, OldToYoungReferencesKeepTheYoungAlive) {
  Value* old = OldArray(4);
  Store(old->object(), 3, NewBlob(32, 99));
  for (int i = 0; i < 4; ++i) {
    heap->CollectMinor();
    EXPECT_EQ(old->object()->slots()[3].object()->second, 99u);
  }
  EXPECT_FALSE(heap->IsYoung(old->object()->slots()[3].object()));
}

TEST_F(MinorGcTest, PromotedObjectsWithYoungChildrenAreRemembered) {
  // The child is one collection younger than the parent, so the parent is promoted first.
  Value* parent = Root(NewArray(2));
  heap->CollectMinor();
  Store(parent->object(), 0, NewBlob(16, 7));
  heap->CollectMinor();
  ASSERT_FALSE(heap->IsYoung(parent->object()));
  ASSERT_TRUE(heap->IsYoung(parent->object()->slots()[0].object()));
  heap->CollectMinor();
  EXPECT_EQ(parent->object()->slots()[0].object()->second, 7u);
}

TEST_F(MinorGcTest, EveryLayoutIsTracedWhenYoungAndWhenOld) {
  Value* cons = Root(Allocate(mutator(), kCons, 32, Value::SmallInt(0).bits()));
  Fill(cons->object(), 32);
  Value* pair = Root(NewArray(4, kPair));
  Value* raw = Root(NewArray(2, kRawArray));
  Value* mixed = Root(NewArray(4, kMixed));
  Value* custom = Root(NewArray(40, kCustomArray));
  for (int round = 0; round < 4; ++round) {
    auto store_word = [&](uint64_t* slot, uint64_t word) {
      *slot = word;
      MarkCard(mutator(), slot);
    };
    auto fresh = [&](uint64_t second) { return NewBlob(16, second); };
    ObjectHeader* blob = fresh(1);
    store_word(&cons->object()->second, Value::FromObject(blob).bits());
    Store(cons->object(), 1, fresh(2));
    Store(pair->object(), 0, fresh(3));
    Store(pair->object(), 1, fresh(4));
    pair->object()->slots()[2] = Value::FromBits(0x1233);  // looks like a reference; not a slot
    store_word(reinterpret_cast<uint64_t*>(raw->object()->slots() + 1),
               reinterpret_cast<uint64_t>(fresh(5)->payload()));
    Store(mixed->object(), 0, fresh(6));
    store_word(reinterpret_cast<uint64_t*>(mixed->object()->slots() + 1),
               reinterpret_cast<uint64_t>(fresh(7)->payload()));
    mixed->object()->slots()[2] = Value::FromBits(0x1233);
    Store(custom->object(), 39, fresh(8));
    heap->CollectMinor();
    EXPECT_NE(Value::FromBits(cons->object()->second).object(), blob);
    EXPECT_EQ(Value::FromBits(cons->object()->second).object()->second, 1u);
    EXPECT_EQ(cons->object()->slots()[1].object()->second, 2u);
    EXPECT_EQ(pair->object()->slots()[0].object()->second, 3u);
    EXPECT_EQ(pair->object()->slots()[1].object()->second, 4u);
    EXPECT_EQ(pair->object()->slots()[2].bits(), 0x1233u);
    EXPECT_EQ(RefOfWord<SlotKind::kRaw>(raw->object()->slots()[1].bits())->second, 5u);
    EXPECT_EQ(raw->object()->slots()[0].bits(), 0u);
    EXPECT_EQ(mixed->object()->slots()[0].object()->second, 6u);
    EXPECT_EQ(RefOfWord<SlotKind::kRaw>(mixed->object()->slots()[1].bits())->second, 7u);
    EXPECT_EQ(mixed->object()->slots()[2].bits(), 0x1233u);
    EXPECT_EQ(custom->object()->slots()[39].object()->second, 8u);
    if (round == 2) heap->CollectMajor();
  }
}

TEST_F(MinorGcTest, RawRootsAndHandlesAreRewritten) {
  roots.payloads.push_back(nullptr);
  ObjectHeader* before = NewBlob(16, 5);
  roots.payloads.push_back(before->payload());
  HandleScope scope(mutator());
  Handle handle = scope.Make(Value::FromObject(before));
  {
    HandleScope inner(mutator());
    for (int i = 0; i < 1000; ++i) inner.Make(Value::FromObject(NewBlob(16, 6)));
    heap->CollectMinor();
    EXPECT_GE(heap->statistics().copied_bytes, 1000u * 16);
  }
  EXPECT_EQ(roots.payloads[0], nullptr);
  EXPECT_NE(handle.object(), before);
  EXPECT_EQ(handle.object()->payload(), roots.payloads[1]);
  EXPECT_EQ(handle.object()->second, 5u);
  EXPECT_EQ(mutator().handles.size(), 1u);
}

TEST_F(MinorGcTest, SurvivorOverflowIsPromoted) {
  Value* list = Root(NewArray(2));
  size_t bytes = 0;
  for (; bytes < heap->options().young_bytes / 2; bytes += 128) {
    ObjectHeader* node = NewArray(14);
    Store(node, 0, list->object());
    *list = Value::FromObject(node);
  }
  uint64_t minor = heap->statistics().minor_collections;
  heap->CollectMinor();
  EXPECT_EQ(heap->statistics().minor_collections, minor + 1);
  EXPECT_GT(heap->statistics().promoted_bytes, bytes / 4);
  size_t length = 0;
  for (ObjectHeader* node = list->object(); node->slots()[0].IsHeapRef(); node = node->slots()[0].object())
    ++length;
  EXPECT_EQ(length, bytes / 128);
}

TEST_F(MinorGcTest, RequestedCollectionHappensAtTheNextAllocation) {
  heap->RequestCollection();
  EXPECT_EQ(heap->statistics().minor_collections, 0u);
  NewBlob(16);
  EXPECT_EQ(heap->statistics().minor_collections, 1u);
  NewBlob(16);
  EXPECT_EQ(heap->statistics().minor_collections, 1u);
}

TEST_F(MinorGcTest, RemovedRootsAreNotVisited) {
  Root(NewBlob(64));
  heap->RemoveRoots(&roots);
  heap->CollectMinor();
  EXPECT_EQ(heap->statistics().copied_bytes, 0u);
  roots.values.clear();
  heap->AddRoots(&roots);
}

TEST_F(MinorGcTest, BulkStoresAreRememberedByMarkCards) {
  Value* old = OldArray(900);
  Value* young = Root(NewArray(900));
  for (size_t i = 0; i < 900; ++i) young->object()->slots()[i] = Value::FromObject(NewBlob(16, i));
  for (size_t i = 0; i < 900; ++i) old->object()->slots()[i] = young->object()->slots()[i];
  MarkCards(mutator(), old->object()->slots(), old->object()->slots() + 900);
  roots.values.pop_back();
  heap->CollectMinor();
  for (size_t i = 0; i < 900; ++i) ASSERT_EQ(old->object()->slots()[i].object()->second, i);
}

}  // namespace
}  // namespace foxvm::gc
