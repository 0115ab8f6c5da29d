// The write barrier: every store of a possible reference into an existing heap object, or over one, goes
// through here.
// How: card marking; one unconditional byte store, no filter on what is stored (an unpredictable one costs
//      more than the store). The card is that of the slot, not of the object's start. While a marking runs,
//      the reference that is overwritten is logged first: the marking owes its mark to the snapshot
//      (marking_cycle.h). Only that test is made at all times, and it is foreseen. The store releases: who
//      reads the slot on the marking thread finds the object's mark as its birth has left it.
// Threads: the mutator's.  Collects: never.
#ifndef FOXVM_GC_WRITE_BARRIER_H_
#define FOXVM_GC_WRITE_BARRIER_H_

#include "absl/base/optimization.h"
#include "gc/check.h"
#include "gc/mutator.h"
#include "gc/object.h"
#include "gc/slot.h"

namespace foxvm::gc {

// Marks the card of `slot`, an address inside a heap object.
inline void MarkCard(Mutator& mutator, const void* slot) {
  mutator.biased_cards[reinterpret_cast<uintptr_t>(slot) >> kCardShift] = kCardDirty;
}

// The part of the barrier that only a running marking needs: `slot` refers to `old` and will refer to
// `stored`; both may be null. Requires mutator.marking.
void LogStore(Mutator& mutator, uint64_t* slot, SlotKind kind, ObjectHeader* old, ObjectHeader* stored);

// *slot = v, where slot is a word of a heap object.
inline void WriteField(Mutator& mutator, Value* slot, Value v) {
  auto* word = reinterpret_cast<uint64_t*>(slot);
  if (ABSL_PREDICT_FALSE(mutator.marking)) {
    LogStore(mutator, word, SlotKind::kTagged, RefOfWord<SlotKind::kTagged>(*word),
             RefOfWord<SlotKind::kTagged>(v.bits()));
  }
  __atomic_store_n(word, v.bits(), __ATOMIC_RELEASE);
  MarkCard(mutator, slot);
}

// The same for a slot of plain pointers (SlotKind::kRaw): `payload` is that of an object, or null.
inline void WriteRawField(Mutator& mutator, void** slot, void* payload) {
  auto* word = reinterpret_cast<uint64_t*>(slot);
  if (ABSL_PREDICT_FALSE(mutator.marking)) {
    LogStore(mutator, word, SlotKind::kRaw, RefOfWord<SlotKind::kRaw>(*word),
             RefOfWord<SlotKind::kRaw>(reinterpret_cast<uint64_t>(payload)));
  }
  __atomic_store_n(slot, payload, __ATOMIC_RELEASE);
  MarkCard(mutator, slot);
}

// *slot = v where neither v nor what was there is a reference.
inline void WriteFieldNonRef(Value* slot, Value v) {
  FOXVM_DCHECK(!v.IsHeapRef() && !slot->IsHeapRef());
  __atomic_store_n(reinterpret_cast<uint64_t*>(slot), v.bits(), __ATOMIC_RELAXED);
}

// Copies `count` values to `to`, words of one heap object that hold no references yet.
void FillFields(Mutator& mutator, Value* to, const Value* from, size_t count);

// Marks the cards of [begin, end), after a bulk copy of values into one heap object that is new.
void MarkCards(Mutator& mutator, const void* begin, const void* end);

}  // namespace foxvm::gc

#endif  // FOXVM_GC_WRITE_BARRIER_H_
