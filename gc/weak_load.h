// LoadWeak: the one door by which a reference that keeps nothing alive becomes one that the program holds.
// How: while a marking runs, what a weak load returns becomes reachable, though the marking's snapshot may
//      not have reached it: this is where the collector is told. Weak handles, the values of ephemeron tables
//      and the tables of others that do not keep their entries alive (WeakProvider) give nothing away but
//      through here.
// Threads: the mutator's.  Collects: never.
#ifndef FOXVM_GC_WEAK_LOAD_H_
#define FOXVM_GC_WEAK_LOAD_H_

#include "absl/base/optimization.h"
#include "gc/mutator.h"
#include "gc/value.h"

namespace foxvm::gc {

// The part of it that only a running marking needs. Requires mutator.marking.
void LogForMarking(Mutator& mutator, ObjectHeader* object);

// `v`, just read from a place that does not keep it alive; any value, reference or not.
inline Value LoadWeak(Mutator& mutator, Value v) {
  if (ABSL_PREDICT_FALSE(mutator.marking) && v.IsHeapRef()) LogForMarking(mutator, v.object());
  return v;
}

// The same for what a weak handle refers to: Value::Empty() if that has been found dead, though the handle
// has yet to be emptied. Requires mutator.marking.
Value LoadWeakHandleSlow(Mutator& mutator, Value v);

inline Value LoadWeakHandle(Mutator& mutator, Value v) {
  return ABSL_PREDICT_FALSE(mutator.marking) && v.IsHeapRef() ? LoadWeakHandleSlow(mutator, v) : v;
}

}  // namespace foxvm::gc

#endif  // FOXVM_GC_WEAK_LOAD_H_
