// Finalizers: the objects whose type wants to be told of their death, listed so that no sweep has to look for
// them.
// How: one list of young and one of old objects, walked at the end of a collection, while the dead are still
//      intact.
// Invariants: WK-1 each object is on one list once. WK-2 a finalizer runs exactly once: at the end of the
//      collection that finds the object dead, or when the heap is destroyed.
// Threads: the mutator's, or with it stopped.  Collects: never.  Not here: weak tables of others (roots.h).
#ifndef FOXVM_GC_WEAK_H_
#define FOXVM_GC_WEAK_H_

#include <vector>

#include "gc/roots.h"
#include "gc/spaces.h"

namespace foxvm::gc {

class Finalizers {
 public:
  explicit Finalizers(Spaces& spaces) : spaces_(spaces) {}

  // `object` was just allocated; its type has a finalizer.
  void Add(ObjectHeader* object);
  size_t young_count() const { return young_.size(); }

  // At the end of a minor collection, before the from-space is reused: runs those of dead young objects.
  void AfterEvacuation();
  // At the end of marking, before sweeping: runs those of unmarked old objects.
  void AfterMarking();
  // After AfterMarking: where the objects are now.
  void Follow(WeakVisitor& visitor);
  // Runs all that are left; the heap is going away.
  void RunAll();

 private:
  void Run(ObjectHeader* object) { spaces_.types.Get(object->type()).finalize(object); }

  Spaces& spaces_;
  std::vector<ObjectHeader*> young_;
  std::vector<ObjectHeader*> old_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_WEAK_H_
