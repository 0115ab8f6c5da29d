// Ephemeron tables: what keeps what alive, chains in every order, growth and shrinking.
#include <climits>
#include <map>
#include <memory>
#include <vector>

#include "gc/ephemeron_table.h"
#include "gc/fault_injection.h"
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

// While a marking in slices or on a thread runs, and while entries of dead keys have yet to be taken out.
class EphemeronCycleTest : public EphemeronTest, public testing::WithParamInterface<MajorMode> {
 protected:
  EphemeronCycleTest() {
    Start({.max_bytes = size_t{64} << 20, .major_mode = GetParam(), .slice_us = 1, .verify = true});
  }

  // `count` old objects from roots.values[first] on, numbered from `first`.
  void OldKeys(size_t count) {
    for (size_t i = 0; i < count; ++i) Root(NewBlob(32, roots.values.size()));
    Promote();
  }
  ObjectHeader* Key(size_t i) { return roots.values[i].object(); }
  // Marks for so many slices, or to the end of the cycle.
  void Advance(int slices) {
    const uint64_t before = heap->statistics().major_collections;
    while (slices-- > 0 && heap->AdvanceMajor() && heap->statistics().major_collections == before) {
    }
  }
  void EndCycle() { Advance(INT_MAX); }
  void Clean() {
    while (heap->AdvanceMajor()) {
    }
  }
};

TEST_P(EphemeronCycleTest, EntriesOfDeadKeysAreNoneAtOnceAndTakenOutLater) {
  EphemeronTable table(*heap);
  OldKeys(4000);
  for (size_t i = 0; i < 4000; ++i) table.Set(Key(i), Value::FromObject(Key(i)));
  Promote();
  roots.values.resize(2000);
  heap->BeginMajor();
  EndCycle();
  EXPECT_EQ(table.size(), 2000u);
  // In the places of the dead, and as keys of entries before all of theirs are out.
  for (uint64_t id = 5000; id < 7000; ++id) {
    Value* key = Root(AllocatePinned(mutator(), kBlob, 32, id));
    ASSERT_TRUE(table.Get(key->object()).IsEmpty());
    if (id % 2 == 0) table.Set(key->object(), Value::SmallInt(static_cast<int64_t>(id)));
  }
  heap->CollectMinor();
  EXPECT_EQ(table.size(), 3000u);
  Clean();
  EXPECT_EQ(table.size(), 3000u);
  for (size_t i = 0; i < 2000; ++i) ASSERT_EQ(table.Get(Key(i)), roots.values[i]);
  for (size_t i = 2000; i < roots.values.size(); ++i) {
    const auto id = static_cast<int64_t>(Key(i)->second);
    ASSERT_EQ(table.Get(Key(i)), id % 2 == 0 ? Value::SmallInt(id) : Value::Empty());
  }
}

TEST_P(EphemeronCycleTest, AnObjectInThePlaceOfADeadKeyHasNoEntryThough) {
  // Identity hashes are of the place and of a number that comes again after 65536 others.
  constexpr size_t kCount = 4000;
  EphemeronTable table(*heap);
  EphemeronTable other(*heap);
  std::vector<ObjectHeader*> places;
  for (size_t i = 0; i < kCount; ++i) {
    places.push_back(Root(AllocatePinned(mutator(), kBlob, 32, i))->object());
    table.Set(places[i], Value::SmallInt(1));
  }
  for (size_t i = kCount; i < 65536; ++i) heap->IdentityHash(NewBlob(32));
  roots.values.clear();
  heap->BeginMajor();
  EndCycle();
  EXPECT_EQ(table.size(), 0u);
  size_t same = 0;
  for (size_t i = 0; i < kCount; ++i) {
    ObjectHeader* key = Root(AllocatePinned(mutator(), kBlob, 32, i))->object();
    same += key == places[i];
    other.Set(key, Value::SmallInt(2));
    ASSERT_TRUE(table.Get(key).IsEmpty()) << i;
  }
  EXPECT_GT(same, kCount / 2);
}

TEST_P(EphemeronCycleTest, TheNextCycleMayComeBeforeAllAreOut) {
  EphemeronTable table(*heap);
  for (int round = 0; round < 3; ++round) {
    roots.values.clear();
    OldKeys(4000);
    for (size_t i = 0; i < 4000; ++i) table.Set(Key(i), Value::FromObject(Key(i)));
    Promote();
    roots.values.resize(1500);
    heap->BeginMajor();
    EndCycle();
    EXPECT_EQ(table.size(), 1500u);
    roots.values.resize(500);
    round == 1 ? heap->CollectMajor() : heap->BeginMajor();
    EndCycle();
    EXPECT_EQ(table.size(), 500u);
  }
  for (size_t i = 0; i < 500; ++i) ASSERT_EQ(table.Get(Key(i)), roots.values[i]);
}

