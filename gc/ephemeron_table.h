// EphemeronTable: values attached to objects from outside: what a key's entry holds lives as long as the key
// does, and the entry does not keep the key alive, not even when the value refers to it. For caches with weak
// keys and for properties of objects that have no room for them.
// How: a hash map by identity (ephemeron_map.h), outside the heap. The first entry of an object gives it an
//      identity hash, for which it grows by 16 bytes when it moves next. Collections drop the entries of dead
//      keys; the cost is linear in the entries, in a minor collection in those that may refer to young
//      objects (ephemerons.h). A marking in slices or on a thread pays it in slices (ephemeron_pass.h).
// Invariants: ET-1 an object that waits for its finalizer, and what it refers to, keeps its entries until it
//      dies.
// Threads: the mutator's.  Collects: never.  Owns: its entries. A table that outlives its heap is empty.
#ifndef FOXVM_GC_EPHEMERON_TABLE_H_
#define FOXVM_GC_EPHEMERON_TABLE_H_

#include <cstddef>
#include <cstdint>

#include "gc/ephemeron_map.h"
#include "gc/heap.h"
#include "gc/linked_list.h"
#include "gc/object.h"
#include "gc/value.h"

namespace foxvm::gc {

class EphemeronTable : public ListLink<EphemeronTable> {
 public:
  explicit EphemeronTable(Heap& heap);
  ~EphemeronTable();
  EphemeronTable(const EphemeronTable&) = delete;
  EphemeronTable& operator=(const EphemeronTable&) = delete;

  // The value of `key`, or Value::Empty(). Like any value, it is the caller's to root.
  Value Get(ObjectHeader* key) const;
  // Gives `key` the value, in place of the one before. False, and no effect, when the system has no memory
  // for a new entry, or the heap is gone.
  bool Set(ObjectHeader* key, Value value);
  // False when `key` has no entry.
  bool Erase(ObjectHeader* key);
  // Entries, those included whose key has died since the last collection.
  size_t size() const { return map_.size(); }

 private:
  friend class EphemeronResolver;
  friend class EphemeronPass;

  static constexpr uint32_t kNoNumber = UINT32_MAX;

  // The number of `key`'s entry, or EphemeronMap::kNone.
  uint32_t Find(ObjectHeader* key) const;

  // The heap is going, whose tables' memory is `memory`.
  void LeaveHeap(TableMemory& memory);

  Heap* heap_;  // null when it is gone
  EphemeronMap map_;
  uint32_t number_ = kNoNumber;  // among the heap's tables
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_EPHEMERON_TABLE_H_
