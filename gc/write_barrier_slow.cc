#include <cstring>

#include "gc/write_barrier.h"

namespace foxvm::gc {

void MarkCards(Mutator& mutator, const void* begin, const void* end) {
  if (begin >= end) return;
  uintptr_t first = reinterpret_cast<uintptr_t>(begin) >> kCardShift;
  uintptr_t last = (reinterpret_cast<uintptr_t>(end) - 1) >> kCardShift;
  std::memset(mutator.biased_cards + first, kCardDirty, last - first + 1);
}

}  // namespace foxvm::gc
