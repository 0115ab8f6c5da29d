// Marking in slices and on a thread: what is reachable at the snapshot or made later lives, whatever the
// program does meanwhile, and the pauses between are short of the whole.
#include <cstdint>

#include "gc/fault_injection.h"
#include "gc/weak_load.h"
#include "tests/gc/fake_roots.h"

namespace foxvm::gc {
namespace {

// A weak slot.
class WeakSlot : public WeakProvider {
 public:
  void VisitWeak(WeakVisitor& visitor) override {
    if (object != nullptr) object = visitor.Resolve(object);
  }
  ObjectHeader* object = nullptr;
};

class MarkingCycleTest : public HeapTest, public testing::WithParamInterface<MajorMode> {
 protected:
  MarkingCycleTest() { StartMode({}); }

  void StartMode(HeapOptions options) {
    options.major_mode = GetParam();
    options.verify = true;
    Start(options);
  }
  // Runs the cycle that is under way to its end.
  void FinishCycle() {
    const uint64_t before = heap->statistics().major_collections;
    while (heap->AdvanceMajor()) {
    }
    EXPECT_EQ(heap->statistics().major_collections, before + 1);
  }
  static uint64_t IdOf(Value v) { return v.object()->second; }

  // Fills old blocks with small arrays and drops all but each `nth`: those are in *kept_, each with its
  // number.
  void Fragment(size_t nth) {
    kept_ = OldArray(kKept);
    Value* all = OldArray(kKept * nth);
    for (size_t i = 0; i < kKept * nth; ++i) {
      ObjectHeader* array = NewArray(12);
      array->second = i / nth;
      Store(all->object(), i, array);
    }
    Promote();
    for (size_t i = 0; i < kKept; ++i) Store(kept_->object(), i, all->object()->slots()[i * nth].object());
    *all = Value::Null();
    heap->CollectMajor();
  }
  void ExpectKept(size_t first) {
    for (size_t i = first; i < kKept; ++i) ASSERT_EQ(IdOf(kept_->object()->slots()[i]), i);
  }

  // A list of arrays whose last slot is the link and the others refer to small arrays, numbered: marking takes
  // the link first and leaves the others for later. Null when memory ends.
  static constexpr size_t kWidth = 30;
  Value* WideList(int length) {
    Value* list = Root(NewArray(kWidth));
    for (int i = 0; i < length; ++i) {
      ObjectHeader* node = NewArray(kWidth);
      if (node == nullptr) return nullptr;
      Store(node, kWidth - 1, list->object());
      *list = Value::FromObject(node);
      for (size_t j = 0; j < kWidth - 1; ++j) {
        ObjectHeader* value = NewArray(2);
        if (value == nullptr) return nullptr;
        value->second = static_cast<uint64_t>(i) * kWidth + j;
        Store(list->object(), j, value);
      }
    }
    return list;
  }

