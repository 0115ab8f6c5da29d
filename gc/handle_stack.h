// HandleStack: the rooted slots of native code, a stack in chunks that never move.
// Threads: the mutator's.  Collects: never.  Owns: the chunks.
#ifndef FOXVM_GC_HANDLE_STACK_H_
#define FOXVM_GC_HANDLE_STACK_H_

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/base/optimization.h"
#include "gc/slot.h"
#include "gc/value.h"

namespace foxvm::gc {

class HandleStack {
 public:
  // A fresh rooted slot holding `v`; its address is stable until the stack is cut below it.
  Value* Push(Value v) {
    size_t chunk = size_ / kChunkSlots;
    if (ABSL_PREDICT_FALSE(chunk == chunks_.size())) AddChunk();
    Value* slot = &(*chunks_[chunk])[size_++ % kChunkSlots];
    *slot = v;
    return slot;
  }
  size_t size() const { return size_; }
  void CutTo(size_t size) { size_ = size; }

  void VisitRoots(SlotVisitor& visitor) {
    for (size_t i = 0; i < size_; ++i) {
      visitor.Visit(Slot::Tagged(&(*chunks_[i / kChunkSlots])[i % kChunkSlots]));
    }
  }

 private:
  static constexpr size_t kChunkSlots = 256;
  using Chunk = std::array<Value, kChunkSlots>;

  // Apart, so that Push saves no registers for it.
  ABSL_ATTRIBUTE_NOINLINE void AddChunk() { chunks_.push_back(std::make_unique<Chunk>()); }

  std::vector<std::unique_ptr<Chunk>> chunks_;
  size_t size_ = 0;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_HANDLE_STACK_H_
