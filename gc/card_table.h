// CardTable: one byte per 512 bytes of the heap, dirty when a slot there may refer to a young object.
// How: the table covers the whole range, so the barrier's unconditional store can never leave it; the
//      mutator's copy of the base is biased by the heap's address. Memory for it comes from the system on
//      first touch.
// Invariants: CT-1 between collections, every slot of an old object that refers to a young one lies on a
//      dirty card. CT-2 a minor collection leaves dirty only the cards that hold such a slot.
// Threads: barrier by the mutator, the rest while it is stopped.  Collects: never.  Owns: the table.
#ifndef FOXVM_GC_CARD_TABLE_H_
#define FOXVM_GC_CARD_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "gc/heap_memory.h"
#include "gc/mutator.h"
#include "gc/os_memory.h"

namespace foxvm::gc {

inline constexpr size_t kCardBytes = size_t{1} << kCardShift;

class CardTable {
 public:
  // Covers `whole`, all clean. empty() when the system has no room.
  explicit CardTable(Zone whole)
      : table_(AddressRange::MapSparse((whole.bytes() >> kCardShift) + sizeof(uint64_t))),
        biased_(reinterpret_cast<uint8_t*>(table_.base() - (whole.begin >> kCardShift))) {}

  bool empty() const { return table_.empty(); }
  // What Mutator::biased_cards holds.
  uint8_t* biased() const { return biased_; }

  uint8_t* CardOf(uintptr_t address) const { return biased_ + (address >> kCardShift); }
  bool IsDirty(uintptr_t address) const { return *CardOf(address) != kCardClean; }
  void Dirty(uintptr_t address) { *CardOf(address) = kCardDirty; }
  // All cards that [begin, end) touches.
  void DirtyRange(uintptr_t begin, uintptr_t end) { Fill(begin, end, kCardDirty); }
  void CleanRange(uintptr_t begin, uintptr_t end) { Fill(begin, end, kCardClean); }

  // Calls visit(card_begin) for each dirty card of [begin, end), both multiples of kCardBytes; cleans it
  // first.
  template <typename Visit>
  void CleanEachDirty(uintptr_t begin, uintptr_t end, Visit&& visit) {
    uint8_t* last = CardOf(end);
    for (uint8_t* card = CardOf(begin); card < last;) {
      uint64_t eight;
      std::memcpy(&eight, card, sizeof(eight));  // the table is longer by one word
      if (eight == 0) {
        card = SkipClean(card + sizeof(eight), last);
        continue;
      }
      card += static_cast<size_t>(__builtin_ctzll(eight)) / 8;
      if (card >= last) return;
      *card = kCardClean;
      visit(static_cast<uintptr_t>(card - biased_) << kCardShift);
      ++card;
    }
  }

 private:
  // Most cards are clean: 64 at a time, without leaving [card, last).
  static uint8_t* SkipClean(uint8_t* card, const uint8_t* last) {
    for (; last - card >= 64; card += 64) {
      uint64_t any = 0;
      for (size_t i = 0; i < 64; i += sizeof(uint64_t)) {
        uint64_t eight;
        std::memcpy(&eight, card + i, sizeof(eight));
        any |= eight;
      }
      if (any != 0) break;
    }
    return card;
  }
  void Fill(uintptr_t begin, uintptr_t end, uint8_t value) {
    if (begin >= end) return;
    std::memset(CardOf(begin), value, static_cast<size_t>(CardOf(end - 1) - CardOf(begin)) + 1);
  }

  AddressRange table_;
  uint8_t* biased_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_CARD_TABLE_H_
