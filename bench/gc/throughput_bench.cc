// The share of its time that a program is not stopped by the collector: an LRU cache and a growing hash
// table, each in a heap bounded to twice what is live.
// How: time stopped is the heap's own statistics over the clock's time of the whole; the bound is twice the
//      bytes of what the program keeps, headers included. The old generation is collected when it has
//      doubled, or by a thread, which has to begin earlier. Beside it stands what the share would be if
//      collecting were but bare loops: every new pair of entry and value copied once, and all that lives
//      marked whenever the other half of the heap is full (bare_pairs.h); and the same program with malloc
//      and free (plain_tables.h).
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <numeric>

#include "bench/gc/bare_pairs.h"
#include "bench/gc/bench_heap.h"
#include "bench/gc/measure.h"
#include "bench/gc/plain_tables.h"
#include "benchmark/benchmark.h"

namespace foxvm::gc {
namespace {

// A heap for a program that keeps `live_bytes`; `mode` is one of MajorMode.
std::unique_ptr<Heap> MakeHeapFor(size_t live_bytes, int64_t mode) {
  const auto major_mode = static_cast<MajorMode>(mode);
  return MakeBenchHeap(2 * live_bytes, major_mode == MajorMode::kConcurrent ? 1.5 : 2.0, major_mode);
}
constexpr auto kPause = static_cast<int64_t>(MajorMode::kStopTheWorld);
constexpr auto kThread = static_cast<int64_t>(MajorMode::kConcurrent);

// A table with chains: each entry's `second` is its key.
class Buckets {
 public:
  // `array` is rooted by the caller.
  Buckets(Mutator& mutator, Handle array) : mutator_(mutator), array_(array) {}

  size_t size() const { return static_cast<size_t>(array_.object()->second); }
  Value* Of(uint64_t key) const { return array_.object()->slots() + (HashOf(key) & (size() - 1)); }

  // The entry, or null. `next_slot`: where an entry keeps the next of its chain.
  ObjectHeader* Find(uint64_t key, size_t next_slot) const {
    for (Value v = *Of(key); v.IsHeapRef(); v = v.object()->slots()[next_slot]) {
      if (v.object()->second == key) return v.object();
    }
    return nullptr;
  }
  void Insert(ObjectHeader* entry, size_t next_slot) const {
    Value* bucket = Of(entry->second);
    WriteField(mutator_, entry->slots() + next_slot, *bucket);
    WriteField(mutator_, bucket, Value::FromObject(entry));
  }
  void Remove(uint64_t key, size_t next_slot) const {
    Value* at = Of(key);
    while (at->IsHeapRef() && at->object()->second != key) at = at->object()->slots() + next_slot;
    if (at->IsHeapRef()) WriteField(mutator_, at, at->object()->slots()[next_slot]);
  }

 private:
  Mutator& mutator_;
  const Handle array_;
};

// Least recently used entries make room. An entry is an array of kEntrySlots; what it caches is 256 bytes,
// and a read looks at all of them.
class LruCache {
 public:
  static constexpr size_t kEntries = kCacheEntries;
  static constexpr size_t kBuckets = kCacheBuckets;
  static constexpr size_t kValueWords = kCacheValueWords;
  static constexpr size_t kValueBytes = sizeof(ObjectHeader) + kValueWords * 8;
  enum EntrySlot : size_t { kNewer, kOlder, kChain, kValue, kEntrySlots };
  static constexpr size_t kEntryBytes = sizeof(ObjectHeader) + kEntrySlots * sizeof(Value);
  static constexpr size_t kLiveBytes = kEntries * (kEntryBytes + kValueBytes) + kBuckets * sizeof(Value);

  explicit LruCache(Mutator& mutator)
      : mutator_(mutator),
        scope_(mutator),
        ring_(scope_.Make(Value::FromObject(NewEntry(~uint64_t{0})))),
        buckets_(mutator, scope_.Make(Value::FromObject(NewArray(mutator, kBuckets)))) {
    for (size_t slot : {kNewer, kOlder}) WriteField(mutator_, ring_.object()->slots() + slot, ring_.get());
  }

  // Reads through the cache; the sum of the cached value's words.
  uint64_t Read(uint64_t key) {
    ObjectHeader* entry = buckets_.Find(key, kChain);
    if (entry == nullptr) {
      entry = Miss(key);
    } else {
      Unlink(entry);
    }
    LinkNewest(entry);
    const auto* words = static_cast<uint64_t*>(entry->slots()[kValue].object()->payload());
    return std::accumulate(words, words + kValueWords, uint64_t{0});
  }

