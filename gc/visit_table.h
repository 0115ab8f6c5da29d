// VisitTable: which objects the verifier's current trace knows as starts in the young space, and which it has
// visited.
// How: an object's number (granule_table.h) is that of the last trace that noted it, so that a new trace need
//      not clear what the last one left.
// Threads: one at a time.  Collects: never.
#ifndef FOXVM_GC_VISIT_TABLE_H_
#define FOXVM_GC_VISIT_TABLE_H_

#include <cstdint>

#include "gc/granule_table.h"
#include "gc/heap_memory.h"
#include "gc/object.h"

namespace foxvm::gc {

class VisitTable {
 public:
  // Covers `whole`, nothing noted. empty() when the system has no room.
  explicit VisitTable(Zone whole) : notes_(whole) {}

  bool empty() const { return notes_.empty(); }

  // Forgets everything.
  void StartTrace() {
    start_ += 2;
    if (start_ != 0) return;
    notes_.Clear();
    start_ = 2;
  }

  void NoteStart(const ObjectHeader* object) { notes_[object] = start_; }
  bool IsStart(const ObjectHeader* object) const { return notes_[object] >= start_; }
  // True the first time.
  bool Visit(const ObjectHeader* object) {
    const uint32_t visited = start_ + 1;
    if (notes_[object] == visited) return false;
    notes_[object] = visited;
    return true;
  }

 private:
  GranuleTable notes_;
  uint32_t start_ = 0;  // even: a start; one more: visited
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_VISIT_TABLE_H_
