// Finalizers: the objects whose type has `finalize`, and the queue of those found dead, which wait for it to
// run.
// How: one list of young and one of old objects. Each collection asks, once everything strongly reachable is
//      traced, which of them died; the dead are moved to the queue, and are roots from the next collection
//      on. So an object and all it refers to is whole when its finalizer runs, outside the pause. A marking
//      asks in steps, while nothing that only the dead refer to is marked, and keeps those it has found after
//      that, in steps again. All lists are linked through one node for each object, made when its finalizer
//      is asked for: so a collection moves an object, or all that it has found, from list to list at once and
//      without memory. A batch, what one collection has found, is put in order when its first is to run.
// Invariants: FI-1 the objects with kFinalizable set are those of the two lists, each there once. FI-2 the
//      queue is run in order: by collection that found the death, within one by when the finalizers were
//      asked for. FI-3 a finalizer runs at most once for each time it was asked for, and never inside
//      another. FI-4 an object in the queue that is young is among the young of the queue as well.
// Threads: the mutator's, or with it stopped.  Collects: Run.  Owns: the nodes, kept until the heap goes.
// Not here: disposers (weak.h), which run inside the collection.
#ifndef FOXVM_GC_FINALIZERS_H_
#define FOXVM_GC_FINALIZERS_H_

#include <cstddef>
#include <cstdint>
#include <utility>

#include "gc/mutator.h"
#include "gc/roots.h"
#include "gc/spaces.h"
#include "gc/table_memory.h"
#include "gc/weak_tracer.h"

namespace foxvm::gc {

class Finalizers {
 public:
  Finalizers(const Spaces& spaces, TableMemory& memory) : spaces_(spaces), memory_(memory) {}
  ~Finalizers();
  Finalizers(const Finalizers&) = delete;
  Finalizers& operator=(const Finalizers&) = delete;

  // Makes room for one more object, until AddReserved or Unreserve; false when the system has no memory.
  [[nodiscard]] bool Reserve();
  void Unreserve() { --reserved_; }
  // `object`, whose type has `finalize` and for which there is a reservation, which ends, is to be finalized
  // once it has died. No effect if that is so already.
  void AddReserved(ObjectHeader* object);
  // Objects on the young list.
  size_t young_count() const { return young_.size(); }

  // In a minor collection: moves the dead to the queue and keeps them; the caller drains the tracer.
  void QueueDead(WeakTracer& tracer);

  // A marking calls these in this order. Looks at up to `entries` objects of the lists, of the young ones
  // only if they are `young_traced`; true when all have been seen.
  bool FindDeadSome(WeakTracer& tracer, size_t entries, bool young_traced);
  // Keeps what FindDeadSome has found, up to `entries`, or what the collection had found before; false when
  // nothing was left to keep.
  bool KeepSome(WeakTracer& tracer, size_t entries);
  // Moves it to the queue.
  void QueueFound();

  // After a minor collection: of the queue, what has grown old is left out of the next one's roots.
  void TrimQueue();
  // At the end of a collection: what it found is a batch of the queue.
  void EndBatch();

  size_t queued() const { return queue_.size(); }
  bool running() const { return running_; }
  // Runs the finalizers queued now. Requires that none is running. Returns how many ran. Collects: yes.
  size_t Run(Mutator& mutator);

  // Calls visit(Value*) for the queue's entries, all or those that may be young, as roots. What the current
  // collection has found is none: if its first half kept it alive in the second, what it refers to would not
  // be found dead together with it.
  template <typename Visit>
  void ForEachQueued(RootScope scope, Visit&& visit) {
    if (scope == RootScope::kMayBeYoung) {
      young_of_queue_.ForEach([&visit](Node* node) { visit(&node->object); });
    } else {
      queue_.ForEach([&visit](Node* node) { visit(&node->object); });
    }
  }
  // The same for what the current collection has found.
  template <typename Visit>
  void ForEachFoundNow(Visit&& visit) {
    now_.nodes.ForEach([&visit](Node* node) { visit(&node->object); });
  }
  // The same for what is on the lists, and what a marking has found of it.
  template <typename Visit>
  void ForEachListed(Visit&& visit) {
    for (List* list : {&young_, &old_, &found_.nodes}) {
      list->ForEach([&visit](Node* node) { visit(&node->object); });
    }
  }

 private:
  struct Node {
    Value object;            // Value::Empty() once it was taken from the queue
    uint64_t sequence : 62;  // by when its finalizer was asked for
    uint64_t ends_batch : 1;
    uint64_t listed_young : 1;  // FI-4
    Node* next;                 // on one of the lists, or unused
    Node* next_young;
  };
  // Nodes linked by one of their links.
  template <Node* Node::*kNext>
  class Chain {
   public:
    bool empty() const { return first_ == nullptr; }
    size_t size() const { return size_; }
    Node* last() const { return last_; }
    // The node behind `node`, or the first if that is null; null at the end.
    Node* After(Node* node) const { return node == nullptr ? first_ : node->*kNext; }
    void PushBack(Node* node) {
      node->*kNext = nullptr;
      (last_ == nullptr ? first_ : last_->*kNext) = node;
      last_ = node;
      ++size_;
    }
    void PushFront(Node* node) {
      node->*kNext = first_;
      first_ = node;
      if (last_ == nullptr) last_ = node;
      ++size_;
    }
    // Takes out After(node), which there is.
    Node* TakeAfter(Node* node) {
      Node*& link = node == nullptr ? first_ : node->*kNext;
      Node* taken = link;
      link = taken->*kNext;
      if (last_ == taken) last_ = node;
      --size_;
      return taken;
    }
    Node* PopFront() { return TakeAfter(nullptr); }
    Chain TakeAll() { return std::exchange(*this, Chain()); }
    // All of `other` comes behind what is here.
    void Append(Chain other) {
      if (other.empty()) return;
      (last_ == nullptr ? first_ : last_->*kNext) = other.first_;
      last_ = other.last_;
      size_ += other.size_;
    }
    template <typename Visit>
    void ForEach(Visit&& visit) const {
      for (Node* node = first_; node != nullptr; node = node->*kNext) visit(node);
    }

   private:
    Node* first_ = nullptr;
    Node* last_ = nullptr;
    size_t size_ = 0;
  };
  using List = Chain<&Node::next>;
  using Young = Chain<&Node::next_young>;
  struct Batch {
    List nodes;
    Young young;  // of these
  };
  static constexpr size_t kChunkNodes = 31;
  struct Chunk {
    Chunk* next;
    Node nodes[kChunkNodes];
  };

  bool IsYoung(const Node& node) const;
  void AddTo(Batch& batch, Node* node);
  // The object of `node`, which is on no list now, was found dead by a marking.
  void NoteDead(Node* node);
  // Takes the first object out of the queue, which has one.
  Value TakeFirst();
  // Puts the first batch of the queue in order.
  void SortFirstBatch();
  static List Merge(List a, List b);

  const Spaces& spaces_;
  TableMemory& memory_;
  uint64_t next_sequence_ = 0;
  Chunk* chunks_ = nullptr;
  List unused_;
  size_t reserved_ = 0;  // of these
  List young_;
  List old_;
  List queue_;
  Young young_of_queue_;       // and nodes that were taken from it
  bool first_sorted_ = false;  // the first batch of the queue
  Batch now_;                  // what the current collection has found
  // Of a marking under way:
  Batch found_;
  Node* last_seen_ = nullptr;  // of old_: what is alive and was looked at comes up to here
  Node* last_kept_ = nullptr;  // of found_
  bool kept_now_ = false;
  bool running_ = false;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_FINALIZERS_H_
