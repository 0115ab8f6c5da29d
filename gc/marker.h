// Marker: the transitive closure of a major collection, in as many steps as its caller likes.
// How: the references in an object go to a stack without a look at what they refer to, and without a branch
//      that depends on it. From the stack they pass through a short queue, which gives mark byte and header
//      time to arrive (Cher, Hosking, Vitek: "Software Prefetching for Mark-Sweep Garbage Collection",
//      ASPLOS 2004); behind it, what is unmarked is marked and its references go to the stack.
//      Longer arrays are taken piece by piece, the rest of one being two words of the stack: so no step is
//      long, and no array fills the stack. A full stack first loses what is marked by now and what has no
//      references; what finds no room even then is found again by a walk over all marked objects.
// Invariants: MA-1 what a marked object refers to is marked, or on the stack or in the queue, by itself or in
//      the rest of an array; or an overflow was noted and the walk will find it. MA-2 the slots of a young
//      object are visited only in a marking that stops the mutator (TraceYoung).
// Threads: one at a time, the mutator's or the marking thread's; the mutator may allocate, read and write
//      slots, headers and marks meanwhile (relaxed atomics).  Collects: never.
#ifndef FOXVM_GC_MARKER_H_
#define FOXVM_GC_MARKER_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "gc/compactor.h"
#include "gc/ephemeron_pass.h"
#include "gc/mark_stack.h"
#include "gc/spaces.h"
#include "gc/tracer.h"

namespace foxvm::gc {

class Marker {
 public:
  // The smallest stack that works, in words.
  static constexpr size_t kMinStackWords = 64;

  Marker(Spaces& spaces, Compactor& compactor, size_t stack_words);
  bool failed() const { return stack_.failed(); }

  // Starts anew. Young objects are marked and visited like the others if `trace_young`; else references to
  // them are ignored. At most `stack_limit` words wait on the stack.
  void Start(bool trace_young, size_t stack_limit);

  template <SlotKind kKind>
  void VisitSlot(uint64_t* slot) {
    ObjectHeader* object = RefOfWord<kKind>(__atomic_load_n(slot, __ATOMIC_ACQUIRE));
    if (object == nullptr || !followed_.Contains(reinterpret_cast<uintptr_t>(object))) return;
    Push(reinterpret_cast<uint64_t>(object));
    if (ABSL_PREDICT_FALSE(compacting_) && compactor_.IsCandidate(object))
      compactor_.RecordForMarker(slot, kKind);
  }
  // `object`, which is marked, waits to be visited.
  void PushMarked(ObjectHeader* object) { Push(reinterpret_cast<uint64_t>(object) | kMarked); }
  // Something was left behind.
  void NoteOverflow() { overflowed_ = true; }

  // Visits objects until none is left (true) or `stop`, asked after each, returns true. `stop` is given how
  // many words were visited for it. After an overflow true means only that the stack is empty.
  template <typename Stop>
  bool Drain(Stop&& stop);
  // Whether nothing is left that is known; whether something was left behind.
  bool drained() const { return stack_.empty() && queue_head_ == queue_tail_; }
  bool overflowed() const { return overflowed_; }
  // How often DrainAll has had to walk over all marked objects.
  int overflows() const { return overflows_; }
  // From now on tells `ephemerons` of each key it visits; or nobody.
  void FollowEphemerons(EphemeronPass* ephemerons) { ephemerons_ = ephemerons; }
  // Finds what an overflow has left behind, and visits all there is. Requires that the mutator is stopped and
  // nothing but survivors is young.
  void DrainAll();
  // Gives the stack's memory back. Requires that all is drained.
  void Release() { stack_.Release(); }

  // Bytes of the objects visited that are not large.
  size_t small_bytes() const { return small_bytes_; }
  // Words visited, of all objects.
  uint64_t visited_words() const { return visited_words_; }

 private:
  // A word of the stack: an object to mark and visit, or with a tag. Objects are aligned to more than tags.
  static constexpr uint64_t kMarked = 1;  // an object to visit
  static constexpr uint64_t kRange = 2;   // slots of kTagged from this address up to the next word's
  static constexpr uint64_t kRawRange = 3;
  static constexpr uint64_t kTagMask = 3;

  // So many references are on their way: more interleave more paths through the heap, which the processor
  // then fetches less well by itself where objects lie in order.
  static constexpr uint32_t kInQueue = 12;
  static constexpr uint32_t kQueueLength = 16;  // of the ring, a power of two
  static_assert(kInQueue <= kQueueLength);
  static constexpr size_t kPieceWords = 32;
  static_assert(kMinStackWords >= kPieceWords + 2);

  // Objects with one of these are rare.
  static constexpr uint64_t kRareFlags = FlagInMeta(kEphemeronKey) | FlagInMeta(kHashStored);

  // What Visit has to know of a type: how to find the references in its objects of up to `max_bytes`.
  struct Layout {
    uint64_t bitmap = 0;  // of words, if they are not next to each other
    uint16_t max_bytes = 0;
    uint16_t first_word = 1;  // else the first, and the one behind the last; 0: behind the object
    uint16_t end_word = 1;
    uint16_t ref_offset = 0;  // by which a reference is above the object
  };
  static Layout LayoutOf(const TypeInfo& type);

  void Push(uint64_t word) {
    if (ABSL_PREDICT_FALSE(!stack_.Push(word))) PushSlow(word);
  }
  void PushSlow(uint64_t word);
  // Drops from the stack what need not be there.
  void Prune();
  // Marks `object` if it is unmarked and refers to nothing. Whether it is marked now.
  bool MarkIfLeaf(ObjectHeader* object);

