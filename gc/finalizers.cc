#include "gc/finalizers.h"

#include <array>
#include <new>
#include <utility>

#include "gc/check.h"
#include "gc/handle.h"

namespace foxvm::gc {
namespace {

// The mark of an object so many entries ahead is fetched.
constexpr size_t kAhead = 8;

}  // namespace

Finalizers::~Finalizers() {
  while (chunks_ != nullptr) memory_.Free(std::exchange(chunks_, chunks_->next), sizeof(Chunk));
}

bool Finalizers::Reserve() {
  if (unused_.size() == reserved_) {
    void* memory = memory_.Resize(nullptr, 0, sizeof(Chunk));
    if (memory == nullptr) return false;
    auto* chunk = new (memory) Chunk;
    chunk->next = std::exchange(chunks_, chunk);
    for (size_t i = 0; i < kChunkNodes; ++i) unused_.PushBack(&chunk->nodes[i]);
  }
  ++reserved_;
  return true;
}

void Finalizers::AddReserved(ObjectHeader* object) {
  FOXVM_DCHECK(spaces_.types.Get(object->type()).finalize != nullptr && reserved_ != 0);
  --reserved_;
  if (object->has_flag(kFinalizable)) return;  // FI-1
  object->set_flag(kFinalizable);
  Node* node = unused_.PopFront();
  node->object = Value::FromObject(object);
  node->sequence = next_sequence_++;
  node->ends_batch = node->listed_young = 0;
  (spaces_.nursery.Contains(object) ? young_ : old_).PushBack(node);
}

bool Finalizers::IsYoung(const Node& node) const {
  return node.object.IsHeapRef() && spaces_.nursery.Contains(node.object.object());
}

void Finalizers::AddTo(Batch& batch, Node* node) {
  batch.nodes.PushBack(node);
  if (!IsYoung(*node)) return;
  node->listed_young = 1;  // FI-4
  batch.young.PushBack(node);
}

void Finalizers::QueueDead(WeakTracer& tracer) {
  // Nothing is drained in here, so the order of the entries does not decide who counts as dead.
  for (List list = young_.TakeAll(); !list.empty();) {
    Node* node = list.PopFront();
    ObjectHeader* now = tracer.Resolve(node->object.object());
    if (now == nullptr) {
      tracer.Keep(&node->object);
      node->object.object()->clear_flag(kFinalizable);
      AddTo(now_, node);
      continue;
    }
    node->object = Value::FromObject(now);
    (spaces_.nursery.Contains(now) ? young_ : old_).PushBack(node);
  }
}

bool Finalizers::FindDeadSome(WeakTracer& tracer, size_t entries, bool young_traced) {
  if (young_traced) {
    for (List list = young_.TakeAll(); !list.empty();) {
      Node* node = list.PopFront();
      if (tracer.Resolve(node->object.object()) != nullptr) {
        young_.PushBack(node);
      } else {
        NoteDead(node);
      }
    }
  }
  Node* ahead = old_.After(last_seen_);
  for (size_t i = 0; i < kAhead && ahead != nullptr; ++i) ahead = ahead->next;
  Node* node = old_.After(last_seen_);
  for (; node != nullptr && entries != 0; --entries) {
    if (ahead != nullptr) {
      __builtin_prefetch(spaces_.marks.At(ahead->object.object()));
      ahead = ahead->next;
    }
    Node* next = node->next;
    if (tracer.Resolve(node->object.object()) != nullptr) {
      last_seen_ = node;
    } else {
      old_.TakeAfter(last_seen_);
      NoteDead(node);
    }
    node = next;
  }
  if (node != nullptr) return false;
  last_seen_ = nullptr;
  return true;
}

void Finalizers::NoteDead(Node* node) {
  node->object.object()->clear_flag(kFinalizable);
  AddTo(found_, node);
}

bool Finalizers::KeepSome(WeakTracer& tracer, size_t entries) {
  if (!std::exchange(kept_now_, true) && !now_.nodes.empty()) {
    now_.nodes.ForEach([&tracer](Node* node) { tracer.Keep(&node->object); });
    return true;
  }
  Node* node = found_.nodes.After(last_kept_);
  if (node == nullptr) return false;
  for (; node != nullptr && entries != 0; node = node->next, --entries) {
    tracer.Keep(&node->object);
    last_kept_ = node;
  }
  return true;
}

void Finalizers::QueueFound() {
  FOXVM_DCHECK(last_seen_ == nullptr && last_kept_ == found_.nodes.last());
  last_kept_ = nullptr;
  kept_now_ = false;
  now_.nodes.Append(found_.nodes.TakeAll());
  now_.young.Append(found_.young.TakeAll());
}

void Finalizers::TrimQueue() {
  for (Young list = young_of_queue_.TakeAll(); !list.empty();) {
    Node* node = list.PopFront();
    if (IsYoung(*node)) {
      young_of_queue_.PushBack(node);
      continue;
    }
    node->listed_young = 0;
    if (node->object.IsEmpty()) unused_.PushFront(node);
  }
}

void Finalizers::EndBatch() {
  if (now_.nodes.empty()) return;
  now_.nodes.last()->ends_batch = 1;
  queue_.Append(now_.nodes.TakeAll());
  young_of_queue_.Append(now_.young.TakeAll());
}

Finalizers::List Finalizers::Merge(List a, List b) {
  List merged;
  while (!a.empty() && !b.empty()) {
    List& first = a.After(nullptr)->sequence < b.After(nullptr)->sequence ? a : b;
    merged.PushBack(first.PopFront());
  }
  merged.Append(a);
  merged.Append(b);
  return merged;
}

void Finalizers::SortFirstBatch() {
  // Out of order is only what was promoted early: the runs that are in order are merged, those of like
  // length.
  std::array<List, 64> merged;
  for (bool end = false; !end;) {
    List run;
    do {
      run.PushBack(queue_.PopFront());
      end = run.last()->ends_batch;
    } while (!end && run.last()->sequence < queue_.After(nullptr)->sequence);
    run.last()->ends_batch = 0;
    size_t i = 0;
    for (; !merged[i].empty(); ++i) run = Merge(merged[i].TakeAll(), run);
    merged[i] = run;
  }
  List batch;
  for (List& list : merged) batch = Merge(list, batch);
  batch.last()->ends_batch = 1;
  batch.Append(queue_.TakeAll());
  queue_ = batch;
}

Value Finalizers::TakeFirst() {
  if (!first_sorted_) SortFirstBatch();  // FI-2
  Node* node = queue_.PopFront();
  first_sorted_ = !node->ends_batch;
  const Value object = std::exchange(node->object, Value::Empty());
  if (!node->listed_young) unused_.PushFront(node);
  return object;
}

size_t Finalizers::Run(Mutator& mutator) {
  FOXVM_CHECK(!running_ && now_.nodes.empty());  // FI-3
  running_ = true;
  // Those that collections during these runs find wait for the next call, or a finalizer that makes its like
  // would never let this one end.
  const size_t count = queue_.size();
  for (size_t i = 0; i < count; ++i) {
    HandleScope scope(mutator);
    Handle object = scope.Make(TakeFirst());
    spaces_.types.Get(object.object()->type()).finalize(mutator, object);
  }
  running_ = false;
  return count;
}

}  // namespace foxvm::gc
