// What a pool of small objects costs against its peers: pairs, batches, and random order.
// How: every allocator runs the same loops on 32-byte objects; the counter `ticks` is TSC ticks per object,
//      for allocating and freeing it; `alloc_ticks` and `free_ticks` are the two halves of a batch.
#include <x86intrin.h>

#include <boost/pool/pool.hpp>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/attributes.h"
#include "bench/mimalloc_peer.h"
#include "benchmark/benchmark.h"
#include "gc/pool.h"

namespace foxvm::gc {
namespace {

constexpr size_t kBytes = 32;

// Not inlined, so that the compiler takes no pool for memory that nothing else can reach: in the loops here it
// would keep the head of the free list in a register, which no caller of a pool sees.
ABSL_ATTRIBUTE_NOINLINE std::unique_ptr<Pool> MakePool() { return *Pool::Create(PoolOptions{}); }
ABSL_ATTRIBUTE_NOINLINE std::unique_ptr<boost::pool<>> MakeBoostPool() {
  return std::make_unique<boost::pool<>>(kBytes);
}

// The general calls: the class is looked up at each, when freeing by the address.
class OurPool {
 public:
  OurPool() : pool_(MakePool()) {}
  void* Allocate() { return pool_->Allocate(kBytes); }
  void Free(void* p) { pool_->Free(p); }

 private:
  const std::unique_ptr<Pool> pool_;
};

// Freed with its size.
class OurPoolSized {
 public:
  OurPoolSized() : pool_(MakePool()) {}
  void* Allocate() { return pool_->Allocate(kBytes); }
  void Free(void* p) { pool_->Free(p, kBytes); }

 private:
  const std::unique_ptr<Pool> pool_;
};

// The door for objects of one size, what a compiler uses for a type of node.
class OurPoolForSize {
 public:
  OurPoolForSize() : pool_(MakePool()) {}
  Pool::Sized door() { return pool_->ForSize(kBytes); }

 private:
  const std::unique_ptr<Pool> pool_;
};

class BoostPool {
 public:
  BoostPool() : pool_(MakeBoostPool()) {}
  void* Allocate() { return pool_->malloc(); }
  void Free(void* p) { pool_->free(p); }

 private:
  const std::unique_ptr<boost::pool<>> pool_;
};

class Mimalloc {
 public:
  void* Allocate() { return malloc_(kBytes); }
  void Free(void* p) { free_(p); }

 private:
  void* (*const malloc_)(size_t) = FindMimalloc<void*(size_t)>("mi_malloc");
  void (*const free_)(void*) = FindMimalloc<void(void*)>("mi_free");
};

class Malloc {
 public:
  void* Allocate() { return std::malloc(kBytes); }
  void Free(void* p) { std::free(p); }
};

// What the loops call.
template <typename Allocator>
Allocator& DoorOf(Allocator& allocator) {
  return allocator;
}
Pool::Sized DoorOf(OurPoolForSize& allocator) { return allocator.door(); }

double PerObject(uint64_t ticks, size_t objects) {
  return static_cast<double>(ticks) / static_cast<double>(objects);
}

template <typename Allocator>
void BM_Pair(benchmark::State& state) {
  Allocator owner;
  auto&& allocator = DoorOf(owner);
  void* keep = allocator.Allocate();  // so that the pair does not fill and empty a block
  const uint64_t start = __rdtsc();
  for (auto _ : state) {
    void* p = allocator.Allocate();
    benchmark::DoNotOptimize(p);
    allocator.Free(p);
  }
  state.counters["ticks"] = PerObject(__rdtsc() - start, static_cast<size_t>(state.iterations()));
  allocator.Free(keep);
}

// The same permutations for every allocator, from so little state that the first-level cache keeps the
// objects.
class Shuffler {
 public:
  void Shuffle(std::vector<void*>& items) {
    for (size_t left = items.size(); left > 1; --left) {
      state_ = state_ * 6364136223846793005u + 1442695040888963407u;
      std::swap(items[left - 1], items[(state_ >> 32) * left >> 32]);
    }
  }

