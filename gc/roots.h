// How the heap learns of references outside it.
// Threads: called with the mutator stopped.  Collects: never.
#ifndef FOXVM_GC_ROOTS_H_
#define FOXVM_GC_ROOTS_H_

#include <cstdint>

#include "gc/linked_list.h"
#include "gc/slot.h"

namespace foxvm::gc {

// Which root slots a collection has to see.
enum class RootScope : uint8_t {
  kAll,
  kMayBeYoung,  // in a minor collection: those known to refer to old objects only are left out
};

// Where a root is kept.
enum class RootKind : uint8_t { kHandle, kHost, kPersistent, kStack };

// Implemented above the collector (globals, constants, handles of a host); registered with Heap::AddRoots, of
// one heap and once.
class RootProvider : public ListLink<RootProvider> {
 public:
  virtual ~RootProvider() = default;
  // Calls visitor.Visit for every slot outside the heap that may hold a reference. Must not allocate on the
  // heap.
  virtual void VisitRoots(SlotVisitor& visitor) = 0;
};

// Implemented above the collector for tables that do not keep their entries alive (the intern table);
// registered with Heap::AddWeakRoots.
class WeakVisitor {
 public:
  virtual ~WeakVisitor() = default;
  // True in a minor collection: old objects have neither moved nor died, so a table of old ones need not be
  // walked.
  virtual bool OnlyYoungAffected() const = 0;
  // Where `object` is now, or null when it did not survive this collection.
  virtual ObjectHeader* Resolve(ObjectHeader* object) = 0;
};

class WeakProvider : public ListLink<WeakProvider> {
 public:
  virtual ~WeakProvider() = default;
  // Called at the end of every collection: replaces each reference by visitor.Resolve of it and drops the
  // dead ones. What is kept for a finalizer is not dead. What the table gives to the program goes through
  // LoadWeak (weak_load.h).
  virtual void VisitWeak(WeakVisitor& visitor) = 0;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_ROOTS_H_
