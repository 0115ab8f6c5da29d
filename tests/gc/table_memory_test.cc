// Tables of a heap for which the system has no memory: an error where it was asked for, and a heap that goes
// on.
#include "gc/table_memory.h"

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "gc/ephemeron_table.h"
#include "gc/free_runs.h"
#include "gc/handle.h"
#include "gc/persistent_handle.h"
#include "gc/vector.h"
#include "gc/weak_handle.h"
#include "tests/gc/fake_roots.h"

namespace foxvm::gc {
namespace {

enum Kind {
  kPersistentHandle,
  kWeakHandle,
  kEphemeron,
  kFinalizable,
  kDisposable,
  kAttached,
  kObject,
  kKinds
};
using Failures = std::array<size_t, kKinds>;

constexpr uint64_t kForever = UINT64_MAX;

class TableMemoryTest : public HeapTest, public testing::WithParamInterface<MajorMode> {
 protected:
  ~TableMemoryTest() override { Stop(); }

  void StartSmall() {
    Start({.max_bytes = size_t{12} << 20,
           .young_bytes = size_t{64} << 10,
           .max_young_bytes = size_t{64} << 10,
           .major_mode = GetParam(),
           .verify = true});
    OnFinalize() = [this](Mutator&, Handle) { ++finalized_; };
  }

  // True if `object` is there; else counts the failure.
  bool Has(const ObjectHeader* object, Kind kind) {
    failures_[kind] += object == nullptr;
    return object != nullptr;
  }

  // Handles of both kinds: those that were made hold what they were given.
  void UseHandles() {
    std::vector<PersistentHandle> persistent;
    std::vector<WeakHandle> weak;
    for (size_t i = 0; i < 600; ++i) {
      ObjectHeader* object = NewBlob(32, i);
      if (!Has(object, kObject)) continue;
      PersistentHandle strong(*heap, Value::FromObject(object));
      WeakHandle other(*heap, Value::FromObject(object));
      failures_[kPersistentHandle] += !strong.has_slot();
      failures_[kWeakHandle] += !other.has_slot();
      if (!strong.has_slot() || !other.has_slot()) continue;
      persistent.push_back(std::move(strong));
      weak.push_back(std::move(other));
      if (i % 100 == 99) heap->CollectMinor();
    }
    for (size_t i = 0; i < persistent.size(); ++i) EXPECT_EQ(persistent[i].get(), weak[i].get());
    persistent.clear();
    heap->CollectMajor();
    heap->CollectMajor();  // what was young
    for (const WeakHandle& each : weak) EXPECT_TRUE(each.get().IsEmpty());
  }

  // Chains of entries, each value the next one's key, of which the first key is a root: entered from the end.
  void UseEphemerons() {
    EphemeronTable table(*heap);
    std::vector<Value*> firsts;
    size_t entries = 0;
    for (size_t chain = 0; chain < 4; ++chain) {
      Value* next = Root(nullptr_object());
      Value* key = Root(nullptr_object());
      *next = Value::SmallInt(static_cast<int64_t>(chain));
      for (size_t i = 0; i < 50; ++i) {
        ObjectHeader* object = NewBlob(32, i);
        if (!Has(object, kObject)) break;
        *key = Value::FromObject(object);
        if (!table.Set(object, *next)) {
          ++failures_[kEphemeron];
          EXPECT_TRUE(table.Get(object).IsEmpty());
          continue;
        }
        ++entries;
        *next = *key;
      }
      *key = Value::Null();
      if (chain == 0) *next = Value::Null();  // this one is to die
      firsts.push_back(next);
    }
    for (const bool major : {false, false, false, true, true}) {
      major ? heap->CollectMajor() : heap->CollectMinor();
      for (size_t chain = 1; chain < firsts.size(); ++chain) {
        Value at = *firsts[chain];
        while (at.IsHeapRef()) at = table.Get(at.object());
        EXPECT_EQ(at, Value::SmallInt(static_cast<int64_t>(chain)));
      }
    }
    EXPECT_LE(table.size(), entries);
    if (failures_[kEphemeron] + failures_[kObject] == 0) {
      EXPECT_EQ(table.size(), 150u);
    }
    roots.values.clear();
  }

