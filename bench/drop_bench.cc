// What it costs to build many small objects and to drop them all at once, as a compiler does: a hundred
// thousand of 32 bytes, each written to once.
// How: every allocator makes and drops the same objects again and again; the counter `ticks` is TSC ticks per
//      object for both, `drop_ticks` those of one drop. malloc has no other way than to free each.
#include <x86intrin.h>

#include <boost/pool/pool.hpp>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory_resource>
#include <vector>

#include "bench/mimalloc_peer.h"
#include "benchmark/benchmark.h"
#include "gc/arena.h"
#include "google/protobuf/arena.h"

namespace foxvm::gc {
namespace {

constexpr size_t kBytes = 32;
constexpr int kObjects = 100'000;

class OurArena {
 public:
  void* Allocate() { return arena_.Allocate(kBytes, 8); }
  void Drop() { arena_.Reset(); }

 private:
  Arena arena_;
};

class Pmr {
 public:
  void* Allocate() { return resource_.allocate(kBytes, 8); }
  void Drop() { resource_.release(); }

 private:
  std::pmr::monotonic_buffer_resource resource_;
};

class Protobuf {
 public:
  void* Allocate() { return google::protobuf::Arena::CreateArray<char>(&arena_, kBytes); }
  void Drop() { arena_.Reset(); }

 private:
  google::protobuf::Arena arena_;
};

class MimallocHeap {
 public:
  ~MimallocHeap() { destroy_(heap_); }
  void* Allocate() { return malloc_(heap_, kBytes); }
  void Drop() {
    destroy_(heap_);
    heap_ = new_();
  }

 private:
  void* (*const new_)() = FindMimalloc<void*()>("mi_heap_new");
  void* (*const malloc_)(void*, size_t) = FindMimalloc<void*(void*, size_t)>("mi_heap_malloc");
  void (*const destroy_)(void*) = FindMimalloc<void(void*)>("mi_heap_destroy");
  void* heap_ = new_();
};

class BoostPool {
 public:
  void* Allocate() { return pool_.malloc(); }
  void Drop() { pool_.purge_memory(); }

 private:
  boost::pool<> pool_{kBytes};
};

class Malloc {
 public:
  Malloc() { objects_.reserve(kObjects); }
  void* Allocate() { return objects_.emplace_back(std::malloc(kBytes)); }
  void Drop() {
    for (void* p : objects_) std::free(p);
    objects_.clear();
  }

 private:
  std::vector<void*> objects_;
};

template <typename Allocator>
void BM_BuildAndDrop(benchmark::State& state) {
  Allocator allocator;
  uint64_t ticks = 0;
  uint64_t drop_ticks = 0;
  for (auto _ : state) {
    const uint64_t start = __rdtsc();
    for (int i = 0; i < kObjects; ++i) {
      void* p = allocator.Allocate();
      std::memset(p, 1, kBytes);
      benchmark::DoNotOptimize(p);
    }
    const uint64_t middle = __rdtsc();
    allocator.Drop();
    const uint64_t end = __rdtsc();
    ticks += end - start;
    drop_ticks += end - middle;
  }
  const double rounds = static_cast<double>(state.iterations());
  state.counters["ticks"] = static_cast<double>(ticks) / rounds / kObjects;
  state.counters["drop_ticks"] = static_cast<double>(drop_ticks) / rounds;
}

BENCHMARK(BM_BuildAndDrop<OurArena>)->Name("arena/build_and_drop");
BENCHMARK(BM_BuildAndDrop<Pmr>)->Name("pmr/build_and_drop");
BENCHMARK(BM_BuildAndDrop<Protobuf>)->Name("protobuf/build_and_drop");
BENCHMARK(BM_BuildAndDrop<MimallocHeap>)->Name("mimalloc_heap/build_and_drop");
BENCHMARK(BM_BuildAndDrop<BoostPool>)->Name("boost_pool/build_and_drop");
BENCHMARK(BM_BuildAndDrop<Malloc>)->Name("malloc/build_and_drop");

}  // namespace
}  // namespace foxvm::gc
