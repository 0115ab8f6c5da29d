// VisitTable: which objects the verifier's current trace knows as starts in the young space, and which it has visited.
// How: a word per 16-byte granule of the heap holds the number of the last trace that noted it, so that a new trace
//      need not clear what the last one left.
// Threads: one at a time.  Collects: never.  Owns: the table, a sparse mapping a quarter as long as the heap's range.
#ifndef FOXVM_GC_VISIT_TABLE_H_
#define FOXVM_GC_VISIT_TABLE_H_

#include <cstdint>

#include "gc/heap_memory.h"
#include "gc/object.h"
#include "gc/os_memory.h"

namespace foxvm::gc {

class VisitTable {
 public:
  // Covers `whole`, nothing noted. empty() when the system has no room.
  explicit VisitTable(Zone whole)
      : base_(whole.begin),
        table_(AddressRange::MapSparse((whole.bytes() >> kObjectAlignmentLog2) * sizeof(uint32_t))) {}

  bool empty() const { return table_.empty(); }

  // Forgets everything.
  void StartTrace() {
    start_ += 2;
    if (start_ != 0) return;
    table_.Decommit(table_.base(), table_.bytes());
    start_ = 2;
  }

  void NoteStart(const ObjectHeader* object) { *At(object) = start_; }
  bool IsStart(const ObjectHeader* object) const { return *At(object) >= start_; }
  // True the first time.
  bool Visit(const ObjectHeader* object) {
    const uint32_t visited = start_ + 1;
    if (*At(object) == visited) return false;
    *At(object) = visited;
    return true;
  }

 private:
  uint32_t* At(const ObjectHeader* object) const {
    return reinterpret_cast<uint32_t*>(table_.base()) +
           ((reinterpret_cast<uintptr_t>(object) - base_) >> kObjectAlignmentLog2);
  }

  uintptr_t base_;
  AddressRange table_;
  uint32_t start_ = 0;  // even: a start; one more: visited
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_VISIT_TABLE_H_