 private:
  uint64_t state_ = 1;
};

// `range` objects allocated, then freed in the order of allocation or, shuffled, in a random one.
template <typename Allocator, bool kShuffled>
void BatchLoop(benchmark::State& state) {
  Allocator owner;
  auto&& allocator = DoorOf(owner);
  const size_t count = static_cast<size_t>(state.range(0));
  std::vector<void*> slots(count);
  Shuffler shuffler;
  // Once beforehand: the pages of the others may be there from an earlier run.
  for (void*& slot : slots) slot = allocator.Allocate();
  for (void* slot : slots) allocator.Free(slot);
  uint64_t allocate_ticks = 0;
  uint64_t free_ticks = 0;
  for (auto _ : state) {
    const uint64_t start = __rdtsc();
    for (void*& slot : slots) {
      void* p = allocator.Allocate();
      benchmark::DoNotOptimize(p);
      slot = p;
    }
    allocate_ticks += __rdtsc() - start;
    if constexpr (kShuffled) shuffler.Shuffle(slots);
    const uint64_t middle = __rdtsc();
    for (void* slot : slots) allocator.Free(slot);
    free_ticks += __rdtsc() - middle;
  }
  const size_t objects = count * static_cast<size_t>(state.iterations());
  state.counters["alloc_ticks"] = PerObject(allocate_ticks, objects);
  state.counters["free_ticks"] = PerObject(free_ticks, objects);
  state.counters["ticks"] = PerObject(allocate_ticks + free_ticks, objects);
}

template <typename Allocator>
void BM_Batch(benchmark::State& state) {
  BatchLoop<Allocator, false>(state);
}

template <typename Allocator>
void BM_RandomFreeAndRefill(benchmark::State& state) {
  BatchLoop<Allocator, true>(state);
}

BENCHMARK(BM_Pair<OurPoolForSize>)->Name("pool/pair");
BENCHMARK(BM_Pair<OurPoolSized>)->Name("pool_any_size/pair");
BENCHMARK(BM_Pair<OurPool>)->Name("pool_unknown_size/pair");
BENCHMARK(BM_Pair<BoostPool>)->Name("boost/pair");
BENCHMARK(BM_Pair<Mimalloc>)->Name("mimalloc/pair");
BENCHMARK(BM_Pair<Malloc>)->Name("malloc/pair");
BENCHMARK(BM_Batch<OurPoolForSize>)->Name("pool/batch")->Arg(1000)->Arg(100'000);
BENCHMARK(BM_Batch<OurPoolSized>)->Name("pool_any_size/batch")->Arg(1000)->Arg(100'000);
BENCHMARK(BM_Batch<OurPool>)->Name("pool_unknown_size/batch")->Arg(1000)->Arg(100'000);
BENCHMARK(BM_Batch<BoostPool>)->Name("boost/batch")->Arg(1000)->Arg(100'000);
BENCHMARK(BM_Batch<Mimalloc>)->Name("mimalloc/batch")->Arg(1000)->Arg(100'000);
BENCHMARK(BM_Batch<Malloc>)->Name("malloc/batch")->Arg(1000)->Arg(100'000);
BENCHMARK(BM_RandomFreeAndRefill<OurPoolForSize>)->Name("pool/random")->Arg(1000)->Arg(100'000);
BENCHMARK(BM_RandomFreeAndRefill<OurPoolSized>)->Name("pool_any_size/random")->Arg(1000)->Arg(100'000);
BENCHMARK(BM_RandomFreeAndRefill<OurPool>)->Name("pool_unknown_size/random")->Arg(1000)->Arg(100'000);
BENCHMARK(BM_RandomFreeAndRefill<BoostPool>)->Name("boost/random")->Arg(1000)->Arg(100'000);
BENCHMARK(BM_RandomFreeAndRefill<Mimalloc>)->Name("mimalloc/random")->Arg(1000)->Arg(100'000);
BENCHMARK(BM_RandomFreeAndRefill<Malloc>)->Name("malloc/random")->Arg(1000)->Arg(100'000);

}  // namespace
}  // namespace foxvm::gc
