// GranuleTable: a number for every object of a heap, beside the heap.
// How: a word per 16-byte granule of the heap's range; those of objects' starts are used, and only they are
//      ever touched. All are 0 at first.
// Threads: one at a time.  Collects: never.  Owns: the table, a sparse mapping a quarter as long as the
//      heap's range.
#ifndef FOXVM_GC_GRANULE_TABLE_H_
#define FOXVM_GC_GRANULE_TABLE_H_

#include <cstdint>

#include "gc/heap_memory.h"
#include "gc/object.h"
#include "gc/os_memory.h"

namespace foxvm::gc {

class GranuleTable {
 public:
  // Covers `whole`. empty() when the system has no room.
  explicit GranuleTable(Zone whole)
      : base_(whole.begin),
        table_(AddressRange::MapSparse((whole.bytes() >> kObjectAlignmentLog2) * sizeof(uint32_t))) {}

  bool empty() const { return table_.empty(); }
  // That of `object`, which starts in the range.
  uint32_t& operator[](const ObjectHeader* object) const {
    return reinterpret_cast<uint32_t*>(
        table_.base())[(reinterpret_cast<uintptr_t>(object) - base_) >> kObjectAlignmentLog2];
  }
  // Makes all 0 and gives the memory back.
  void Clear() { table_.Decommit(table_.base(), table_.bytes()); }

 private:
  const uintptr_t base_;
  AddressRange table_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_GRANULE_TABLE_H_
