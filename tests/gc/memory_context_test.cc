// The dispatcher: what goes where in each mode, limits, statistics, and random use of the compiler mode.
#include "gc/memory_context.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "gc/memory_tools.h"
#include "gtest/gtest.h"

namespace foxvm::gc {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

std::unique_ptr<MemoryContext> Make(const MemoryOptions& options) {
  auto context = MemoryContext::Create(options);
  EXPECT_TRUE(context.ok()) << context.status();
  return *std::move(context);
}

MemoryOptions Compiler() { return MemoryOptions::Preset(MemoryMode::kCompiler); }

TEST(MemoryContext, CompilerModeRoutesBySizeAndType) {
  auto context = Make(Compiler());
  ASSERT_NE(context->Allocate(64, 0), nullptr);
  EXPECT_GT(context->statistics().arena_bytes, 0u);
  EXPECT_EQ(context->statistics().pool_bytes, 0u);
  ASSERT_NE(context->Allocate(257, 5), nullptr);
  EXPECT_EQ(context->statistics().pool_bytes, 0u);
  void* pooled = context->Allocate(256, 5);
  ASSERT_NE(pooled, nullptr);
  EXPECT_GT(context->statistics().pool_bytes, 0u);
  // A typed small object may be used again at once.
  context->Free(pooled);
  EXPECT_EQ(context->Allocate(249, 9), pooled);
}

TEST(MemoryContext, CompilerObjectsHaveNoHeader) {
  if (RunningOnValgrind()) GTEST_SKIP() << "red zones take memory";
  auto context = Make(Compiler());
  size_t payload = 0;
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_NE(context->Allocate(32, 1), nullptr);
    ASSERT_NE(context->Allocate(40, 0), nullptr);
    payload += 72;
  }
  EXPECT_LE(context->statistics().live_bytes, payload + payload / 1000);
}

TEST(MemoryContext, OtherModesAllocateFromTheHeap) {
  for (MemoryMode mode : {MemoryMode::kRuntime, MemoryMode::kVm, MemoryMode::kServer}) {
    auto context = Make(MemoryOptions::Preset(mode));
    ASSERT_NE(context->heap(), nullptr);
    void* p = context->Allocate(24, 0);
    EXPECT_TRUE(context->heap()->Contains(p));
    EXPECT_EQ(context->Allocate(24, 3), nullptr) << "not registered";
    EXPECT_TRUE(context->RegisterType(3, {.name = "three", .bytes = 24, .pointer_offsets = {0}}).ok());
    EXPECT_NE(context->Allocate(24, 3), nullptr);
    context->Free(p);
    context->Reset();
    EXPECT_GT(context->statistics().heap_bytes, 0u);
    EXPECT_GE(context->statistics().live_bytes, 80u);
  }
}

TEST(MemoryContext, ArenaAndPoolShareOneLimit) {
  MemoryOptions options = Compiler();
  options.max_bytes = 4 * kMiB;
  auto context = Make(options);
  std::mt19937 random(1);
  for (int round = 0; round < 5; ++round) {
    size_t bytes = 0;
    while (true) {
      const size_t type = random() % 2;
      const size_t size = 1 + random() % 500;
      void* p = context->Allocate(size, type);
      if (p == nullptr) break;
      std::memset(p, 1, size);
      bytes += size;
    }
    EXPECT_GT(bytes, 2 * kMiB);
    EXPECT_LE(context->statistics().held_bytes, 4 * kMiB);
    EXPECT_LE(context->statistics().peak_held_bytes, 4 * kMiB);
    context->Reset();
    EXPECT_EQ(context->statistics().live_bytes, 0u);
  }
}

// What one of the two keeps for reuse does not stand in the other's way.
TEST(MemoryContext, MemoryMovesBetweenArenaAndPool) {
  MemoryOptions options = Compiler();
  options.max_bytes = kMiB;
  auto context = Make(options);
  for (int round = 0; round < 4; ++round) {
    const size_t type = static_cast<size_t>(round % 2);
    size_t bytes = 0;
    while (context->Allocate(128, type) != nullptr) bytes += 128;
    EXPECT_GT(bytes, kMiB / 2) << round;
    context->Reset();
  }
}

TEST(MemoryContext, StatisticsAddUp) {
  MemoryOptions options = Compiler();
  options.count_types = true;
  auto context = Make(options);
  ASSERT_TRUE(context->RegisterType(2, {.name = "two"}).ok());
  std::vector<void*> objects;
  for (int i = 0; i < 100; ++i) objects.push_back(context->Allocate(48, 2));
  for (int i = 0; i < 40; ++i) context->Free(objects[static_cast<size_t>(i)]);
  MemoryStatistics statistics = context->statistics();
  EXPECT_EQ(statistics.allocated_bytes, 100u * 48);
  EXPECT_EQ(statistics.freed_bytes, 40u * 48);
  EXPECT_EQ(statistics.live_bytes, 60u * 48);
  ASSERT_NE(context->AllocateZeroed(1000, 0), nullptr);
  statistics = context->statistics();
  const uint64_t in_arena = statistics.live_bytes - 60u * 48;
  EXPECT_TRUE(in_arena >= 1000 && in_arena < 1100) << in_arena;
  EXPECT_EQ(statistics.held_bytes, statistics.arena_bytes + statistics.pool_bytes);
  ASSERT_EQ(statistics.types.size(), 2u);
  EXPECT_EQ(statistics.types[0].objects, 1u);
  EXPECT_EQ(statistics.types[1].name, "two");
  EXPECT_EQ(statistics.types[1].objects, 100u);
  context->Reset();
  statistics = context->statistics();
  EXPECT_EQ(statistics.live_bytes, 0u);
  EXPECT_EQ(statistics.freed_bytes, 100u * 48 + in_arena);
  EXPECT_EQ(statistics.allocated_bytes, statistics.freed_bytes);
}

