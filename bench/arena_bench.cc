// What an arena costs, beside std::pmr::monotonic_buffer_resource: 32 bytes from warm memory, the same when
// the memory is written to, from fresh pages beside a plain loop that touches as many, and a reset of a
// hundred megabytes.
#include <sys/mman.h>
#include <x86intrin.h>

#include <cstdint>
#include <cstring>
#include <memory_resource>
#include <vector>

#include "benchmark/benchmark.h"
#include "gc/arena.h"
#include "gc/check.h"

namespace foxvm::gc {
namespace {

constexpr size_t kObjectBytes = 32;
constexpr int kBatch = 512;  // 16 KiB: stays in the first-level cache, with all else that the loop touches
constexpr size_t kFreshBytes = size_t{64} << 20;

// The time-stamp counter's ticks for `operations`, as a figure of the benchmark.
void ReportTicks(benchmark::State& state, uint64_t ticks, double operations) {
  state.counters["ticks"] = static_cast<double>(ticks) / operations;
}

void Touch(void* memory) { std::memset(memory, 1, kObjectBytes); }

template <bool kTouch>
void BM_ArenaWarm(benchmark::State& state) {
  Arena arena;
  const Arena::Mark start = (arena.Allocate(1), arena.Save());
  for (int i = 0; i < kBatch; ++i) arena.Allocate(kObjectBytes, 8);
  uint64_t ticks = 0;
  for (auto _ : state) {
    arena.Rewind(start);
    const uint64_t before = __rdtsc();
    for (int i = 0; i < kBatch; ++i) {
      void* memory = arena.Allocate(kObjectBytes, 8);
      if constexpr (kTouch) Touch(memory);
      benchmark::DoNotOptimize(memory);
    }
    ticks += __rdtsc() - before;
  }
  ReportTicks(state, ticks, static_cast<double>(state.iterations()) * kBatch);
}
BENCHMARK(BM_ArenaWarm<false>)->Name("arena/warm");
BENCHMARK(BM_ArenaWarm<true>)->Name("arena/warm_touched");

template <bool kTouch>
void BM_PmrWarm(benchmark::State& state) {
  std::vector<char> buffer(kBatch * kObjectBytes * 2);
  uint64_t ticks = 0;
  for (auto _ : state) {
    std::pmr::monotonic_buffer_resource resource(buffer.data(), buffer.size(),
                                                 std::pmr::null_memory_resource());
    const uint64_t before = __rdtsc();
    for (int i = 0; i < kBatch; ++i) {
      void* memory = resource.allocate(kObjectBytes, 8);
      if constexpr (kTouch) Touch(memory);
      benchmark::DoNotOptimize(memory);
    }
    ticks += __rdtsc() - before;
  }
  ReportTicks(state, ticks, static_cast<double>(state.iterations()) * kBatch);
}
BENCHMARK(BM_PmrWarm<false>)->Name("pmr/warm");
BENCHMARK(BM_PmrWarm<true>)->Name("pmr/warm_touched");

// The least that writing to the memory takes: no allocation at all.
void BM_PlainWarm(benchmark::State& state) {
  std::vector<char> buffer(kBatch * kObjectBytes);
  uint64_t ticks = 0;
  for (auto _ : state) {
    const uint64_t before = __rdtsc();
    for (int i = 0; i < kBatch; ++i) {
      void* memory = buffer.data() + static_cast<size_t>(i) * kObjectBytes;
      Touch(memory);
      benchmark::DoNotOptimize(memory);
    }
    ticks += __rdtsc() - before;
  }
  ReportTicks(state, ticks, static_cast<double>(state.iterations()) * kBatch);
}
BENCHMARK(BM_PlainWarm)->Name("plain/warm_touched");

// Fresh pages: the system's page faults are nearly all of it.
void BM_ArenaFresh(benchmark::State& state) {
  uint64_t ticks = 0;
  for (auto _ : state) {
    Arena arena;
    const uint64_t before = __rdtsc();
    for (size_t i = 0; i < kFreshBytes / kObjectBytes; ++i) Touch(arena.Allocate(kObjectBytes));
    ticks += __rdtsc() - before;
  }
  ReportTicks(state, ticks, static_cast<double>(state.iterations() * (kFreshBytes / kObjectBytes)));
}
BENCHMARK(BM_ArenaFresh)->Name("arena/fresh");

void BM_PlainFresh(benchmark::State& state) {
  uint64_t ticks = 0;
  for (auto _ : state) {
    void* memory = mmap(nullptr, kFreshBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    FOXVM_CHECK(memory != MAP_FAILED);
    const uint64_t before = __rdtsc();
    for (size_t i = 0; i < kFreshBytes; i += kObjectBytes) Touch(static_cast<char*>(memory) + i);
    ticks += __rdtsc() - before;
    munmap(memory, kFreshBytes);
  }
  ReportTicks(state, ticks, static_cast<double>(state.iterations() * (kFreshBytes / kObjectBytes)));
}
BENCHMARK(BM_PlainFresh)->Name("plain/fresh");

// One reset of an arena of `range` mebibytes.
void BM_ArenaReset(benchmark::State& state) {
  Arena arena({.kept_bytes = size_t{1} << 30});
  const size_t bytes = static_cast<size_t>(state.range(0)) << 20;
  uint64_t ticks = 0;
  for (auto _ : state) {
    for (size_t i = 0; i < bytes; i += 4096) arena.Allocate(4096);
    const uint64_t before = __rdtsc();
    arena.Reset();
    ticks += __rdtsc() - before;
  }
  ReportTicks(state, ticks, static_cast<double>(state.iterations()));
}
BENCHMARK(BM_ArenaReset)->Name("arena/reset_mib")->Arg(1)->Arg(100)->MinTime(0.2);

}  // namespace
}  // namespace foxvm::gc
