#include "gc/handle_stack.h"

#include <iterator>

namespace foxvm::gc {

Value* HandleStack::FirstSlotOfNextChunk() {
  const size_t index = next_ == nullptr ? 0 : ChunkBefore(next_)->index + 1;
  if (index == chunks_.size()) {
    chunks_.push_back(std::make_unique<Chunk>());
    chunks_.back()->index = index;
  }
  return chunks_[index]->slots;
}

Value* HandleStack::FirstSlotAfterRest() {
  Value* first = FirstSlotOfNextChunk();
  while (reinterpret_cast<uintptr_t>(next_) % kChunkBytes != 0) *next_++ = Value::Null();
  return first;
}

size_t HandleStack::size() const {
  if (next_ == nullptr) return 0;
  const Chunk* chunk = ChunkBefore(next_);
  return chunk->index * std::size(chunk->slots) + static_cast<size_t>(next_ - chunk->slots);
}

void HandleStack::VisitRoots(SlotVisitor& visitor) {
  if (next_ == nullptr) return;
  Chunk* const last = ChunkBefore(next_);
  for (size_t i = 0; i < last->index; ++i) {
    for (Value& slot : chunks_[i]->slots) visitor.Visit(Slot::Tagged(&slot));
  }
  for (Value* slot = last->slots; slot != next_; ++slot) visitor.Visit(Slot::Tagged(slot));
}

}  // namespace foxvm::gc
