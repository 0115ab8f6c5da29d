// Finalizers: the objects whose type has `finalize`, and the queue of those found dead, which wait for it to
// run.
// How: one list of young and one of old objects. Each collection asks, once everything strongly reachable is
//      traced, which of them died; the dead are moved to the queue, and are roots from the next collection on.
//      So an object and all it refers to is whole when its finalizer runs, outside the pause. A marking asks
//      in steps, while nothing that only the dead refer to is marked, and keeps those it has found after
//      that, in steps again. The queue is in batches, one for each collection that found something, so that
//      nothing has to be sorted or moved in a pause.
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
#include <deque>
#include <vector>

#include "gc/mutator.h"
#include "gc/roots.h"
#include "gc/spaces.h"
#include "gc/weak_tracer.h"

namespace foxvm::gc {

class Finalizers {
 public:
  explicit Finalizers(const Spaces& spaces) : spaces_(spaces) {}

  // `object`, whose type has `finalize`, is to be finalized once it has died. No effect if that is so
  // already.
  void Add(ObjectHeader* object);
  // Objects on the young list.
  size_t young_count() const { return young_.size(); }

  // In a minor collection: moves the dead to the queue and keeps them; the caller drains the tracer.
  void QueueDead(WeakTracer& tracer);

  // A marking calls these in this order. Looks at up to `entries` objects of the lists, of the young ones only
  // if they are `young_traced`; true when all have been seen.
  bool FindDeadSome(WeakTracer& tracer, size_t entries, bool young_traced);
  // Keeps what FindDeadSome has found, up to `entries`, or what the collection had found before; false when
  // nothing was left to keep.
  bool KeepSome(WeakTracer& tracer, size_t entries);
  // Moves it to the queue.
  void QueueFound();

  // After a minor collection: of the queue, what has grown old is left out of the next one's roots.
  void TrimQueue();
  // At the end of a collection: what it found is put in order.
  void EndBatch();

  size_t queued() const { return queued_; }
  bool running() const { return running_; }
  // Runs the finalizers queued now. Requires that none is running. Returns how many ran. Collects: yes.
  size_t Run(Mutator& mutator);

  // Calls visit(Value*) for the queue's entries, all or those that may be young, as roots. What the current
  // collection has found is none: if its first half kept it alive in the second, what it refers to would not
  // be found dead together with it.
  template <typename Visit>
  void ForEachQueued(RootScope scope, Visit&& visit) {
    for (size_t i = scope == RootScope::kMayBeYoung ? old_batches_ : 0; i < queue_.size(); ++i) {
      Batch& batch = queue_[i];
      for (size_t j = scope == RootScope::kMayBeYoung ? batch.old_front : 0; j < batch.entries.size(); ++j)
        visit(&batch.entries[j].object);
    }
  }
  // The same for what the current collection has found.
  template <typename Visit>
  void ForEachFoundNow(Visit&& visit) {
    for (Entry& entry : now_.entries) visit(&entry.object);
  }
  // The same for what is on the lists, and what a marking has found of it; some of it is Value::Empty().
  template <typename Visit>
  void ForEachListed(Visit&& visit) {
    for (Entry& entry : young_) visit(&entry.object);
    for (Entry& entry : old_) visit(&entry.object);
    for (Entry& entry : found_.entries) visit(&entry.object);
  }

 private:
  struct Entry {
    Value object;
    uint64_t sequence;  // by when its finalizer was asked for
    bool operator<(const Entry& other) const { return sequence < other.sequence; }
  };

  // What one collection has found: runs that are in order by themselves, as what one minor collection promotes
  // is, and are merged as they are taken.
  struct Batch {
    struct Run {
      size_t next;  // in entries
      size_t end;
    };
    std::deque<Entry> entries;  // those taken are Value::Empty()
    std::vector<Run> runs;      // in Sort and after, a heap: the one with the first entry is the first
    size_t old_front = 0;       // all before are old

    void Add(const Entry& entry);
    void Sort();
    // The first by order of all that are left, of which there are some. Requires Sort.
    Value Take();
    bool StartsLater(const Run& a, const Run& b) const { return entries[b.next] < entries[a.next]; }
  };
  bool IsYoung(const Entry& entry) const;
  // Moves `entry` to found_ if its object is dead.
  bool FoundDead(WeakTracer& tracer, const Entry& entry);

  const Spaces& spaces_;
  uint64_t next_sequence_ = 0;
  std::vector<Entry> young_;
  std::vector<Entry> old_;
  std::deque<Batch> queue_;  // none is empty
  size_t old_batches_ = 0;   // at its front: all their entries are old
  size_t queued_ = 0;        // their entries
  Batch now_;                // what the current collection has found
  // Of a marking under way:
  Batch found_;
  size_t next_ = 0;       // of old_, to be looked at; what lies between is Value::Empty()
  size_t kept_end_ = 0;   // of old_, what was looked at and lives
  size_t next_kept_ = 0;  // of found_
  bool kept_now_ = false;
  bool running_ = false;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_FINALIZERS_H_