  static constexpr size_t kKept = 16'000;
  Value* kept_ = nullptr;
};

TEST_P(MarkingCycleTest, DropsWhatTheSnapshotDoesNotReach) {
  Value* keep = OldArray(2);
  keep->object()->second = 77;
  int finalized = 0;
  auto* mortal = AllocateFinalizable(mutator(), kDisposed, 32, 0);
  Fill(mortal, 32);
  mortal->slots()[0] = Value::FromBits(reinterpret_cast<uint64_t>(&finalized));
  Value* root = Root(mortal);
  Promote();
  *root = Value::Null();
  heap->BeginMajor();
  FinishCycle();
  EXPECT_EQ(finalized, 1);
  EXPECT_EQ(IdOf(*keep), 77u);
}

TEST_P(MarkingCycleTest, KeepsWhatIsUnlinkedFromAnOldObjectMeanwhile) {
  Value* holder = OldArray(2);
  Value* target = OldArray(2);
  target->object()->second = 5;
  Store(holder->object(), 0, target->object());
  *target = Value::Null();
  heap->BeginMajor();
  Value* young = Root(NewArray(2));
  young->object()->slots()[0] = holder->object()->slots()[0];
  WriteField(mutator(), holder->object()->slots(), Value::Null());
  FinishCycle();
  EXPECT_EQ(IdOf(young->object()->slots()[0]), 5u);
}

TEST_P(MarkingCycleTest, KeepsWhatAWeakReferenceGaveOut) {
  WeakSlot weak;
  heap->AddWeakRoots(&weak);
  Value* target = OldArray(2);
  target->object()->second = 6;
  weak.object = target->object();
  *target = Value::Null();
  heap->BeginMajor();
  LoadWeak(mutator(), Value::FromObject(weak.object));
  Value* found = Root(weak.object);
  FinishCycle();
  EXPECT_EQ(IdOf(*found), 6u);
  EXPECT_EQ(weak.object, found->object());
  *found = Value::Null();
  heap->BeginMajor();
  FinishCycle();
  EXPECT_EQ(weak.object, nullptr);
  heap->RemoveWeakRoots(&weak);
}

TEST_P(MarkingCycleTest, KeepsWhatIsMadeAndPromotedMeanwhile) {
  Value* holder = OldArray(2);
  heap->BeginMajor();
  Value* made = Root(NewArray(2));
  made->object()->second = 8;
  ObjectHeader* pinned = AllocatePinned(mutator(), kArray, 32, 9);
  Store(pinned, 0, holder->object());
  Store(holder->object(), 0, pinned);
  ObjectHeader* large = NewArray(5000);
  Store(large, 4000, made->object());
  Store(holder->object(), 1, large);
  Promote();
  EXPECT_FALSE(heap->IsYoung(made->object()));
  *made = Value::Null();
  FinishCycle();
  EXPECT_EQ(IdOf(holder->object()->slots()[0]), 9u);
  EXPECT_EQ(IdOf(holder->object()->slots()[1].object()->slots()[4000]), 8u);
}

TEST_P(MarkingCycleTest, ScansCardsOfObjectsThatAreNotMarkedYet) {
  Value* first = OldArray(2);
  Value* second = OldArray(2);
  Store(first->object(), 0, second->object());
  Value* holder = second;
  *first = *first;
  heap->BeginMajor();
  Store(holder->object(), 0, NewBlob(32, 11));
  heap->CollectMinor();
  EXPECT_EQ(IdOf(holder->object()->slots()[0]), 11u);
  FinishCycle();
  EXPECT_EQ(IdOf(holder->object()->slots()[0]), 11u);
}

TEST_P(MarkingCycleTest, AFullMarkStackLosesNothing) {
  constexpr int kLength = 300;
  heap->faults().Set(Fault::kTinyMarkStack, true);
  Value* list = WideList(kLength);
  Promote();
  const size_t live = heap->statistics().live_old_bytes;
  for (int cycle = 1; cycle <= 3; ++cycle) {
    heap->BeginMajor();
    if (GetParam() != MajorMode::kStopTheWorld) FinishCycle();
    EXPECT_EQ(heap->statistics().live_old_bytes, live);
    EXPECT_EQ(heap->statistics().degenerated_cycles, static_cast<uint64_t>(cycle));
  }
  Value at = *list;
  for (int i = kLength; i-- > 0; at = at.object()->slots()[kWidth - 1]) {
    for (size_t j = 0; j < kWidth - 1; ++j) {
      ASSERT_EQ(IdOf(at.object()->slots()[j]), static_cast<uint64_t>(i) * kWidth + j);
    }
  }
}

TEST_P(MarkingCycleTest, AFullMarkStackLosesNoRoots) {
  constexpr uint64_t kCount = 500;
  heap->faults().Set(Fault::kTinyMarkStack, true);
  for (uint64_t i = 0; i < kCount; ++i) {
    Value* root = Root(NewArray(2));
    root->object()->second = i;
    ObjectHeader* child = NewBlob(32, i);
    Store(root->object(), 0, child);
  }
  Promote();
  heap->BeginMajor();
  if (GetParam() != MajorMode::kStopTheWorld) FinishCycle();
  EXPECT_EQ(heap->statistics().live_old_bytes, kCount * 64);
  for (uint64_t i = 0; i < kCount; ++i) {
    ASSERT_EQ(IdOf(roots.values[i]), i);
    ASSERT_EQ(IdOf(roots.values[i].object()->slots()[0]), i);
  }
}

TEST_P(MarkingCycleTest, ArraysAndLeavesDoNotFillTheMarkStack) {
  // An array of arrays, and a list that leaves an object without references behind at each step.
  constexpr int kLength = 3000;
  heap->faults().Set(Fault::kTinyMarkStack, true);
  Value* outer = OldArray(kLength);
  Value* list = Root(NewArray(2));
  for (int i = 0; i < kLength; ++i) {
    ObjectHeader* inner = NewArray(100);
    Store(outer->object(), static_cast<size_t>(i), inner);
    ObjectHeader* node = NewArray(2);
    Store(node, 1, list->object());
    *list = Value::FromObject(node);
    ObjectHeader* leaf = NewBlob(32, static_cast<uint64_t>(i));
    Store(list->object(), 0, leaf);
  }
  Promote();
  const size_t live = heap->statistics().live_old_bytes;
  heap->BeginMajor();
  if (GetParam() != MajorMode::kStopTheWorld) FinishCycle();
  EXPECT_EQ(heap->statistics().live_old_bytes, live);
  EXPECT_EQ(heap->statistics().degenerated_cycles, 0u);
  Value at = *list;
  for (int i = kLength; i-- > 0; at = at.object()->slots()[1]) {
    ASSERT_EQ(IdOf(at.object()->slots()[0]), static_cast<uint64_t>(i));
  }
}

TEST_P(MarkingCycleTest, AListThatFillsHalfOfTheHeapFitsTheMarkStack) {
  StartMode({.max_bytes = size_t{32} << 20});
  constexpr int kLength = 12'000;
  ASSERT_NE(WideList(kLength), nullptr);
  Promote();
  const uint64_t before = heap->statistics().degenerated_cycles;
  heap->CollectMajor();
  EXPECT_GT(heap->statistics().live_old_bytes, size_t{kLength} * kWidth * 32);
  EXPECT_EQ(heap->statistics().degenerated_cycles, before);
}

TEST_P(MarkingCycleTest, AHeapThatFillsUpMeanwhileEndsTheCycleAtOnce) {
  StartMode({.max_bytes = size_t{8} << 20, .young_bytes = 256 << 10});
  Value* keep = OldArray(1000);
  // A chain of small objects is kept, an earlier one dropped, so that there is garbage to find.
  for (int round = 0; round < 6; ++round) {
    *keep = Value::FromObject(NewArray(2));
    for (int i = 0; i < 80'000; ++i) {
      if (i == 100) heap->BeginMajor();
      ObjectHeader* next = NewArray(2);
      ASSERT_NE(next, nullptr) << "round " << round << ", " << i;
      next->slots()[0] = *keep;
      *keep = Value::FromObject(next);
    }
  }
  EXPECT_GE(heap->statistics().major_collections, 5u);
}

TEST_P(MarkingCycleTest, CollectMajorEndsTheCycleUnderWay) {
  Value* root = OldArray(2);
  heap->BeginMajor();
  *root = Value::Null();
  heap->CollectMajor();
  EXPECT_EQ(heap->statistics().live_old_bytes, 0u);
  EXPECT_EQ(heap->AdvanceMajor(), false);
}

TEST_P(MarkingCycleTest, MovesObjectsOutOfBlocksThatAreMostlyHoles) {
  StartMode({.max_bytes = size_t{256} << 20, .compact_bytes = size_t{4} << 20});
  Fragment(4);
  const uint64_t hash = heap->IdentityHash(kept_->object()->slots()[1].object());
  heap->BeginMajor();
  // Stores of every kind while the candidates' objects are about to move.
  Value* late = Root(NewArray(2));
  late->object()->slots()[0] = kept_->object()->slots()[8010];
  Promote();
  ObjectHeader* pinned = AllocatePinned(mutator(), kArray, 32, 0);
  pinned->slots()[0] = kept_->object()->slots()[8011];
  Value* pinned_root = Root(pinned);
  Value* large = Root(NewArray(3000));
  large->object()->slots()[2999] = kept_->object()->slots()[8012];
  Store(kept_->object(), 0, kept_->object()->slots()[8013].object());
  const uint64_t moved_from = reinterpret_cast<uint64_t>(kept_->object()->slots()[8010].object());
  FinishCycle();
  EXPECT_GE(heap->statistics().compacted_blocks, 50u);
  EXPECT_NE(reinterpret_cast<uint64_t>(kept_->object()->slots()[8010].object()), moved_from);
  EXPECT_EQ(late->object()->slots()[0], kept_->object()->slots()[8010]);
  EXPECT_EQ(pinned_root->object()->slots()[0], kept_->object()->slots()[8011]);
  EXPECT_EQ(large->object()->slots()[2999], kept_->object()->slots()[8012]);
  EXPECT_EQ(kept_->object()->slots()[0], kept_->object()->slots()[8013]);
  EXPECT_EQ(heap->IdentityHash(kept_->object()->slots()[1].object()), hash);
  ExpectKept(/*first=*/1);
}

TEST_P(MarkingCycleTest, CompactLeavesNoSparseBlocks) {
  StartMode({.max_bytes = size_t{256} << 20});
  Fragment(3);
  heap->ReleaseFreeMemory();
  const size_t before = heap->statistics().committed_bytes;
  heap->Compact();
  heap->ReleaseFreeMemory();
  const HeapStatistics statistics = heap->statistics();
  EXPECT_GE(statistics.compacted_blocks, 100u);
  EXPECT_LT(statistics.committed_bytes, before);
  ExpectKept(/*first=*/0);
}

TEST_P(MarkingCycleTest, PinnedObjectsDoNotKeepBlocksFromBeingEmptied) {
  StartMode({.max_bytes = size_t{256} << 20});
  // A pinned object for each block's worth of others: where they are allocated, one after another.
  constexpr size_t kPinned = 60;
  Value* pinned = OldArray(kPinned);
  Value* all = OldArray(kPinned * 200);
  for (size_t i = 0; i < kPinned * 200; ++i) {
    if (i % 200 == 0) {
      Promote();
      Store(pinned->object(), i / 200, AllocatePinned(mutator(), kArray, 32, i));
    }
    Store(all->object(), i, NewArray(16));
  }
  Promote();
  for (size_t i = 0; i < kPinned * 200; ++i) {
    if (i % 8 != 0) WriteField(mutator(), all->object()->slots() + i, Value::Null());
  }
  const ObjectHeader* first = pinned->object()->slots()[0].object();
  heap->Compact();
  EXPECT_GE(heap->statistics().compacted_blocks, 35u);
  EXPECT_EQ(pinned->object()->slots()[0].object(), first);
  for (size_t i = 0; i < kPinned; ++i) ASSERT_EQ(IdOf(pinned->object()->slots()[i]), i * 200);
}

INSTANTIATE_TEST_SUITE_P(Modes, MarkingCycleTest,
                         testing::Values(MajorMode::kIncremental, MajorMode::kConcurrent),
                         [](const auto& info) {
                           return info.param == MajorMode::kIncremental ? "Incremental" : "Concurrent";
                         });

class IncrementalMarkingTest : public HeapTest {};

TEST_F(IncrementalMarkingTest, TheVerifierFindsABarrierThatDoesNotLog) {
  Start({.major_mode = MajorMode::kIncremental, .verify = true});
  Value* holder = OldArray(2);
  Value* target = OldArray(2);
  Store(holder->object(), 0, target->object());
  *target = Value::Null();
  heap->faults().Set(Fault::kSkipSnapshotLog, true);
  heap->BeginMajor();
  Value* young = Root(NewArray(2));
  young->object()->slots()[0] = holder->object()->slots()[0];
  WriteField(mutator(), holder->object()->slots(), Value::Null());
  EXPECT_DEATH(heap->CollectMajor(), "a reference points to the start of an object");
  young->object()->slots()[0] = Value::Null();
}

class ConcurrentMarkingTest : public HeapTest {};

TEST_F(ConcurrentMarkingTest, TheThreadMarksNearlyAllWhileTheProgramRuns) {
  Start({.max_bytes = size_t{512} << 20, .major_mode = MajorMode::kConcurrent});
  Value* root = OldArray(1000);
  for (size_t list = 0; list < 1000; ++list) {
    for (int i = 0; i < 2000; ++i) {
      ObjectHeader* node = NewArray(2);
      node->slots()[0] = root->object()->slots()[list];
      WriteField(mutator(), root->object()->slots() + list, Value::FromObject(node));
    }
  }
  heap->BeginMajor();
  const uint64_t before = heap->statistics().major_collections;
  uint64_t made = 0;
  while (heap->statistics().major_collections == before) {
    ++made;
    Store(root->object(), made % 1000, root->object()->slots()[(made + 7) % 1000].object());
    for (int i = 0; i < 100; ++i) NewBlob(32);
  }
  const HeapStatistics statistics = heap->statistics();
  EXPECT_EQ(statistics.degenerated_cycles, 0u);
  EXPECT_GE(statistics.marked_bytes, size_t{60} << 20);
  EXPECT_GE(statistics.marked_by_thread_bytes * 10, statistics.marked_bytes * 8);
}

}  // namespace
}  // namespace foxvm::gc
