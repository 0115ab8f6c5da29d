// The programs of throughput_bench.cc without its heap: the same LRU cache and growing table as plain
// structs, for malloc and free, and for libgc.
// How: `Memory` says how objects are made (New<T>() with references, NewBytes(n) without, NewArray(n) of
//      pointers, all zero) and given back (Free, FreeArray), which for a collector is nothing.
#ifndef FOXVM_BENCH_GC_PLAIN_TABLES_H_
#define FOXVM_BENCH_GC_PLAIN_TABLES_H_

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>

#include "bench/gc/measure.h"

namespace foxvm::gc {

inline constexpr size_t kCacheEntries = 100'000;
inline constexpr size_t kCacheBuckets = 1 << 17;
inline constexpr size_t kCacheValueWords = 30;  // 256 bytes with a header of 16
inline constexpr int kCacheReads = 3'000'000;
inline constexpr int kTableEntries = 600'000;
inline constexpr size_t kTableFirstBuckets = 16;

inline size_t HashOf(uint64_t key) { return static_cast<size_t>(key * 0x9E3779B97F4A7C15u >> 20); }

// A key below twice the number of entries, the smaller the more frequent: half of all are below an eighth of
// that. A quarter of the reads miss.
inline uint64_t SkewedKey(Random& random) {
  const double even = static_cast<double>(random.Below(uint64_t{1} << 32)) / 4294967296.0;
  return static_cast<uint64_t>(2 * kCacheEntries * even * even * even);
}

template <typename Memory>
class PlainCache {
 public:
  PlainCache()
      : buckets_(Memory::template NewArray<Entry>(kCacheBuckets)), ring_(Memory::template New<Entry>()) {
    ring_->newer = ring_->older = ring_;
  }

  uint64_t Read(uint64_t key) {
    Entry* entry = buckets_[HashOf(key) & (kCacheBuckets - 1)];
    while (entry != nullptr && entry->key != key) entry = entry->chain;
    if (entry == nullptr) {
      entry = Miss(key);
    } else {
      Unlink(entry);
    }
    Entry* second = ring_->older;
    entry->newer = ring_;
    entry->older = second;
    second->newer = entry;
    ring_->older = entry;
    return std::accumulate(entry->value, entry->value + kCacheValueWords, uint64_t{0});
  }

 private:
  struct Entry {
    uint64_t key;
    Entry* newer;
    Entry* older;
    Entry* chain;
    uint64_t* value;
  };

  Entry* Miss(uint64_t key) {
    if (entries_ == kCacheEntries) {
      Entry* oldest = ring_->newer;
      Entry** at = &buckets_[HashOf(oldest->key) & (kCacheBuckets - 1)];
      while (*at != oldest) at = &(*at)->chain;
      *at = oldest->chain;
      Unlink(oldest);
      Memory::Free(oldest->value);
      Memory::Free(oldest);
    } else {
      ++entries_;
    }
    Entry* entry = Memory::template New<Entry>();
    entry->key = key;
    entry->value = Memory::NewBytes(kCacheValueWords);
    for (size_t i = 0; i < kCacheValueWords; ++i) entry->value[i] = key + i;
    Entry** bucket = &buckets_[HashOf(key) & (kCacheBuckets - 1)];
    entry->chain = *bucket;
    *bucket = entry;
    return entry;
  }
  static void Unlink(Entry* entry) {
    entry->newer->older = entry->older;
    entry->older->newer = entry->newer;
  }

  Entry** buckets_;
  Entry* ring_;
  size_t entries_ = 0;
};

template <typename Memory>
class PlainTable {
 public:
  PlainTable() : buckets_(Memory::template NewArray<Entry>(size_)) {}

  void Insert(uint64_t key) {
    if (entries_++ == size_) Grow();
    uint64_t* value = Memory::NewBytes(2);
    Entry* entry = Memory::template New<Entry>();
    entry->key = key;
    entry->value = value;
    Link(entry);
  }

 private:
  struct Entry {
    uint64_t key;
    Entry* chain;
    uint64_t* value;
  };

  void Grow() {
    const size_t old_size = std::exchange(size_, 2 * size_);
    Entry** old = std::exchange(buckets_, Memory::template NewArray<Entry>(size_));
    for (size_t i = 0; i < old_size; ++i) {
      for (Entry* entry = old[i]; entry != nullptr;) {
        Entry* next = entry->chain;
        Link(entry);
        entry = next;
      }
    }
    Memory::FreeArray(old);
  }
  void Link(Entry* entry) {
    Entry** bucket = &buckets_[HashOf(entry->key) & (size_ - 1)];
    entry->chain = *bucket;
    *bucket = entry;
  }

  size_t size_ = kTableFirstBuckets;
  Entry** buckets_;
  size_t entries_ = 0;
};

// What the two take: nanoseconds in all, and of them those that `stopped_ns` counts.
struct PlainTime {
  double ns;
  double stopped_ns;
};

template <typename Memory>
PlainTime RunPlainCache(uint64_t* sum, const int64_t* stopped_ns) {
  PlainCache<Memory> cache;
  Random random(1);
  for (uint64_t i = 0; i < kCacheEntries; ++i) *sum += cache.Read(i);
  const int64_t stopped = *stopped_ns;
  const int64_t start = NowNs();
  for (int i = 0; i < kCacheReads; ++i) *sum += cache.Read(SkewedKey(random));
  return {static_cast<double>(NowNs() - start), static_cast<double>(*stopped_ns - stopped)};
}

template <typename Memory>
PlainTime RunPlainTable(const int64_t* stopped_ns) {
  PlainTable<Memory> table;
  Random random(1);
  const int64_t stopped = *stopped_ns;
  const int64_t start = NowNs();
  for (int i = 0; i < kTableEntries; ++i) table.Insert(random.Below(uint64_t{1} << 32));
  return {static_cast<double>(NowNs() - start), static_cast<double>(*stopped_ns - stopped)};
}

}  // namespace foxvm::gc

#endif  // FOXVM_BENCH_GC_PLAIN_TABLES_H_