TEST(MemoryContext, HeapStatisticsCountCollections) {
  MemoryOptions options = MemoryOptions::Preset(MemoryMode::kRuntime);
  options.young_bytes = 64 << 10;
  options.count_types = true;
  auto context = Make(options);
  for (int i = 0; i < 10'000; ++i) ASSERT_NE(context->Allocate(100, 0), nullptr);
  context->heap()->CollectMajor();
  const MemoryStatistics statistics = context->statistics();
  EXPECT_GT(statistics.minor_collections, 5u);
  EXPECT_EQ(statistics.major_collections, 1u);
  EXPECT_EQ(statistics.allocated_bytes, 10'000u * 128);
  EXPECT_EQ(statistics.live_bytes, 0u);
  EXPECT_EQ(statistics.freed_bytes, statistics.allocated_bytes);
  EXPECT_GE(statistics.peak_held_bytes, statistics.held_bytes);
  ASSERT_EQ(statistics.types.size(), 1u);
  EXPECT_EQ(statistics.types[0].objects, 10'000u);
}

TEST(MemoryContext, BadRequestsAreNull) {
  for (MemoryMode mode : {MemoryMode::kCompiler, MemoryMode::kRuntime}) {
    auto context = Make(MemoryOptions::Preset(mode));
    EXPECT_EQ(context->Allocate(SIZE_MAX, 0), nullptr);
    EXPECT_EQ(context->Allocate(SIZE_MAX - 100, 0), nullptr);
    EXPECT_EQ(context->Allocate(8, MemoryContext::kTypes), nullptr);
    EXPECT_EQ(context->AllocateZeroed(8, SIZE_MAX), nullptr);
    EXPECT_EQ(context->AllocateZeroed(SIZE_MAX, 0), nullptr);
    EXPECT_FALSE(context->RegisterType(MemoryContext::kTypes, {.name = "too many"}).ok());
    EXPECT_NE(context->Allocate(0, 0), nullptr);
    context->Free(nullptr);
  }
  MemoryOptions bad = Compiler();
  bad.max_bytes = 1;
  EXPECT_EQ(MemoryContext::Create(bad).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(MemoryContextDeathTest, DebugModeFindsForeignPointersAndDoubleFrees) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  MemoryOptions options = Compiler();
  options.debug = true;
  auto context = Make(options);
  int local = 0;
  EXPECT_DEATH(context->Free(&local), "not of this context");
  void* p = context->Allocate(32, 1);
  ASSERT_NE(context->Allocate(32, 1), nullptr);  // so that the block stays
  context->Free(p);
  EXPECT_DEATH(context->Free(p), "double free");
  context->Free(context->Allocate(32, 0));  // of the arena: nothing happens
  void* alone = context->Allocate(200, 1);
  context->Free(alone);  // its block goes with it
  EXPECT_DEATH(context->Free(alone), "free of a foreign pointer");
}

// FOXVM_MEMORY_OPERATIONS in the environment: how many operations.
int64_t Operations() {
  const char* text = std::getenv("FOXVM_MEMORY_OPERATIONS");
  return text == nullptr ? 200'000 : std::atoll(text);
}

// Objects keep their contents while others are allocated, freed and reset around them.
TEST(MemoryContext, RandomUseKeepsContents) {
  for (bool debug : {false, true}) {
    MemoryOptions options = Compiler();
    options.max_bytes = 4 * kMiB;
    options.debug = debug;
    auto context = Make(options);
    struct Object {
      unsigned char* bytes;
      size_t size;
      unsigned char fill;
    };
    std::vector<Object> objects;
    std::mt19937 random(debug ? 1 : 2);
    for (int64_t step = 0; step < Operations(); ++step) {
      const uint32_t choice = random() % 1000;
      if (choice == 0) {
        context->Reset();
        objects.clear();
      } else if (choice < 600) {
        const size_t size = 1 + random() % (choice < 20 ? 5000 : 300);
        auto* bytes = static_cast<unsigned char*>(context->Allocate(size, random() % 3));
        if (bytes == nullptr) continue;
        const auto fill = static_cast<unsigned char>(step);
        std::memset(bytes, fill, size);
        objects.push_back({bytes, size, fill});
      } else if (!objects.empty()) {
        Object& object = objects[random() % objects.size()];
        for (size_t i = 0; i < object.size; ++i) ASSERT_EQ(object.bytes[i], object.fill);
        context->Free(object.bytes);
        object = objects.back();
        objects.pop_back();
      }
    }
  }
}

}  // namespace
}  // namespace foxvm::gc
