#include "gc/handle_slab.h"

#include <cstdlib>
#include <new>
#include <utility>

#include "gc/check.h"
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
  FOXVM_DCHECK(tracer.OnlyYoungAffected());
  listed_.ForEach([&tracer](Node* node) { UpdateNode(tracer, *node); });
}

void HandleSlab::BeginUpdate() {
  update_chunk_ = chunks_;
  update_node_ = 0;
}

bool HandleSlab::UpdateSome(WeakTracer& tracer, size_t nodes) {
  for (; update_chunk_ != nullptr && nodes != 0; --nodes) {
    if (update_node_ < update_chunk_->made) {
      UpdateNode(tracer, update_chunk_->nodes[update_node_++]);
    } else {
      // New chunks come before the first.
      update_chunk_ = update_chunk_->next;
      update_node_ = 0;
    }
  }
  return update_chunk_ == nullptr;
}

void HandleSlab::UpdateNode(WeakTracer& tracer, Node& node) {
  if (!node.value.IsHeapRef()) return;
  ObjectHeader* now = tracer.Resolve(node.value.object());
  node.value = now == nullptr ? Value::Empty() : Value::FromObject(now);
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
