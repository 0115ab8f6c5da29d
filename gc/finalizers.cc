#include "gc/finalizers.h"

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
  if (!spaces_.nursery.Contains(object) && found_.old_front + 1 == found_.entries.size()) ++found_.old_front;
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
  for (Batch& batch : queue_) {
    while (batch.old_front < batch.entries.size() &&
           !spaces_.nursery.Contains(batch.entries[batch.old_front].object.object())) {
      ++batch.old_front;
    }
  }
}

void Finalizers::EndBatch() {
  if (now_.entries.empty()) return;
  // In order already, but for what was promoted early.
  if (!now_.sorted) {
    std::sort(now_.entries.begin(), now_.entries.end());  // FI-2
    if (now_.old_front != now_.entries.size()) now_.old_front = 0;
  }
  queued_ += now_.entries.size();
  if (queue_.empty() || now_.entries.size() >= kLargeBatch) {
    queue_.push_back(std::move(now_));
  } else {
    std::deque<Entry>& before = queue_.back().entries;
    before.insert(before.end(), now_.entries.begin(), now_.entries.end());
  }
  now_ = {};
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
    Handle object = scope.Make(batch.entries.front().object);
    batch.entries.pop_front();
    batch.old_front -= batch.old_front != 0;
    if (batch.entries.empty()) queue_.pop_front();
    --queued_;
    spaces_.types.Get(object.object()->type()).finalize(mutator, object);
  }
  running_ = false;
  return count;
}

}  // namespace foxvm::gc
