// What the C interface costs: an allocation through a call of it, from an arena and from a context in its modes, and
// what counting objects by type adds.
#include <x86intrin.h>

#include <cstdint>
#include <cstring>

#include "benchmark/benchmark.h"
#include "gc/check.h"
#include "vm/morph_mem.h"

namespace {

constexpr size_t kObjectBytes = 32;
constexpr int kBatch = 1024;  // 32 KiB: stays in the first-level cache

void ReportTicks(benchmark::State& state, uint64_t ticks) {
  state.counters["ticks"] = static_cast<double>(ticks) / (static_cast<double>(state.iterations()) * kBatch);
}

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
  morph_mem_config config = MORPH_CONFIG_COMPILER_INIT;
  config.enable_metrics = static_cast<int>(state.range(0));
  morph_context* context = morph_mem_init(config);
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
BENCHMARK(BM_Compiler<1>)->Name("c/morph_alloc_pool_metrics")->Arg(0)->Arg(1);
BENCHMARK(BM_Compiler<0>)->Name("c/morph_alloc_arena_metrics")->Arg(0)->Arg(1);

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

}  // namespace
