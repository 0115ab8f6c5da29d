// Ephemeron tables: what keeps what alive, chains in every order, growth and shrinking.
#include <map>
#include <memory>
#include <vector>

#include "gc/ephemeron_table.h"
#include "gc/persistent_handle.h"
#include "gc/weak_handle.h"
#include "tests/gc/fake_roots.h"

namespace foxvm::gc {
namespace {

class EphemeronTest : public HeapTest {
 protected:
  Value NewValue(uint64_t id) { return Value::FromObject(NewBlob(32, id)); }
};

TEST_F(EphemeronTest, SetGetEraseAndSize) {
  EphemeronTable table(*heap);
  ObjectHeader* a = Root(NewBlob(32, 1))->object();
  ObjectHeader* b = Root(NewBlob(32, 2))->object();
  a = roots.values[0].object();
  EXPECT_TRUE(table.Get(a).IsEmpty());
  EXPECT_FALSE(table.Erase(a));
  table.Set(a, Value::SmallInt(1));
  table.Set(b, Value::SmallInt(2));
  EXPECT_EQ(table.size(), 2u);
  table.Set(a, Value::SmallInt(3));
  EXPECT_EQ(table.size(), 2u);
  EXPECT_EQ(table.Get(a), Value::SmallInt(3));
  EXPECT_TRUE(table.Erase(a));
  EXPECT_TRUE(table.Get(a).IsEmpty());
  EXPECT_FALSE(table.Erase(a));
  EXPECT_EQ(table.Get(b), Value::SmallInt(2));
  EXPECT_EQ(table.size(), 1u);
}

TEST_F(EphemeronTest, AnEntryKeepsItsValueButNotItsKey) {
  EphemeronTable table(*heap);
  Value* key = Root(NewBlob(32, 1));
  Value value = NewValue(2);
  table.Set(key->object(), value);
  WeakHandle weak_value(*heap, value);
  for (int i = 0; i < 3; ++i) {
    heap->CollectMinor();
    heap->CollectMajor();
    ASSERT_EQ(table.Get(key->object()).object()->second, 2u);
  }
  EXPECT_EQ(weak_value.get(), table.Get(key->object()));
  roots.values.clear();
  heap->CollectMajor();
  EXPECT_EQ(table.size(), 0u);
  EXPECT_TRUE(weak_value.get().IsEmpty());
}

TEST_F(EphemeronTest, YoungEntriesDieInMinorCollections) {
  EphemeronTable table(*heap);
  Value* key = Root(NewBlob(32, 1));
  ObjectHeader* dead = NewBlob(32, 2);
  table.Set(key->object(), Value::SmallInt(1));
  table.Set(dead, Value::SmallInt(2));
  heap->CollectMinor();
  EXPECT_EQ(table.size(), 1u);
  EXPECT_EQ(table.Get(key->object()), Value::SmallInt(1));
}

TEST_F(EphemeronTest, AValueThatRefersToItsKeyDoesNotKeepIt) {
  EphemeronTable table(*heap);
  for (bool promoted : {false, true}) {
    Value* key = Root(NewBlob(32, 1));
    ObjectHeader* value = NewArray(2);
    Store(value, 0, key->object());
    Value* kept = Root(value);
    table.Set(key->object(), *kept);
    table.Set(value, *key);  // and a circle through two entries
    roots.values.pop_back();
    if (promoted) Promote();
    roots.values.clear();
    if (promoted) {
      heap->CollectMajor();
    } else {
      heap->CollectMinor();
    }
    EXPECT_EQ(table.size(), 0u) << promoted;
  }
}

TEST_F(EphemeronTest, AnOldEntryKeepsAYoungValueSetLater) {
  EphemeronTable table(*heap);
  Value* key = OldArray(2);
  table.Set(key->object(), Value::Null());
  heap->CollectMinor();
  table.Set(key->object(), NewValue(5));
  heap->CollectMinor();
  EXPECT_EQ(table.Get(key->object()).object()->second, 5u);
  Promote();
  heap->CollectMajor();
  EXPECT_EQ(table.Get(key->object()).object()->second, 5u);
}

TEST_F(EphemeronTest, AMajorCollectionDropsEntriesOfYoungKeysThatOnlyTheDeadReferTo) {
  EphemeronTable table(*heap);
  Value* old = OldArray(2);
  ObjectHeader* key = NewBlob(32, 1);
  Store(old->object(), 0, key);
  table.Set(key, Value::SmallInt(1));
  roots.values.clear();
  heap->CollectMinor();
  EXPECT_EQ(table.size(), 1u);
  heap->CollectMajor();
  EXPECT_EQ(table.size(), 0u);
}

// Entry i maps object i to object i + 1; only the first is rooted. `order` says in which order they are
// entered.
class EphemeronChainTest : public EphemeronTest, public testing::WithParamInterface<bool> {
 protected:
  void Enter(const std::vector<EphemeronTable*>& tables, size_t count, bool backwards) {
    roots.values.clear();
    for (size_t i = 0; i < count; ++i) Root(NewBlob(16, i));
    for (size_t k = 0; k + 1 < count; ++k) {
      size_t i = backwards ? count - 2 - k : k;
      tables[i % tables.size()]->Set(roots.values[i].object(), roots.values[i + 1]);
    }
    roots.values.resize(1);
  }
  void ExpectChain(const std::vector<EphemeronTable*>& tables, size_t count) {
    Value at = roots.values[0];
    for (size_t i = 0; i < count; ++i) {
      ASSERT_EQ(at.object()->second, i);
      at = tables[i % tables.size()]->Get(at.object());
    }
    EXPECT_TRUE(at.IsEmpty());
  }
};

// Would take hours if each link cost a walk over all entries.
TEST_P(EphemeronChainTest, AHundredThousandLinksSurviveAndDieTogether) {
  constexpr size_t kCount = 100'000;
  Start({.max_bytes = size_t{256} << 20, .young_bytes = 16 << 20});
  EphemeronTable table(*heap);
  Enter({&table}, kCount, GetParam());
  ASSERT_EQ(heap->statistics().minor_collections, 0u);
  heap->CollectMinor();
  ExpectChain({&table}, kCount);
  Promote();
  heap->CollectMajor();
  ExpectChain({&table}, kCount);
  roots.values.clear();
  heap->CollectMajor();
  EXPECT_EQ(table.size(), 0u);
}

TEST_P(EphemeronChainTest, AYoungChainDiesInOneMinorCollection) {
  EphemeronTable table(*heap);
  Enter({&table}, 2000, GetParam());
  roots.values.clear();
  heap->CollectMinor();
  EXPECT_EQ(table.size(), 0u);
}

TEST_P(EphemeronChainTest, ChainsThroughManyTables) {
  std::vector<std::unique_ptr<EphemeronTable>> owned;
  std::vector<EphemeronTable*> tables;
  for (int i = 0; i < 300; ++i) tables.push_back(owned.emplace_back(new EphemeronTable(*heap)).get());
  Enter(tables, 5000, GetParam());
  heap->CollectMinor();
  ExpectChain(tables, 5000);
  heap->CollectMajor();
  ExpectChain(tables, 5000);
  for (size_t i = 0; i < 300; i += 2) owned[i].reset();
  heap->CollectMinor();
  heap->CollectMajor();
  size_t left = 0;
  for (auto& table : owned) left += table == nullptr ? 0 : table->size();
  EXPECT_EQ(left, 0u);  // the first link is gone
}

INSTANTIATE_TEST_SUITE_P(Orders, EphemeronChainTest, testing::Bool());

TEST_F(EphemeronTest, OneKeyInManyTables) {
  std::vector<std::unique_ptr<EphemeronTable>> tables;
  Value* holder = Root(NewArray(2));
  Value* key = Root(NewBlob(16, 1));
  EphemeronTable first(*heap);
  first.Set(holder->object(), *key);
  for (int i = 0; i < 50; ++i) {
    tables.push_back(std::make_unique<EphemeronTable>(*heap));
    tables.back()->Set(key->object(), NewValue(static_cast<uint64_t>(i)));
  }
  roots.values.resize(1);  // the key now hangs on an entry
  heap->CollectMinor();
  heap->CollectMajor();
  ObjectHeader* now = first.Get(holder->object()).object();
  for (size_t i = 0; i < 50; ++i) ASSERT_EQ(tables[i]->Get(now).object()->second, i);
}

TEST_F(EphemeronTest, AgreesWithAMapThroughGrowthErasureAndCollections) {
  EphemeronTable table(*heap);
  std::map<size_t, int64_t> model;  // by index of the key's root
  for (uint64_t i = 0; i < 3000; ++i) Root(NewBlob(16, i));
  uint64_t seed = 1;
  auto next = [&seed](uint64_t below) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (seed >> 33) % below;
  };
  for (int step = 0; step < 30'000; ++step) {
    // Grows, then shrinks.
    bool erase = next(10) < (step < 15'000 ? 3u : 8u);
    size_t i = next(3000);
    if (erase) {
      ASSERT_EQ(table.Erase(roots.values[i].object()), model.erase(i) != 0);
    } else {
      table.Set(roots.values[i].object(), Value::SmallInt(step));
      model[i] = step;
    }
    if (step % 1000 == 0) heap->CollectMinor();
    if (step % 5000 == 0) heap->CollectMajor();
    ASSERT_EQ(table.size(), model.size());
  }
  for (size_t i = 0; i < 3000; ++i) {
    Value found = table.Get(roots.values[i].object());
    auto expected = model.find(i);
    ASSERT_EQ(found, expected == model.end() ? Value::Empty() : Value::SmallInt(expected->second));
  }
}

TEST_F(EphemeronTest, EntriesOfLivingKeysStayWhenMostOthersDie) {
  EphemeronTable table(*heap);
  for (uint64_t i = 0; i < 5000; ++i) {
    Value* key = Root(NewBlob(16, i));
    table.Set(key->object(), Value::SmallInt(static_cast<int64_t>(i)));
  }
  for (size_t i = 0; i < 5000; ++i) {
    if (i % 100 != 0) roots.values[i] = Value::Null();
  }
  heap->CollectMajor();
  EXPECT_EQ(table.size(), 50u);
  for (size_t i = 0; i < 5000; i += 100) {
    ASSERT_EQ(table.Get(roots.values[i].object()), Value::SmallInt(static_cast<int64_t>(i)));
  }
}

TEST_F(EphemeronTest, LargeAndPinnedKeys) {
  EphemeronTable table(*heap);
  Value* large = Root(NewArray(5000));
  Value* pinned = Root(AllocatePinned(mutator(), kBlob, 64, 0));
  table.Set(large->object(), NewValue(1));
  table.Set(pinned->object(), NewValue(2));
  Promote();
  heap->CollectMajor();
  EXPECT_EQ(table.Get(large->object()).object()->second, 1u);
  EXPECT_EQ(table.Get(pinned->object()).object()->second, 2u);
  roots.values.clear();
  heap->CollectMajor();
  EXPECT_EQ(table.size(), 0u);
}

TEST_F(EphemeronTest, ATableThatOutlivesItsHeapIsEmpty) {
  EphemeronTable table(*heap);
  Value* key = Root(NewBlob(32, 1));
  table.Set(key->object(), Value::SmallInt(1));
  Stop();
  EXPECT_EQ(table.size(), 0u);
}

}  // namespace
}  // namespace foxvm::gc
