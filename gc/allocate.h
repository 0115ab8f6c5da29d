// Allocation: compare, bump, two stores; the rest is AllocateSlow.
// How: every object of at most kMaxSmallObjectBytes is born young; larger ones are born old in the
//      large-object space with all their cards dirty. So stores that initialise a new object need no barrier
//      until the next allocation.
// Threads: the mutator's.  Collects: yes, every function but TryAllocate.
#ifndef FOXVM_GC_ALLOCATE_H_
#define FOXVM_GC_ALLOCATE_H_

#include "absl/base/optimization.h"
#include "gc/mutator.h"
#include "gc/object.h"

namespace foxvm::gc {

// Refill, stress, large object, collection, and then the finalizers that wait (Heap::RunFinalizers). Null
// when the heap bound leaves no room even after a full collection.
ObjectHeader* AllocateSlow(Mutator& mutator, TypeId type, size_t bytes, uint64_t second);

// Allocate where the young generation has room at hand; else null. Calls nothing and never collects.
[[nodiscard]] inline ObjectHeader* TryAllocate(Mutator& mutator, TypeId type, size_t bytes, uint64_t second) {
  uintptr_t start = mutator.cursor;
  if (ABSL_PREDICT_FALSE(bytes > kMaxSmallObjectBytes || start + bytes > mutator.limit)) return nullptr;
  mutator.cursor = start + bytes;
  auto* object = reinterpret_cast<ObjectHeader*>(start);
  object->meta = ObjectHeader::MakeMeta(type, bytes, 0);
  object->second = second;
  return object;
}

// A new object of `bytes` (a multiple of 16, header included). Its words after the header are undefined: the
// caller fills every slot before anything else may collect. Null when out of memory.
[[nodiscard]] inline ObjectHeader* Allocate(Mutator& mutator, TypeId type, size_t bytes, uint64_t second) {
  ObjectHeader* object = TryAllocate(mutator, type, bytes, second);
  return ABSL_PREDICT_TRUE(object != nullptr) ? object : AllocateSlow(mutator, type, bytes, second);
}

// An object that never moves: for what caches and compiled code embed (interned names), and for hosts that
// keep plain pointers. Born old: only a major collection frees it, and a heap of pinned objects alone starts
// none by itself before its bound is reached. Null when out of memory. Its words after the header are zero.
[[nodiscard]] ObjectHeader* AllocatePinned(Mutator& mutator, TypeId type, size_t bytes, uint64_t second);

// Like Allocate, for a type with `dispose` or `finalize`. An object with a disposer must be made by this or
// by AllocatePinned, or it never runs (HeapOptions::verify checks it); one with a finalizer that is made
// otherwise has none until Heap::AttachFinalizer asks for it.
[[nodiscard]] ObjectHeader* AllocateFinalizable(Mutator& mutator, TypeId type, size_t bytes, uint64_t second);

}  // namespace foxvm::gc

#endif  // FOXVM_GC_ALLOCATE_H_
