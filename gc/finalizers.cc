#include "gc/finalizers.h"

#include "gc/check.h"
#include "gc/handle.h"

namespace foxvm::gc {

bool Finalizers::Reserve() {
  const size_t objects = young_.size() + old_.size() + reserved_ + 1;
  if (!young_.TryReserve(young_.size() + reserved_ + 1) || !old_.TryReserve(objects) ||
      !queue_.TryReserve(queue_.size() + objects)) {
    return false;
  }
  ++reserved_;
  return true;
}

void Finalizers::AddReserved(ObjectHeader* object) {
  FOXVM_DCHECK(spaces_.types.Get(object->type()).finalize != nullptr && reserved_ != 0);
  --reserved_;
  if (object->has_flag(kFinalizable)) return;  // FI-1
  object->set_flag(kFinalizable);
  auto& list = spaces_.nursery.Contains(object) ? young_ : old_;
  list.PushReserved({Value::FromObject(object), next_sequence_++});
}

void Finalizers::QueueDead(WeakTracer& tracer) {
  for (size_t i = batch_begin_; i < queue_.size(); ++i) tracer.Keep(&queue_[i].object);
  // A marking also finds young objects that only dead old ones kept alive so far.
  QueueDeadOf(young_, tracer);
  if (!tracer.OnlyYoungAffected()) QueueDeadOf(old_, tracer);
}

void Finalizers::QueueDeadOf(Vector<Entry>& list, WeakTracer& tracer) {
  // Nothing is drained in here, so the order of the entries does not decide who counts as dead.
  size_t kept = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    Entry entry = list[i];
    ObjectHeader* now = tracer.Resolve(entry.object.object());
    if (now == nullptr) {
      tracer.Keep(&entry.object);
      entry.object.object()->clear_flag(kFinalizable);
      queue_.PushReserved(entry);
      continue;
    }
    entry.object = Value::FromObject(now);
    if (&list == &young_ && !spaces_.nursery.Contains(now)) {
      old_.PushReserved(entry);
    } else {
      list[kept++] = entry;
    }
  }
  list.Truncate(kept);
}

void Finalizers::TrimQueue() {
  while (old_front_ < queue_.size() && !spaces_.nursery.Contains(queue_[old_front_].object.object()))
    ++old_front_;
}

void Finalizers::EndBatch() {
  // In order already, but for what was promoted early.
  Entry* begin = queue_.begin() + batch_begin_;
  if (!std::is_sorted(begin, queue_.end())) {
    std::sort(begin, queue_.end());  // FI-2
    old_front_ = std::min(old_front_, batch_begin_);
  }
  batch_begin_ = queue_.size();
}

size_t Finalizers::Run(Mutator& mutator) {
  FOXVM_CHECK(!running_ && batch_begin_ == queue_.size());  // FI-3
  running_ = true;
  // Those that collections during these runs find wait for the next call, or a finalizer that makes its like
  // would never let this one end.
  const size_t count = queue_.size();
  while (ran_ < count) {
    HandleScope scope(mutator);
    Handle object = scope.Make(queue_[ran_++].object);
    old_front_ = std::max(old_front_, ran_);
    spaces_.types.Get(object.object()->type()).finalize(mutator, object);
  }
  queue_.EraseFront(ran_);
  batch_begin_ -= ran_;
  old_front_ -= ran_;
  ran_ = 0;
  running_ = false;
  return count;
}

}  // namespace foxvm::gc
