#include "gc/handle_slab.h"

#include <cstdlib>
#include <new>
#include <utility>

#include "gc/nursery.h"
#include "gc/object.h"
#include "gc/weak_tracer.h"

namespace foxvm::gc {

HandleSlab::~HandleSlab() {
  free_.Abandon();
  listed_.Abandon();
  while (chunks_ != nullptr) {
    Chunk* chunk = std::exchange(chunks_, chunks_->next);
    if (memory_ != nullptr) {
      memory_->Free(chunk, sizeof(Chunk));
    } else {
      std::free(chunk);
    }
  }
}

HandleSlab::Node* HandleSlab::NewNode() {
  if (chunks_ == nullptr || chunks_->made == kChunkNodes) {
    void* memory = memory_->Resize(nullptr, 0, sizeof(Chunk));
    if (memory == nullptr) return nullptr;
    auto* chunk = new (memory) Chunk();
    chunk->next = chunks_;
    chunks_ = chunk;
  }
  return &chunks_->nodes[chunks_->made++];
}

HandleSlab::Node* HandleSlab::Make(Value v) {
  Node* node = free_.PopBack();
  if (node == nullptr) node = NewNode();
  if (node == nullptr) return nullptr;
  ++size_;
  Set(node, v);
  return node;
}

void HandleSlab::Drop(Node* node) {
  node->value = Value::Empty();  // HS-2
  node->Unlink();
  free_.PushBack(node);
  --size_;
  if (memory_ == nullptr && size_ == 0) delete this;
}

void HandleSlab::AbandonAll() {
  ForEach(RootScope::kAll, [](Value* slot) { *slot = Value::Empty(); });
  if (size_ == 0) {
    delete this;
  } else {
    memory_ = nullptr;
  }
}

void HandleSlab::Update(WeakTracer& tracer) {
  RootScope scope = tracer.OnlyYoungAffected() ? RootScope::kMayBeYoung : RootScope::kAll;
  ForEach(scope, [&tracer](Value* slot) {
    if (!slot->IsHeapRef()) return;
    ObjectHeader* now = tracer.Resolve(slot->object());
    *slot = now == nullptr ? Value::Empty() : Value::FromObject(now);
  });
}

void HandleSlab::TrimListed(const Nursery& nursery) {
  listed_.ForEach([&nursery](Node* node) {
    if (!node->value.IsHeapRef() || !nursery.Contains(node->value.object())) node->Unlink();
  });
}

bool HandleSlab::YoungAreListed(const Nursery& nursery) const {
  for (const Chunk* chunk = chunks_; chunk != nullptr; chunk = chunk->next) {
    for (size_t i = 0; i < chunk->made; ++i) {
      const Node& node = chunk->nodes[i];
      if (!node.linked() && node.value.IsHeapRef() && nursery.Contains(node.value.object())) return false;
    }
  }
  return true;
}

}  // namespace foxvm::gc
