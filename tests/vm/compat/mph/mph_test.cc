// The older runtime's memory calls, under programs in the style of its compiler's output that collect
// thousands of times, with the heap's own checks on.
#include "vm/compat/mph/mph.h"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "tests/vm/compat/mph/generated_style.h"

namespace {

MorphTypeInfo raw_type = {"raw", 0, 0, nullptr, nullptr};

class MphTest : public testing::Test {
 protected:
  void SetUp() override {
    stats_path_ = testing::TempDir() + "/mph_test_statistics.json";
    setenv("MORPH_MEM_DEBUG", "1", 1);
    setenv("MORPH_MEM_STATS", stats_path_.c_str(), 1);
    program_growth_bytes = 400;
    std::memset(&context_, 0xA5, sizeof(context_));
    mph_init_memory(&context_);
  }
  void TearDown() override { End(); }

  // Destroys the context, and returns the statistics that this writes.
  std::string End() {
    if (context_.memory == nullptr) return "";
    mph_destroy_memory(&context_);
    std::ifstream file(stats_path_);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  static int Number(const std::string& json, const std::string& key) {
    size_t at = json.find("\"" + key + "\": ");
    return at == std::string::npos ? -1 : std::atoi(json.c_str() + at + key.size() + 4);
  }

  MorphContext context_;
  std::string stats_path_;
};

TEST_F(MphTest, ContextHasTheOlderRuntimesLayout) {
  EXPECT_EQ(sizeof(MorphContext), 192u);
  EXPECT_EQ(offsetof(MorphContext, allocated_bytes), 8u);
  EXPECT_EQ(offsetof(MorphContext, next_gc_threshold), 16u);
  EXPECT_EQ(sizeof(MorphTypeInfo), 40u);
  EXPECT_EQ(offsetof(MorphTypeInfo, mark_fn), 32u);
}

TEST_F(MphTest, CyclesWithRootsLeftBehind) {
  EXPECT_EQ(run_cycles(&context_, 2000), 0);
  EXPECT_GT(Number(End(), "collections"), 2000);
}

TEST_F(MphTest, StringsWithoutRoots) {
  EXPECT_EQ(run_strings(&context_, 5000), 0);
  EXPECT_GT(Number(End(), "collections"), 2000);
}

TEST_F(MphTest, ArraysTracedByTheirMarkFunction) {
  EXPECT_EQ(run_arrays(&context_, 100), 0);
  EXPECT_GT(Number(End(), "collections"), 2000);
}

TEST_F(MphTest, InteriorPointers) {
  EXPECT_EQ(run_interior_pointers(&context_, 1000), 0);
  EXPECT_GT(Number(End(), "collections"), 2000);
}

TEST_F(MphTest, Globals) {
  EXPECT_EQ(run_globals(&context_, 30'000), 0);
  EXPECT_GT(Number(End(), "collections"), 2000);
}

TEST_F(MphTest, ObjectsWithoutAType) {
  EXPECT_EQ(run_errors(&context_, 2000), 0);
  EXPECT_GT(Number(End(), "collections"), 2000);
}

TEST_F(MphTest, ListsOfAnyDepth) {
  program_growth_bytes = 8 << 20;
  EXPECT_EQ(run_deep_list(&context_, 300'000), 0);
}

TEST_F(MphTest, ObjectsAreZeroAndAligned) {
  for (int round = 0; round < 3; ++round) {
    for (size_t size : {0, 1, 7, 8, 100, 4096, 9000, 300'000}) {
      auto* bytes = static_cast<unsigned char*>(mph_alloc(&context_, size, &raw_type));
      ASSERT_NE(bytes, nullptr);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(bytes) % 16, 0u);
      for (size_t i = 0; i < size; ++i) ASSERT_EQ(bytes[i], 0);
      std::memset(bytes, 0xFF, size);
    }
    mph_gc_collect(&context_);
  }
}

TEST_F(MphTest, GarbageIsCollectedByTheDefaultThreshold) {
  for (int i = 0; i < 2'000'000; ++i) ASSERT_NE(mph_alloc(&context_, 16, &raw_type), nullptr);
  EXPECT_LT(context_.allocated_bytes, size_t{8} << 20);
  EXPECT_LE(context_.next_gc_threshold, size_t{16} << 20);
  std::string statistics = End();
  EXPECT_GE(Number(statistics, "collections"), 4);
  EXPECT_LT(Number(statistics, "committed_bytes"), 16 << 20);
}

TEST_F(MphTest, RootsInOtherMemory) {
  std::vector<void*> slots(100);
  for (size_t i = 0; i < slots.size(); ++i) {
    mph_gc_push_root(&context_, &slots[i]);
    slots[i] = mph_alloc(&context_, 64, &raw_type);
    std::memset(slots[i], static_cast<int>(i), 64);
  }
  mph_gc_collect(&context_);
  size_t live = context_.allocated_bytes;
  EXPECT_GE(live, 100u * 64);
  for (size_t i = 0; i < slots.size(); ++i) EXPECT_EQ(*static_cast<unsigned char*>(slots[i]), i);
  mph_gc_pop_roots(&context_, 90);
  mph_gc_collect(&context_);
  EXPECT_LT(context_.allocated_bytes, live / 2);
  EXPECT_EQ(*static_cast<unsigned char*>(slots[9]), 9);
  mph_gc_pop_roots(&context_, 1000);
  mph_gc_pop_roots(&context_, -1);
  mph_gc_collect(&context_);
}

TEST_F(MphTest, NullAndDestroyedContextsAreRefused) {
  void* slot = nullptr;
  End();
  for (MorphContext* context : {&context_, static_cast<MorphContext*>(nullptr)}) {
    EXPECT_EQ(mph_alloc(context, 8, &raw_type), nullptr);
    mph_gc_push_root(context, &slot);
    mph_gc_pop_roots(context, 1);
    mph_gc_collect(context);
    mph_gc_mark(context, &slot);
    mph_destroy_memory(context);
  }
  mph_init_memory(nullptr);
}

TEST_F(MphTest, AContextCanBeInitialisedAgain) {
  run_cycles(&context_, 10);
  mph_init_memory(&context_);
  EXPECT_EQ(run_cycles(&context_, 10), 0);
}

TEST_F(MphTest, ContextsOfOneThreadShareObjects) {
  MorphContext other;
  mph_init_memory(&other);
  Node* cycle = make_cycle(&other, 10);
  EXPECT_EQ(run_cycles(&context_, 50), 0);
  mph_destroy_memory(&other);
  EXPECT_EQ(run_cycles(&context_, 50), 0);
  EXPECT_EQ(cycle->next->value, 1);
}

TEST_F(MphTest, OutOfMemoryEndsTheProcess) {
  EXPECT_EXIT(mph_alloc(&context_, SIZE_MAX, &raw_type), testing::ExitedWithCode(1), "morph: out of memory");
  EXPECT_EXIT(mph_alloc(&context_, size_t{1} << 45, nullptr), testing::ExitedWithCode(1),
              "morph: out of memory");
}

struct Work {
  Node* shared;
  std::atomic<int>* done;
  std::atomic<int>* failures;
};

TEST_F(MphTest, ThreadsShareObjectsAndCollectionsWaitForThem) {
  constexpr int kThreads = 4;
  std::atomic<int> done{0};
  std::atomic<int> failures{0};
  std::vector<Work> work(kThreads, Work{nullptr, &done, &failures});
  for (Work& each : work) {
    mph_gc_push_root(&context_, reinterpret_cast<void**>(&each.shared));
    each.shared = make_cycle(&context_, 20);
  }
  for (Work& each : work) {
    mph_thread_spawn(
        [](MorphContext* context, void* arg) {
          auto* mine = static_cast<Work*>(arg);
          // What this thread makes is reachable only from what the first thread made, and the reverse.
          Node* cycle = make_cycle(context, 20);
          mine->shared->next->next = cycle;
          if (run_cycles(context, 200) != 0 || run_strings(context, 200) != 0) ++*mine->failures;
          if (mine->shared->next->next->next->value != 1) ++*mine->failures;
          mine->shared = cycle;
          ++*mine->done;
          mine->done->notify_one();
        },
        &each);
  }
  EXPECT_EQ(run_arrays(&context_, 10), 0);
  for (int seen = done; seen < kThreads; seen = done) done.wait(seen);
  EXPECT_EQ(failures, 0);
  // The threads end by themselves; from then on there are collections again.
  size_t before = context_.allocated_bytes;
  while (context_.allocated_bytes >= before) {
    std::this_thread::yield();
    mph_gc_collect(&context_);
  }
  EXPECT_EQ(run_cycles(&context_, 50), 0);
}

}  // namespace