 private:
  ObjectHeader* NewEntry(uint64_t key) {
    ObjectHeader* entry = NewArray(mutator_, kEntrySlots);
    entry->second = key;
    return entry;
  }
  // A new entry in the place of the oldest, not linked yet.
  ObjectHeader* Miss(uint64_t key) {
    if (entries_ == kEntries) {
      ObjectHeader* oldest = ring_.object()->slots()[kNewer].object();
      buckets_.Remove(oldest->second, kChain);
      Unlink(oldest);
    } else {
      ++entries_;
    }
    HandleScope scope(mutator_);
    ObjectHeader* value = NewBytes(mutator_, kValueBytes);
    auto* words = static_cast<uint64_t*>(value->payload());
    for (size_t i = 0; i < kValueWords; ++i) words[i] = key + i;
    const Handle kept = scope.Make(Value::FromObject(value));
    ObjectHeader* entry = NewEntry(key);
    WriteField(mutator_, entry->slots() + kValue, kept.get());
    buckets_.Insert(entry, kChain);
    return entry;
  }
  // The ring's head stands between the newest (its kOlder) and the oldest (its kNewer).
  void Unlink(ObjectHeader* entry) {
    const Value newer = entry->slots()[kNewer];
    const Value older = entry->slots()[kOlder];
    WriteField(mutator_, newer.object()->slots() + kOlder, older);
    WriteField(mutator_, older.object()->slots() + kNewer, newer);
  }
  void LinkNewest(ObjectHeader* entry) {
    ObjectHeader* head = ring_.object();
    const Value second = head->slots()[kOlder];
    WriteField(mutator_, entry->slots() + kNewer, ring_.get());
    WriteField(mutator_, entry->slots() + kOlder, second);
    WriteField(mutator_, second.object()->slots() + kNewer, Value::FromObject(entry));
    WriteField(mutator_, head->slots() + kOlder, Value::FromObject(entry));
  }

