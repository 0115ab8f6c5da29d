// TableMemory: the memory of a heap's own tables beside its objects: of handles, ephemerons, finalizers,
// roots, large objects, blocks.
// How: malloc's, counted. A request that the system refuses gives null and changes nothing; what asks is a
//      table that a host or a program makes grow (Vector), and that answers with a status or a null object.
//      Tables that grow in a collection have had their room before it began.
// Threads: the mutator's, or with it stopped.  Collects: never.  Owns: nothing; each table frees its own.
#ifndef FOXVM_GC_TABLE_MEMORY_H_
#define FOXVM_GC_TABLE_MEMORY_H_

#include <cstddef>
#include <cstdlib>

#include "gc/fault_injection.h"

namespace foxvm::gc {

class TableMemory {
 public:
  explicit TableMemory(FaultInjection& faults) : faults_(faults) {}
  TableMemory(const TableMemory&) = delete;
  TableMemory& operator=(const TableMemory&) = delete;

  // `memory` (of `old_bytes`, or null) made `bytes` long, what fits of its contents kept; null, and `memory`
  // as it was, when the system refuses. For std::free.
  void* Resize(void* memory, size_t old_bytes, size_t bytes) {
    if (faults_.RefusesTable()) return nullptr;
    void* resized = std::realloc(memory, bytes);
    if (resized != nullptr) bytes_ += bytes - old_bytes;
    return resized;
  }
  // `bytes`, a multiple of `alignment`, at a multiple of it; or null.
  void* AllocateAligned(size_t alignment, size_t bytes) {
    if (faults_.RefusesTable()) return nullptr;
    void* memory = std::aligned_alloc(alignment, bytes);
    if (memory != nullptr) bytes_ += bytes;
    return memory;
  }
  void Free(void* memory, size_t bytes) {
    bytes_ -= bytes;
    std::free(memory);
  }
  // Held by all tables.
  size_t bytes() const { return bytes_; }

 private:
  FaultInjection& faults_;
  size_t bytes_ = 0;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_TABLE_MEMORY_H_
