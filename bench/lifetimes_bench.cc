// What persistent and weak handles, ephemeron tables and finalizers cost, and what many of them add to a
// collection.
#include <cstdint>
#include <memory>
#include <vector>

#include "benchmark/benchmark.h"
#include "gc/allocate.h"
#include "gc/check.h"
#include "gc/ephemeron_table.h"
#include "gc/handle.h"
#include "gc/heap.h"
#include "gc/persistent_handle.h"
#include "gc/weak_handle.h"

namespace foxvm::gc {
namespace {

enum : TypeId { kBlob = 1, kDisposed = 2, kFinalized = 3 };

struct BlobHeap {
  BlobHeap() {
    absl::StatusOr<std::unique_ptr<Heap>> created =
        Heap::Create({.max_bytes = size_t{1} << 30, .promotion_age = 1});
    FOXVM_CHECK(created.ok());
    heap = *std::move(created);
    heap->types().Register(kBlob, {.name = "blob"});
    heap->types().Register(kDisposed, {.name = "disposed", .dispose = [](ObjectHeader*) {}});
    heap->types().Register(kFinalized, {.name = "finalized", .finalize = [](Mutator&, Handle) {}});
  }
  Value NewBlob() { return Value::FromObject(Allocate(heap->mutator(), kBlob, 32, 0)); }

  std::unique_ptr<Heap> heap;
};

// `count` old objects, each with a handle that keeps it.
std::vector<PersistentHandle> OldBlobs(BlobHeap& fixture, int64_t count) {
  std::vector<PersistentHandle> handles;
  for (int64_t i = 0; i < count; ++i) handles.emplace_back(*fixture.heap, fixture.NewBlob());
  fixture.heap->CollectMinor();
  return handles;
}

void BM_PersistentHandle(benchmark::State& state) {
  BlobHeap fixture;
  Value v = fixture.NewBlob();
  for (auto _ : state) {
    PersistentHandle handle(*fixture.heap, v);
    benchmark::DoNotOptimize(handle.get());
  }
}
BENCHMARK(BM_PersistentHandle);

void BM_WeakHandleGet(benchmark::State& state) {
  BlobHeap fixture;
  WeakHandle handle(*fixture.heap, fixture.NewBlob());
  for (auto _ : state) benchmark::DoNotOptimize(handle.get());
}
BENCHMARK(BM_WeakHandleGet);

void BM_EphemeronGet(benchmark::State& state) {
  BlobHeap fixture;
  std::vector<PersistentHandle> keys = OldBlobs(fixture, state.range(0));
  EphemeronTable table(*fixture.heap);
  for (auto& key : keys) table.Set(key.object(), Value::SmallInt(1));
  size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(table.Get(keys[i].object()));
    i = (i + 7919) % keys.size();
  }
}
BENCHMARK(BM_EphemeronGet)->Arg(1000)->Arg(1'000'000);

void BM_EphemeronSetErase(benchmark::State& state) {
  BlobHeap fixture;
  std::vector<PersistentHandle> keys = OldBlobs(fixture, 1000);
  EphemeronTable table(*fixture.heap);
  size_t i = 0;
  for (auto _ : state) {
    ObjectHeader* key = keys[i++ % keys.size()].object();
    table.Set(key, Value::SmallInt(1));
    benchmark::DoNotOptimize(table.Erase(key));
  }
}
BENCHMARK(BM_EphemeronSetErase);

// An empty minor collection beside so many old objects, each with a persistent handle, a weak handle and an
// entry.
void BM_MinorCollection(benchmark::State& state) {
  BlobHeap fixture;
  std::vector<PersistentHandle> keys = OldBlobs(fixture, state.range(0));
  std::vector<WeakHandle> weak;
  EphemeronTable table(*fixture.heap);
  for (auto& key : keys) {
    weak.emplace_back(*fixture.heap, key.get());
    table.Set(key.object(), key.get());
  }
  fixture.heap->CollectMinor();
  for (auto _ : state) fixture.heap->CollectMinor();
}
BENCHMARK(BM_MinorCollection)->Arg(0)->Arg(1000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);

// Collects a heap whose objects hang on each other by entries alone; `kBackwards` enters the last link first.
enum class Order { kForwards, kBackwards };
template <Order kOrder>
void BM_MajorCollectionOfEphemeronChain(benchmark::State& state) {
  BlobHeap fixture;
  std::vector<PersistentHandle> keys = OldBlobs(fixture, state.range(0));
  EphemeronTable table(*fixture.heap);
  for (size_t k = 0; k + 1 < keys.size(); ++k) {
    size_t i = kOrder == Order::kForwards ? k : keys.size() - 2 - k;
    table.Set(keys[i].object(), keys[i + 1].get());
  }
  keys.resize(1);
  for (auto _ : state) fixture.heap->CollectMajor();
  FOXVM_CHECK(table.size() + 1 == static_cast<size_t>(state.range(0)));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_MajorCollectionOfEphemeronChain<Order::kForwards>)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(BM_MajorCollectionOfEphemeronChain<Order::kBackwards>)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond);

// Objects that die young: plain, with a disposer, with a finalizer (which runs).
template <TypeId kType>
void BM_AllocateAndDie(benchmark::State& state) {
  BlobHeap fixture;
  for (auto _ : state) benchmark::DoNotOptimize(AllocateFinalizable(fixture.heap->mutator(), kType, 32, 0));
}
BENCHMARK(BM_AllocateAndDie<kBlob>);
BENCHMARK(BM_AllocateAndDie<kDisposed>);
BENCHMARK(BM_AllocateAndDie<kFinalized>);

}  // namespace
}  // namespace foxvm::gc
