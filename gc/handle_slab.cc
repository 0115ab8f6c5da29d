#include "gc/handle_slab.h"

#include "gc/check.h"
#include "gc/nursery.h"
#include "gc/object.h"
#include "gc/weak_tracer.h"

namespace foxvm::gc {

HandleSlab::Node* HandleSlab::Make(Value v) {
  Node* node = free_;
  if (node != nullptr) {
    free_ = node->next_free;
  } else {
    if (made_ == chunks_.size() * kChunkNodes) chunks_.push_back(std::make_unique<Node[]>(kChunkNodes));
    node = &chunks_[made_ / kChunkNodes][made_ % kChunkNodes];
    ++made_;
  }
  ++size_;
  Set(node, v);
  return node;
}

void HandleSlab::Drop(Node* node) {
  node->value = Value::Empty();  // HS-2
  node->next_free = free_;
  free_ = node;
  --size_;
  if (abandoned_ && size_ == 0) delete this;
}

void HandleSlab::List(Node* node) {
  node->listed = true;
  listed_.push_back(node);
}

void HandleSlab::AbandonAll() {
  ForEach(RootScope::kAll, [](Value* slot) { *slot = Value::Empty(); });
  abandoned_ = true;
  if (size_ == 0) delete this;
}

void HandleSlab::Update(WeakTracer& tracer) {
  FOXVM_DCHECK(tracer.OnlyYoungAffected());
  for (Node* node : listed_) UpdateNode(tracer, *node);
}

bool HandleSlab::UpdateSome(WeakTracer& tracer, size_t* at, size_t nodes) {
  for (; *at < made_ && nodes != 0; ++*at, --nodes)
    UpdateNode(tracer, chunks_[*at / kChunkNodes][*at % kChunkNodes]);
  return *at == made_;
}

void HandleSlab::UpdateNode(WeakTracer& tracer, Node& node) {
  if (!node.value.IsHeapRef()) return;
  ObjectHeader* now = tracer.Resolve(node.value.object());
  node.value = now == nullptr ? Value::Empty() : Value::FromObject(now);
}

void HandleSlab::TrimListed(const Nursery& nursery) {
  size_t kept = 0;
  for (Node* node : listed_) {
    node->listed = node->value.IsHeapRef() && nursery.Contains(node->value.object());
    if (node->listed) listed_[kept++] = node;
  }
  listed_.resize(kept);
}

bool HandleSlab::YoungAreListed(const Nursery& nursery) const {
  for (size_t i = 0; i < made_; ++i) {
    const Node& node = chunks_[i / kChunkNodes][i % kChunkNodes];
    if (!node.listed && node.value.IsHeapRef() && nursery.Contains(node.value.object())) return false;
  }
  return true;
}

}  // namespace foxvm::gc