  // Objects whose deaths are told: each of those that could be made, once.
  void UseDeaths() {
    int disposed = 0;
    int disposables = 0;
    size_t finalizables = 0;
    finalized_ = 0;
    for (size_t i = 0; i < 60; ++i) {
      if (ObjectHeader* object = AllocateFinalizable(mutator(), kDisposed, 32, 0); Has(object, kDisposable)) {
        Fill(object, 32);
        object->slots()[0] = Value::FromBits(reinterpret_cast<uint64_t>(&disposed));
        ++disposables;
      }
      if (ObjectHeader* object = AllocatePinned(mutator(), kDisposed, 32, 0); Has(object, kDisposable)) {
        object->slots()[0] = Value::FromBits(reinterpret_cast<uint64_t>(&disposed));
        ++disposables;
      }
      // Either of the two asks first for more room at times.
      if (i % 3 != 0 && Has(NewFinalized(i), kFinalizable)) ++finalizables;
      ObjectHeader* object = NewArray(2, kFinalized);
      if (Has(object, kObject)) {
        const bool attached = heap->AttachFinalizer(object);
        finalizables += attached;
        failures_[kAttached] += !attached;
        Root(object);
      }
      if (i % 16 == 15) heap->CollectMinor();
    }
    roots.values.clear();
    for (int i = 0; i < 3; ++i) heap->CollectMajor();
    heap->CollectMinor();
    heap->RunFinalizers();
    EXPECT_EQ(disposed, disposables);
    EXPECT_EQ(finalized_, finalizables);
  }

  // Large objects that come and go, small ones that make many old blocks with holes, handles in scopes.
  void UseSpaces() {
    for (size_t i = 0; i < 40; ++i) {
      ObjectHeader* object = NewBlob(16 * 1024 * (1 + i % 5), i);
      if (Has(object, kObject) && i % 3 != 0) Root(object);
      if (i % 10 == 9) heap->CollectMajor();
    }
    HandleScope scope(mutator());
    for (size_t i = 0; i < 2500; ++i) {
      ObjectHeader* object = NewArray(30);
      if (!Has(object, kObject)) break;
      scope.Make(Value::FromObject(object));
      if (i % 8 == 0) Root(object);
    }
    heap->CollectMajor();
    heap->Compact();
    heap->BeginMajor();
    for (size_t i = 0; i < 100; ++i) {
      ObjectHeader* object = AllocatePinned(mutator(), kArray, 256, i);
      if (Has(object, kObject)) Root(object);
    }
    heap->CollectMajor();
    for (Value& v : roots.values) {
      if (v.object()->type() != kArray) continue;
      EXPECT_LE(heap->SizeOf(v.object()), 256u);
    }
    roots.values.clear();
  }

  void UseAll() {
    UseHandles();
    UseEphemerons();
    UseDeaths();
    {
      HandleScope scope(mutator());
      UseSpaces();
    }
    heap->CollectMajor();
  }

  // A place for a root; what it holds is set next.
  static ObjectHeader* nullptr_object() { return reinterpret_cast<ObjectHeader*>(uintptr_t{16}); }

