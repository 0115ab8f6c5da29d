#include <cstring>

#include "gc/write_barrier.h"

namespace foxvm::gc {

void MarkCards(Mutator& mutator, const void* begin, const void* end) {
  if (begin >= end) return;
  uintptr_t first = reinterpret_cast<uintptr_t>(begin) >> kCardShift;
  uintptr_t last = (reinterpret_cast<uintptr_t>(end) - 1) >> kCardShift;
  std::memset(mutator.biased_cards + first, kCardDirty, last - first + 1);
}

void FillFields(Mutator& mutator, Value* to, const Value* from, size_t count) {
  // Word by word: the marking thread may read them.
  for (size_t i = 0; i < count; ++i) {
    FOXVM_DCHECK(!to[i].IsHeapRef());
    auto* word = reinterpret_cast<uint64_t*>(to + i);
    if (mutator.marking && from[i].IsHeapRef()) {
      LogStore(mutator, word, SlotKind::kTagged, nullptr, from[i].object());
    }
    __atomic_store_n(word, from[i].bits(), __ATOMIC_RELEASE);
  }
  MarkCards(mutator, to, to + count);
}

}  // namespace foxvm::gc
