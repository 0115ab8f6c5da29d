// Major collection: marks everything reachable from the roots, so that the old generation can be swept.
// How: with the mutator stopped, right after a minor collection. An explicit stack of objects; arrays beyond
//      kRangeWords are taken piece by piece, so the stack stays small whatever the shape. Young survivors are
//      marked through the same table and their marks dropped at the end. Blocks are swept later, when
//      allocation wants them.
// Invariants: LO-3, MT-2, OS-2.
// Threads: with the mutator stopped.  Collects: it is the collection.  Not here: sweeping (old_space,
//      large_objects).
#ifndef FOXVM_GC_MAJOR_GC_H_
#define FOXVM_GC_MAJOR_GC_H_

#include "gc/root_set.h"
#include "gc/spaces.h"
#include "gc/weak.h"

namespace foxvm::gc {

// Requires an empty eden and finished sweeping.
void MarkAndStartSweep(Spaces& spaces, RootSet& roots, Lifetimes& lifetimes);

}  // namespace foxvm::gc

#endif  // FOXVM_GC_MAJOR_GC_H_
