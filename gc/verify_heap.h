// VerifyHeap: checks everything reachable by a second, simpler trace than the collector's.
// How: walks the young space to learn its object starts, then follows every slot from the roots with a plain
//      set of visited objects. Stops the process with a description of the first reference that breaks a
//      rule.
// Checked: a reference is 16-aligned, inside the heap and at the start of an object; that object's type is
//      registered, its size and generation fit its space, and it is not forwarded; an old object's slot that
//      refers to a young object lies on a dirty card (CT-1); young objects of types with finalizers are on
//      the list (WK-1).
// Threads: with the mutator stopped, at either end of a collection.  Collects: never.
#ifndef FOXVM_GC_VERIFY_HEAP_H_
#define FOXVM_GC_VERIFY_HEAP_H_

#include <cstddef>
#include <cstdint>

#include "gc/root_set.h"
#include "gc/spaces.h"
#include "gc/weak.h"

namespace foxvm::gc {

// `eden_used_end` is Mutator::cursor; `expected_objects` is about how many objects are reachable (the last result), so
// that the set need not grow. Returns how many are.
size_t VerifyHeap(uintptr_t eden_used_end, Spaces& spaces, RootSet& roots, const Finalizers& finalizers,
                  size_t expected_objects);

}  // namespace foxvm::gc

#endif  // FOXVM_GC_VERIFY_HEAP_H_
