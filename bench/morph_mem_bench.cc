// What the C interface costs: an allocation through a call of it, from an arena and from a context in its
// modes, and what counting objects by type adds.
#include <x86intrin.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/base/optimization.h"
#include "benchmark/benchmark.h"
#include "gc/check.h"
#include "vm/morph_mem.h"

namespace {

constexpr size_t kObjectBytes = 32;
constexpr int kBatch = 1024;  // 32 KiB: stays in the first-level cache

void ReportTicks(benchmark::State& state, uint64_t ticks) {
  state.counters["ticks"] = static_cast<double>(ticks) / (static_cast<double>(state.iterations()) * kBatch);
}

// The least that any function can do which allocates by moving a pointer in memory: what a call of it takes is the
// machine's own, for each call waits for the store of the one before.
struct Bump {
  uintptr_t cursor;
  uintptr_t limit;
};
ABSL_ATTRIBUTE_NOINLINE void* BareCall(Bump* bump, size_t bytes) {
  const uintptr_t start = bump->cursor;
  if (ABSL_PREDICT_FALSE(bytes > bump->limit - start)) return nullptr;
  bump->cursor = start + ((bytes + 7) & ~uintptr_t{7});
  return reinterpret_cast<void*>(start);
}

void BM_BareCall(benchmark::State& state) {
  std::vector<char> memory(kBatch * kObjectBytes);
  const auto begin = reinterpret_cast<uintptr_t>(memory.data());
  Bump bump;
  benchmark::DoNotOptimize(&bump);
  size_t bytes = kObjectBytes;
  benchmark::DoNotOptimize(bytes);  // or there is a copy of the function for this size alone
  uint64_t ticks = 0;
  for (auto _ : state) {
    bump = {begin, begin + memory.size()};
    const uint64_t before = __rdtsc();
    for (int i = 0; i < kBatch; ++i) benchmark::DoNotOptimize(BareCall(&bump, bytes));
    ticks += __rdtsc() - before;
  }
  ReportTicks(state, ticks);
}
BENCHMARK(BM_BareCall)->Name("bare/call");

void BM_Arena(benchmark::State& state) {
  morph_arena* arena = morph_arena_allocator_new(0);
  morph_arena_mark start;
  morph_arena_alloc(arena, kBatch * kObjectBytes);  // the chunk that the batch then uses is there
  morph_arena_reset(arena);
  morph_arena_alloc(arena, 8);
  morph_arena_save(arena, &start);
  uint64_t ticks = 0;
  for (auto _ : state) {
    morph_arena_rewind(arena, &start);
    const uint64_t before = __rdtsc();
    for (int i = 0; i < kBatch; ++i) benchmark::DoNotOptimize(morph_arena_alloc(arena, kObjectBytes));
    ticks += __rdtsc() - before;
  }
  ReportTicks(state, ticks);
  morph_arena_destroy(arena);
}
BENCHMARK(BM_Arena)->Name("c/arena_alloc");

// Type 1 comes from the pool, type 0 from the arena.
template <uint32_t kType>
void BM_Compiler(benchmark::State& state) {
  morph_context* context = morph_mem_init(MORPH_CONFIG_COMPILER_INIT);
  FOXVM_CHECK(context != nullptr);
  void* objects[kBatch];
  uint64_t ticks = 0;
  for (auto _ : state) {
    const uint64_t before = __rdtsc();
    for (void*& object : objects) object = morph_alloc(context, kObjectBytes, kType);
    ticks += __rdtsc() - before;
    if (kType == 0) {
      morph_mem_reset(context);
    } else {
      for (void* object : objects) morph_free(context, object);
    }
  }
  ReportTicks(state, ticks);
  morph_mem_destroy(context);
}
BENCHMARK(BM_Compiler<1>)->Name("c/morph_alloc_pool");
BENCHMARK(BM_Compiler<0>)->Name("c/morph_alloc_arena");

// The objects die at once; young collections are part of it.
void BM_Runtime(benchmark::State& state) {
  morph_context* context = morph_mem_init(MORPH_CONFIG_RUNTIME_INIT);
  FOXVM_CHECK(context != nullptr);
  uint64_t ticks = 0;
  for (auto _ : state) {
    const uint64_t before = __rdtsc();
    for (int i = 0; i < kBatch; ++i) benchmark::DoNotOptimize(morph_alloc(context, kObjectBytes, 0));
    ticks += __rdtsc() - before;
  }
  ReportTicks(state, ticks);
  morph_mem_destroy(context);
}
BENCHMARK(BM_Runtime)->Name("c/morph_alloc_heap");

struct Node {
  uint32_t kind;
  uint32_t position;
  Node* children[2];
};

// Builds `count` nodes of eight types and 24 to 248 bytes, each over two earlier ones, and drops them.
void BuildTrees(morph_context* context, int count) {
  Node* left = nullptr;
  Node* right = nullptr;
  uint32_t random = 1;
  for (int i = 0; i < count; ++i) {
    random = random * 1664525 + 1013904223;
    const uint32_t kind = random >> 29;
    auto* node = static_cast<Node*>(morph_alloc(context, sizeof(Node) + 32 * kind, 1 + kind));
    *node = {kind, static_cast<uint32_t>(i), {left, right}};
    std::memset(node + 1, 0, 32 * kind);
    left = right;
    right = node;
  }
  benchmark::DoNotOptimize(right);
  morph_mem_reset(context);
}

// The same trees with and without counting, in turn; `percent` is what counting adds.
void BM_Metrics(benchmark::State& state) {
  constexpr int kNodes = 20'000;
  morph_mem_config config = MORPH_CONFIG_COMPILER_INIT;
  morph_context* plain = morph_mem_init(config);
  config.enable_metrics = 1;
  morph_context* counting = morph_mem_init(config);
  FOXVM_CHECK(plain != nullptr && counting != nullptr);
  uint64_t ticks[2] = {};
  for (auto _ : state) {
    for (morph_context* context : {plain, counting}) {
      const uint64_t before = __rdtsc();
      BuildTrees(context, kNodes);
      ticks[context == counting] += __rdtsc() - before;
    }
  }
  const auto off = static_cast<double>(ticks[0]);
  const auto on = static_cast<double>(ticks[1]);
  state.counters["ticks"] = off / (static_cast<double>(state.iterations()) * kNodes);
  state.counters["percent"] = 100 * (on / off - 1);
  morph_mem_destroy(plain);
  morph_mem_destroy(counting);
}
// Long enough for the pages that the first trees touch to weigh nothing.
BENCHMARK(BM_Metrics)->Name("c/trees_metrics")->MinTime(0.3);

}  // namespace
