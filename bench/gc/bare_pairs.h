// The floor of what a copying, marking collector has to do for a table of entries with values: each pair
// copied once, out of a small young space into a large old one, and all that is there marked as often as its
// heap fills up.
// How: Cheney's copy and a marking loop with prefetching, as in bare_copy.h and major_bench.cc, over these
//      shapes and nothing else: no cards, types, ages or bounds. Entries are reached in random order, as from
//      the buckets of a table; each refers to its value.
// Threads: one at a time.  Owns: its spaces.
#ifndef FOXVM_BENCH_GC_BARE_PAIRS_H_
#define FOXVM_BENCH_GC_BARE_PAIRS_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "bench/gc/measure.h"

namespace foxvm::gc {

class BarePairs {
 public:
  // `pairs` that live at the same time, of an entry and a value of so many bytes, multiples of 16, headers
  // included.
  BarePairs(size_t pairs, size_t entry_bytes, size_t value_bytes)
      : entry_words_(entry_bytes / 8),
        value_words_(value_bytes / 8),
        pairs_(pairs),
        young_(kYoungPairs * PairWords()),
        old_(pairs * PairWords()),
        marks_(old_.size() / 2) {
    for (size_t i = 0; i < pairs; ++i) places_.push_back(i);
    for (size_t i = pairs; i > 1; --i) std::swap(places_[i - 1], places_[random_.Below(i)]);
  }

  // What copying a pair takes, in nanoseconds: of as many as live.
  double CopyNs() {
    int64_t ns = 0;
    size_t copied = 0;
    std::vector<uint64_t*> roots(kYoungPairs);
    while (copied + kYoungPairs <= pairs_) {
      FillYoung(&roots);
      const int64_t start = NowNs();
      uint64_t* free = &old_[copied * PairWords()];
      for (uint64_t*& root : roots) {
        root = Copied(root, entry_words_, &free);
        root[kValue] = reinterpret_cast<uint64_t>(Copied(Ref(root[kValue]), value_words_, &free));
      }
      ns += NowNs() - start;
      copied += kYoungPairs;
    }
    return static_cast<double>(ns) / static_cast<double>(copied);
  }

  // What marking all that lives takes, in nanoseconds. After CopyNs.
  double MarkNs() {
    LinkOld();
    const int64_t start = NowNs();
    std::memset(marks_.data(), 0, marks_.size());
    const uint64_t* waiting[kAhead] = {};
    size_t marked = 0;
    for (size_t i = 0; i < pairs_ + kAhead; ++i) {
      const uint64_t* entry = i < pairs_ ? &old_[places_[i] * PairWords()] : nullptr;
      if (entry != nullptr) __builtin_prefetch(entry);
      std::swap(entry, waiting[i % kAhead]);
      if (entry == nullptr) continue;
      marked += Mark(entry) + Mark(Ref(entry[kValue]));
    }
    const int64_t ns = NowNs() - start;
    return marked == 2 * pairs_ ? static_cast<double>(ns) : 0;
  }

 private:
  static constexpr size_t kYoungPairs = 8192;
  static constexpr size_t kValue = 3;  // word of an entry: behind its header and a link
  static constexpr size_t kAhead = 12;

  size_t PairWords() const { return entry_words_ + value_words_; }
  static uint64_t* Ref(uint64_t word) { return reinterpret_cast<uint64_t*>(word); }

  // The program's writing of new pairs, in the order of allocation; the order in which they are reached is
  // random.
  void FillYoung(std::vector<uint64_t*>* roots) {
    std::memset(young_.data(), 0, young_.size() * 8);
    for (size_t i = 0; i < kYoungPairs; ++i) {
      uint64_t* entry = &young_[i * PairWords()];
      entry[kValue] = reinterpret_cast<uint64_t>(entry + entry_words_);
      std::swap((*roots)[i] = entry, (*roots)[random_.Below(i + 1)]);
    }
  }
  static uint64_t* Copied(uint64_t* object, size_t words, uint64_t** free) {
    if (object[0] != 0) return Ref(object[0]);
    uint64_t* copy = std::exchange(*free, *free + words);
    std::memcpy(copy, object, words * 8);
    object[0] = reinterpret_cast<uint64_t>(copy);
    return copy;
  }
  void LinkOld() {
    for (size_t i = 0; i < pairs_; ++i) {
      uint64_t* entry = &old_[i * PairWords()];
      entry[kValue] = reinterpret_cast<uint64_t>(entry + entry_words_);
    }
  }
  size_t Mark(const uint64_t* object) {
    uint8_t& mark = marks_[static_cast<size_t>(object - old_.data()) / 2];
    return mark++ == 0;
  }

  const size_t entry_words_;
  const size_t value_words_;
  const size_t pairs_;
  Random random_{1};
  std::vector<uint64_t> young_;
  std::vector<uint64_t> old_;
  std::vector<uint8_t> marks_;
  std::vector<size_t> places_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_BENCH_GC_BARE_PAIRS_H_
