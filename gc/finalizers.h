// Finalizers: the objects whose type has `finalize`, and the queue of those found dead, which wait for it to
// run.
// How: one list of young and one of old objects. Each collection asks, once everything strongly reachable is
//      traced and weak handles are emptied, which of them died; the dead are moved to the queue, and are
//      roots from the next collection on.
//      So an object and all it refers to is whole when its finalizer runs, outside the pause. Whoever enters
//      an object has room for it made in all three lists, so that a collection can move it without memory.
// Invariants: FI-1 the objects with kFinalizable set are those of the two lists, each there once. FI-2 the
//      queue is in order: by collection that found the death, within one by when the finalizers were asked
//      for. FI-3 a finalizer runs at most once for each time it was asked for, and never inside another.
// Threads: the mutator's, or with it stopped.  Collects: Run.
// Not here: disposers (weak.h), which run inside the collection.
#ifndef FOXVM_GC_FINALIZERS_H_
#define FOXVM_GC_FINALIZERS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "gc/mutator.h"
#include "gc/roots.h"
#include "gc/spaces.h"
#include "gc/vector.h"
#include "gc/weak_tracer.h"

namespace foxvm::gc {

class Finalizers {
 public:
  Finalizers(const Spaces& spaces, TableMemory& memory)
      : spaces_(spaces), young_(memory), old_(memory), queue_(memory) {}

  // Makes room for one more object, until AddReserved or Unreserve; false when the system has no memory.
  [[nodiscard]] bool Reserve();
  void Unreserve() { --reserved_; }
  // `object`, whose type has `finalize` and for which there is a reservation, which ends, is to be finalized
  // once it has died. No effect if that is so already.
  void AddReserved(ObjectHeader* object);
  // Objects on the young list.
  size_t young_count() const { return young_.size(); }

  // Moves the dead to the queue and keeps them; the caller drains the tracer.
  void QueueDead(WeakTracer& tracer);
  // After a minor collection: of the queue, what has grown old is left out of the next one's roots.
  void TrimQueue();
  // At the end of a collection: what it found is put in order.
  void EndBatch();

  size_t queued() const { return queue_.size() - ran_; }
  bool running() const { return running_; }
  // Runs the finalizers queued now. Requires that none is running. Returns how many ran. Collects: yes.
  size_t Run(Mutator& mutator);

  // Calls visit(Value*) for the queue's entries, all or those that may be young, as roots. What the current
  // collection has found is none: if its first half kept it alive in the second, what it refers to would not
  // be found dead together with it.
  template <typename Visit>
  void ForEachQueued(RootScope scope, Visit&& visit) {
    for (size_t i = scope == RootScope::kMayBeYoung ? old_front_ : ran_; i < batch_begin_; ++i) {
      visit(&queue_[i].object);
    }
  }
  // The same for what the current collection has found.
  template <typename Visit>
  void ForEachFoundNow(Visit&& visit) {
    for (size_t i = batch_begin_; i < queue_.size(); ++i) visit(&queue_[i].object);
  }
  // The same for what is on the lists, for the verifier.
  template <typename Visit>
  void ForEachListed(Visit&& visit) {
    for (Entry& entry : young_) visit(&entry.object);
    for (Entry& entry : old_) visit(&entry.object);
  }

 private:
  struct Entry {
    Value object;
    uint64_t sequence;  // by when its finalizer was asked for
    bool operator<(const Entry& other) const { return sequence < other.sequence; }
  };

  void QueueDeadOf(Vector<Entry>& list, WeakTracer& tracer);

  const Spaces& spaces_;
  uint64_t next_sequence_ = 0;
  size_t reserved_ = 0;  // objects there is room for besides those on the lists
  Vector<Entry> young_;
  Vector<Entry> old_;
  Vector<Entry> queue_;
  size_t batch_begin_ = 0;  // in the queue: what the current collection found starts here
  size_t old_front_ = 0;    // in the queue: all before are old, or have been run
  size_t ran_ = 0;          // in the queue: all before have been run, by the Run under way
  bool running_ = false;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_FINALIZERS_H_
