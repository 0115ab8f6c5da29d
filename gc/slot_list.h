// SlotList: addresses of slots, with their kind, to be visited later.
// How: a fixed piece of address space, given memory by the system as far as it is used; what does not fit
//      is lost, and overflowed() says so.
// Threads: one at a time.  Collects: never.  Owns: the mapping.
#ifndef FOXVM_GC_SLOT_LIST_H_
#define FOXVM_GC_SLOT_LIST_H_

#include <cstddef>
#include <cstdint>

#include "gc/os_memory.h"
#include "gc/slot.h"

namespace foxvm::gc {

class SlotList {
 public:
  explicit SlotList(size_t capacity)
      : memory_(AddressRange::MapSparse(capacity * sizeof(uint64_t))), capacity_(capacity) {}

  bool failed() const { return memory_.empty(); }
  bool overflowed() const { return overflowed_; }
  void Add(uint64_t* slot, SlotKind kind) {
    if (size_ == capacity_) {
      overflowed_ = true;
      return;
    }
    entries()[size_++] = reinterpret_cast<uint64_t>(slot) | static_cast<uint64_t>(kind);
  }
  // Calls visit(slot, kind) for each.
  template <typename Visit>
  void ForEach(Visit&& visit) const {
    for (size_t i = 0; i < size_; ++i) {
      visit(reinterpret_cast<uint64_t*>(entries()[i] & ~kKindMask),
            static_cast<SlotKind>(entries()[i] & kKindMask));
    }
  }
  // Empties the list and gives its memory back.
  void Clear() {
    if (size_ != 0) memory_.Decommit(memory_.base(), size_ * sizeof(uint64_t));
    size_ = 0;
    overflowed_ = false;
  }

 private:
  static constexpr uint64_t kKindMask = 1;  // slots are aligned to words
  static_assert(static_cast<uint64_t>(SlotKind::kRaw) == 1 && static_cast<uint64_t>(SlotKind::kTagged) == 0);

  uint64_t* entries() const { return reinterpret_cast<uint64_t*>(memory_.base()); }

  AddressRange memory_;
  size_t capacity_;
  size_t size_ = 0;
  bool overflowed_ = false;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_SLOT_LIST_H_
