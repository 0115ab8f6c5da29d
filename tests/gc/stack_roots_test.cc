#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "gc/fault_injection.h"
#include "stackmaps/frame_walker.h"
#include "stackmaps/stack_map_source.h"
#include "tests/gc/fake_roots.h"

namespace foxvm::gc {
namespace {

// Frames of `slots` words each, one behind the other; slot 0 of the memory of a frame is its callee.
class FakeStack : public stackmaps::FrameWalker, public stackmaps::StackMapSource {
 public:
  explicit FakeStack(size_t slots) : slots_(slots) {}

  void PushFrame(uint64_t pc) {
    words.resize(words.size() + slots_ + 1, Value::SmallInt(0).bits());
    pcs.push_back(pc);
  }
  uint64_t* Callee(size_t frame) { return &words[frame * (slots_ + 1)]; }
  uint64_t* Slot(size_t frame, size_t slot) { return Callee(frame) + 1 + slot; }

  // The frame runs.
  void NoteRuns(size_t frame) {
    settled = std::min(settled, frame);
    while (unwalked > settled) visitor_->Visit(Frame(--unwalked));
  }

  void WalkFrames(absl::FunctionRef<void(const stackmaps::SuspendedFrame&)> visit) override {
    for (size_t i = pcs.size(); i-- > 0;) visit(Frame(i));
  }
  void WalkUnsettledFrames(absl::FunctionRef<bool(const stackmaps::SuspendedFrame&)> visit) override {
    size_t below = pcs.size();
    for (size_t i = pcs.size(); i-- > settled;) {
      ++visits;
      if (visit(Frame(i))) below = i;
    }
    settled = below;
  }
  void BeginSettledWalk(stackmaps::FrameVisitor& visitor) override {
    visitor_ = &visitor;
    unwalked = settled;
  }
  bool WalkSettledSome(size_t frames) override {
    for (; unwalked > 0 && frames > 0; --frames) visitor_->Visit(Frame(--unwalked));
    return unwalked == 0;
  }
  bool Find(stackmaps::CodeAddress address, stackmaps::StackMap* map) const override {
    auto at = maps.find(address.pc);
    if (at == maps.end()) return false;
    *map = at->second;
    return true;
  }

  std::vector<uint64_t> words;
  std::vector<uint64_t> pcs;
  std::map<uint64_t, stackmaps::StackMap> maps;
  size_t settled = 0;   // so many of the outermost frames
  size_t unwalked = 0;  // of these, so many have yet to be given
  size_t visits = 0;    // of unsettled frames

 private:
  stackmaps::SuspendedFrame Frame(size_t i) { return {Slot(i, 0), Callee(i), {1, pcs[i]}, i < settled}; }

