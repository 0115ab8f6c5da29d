// What a heap tells of its contents: the walk, the census, allocation sites and the dump.
#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "gc/allocation_site.h"
#include "gc/fault_injection.h"
#include "gc/heap_census.h"
#include "gc/heap_dump.h"
#include "gc/persistent_handle.h"
#include "gmock/gmock.h"
#include "tests/gc/fake_roots.h"

namespace foxvm::gc {
namespace {

using ::testing::HasSubstr;

class HeapInspectionTest : public HeapTest, public testing::WithParamInterface<MajorMode> {
 protected:
  void StartMode(HeapOptions options) {
    options.major_mode = GetParam();
    options.max_bytes = size_t{64} << 20;
    options.verify = true;
    Start(options);
  }
  std::vector<ObjectHeader*> Walk() {
    std::vector<ObjectHeader*> objects;
    heap->ForEachObject([&](ObjectHeader* object) { objects.push_back(object); });
    return objects;
  }
  std::string Dump() {
    std::string text;
    EXPECT_TRUE(DumpHeap(*heap, [&](absl::string_view piece) {
      text += std::string(piece);
      return true;
    }));
    return text;
  }
  // Every object reachable from the roots, by a walk of this test's own over the dump's lines.
  static std::set<std::string> ReachableIn(const std::string& dump) {
    std::map<std::string, std::vector<std::string>> references;
    std::vector<std::string> pending;
    std::istringstream lines(dump);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string kind, word;
      words >> kind >> word;
      if (kind == "root") {
        words >> word;
        pending.push_back(word);
      }
      if (kind != "object") continue;
      std::vector<std::string>& targets = references[word];
      for (std::string slot; words >> slot;) {
        if (slot[0] == '+') targets.push_back(slot.substr(slot.find('@')));
      }
    }
    std::set<std::string> seen;
    while (!pending.empty()) {
      const std::string next = pending.back();
      pending.pop_back();
      if (!seen.insert(next).second) continue;
      EXPECT_EQ(references.count(next), 1u) << next << " has no line";
      for (const std::string& target : references[next]) pending.push_back(target);
    }
    EXPECT_EQ(seen.size(), references.size()) << "after a full collection all that is listed is reachable";
    return seen;
  }
};

TEST_P(HeapInspectionTest, TheWalkFindsEachObjectOnce) {
  StartMode({});
  std::set<ObjectHeader*> expected;
  for (int i = 0; i < 300; ++i) Root(NewArray(1 + i % 20));
  for (int i = 0; i < 3; ++i) Root(NewArray(2000));
  Promote();
  for (int i = 0; i < 100; ++i) Root(NewBlob(32));
  ObjectHeader* pinned = AllocatePinned(mutator(), kArray, 64, 0);
  Root(pinned);
  heap->CollectMinor();
  Root(NewBlob(48));
  for (const Value& root : roots.values) expected.insert(root.object());
  const std::vector<ObjectHeader*> found = Walk();
  EXPECT_EQ(found.size(), 405u);
  EXPECT_EQ(std::set<ObjectHeader*>(found.begin(), found.end()), expected);
}

TEST_P(HeapInspectionTest, TheDeadOfUnsweptBlocksAreLeftOut) {
  StartMode({});
  for (int i = 0; i < 4000; ++i) Root(NewArray(6));
  Promote();
  std::deque<Value> kept;
  for (size_t i = 0; i < roots.values.size(); i += 7) kept.push_back(roots.values[i]);
  roots.values = kept;
  heap->CollectMajor();
  EXPECT_EQ(Walk().size(), kept.size());
  // Sweeping block by block changes nothing.
  for (int i = 0; i < 5; ++i) {
    heap->CollectMinor();
    EXPECT_EQ(Walk().size(), kept.size());
  }
}

TEST_P(HeapInspectionTest, WhileAMarkingRunsAllIsFound) {
  StartMode({});
  for (int i = 0; i < 4000; ++i) Root(NewArray(6));
  Promote();
  heap->BeginMajor();
  EXPECT_EQ(Walk().size(), 4000u);
  heap->AdvanceMajor();
  EXPECT_EQ(Walk().size(), 4000u);
}

TEST_P(HeapInspectionTest, TheCensusCountsByTypeAndAge) {
  StartMode({});
  for (int i = 0; i < 5; ++i) Root(NewArray(2));
  Root(NewArray(2000));
  Promote();
  for (int i = 0; i < 7; ++i) Root(NewBlob(48));
  const HeapCensus census = TakeCensus(*heap);
  EXPECT_EQ(census.types[kArray].old.objects, 5u);
  EXPECT_EQ(census.types[kArray].old.bytes, 5u * 32);
  EXPECT_EQ(census.types[kArray].large.objects, 1u);
  EXPECT_EQ(census.types[kArray].large.bytes, 16u + 16000);
  EXPECT_EQ(census.types[kBlob].young.objects, 7u);
  EXPECT_EQ(census.types[kBlob].young.bytes, 7u * 48);
  EXPECT_EQ(census.types[kPair].all().objects, 0u);
  EXPECT_TRUE(census.sites.empty());
  const std::string text = CensusText(*heap, census);
  EXPECT_LT(text.find("array "), text.find("blob "));  // more bytes first
  EXPECT_THAT(text, HasSubstr("all                          13        16512"));
}

TEST_P(HeapInspectionTest, SitesFollowObjectsThroughAllMoves) {
  StartMode({.compact_bytes = size_t{16} << 20, .record_sites = true});
  {
    AllocationSite site(*heap, "first");
    for (int i = 0; i < 2000; ++i) Root(NewArray(2));
    AllocationSite inner(*heap, "second");
    for (int i = 0; i < 2000; ++i) Root(NewBlob(64));
    Root(NewArray(3000));
  }
  Root(NewBlob(16));
  const auto check = [&] {
    for (size_t i = 0; i < roots.values.size(); ++i) {
      ObjectHeader* object = roots.values[i].object();
      const std::string expected = object->type() == kArray && object->small_size() != 0 ? "first"
                                   : heap->SizeOf(object) == 16                          ? "unknown"
                                                                                         : "second";
      ASSERT_EQ(heap->SiteName(heap->SiteOf(object)), expected);
    }
  };
  check();
  // A hashed object grows when it moves.
  for (size_t i = 0; i < roots.values.size(); i += 3) heap->IdentityHash(roots.values[i].object());
  heap->CollectMinor();
  check();
  Promote();
  check();
  std::deque<Value> kept;
  for (size_t i = 0; i < roots.values.size(); ++i) {
    if (i % 9 == 0 || i + 1 == roots.values.size()) kept.push_back(roots.values[i]);
  }
  roots.values = kept;
  ObjectHeader* before = roots.values[3].object();
  heap->Compact();
  EXPECT_GE(heap->statistics().compacted_blocks, 1u);
  EXPECT_TRUE(std::any_of(roots.values.begin(), roots.values.end(),
                          [&](const Value& v) { return v.object() != before; }));
  check();
  const HeapCensus census = TakeCensus(*heap);
  EXPECT_EQ(census.sites.size(), 3u);
  EXPECT_THAT(CensusText(*heap, census), HasSubstr("second"));
}

TEST_P(HeapInspectionTest, SitesUnderStressAndOfPinnedAndFinalizableObjects) {
  StartMode({.promotion_age = 3, .stress_interval = 1, .record_sites = true});
  AllocationSite site(*heap, "all of it");
  for (int i = 0; i < 200; ++i) {
    Root(NewArray(2));
    Root(AllocatePinned(mutator(), kArray, 32, 0));
    Root(NewFinalized(1));
  }
  for (const Value& root : roots.values) ASSERT_EQ(heap->SiteName(heap->SiteOf(root.object())), "all of it");
}

class CountingSource : public SiteSource {
 public:
  uint32_t CurrentSite() override { return ++asked; }
  std::string SiteName(uint32_t site) const override { return "place " + std::to_string(site); }
  uint32_t asked = 0;
};

TEST_P(HeapInspectionTest, ASourceIsAskedOncePerObjectAndAScopeGoesBeforeIt) {
  StartMode({.record_sites = true});
  CountingSource source;
  heap->SetSiteSource(&source);
  for (int i = 1; i <= 20; ++i)
    EXPECT_EQ(heap->SiteName(heap->SiteOf(NewBlob(32))), "place " + std::to_string(i));
  {
    AllocationSite site(*heap, "scope");
    EXPECT_EQ(heap->SiteName(heap->SiteOf(NewBlob(32))), "scope");
  }
  EXPECT_EQ(source.asked, 20u);
  heap->SetSiteSource(nullptr);
  EXPECT_EQ(heap->SiteOf(NewBlob(32)), 0u);
}

TEST_P(HeapInspectionTest, TheVerifierNamesTheSites) {
  StartMode({.record_sites = true});
  Value* holder;
  {
    AllocationSite site(*heap, "the list");
    holder = OldArray(2);
  }
  AllocationSite site(*heap, "the entry");
  heap->faults().Set(Fault::kSkipCardMark, true);
  Store(holder->object(), 0, NewArray(2));
  EXPECT_DEATH(heap->CollectMinor(), "array from the list\\) -> 0x[0-9a-f]* from the entry");
}

TEST_P(HeapInspectionTest, WithoutSitesNothingIsRecordedAndTheFastPathStaysOpen) {
  StartMode({});
  {
    AllocationSite site(*heap, "none");
    Value* root = Root(NewBlob(32));
    EXPECT_EQ(heap->SiteOf(root->object()), 0u);
  }
  EXPECT_GE(mutator().limit, mutator().cursor);
  StartMode({.record_sites = true});
  NewBlob(32);
  EXPECT_LT(mutator().limit, mutator().cursor);
}

TEST_P(HeapInspectionTest, TheDumpIsTheGraph) {
  StartMode({.record_sites = true});
  PersistentHandle persistent(*heap, Value::FromObject(NewArray(2)));
  Value* tree = Root(NewArray(40));
  for (int i = 0; i < 40; ++i) {
    ObjectHeader* child = NewArray(2, i % 2 == 0 ? kArray : kCustomArray);
    Store(tree->object(), i, child);
    AllocationSite site(*heap, "leaf\nof a tree");
    Store(tree->object()->slots()[i].object(), 0, NewBlob(32));
  }
  roots.payloads.push_back(NewArray(1500, kRawArray)->payload());
  NewBlob(64);  // dead
  heap->CollectMajor();
  const std::string dump = Dump();
  EXPECT_EQ(ReachableIn(dump).size(), 1u + 1 + 80 + 1);
  EXPECT_THAT(dump, testing::StartsWith("foxvm-heap-dump 1\n"));
  EXPECT_THAT(dump, HasSubstr("root persistent @"));
  EXPECT_THAT(dump, HasSubstr("root host @"));
  EXPECT_THAT(dump, HasSubstr(" raw_array bytes=12016 age=large"));
  EXPECT_THAT(dump, testing::ContainsRegex("\nsite [0-9]* leaf of a tree\n"));
  EXPECT_THAT(dump, testing::ContainsRegex("\nend objects=83 bytes=[0-9]*\n$"));
  EXPECT_THAT(dump, testing::ContainsRegex("blob bytes=32 age=[1-9]* site=[0-9]*\n"));
}

TEST_P(HeapInspectionTest, TheDumpEndsWhenItCannotBeWritten) {
  StartMode({});
  for (int i = 0; i < 20'000; ++i) Root(NewArray(6));
  int pieces = 0;
  EXPECT_FALSE(DumpHeap(*heap, [&](absl::string_view) { return ++pieces < 3; }));
  EXPECT_EQ(pieces, 3);
}

TEST_P(HeapInspectionTest, TheDumpComesInSmallPieces) {
  StartMode({});
  Root(NewArray(400'000));
  ObjectHeader* target = NewBlob(16);
  for (int i = 0; i < 400'000; ++i) roots.values[0].object()->slots()[i] = Value::FromObject(target);
  heap->CollectMajor();
  size_t bytes = 0;
  size_t largest = 0;
  EXPECT_TRUE(DumpHeap(*heap, [&](absl::string_view piece) {
    bytes += piece.size();
    largest = std::max(largest, piece.size());
    return true;
  }));
  EXPECT_GE(bytes, 4'000'000u);
  EXPECT_LE(largest, 70'000u);
}

INSTANTIATE_TEST_SUITE_P(Modes, HeapInspectionTest,
                         testing::Values(MajorMode::kStopTheWorld, MajorMode::kIncremental,
                                         MajorMode::kConcurrent),
                         NameOfMode);

}  // namespace
}  // namespace foxvm::gc
