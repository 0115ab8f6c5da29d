// What the write barrier adds to a store, in ticks: 900 slots of one old array, resident in the first-level
// cache.
// How: slots and values are random, half the values are references, young and old. Once the stores follow
//      each other with nothing between them, so that they wait for the processor's store unit alone; once
//      each stands behind the computation of its index, a multiplication that waits for the one before.
//      Rounds of plain and of barriered stores take turns, and each figure is the median of its rounds: what
//      disturbs one kind disturbs the other.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "bench/gc/bench_heap.h"
#include "bench/gc/measure.h"
#include "benchmark/benchmark.h"

namespace foxvm::gc {
namespace {

constexpr size_t kSlots = 900;  // a small object of nearly the largest size
constexpr size_t kStores = 1024;
constexpr int kRounds = 2000;

struct StoreOf {
  uint32_t slot;
  Value value;
};

std::vector<StoreOf> RandomStores(Value old_object, Value young_object) {
  Random random(5);
  std::vector<StoreOf> stores(kStores);
  for (StoreOf& store : stores) {
    const Value values[] = {old_object, young_object, Value::SmallInt(1), Value::Null()};
    store = {static_cast<uint32_t>(random.Below(kSlots)), values[random.Below(4)]};
  }
  return stores;
}

struct Plain {
  void operator()(Value* slot, Value v) const {
    __atomic_store_n(reinterpret_cast<uint64_t*>(slot), v.bits(), __ATOMIC_RELAXED);
  }
};

struct Barriered {
  Mutator& mutator;
  void operator()(Value* slot, Value v) const { WriteField(mutator, slot, v); }
};

template <typename Store>
void BackToBack(Store store, Value* slots, const std::vector<StoreOf>& stores) {
  for (const StoreOf& s : stores) store(slots + s.slot, s.value);
}

template <typename Store>
void WithIndices(Store store, Value* slots, const std::vector<StoreOf>& stores) {
  Random random(9);
  for (const StoreOf& s : stores) store(slots + random.Below(kSlots), s.value);
}

template <typename Stores>
double TicksPerStore(Stores stores) {
  const uint64_t start = Ticks();
  stores();
  benchmark::ClobberMemory();
  return static_cast<double>(Ticks() - start) / kStores;
}

void BM_Barrier(benchmark::State& state, bool indices) {
  const std::unique_ptr<Heap> heap = MakeBenchHeap(64 * kMiB);
  Mutator& mutator = heap->mutator();
  HandleScope scope(mutator);
  const Handle array = scope.Make(Value::FromObject(NewArray(mutator, kSlots)));
  PromoteAll(*heap);
  const Value young = scope.Make(Value::FromObject(NewNode(mutator))).get();
  const std::vector<StoreOf> stores = RandomStores(array.get(), young);
  Value* slots = array.object()->slots();
  const auto run = [&](auto store) {
    return TicksPerStore(
        [&] { indices ? WithIndices(store, slots, stores) : BackToBack(store, slots, stores); });
  };
  for (auto _ : state) {
    Samples plain;
    Samples barriered;
    for (int i = 0; i < kRounds; ++i) {
      plain.Add(run(Plain{}));
      barriered.Add(run(Barriered{mutator}));
    }
    state.counters["plain_ticks"] = plain.Percentile(0.5);
    state.counters["ticks"] = barriered.Percentile(0.5);
    state.counters["added_ticks"] = barriered.Percentile(0.5) - plain.Percentile(0.5);
  }
}
BENCHMARK_CAPTURE(BM_Barrier, back_to_back, false)->Name("barrier/back_to_back")->Iterations(1);
BENCHMARK_CAPTURE(BM_Barrier, with_indices, true)->Name("barrier/with_indices")->Iterations(1);

}  // namespace
}  // namespace foxvm::gc
