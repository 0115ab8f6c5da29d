// What the young generation costs: allocation with its collections, and the pauses of minor collections.
// How: pauses are timed around the call, so they hold every part of it. A row is one iteration that reports
//      its own figures as counters.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "bench/gc/bare_copy.h"
#include "bench/gc/bench_heap.h"
#include "bench/gc/fake_stack.h"
#include "bench/gc/measure.h"
#include "bench/gc/pauses.h"
#include "bench/gc/young_load.h"
#include "benchmark/benchmark.h"

namespace foxvm::gc {
namespace {

constexpr int kAllocations = 10'000'000;
// Of the newest of every hundred objects, as many as make 1 % of the young generation.
constexpr size_t kKept = 512;
constexpr int kKeptEvery = 100;

void BM_Allocate(benchmark::State& state) {
  const std::unique_ptr<Heap> heap = MakeYoungBenchHeap();
  Mutator& mutator = heap->mutator();
  HandleScope scope(mutator);
  const Handle kept = scope.Make(Value::FromObject(NewArray(mutator, kKept)));
  PromoteAll(*heap);
  for (auto _ : state) {
    const HeapStatistics before = heap->statistics();
    const int64_t start = NowNs();
    for (int i = 0; i < kAllocations / kKeptEvery; ++i) {
      for (int j = 1; j < kKeptEvery; ++j) benchmark::DoNotOptimize(NewNode(mutator));
      const Value node = Value::FromObject(NewNode(mutator));
      WriteField(mutator, kept.object()->slots() + static_cast<size_t>(i) % kKept, node);
    }
    const auto ns = static_cast<double>(NowNs() - start);
    const HeapStatistics after = heap->statistics();
    state.counters["ns"] = ns / kAllocations;
    state.counters["percent"] = static_cast<double>(after.copied_bytes - before.copied_bytes) /
                                (kAllocations * double{kNodeBytes}) * 100;
    state.counters["gc_percent"] = static_cast<double>(PauseNs(after) - PauseNs(before)) / ns * 100;
  }
}
BENCHMARK(BM_Allocate)->Name("alloc/one_percent")->Iterations(1);

// The least that allocation can be: the same stores into a buffer of eden's size, over and over.
void BM_BumpAndInitialise(benchmark::State& state) {
  constexpr size_t kBytes = 3 * kMiB / 2;
  const auto buffer = std::make_unique<uint64_t[]>(kBytes / 8);
  for (auto _ : state) {
    const int64_t start = NowNs();
    const auto begin = reinterpret_cast<uintptr_t>(buffer.get());
    uintptr_t cursor = begin;
    for (int i = 0; i < kAllocations; ++i) {
      if (cursor + kNodeBytes > begin + kBytes) cursor = begin;
      auto* object = reinterpret_cast<ObjectHeader*>(cursor);
      cursor += kNodeBytes;
      object->meta = ObjectHeader::MakeMeta(kNodeType, kNodeBytes, 0);
      object->second = 0;
      object->slots()[0] = Value::Null();
      object->slots()[1] = Value::Null();
      benchmark::DoNotOptimize(object);
    }
    state.counters["ns"] = static_cast<double>(NowNs() - start) / kAllocations;
  }
}
BENCHMARK(BM_BumpAndInitialise)->Name("alloc/bump")->Iterations(1);

// `before_pause` is what else happens between two collections.
template <typename BeforePause>
Pauses MinorPauses(YoungLoad& load, int rounds, BeforePause before_pause) {
  Pauses pauses;
  for (int i = -3; i < rounds; ++i) {
    load.Fill();
    before_pause();
    const Pause pause = load.Collect();
    if (i >= 0) pauses.Add(pause);  // the first ones find the heap as it begins
  }
  return pauses;
}

// Argument: percent of what is collected that survives.
void BM_MinorPause(benchmark::State& state) {
  const double share = static_cast<double>(state.range(0)) / 100;
  // Kept for two collections: x of a filling makes 2x / (1 + x) of what is collected.
  const double kept = share / (2 - share);
  for (auto _ : state) {
    const std::unique_ptr<Heap> heap = MakeYoungBenchHeap();
    YoungLoad load(*heap, kept);
    Pauses pauses = MinorPauses(load, share < 0.5 ? 500 : 150, [] {});
    pauses.Report(state);
    state.counters["percent"] = load.survival_percent();
  }
}
BENCHMARK(BM_MinorPause)->Name("minor_pause")->Arg(10)->Arg(100)->Iterations(1);

// The least that copying can be: Cheney's algorithm on the same trees, warm, without a heap around it.
void BM_BareCopy(benchmark::State& state) {
  const double share = static_cast<double>(state.range(0)) / 100;
  for (auto _ : state) {
    BareCopy copy(share, 2 * kMiB);
    Pauses pauses;
    for (int i = 0; i < 100; ++i) pauses.Add(copy.FillAndCopy());
    pauses.Report(state);
  }
}
BENCHMARK(BM_BareCopy)->Name("bare_copy")->Arg(10)->Arg(100)->Iterations(1);

// Argument: frames on the stack. Their slots refer to old objects; the innermost 16 return between
// collections and are entered anew, referring to a young one.
constexpr size_t kChangingFrames = 16;

void BM_DeepStack(benchmark::State& state) {
  for (auto _ : state) {
    const std::unique_ptr<Heap> heap = MakeYoungBenchHeap();
    FakeStack stack(static_cast<size_t>(state.range(0)));
    HandleScope scope(heap->mutator());
    const Handle old = scope.Make(Value::FromObject(NewNode(heap->mutator())));
    PromoteAll(*heap);
    stack.FillAll(old.get());
    heap->SetStackRoots(&stack, &stack);
    YoungLoad load(*heap, 0.1 / 1.9);
    Pauses pauses = MinorPauses(load, 100, [&] { stack.Run(kChangingFrames, load.newest_tree()); });
    heap->SetStackRoots(nullptr, nullptr);
    pauses.Report(state);
  }
}
BENCHMARK(BM_DeepStack)->Name("frames")->Arg(20)->Arg(200'000)->Iterations(1);

}  // namespace
}  // namespace foxvm::gc
