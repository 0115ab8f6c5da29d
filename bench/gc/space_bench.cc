// Memory: what the heap holds beyond what is live after a full collection, what it keeps about it, and how
// much of it is lost to holes after churn.
// How: live bytes are those of the objects that the program can reach, headers included, counted by the
//      program. Committed bytes are the heap's statistics; what it holds beside them (cards, marks, tables)
//      is the growth of the process's resident size over the heap's creation, less the committed bytes, all
//      of which have been written to.
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>

#include "bench/gc/bench_heap.h"
#include "bench/gc/measure.h"
#include "benchmark/benchmark.h"

namespace foxvm::gc {
namespace {

// The process's resident size; 0 where the system does not say.
size_t ResidentBytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  size_t all = 0;
  size_t resident = 0;
  const int read = std::fscanf(file, "%zu %zu", &all, &resident);
  std::fclose(file);
  return read == 2 ? resident * static_cast<size_t>(sysconf(_SC_PAGESIZE)) : 0;
}

// Objects of 16 to 512 bytes in a table of fixed length; small ones are more frequent.
class MixedObjects {
 public:
  MixedObjects(Mutator& mutator, size_t length)
      : mutator_(mutator),
        scope_(mutator),
        length_(length),
        table_(scope_.Make(Value::FromObject(NewArray(mutator, length)))) {}

  size_t length() const { return length_; }
  size_t live_bytes() const { return live_bytes_ + length_ * sizeof(Value) + sizeof(ObjectHeader); }

  // A new object in a random place, for the one that was there. Sizes are up to `max_granules` times 16
  // bytes.
  void ReplaceAny(size_t max_granules) { Replace(random_.Below(length_), max_granules); }
  void Replace(size_t index, size_t max_granules) {
    const size_t most = 1 + random_.Below(max_granules);
    const size_t bytes = (1 + random_.Below(most)) * kObjectAlignment;
    ObjectHeader* object = NewBytes(mutator_, bytes);
    Value* slot = table_.object()->slots() + index;
    if (slot->IsHeapRef()) live_bytes_ -= slot->object()->small_size();
    live_bytes_ += bytes;
    WriteField(mutator_, slot, Value::FromObject(object));
  }

 private:
  Mutator& mutator_;
  HandleScope scope_;
  const size_t length_;
  const Handle table_;
  Random random_{3};
  size_t live_bytes_ = 0;
};

double PercentOver(size_t held, size_t live) {
  return (static_cast<double>(held) / static_cast<double>(live) - 1) * 100;
}

// 64 MiB live, made after as much has been made and dropped as a whole.
void BM_Memory(benchmark::State& state) {
  constexpr size_t kObjects = 480'000;
  constexpr size_t kMaxGranules = 32;
  for (auto _ : state) {
    const size_t before = ResidentBytes();
    const std::unique_ptr<Heap> heap = MakeBenchHeap(1024 * kMiB);
    {
      MixedObjects dropped(heap->mutator(), kObjects);
      for (size_t i = 0; i < kObjects; ++i) dropped.Replace(i, kMaxGranules);
    }
    heap->CollectMajor();
    MixedObjects objects(heap->mutator(), kObjects);
    for (size_t i = 0; i < kObjects; ++i) objects.Replace(i, kMaxGranules);
    heap->CollectMajor();
    heap->CollectMajor();  // sweeps what the first has marked
    const size_t resident = ResidentBytes();
    const size_t committed = heap->statistics().committed_bytes;
    const size_t live = objects.live_bytes();
    state.counters["live_mib"] = static_cast<double>(live) / kMiB;
    state.counters["percent"] = PercentOver(committed, live);
    if (resident > before + committed) {
      state.counters["metadata_percent"] = PercentOver(live + resident - before - committed, live);
    }
  }
}
BENCHMARK(BM_Memory)->Name("memory/64_mib")->Iterations(1);

// 6 million replacements, in phases of small, large and mixed sizes: what one phase leaves does not fit the
// next.
void BM_Fragmentation(benchmark::State& state) {
  constexpr size_t kObjects = 240'000;
  constexpr int kOperations = 6'000'000;
  constexpr int kPhases = 12;
  constexpr size_t kMaxGranules[] = {4, 32, 16};
  for (auto _ : state) {
    const std::unique_ptr<Heap> heap = MakeBenchHeap(256 * kMiB);
    const uint64_t empty = heap->statistics().committed_bytes;  // the young generation, mostly
    MixedObjects objects(heap->mutator(), kObjects);
    for (int phase = 0; phase < kPhases; ++phase) {
      const size_t granules = kMaxGranules[static_cast<size_t>(phase) % 3];
      for (int i = 0; i < kOperations / kPhases; ++i) objects.ReplaceAny(granules);
    }
    heap->CollectMajor();
    heap->CollectMajor();
    const auto live = static_cast<double>(objects.live_bytes());
    const auto lost_percent = [&] {
      return (1 - live / static_cast<double>(heap->statistics().committed_bytes - empty)) * 100;
    };
    state.counters["live_mib"] = live / kMiB;
    // The part of what the old generation holds that is not live: with the free blocks that it keeps for
    // what comes next, and without, which leaves the holes.
    state.counters["with_free_percent"] = lost_percent();
    heap->ReleaseFreeMemory();
    state.counters["percent"] = lost_percent();
  }
}
BENCHMARK(BM_Fragmentation)->Name("fragmentation/churn")->Iterations(1);

}  // namespace
}  // namespace foxvm::gc
