#include <set>
#include <vector>

#include "tests/gc/fake_roots.h"

namespace foxvm::gc {
namespace {

using LargeObjectsTest = HeapTest;

TEST_F(LargeObjectsTest, TheLargestSmallObjectIsYoungTheNextSizeIsLarge) {
  ObjectHeader* small = NewBlob(kMaxSmallObjectBytes);
  ObjectHeader* large = NewBlob(kMaxSmallObjectBytes + 16, 3);
  EXPECT_TRUE(heap->IsYoung(small));
  EXPECT_EQ(heap->SizeOf(small), kMaxSmallObjectBytes);
  EXPECT_FALSE(heap->IsYoung(large));
  EXPECT_EQ(large->small_size(), 0u);
  EXPECT_EQ(large->second, 3u);
  EXPECT_EQ(heap->SizeOf(large), kMaxSmallObjectBytes + 16);
  EXPECT_TRUE(heap->Contains(large));
  EXPECT_FALSE(heap->Contains(heap.get()));
}

TEST_F(LargeObjectsTest, TheyNeverMoveAndKeepWhatTheyReferTo) {
  Value* root = Root(NewArray(5000));
  ObjectHeader* large = root->object();
  // Initialising stores need no barrier: a large object is born with dirty cards.
  for (size_t i = 0; i < 5000; i += 1000) large->slots()[i] = Value::FromObject(NewBlob(16, i));
  for (int i = 0; i < 3; ++i) {
    heap->CollectMinor();
    heap->CollectMajor();
    ASSERT_EQ(root->object(), large);
    for (size_t k = 0; k < 5000; k += 1000) ASSERT_EQ(large->slots()[k].object()->second, k);
  }
  Store(large, 4999, NewBlob(16, 77));
  heap->CollectMinor();
  EXPECT_EQ(large->slots()[4999].object()->second, 77u);
}

TEST_F(LargeObjectsTest, LayoutsWithATracerAndWithRawSlotsWork) {
  Value* custom = Root(NewArray(3000, kCustomArray));
  Value* raw = Root(NewArray(3000, kRawArray));
  heap->CollectMinor();
  Store(custom->object(), 2999, NewBlob(16, 1));
  Store(custom->object(), 5, NewBlob(16, 2));
  auto** slot = reinterpret_cast<void**>(raw->object()->slots() + 2000);
  *slot = NewBlob(16, 3)->payload();
  MarkCard(mutator(), slot);
  for (int i = 0; i < 3; ++i) {
    heap->CollectMinor();
    EXPECT_EQ(custom->object()->slots()[2999].object()->second, 1u);
    EXPECT_EQ(custom->object()->slots()[5].object()->second, 2u);
    EXPECT_EQ(ObjectHeader::OfPayload(*slot)->second, 3u);
  }
  heap->CollectMajor();
  EXPECT_EQ(ObjectHeader::OfPayload(*slot)->second, 3u);
}

TEST_F(LargeObjectsTest, FreedRunsAreReusedAndJoined) {
  std::vector<Value*> blobs;
  for (int i = 0; i < 16; ++i) blobs.push_back(Root(NewBlob(64 * 1024)));
  std::set<ObjectHeader*> places;
  for (Value* v : blobs) places.insert(v->object());
  size_t committed = heap->statistics().committed_bytes;
  // Every second one: the runs between stay apart.
  for (size_t i = 0; i < 16; i += 2) *blobs[i] = Value::Null();
  heap->CollectMajor();
  EXPECT_LE(heap->statistics().live_old_bytes, 9u * 64 * 1024);
  for (int i = 0; i < 8; ++i) {
    ObjectHeader* blob = NewBlob(64 * 1024);
    Root(blob);
    EXPECT_TRUE(places.count(blob));
  }
  // All of them: one object of the whole size fits where they were.
  roots.values.clear();
  heap->CollectMajor();
  EXPECT_EQ(heap->statistics().live_old_bytes, 0u);
  ObjectHeader* all = NewBlob(16 * 64 * 1024);
  Root(all);
  EXPECT_EQ(all, *places.begin());
  EXPECT_LE(heap->statistics().committed_bytes, committed + (1 << 20));
}

TEST_F(LargeObjectsTest, GarbageIsCollectedOnTheWay) {
  for (int i = 0; i < 1000; ++i) ASSERT_NE(NewBlob(1 << 20), nullptr) << i;
  EXPECT_GE(heap->statistics().major_collections, 10u);
  EXPECT_LE(heap->statistics().committed_bytes, size_t{64} << 20);
}

TEST_F(LargeObjectsTest, HugeObjectsAreBoundedOnlyByTheHeap) {
  Start({.max_bytes = size_t{4} << 30});
  constexpr size_t kBytes = size_t{1} << 30;
  Value* text = Root(Allocate(mutator(), kBlob, kBytes, 0));
  ASSERT_TRUE(text->IsHeapRef());
  EXPECT_EQ(heap->SizeOf(text->object()), kBytes);
  Value* array = Root(Allocate(mutator(), kBlob, sizeof(ObjectHeader) + (size_t{1} << 27) * 8, 0));
  heap->CollectMajor();
  EXPECT_EQ(heap->SizeOf(array->object()), sizeof(ObjectHeader) + (size_t{1} << 27) * 8);
  EXPECT_GE(heap->statistics().live_old_bytes, 2 * kBytes);
  EXPECT_EQ(Allocate(mutator(), kBlob, size_t{3} << 30, 0), nullptr);
  EXPECT_EQ(Allocate(mutator(), kBlob, size_t{1} << 60, 0), nullptr);
}

TEST_F(LargeObjectsTest, ManySizesInRandomOrderStayApart) {
  uint64_t seed = 12345;
  auto next = [&seed] { return seed = seed * 6364136223846793005u + 1442695040888963407u, seed >> 33; };
  for (int i = 0; i < 40; ++i) roots.values.push_back(Value::Null());
  for (int i = 0; i < 2000; ++i) {
    size_t k = next() % 40;
    size_t bytes = 8208 + next() % 3000 * 16;
    ObjectHeader* blob = NewBlob(bytes, bytes);
    ASSERT_NE(blob, nullptr);
    blob->slots()[0] = Value::SmallInt(i);
    blob->slots()[bytes / 8 - 3] = Value::SmallInt(i);
    roots.values[k] = Value::FromObject(blob);
    if (i % 50 == 0) heap->CollectMajor();
    for (Value v : roots.values) {
      if (!v.IsHeapRef()) continue;
      ASSERT_EQ(v.object()->second, heap->SizeOf(v.object()));
      ASSERT_EQ(v.object()->slots()[0], v.object()->slots()[v.object()->second / 8 - 3]);
    }
  }
}

}  // namespace
}  // namespace foxvm::gc
