// WeakTracer: what a collection offers, once everything strongly reachable is traced, to those parts of the
// heap that depend on what died (weak.h): to ask, and to keep alive after all.
// Threads: with the mutator stopped.  Collects: it is part of the collection.
#ifndef FOXVM_GC_WEAK_TRACER_H_
#define FOXVM_GC_WEAK_TRACER_H_

#include "gc/roots.h"
#include "gc/value.h"

namespace foxvm::gc {

class WeakTracer : public WeakVisitor {
 public:
  // Makes the object that `slot`, outside the heap, refers to survive, and rewrites the slot. What the object
  // refers to is left to Drain. No effect on a value that is no reference.
  virtual void Keep(Value* slot) = 0;
  // Traces everything kept so far, with all that is reachable from it.
  virtual void Drain() = 0;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_WEAK_TRACER_H_
