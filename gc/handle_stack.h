// HandleStack: the rooted slots of native code, a stack in chunks that never move.
// How: all that a handle or a scope touches is one pointer to the next free slot. Chunks are aligned to their
//      size, so that pointer tells by itself when its chunk is full; their first word is not a slot. There is
//      always a chunk more than is in use: while the system has none, the next allocation of an object fails,
//      so that what makes handles comes to its end before they do.
// Invariants: HT-1 next_ is null while nothing has been pushed or all is cut; else the slot before it is in
//      use, and so are all slots of the chunks before that slot's. HT-2 without a spare chunk the mutator's
//      allocation limit is shut.
// Threads: the mutator's.  Collects: never.  Owns: the chunks.
#ifndef FOXVM_GC_HANDLE_STACK_H_
#define FOXVM_GC_HANDLE_STACK_H_

#include <cstddef>
#include <cstdint>

#include "absl/base/optimization.h"
#include "gc/slot.h"
#include "gc/value.h"
#include "gc/vector.h"

namespace foxvm::gc {

class Mutator;

class HandleStack {
 public:
  HandleStack(TableMemory& memory, Mutator& mutator)
      : mutator_(&mutator), memory_(&memory), chunks_(memory) {}
  ~HandleStack();
  HandleStack(const HandleStack&) = delete;
  HandleStack& operator=(const HandleStack&) = delete;

  // A fresh rooted slot holding `v`; its address is stable until the stack is cut below it. At least
  // kSpareSlots succeed after an allocation of an object has; for more, between two of these, see HasRoom.
  Value* Push(Value v) {
    Value* slot = next_;
    if (ABSL_PREDICT_FALSE(reinterpret_cast<uintptr_t>(slot) % kChunkBytes == 0))
      slot = FirstSlotOfNextChunk();
    *slot = v;
    next_ = slot + 1;
    return slot;
  }
  // `count` fresh rooted slots in a row, all null; at most kMaxReserved.
  Value* Reserve(size_t count) {
    Value* first = next_;
    const uintptr_t used = reinterpret_cast<uintptr_t>(first) % kChunkBytes;
    // One comparison: a chunk that is full or not there has 0 in use.
    if (ABSL_PREDICT_FALSE(used - sizeof(Value) > kChunkBytes - (count + 1) * sizeof(Value))) {
      first = FirstSlotAfterRest();
    }
    for (size_t i = 0; i < count; ++i) first[i] = Value::Null();
    next_ = first + count;
    return first;
  }
  static constexpr size_t kMaxReserved = 16;
  static constexpr size_t kSpareSlots = 255;
  // Makes sure that there is a spare chunk; false when the system has no memory.
  [[nodiscard]] bool EnsureSpare();
  bool has_spare() const { return chunks_.size() > ChunksInUse(); }
  // Whether `count` more slots, at most kMaxReserved, are there to be had.
  [[nodiscard]] bool HasRoom(size_t count) {
    const uintptr_t used = reinterpret_cast<uintptr_t>(next_) % kChunkBytes;
    return used - sizeof(Value) <= kChunkBytes - (count + 1) * sizeof(Value) || has_spare() || EnsureSpare();
  }
  // The number of slots in use.
  size_t size() const;
  // What is pushed from now on is cut by CutTo.
  Value* mark() const { return next_; }
  void CutTo(Value* mark) { next_ = mark; }

  void VisitRoots(SlotVisitor& visitor);

 private:
  static constexpr size_t kChunkBytes = 2048;
  struct alignas(kChunkBytes) Chunk {
    size_t index;  // in chunks_
    Value slots[kChunkBytes / sizeof(Value) - 1];
  };
  static_assert(sizeof(Chunk) == kChunkBytes && kChunkBytes / sizeof(Value) - 1 == kSpareSlots);

  // The chunk with the slot before `next`, which is not null.
  static Chunk* ChunkBefore(Value* next) {
    return reinterpret_cast<Chunk*>((reinterpret_cast<uintptr_t>(next) - sizeof(Value)) & ~(kChunkBytes - 1));
  }
  size_t ChunksInUse() const { return next_ == nullptr ? 0 : ChunkBefore(next_)->index + 1; }
  Value* FirstSlotOfNextChunk();
  // The same with part of this chunk unused: it is filled.
  Value* FirstSlotAfterRest();

  Value* next_ = nullptr;
  Mutator* const mutator_;
  TableMemory* const memory_;
  Vector<Chunk*> chunks_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_HANDLE_STACK_H_
