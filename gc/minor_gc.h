// Minor collection: moves what is alive out of eden and the survivor space, into the other survivor space or,
// by age or for lack of room, into the old generation.
// How: roots and dirty cards first, then Cheney's scan over the survivors and a stack of promoted objects. A
//      card is cleaned when scanned and dirtied again for each slot that still refers to a young object; the
//      same holds for slots of promoted objects. Slots of the heap wait until the headers that they refer to
//      have been fetched (Cher, Hosking, Vitek, ASPLOS 2004); roots do not. Objects already moved are told
//      apart by address alone, so a slot seen twice is safe.
// Invariants: CT-1 and CT-2 (card_table.h) hold afterwards, NU-2 (nursery.h) too. Never fails: HM-1
//      (heap_memory.h).
// Threads: with the mutator stopped.  Collects: it is the collection.
#ifndef FOXVM_GC_MINOR_GC_H_
#define FOXVM_GC_MINOR_GC_H_

#include <cstddef>
#include <cstdint>

#include "gc/compactor.h"
#include "gc/fault_injection.h"
#include "gc/root_set.h"
#include "gc/spaces.h"
#include "gc/weak.h"

namespace foxvm::gc {

struct MinorResult {
  size_t copied_bytes = 0;    // within the young generation
  size_t promoted_bytes = 0;  // to the old generation
  size_t dirty_cards = 0;     // read
  size_t aged_bytes = 0;      // of the former two, what had survived before
};

struct MinorInput {
  uintptr_t eden_used_end = 0;  // Mutator::cursor
  int promotion_age = 1;
  Compactor* compactor = nullptr;  // to be told of promoted slots that refer into its candidates; or null
};

MinorResult CollectYoung(const MinorInput& input, Spaces& spaces, RootSet& roots, Lifetimes& lifetimes,
                         const FaultInjection& faults);

}  // namespace foxvm::gc

#endif  // FOXVM_GC_MINOR_GC_H_
