// VerifyHeap: checks everything reachable by a second, simpler trace than the collector's.
// How: walks the young space to learn its object starts, then follows every slot from the roots with a table
//      of visited objects (visit_table.h). Stops the process with a description of the first reference that
//      breaks a rule.
// Checked: a reference is 16-aligned, inside the heap and at the start of an object; that object's type is
//      registered, its size and generation fit its space, and it is not forwarded; an old object's slot that
//      refers to a young object lies on a dirty card (CT-1); a settled frame refers to nothing young (SR-2);
//      what weak.h is to list is listed (HS-1, EP-1, FI-1, WK-1). What only weak handles, ephemerons or
//      waiting finalizers refer to must be intact, too.
// Threads: with the mutator stopped, at either end of a collection.  Collects: never.
#ifndef FOXVM_GC_VERIFY_HEAP_H_
#define FOXVM_GC_VERIFY_HEAP_H_

#include <cstdint>

#include "gc/root_set.h"
#include "gc/spaces.h"
#include "gc/visit_table.h"
#include "gc/weak.h"

namespace foxvm::gc {

// `eden_used_end` and `marking` are those of the Mutator; `visits` is scratch that one heap keeps from one
// call to the next.
void VerifyHeap(uintptr_t eden_used_end, bool marking, Spaces& spaces, RootSet& roots, Lifetimes& lifetimes,
                VisitTable& visits);

}  // namespace foxvm::gc

#endif  // FOXVM_GC_VERIFY_HEAP_H_
