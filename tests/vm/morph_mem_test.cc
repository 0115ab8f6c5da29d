// The C interface of the memory systems: every function, in every mode, good and bad arguments.
#include "vm/morph_mem.h"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "gtest/gtest.h"

namespace {

struct Pair {
  Pair* first;
  uint64_t number;
  Pair* second;
};
constexpr uint32_t kPair = 1;
constexpr uint32_t kPointers = 2;

void RegisterTypes(morph_context* context) {
  const size_t offsets[] = {offsetof(Pair, first), offsetof(Pair, second)};
  const morph_type pair = {"pair", sizeof(Pair), offsets, 2, 0};
  ASSERT_EQ(morph_register_type(context, kPair, &pair), 0) << morph_mem_error();
  const size_t zero = 0;
  const morph_type pointers = {"pointers", 8, &zero, 1, 1};
  ASSERT_EQ(morph_register_type(context, kPointers, &pointers), 0) << morph_mem_error();
}

std::string ReadText(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

// A balanced tree, built so that every intermediate result is rooted.
Pair* Build(morph_context* context, int depth, uint64_t* count) {
  void* pair = morph_alloc(context, sizeof(Pair), kPair);
  auto* fresh = static_cast<Pair*>(pair);
  *fresh = {nullptr, (*count)++, nullptr};
  if (depth == 0) return fresh;
  morph_gc_push_root(context, &pair);
  for (int side = 0; side < 2; ++side) {
    Pair* child = Build(context, depth - 1, count);
    auto* holder = static_cast<Pair*>(pair);
    morph_gc_store(context, reinterpret_cast<void**>(side == 0 ? &holder->first : &holder->second), child);
  }
  morph_gc_pop_roots(context, 1);
  return static_cast<Pair*>(pair);
}

uint64_t Sum(const Pair* pair) {
  return pair == nullptr ? 0 : pair->number + Sum(pair->first) + Sum(pair->second);
}

// The same program in every mode; where objects move, at every allocation.
TEST(MorphMem, OneProgramRunsInEveryMode) {
  for (morph_mem_config config : {MORPH_CONFIG_COMPILER_INIT, MORPH_CONFIG_RUNTIME_INIT, MORPH_CONFIG_VM_INIT,
                                  MORPH_CONFIG_SERVER_INIT, morph_detect_config()}) {
    for (uint64_t interval : {0, 1}) {
      if (config.mode != MORPH_MODE_COMPILER) config.stress_interval = interval;
      config.enable_debug = 1;
      morph_context* context = morph_mem_init(config);
      ASSERT_NE(context, nullptr) << morph_mem_error();
      RegisterTypes(context);
      uint64_t count = 0;
      void* tree = Build(context, 7, &count);
      morph_gc_push_root(context, &tree);
      const void* before = tree;
      for (int i = 0; i < 3; ++i) ASSERT_NE(morph_alloc(context, 100, 0), nullptr);
      morph_gc_collect(context);
      EXPECT_EQ(Sum(static_cast<Pair*>(tree)), count * (count - 1) / 2);
      if (config.stress_interval == 0 && config.mode != MORPH_MODE_COMPILER) {
        EXPECT_NE(tree, before) << "a collection moves what is young";
      }
      EXPECT_EQ(count, 255u);
      morph_gc_pop_roots(context, 1);
      morph_mem_destroy(context);
    }
  }
}

TEST(MorphMem, WhatNoRootHoldsIsCollected) {
  morph_context* context = morph_mem_init(MORPH_CONFIG_RUNTIME_INIT);
  RegisterTypes(context);
  uint64_t count = 0;
  Build(context, 9, &count);
  morph_gc_collect(context);
  const morph_mem_stats stats = morph_mem_get_stats(context);
  EXPECT_EQ(stats.current_live, 0u);
  EXPECT_EQ(stats.total_freed, stats.total_allocated);
  EXPECT_EQ(stats.gc_major_count, 1u);
  morph_mem_destroy(context);
}

TEST(MorphMem, CompilerModeFreesAndResets) {
  morph_context* context = morph_mem_init(MORPH_CONFIG_COMPILER_INIT);
  void* p = morph_alloc(context, 24, 7);
  morph_free(context, p);
  EXPECT_EQ(morph_alloc(context, 24, 7), p);
  for (int i = 0; i < 10'000; ++i)
    ASSERT_NE(morph_alloc(context, 100, static_cast<uint32_t>(i % 2)), nullptr);
  const uint64_t held = morph_mem_get_stats(context).held_bytes;
  for (int round = 0; round < 5; ++round) {
    morph_mem_reset(context);
    EXPECT_EQ(morph_mem_get_stats(context).current_live, 0u);
    for (int i = 0; i < 10'000; ++i)
      ASSERT_NE(morph_alloc(context, 100, static_cast<uint32_t>(i % 2)), nullptr);
  }
  EXPECT_EQ(morph_mem_get_stats(context).peak_held_bytes, held) << "memory is used again";
  morph_mem_destroy(context);
}

TEST(MorphMem, BadConfigurationsSayWhatIsWrong) {
  morph_mem_config config = MORPH_CONFIG_RUNTIME_INIT;
  config.young_bytes = 3;
  EXPECT_EQ(morph_mem_init(config), nullptr);
  EXPECT_NE(std::string(morph_mem_error()).find("young_bytes"), std::string::npos) << morph_mem_error();
  config = MORPH_CONFIG_COMPILER_INIT;
  config.max_chunk_bytes = 3000;
  EXPECT_EQ(morph_mem_init(config), nullptr);
  EXPECT_NE(std::string(morph_mem_error()).find("max_chunk_bytes"), std::string::npos) << morph_mem_error();
  config = MORPH_CONFIG_VM_INIT;
  config.promotion_age = UINT32_MAX;
  EXPECT_EQ(morph_mem_init(config), nullptr);
  config = MORPH_CONFIG_VM_INIT;
  config.growth_percent = 0;
  EXPECT_EQ(morph_mem_init(config), nullptr);
  for (morph_mode mode : {-1, 4, 256, INT32_MAX}) {
    EXPECT_EQ(morph_mem_init(morph_config_preset(mode)), nullptr) << mode;
  }
  config.mode = 9;
  EXPECT_EQ(morph_mem_init(config), nullptr);
  EXPECT_NE(std::string(morph_mem_error()).find("mode"), std::string::npos) << morph_mem_error();
}

TEST(MorphMem, BadArgumentsAreRefused) {
  EXPECT_EQ(morph_alloc(nullptr, 8, 0), nullptr);
  EXPECT_NE(std::string(morph_mem_error()), "");
  EXPECT_EQ(morph_alloc_zeroed(nullptr, 8, 0), nullptr);
  morph_free(nullptr, nullptr);
  morph_mem_reset(nullptr);
  morph_mem_destroy(nullptr);
  morph_gc_collect(nullptr);
  morph_gc_push_root(nullptr, nullptr);
  morph_gc_pop_roots(nullptr, 1);
  morph_gc_store(nullptr, nullptr, nullptr);
  EXPECT_EQ(morph_mem_get_stats(nullptr).held_bytes, 0u);
  morph_mem_print_stats(nullptr);
  EXPECT_NE(morph_mem_dump_stats(nullptr, "x"), 0);
  EXPECT_NE(morph_register_type(nullptr, 1, nullptr), 0);
  morph_context* context = morph_mem_init_auto();
  ASSERT_NE(context, nullptr);
  EXPECT_NE(morph_register_type(context, 1, nullptr), 0);
  const morph_type without_offsets = {"broken", 8, nullptr, 1, 0};
  EXPECT_NE(morph_register_type(context, 1, &without_offsets), 0);
  const morph_type nameless = {nullptr, 8, nullptr, 0, 0};
  EXPECT_EQ(morph_register_type(context, 1, &nameless), 0);
  EXPECT_NE(morph_register_type(context, MORPH_MAX_TYPE + 1, &nameless), 0);
  EXPECT_EQ(morph_alloc(context, 7, 1), nullptr);
  EXPECT_EQ(morph_alloc(context, 8, 55), nullptr);
  EXPECT_EQ(morph_alloc(context, SIZE_MAX, 0), nullptr);
  EXPECT_NE(std::string(morph_mem_error()).find("memory"), std::string::npos);
  morph_gc_push_root(context, nullptr);
  morph_gc_pop_roots(context, 1000);
  morph_gc_pop_roots(context, -1);
  morph_gc_collect(context);
  EXPECT_NE(morph_mem_dump_stats(context, nullptr), 0);
  EXPECT_NE(morph_mem_dump_stats(context, "/no/such/folder/file.json"), 0);
  EXPECT_NE(std::string(morph_mem_error()).find("/no/such/folder"), std::string::npos);
  morph_mem_destroy(context);
}

TEST(MorphMem, StatisticsAreWrittenAsJsonAndCsv) {
  morph_mem_config config = MORPH_CONFIG_COMPILER_INIT;
  config.enable_metrics = 1;
  morph_context* context = morph_mem_init(config);
  for (int i = 0; i < 3; ++i) morph_alloc(context, 64, 5);
  EXPECT_EQ(morph_mem_get_stats(context).objects_by_type[5], 3u);
  const std::string json = testing::TempDir() + "stats.json";
  ASSERT_EQ(morph_mem_dump_stats(context, json.c_str()), 0) << morph_mem_error();
  EXPECT_NE(ReadText(json).find("\"total_allocated\": 192,"), std::string::npos) << ReadText(json);
  EXPECT_NE(ReadText(json).find("\"objects_of_type_5\": 3\n}"), std::string::npos) << ReadText(json);
  const std::string csv = testing::TempDir() + "stats.csv";
  ASSERT_EQ(morph_mem_dump_stats(context, csv.c_str()), 0) << morph_mem_error();
  EXPECT_EQ(ReadText(csv).rfind("total_allocated,total_freed,", 0), 0u) << ReadText(csv);
  EXPECT_NE(ReadText(csv).find("\n192,0,192,"), std::string::npos) << ReadText(csv);
  testing::internal::CaptureStderr();
  morph_mem_print_stats(context);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("current_live     192\n"), std::string::npos);
  // The environment asks for the same at the end.
  const std::string at_end = testing::TempDir() + "at_end.json";
  setenv("MORPH_MEM_STATS", at_end.c_str(), 1);
  absl::Cleanup unset = [] { unsetenv("MORPH_MEM_STATS"); };
  morph_mem_destroy(context);
  EXPECT_EQ(ReadText(at_end), ReadText(json));
}

TEST(MorphMem, ArenasSaveRewindAndReset) {
  morph_arena* arena = morph_arena_allocator_new(0);
  ASSERT_NE(arena, nullptr) << morph_mem_error();
  EXPECT_EQ(morph_arena_used(arena), 0u);
  auto* first = static_cast<char*>(morph_arena_copy(arena, "first", 6));
  morph_arena_mark outer;
  morph_arena_save(arena, &outer);
  const size_t used = morph_arena_used(arena);
  void* inside = morph_arena_alloc(arena, 1000);
  morph_arena_mark inner;
  morph_arena_save(arena, &inner);
  ASSERT_NE(morph_arena_alloc(arena, size_t{10} << 20), nullptr);
  morph_arena_rewind(arena, &inner);
  EXPECT_LT(morph_arena_used(arena), size_t{1} << 20);
  morph_arena_rewind(arena, &outer);
  EXPECT_EQ(morph_arena_used(arena), used);
  EXPECT_EQ(morph_arena_alloc(arena, 1000), inside);
  EXPECT_STREQ(first, "first");
  void* aligned = morph_arena_alloc_aligned(arena, 100, 4096);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(aligned) % 4096, 0u);
  morph_arena_reset(arena);
  EXPECT_EQ(morph_arena_used(arena), 0u);
  EXPECT_GT(morph_arena_held(arena), 0u);
  morph_arena_trim(arena);
  EXPECT_EQ(morph_arena_held(arena), 0u);
  morph_arena_destroy(arena);
}

TEST(MorphMem, ArenasRefuseWhatTheyCannotDo) {
  EXPECT_EQ(morph_arena_allocator_new(3000), nullptr);
  EXPECT_NE(std::string(morph_mem_error()).find("chunk"), std::string::npos) << morph_mem_error();
  morph_arena* arena = morph_arena_allocator_new_limited(1024, 4096);
  ASSERT_NE(arena, nullptr);
  EXPECT_NE(morph_arena_alloc(arena, 0), nullptr);
  EXPECT_EQ(morph_arena_alloc(arena, SIZE_MAX), nullptr);
  EXPECT_EQ(morph_arena_alloc(arena, 5000), nullptr);
  EXPECT_EQ(morph_arena_alloc_aligned(arena, 8, 3), nullptr);
  EXPECT_EQ(morph_arena_alloc_aligned(arena, 8, 0), nullptr);
  EXPECT_EQ(morph_arena_copy(arena, nullptr, 5), nullptr);
  EXPECT_NE(morph_arena_copy(arena, nullptr, 0), nullptr);
  size_t bytes = 0;
  while (morph_arena_alloc(arena, 16) != nullptr) bytes += 16;
  EXPECT_GT(bytes, 1500u);  // red zones, under valgrind, take half
  EXPECT_LE(morph_arena_held(arena), 4096u);
  morph_arena_rewind(arena, nullptr);
  morph_arena_save(arena, nullptr);
  morph_arena_destroy(arena);
  morph_arena_destroy(nullptr);
  EXPECT_EQ(morph_arena_alloc(nullptr, 8), nullptr);
  EXPECT_EQ(morph_arena_alloc_aligned(nullptr, 8, 8), nullptr);
  EXPECT_EQ(morph_arena_copy(nullptr, "x", 1), nullptr);
  EXPECT_EQ(morph_arena_used(nullptr) + morph_arena_held(nullptr), 0u);
  morph_arena_reset(nullptr);
  morph_arena_trim(nullptr);
}

TEST(MorphMem, PoolsReuseWhatIsFreed) {
  morph_pool* pool = morph_pool_new(40);
  ASSERT_NE(pool, nullptr) << morph_mem_error();
  void* p = morph_pool_alloc(pool);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(p) % 16, 0u);
  EXPECT_EQ(morph_pool_used(pool), 48u);
  morph_pool_free(pool, p);
  EXPECT_EQ(morph_pool_alloc(pool), p);
  std::vector<void*> objects;
  for (int i = 0; i < 100'000; ++i) objects.push_back(morph_pool_alloc(pool));
  const size_t held = morph_pool_held(pool);
  EXPECT_GE(held, size_t{100'000} * 48);
  for (void* object : objects) morph_pool_free(pool, object);
  morph_pool_free(pool, nullptr);
  morph_pool_trim(pool);
  EXPECT_LT(morph_pool_held(pool), held / 10);
  morph_pool_destroy(pool);
  morph_pool_destroy(nullptr);
  EXPECT_EQ(morph_pool_new(0), nullptr);
  EXPECT_EQ(morph_pool_new(4097), nullptr);
  EXPECT_NE(std::string(morph_mem_error()).find("4096"), std::string::npos);
  EXPECT_EQ(morph_pool_alloc(nullptr), nullptr);
  morph_pool_free(nullptr, nullptr);
  EXPECT_EQ(morph_pool_used(nullptr) + morph_pool_held(nullptr), 0u);
}

TEST(MorphMem, GenerationalHeapsStandAlone) {
  morph_gen_heap* heap = morph_gen_heap_new(size_t{2} << 20, size_t{32} << 20);
  ASSERT_NE(heap, nullptr) << morph_mem_error();
  const size_t offset = offsetof(Pair, first);
  const morph_type type = {"pair", sizeof(Pair), &offset, 1, 0};
  ASSERT_EQ(morph_gen_heap_register_type(heap, kPair, &type), 0) << morph_mem_error();
  EXPECT_NE(morph_gen_heap_register_type(heap, kPair, &type), 0);
  void* root = morph_gen_heap_alloc(heap, sizeof(Pair), kPair);
  morph_gen_heap_push_root(heap, &root);
  for (int i = 0; i < 4; ++i) morph_gen_heap_gc_minor(heap);
  // Old by now: what it holds must be seen by minor collections.
  for (uint64_t i = 0; i < 1000; ++i) {
    auto* fresh = static_cast<Pair*>(morph_gen_heap_alloc(heap, sizeof(Pair), kPair));
    fresh->number = i;
    fresh->first = static_cast<Pair*>(root)->first;
    if (i % 2 == 0) {
      morph_gen_heap_store(heap, reinterpret_cast<void**>(&static_cast<Pair*>(root)->first), fresh);
    } else {
      static_cast<Pair*>(root)->first = fresh;
      morph_gen_heap_write_barrier(heap, root, fresh);
    }
    if (i % 10 == 0) morph_gen_heap_gc_minor(heap);
  }
  morph_gen_heap_gc_major(heap);
  uint64_t expected = 1000;
  for (Pair* pair = static_cast<Pair*>(root)->first; pair != nullptr; pair = pair->first) {
    ASSERT_EQ(pair->number, --expected);
  }
  EXPECT_EQ(expected, 0u);
  morph_gen_heap_pop_roots(heap, 1);
  morph_gen_heap_destroy(heap);
  morph_gen_heap_destroy(nullptr);
  EXPECT_EQ(morph_gen_heap_new(1, 1), nullptr);
  EXPECT_EQ(morph_gen_heap_new(SIZE_MAX, SIZE_MAX), nullptr);
  EXPECT_EQ(morph_gen_heap_alloc(nullptr, 8, 0), nullptr);
  EXPECT_NE(morph_gen_heap_register_type(nullptr, 1, &type), 0);
}

class MorphMemDeathTest : public testing::Test {
 protected:
  void SetUp() override {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    setenv("MORPH_MEM_DEBUG", "1", 1);
  }
  void TearDown() override { unsetenv("MORPH_MEM_DEBUG"); }
};

TEST_F(MorphMemDeathTest, UseAfterDestroyIsReported) {
  morph_context* context = morph_mem_init(MORPH_CONFIG_COMPILER_INIT);
  morph_mem_destroy(context);
  EXPECT_DEATH(morph_alloc(context, 8, 0), "was destroyed");
  EXPECT_DEATH(morph_mem_destroy(context), "was destroyed");
  morph_arena* arena = morph_arena_allocator_new(0);
  morph_arena_destroy(arena);
  EXPECT_DEATH(morph_arena_alloc(arena, 8), "was destroyed");
  morph_pool* pool = morph_pool_new(16);
  morph_pool_destroy(pool);
  EXPECT_DEATH(morph_pool_alloc(pool), "was destroyed");
  morph_gen_heap* heap = morph_gen_heap_new(size_t{1} << 20, size_t{8} << 20);
  morph_gen_heap_destroy(heap);
  EXPECT_DEATH(morph_gen_heap_alloc(heap, 8, 0), "was destroyed");
}

TEST_F(MorphMemDeathTest, WrongFreesAreReported) {
  morph_context* context = morph_mem_init(MORPH_CONFIG_COMPILER_INIT);
  void* p = morph_alloc(context, 32, 1);
  ASSERT_NE(morph_alloc(context, 32, 1), nullptr);
  morph_free(context, p);
  EXPECT_DEATH(morph_free(context, p), "double free");
  int local = 0;
  EXPECT_DEATH(morph_free(context, &local), "not of this context");
  morph_mem_destroy(context);
  context = morph_mem_init(MORPH_CONFIG_RUNTIME_INIT);
  EXPECT_DEATH(morph_free(context, &local), "not of this context");
  morph_mem_destroy(context);
  morph_pool* pool = morph_pool_new(64);
  EXPECT_DEATH(morph_pool_free(pool, &local), "foreign pointer");
  morph_pool_destroy(pool);
}

// Not with AddressSanitizer, which reports the write itself.
#ifndef ABSL_HAVE_ADDRESS_SANITIZER
TEST_F(MorphMemDeathTest, WritesPastTheEndAreReported) {
  morph_arena* arena = morph_arena_allocator_new(0);
  auto* bytes = static_cast<volatile char*>(morph_arena_alloc(arena, 24));
  bytes[24] = 1;
  EXPECT_DEATH(morph_arena_reset(arena), "past their end");
  bytes[24] = static_cast<char>(0xFB);
  morph_arena_destroy(arena);
}
#endif

TEST_F(MorphMemDeathTest, PointersThatAreNotWhatTheirTypeSaysAreReported) {
  morph_context* context = morph_mem_init(MORPH_CONFIG_RUNTIME_INIT);
  RegisterTypes(context);
  auto* pair = static_cast<Pair*>(morph_alloc(context, sizeof(Pair), kPair));
  void* root = pair;
  morph_gc_push_root(context, &root);
  pair->first = reinterpret_cast<Pair*>(&pair->number);
  EXPECT_DEATH(morph_gc_collect(context), "");
  pair->first = nullptr;
  morph_mem_destroy(context);
}

TEST_F(MorphMemDeathTest, ContextsAreLogged) {
  testing::internal::CaptureStderr();
  morph_context* context = morph_mem_init(MORPH_CONFIG_SERVER_INIT);
  EXPECT_EQ(morph_alloc(context, 8, 5), nullptr);
  morph_gc_collect(context);
  morph_mem_destroy(context);
  context = morph_mem_init(MORPH_CONFIG_COMPILER_INIT);
  morph_mem_reset(context);
  morph_mem_destroy(context);
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("mode server, at most 1073741824 bytes"), std::string::npos) << log;
  for (const char* line :
       {": no 8 bytes of type 5\n", ": collected, 0 bytes live\n", ": reset\n", ": destroyed\n"}) {
    EXPECT_NE(log.find(line), std::string::npos) << log;
  }
}

}  // namespace
