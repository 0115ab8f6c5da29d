// Lifetimes: everything in a heap that depends on which objects die, and the order in which a collection
// asks.
// How: when everything strongly reachable is traced: (1) values of ephemerons whose keys are alive are kept,
//      as far as that leads; (2) weak handles to what is dead now are emptied; (3) the dead with finalizers
//      are queued and kept with all they refer to, again with ephemerons; (4) entries of dead keys and of
//      others' weak tables are dropped; (5) disposers run for what is dead after all that. A minor collection
//      does so at once, and looks at nothing known to be old. A marking takes (1) to (3) step by step while
//      the program runs: all that the program can reach is marked or will be, so what (1) leaves unmarked
//      stays out of its reach, but for what others' weak tables still give out, which lives on.
// Invariants: WK-1 each object whose type has `dispose` is on one list once. WK-2 a disposer runs exactly
//      once: in a collection that finds the object dead, or when the heap is destroyed. WH-1, ET-1, FI-1 to
//      FI-3.
// Threads: the mutator's, or with it stopped.  Collects: never, but for Finalizers::Run.
#ifndef FOXVM_GC_WEAK_H_
#define FOXVM_GC_WEAK_H_

#include <cstddef>
#include <cstdint>

#include "gc/ephemerons.h"
#include "gc/finalizers.h"
#include "gc/handle_slab.h"
#include "gc/linked_list.h"
#include "gc/spaces.h"
#include "gc/vector.h"
#include "gc/weak_tracer.h"

namespace foxvm::gc {

// The objects whose type has `dispose`, listed so that no sweep has to look for them.
class Disposers {
 public:
  Disposers(const Spaces& spaces, TableMemory& memory) : spaces_(spaces), young_(memory), old_(memory) {}

  // As Finalizers::Reserve.
  [[nodiscard]] bool Reserve();
  void Unreserve() { --reserved_; }
  // `object` was just allocated, with a reservation, which ends; its type has a disposer.
  void AddReserved(ObjectHeader* object);
  size_t young_count() const { return young_.size(); }

  // At the end of a collection, while the dead are still intact.
  void DisposeDead(WeakTracer& tracer);
  // After DisposeDead: where the objects are now.
  void Follow(WeakVisitor& moved);
  // Disposes of all that are left; the heap is going away.
  void DisposeAll();

 private:
  void Dispose(ObjectHeader* object) { spaces_.types.Get(object->type()).dispose(object); }

  const Spaces& spaces_;
  size_t reserved_ = 0;
  Vector<ObjectHeader*> young_;
  Vector<ObjectHeader*> old_;
};

class Lifetimes {
 public:
  Lifetimes(Mutator& mutator, const Spaces& spaces, TableMemory& memory);
  // Disposes of everything; finalizers do not run.
  ~Lifetimes();
  // False when the system had no memory for the slabs.
  bool complete() const { return persistent_ != nullptr && weak_handles_ != nullptr; }

  HandleSlab& persistent() { return *persistent_; }
  HandleSlab& weak_handles() { return *weak_handles_; }
  EphemeronResolver& ephemerons() { return ephemerons_; }
  Finalizers& finalizers() { return finalizers_; }
  const Finalizers& finalizers() const { return finalizers_; }
  LinkedList<WeakProvider>& providers() { return providers_; }

  // Makes room for a new object of `type`, which wants to be told of its death; false when the system has no
  // memory. Then it is allocated, and `object` (null when that failed) is listed.
  [[nodiscard]] bool ReserveNew(const TypeInfo& type);
  void AddNew(ObjectHeader* object, const TypeInfo& type);

  // The order above, in a minor collection that has traced from all strong roots.
  void AfterTrace(WeakTracer& tracer);

  // In a marking. (1) to (3) begin; nothing known to be reachable is left to mark.
  // `max_reached` see EphemeronPass.
  void BeginSteps(size_t max_reached);
  // Goes on with about `entries` entries. Requires that what was kept before is traced, and all that has been
  // found reachable since. Young objects count as marked unless they are `young_traced`.
  void Step(WeakTracer& tracer, size_t entries, bool young_traced);
  // Whether the steps have begun; whether there is nothing more for Step to do.
  bool stepping() const { return stage_ != Stage::kNone; }
  bool stepped() const { return stage_ == Stage::kDone; }
  // Whether weak handles may still refer to objects found dead: those without a mark.
  bool emptying_handles() const { return stage_ == Stage::kWeakHandles; }
  // All that is left of the order above.
  void FinishMarking(WeakTracer& tracer, bool young_traced);
  // When a collection has ended.
  void EndCollection() { finalizers_.EndBatch(); }

  // Calls visit(Value*) for the strong roots kept here: persistent handles, and what waits for its finalizer.
  template <typename Visit>
  void VisitStrong(RootScope scope, Visit&& visit) {
    persistent_->ForEach(scope, visit);
    finalizers_.ForEachQueued(scope, visit);
  }
  // The same for references that keep nothing alive. Between collections they refer to intact objects, too.
  template <typename Visit>
  void VisitWeak(Visit&& visit) {
    weak_handles_->ForEach(RootScope::kAll, visit);
    finalizers_.ForEachListed(visit);
    ephemerons_.ForEachMap([&visit](EphemeronMap& map) {
      map.ForEach(false, [&](uint32_t number) {
        visit(&map.entry(number).key);
        visit(&map.entry(number).value);
      });
    });
  }
  // When a compaction has moved objects: calls visit(Value*) for all references kept here but the others'
  // weak tables and the disposers' list; and then makes those follow.
  template <typename Visit>
  void VisitAll(Visit&& visit) {
    VisitStrong(RootScope::kAll, visit);
    finalizers_.ForEachFoundNow(visit);
    VisitWeak(visit);
  }
  void Follow(WeakVisitor& moved);
  // Whether what refers to the young is listed (HS-1, EP-1) and `disposable` and `finalizable`, the numbers
  // of young objects that should be on the lists, are those of the lists (WK-1, FI-1).
  void CheckLists(size_t disposable, size_t finalizable) const;

 private:
  // What a marking does next.
  enum class Stage : uint8_t { kNone, kEphemerons, kWeakHandles, kFinalizers, kRevived, kDone };

  const Spaces& spaces_;
  Stage stage_ = Stage::kNone;
  HandleSlab::Owner persistent_;
  HandleSlab::Owner weak_handles_;
  EphemeronResolver ephemerons_;
  Finalizers finalizers_;
  Disposers disposers_;
  LinkedList<WeakProvider> providers_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_WEAK_H_
