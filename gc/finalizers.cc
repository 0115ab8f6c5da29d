#include "gc/finalizers.h"

#include <algorithm>
#include <utility>

#include "gc/check.h"
#include "gc/handle.h"

namespace foxvm::gc {
namespace {

// The mark of an object so many entries ahead is fetched.
constexpr size_t kAhead = 8;

}  // namespace

void Finalizers::Add(ObjectHeader* object) {
  FOXVM_DCHECK(spaces_.types.Get(object->type()).finalize != nullptr);
  if (object->has_flag(kFinalizable)) return;  // FI-1
  object->set_flag(kFinalizable);
  auto& list = spaces_.nursery.Contains(object) ? young_ : old_;
  list.push_back({Value::FromObject(object), next_sequence_++});
}

void Finalizers::QueueDead(WeakTracer& tracer) {
  // Nothing is drained in here, so the order of the entries does not decide who counts as dead.
  size_t kept = 0;
  for (Entry entry : young_) {
    ObjectHeader* now = tracer.Resolve(entry.object.object());
    if (now == nullptr) {
      tracer.Keep(&entry.object);
      entry.object.object()->clear_flag(kFinalizable);
      now_.Add(entry);
      continue;
    }
    entry.object = Value::FromObject(now);
    if (spaces_.nursery.Contains(now)) {
      young_[kept++] = entry;
    } else {
      old_.push_back(entry);
    }
  }
  young_.resize(kept);
}

bool Finalizers::IsYoung(const Entry& entry) const {
  return entry.object.IsHeapRef() && spaces_.nursery.Contains(entry.object.object());
}

bool Finalizers::FindDeadSome(WeakTracer& tracer, size_t entries, bool young_traced) {
  if (young_traced) {
    std::erase_if(young_, [&](const Entry& entry) { return FoundDead(tracer, entry); });
  }
  for (; next_ < old_.size() && entries != 0; ++next_, --entries) {
    __builtin_prefetch(spaces_.marks.At(old_[std::min(next_ + kAhead, old_.size() - 1)].object.object()));
    const Entry entry = std::exchange(old_[next_], {Value::Empty(), 0});
    if (!FoundDead(tracer, entry)) old_[kept_end_++] = entry;
  }
  if (next_ < old_.size()) return false;
  old_.resize(kept_end_);
  next_ = kept_end_ = 0;
  return true;
}

bool Finalizers::FoundDead(WeakTracer& tracer, const Entry& entry) {
  ObjectHeader* object = entry.object.object();
  if (tracer.Resolve(object) != nullptr) return false;
  object->clear_flag(kFinalizable);
  found_.Add(entry);
  if (!IsYoung(entry) && found_.old_front + 1 == found_.entries.size()) ++found_.old_front;
  return true;
}

bool Finalizers::KeepSome(WeakTracer& tracer, size_t entries) {
  if (!std::exchange(kept_now_, true) && !now_.entries.empty()) {
    for (Entry& entry : now_.entries) tracer.Keep(&entry.object);
    return true;
  }
  if (next_kept_ == found_.entries.size()) return false;
  for (; next_kept_ < found_.entries.size() && entries != 0; ++next_kept_, --entries)
    tracer.Keep(&found_.entries[next_kept_].object);
  return true;
}

void Finalizers::QueueFound() {
  FOXVM_DCHECK(next_ == 0 && next_kept_ == found_.entries.size());
  next_kept_ = 0;
  kept_now_ = false;
  if (now_.entries.empty()) {
    std::swap(now_, found_);
    return;
  }
  for (const Entry& entry : found_.entries) now_.Add(entry);
  found_ = {};
}

void Finalizers::TrimQueue() {
  for (size_t i = old_batches_; i < queue_.size(); ++i) {
    Batch& batch = queue_[i];
    while (batch.old_front < batch.entries.size() && !IsYoung(batch.entries[batch.old_front]))
      ++batch.old_front;
    if (i == old_batches_ && batch.old_front == batch.entries.size()) ++old_batches_;
  }
}

void Finalizers::EndBatch() {
  if (now_.entries.empty()) return;
  now_.Sort();
  queued_ += now_.entries.size();
  queue_.push_back(std::exchange(now_, {}));
}

void Finalizers::Batch::Add(const Entry& entry) {
  // Out of order is only what was promoted early.
  if (entries.empty() || entry < entries.back()) runs.push_back({entries.size(), entries.size()});
  entries.push_back(entry);
  ++runs.back().end;
}

void Finalizers::Batch::Sort() {
  std::make_heap(runs.begin(), runs.end(), [this](const Run& a, const Run& b) { return StartsLater(a, b); });
}

Value Finalizers::Batch::Take() {
  const auto later = [this](const Run& a, const Run& b) { return StartsLater(a, b); };
  std::pop_heap(runs.begin(), runs.end(), later);
  Run& first = runs.back();
  const Value object = std::exchange(entries[first.next].object, Value::Empty());
  if (++first.next == first.end) {
    runs.pop_back();
  } else {
    std::push_heap(runs.begin(), runs.end(), later);
  }
  return object;
}

size_t Finalizers::Run(Mutator& mutator) {
  FOXVM_CHECK(!running_ && now_.entries.empty());  // FI-3
  running_ = true;
  // Those that collections during these runs find wait for the next call, or a finalizer that makes its like
  // would never let this one end.
  const size_t count = queued_;
  for (size_t i = 0; i < count; ++i) {
    HandleScope scope(mutator);
    Batch& batch = queue_.front();
    Handle object = scope.Make(batch.Take());
    if (batch.runs.empty()) {
      queue_.pop_front();
      old_batches_ -= old_batches_ != 0;
    }
    --queued_;
    spaces_.types.Get(object.object()->type()).finalize(mutator, object);
  }
  running_ = false;
  return count;
}

}  // namespace foxvm::gc