  // Puts the slots of [begin, end) on the stack as a whole.
  void PushRange(SlotKind kind, uint64_t* begin, uint64_t* end);

  // These visit and return the number of words visited. What `word`, with a tag, stands for:
  size_t VisitTagged(uint64_t word);
  // The first piece of a range; the rest goes back to the stack.
  template <SlotKind kKind>
  size_t VisitRange(uint64_t* begin, uint64_t* end);
  // Any object, marked already.
  size_t VisitRare(ObjectHeader* object, uint64_t meta);

  // A small object that is not rare: puts its references on the stack at `top`. Returns the new top.
  uint64_t* VisitSmall(ObjectHeader* object, size_t bytes, const Layout& layout, uint64_t* top,
                       Zone followed);
  // The same for one slot.
  static uint64_t* PushSlot(const uint64_t* slot, uint64_t ref_offset, uint64_t* top, Zone followed) {
    const uint64_t object = __atomic_load_n(slot, __ATOMIC_ACQUIRE) - ref_offset;
    *top = object;
    // One comparison: an offset that is not aligned becomes a large number when it is turned.
    return top + (std::rotr(object - followed.begin, 3) < followed.bytes() >> 3);
  }
  // Tells the compactor of the references in `object`.
  void NoteSlots(ObjectHeader* object, uint64_t meta);

  static ObjectHeader* ObjectOf(uint64_t word) { return reinterpret_cast<ObjectHeader*>(word & ~kTagMask); }
  void VisitAllMarked();

  Spaces& spaces_;
  Compactor& compactor_;
  bool compacting_ = false;
  Zone followed_;  // references into it are followed: the heap, or all of it but the young generation
  MarkStack stack_;
  // Ring of objects whose memory is on its way, from head to tail.
  std::array<ObjectHeader*, kQueueLength> queue_;
  uint32_t queue_head_ = 0;
  uint32_t queue_tail_ = 0;
  std::array<Layout, kMaxTypeId + 1> layouts_;
  EphemeronPass* ephemerons_ = nullptr;
  bool pruned_in_vain_ = false;  // since the stack was last empty
  bool overflowed_ = false;
  int overflows_ = 0;
  size_t small_bytes_ = 0;
  uint64_t visited_words_ = 0;
};

ABSL_ATTRIBUTE_ALWAYS_INLINE inline uint64_t* Marker::VisitSmall(ObjectHeader* object, size_t bytes,
                                                                 const Layout& layout, uint64_t* top,
                                                                 Zone followed) {
  const auto* words = reinterpret_cast<const uint64_t*>(object);
  const uint64_t ref_offset = layout.ref_offset;
  if (ABSL_PREDICT_FALSE(layout.bitmap != 0)) {
    for (uint64_t bitmap = layout.bitmap; bitmap != 0; bitmap &= bitmap - 1)
      top = PushSlot(words + __builtin_ctzll(bitmap), ref_offset, top, followed);
    return top;
  }
  const uint64_t* end = words + (layout.end_word != 0 ? layout.end_word : bytes / sizeof(uint64_t));
  for (const uint64_t* slot = words + layout.first_word; slot < end; ++slot)
    top = PushSlot(slot, ref_offset, top, followed);
  return top;
}

template <typename Stop>
bool Marker::Drain(Stop&& stop) {
  const Zone followed = followed_;
  const MarkTable::Writer marks = spaces_.marks.writer();
  uint64_t* const bottom = stack_.begin();
  uint64_t* const roomy = stack_.limit() - kMinStackWords;
  uint64_t* top = stack_.top();
  uint32_t head = queue_head_;
  uint32_t tail = queue_tail_;
  uint64_t words_in_small = 0;
  bool done = false;
  while (true) {
    size_t words;
    if (top != bottom && ABSL_PREDICT_FALSE((top[-1] & kTagMask) != 0)) {
      stack_.set_top(top - 1);
      words = VisitTagged(top[-1]);
      visited_words_ += words;
      top = stack_.top();
    } else {
      if (top != bottom) {
        auto* next = reinterpret_cast<ObjectHeader*>(*--top);
        __builtin_prefetch(next);
        __builtin_prefetch(marks.At(next));
        queue_[tail++ % kQueueLength] = next;
        if (tail - head < kInQueue) continue;
      } else if (head == tail) {
        done = true;
        break;
      }
      ObjectHeader* object = queue_[head++ % kQueueLength];
      if (!marks.Mark(object)) continue;
      const uint64_t meta = object->LoadMeta();
      const size_t bytes = ObjectHeader::SmallSizeOf(meta);
      const Layout& layout = layouts_[ObjectHeader::TypeOf(meta)];
      // A large object's size is 0 here.
      if (ABSL_PREDICT_TRUE(bytes - 1 < layout.max_bytes && (meta & kRareFlags) == 0 && top <= roomy)) {
        top = VisitSmall(object, bytes, layout, top, followed);
        if (ABSL_PREDICT_FALSE(compacting_)) NoteSlots(object, meta);
        words = bytes / sizeof(uint64_t);
        words_in_small += words;
      } else {
        stack_.set_top(top);
        words = VisitRare(object, meta);
        visited_words_ += words;
        top = stack_.top();
      }
    }
    if (stop(words)) break;
  }
  stack_.set_top(top);
  queue_head_ = head;
  queue_tail_ = tail;
  small_bytes_ += words_in_small * sizeof(uint64_t);
  visited_words_ += words_in_small;
  pruned_in_vain_ &= !done;
  return done;
}

}  // namespace foxvm::gc

#endif  // FOXVM_GC_MARKER_H_
