// The pauses of a cycle in slices beside a million objects whose death is to be noticed: keys of an ephemeron
// table, or objects with a finalizer, all alive or all dead.
// How: before a cycle the last one's garbage is swept; the program does nothing meanwhile but ask for the next
//      slice. What the cycle's end takes is the collector's own record; the longest stop is timed around each
//      call, from the cycle's start to the last entry of a dead key, and so has a slice of slice_us at the
//      least.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "bench/gc/bench_heap.h"
#include "bench/gc/measure.h"
#include "benchmark/benchmark.h"
#include "gc/ephemeron_table.h"

namespace foxvm::gc {
namespace {

constexpr size_t kObjects = 1'000'000;
constexpr int kRounds = 5;
constexpr TypeId kFinalizedType = 5;

enum class Kind { kEphemerons, kFinalizable };
enum class Fate { kLive, kDead };

std::unique_ptr<Heap> MakeDeathHeap() {
  HeapOptions options;
  options.max_bytes = 1024 * kMiB;
  options.major_mode = MajorMode::kIncremental;
  options.growth_factor = 8;  // the program says when
  std::unique_ptr<Heap> heap = MakeBenchHeap(options);
  heap->types().Register(
      kFinalizedType, {.name = "finalized", .layout = SlotLayout::kAll, .finalize = [](Mutator&, Handle) {}});
  return heap;
}

// Fills `all`, an array, with old objects; keys of `table` unless that is null, else finalizable.
void MakeObjects(Heap& heap, Handle all, EphemeronTable* table) {
  Mutator& mutator = heap.mutator();
  for (size_t i = 0; i < kObjects; ++i) {
    ObjectHeader* object = table != nullptr ? Allocate(mutator, kNodeType, kNodeBytes, i)
                                            : AllocateFinalizable(mutator, kFinalizedType, kNodeBytes, i);
    FOXVM_CHECK(object != nullptr);
    object->slots()[0] = object->slots()[1] = Value::Null();
    WriteField(mutator, all.object()->slots() + i, Value::FromObject(object));
    if (table != nullptr) table->Set(object, Value::FromObject(object));
  }
  PromoteAll(heap);
}

struct CycleTimes {
  double end_ms;
  double longest_cpu_ms;
};

CycleTimes RunCycle(Heap& heap) {
  while (heap.AdvanceMajor()) {
  }
  heap.CollectMinor();
  heap.ReleaseFreeMemory();
  int64_t longest = TimePause([&] { heap.BeginMajor(); }).cpu_ns;
  const uint64_t before = heap.statistics().major_pause_ns_total;
  for (bool more = true; more;)
    longest = std::max(longest, TimePause([&] { more = heap.AdvanceMajor(); }).cpu_ns);
  return {static_cast<double>(heap.statistics().major_pause_ns_total - before) / 1e6,
          static_cast<double>(longest) / 1e6};
}

void BM_CycleEnd(benchmark::State& state, Kind kind, Fate fate) {
  for (auto _ : state) {
    Samples ends;
    Samples longest;
    const std::unique_ptr<Heap> heap = MakeDeathHeap();
    EphemeronTable table(*heap);
    HandleScope scope(heap->mutator());
    const Handle all = scope.Make(Value::FromObject(NewArray(heap->mutator(), kObjects)));
    for (int i = 0; i < kRounds; ++i) {
      if (i == 0 || fate == Fate::kDead)
        MakeObjects(*heap, all, kind == Kind::kEphemerons ? &table : nullptr);
      if (fate == Fate::kDead) {
        for (size_t j = 0; j < kObjects; ++j) {
          WriteField(heap->mutator(), all.object()->slots() + j, Value::Null());
        }
      }
      const CycleTimes times = RunCycle(*heap);
      ends.Add(times.end_ms);
      longest.Add(times.longest_cpu_ms);
      const size_t left = fate == Fate::kDead ? 0 : kObjects;
      FOXVM_CHECK(table.size() == (kind == Kind::kEphemerons ? left : 0));
      FOXVM_CHECK(heap->RunFinalizers() == (kind == Kind::kFinalizable ? kObjects - left : 0));
    }
    state.counters["end_p50_ms"] = ends.Percentile(0.5);
    state.counters["end_max_ms"] = ends.max();
    state.counters["longest_cpu_p50_ms"] = longest.Percentile(0.5);
  }
}
BENCHMARK_CAPTURE(BM_CycleEnd, ephemerons_live, Kind::kEphemerons, Fate::kLive)
    ->Name("cycle_end/ephemerons_live")
    ->Iterations(1);
BENCHMARK_CAPTURE(BM_CycleEnd, ephemerons_dead, Kind::kEphemerons, Fate::kDead)
    ->Name("cycle_end/ephemerons_dead")
    ->Iterations(1);
BENCHMARK_CAPTURE(BM_CycleEnd, finalizable_live, Kind::kFinalizable, Fate::kLive)
    ->Name("cycle_end/finalizable_live")
    ->Iterations(1);
BENCHMARK_CAPTURE(BM_CycleEnd, finalizable_dead, Kind::kFinalizable, Fate::kDead)
    ->Name("cycle_end/finalizable_dead")
    ->Iterations(1);

}  // namespace
}  // namespace foxvm::gc
