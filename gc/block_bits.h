// BlockBits: the mark bytes of one block as sets of granules, one bit each, for sweeping it at once.
// How: 64 granules fit a word, and what sweeping asks for is arithmetic on the whole block as one long
//      number: adding the starts of the dead to the complement of all ends carries each to its own end; twice
//      the ends less the starts of the living is what these cover. Nothing depends on the objects' order.
// Threads: plain data.  Collects: never.  Not here: what the bytes mean (mark_table.h).
#ifndef FOXVM_GC_BLOCK_BITS_H_
#define FOXVM_GC_BLOCK_BITS_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "gc/heap_memory.h"
#include "gc/mark_table.h"

namespace foxvm::gc {

class BlockBits {
 public:
  // Reads the bytes of a block from `marks` on, in which the starts of the living hold `epoch`.
  BlockBits(const uint8_t* marks, uint8_t epoch) {
    const int live_bit = std::countr_zero(epoch);
    const int dead_bit = std::countr_zero(static_cast<uint8_t>(MarkTable::kEpochMask - epoch));
    const int end_bit = std::countr_zero(MarkTable::kEnd);
    for (size_t i = 0; i < kWords; ++i) {
      for (size_t byte = 0; byte < 64; byte += 8) {
        uint64_t eight;
        std::memcpy(&eight, marks + 64 * i + byte, sizeof(eight));
        live_[i] |= BitOfEach(eight, live_bit) << byte;
        dead_[i] |= BitOfEach(eight, dead_bit) << byte;
        ends_[i] |= BitOfEach(eight, end_bit) << byte;
      }
      any_live_ |= live_[i] != 0;
      any_dead_ |= dead_[i] != 0;
    }
  }

  bool any_live() const { return any_live_; }
  bool any_dead() const { return any_dead_; }

  // Calls visit(granule) for the first granule of each dead object.
  template <typename Visit>
  void ForEachDeadStart(Visit&& visit) const {
    for (size_t i = 0; i < kWords; ++i) ForEachBit(i, dead_[i], visit);
  }
  // Calls visit(granule) for the first and last granules of dead objects, and forgets these.
  template <typename Visit>
  void DropDead(Visit&& visit) {
    uint64_t carry = 0;
    for (size_t i = 0; i < kWords; ++i) {
      uint64_t sum;
      const bool carry1 = __builtin_add_overflow(~ends_[i], dead_[i], &sum);
      const bool carry2 = __builtin_add_overflow(sum, carry, &sum);
      carry = carry1 | carry2;
      const uint64_t dead_ends = sum & ends_[i];
      ForEachBit(i, dead_[i] | dead_ends, visit);
      ends_[i] &= ~dead_ends;
      dead_[i] = 0;
    }
    any_dead_ = false;
  }
  // Granules in runs of at least four that no object covers. Requires that the dead are dropped.
  size_t GranulesInHoles() const {
    std::array<uint64_t, kWords + 1> free;
    uint64_t end_before = 0;
    uint64_t borrow = 0;
    for (size_t i = 0; i < kWords; ++i) {
      uint64_t covered;
      const bool borrow1 = __builtin_sub_overflow(ends_[i] << 1 | end_before, live_[i], &covered);
      const bool borrow2 = __builtin_sub_overflow(covered, borrow, &covered);
      borrow = borrow1 | borrow2;
      end_before = ends_[i] >> 63;
      free[i] = ~covered;
    }
    free[kWords] = 0;
    size_t granules = 0;
    uint64_t before = 0;
    for (size_t i = 0; i < kWords; ++i) {
      const uint64_t two = free[i] & (free[i] >> 1 | free[i + 1] << 63);
      const uint64_t next_two = free[i + 1] & free[i + 1] >> 1;  // its last bit is not asked for
      const uint64_t four = two & (two >> 2 | next_two << 62);
      granules += static_cast<size_t>(
          std::popcount(four | Up(four, before, 1) | Up(four, before, 2) | Up(four, before, 3)));
      before = four;
    }
    return granules;
  }

 private:
  static constexpr size_t kWords = kBlockBytes / kObjectAlignment / 64;

  // Bit `bit` of each byte, gathered in the lowest eight.
  static uint64_t BitOfEach(uint64_t eight, int bit) {
    return (eight >> bit & 0x0101010101010101) * 0x0102040810204080 >> 56;
  }
  // `word`, in front of which is `before`, moved up.
  static uint64_t Up(uint64_t word, uint64_t before, int bits) {
    return word << bits | before >> (64 - bits);
  }
  template <typename Visit>
  static void ForEachBit(size_t word, uint64_t bits, Visit&& visit) {
    for (; bits != 0; bits &= bits - 1) visit(word * 64 + static_cast<size_t>(std::countr_zero(bits)));
  }

  std::array<uint64_t, kWords> live_{};  // starts
  std::array<uint64_t, kWords> dead_{};  // starts
  std::array<uint64_t, kWords> ends_{};  // of both
  bool any_live_ = false;
  bool any_dead_ = false;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_BLOCK_BITS_H_
