// What a host with plain pointers needs of the heap: pinned objects found from any address among their bytes,
// and collections that can be put off.
#include <cstring>
#include <random>
#include <vector>

#include "tests/gc/fake_roots.h"

namespace foxvm::gc {
namespace {

class ObjectCoveringTest : public HeapTest {
 protected:
  ObjectHeader* NewPinned(size_t bytes, TypeId type = kBlob) {
    bytes = AlignObjectSize(bytes);
    return AllocatePinned(mutator(), type, bytes, bytes);
  }
  // Expects `object` from all of its addresses.
  void ExpectCovers(const ObjectHeader* object, size_t bytes) {
    const auto* begin = reinterpret_cast<const char*>(object);
    for (size_t offset = 0; offset < bytes; offset += bytes < 4096 ? 1 : 509) {
      ASSERT_EQ(heap->ObjectCovering(begin + offset), object) << offset << " of " << bytes;
    }
    ASSERT_EQ(heap->ObjectCovering(begin + bytes - 1), object);
  }
};

TEST_F(ObjectCoveringTest, EveryAddressOfAnObjectLeadsToIt) {
  std::vector<ObjectHeader*> objects;
  for (size_t bytes : {16, 32, 48, 1024, 16, 8192, 8208, 100'000, 32, 1'000'000})
    objects.push_back(NewPinned(bytes));
  for (ObjectHeader* object : objects) ExpectCovers(object, object->second);
}

TEST_F(ObjectCoveringTest, OtherAddressesLeadToNothing) {
  ObjectHeader* small = NewPinned(64);
  ObjectHeader* large = NewPinned(20'000);
  EXPECT_EQ(heap->ObjectCovering(nullptr), nullptr);
  EXPECT_EQ(heap->ObjectCovering(&small), nullptr);
  EXPECT_EQ(heap->ObjectCovering(reinterpret_cast<char*>(small) + 64), nullptr);
  EXPECT_EQ(heap->ObjectCovering(reinterpret_cast<char*>(small) + 100'000'000), nullptr);
  EXPECT_EQ(heap->ObjectCovering(reinterpret_cast<char*>(large) + 20'000), nullptr);
  EXPECT_EQ(heap->ObjectCovering(reinterpret_cast<char*>(large) - 1), nullptr);
  EXPECT_EQ(heap->ObjectCovering(NewBlob(64)), nullptr) << "young";
}

TEST_F(ObjectCoveringTest, ObjectsThatACollectionFoundDeadAreNotFound) {
  std::mt19937 random(3);
  std::vector<ObjectHeader*> kept;
  std::vector<ObjectHeader*> dropped;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 500; ++i) {
      size_t bytes = 16 * (1 + random() % (i % 50 == 0 ? 2000 : 20));
      ObjectHeader* object = NewPinned(bytes);
      ASSERT_NE(object, nullptr);
      if (random() % 2 == 0) {
        kept.push_back(object);
        roots.payloads.push_back(object->payload());
      } else {
        dropped.push_back(object);
      }
    }
    heap->CollectMajor();
    // Before and after the blocks have been swept, and when allocation has begun to fill the holes.
    for (ObjectHeader* object : dropped) ASSERT_EQ(heap->ObjectCovering(object), nullptr);
    for (ObjectHeader* object : kept) ExpectCovers(object, object->second);
    dropped.clear();
  }
}

TEST_F(ObjectCoveringTest, PagesOfFreedLargeObjectsLeadToTheirNewOwners) {
  for (size_t bytes : {300'000, 20'000, 90'000, 12'000, 500'000}) {
    ObjectHeader* first = NewPinned(bytes);
    ObjectHeader* second = NewPinned(bytes / 2);
    roots.payloads = {second->payload()};
    heap->CollectMajor();
    EXPECT_EQ(heap->ObjectCovering(reinterpret_cast<char*>(first) + bytes / 2), nullptr);
    ExpectCovers(second, second->second);
    roots.payloads = {second->payload(), NewPinned(bytes / 3)->payload(), NewPinned(bytes / 4)->payload()};
    for (void* payload : roots.payloads) {
      ObjectHeader* object = ObjectHeader::OfPayload(payload);
      ExpectCovers(object, object->second);
    }
    roots.payloads.clear();
    heap->CollectMajor();
  }
}

TEST_F(ObjectCoveringTest, PinnedObjectsAreZeroWhereOthersDied) {
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 20'000; ++i) {
      size_t bytes = 32 + 16 * (i % 40);
      ObjectHeader* object = NewPinned(bytes);
      for (size_t word = 0; word < bytes / 8 - 2; ++word) ASSERT_EQ(object->slots()[word].bits(), 0u);
      std::memset(static_cast<void*>(object->slots()), 0xFF, bytes - 16);
    }
    heap->CollectMajor();
  }
}

TEST_F(ObjectCoveringTest, PinnedArraysKeepYoungObjects) {
  ObjectHeader* array = NewPinned(16 + 8 * 100, kArray);
  roots.payloads.push_back(array->payload());
  for (size_t i = 0; i < 100; ++i) array->slots()[i] = Value::FromObject(NewBlob(32, i));
  heap->CollectMinor();
  for (size_t i = 0; i < 100; ++i) EXPECT_EQ(array->slots()[i].object()->second, i);
}

TEST_F(ObjectCoveringTest, WithoutCollectionsNothingDiesAndTheBoundHolds) {
  Start({.max_bytes = size_t{1} << 20, .verify = true});
  ObjectHeader* unrooted = NewPinned(64);
  heap->AllowCollections(false);
  heap->CollectMajor();
  heap->CollectMinor();
  size_t bytes = 0;
  while (NewPinned(16'384) != nullptr || NewPinned(64) != nullptr || NewBlob(64) != nullptr) bytes += 64;
  EXPECT_LE(bytes, size_t{2} << 20);
  EXPECT_EQ(heap->ObjectCovering(unrooted), unrooted);
  EXPECT_EQ(heap->statistics().major_collections, 0u);
  EXPECT_EQ(heap->statistics().minor_collections, 0u);
  heap->AllowCollections(true);
  EXPECT_NE(NewPinned(16'384), nullptr);
  EXPECT_NE(NewBlob(64), nullptr);
  EXPECT_EQ(heap->ObjectCovering(unrooted), nullptr);
}

}  // namespace
}  // namespace foxvm::gc
