#include <string>

#include "tests/gc/fake_roots.h"

namespace foxvm::gc {
namespace {

using HeapBoundTest = HeapTest;

// Fills the heap with a list of arrays of `slots` slots until allocation fails; returns the bytes allocated.
class Filler : public HeapTest {
 protected:
  size_t FillWith(size_t slots) {
    roots.values.push_back(Value::Null());
    size_t bytes = 0;
    while (true) {
      ObjectHeader* node = NewArray(slots);
      if (node == nullptr) return bytes;
      WriteField(mutator(), node->slots(), roots.values[0]);
      roots.values[0] = Value::FromObject(node);
      bytes += heap->SizeOf(node);
    }
  }
};

TEST_F(Filler, SmallObjectsFillMostOfTheBoundAndNoMore) {
  for (size_t max : {size_t{256} << 10, size_t{1} << 20, size_t{8} << 20}) {
    for (size_t slots : {2, 6, 30, 200}) {
      Start({.max_bytes = max, .verify = max < 1 << 20});
      size_t bytes = FillWith(slots);
      EXPECT_LE(bytes, max) << max << " " << slots;
      EXPECT_GE(bytes, max / 2) << max << " " << slots;
      // Usable again once the list is gone.
      roots.values[0] = Value::Null();
      EXPECT_GE(FillWith(slots), max / 2) << max << " " << slots;
    }
  }
}

TEST_F(Filler, LargeObjectsFillMostOfTheBoundAndNoMore) {
  for (size_t slots : {1100, 5000, 60'000}) {
    Start({.max_bytes = size_t{8} << 20});
    size_t bytes = FillWith(slots);
    EXPECT_LE(bytes, size_t{8} << 20);
    EXPECT_GE(bytes, size_t{4} << 20);
    roots.values[0] = Value::Null();
    EXPECT_GE(FillWith(slots), size_t{4} << 20);
  }
}

TEST_F(HeapBoundTest, TinyHeapsRunForever) {
  Start({.max_bytes = 256 * 1024, .verify = true});
  Value* keep = Root(NewArray(100));
  for (int i = 0; i < 100'000; ++i) {
    ObjectHeader* object = NewArray(4);
    ASSERT_NE(object, nullptr) << i;
    Store(keep->object(), static_cast<size_t>(i) % 100, object);
  }
  EXPECT_LE(heap->statistics().committed_bytes, size_t{1} << 20);
}

TEST_F(HeapBoundTest, TheYoungGenerationIsAtMostAQuarter) {
  Start({.max_bytes = 1 << 20, .young_bytes = 64 << 20});
  NewBlob(16);
  EXPECT_LE(heap->statistics().committed_bytes, size_t{1} << 20);
  for (int i = 0; i < 10'000; ++i) NewBlob(128);
  EXPECT_GE(heap->statistics().minor_collections, 4u);
}

TEST_F(HeapBoundTest, OptionsOutOfRangeAreNamed) {
  auto error = [](const HeapOptions& options) {
    return std::string(Heap::Create(options).status().message());
  };
  EXPECT_NE(error({.max_bytes = 1000}).find("max_bytes"), std::string::npos);
  EXPECT_NE(error({.young_bytes = 1000}).find("young_bytes"), std::string::npos);
  EXPECT_NE(error({.promotion_age = 0}).find("promotion_age"), std::string::npos);
  EXPECT_NE(error({.promotion_age = 16}).find("promotion_age"), std::string::npos);
  EXPECT_NE(error({.growth_factor = 1.0}).find("growth_factor"), std::string::npos);
  EXPECT_TRUE(HeapOptions{}.Validate().ok());
}

TEST_F(HeapBoundTest, PinnedObjectsRespectTheBound) {
  Start({.max_bytes = 1 << 20, .verify = true});
  size_t bytes = 0;
  while (ObjectHeader* object = AllocatePinned(mutator(), kBlob, 1024, 0)) {
    Root(object);
    bytes += 1024;
    ASSERT_LE(bytes, size_t{1} << 20);
  }
  EXPECT_GE(bytes, size_t{1} << 19);
  roots.values.clear();
  EXPECT_NE(AllocatePinned(mutator(), kBlob, 1024, 0), nullptr);
}

}  // namespace
}  // namespace foxvm::gc
