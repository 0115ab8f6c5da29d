// Filling and bit searching in 64-bit words, for code that has no C library.
// Threads: any.
#ifndef FOXVM_VM_COMPAT_CORELIB_WORDS_H_
#define FOXVM_VM_COMPAT_CORELIB_WORDS_H_

#include <cstddef>
#include <cstdint>

namespace foxvm::corelib {

// [begin, end), both multiples of 8.
inline void ZeroWords(uintptr_t begin, uintptr_t end) {
  constexpr size_t kFewBytes = 256;  // below this the string instruction's start costs more than the loop
  if (end - begin <= kFewBytes) {
    for (; begin < end; begin += sizeof(uint64_t)) *reinterpret_cast<volatile uint64_t*>(begin) = 0;
    return;
  }
  size_t count = (end - begin) / sizeof(uint64_t);
  asm volatile("rep stosq" : "+D"(begin), "+c"(count) : "a"(0) : "memory");
}

// A set of the numbers 0 to 255: the granules of a page.
struct GranuleSet {
  static constexpr uint32_t kSize = 256;
  uint64_t words[kSize / 64];

  bool Contains(uint32_t i) const { return (words[i / 64] >> i % 64 & 1) != 0; }
  void Add(uint32_t i) { words[i / 64] |= uint64_t{1} << i % 64; }
  void Remove(uint32_t i) { words[i / 64] &= ~(uint64_t{1} << i % 64); }
  bool empty() const { return (words[0] | words[1] | words[2] | words[3]) == 0; }

  void AddRange(uint32_t begin, uint32_t end) {
    ForEachWord(begin, end, [this](uint32_t word, uint64_t mask) { words[word] |= mask; });
  }
  void RemoveRange(uint32_t begin, uint32_t end) {
    ForEachWord(begin, end, [this](uint32_t word, uint64_t mask) { words[word] &= ~mask; });
  }
  // The first number at or behind `from` that is in the set (is not); kSize when there is none.
  uint32_t NextIn(uint32_t from) const {
    return Next(from, [this](uint32_t word) { return words[word]; });
  }
  uint32_t NextOut(uint32_t from) const {
    return Next(from, [this](uint32_t word) { return ~words[word]; });
  }

  template <typename WordAt>
  static uint32_t Next(uint32_t from, WordAt word_at) {
    if (from >= kSize) return kSize;
    uint32_t word = from / 64;
    uint64_t bits = word_at(word) & (~uint64_t{0} << from % 64);
    while (bits == 0) {
      if (++word == kSize / 64) return kSize;
      bits = word_at(word);
    }
    return word * 64 + static_cast<uint32_t>(__builtin_ctzll(bits));
  }

 private:
  template <typename Apply>
  static void ForEachWord(uint32_t begin, uint32_t end, Apply apply) {
    while (begin < end) {
      uint32_t stop = begin / 64 * 64 + 64;
      if (stop > end) stop = end;
      apply(begin / 64, (~uint64_t{0} >> (64 - (stop - begin))) << begin % 64);
      begin = stop;
    }
  }
};

}  // namespace foxvm::corelib

#endif  // FOXVM_VM_COMPAT_CORELIB_WORDS_H_
