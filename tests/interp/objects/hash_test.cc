#include "interp/objects/hash.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/interp/objects/world.h"

namespace foxvm::objects {
namespace {

using gc::Value;

// The value of a key in a rooted slot as an integer, or -1 when missing.
int64_t Get(World& w, Value* hash, Value* key) {
  EXPECT_TRUE(PrepareKey(w.ctx, key));
  Value v = HashGet(w.ctx, *hash, *key);
  return v.IsEmpty() ? -1 : IntValue(v);
}

Value* NewHash(World& w) { return w.Root(MakeHash(w.ctx, nullptr, 0)); }

TEST(HashTest, KeysOfDifferentTypesAreDifferentKeys) {
  World w(Stress());
  Value* h = NewHash(w);
  std::vector<Value*> keys = {w.Int(1),
                              w.Float(1.0),
                              w.String("1"),
                              w.Root(Value::Bool(true)),
                              w.Root(),
                              w.Float(1.5),
                              w.Int(0),
                              w.Root(Value::Bool(false)),
                              w.String(""),
                              w.Int(INT64_MAX),
                              w.Float(1e100),
                              w.Root(Value::Builtin(3)),
                              w.Root(Value::Builtin(4))};
  for (size_t i = 0; i < keys.size(); ++i) {
    EXPECT_EQ(Get(w, h, keys[i]), -1);
    ASSERT_TRUE(HashSet(w.ctx, h, keys[i], w.Int(static_cast<int64_t>(i))));
  }
  EXPECT_EQ(HashCount(w.ctx, *h), keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    EXPECT_EQ(Get(w, h, keys[i]), static_cast<int64_t>(i)) << i;
    EXPECT_TRUE(SameKey(HashKeyAt(*h, i), *keys[i]));
  }
  // Equal values in other objects.
  EXPECT_EQ(Get(w, h, w.Int(INT64_MAX)), 9);
  EXPECT_EQ(Get(w, h, w.Float(1e100)), 10);
}

TEST(HashTest, BothZerosAreOneKeyAndNanMatchesNothing) {
  World w(Stress());
  Value* h = NewHash(w);
  Value* nan = w.Float(std::numeric_limits<double>::quiet_NaN());
  ASSERT_TRUE(HashSet(w.ctx, h, w.Float(0.0), w.Int(1)));
  ASSERT_TRUE(HashSet(w.ctx, h, w.Float(-0.0), w.Int(2)));
  EXPECT_EQ(HashCount(w.ctx, *h), 1u);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(HashSet(w.ctx, h, nan, w.Int(i)));
  EXPECT_EQ(HashCount(w.ctx, *h), 101u);
  EXPECT_EQ(Get(w, h, nan), -1);
  EXPECT_EQ(Get(w, h, w.Float(0.0)), 2);
  EXPECT_FALSE(SameKey(*nan, *nan));
}

TEST(HashTest, ContainersAreKeysByIdentityWhereverTheyMove) {
  World w(Stress());
  Value* h = NewHash(w);
  std::vector<Value*> keys;
  for (int i = 0; i < 40; ++i) {
    keys.push_back(i % 2 == 0 ? w.NewArray({}) : NewHash(w));
    ASSERT_TRUE(HashSet(w.ctx, h, keys.back(), w.Int(i)));
  }
  w.heap->CollectMinor();
  w.heap->CollectMajor();
  for (int i = 0; i < 40; ++i) EXPECT_EQ(Get(w, h, keys[i]), i);
  EXPECT_EQ(Get(w, h, w.NewArray({})), -1);
}

TEST(HashTest, ALiteralsLaterEqualKeyReplacesTheValueAndKeepsThePosition) {
  World w(Stress());
  gc::HandleScope scope(w.ctx.mutator);
  Value* kv = w.Root(MakeString(w.ctx, "a"));
  w.Int(1);
  w.String("b");
  w.Int(2);
  w.String("a");
  w.Int(3);
  Value* h = w.Root(MakeHash(w.ctx, kv, 3));
  EXPECT_EQ(w.Text(*h), "{a: 3, b: 2}");
}

TEST(HashTest, RopesAreKeysByContent) {
  World w(Stress());
  Value* h = NewHash(w);
  std::string text(300, 'k');
  ASSERT_TRUE(HashSet(w.ctx, h, w.String(text + "1"), w.Int(1)));
  EXPECT_EQ(Get(w, h, w.Root(ConcatText(w.ctx, w.String(text), "1"))), 1);
  ASSERT_TRUE(HashSet(w.ctx, h, w.Root(ConcatText(w.ctx, w.String(text), "2")), w.Int(2)));
  EXPECT_EQ(Get(w, h, w.String(text + "2")), 2);
}

TEST(HashTest, InternedAndPlainStringsFindEachOther) {
  World w;
  Value* h = NewHash(w);
  for (int i = 0; i < 20; ++i) {
    Value* key = w.Root(w.ctx.strings.Intern(w.ctx, "name" + std::to_string(i)));
    ASSERT_TRUE(HashSet(w.ctx, h, key, w.Int(i)));
    EXPECT_EQ(HashFindString(*h, *key), i);
    EXPECT_EQ(IntValue(HashGetString(*h, *w.String("name" + std::to_string(i)))), i);
  }
  EXPECT_EQ(HashFindString(*h, *w.String("absent")), kNotFound);
}

// Insertions, updates and lookups against an ordered list of pairs.
void RunAgainstModel(const gc::HeapOptions& options, int steps, int key_range, unsigned seed) {
  World w(options);
  std::mt19937 random(seed);
  Value* h = NewHash(w);
  std::vector<std::pair<std::string, int64_t>> model;
  for (int step = 0; step < steps; ++step) {
    gc::HandleScope scope(w.ctx.mutator);
    int n = static_cast<int>(random() % static_cast<unsigned>(key_range));
    std::string name;
    Value* key;
    switch (n % 3) {
      case 0: key = w.Int(int64_t{n} << 40); break;
      case 1: key = w.Float(n + 0.5); break;
      default: key = w.String("key" + std::to_string(n));
    }
    name = w.Text(*key);
    auto it = model.begin();
    while (it != model.end() && it->first != name) ++it;
    ASSERT_EQ(Get(w, h, key), it == model.end() ? -1 : it->second);
    ASSERT_TRUE(HashSet(w.ctx, h, key, w.Int(step)));
    if (it == model.end()) {
      model.emplace_back(name, step);
    } else {
      it->second = step;
    }
  }
  ASSERT_EQ(HashCount(w.ctx, *h), model.size());
  for (size_t i = 0; i < model.size(); ++i) {
    EXPECT_EQ(w.Text(HashKeyAt(*h, i)), model[i].first);
    EXPECT_EQ(IntValue(HashValueAt(*h, i)), model[i].second);
  }
}

TEST(HashTest, RandomOperationsAgreeWithAModelUnderStress) { RunAgainstModel(Stress(), 800, 90, 3); }

TEST(HashTest, RandomOperationsAgreeWithAModel) { RunAgainstModel({}, 20000, 2000, 4); }

// Keys that collide in every table of a power-of-two size unless they are mixed.
TEST(HashTest, KeysWithEqualLowBitsDoNotCollide) {
  World w;
  Value* h = NewHash(w);
  Value* key = w.Root();
  Value* v = w.Int(1);
  for (int64_t i = 0; i < 300000; ++i) {
    *key = MakeInt(w.ctx, static_cast<int64_t>(static_cast<uint64_t>(i) << 36));
    ASSERT_TRUE(HashSet(w.ctx, h, key, v));
  }
  EXPECT_EQ(HashCount(w.ctx, *h), 300000u);
  *key = MakeInt(w.ctx, int64_t{299999} << 36);
  EXPECT_EQ(HashFind(w.ctx, *h, *key), 299999);
}

// Insertions, removals, updates, lookups and listings in any order, with keys of all kinds.
void RemoveAgainstModel(const gc::HeapOptions& options, int steps, int key_range, unsigned seed) {
  World w(options);
  std::mt19937 random(seed);
  Value* h = NewHash(w);
  std::vector<Value*> objects;
  for (int i = 0; i < 10; ++i) objects.push_back(w.NewArray({}));
  std::vector<std::pair<int, int64_t>> model;
  for (int step = 0; step < steps; ++step) {
    gc::HandleScope scope(w.ctx.mutator);
    // Mostly growing at first, mostly shrinking later, again and again.
    const bool growing = step / (key_range * 2) % 2 == 0;
    const int n = static_cast<int>(random() % static_cast<unsigned>(key_range));
    Value* key = n < 10       ? objects[static_cast<size_t>(n)]
                 : n % 3 == 0 ? w.Int(int64_t{n} << 40)
                 : n % 3 == 1 ? w.Float(n + 0.5)
                              : w.String("key" + std::to_string(n));
    auto it = std::find_if(model.begin(), model.end(), [n](const auto& pair) { return pair.first == n; });
    ASSERT_EQ(Get(w, h, key), it == model.end() ? -1 : it->second);
    if (random() % 10 < (growing ? 3u : 7u)) {
      HashRemove(w.ctx, *h, *key);
      if (it != model.end()) model.erase(it);
    } else {
      ASSERT_TRUE(HashSet(w.ctx, h, key, w.Int(step)));
      if (it == model.end()) {
        model.emplace_back(n, step);
      } else {
        it->second = step;
      }
    }
    ASSERT_EQ(HashSize(*h), model.size());
    if (random() % 100 != 0) continue;
    ASSERT_EQ(HashCount(w.ctx, *h), model.size());
    for (size_t i = 0; i < model.size(); ++i) ASSERT_EQ(IntValue(HashValueAt(*h, i)), model[i].second);
  }
}

TEST(HashTest, RemovalsAgreeWithAModelUnderStress) { RemoveAgainstModel(Stress(), 1500, 60, 5); }

TEST(HashTest, RemovalsAgreeWithAModel) { RemoveAgainstModel({}, 40000, 900, 6); }

TEST(HashTest, RemovingAllLeavesAnEmptyHash) {
  for (int size : {1, 8, 9, 1000}) {
    World w;
    Value* h = NewHash(w);
    for (int round = 0; round < 3; ++round) {
      for (int i = 0; i < size; ++i) ASSERT_TRUE(HashSet(w.ctx, h, w.Int(i), w.Int(i)));
      for (int i = 0; i < size; ++i) HashRemove(w.ctx, *h, *w.Int(round == 1 ? size - 1 - i : i));
      EXPECT_EQ(HashSize(*h), 0u);
      EXPECT_EQ(w.Text(*h), "{}");
      EXPECT_EQ(Get(w, h, w.Int(0)), -1);
    }
  }
}

TEST(HashTest, ARemovedPairKeepsNothingAlive) {
  World w;
  Value* h = NewHash(w);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(HashSet(w.ctx, h, w.Int(i), w.Int(i)));
  {
    gc::HandleScope scope(w.ctx.mutator);
    Value* large = w.String(std::string(1 << 20, 'x'));
    ASSERT_TRUE(HashSet(w.ctx, h, large, large));
    HashRemove(w.ctx, *h, *large);
  }
  w.heap->CollectMajor();
  w.heap->CollectMajor();
  EXPECT_LT(w.heap->statistics().live_old_bytes, size_t{1} << 20);
}

// A hash that was large, lost nearly all and goes on with a few: what it was must not show in each step.
// Twenty million words would have to be written for each of these if it did.
TEST(HashTest, ASmallRestOfALargeHashIsSmall) {
  World w;
  Value* h = NewHash(w);
  Value* key = w.Root();
  Value* v = w.Int(1);
  constexpr int kSize = 1 << 20;
  for (int i = 0; i < kSize; ++i) {
    *key = Value::SmallInt(i);
    ASSERT_TRUE(HashSet(w.ctx, h, key, v));
  }
  for (int i = 0; i + 12 < kSize; ++i) HashRemove(w.ctx, *h, Value::SmallInt(i));
  for (int i = 0; i < 200000; ++i) {
    *key = Value::SmallInt(kSize + i);
    ASSERT_TRUE(HashSet(w.ctx, h, key, v));
    HashRemove(w.ctx, *h, *key);
  }
  EXPECT_EQ(HashSize(*h), 12u);
}

TEST(HashTest, EntryNumbersMayBeCached) {
  World w(Stress());
  Value* h = NewHash(w);
  ASSERT_TRUE(HashSet(w.ctx, h, w.String("a"), w.Int(1)));
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(HashSet(w.ctx, h, w.Int(i), w.Int(i)));
  HashSetValueAt(w.ctx, *h, 0, Value::SmallInt(77));
  EXPECT_EQ(Get(w, h, w.String("a")), 77);
  EXPECT_EQ(HashFind(w.ctx, *h, *w.String("a")), 0);
}

}  // namespace
}  // namespace foxvm::objects
