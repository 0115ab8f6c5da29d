// Marker: the transitive closure of a major collection, in as many steps as its caller likes.
// How: references found go through a short queue, which gives mark byte and header time to arrive, before
//      they are looked at (Cher, Hosking, Vitek: "Software Prefetching for Mark-Sweep Garbage Collection",
//      ASPLOS 2004); then the object is marked and waits on a stack to be visited.
//      Arrays in the large-object space are taken piece by piece, so that no step is long. An object that
//      finds the stack full stays marked and is found again by a walk over all marked objects.
// Invariants: MA-1 a marked object whose slots are not all visited is on the stack, or a piece of it is
//      pending; or an overflow was noted and the walk will find it. MA-2 the slots of a young object are
//      visited only in a marking that stops the mutator (TraceYoung).
// Threads: one at a time, the mutator's or the marking thread's; the mutator may allocate, read and write
//      slots, headers and marks meanwhile (relaxed atomics).  Collects: never.
#ifndef FOXVM_GC_MARKER_H_
#define FOXVM_GC_MARKER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "gc/compactor.h"
#include "gc/ephemerons.h"
#include "gc/mark_stack.h"
#include "gc/spaces.h"
#include "gc/tracer.h"

namespace foxvm::gc {

class Marker {
 public:
  Marker(Spaces& spaces, Compactor& compactor, size_t stack_capacity);
  bool failed() const { return stack_.failed(); }

  // Starts anew. Young objects are marked and visited like the others if `trace_young`; else references to
  // them are ignored.
  // At most `stack_limit` objects wait on the stack.
  void Start(bool trace_young, size_t stack_limit);

  template <SlotKind kKind>
  void VisitSlot(uint64_t* slot) {
    ObjectHeader* object = RefOfWord<kKind>(__atomic_load_n(slot, __ATOMIC_ACQUIRE));
    if (object == nullptr || ignored_.Contains(reinterpret_cast<uintptr_t>(object))) return;
    Enqueue(object);
    if (ABSL_PREDICT_FALSE(compacting_) && compactor_.IsCandidate(object))
      compactor_.RecordForMarker(slot, kKind);
  }

  // Marks `object`, which is not young unless young objects are traced.
  void Shade(ObjectHeader* object) {
    if (spaces_.marks.Mark(object)) PushMarked(object);
  }
  // The same for what is marked, but not visited yet.
  void PushMarked(ObjectHeader* object) {
    if (ABSL_PREDICT_FALSE(!stack_.Push(object))) NoteOverflow();
  }
  // A marked object was left behind.
  void NoteOverflow() { overflowed_ = true; }

  // Visits objects until none is left (true) or `stop`, asked after each, returns true. `stop` is given how
  // many words were visited for it. After an overflow true means only that the stack is empty.
  template <typename Stop>
  bool Drain(Stop&& stop);
  // How often DrainAll has had to walk over all marked objects.
  int overflows() const { return overflows_; }
  // From now on tells `ephemerons` of each key it visits; or nobody.
  void FollowEphemerons(EphemeronResolver* ephemerons) { ephemerons_ = ephemerons; }
  // Finds the objects that an overflow has left behind, and visits all there is. Requires that the mutator
  // is stopped and nothing but survivors is young.
  void DrainAll();
  // Gives the stack's memory back. Requires that all is drained.
  void Release() { stack_.Release(); }

  // Bytes of the objects in blocks that were visited.
  size_t live_block_bytes() const { return live_block_bytes_; }
  // Words visited, of all objects.
  uint64_t visited_words() const { return visited_words_; }

 private:
  static constexpr size_t kQueueLength = 16;
  static constexpr size_t kPieceWords = 1024;

  // Slots of a large array still to be visited.
  struct Range {
    uint64_t* begin;
    uint64_t* end;
    SlotKind kind;
  };

  void Enqueue(ObjectHeader* object) {
    __builtin_prefetch(spaces_.marks.At(object));
    __builtin_prefetch(object);
    ObjectHeader*& place = queue_[queue_next_++ % kQueueLength];
    if (ABSL_PREDICT_TRUE(place != nullptr)) Shade(place);
    place = object;
  }
  // Shades all that is in the queue. False when nothing was.
  bool EmptyQueue();
  void TellOfKey(ObjectHeader* object, uint64_t meta);
  // Both return the number of words visited.
  size_t VisitObject(ObjectHeader* object);
  size_t VisitPiece();
  void VisitAllMarked();

  Spaces& spaces_;
  Compactor& compactor_;
  bool compacting_ = false;
  Zone ignored_;  // no reference into it is followed
  MarkStack stack_;
  std::array<ObjectHeader*, kQueueLength> queue_{};  // null: free
  uint32_t queue_next_ = 0;
  std::vector<Range> ranges_;
  EphemeronResolver* ephemerons_ = nullptr;
  bool overflowed_ = false;
  int overflows_ = 0;
  size_t live_block_bytes_ = 0;
  uint64_t visited_words_ = 0;
};

template <typename Stop>
bool Marker::Drain(Stop&& stop) {
  while (true) {
    size_t words;
    if (!stack_.empty()) {
      words = VisitObject(stack_.Pop());
    } else if (EmptyQueue()) {
      continue;
    } else if (!ranges_.empty()) {
      words = VisitPiece();
    } else {
      return true;
    }
    visited_words_ += words;
    if (stop(words)) return false;
  }
}

}  // namespace foxvm::gc

#endif  // FOXVM_GC_MARKER_H_
