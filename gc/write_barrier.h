// The write barrier: every store of a possible reference into an existing heap object goes through here.
// How: card marking; one unconditional byte store, no filter on what is stored (an unpredictable one costs
//      more than the store). The card is that of the slot, not of the object's start.
// Threads: the mutator's.  Collects: never.
#ifndef FOXVM_GC_WRITE_BARRIER_H_
#define FOXVM_GC_WRITE_BARRIER_H_

#include "gc/mutator.h"
#include "gc/object.h"

namespace foxvm::gc {

// Marks the card of `slot`, an address inside a heap object.
inline void MarkCard(Mutator& mutator, const void* slot) {
  mutator.biased_cards[reinterpret_cast<uintptr_t>(slot) >> kCardShift] = kCardDirty;
}

// *slot = v, where slot is a word of a heap object.
inline void WriteField(Mutator& mutator, Value* slot, Value v) {
  __atomic_store_n(reinterpret_cast<uint64_t*>(slot), v.bits(), __ATOMIC_RELAXED);
  MarkCard(mutator, slot);
}

// *slot = v for a value known not to be a reference.
inline void WriteFieldNonRef(Value* slot, Value v) {
  FOXVM_DCHECK(!v.IsHeapRef());
  __atomic_store_n(reinterpret_cast<uint64_t*>(slot), v.bits(), __ATOMIC_RELAXED);
}

// Marks the cards of [begin, end), after a bulk copy of values into one heap object.
void MarkCards(Mutator& mutator, const void* begin, const void* end);

}  // namespace foxvm::gc

#endif  // FOXVM_GC_WRITE_BARRIER_H_
