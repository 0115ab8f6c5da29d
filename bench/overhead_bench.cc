// How much more memory than its payload an allocator holds: a million nodes of a syntax tree, 16 to 256 bytes
// each.
// How: `percent` is what the allocator holds from the system beyond the payload, the sum of the sizes
//      asked for, and the same in every run. The sizes are those of C++ structs, so multiples of 8, and small
//      ones are more frequent.
#include <malloc.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "benchmark/benchmark.h"
#include "gc/arena.h"
#include "gc/memory_context.h"
#include "gc/pool.h"
#include "google/protobuf/arena.h"

namespace foxvm::gc {
namespace {

constexpr int kNodes = 1'000'000;

constexpr size_t kMixedBytes[] = {16, 24, 24, 32, 32, 32, 40, 40, 48, 48, 56, 64, 64, 72, 96, 128, 184, 256};
// Where all are classes of the pool, only its own memory is left.
constexpr size_t kClassBytes[] = {16, 32, 32, 64, 64, 128, 256};

// The sizes of the nodes in turn, at random.
template <size_t kCount>
class Sizes {
 public:
  explicit Sizes(const size_t (&bytes)[kCount]) : bytes_(bytes) {}

  size_t Next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    const size_t bytes = bytes_[(state_ >> 32) * kCount >> 32];
    payload_ += bytes;
    return bytes;
  }
  size_t payload() const { return payload_; }

 private:
  const size_t (&bytes_)[kCount];
  uint64_t state_ = 1;
  size_t payload_ = 0;
};

void Report(benchmark::State& state, size_t held, size_t payload) {
  state.counters["percent"] = (static_cast<double>(held) / static_cast<double>(payload) - 1) * 100;
}

void BM_Arena(benchmark::State& state) {
  for (auto _ : state) {
    Arena arena;
    Sizes sizes(kMixedBytes);
    for (int i = 0; i < kNodes; ++i) benchmark::DoNotOptimize(arena.Allocate(sizes.Next(), 8));
    Report(state, arena.reserved_bytes(), sizes.payload());
  }
}
BENCHMARK(BM_Arena)->Name("overhead/arena")->Iterations(1)->Repetitions(1);

template <size_t kCount>
void PoolOverhead(benchmark::State& state, const PoolOptions& options, const size_t (&bytes)[kCount]) {
  for (auto _ : state) {
    const std::unique_ptr<Pool> pool = *Pool::Create(options);
    Sizes sizes(bytes);
    for (int i = 0; i < kNodes; ++i) benchmark::DoNotOptimize(pool->Allocate(sizes.Next()));
    Report(state, pool->statistics().bytes_held, sizes.payload());
  }
}

void BM_PoolOfClassSizes(benchmark::State& state) { PoolOverhead(state, PoolOptions{}, kClassBytes); }
BENCHMARK(BM_PoolOfClassSizes)->Name("overhead/pool_sizes_of_classes")->Iterations(1)->Repetitions(1);

void BM_Pool(benchmark::State& state) { PoolOverhead(state, PoolOptions{}, kMixedBytes); }
BENCHMARK(BM_Pool)->Name("overhead/pool")->Iterations(1)->Repetitions(1);

// The compiler mode, whose pool has a class for each of these sizes.
void BM_Context(benchmark::State& state) {
  for (auto _ : state) {
    const std::unique_ptr<MemoryContext> context =
        *MemoryContext::Create(MemoryOptions::Preset(MemoryMode::kCompiler));
    Sizes sizes(kMixedBytes);
    for (int i = 0; i < kNodes; ++i) benchmark::DoNotOptimize(context->Allocate(sizes.Next(), 1));
    Report(state, context->statistics().held_bytes, sizes.payload());
  }
}
BENCHMARK(BM_Context)->Name("overhead/context")->Iterations(1)->Repetitions(1);

void BM_Protobuf(benchmark::State& state) {
  for (auto _ : state) {
    google::protobuf::Arena arena;
    Sizes sizes(kMixedBytes);
    for (int i = 0; i < kNodes; ++i) {
      benchmark::DoNotOptimize(google::protobuf::Arena::CreateArray<char>(&arena, sizes.Next()));
    }
    Report(state, arena.SpaceAllocated(), sizes.payload());
  }
}
BENCHMARK(BM_Protobuf)->Name("overhead/protobuf")->Iterations(1)->Repetitions(1);

// What is in use, as the heap may keep free memory of other benchmarks.
void BM_Malloc(benchmark::State& state) {
  std::vector<void*> nodes;
  nodes.reserve(kNodes);
  for (auto _ : state) {
    Sizes sizes(kMixedBytes);
    const size_t before = mallinfo2().uordblks;
    for (int i = 0; i < kNodes; ++i) nodes.push_back(std::malloc(sizes.Next()));
    Report(state, mallinfo2().uordblks - before, sizes.payload());
    for (void* node : nodes) std::free(node);
    nodes.clear();
  }
}
BENCHMARK(BM_Malloc)->Name("overhead/malloc")->Iterations(1)->Repetitions(1);

}  // namespace
}  // namespace foxvm::gc