  Failures failures_{};
  size_t finalized_ = 0;
};

TEST_P(TableMemoryTest, EveryRequestRefusedOnceIsAnErrorAndTheHeapGoesOn) {
  Failures all{};
  uint64_t requests = 0;
  for (bool refused = true; refused; ++requests) {
    SCOPED_TRACE(testing::Message() << "refused: request " << requests);
    StartSmall();
    failures_ = {};
    heap->faults().RefuseTables(requests, 1);
    UseAll();
    refused = heap->faults().refusals_left() == 0;
    heap->faults().RefuseTables(0, 0);
    for (size_t kind = 0; kind < kKinds; ++kind) all[kind] += failures_[kind];
    // Only now, without refusals: everything works.
    failures_ = {};
    if (requests % 8 == 0) UseAll();
    EXPECT_EQ(failures_, Failures{});
    if (HasFailure()) return;
  }
  EXPECT_GT(requests, 30u);
  // An object that was refused for lack of a table is tried again by the allocation itself.
  for (size_t kind = 0; kind < kObject; ++kind) EXPECT_GT(all[kind], 0u) << kind;
}

TEST_P(TableMemoryTest, EveryRequestRefusedFromSomeTimeOnIsAnErrorAndTheHeapGoesOnAfterwards) {
  for (uint64_t granted : {0, 1, 2, 3, 5, 8, 12, 17, 23, 30, 38, 47}) {
    SCOPED_TRACE(testing::Message() << "refused: all after " << granted);
    StartSmall();
    failures_ = {};
    heap->faults().RefuseTables(granted, kForever);
    UseAll();
    EXPECT_NE(failures_[kObject], 0u);
    heap->faults().RefuseTables(0, 0);
    heap->CollectMajor();
    failures_ = {};
    UseAll();
    EXPECT_EQ(failures_, Failures{});
    if (HasFailure()) return;
  }
}

TEST_P(TableMemoryTest, HandlesEndInAFailedAllocationBeforeThereIsNoRoomForThem) {
  StartSmall();
  heap->faults().RefuseTables(0, kForever);
  {
    HandleScope scope(mutator());
    size_t made = 0;
    for (; ObjectHeader* object = NewBlob(32); ++made) scope.Make(Value::FromObject(object));
    EXPECT_LE(made, HandleStack::kSpareSlots);
    // And who needs more without allocating is told.
    for (; scope.CanMake(); ++made) scope.Make(Value::Null());
    EXPECT_GE(made, HandleStack::kSpareSlots);
    EXPECT_EQ(AllocatePinned(mutator(), kBlob, 32, 0), nullptr);
    EXPECT_EQ(NewBlob(64 * 1024), nullptr);
  }
  heap->faults().RefuseTables(0, 0);
  EXPECT_NE(NewBlob(32), nullptr);
}

INSTANTIATE_TEST_SUITE_P(Modes, TableMemoryTest,
                         testing::Values(MajorMode::kStopTheWorld, MajorMode::kIncremental,
                                         MajorMode::kConcurrent),
                         NameOfMode);

TEST_F(HeapTest, TheStatisticsCountTheTables) {
  const uint64_t before = heap->statistics().table_bytes;
  std::vector<PersistentHandle> handles;
  for (int i = 0; i < 100'000; ++i) handles.emplace_back(*heap, Value::Null());
  const uint64_t after = heap->statistics().table_bytes;
  EXPECT_GE(after - before, 100'000 * sizeof(HandleSlab::Node));
  EXPECT_LE(after - before, 110'000 * sizeof(HandleSlab::Node));
}

TEST(VectorTest, IsAsItWasWhenItCannotGrow) {
  FaultInjection faults;
  TableMemory memory(faults);
  {
    Vector<int> numbers(memory);
    for (int i = 0; i < 8; ++i) EXPECT_TRUE(numbers.TryPushBack(i));
    faults.RefuseTables(0, 3);
    EXPECT_FALSE(numbers.TryPushBack(8));
    EXPECT_FALSE(numbers.TryReserve(9));
    EXPECT_FALSE(numbers.TryAssign(100, 7));
    ASSERT_EQ(numbers.size(), 8u);
    for (int i = 0; i < 8; ++i) EXPECT_EQ(numbers[i], i);
    EXPECT_TRUE(numbers.TryPushBack(8));
    EXPECT_FALSE(numbers.TryReserve(SIZE_MAX / 4));
    numbers.EraseFront(7);
    ASSERT_EQ(numbers.size(), 2u);
    EXPECT_EQ(numbers[0], 7);
    EXPECT_EQ(memory.bytes(), numbers.capacity() * sizeof(int));
  }
  EXPECT_EQ(memory.bytes(), 0u);
}

TEST(FreeRunsTest, FindsTheSmallestThatFitsAsASortedListDoes) {
  FaultInjection faults;
  TableMemory memory(faults);
  Vector<PageRun> runs(memory);
  FreeRuns free(runs);
  std::vector<uint32_t> model;  // of runs
  uint64_t random = 1;
  const auto next = [&random](uint64_t below) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    return (random >> 33) % below;
  };
  for (uint32_t i = 0; i < 500; ++i) {
    ASSERT_TRUE(runs.TryPushBack({.page = i * 100, .pages = static_cast<uint32_t>(1 + next(40))}));
  }
  for (int step = 0; step < 20'000; ++step) {
    const auto run = static_cast<uint32_t>(next(runs.size()));
    const auto at = std::find(model.begin(), model.end(), run);
    if (at == model.end()) {
      free.Insert(run);
      model.push_back(run);
    } else {
      free.Erase(run);
      model.erase(at);
    }
    const auto pages = static_cast<uint32_t>(1 + next(45));
    uint32_t best = kNoRun;
    for (uint32_t each : model) {
      if (runs[each].pages < pages) continue;
      if (best == kNoRun || runs[each].pages < runs[best].pages ||
          (runs[each].pages == runs[best].pages && each < best)) {
        best = each;
      }
    }
    ASSERT_EQ(free.FirstOf(pages), best);
  }
}

}  // namespace
}  // namespace foxvm::gc
