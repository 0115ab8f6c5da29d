// Mutator: what the running program needs from its heap on the fast paths, in one struct whose address
// compiled code and the interpreter keep in a register.
// How: allocation is a compare against `limit`; stress mode and a pending collection shut the limit (limit =
//      cursor - 1 fails any size), so testing adds no branch. The card of an address is one subtraction-free
//      shift because the table's base is biased by the heap's address.
// Invariants: MU-1 between two allocations by the same mutator nothing moves. MU-2 [cursor, limit) is
//      committed.
// Threads: owned by the thread that runs the VM.  Not here: frames and fibers (interp).
#ifndef FOXVM_GC_MUTATOR_H_
#define FOXVM_GC_MUTATOR_H_

#include <cstdint>

#include "gc/handle_stack.h"

namespace foxvm::gc {

class Heap;
class TableMemory;

// Log2 of the bytes covered by one card.
inline constexpr int kCardShift = 9;
inline constexpr uint8_t kCardClean = 0;
inline constexpr uint8_t kCardDirty = 1;

class Mutator {
 public:
  explicit Mutator(TableMemory& tables) : handles(tables, *this) {}
  Mutator(const Mutator&) = delete;
  Mutator& operator=(const Mutator&) = delete;

  uintptr_t cursor = 0;             // next free byte of the young generation
  uintptr_t limit = 0;              // cursor + size <= limit: the fast path may allocate
  bool marking = false;             // the write barrier logs what it overwrites
  uint8_t* biased_cards = nullptr;  // card of address a: biased_cards[a >> kCardShift]
  Heap* heap = nullptr;
  HandleStack handles;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_MUTATOR_H_
