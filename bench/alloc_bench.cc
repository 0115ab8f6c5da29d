// What allocation and minor collections cost: the fast path, a young generation of garbage, and one that
// survives.
#include <cstdint>
#include <memory>

#include "benchmark/benchmark.h"
#include "gc/allocate.h"
#include "gc/check.h"
#include "gc/handle.h"
#include "gc/heap.h"
#include "gc/write_barrier.h"

namespace foxvm::gc {
namespace {

constexpr TypeId kNode = 1;

std::unique_ptr<Heap> MakeHeap() {
  absl::StatusOr<std::unique_ptr<Heap>> heap = Heap::Create(HeapOptions{});
  FOXVM_CHECK(heap.ok());
  (*heap)->types().Register(kNode, {.name = "node", .layout = SlotLayout::kAll});
  return *std::move(heap);
}

ObjectHeader* NewNode(Mutator& mutator, Value left, Value right) {
  ObjectHeader* node = Allocate(mutator, kNode, 32, 0);
  node->slots()[0] = left;
  node->slots()[1] = right;
  return node;
}

// Objects that die at once: fast path plus an empty minor collection now and then.
void BM_AllocateGarbage(benchmark::State& state) {
  std::unique_ptr<Heap> heap = MakeHeap();
  for (auto _ : state) benchmark::DoNotOptimize(NewNode(heap->mutator(), Value::Null(), Value::Null()));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_AllocateGarbage);

// A complete binary tree of the given depth, built bottom-up under handles, then dropped: survival and
// promotion.
Value BuildTree(Mutator& mutator, int depth) {
  if (depth == 0) return Value::FromObject(NewNode(mutator, Value::Null(), Value::Null()));
  HandleScope scope(mutator);
  Handle left = scope.Make(BuildTree(mutator, depth - 1));
  Handle right = scope.Make(BuildTree(mutator, depth - 1));
  ObjectHeader* node = Allocate(mutator, kNode, 32, 0);
  node->slots()[0] = left.get();
  node->slots()[1] = right.get();
  return Value::FromObject(node);
}
void BM_BinaryTree(benchmark::State& state) {
  std::unique_ptr<Heap> heap = MakeHeap();
  int depth = static_cast<int>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(BuildTree(heap->mutator(), depth));
  state.SetItemsProcessed(state.iterations() << (depth + 1));
  HeapStatistics s = heap->statistics();
  state.counters["minor_max_us"] = static_cast<double>(s.minor_pause_ns_max) / 1e3;
  state.counters["major_max_us"] = static_cast<double>(s.major_pause_ns_max) / 1e3;
  state.counters["minors"] = static_cast<double>(s.minor_collections);
  state.counters["majors"] = static_cast<double>(s.major_collections);
}
BENCHMARK(BM_BinaryTree)->Arg(10)->Arg(16)->Arg(20);

// The pause of a minor collection in which `range` nodes of a list survive a full young generation.
void BM_MinorPause(benchmark::State& state) {
  std::unique_ptr<Heap> heap = MakeHeap();
  Mutator& mutator = heap->mutator();
  for (auto _ : state) {
    state.PauseTiming();
    HandleScope scope(mutator);
    heap->CollectMinor();
    Handle list = scope.Make(Value::Null());
    for (int64_t i = 0; i < 40'000; ++i) {
      ObjectHeader* node = NewNode(mutator, list.get(), Value::Null());
      if (i < state.range(0)) list.set(Value::FromObject(node));
    }
    state.ResumeTiming();
    heap->CollectMinor();
  }
}
BENCHMARK(BM_MinorPause)->Arg(0)->Arg(1000)->Arg(8000)->Arg(40'000);

// The pause of a major collection of a tree of 2^(range + 1) nodes, all alive.
void BM_MajorPause(benchmark::State& state) {
  std::unique_ptr<Heap> heap = MakeHeap();
  HandleScope scope(heap->mutator());
  scope.Make(BuildTree(heap->mutator(), static_cast<int>(state.range(0))));
  for (auto _ : state) heap->CollectMajor();
  state.SetItemsProcessed(state.iterations() << (state.range(0) + 1));
}
BENCHMARK(BM_MajorPause)->Arg(12)->Arg(20);

}  // namespace
}  // namespace foxvm::gc
