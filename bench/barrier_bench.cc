// What a barriered store and the tests of a value's kind cost.
#include <cstdint>
#include <memory>
#include <vector>

#include "benchmark/benchmark.h"
#include "gc/allocate.h"
#include "gc/check.h"
#include "gc/handle.h"
#include "gc/heap.h"
#include "gc/write_barrier.h"

namespace foxvm::gc {
namespace {

constexpr TypeId kArray = 1;
constexpr size_t kLength = 512;

struct ArrayHeap {
  ArrayHeap() {
    absl::StatusOr<std::unique_ptr<Heap>> created = Heap::Create(HeapOptions{});
    FOXVM_CHECK(created.ok());
    heap = *std::move(created);
    heap->types().Register(kArray, {.name = "array", .layout = SlotLayout::kAll});
    array = Allocate(heap->mutator(), kArray, sizeof(ObjectHeader) + kLength * sizeof(Value), kLength);
  }
  std::unique_ptr<Heap> heap;
  ObjectHeader* array;
};

void BM_WriteField(benchmark::State& state) {
  ArrayHeap fixture;
  Mutator& mutator = fixture.heap->mutator();
  Value v = Value::FromObject(fixture.array);
  size_t i = 0;
  for (auto _ : state) {
    WriteField(mutator, fixture.array->slots() + i, v);
    i = (i + 7) % kLength;
    benchmark::ClobberMemory();
  }
}
BENCHMARK(BM_WriteField);

void BM_WriteFieldNonRef(benchmark::State& state) {
  ArrayHeap fixture;
  size_t i = 0;
  for (auto _ : state) {
    WriteFieldNonRef(fixture.array->slots() + i, Value::SmallInt(1));
    i = (i + 7) % kLength;
    benchmark::ClobberMemory();
  }
}
BENCHMARK(BM_WriteFieldNonRef);

std::vector<Value> MixedValues() {
  std::vector<Value> values;
  uint64_t seed = 1;
  for (int i = 0; i < 4096; ++i) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    values.push_back(seed >> 63 ? Value::SmallInt(i) : Value::InlineFloat(i * 0.5));
  }
  return values;
}

void BM_SumMixedNumbers(benchmark::State& state) {
  std::vector<Value> values = MixedValues();
  for (auto _ : state) {
    double sum = 0;
    for (Value v : values) {
      if (v.IsSmallInt()) {
        sum += static_cast<double>(v.small_int());
      } else if (v.IsInlineFloat()) {
        sum += v.inline_float();
      }
    }
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(values.size()));
}
BENCHMARK(BM_SumMixedNumbers);

void BM_FloatRoundTrip(benchmark::State& state) {
  Value v = Value::InlineFloat(1.0);
  for (auto _ : state) {
    uint64_t word = Value::FloatWord(v.inline_float() * 1.0000001);
    benchmark::DoNotOptimize(word);
    v = Value::FromBits(word);
    if (!v.IsInlineFloat()) v = Value::InlineFloat(1.0);
  }
}
BENCHMARK(BM_FloatRoundTrip);

}  // namespace
}  // namespace foxvm::gc