  const size_t slots_;
  stackmaps::FrameVisitor* visitor_ = nullptr;
};

class StackRootsTest : public HeapTest {
 protected:
  void Use(FakeStack& stack) { heap->SetStackRoots(&stack, &stack); }
  uint64_t Ref(uint64_t second) { return Value::FromObject(NewBlob(16, second)).bits(); }
  static ObjectHeader* ObjectOf(uint64_t word) { return Value::FromBits(word).object(); }
};

TEST_F(StackRootsTest, LiveBitsRangesAndCalleesAreRootsDeadSlotsAreNot) {
  FakeStack stack(140);
  std::vector<uint64_t> bits = {1u << 3, uint64_t{1} << 63, 1};
  stack.maps[10] = {bits, 5, 7};
  stack.PushFrame(10);
  Use(stack);
  for (size_t slot : {3, 127, 128, 5, 6}) *stack.Slot(0, slot) = Ref(slot);
  *stack.Callee(0) = Ref(1000);
  // Garbage in dead slots must not even be looked at.
  for (size_t slot : {0, 4, 7, 126, 129}) *stack.Slot(0, slot) = 0xDEADBEEFDEADBEE3;
  for (int i = 0; i < 3; ++i) {
    uint64_t before = *stack.Slot(0, 3);
    i == 2 ? heap->CollectMajor() : heap->CollectMinor();
    if (i == 0) {
      EXPECT_NE(*stack.Slot(0, 3), before);
    }
    for (size_t slot : {3, 127, 128, 5, 6}) EXPECT_EQ(ObjectOf(*stack.Slot(0, slot))->second, slot);
    EXPECT_EQ(ObjectOf(*stack.Callee(0))->second, 1000u);
    EXPECT_EQ(*stack.Slot(0, 4), 0xDEADBEEFDEADBEE3);
  }
}

TEST_F(StackRootsTest, AFrameWithoutAMapStopsTheProcess) {
  FakeStack stack(4);
  stack.PushFrame(11);
  Use(stack);
  EXPECT_DEATH(heap->CollectMinor(), "maps.Find");
  heap->SetStackRoots(nullptr, nullptr);
  heap->CollectMinor();
  EXPECT_EQ(heap->statistics().minor_collections, 1u);
}

TEST_F(StackRootsTest, TwoHundredThousandFramesAreScannedInOnePass) {
  FakeStack stack(4);
  std::vector<uint64_t> bits = {0b101};
  stack.maps[1] = {bits, 0, 0};
  for (size_t i = 0; i < 200'000; ++i) stack.PushFrame(1);
  Use(stack);
  for (size_t i = 0; i < 200'000; i += 1000) *stack.Slot(i, 2) = Ref(i);
  heap->CollectMinor();
  for (size_t i = 0; i < 200'000; i += 1000) ASSERT_EQ(ObjectOf(*stack.Slot(i, 2))->second, i);
}

TEST_F(StackRootsTest, AFrameIsVisitedByMinorCollectionsUntilWhatItRefersToIsOld) {
  FakeStack stack(1);
  std::vector<uint64_t> bits = {1};
  stack.maps[1] = {bits, 0, 0};
  for (int i = 0; i < 10; ++i) stack.PushFrame(1);
  Use(stack);
  for (size_t i = 0; i < 10; ++i) *stack.Slot(i, 0) = Ref(i);
  for (size_t i = 0; i < 3; ++i) *stack.Slot(i, 0) = Value::SmallInt(5).bits();
  heap->CollectMinor();
  EXPECT_EQ(stack.visits, 10u);
  EXPECT_EQ(stack.settled, 3u);
  heap->CollectMinor();  // promotes
  EXPECT_EQ(stack.visits, 17u);
  EXPECT_EQ(stack.settled, 10u);
  heap->CollectMinor();
  EXPECT_EQ(stack.visits, 17u);
  stack.NoteRuns(9);
  *stack.Slot(9, 0) = Ref(99);
  heap->CollectMinor();
  EXPECT_EQ(stack.visits, 18u);
  EXPECT_EQ(stack.settled, 9u);
  EXPECT_EQ(ObjectOf(*stack.Slot(9, 0))->second, 99u);
  for (size_t i = 3; i < 9; ++i) EXPECT_EQ(ObjectOf(*stack.Slot(i, 0))->second, i);
}

TEST_F(StackRootsTest, MajorCollectionsVisitSettledFrames) {
  FakeStack stack(1);
  std::vector<uint64_t> bits = {1};
  stack.maps[1] = {bits, 0, 0};
  for (int i = 0; i < 1000; ++i) stack.PushFrame(1);
  Use(stack);
  for (size_t i = 0; i < 1000; ++i) *stack.Slot(i, 0) = Value::FromObject(NewBlob(1024, i)).bits();
  heap->CollectMinor();
  heap->CollectMinor();
  EXPECT_EQ(stack.settled, 1000u);
  // Holes, so that there is something to move.
  for (size_t i = 0; i < 1000; ++i) {
    if (i % 10 != 0) *stack.Slot(i, 0) = Value::SmallInt(0).bits();
  }
  heap->CollectMajor();
  EXPECT_EQ(stack.settled, 1000u);
  heap->Compact();
  for (size_t i = 0; i < 1000; i += 10) EXPECT_EQ(ObjectOf(*stack.Slot(i, 0))->second, i);
  EXPECT_GT(heap->statistics().compacted_blocks, 0u);
}

// What a marking in slices or on a thread makes of settled frames.
class SettledFramesCycleTest : public StackRootsTest, public testing::WithParamInterface<MajorMode> {
 protected:
  SettledFramesCycleTest() : stack(1) {
    Start({.max_bytes = size_t{64} << 20, .major_mode = GetParam(), .slice_us = 1, .verify = true});
    stack.maps[1] = {bits, 0, 0};
    Use(stack);
  }
  ~SettledFramesCycleTest() override { heap->SetStackRoots(nullptr, nullptr); }

  // `count` frames, all settled, each of which keeps an old object of `bytes` alive.
  void Settle(size_t count, size_t bytes) {
    for (size_t i = 0; i < count; ++i) stack.PushFrame(1);
    for (size_t i = 0; i < count; ++i) {
      const Value object = Value::FromObject(NewBlob(bytes, i));
      stack.NoteRuns(i);  // it may have been settled by a collection meanwhile
      *stack.Slot(i, 0) = object.bits();
    }
    Promote();
    ASSERT_EQ(stack.settled, count);
  }
  void FinishCycle() {
    const uint64_t before = heap->statistics().major_collections;
    while (heap->AdvanceMajor()) {
    }
    EXPECT_EQ(heap->statistics().major_collections, before + 1);
    EXPECT_EQ(stack.unwalked, 0u);
  }

  const std::vector<uint64_t> bits = {1};
  FakeStack stack;
};

TEST_P(SettledFramesCycleTest, AreLeftOutOfTheSnapshotAndKeepWhatTheyReferTo) {
  Settle(5000, 32);
  heap->BeginMajor();
  EXPECT_EQ(stack.unwalked, 5000u);
  FinishCycle();
  EXPECT_EQ(heap->statistics().live_old_bytes, 5000u * 32);
  for (size_t i = 0; i < 5000; ++i) ASSERT_EQ(ObjectOf(*stack.Slot(i, 0))->second, i);
}

TEST_P(SettledFramesCycleTest, GiveWhatTheyReferToBeforeTheyGoOn) {
  Settle(5000, 32);
  Value* holder = OldArray(2);
  heap->BeginMajor();
  // It moves to where the marking has been, or is not to look again.
  stack.NoteRuns(4990);
  EXPECT_LE(stack.unwalked, 4990u);
  WriteField(mutator(), holder->object()->slots(), Value::FromBits(*stack.Slot(4995, 0)));
  ObjectHeader* young = NewArray(2);
  young->slots()[0] = Value::FromBits(*stack.Slot(4996, 0));
  Value* kept = Root(young);
  *stack.Slot(4995, 0) = *stack.Slot(4996, 0) = Value::SmallInt(0).bits();
  FinishCycle();
  EXPECT_EQ(holder->object()->slots()[0].object()->second, 4995u);
  EXPECT_EQ(kept->object()->slots()[0].object()->second, 4996u);
  EXPECT_EQ(ObjectOf(*stack.Slot(4997, 0))->second, 4997u);
}

TEST_P(SettledFramesCycleTest, MayGoWithTheirStackBeforeTheyAreSeen) {
  Settle(5000, 32);
  heap->BeginMajor();
  heap->SetStackRoots(nullptr, nullptr);
  stack.unwalked = 0;
  FinishCycle();
  Use(stack);
  stack.settled = 0;
  for (size_t i = 0; i < 5000; ++i) *stack.Slot(i, 0) = Value::SmallInt(0).bits();
  heap->BeginMajor();
  FinishCycle();
  EXPECT_EQ(heap->statistics().live_old_bytes, 0u);
}

TEST_P(SettledFramesCycleTest, KeepBlocksWhereTheyAre) {
  // Every tenth object lives: on the stack in the first half, in an array in the second.
  constexpr size_t kCount = 20'000;
  Settle(kCount, 256);
  Value* array = OldArray(kCount / 20);
  for (size_t i = 0; i < kCount; ++i) {
    const uint64_t word = *stack.Slot(i, 0);
    if (i >= kCount / 2 && i % 10 == 0) Store(array->object(), (i - kCount / 2) / 10, ObjectOf(word));
    if (i >= kCount / 2 || i % 10 != 0) *stack.Slot(i, 0) = Value::SmallInt(0).bits();
  }
  heap->BeginMajor();
  FinishCycle();  // makes the holes
  const std::vector<uint64_t> words = stack.words;
  constexpr size_t kInside = kCount / 40;  // not beside the objects on the stack
  const Value before = array->object()->slots()[kInside];
  heap->BeginMajor();
  FinishCycle();
  EXPECT_NE(array->object()->slots()[kInside], before);
  EXPECT_GT(heap->statistics().compacted_blocks, 0u);
  EXPECT_EQ(stack.words, words);
  for (size_t i = 0; i < kCount / 2; i += 10) ASSERT_EQ(ObjectOf(*stack.Slot(i, 0))->second, i);
  heap->Compact();  // visits all frames
  EXPECT_NE(stack.words, words);
  for (size_t i = 0; i < kCount / 2; i += 10) ASSERT_EQ(ObjectOf(*stack.Slot(i, 0))->second, i);
}

TEST_P(SettledFramesCycleTest, KeepBlocksThoughTheyAreSettledMeanwhile) {
  constexpr size_t kCount = 10'000;
  Settle(kCount, 256);
  for (size_t i = 0; i < kCount; ++i) {
    if (i % 10 != 0) *stack.Slot(i, 0) = Value::SmallInt(0).bits();
  }
  heap->BeginMajor();
  FinishCycle();
  const std::vector<uint64_t> words = stack.words;
  stack.NoteRuns(0);
  heap->BeginMajor();
  stack.NoteRuns(0);
  heap->CollectMinor();
  EXPECT_EQ(stack.settled, kCount);
  FinishCycle();
  EXPECT_EQ(stack.words, words);
  for (size_t i = 0; i < kCount; i += 10) ASSERT_EQ(ObjectOf(*stack.Slot(i, 0))->second, i);
}

INSTANTIATE_TEST_SUITE_P(Modes, SettledFramesCycleTest,
                         testing::Values(MajorMode::kIncremental, MajorMode::kConcurrent), NameOfMode);

// A heap that verifies itself finds a settled frame with a reference to a young object.
class SettledFramesDeathTest : public ::testing::Test {
 protected:
  SettledFramesDeathTest() : heap(MakeHeap({.verify = true})), stack(1) {
    stack.maps[1] = {bits, 0, 0};
    stack.PushFrame(1);
    stack.PushFrame(1);
    heap->SetStackRoots(&stack, &stack);
  }
  ~SettledFramesDeathTest() override { heap->SetStackRoots(nullptr, nullptr); }
  uint64_t NewObject() { return Value::FromObject(Allocate(heap->mutator(), kBlob, 16, 0)).bits(); }

  const std::vector<uint64_t> bits = {1};
  std::unique_ptr<Heap> heap;
  FakeStack stack;
};

TEST_F(SettledFramesDeathTest, WhenACollectionSettledItTooEarly) {
  *stack.Slot(0, 0) = NewObject();
  heap->faults().Set(Fault::kSettleYoungFrames, true);
  EXPECT_DEATH(heap->CollectMinor(), "a settled frame refers to nothing young");
  heap->faults().Set(Fault::kSettleYoungFrames, false);
  heap->CollectMinor();
  EXPECT_EQ(stack.settled, 0u);
}

TEST_F(SettledFramesDeathTest, WhenNobodyNoticedThatItRan) {
  heap->CollectMinor();
  EXPECT_EQ(stack.settled, 2u);
  *stack.Slot(1, 0) = NewObject();
  EXPECT_DEATH(heap->CollectMinor(), "a settled frame refers to nothing young");
  stack.NoteRuns(1);
  heap->CollectMinor();
  EXPECT_EQ(stack.settled, 1u);
}

}  // namespace
}  // namespace foxvm::gc
