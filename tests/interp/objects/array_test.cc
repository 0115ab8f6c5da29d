#include "interp/objects/array.h"

#include <memory>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "tests/interp/objects/world.h"

namespace foxvm::objects {
namespace {

using gc::Value;

Array* Object(Value* a) { return static_cast<Array*>(a->object()); }

std::vector<int64_t> Contents(World& w, Value* a) {
  std::vector<int64_t> contents;
  for (uint32_t i = 0; i < ArrayLength(*a); ++i) contents.push_back(IntValue(ArrayGet(w.ctx, a, i)));
  return contents;
}

std::vector<int64_t> Snapshot(Value a) {
  std::vector<Value> elements;
  ArraySnapshot(a, &elements);
  std::vector<int64_t> contents;
  for (Value v : elements) contents.push_back(IntValue(v));
  return contents;
}

TEST(ArrayTest, ReadsOutsideAreKosongAndWritesOutsideAreFatal) {
  World w(Stress());
  Value* a = w.NewArray({w.Int(1), w.Int(2)});
  EXPECT_TRUE(ArrayGet(w.ctx, a, -1).IsNull());
  EXPECT_TRUE(ArrayGet(w.ctx, a, 2).IsNull());
  EXPECT_EQ(IntValue(ArrayGet(w.ctx, a, 1)), 2);
  EXPECT_TRUE(ArraySet(w.ctx, a, 1, w.Int(7)));
  EXPECT_EQ(Contents(w, a), (std::vector<int64_t>{1, 7}));
  EXPECT_FALSE(ArraySet(w.ctx, a, 2, w.Int(7)));
  EXPECT_EQ(w.ctx.fatal, FatalKind::kProgram);
  EXPECT_EQ(w.ctx.fatal_message, "index out of bounds: 2 (len 2)");
}

TEST(ArrayTest, EmptyArrays) {
  World w(Stress());
  Value* empty = w.Root(MakeArray(w.ctx, nullptr, 0));
  EXPECT_EQ(ArrayLength(*empty), 0u);
  Value* both = w.Root(ArrayConcat(w.ctx, empty, empty));
  EXPECT_EQ(ArrayLength(*both), 0u);
  EXPECT_NE(*both, *empty);
  Value* one = w.Root(ArrayConcat(w.ctx, empty, w.NewArray({w.Int(5)})));
  EXPECT_EQ(Contents(w, one), (std::vector<int64_t>{5}));
  Value* copy = w.Root(ArrayConcat(w.ctx, one, empty));
  EXPECT_NE(*copy, *one);
  ASSERT_TRUE(ArraySet(w.ctx, copy, 0, w.Int(6)));
  EXPECT_EQ(Contents(w, one), (std::vector<int64_t>{5}));
}

TEST(ArrayTest, FreshArraysHaveTheInPlaceLengths) {
  World w;
  Value* a = w.NewArray({w.Int(1), w.Int(2), w.Int(3)});
  EXPECT_EQ(Object(a)->read_length(), 3u);
  EXPECT_EQ(Object(a)->write_length(), 3u);
}

TEST(ArrayTest, GrowingMakesTheOldVersionStaleButNotDifferent) {
  World w(Stress());
  Value* a = w.NewArray({w.Int(1), w.Int(2), w.Int(3)});
  Value* one = w.NewArray({w.Int(9)});
  Value* b = w.Root(ArrayConcat(w.ctx, a, one));  // no room: copied
  EXPECT_EQ(Object(a)->read_length(), 3u);
  Value* c = w.Root(ArrayConcat(w.ctx, b, one));  // in place
  EXPECT_EQ(Object(b)->read_length(), 0u);
  EXPECT_EQ(ArrayLength(*b), 4u);
  EXPECT_EQ(Object(c)->read_length(), 5u);
  EXPECT_EQ(Object(c)->write_length(), 0u);
  ASSERT_TRUE(ArraySet(w.ctx, c, 0, w.Int(100)));
  EXPECT_EQ(Snapshot(*b), (std::vector<int64_t>{1, 2, 3, 9}));
  EXPECT_EQ(Contents(w, b), (std::vector<int64_t>{1, 2, 3, 9}));
  EXPECT_EQ(Contents(w, c), (std::vector<int64_t>{100, 2, 3, 9, 9}));
  ASSERT_TRUE(ArraySet(w.ctx, b, 1, w.Int(200)));
  EXPECT_EQ(Contents(w, b), (std::vector<int64_t>{1, 200, 3, 9}));
  EXPECT_EQ(Contents(w, c), (std::vector<int64_t>{100, 2, 3, 9, 9}));
}

TEST(ArrayTest, AnArrayAddedToItself) {
  World w(Stress());
  Value* a = w.NewArray({w.Int(1), w.Int(2)});
  for (int i = 0; i < 4; ++i) *a = ArrayConcat(w.ctx, a, a);
  EXPECT_EQ(ArrayLength(*a), 32u);
  EXPECT_EQ(IntValue(ArrayGet(w.ctx, a, 31)), 2);
}

TEST(ArrayTest, EnoughWritesGiveBackTheInPlaceLength) {
  World w;
  Value* a = w.NewArray({w.Int(0)});
  Value* one = w.NewArray({w.Int(1)});
  for (int i = 0; i < 100; ++i) *a = ArrayConcat(w.ctx, a, one);
  Value* old = w.Root(*a);
  do {
    *a = ArrayConcat(w.ctx, a, one);
  } while (Object(a)->write_length() != 0);
  uint32_t old_length = ArrayLength(*old);
  Value* v = w.Int(5);
  int writes = 0;
  while (Object(a)->write_length() == 0) {
    ASSERT_TRUE(ArraySet(w.ctx, a, writes % 50, v));
    ASSERT_LT(++writes, 1000);
  }
  EXPECT_EQ(Object(a)->write_length(), ArrayLength(*a));
  EXPECT_EQ(ArrayLength(*old), old_length);
  EXPECT_EQ(IntValue(ArrayGet(w.ctx, old, 3)), 1);
  EXPECT_EQ(IntValue(ArrayGet(w.ctx, a, 3)), 5);
}

// Random growth, writes and reads through many aliases, against plain vectors shared in the same way.
void RunAgainstModel(const gc::HeapOptions& options, int steps, unsigned seed) {
  World w(options);
  std::mt19937 random(seed);
  constexpr size_t kPool = 10;
  using Model = std::shared_ptr<std::vector<int64_t>>;
  std::vector<Value*> arrays;
  std::vector<Model> models;
  for (size_t i = 0; i < kPool; ++i) {
    arrays.push_back(w.Root(MakeArray(w.ctx, nullptr, 0)));
    models.push_back(std::make_shared<std::vector<int64_t>>());
  }
  for (int step = 0; step < steps; ++step) {
    gc::HandleScope scope(w.ctx.mutator);
    size_t a = random() % kPool;
    size_t b = random() % kPool;
    int64_t number = step % 3 == 0 ? INT64_MAX - step : step;  // boxes among them
    size_t length = models[a]->size();
    switch (random() % 8) {
      case 0:  // alias
        *arrays[b] = *arrays[a];
        models[b] = models[a];
        break;
      case 1:
      case 2: {  // append one
        Value* one = w.NewArray({w.Int(number)});
        *arrays[b] = ArrayConcat(w.ctx, arrays[a], one);
        auto grown = std::make_shared<std::vector<int64_t>>(*models[a]);
        grown->push_back(number);
        models[b] = grown;
        break;
      }
      case 3: {  // append another
        if (length + models[b]->size() > 200) {
          *arrays[a] = w.NewArray({w.Int(1)})[0];
          models[a] = std::make_shared<std::vector<int64_t>>(1, 1);
          break;
        }
        auto both = std::make_shared<std::vector<int64_t>>(*models[a]);
        both->insert(both->end(), models[b]->begin(), models[b]->end());
        size_t to = random() % kPool;
        *arrays[to] = ArrayConcat(w.ctx, arrays[a], arrays[b]);
        models[to] = both;
        break;
      }
      case 4:
      case 5:
      case 6:
        if (length == 0) break;
        ASSERT_TRUE(ArraySet(w.ctx, arrays[a], static_cast<int64_t>(step % length), w.Int(number)));
        (*models[a])[step % length] = number;
        break;
      default:
        ASSERT_EQ(Snapshot(*arrays[a]), *models[a]) << step;
        ASSERT_EQ(Contents(w, arrays[a]), *models[a]) << step;
    }
  }
  for (size_t i = 0; i < kPool; ++i) {
    EXPECT_EQ(Snapshot(*arrays[i]), *models[i]);
    EXPECT_EQ(Contents(w, arrays[i]), *models[i]);
  }
}

TEST(ArrayTest, RandomOperationsAgreeWithAModelUnderStress) { RunAgainstModel(Stress(), 3000, 11); }

TEST(ArrayTest, RandomOperationsAgreeWithAModel) {
  for (unsigned seed = 0; seed < 20; ++seed) RunAgainstModel({}, 5000, seed);
}

// The next three allocate terabytes if growth, or a write after growth, copies the array.
TEST(ArrayTest, AppendingIsAmortisedConstant) {
  World w;
  Value* a = w.Root(MakeArray(w.ctx, nullptr, 0));
  for (int i = 0; i < 1000000; ++i) {
    gc::HandleScope scope(w.ctx.mutator);
    *a = ArrayConcat(w.ctx, a, w.NewArray({w.Int(i)}));
  }
  EXPECT_EQ(ArrayLength(*a), 1000000u);
  EXPECT_EQ(IntValue(ArrayGet(w.ctx, a, 999999)), 999999);
  EXPECT_LT(w.heap->statistics().allocated_bytes, uint64_t{400} << 20);
}

TEST(ArrayTest, AppendingAndWritingInTurnIsAmortisedConstant) {
  World w;
  Value* a = w.NewArray({w.Int(0)});
  for (int i = 1; i < 1000000; ++i) {
    gc::HandleScope scope(w.ctx.mutator);
    *a = ArrayConcat(w.ctx, a, w.NewArray({w.Int(i)}));
    ASSERT_TRUE(ArraySet(w.ctx, a, i / 2, w.Int(-i)));
  }
  EXPECT_EQ(ArrayLength(*a), 1000000u);
  EXPECT_EQ(IntValue(ArrayGet(w.ctx, a, 10)), -21);
  EXPECT_LT(w.heap->statistics().allocated_bytes, uint64_t{800} << 20);
}

TEST(ArrayTest, TwoArraysGrowingFromOnePrefixAreAmortisedConstant) {
  World w;
  Value* a = w.NewArray({w.Int(0)});
  Value* b = w.Root(*a);
  for (int i = 1; i < 500000; ++i) {
    gc::HandleScope scope(w.ctx.mutator);
    *a = ArrayConcat(w.ctx, a, w.NewArray({w.Int(i)}));
    *b = ArrayConcat(w.ctx, b, w.NewArray({w.Int(-i)}));
  }
  EXPECT_EQ(IntValue(ArrayGet(w.ctx, a, 499999)), 499999);
  EXPECT_EQ(IntValue(ArrayGet(w.ctx, b, 499999)), -499999);
  EXPECT_LT(w.heap->statistics().allocated_bytes, uint64_t{400} << 20);
}

TEST(ArrayTest, ReadingAnOldVersionAfterEachAppendIsAmortisedConstant) {
  World w;
  Value* a = w.NewArray({w.Int(0)});
  Value* old = w.Root();
  for (int i = 1; i < 300000; ++i) {
    gc::HandleScope scope(w.ctx.mutator);
    *old = *a;
    *a = ArrayConcat(w.ctx, a, w.NewArray({w.Int(i)}));
    ASSERT_EQ(IntValue(ArrayGet(w.ctx, old, i - 1)), i - 1);
    ASSERT_EQ(ArrayLength(*old), static_cast<uint32_t>(i));
  }
  EXPECT_LT(w.heap->statistics().allocated_bytes, uint64_t{200} << 20);
}

}  // namespace
}  // namespace foxvm::objects