TEST_P(EphemeronCycleTest, AKeyFoundAgainKeepsItsValues) {
  // Enough tables for an index of keys, or few. Some or all entries wait when one key is loaded from a weak handle.
  int found = 0;
  for (int slices = 1; slices < 60; slices += 5) {
    const size_t tables_count = slices % 10 == 1 ? 2 : 40;
    roots.values.clear();
    std::vector<std::unique_ptr<EphemeronTable>> tables;
    for (size_t t = 0; t < tables_count; ++t) tables.push_back(std::make_unique<EphemeronTable>(*heap));
    OldKeys(3000);
    // Each key leads to the next one by the tables in turn.
    for (size_t i = 0; i + 1 < 3000; ++i)
      tables[i % tables_count]->Set(Key(i), Value::FromObject(Key(i + 1)));
    Promote();
    WeakHandle first(*heap, roots.values[0]);
    roots.values.clear();
    const size_t id = first.get().object()->second;
    heap->BeginMajor();
    Advance(slices);
    Value at = first.get();
    if (at.IsEmpty()) {
      EndCycle();
      for (auto& table : tables) ASSERT_EQ(table->size(), 0u);
      continue;
    }
    ++found;
    Root(at.object());
    EndCycle();
    at = roots.values[0];
    for (size_t i = 0; i < 3000; ++i) {
      ASSERT_EQ(at.object()->second, id + i);
      at = tables[i % tables_count]->Get(at.object());
    }
    EXPECT_TRUE(at.IsEmpty());
    Clean();
  }
  EXPECT_GE(found, 2);
}

TEST_P(EphemeronCycleTest, KeysThatAreReachedAllAtOnceKeepTheirValues) {
  // More than are remembered.
  heap->faults().Set(Fault::kTinyMarkStack, true);
  for (size_t tables_count : {1u, 20u}) {
    std::vector<std::unique_ptr<EphemeronTable>> tables;
    for (size_t t = 0; t < tables_count; ++t) tables.push_back(std::make_unique<EphemeronTable>(*heap));
    roots.values.clear();
    OldKeys(1);
    Value* all = OldArray(1000);
    for (size_t i = 0; i < 1000; ++i) {
      Store(all->object(), i, NewBlob(32, i));
      tables[i % tables_count]->Set(all->object()->slots()[i].object(), NewValue(i));
    }
    Promote();
    tables.back()->Set(Key(0), *all);
    roots.values.resize(1);
    heap->BeginMajor();
    EndCycle();
    const Value values = tables.back()->Get(Key(0));
    ASSERT_TRUE(values.IsHeapRef());
    for (size_t i = 0; i < 1000; ++i) {
      ASSERT_EQ(tables[i % tables_count]->Get(values.object()->slots()[i].object()).object()->second, i);
    }
  }
}

TEST_P(EphemeronCycleTest, TablesAndEntriesMayGoAndComeMeanwhile) {
  auto gone = std::make_unique<EphemeronTable>(*heap);
  EphemeronTable table(*heap);
  OldKeys(3000);
  for (size_t i = 0; i < 3000; ++i) {
    gone->Set(Key(i), roots.values[i]);
    table.Set(Key(i), roots.values[i]);
  }
  Promote();
  std::vector<WeakHandle> weak;
  for (size_t i = 1000; i < 3000; ++i) weak.emplace_back(*heap, roots.values[i]);
  roots.values.resize(1000);
  heap->BeginMajor();
  Advance(15);
  gone.reset();
  EphemeronTable late(*heap);  // has the number of the one that is gone
  for (size_t i = 0; i < 500; ++i) {
    Value key = weak[i * 4].get();
    ASSERT_TRUE(key.IsHeapRef());  // 6000 entries take more slices
    Root(key.object());
    late.Set(key.object(), Value::SmallInt(1));
    ASSERT_TRUE(table.Erase(key.object()));  // its number is the next one's
    table.Set(Key(i), Value::SmallInt(2));
    table.Set(key.object(), NewValue(7000 + i));
  }
  EndCycle();
  EXPECT_EQ(table.size(), 1500u);
  EXPECT_EQ(late.size(), 500u);
  for (size_t i = 0; i < 500; ++i) {
    ASSERT_EQ(table.Get(Key(i)), Value::SmallInt(2));
    ASSERT_EQ(table.Get(Key(1000 + i)).object()->second, 7000 + i);
    ASSERT_EQ(late.Get(Key(1000 + i)), Value::SmallInt(1));
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, EphemeronCycleTest,
                         testing::Values(MajorMode::kIncremental, MajorMode::kConcurrent), NameOfMode);

TEST_F(EphemeronTest, ATableThatOutlivesItsHeapIsEmpty) {
  EphemeronTable table(*heap);
  Value* key = Root(NewBlob(32, 1));
  table.Set(key->object(), Value::SmallInt(1));
  Stop();
  EXPECT_EQ(table.size(), 0u);
}

}  // namespace
}  // namespace foxvm::gc
