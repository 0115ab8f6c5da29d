// MarkTable: one byte per 16-byte granule: where old objects start and end, and which the last marking
// reached.
// How: a start byte holds the epoch of the marking that reached the object; the epoch alternates between 1
//      and 2, so one marking need not clear what the last one left. The byte of the object's last granule has
//      kEnd. Objects are found from any address, and free space between them, without touching their memory.
// Invariants: MT-1 in the block zone a byte is nonzero only at an object's first and last granule. MT-2
//      outside a collection, bytes of the young zone are zero. MT-3 an object made while no marking runs has
//      the current epoch.
// Threads: the mutator's, stopped or allocating old, while the marking thread marks what was there before (so
//      bytes are relaxed atomics; two that mark the same object at once may both find it unmarked).
//      Collects: never.  Owns: the table.
#ifndef FOXVM_GC_MARK_TABLE_H_
#define FOXVM_GC_MARK_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "gc/heap_memory.h"
#include "gc/object.h"
#include "gc/os_memory.h"

namespace foxvm::gc {

class MarkTable {
 public:
  static constexpr uint8_t kEpochMask = 3;
  static constexpr uint8_t kEnd = 0x80;

  // Covers `whole`, all zero. empty() when the system has no room.
  explicit MarkTable(Zone whole)
      : table_(AddressRange::MapSparse((whole.bytes() >> kObjectAlignmentLog2) + sizeof(uint64_t))),
        biased_(reinterpret_cast<uint8_t*>(table_.base() - (whole.begin >> kObjectAlignmentLog2))) {}

  bool empty() const { return table_.empty(); }
  uint8_t* At(uintptr_t address) const { return biased_ + (address >> kObjectAlignmentLog2); }
  uint8_t* At(const ObjectHeader* object) const { return At(reinterpret_cast<uintptr_t>(object)); }
  uintptr_t AddressOf(const uint8_t* mark) const {
    return static_cast<uintptr_t>(mark - biased_) << kObjectAlignmentLog2;
  }

  uint8_t epoch() const { return epoch_; }
  // Every object becomes unmarked. Requires that no byte holds the epoch before the current one: sweeping is
  // done.
  void StartEpoch() { epoch_ = static_cast<uint8_t>(kEpochMask - epoch_); }

  bool IsMarked(const ObjectHeader* object) const { return IsCurrent(Load(At(object))); }
  bool IsCurrent(uint8_t mark) const { return (mark & kEpochMask) == epoch_; }
  static bool IsStart(uint8_t mark) { return (mark & kEpochMask) != 0; }

  // Marks objects in the current epoch; small, for loops that keep it in registers.
  class Writer {
   public:
    uint8_t* At(const ObjectHeader* object) const {
      return biased_ + (reinterpret_cast<uintptr_t>(object) >> kObjectAlignmentLog2);
    }
    // False when `object` was marked already.
    bool Mark(const ObjectHeader* object) const {
      uint8_t* at = At(object);
      const uint8_t mark = Load(at);
      if ((mark & epoch_) != 0) return false;  // epochs are single bits
      Store(at, static_cast<uint8_t>((mark & kEnd) | epoch_));
      return true;
    }

   private:
    friend class MarkTable;
    Writer(uint8_t* biased, uint8_t epoch) : biased_(biased), epoch_(epoch) {}
    uint8_t* biased_;
    uint8_t epoch_;
  };
  Writer writer() { return {biased_, epoch_}; }
  // Marks `object`; false when it was marked already.
  bool Mark(const ObjectHeader* object) { return writer().Mark(object); }

  // Enters a new old object of `bytes`, marked.
  void SetObject(uintptr_t start, size_t bytes) {
    Store(At(start), epoch_);
    uint8_t* last = At(start + bytes - kObjectAlignment);
    Store(last, static_cast<uint8_t>(*last | kEnd));
  }
  // Enters a large object, which has no end byte.
  void SetLargeStart(uintptr_t start) { Store(At(start), epoch_); }
  void ClearStart(uintptr_t start) { *At(start) = 0; }

  // First nonzero byte in [from, end), or end.
  static uint8_t* NextNonZero(uint8_t* from, uint8_t* end) {
    while (from < end) {
      uint64_t eight;
      std::memcpy(&eight, from, sizeof(eight));  // the table is longer by one word
      if (eight != 0) {
        from += static_cast<size_t>(__builtin_ctzll(eight)) / 8;
        return from < end ? from : end;
      }
      from += sizeof(eight);
    }
    return end;
  }
  // The last granule of the object that starts at `start`, inside a block that ends at `end`.
  static uint8_t* EndOfObject(uint8_t* start, uint8_t* end) {
    return (*start & kEnd) != 0 ? start : NextNonZero(start + 1, end);
  }

  // Has the bytes of [begin, end) in memory before they are needed.
  void Touch(uintptr_t begin, uintptr_t end) {
    table_.Touch(reinterpret_cast<uintptr_t>(At(begin)), static_cast<size_t>(At(end) - At(begin)));
  }
  // Gives back the memory of the bytes of [begin, end), which are zero and stay so.
  void Release(uintptr_t begin, uintptr_t end) {
    table_.Decommit(reinterpret_cast<uintptr_t>(At(begin)), static_cast<size_t>(At(end) - At(begin)));
  }

  void ClearRange(uintptr_t begin, uintptr_t end) {
    std::memset(At(begin), 0, static_cast<size_t>(At(end) - At(begin)));
  }

 private:
  static uint8_t Load(const uint8_t* mark) { return __atomic_load_n(mark, __ATOMIC_RELAXED); }
  static void Store(uint8_t* mark, uint8_t value) { __atomic_store_n(mark, value, __ATOMIC_RELAXED); }

  AddressRange table_;
  uint8_t* biased_;
  uint8_t epoch_ = 1;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_MARK_TABLE_H_
