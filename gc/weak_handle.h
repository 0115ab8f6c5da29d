// WeakHandle: refers to an object without keeping it alive, and is emptied when the object dies.
// How: as PersistentHandle (persistent_handle.h), with a slot that is no root: each collection makes the slot
//      follow its object, or empties it. A minor collection looks only at slots that may refer to young
//      objects.
// Invariants: WH-1 a handle is emptied by the collection that finds its object unreachable, before the
//      object's finalizer runs: a finalizer that brings the object back does not bring back handles made
//      before.
// Threads: the mutator's.  Collects: never.  Owns: its slot. A handle that outlives its heap is empty.
#ifndef FOXVM_GC_WEAK_HANDLE_H_
#define FOXVM_GC_WEAK_HANDLE_H_

#include "gc/handle_slab.h"
#include "gc/heap.h"
#include "gc/value.h"
#include "gc/weak_load.h"

namespace foxvm::gc {

class WeakHandle {
 public:
  // Refers to nothing.
  WeakHandle() = default;
  // Refers to `v`, any value of `heap`; one that is no reference stays for good. Refers to nothing when the
  // system has no memory for one more slot.
  WeakHandle(Heap& heap, Value v) : slot_(heap.weak_slots(), v) {}

  bool has_slot() const { return slot_.has_node(); }
  // The value, or Value::Empty() once its object has died. Like any value, it is the caller's to root.
  Value get() const {
    Value v = slot_.get();
    return v.IsHeapRef() ? LoadWeakHandle(slot_.slab().mutator(), v) : v;
  }
  // Refers to nothing from now on.
  void reset() { slot_.Reset(); }

 private:
  SlabSlot slot_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_WEAK_HANDLE_H_