  Mutator& mutator_;
  HandleScope scope_;
  const Handle ring_;
  const Buckets buckets_;
  size_t entries_ = 0;
};

// Runs `program` `operations` times and reports the share of its time in which it ran. Returns the time it
// ran.
template <typename Program>
double Report(benchmark::State& state, Heap& heap, int operations, Program program) {
  const HeapStatistics before = heap.statistics();
  const int64_t start = NowNs();
  for (int i = 0; i < operations; ++i) program();
  const auto ns = static_cast<double>(NowNs() - start);
  const HeapStatistics after = heap.statistics();
  state.counters["percent"] = 100 - static_cast<double>(PauseNs(after) - PauseNs(before)) / ns * 100;
  state.counters["ns"] = ns / operations;
  state.counters["minor_percent"] =
      static_cast<double>(after.minor_pause_ns_total - before.minor_pause_ns_total) / ns * 100;
  const auto allocated = static_cast<double>(after.allocated_bytes - before.allocated_bytes);
  const uint64_t copied =
      after.copied_bytes - before.copied_bytes + after.promoted_bytes - before.promoted_bytes;
  state.counters["copies"] = static_cast<double>(copied) / allocated;
  state.counters["degenerated"] = static_cast<double>(after.degenerated_cycles);
  state.counters["minors"] = static_cast<double>(after.minor_collections);
  state.counters["majors"] = static_cast<double>(after.major_collections);
  return ns - static_cast<double>(PauseNs(after) - PauseNs(before));
}

// What the share would be if that had been stopped only to copy `new_pairs` and to mark `markings` times as
// `bare`.
void ReportFloor(benchmark::State& state, double running_ns, BarePairs bare, double new_pairs,
                 double markings) {
  const double copying_ns = bare.CopyNs() * new_pairs;
  const double floor_ns = copying_ns + bare.MarkNs() * markings;
  state.counters["floor_percent"] = running_ns / (running_ns + floor_ns) * 100;
  state.counters["floor_copying_percent"] = copying_ns / (running_ns + floor_ns) * 100;
}

void BM_LruCache(benchmark::State& state) {
  for (auto _ : state) {
    const std::unique_ptr<Heap> heap = MakeHeapFor(LruCache::kLiveBytes, state.range(0));
    LruCache cache(heap->mutator());
    Random random(1);
    for (uint64_t i = 0; i < LruCache::kEntries; ++i) benchmark::DoNotOptimize(cache.Read(i));
    const uint64_t allocated = heap->statistics().allocated_bytes;
    const double running_ns =
        Report(state, *heap, kCacheReads, [&] { benchmark::DoNotOptimize(cache.Read(SkewedKey(random))); });
    const auto new_bytes = static_cast<double>(heap->statistics().allocated_bytes - allocated);
    ReportFloor(
        state, running_ns, BarePairs(LruCache::kEntries, LruCache::kEntryBytes, LruCache::kValueBytes),
        new_bytes / (LruCache::kEntryBytes + LruCache::kValueBytes), new_bytes / LruCache::kLiveBytes);
  }
}
BENCHMARK(BM_LruCache)->Name("throughput/lru_cache")->Arg(kPause)->Arg(kThread)->Iterations(1);

// From empty to 600,000 entries of 32 bytes with values of 32 bytes; the table doubles when it is full.
void BM_GrowingTable(benchmark::State& state) {
  constexpr int kEntries = kTableEntries;
  constexpr size_t kFinalBuckets = 1 << 20;
  constexpr size_t kLiveBytes = kEntries * 2 * kNodeBytes + kFinalBuckets * sizeof(Value);
  constexpr size_t kChain = 0;
  constexpr size_t kValue = 1;
  for (auto _ : state) {
    const std::unique_ptr<Heap> heap = MakeHeapFor(kLiveBytes, state.range(0));
    Mutator& mutator = heap->mutator();
    HandleScope scope(mutator);
    const Handle array = scope.Make(Value::FromObject(NewArray(mutator, kTableFirstBuckets)));
    const Buckets buckets(mutator, array);
    Random random(1);
    size_t entries = 0;
    const double running_ns = Report(state, *heap, kEntries, [&] {
      if (entries++ == buckets.size()) {
        ObjectHeader* larger = NewArray(mutator, 2 * buckets.size());
        const Value old = array.get();
        array.set(Value::FromObject(larger));
        for (size_t i = 0; i < static_cast<size_t>(old.object()->second); ++i) {
          for (Value v = old.object()->slots()[i]; v.IsHeapRef();) {
            const Value next = v.object()->slots()[kChain];
            buckets.Insert(v.object(), kChain);
            v = next;
          }
        }
      }
      HandleScope inner(mutator);
      const Handle value = inner.Make(Value::FromObject(NewNode(mutator)));
      ObjectHeader* entry = NewNode(mutator, random.Below(uint64_t{1} << 32));
      WriteField(mutator, entry->slots() + kValue, value.get());
      buckets.Insert(entry, kChain);
    });
    // All of it fits the heap: no marking at all.
    ReportFloor(state, running_ns, BarePairs(kEntries, kNodeBytes, kNodeBytes), kEntries, 0);
  }
}
BENCHMARK(BM_GrowingTable)->Name("throughput/growing_table")->Arg(kPause)->Arg(kThread)->Iterations(1);

struct MallocMemory {
  template <typename T>
  static T* New() {
    return static_cast<T*>(std::calloc(1, sizeof(T)));
  }
  template <typename T>
  static T** NewArray(size_t length) {
    return static_cast<T**>(std::calloc(length, sizeof(T*)));
  }
  static uint64_t* NewBytes(size_t words) { return static_cast<uint64_t*>(std::malloc(words * 8)); }
  static void Free(void* memory) { std::free(memory); }
  static void FreeArray(void* memory) { std::free(memory); }
};
constexpr int64_t kNeverStopped = 0;

void BM_MallocLruCache(benchmark::State& state) {
  for (auto _ : state) {
    uint64_t sum = 0;
    state.counters["ns"] = RunPlainCache<MallocMemory>(&sum, &kNeverStopped).ns / kCacheReads;
    benchmark::DoNotOptimize(sum);
  }
}
BENCHMARK(BM_MallocLruCache)->Name("throughput_malloc/lru_cache")->Iterations(1);

void BM_MallocGrowingTable(benchmark::State& state) {
  for (auto _ : state) {
    state.counters["ns"] = RunPlainTable<MallocMemory>(&kNeverStopped).ns / kTableEntries;
  }
}
BENCHMARK(BM_MallocGrowingTable)->Name("throughput_malloc/growing_table")->Iterations(1);

}  // namespace
}  // namespace foxvm::gc
