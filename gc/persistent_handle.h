// PersistentHandle: keeps an object alive for as long as the handle lives, which no scope bounds.
// How: it owns a rooted slot of the heap (handle_slab.h); the collector rewrites the slot. Handles are moved,
//      made and dropped in O(1), in any order, among each other and among scopes. A slot costs 24 bytes that
//      the heap keeps for the next handle; a minor collection looks only at slots that may refer to young
//      objects.
// Threads: the mutator's.  Collects: never.  Owns: its slot. A handle that outlives its heap is empty.
// Not here: Handle (handle.h), for what a function holds while it runs.
#ifndef FOXVM_GC_PERSISTENT_HANDLE_H_
#define FOXVM_GC_PERSISTENT_HANDLE_H_

#include "gc/handle_slab.h"
#include "gc/heap.h"
#include "gc/object.h"
#include "gc/value.h"

namespace foxvm::gc {

class PersistentHandle {
 public:
  // Holds nothing: get() is Value::Empty().
  PersistentHandle() = default;
  // Keeps `v`, any value of `heap`; or holds nothing when the system has no memory for one more slot.
  PersistentHandle(Heap& heap, Value v) : slot_(heap.persistent_slots(), v) {}

  bool has_slot() const { return slot_.has_node(); }
  Value get() const { return slot_.get(); }
  // Requires that get() is a reference.
  ObjectHeader* object() const { return get().object(); }
  // Keeps `v` instead. Not for a handle that holds nothing or whose heap is gone.
  void set(Value v) { slot_.set(v); }
  // Holds nothing from now on.
  void reset() { slot_.Reset(); }

 private:
  SlabSlot slot_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_PERSISTENT_HANDLE_H_
