#include "gc/handle_stack.h"

#include <iterator>

#include "gc/check.h"
#include "gc/mutator.h"

namespace foxvm::gc {

HandleStack::~HandleStack() {
  for (Chunk* chunk : chunks_) memory_->Free(chunk, kChunkBytes);
}

bool HandleStack::EnsureSpare() {
  if (has_spare()) return true;
  if (!chunks_.TryReserve(chunks_.size() + 1)) return false;
  void* memory = memory_->AllocateAligned(kChunkBytes, kChunkBytes);
  if (memory == nullptr) return false;
  chunks_.PushReserved(new (memory) Chunk{.index = chunks_.size(), .slots = {}});
  return true;
}

Value* HandleStack::FirstSlotOfNextChunk() {
  // Only a host that makes more than kSpareSlots without asking, while no object can be allocated, has none.
  FOXVM_CHECK(EnsureSpare());
  Chunk* chunk = chunks_[ChunksInUse()];
  next_ = chunk->slots + 1;
  if (!EnsureSpare()) mutator_->limit = mutator_->cursor - 1;  // HT-2
  return chunk->slots;
}

Value* HandleStack::FirstSlotAfterRest() {
  Value* rest = next_;
  while (reinterpret_cast<uintptr_t>(rest) % kChunkBytes != 0) *rest++ = Value::Null();
  next_ = rest;
  return FirstSlotOfNextChunk();
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
