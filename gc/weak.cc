#include "gc/weak.h"

#include <cstddef>

#include "gc/check.h"

namespace foxvm::gc {

bool Disposers::Reserve() {
  const size_t more = reserved_ + 1;
  if (!young_.TryReserve(young_.size() + more) || !old_.TryReserve(young_.size() + old_.size() + more))
    return false;
  reserved_ = more;
  return true;
}

void Disposers::AddReserved(ObjectHeader* object) {
  FOXVM_DCHECK(spaces_.types.Get(object->type()).dispose != nullptr && reserved_ != 0);
  --reserved_;
  (spaces_.nursery.Contains(object) ? young_ : old_).PushReserved(object);
}

void Disposers::DisposeDead(WeakTracer& tracer) {
  const bool minor = tracer.OnlyYoungAffected();
  size_t kept = 0;
  // Young objects that a marking finds dead wait for the minor collection that drops them.
  for (ObjectHeader* object : minor ? young_ : old_) {
    ObjectHeader* now = tracer.Resolve(object);
    if (now == nullptr) {
      Dispose(object);
    } else if (!minor) {
      old_[kept++] = now;
    } else if (spaces_.nursery.Contains(now)) {
      young_[kept++] = now;
    } else {
      old_.PushReserved(now);
    }
  }
  (minor ? young_ : old_).Truncate(kept);
}

void Disposers::Follow(WeakVisitor& moved) {
  for (ObjectHeader*& object : old_) object = moved.Resolve(object);
}

void Disposers::DisposeAll() {
  for (ObjectHeader* object : young_) Dispose(object);
  for (ObjectHeader* object : old_) Dispose(object);
  young_.clear();
  old_.clear();
}

Lifetimes::Lifetimes(Mutator& mutator, const Spaces& spaces, TableMemory& memory)
    : spaces_(spaces),
      persistent_(HandleSlab::Create(mutator, memory)),
      weak_handles_(HandleSlab::Create(mutator, memory)),
      ephemerons_(spaces, memory),
      finalizers_(spaces, memory),
      disposers_(spaces, memory) {}

Lifetimes::~Lifetimes() { disposers_.DisposeAll(); }

bool Lifetimes::ReserveNew(const TypeInfo& type) {
  const bool finalized = type.finalize != nullptr && !type.finalize_on_request;
  if (type.dispose != nullptr && !disposers_.Reserve()) return false;
  if (!finalized || finalizers_.Reserve()) return true;
  if (type.dispose != nullptr) disposers_.Unreserve();
  return false;
}

void Lifetimes::AddNew(ObjectHeader* object, const TypeInfo& type) {
  if (type.dispose != nullptr) object != nullptr ? disposers_.AddReserved(object) : disposers_.Unreserve();
  if (type.finalize == nullptr || type.finalize_on_request) return;
  object != nullptr ? finalizers_.AddReserved(object) : finalizers_.Unreserve();
}

void Lifetimes::AfterTrace(WeakTracer& tracer) {
  ephemerons_.Begin(tracer);
  ephemerons_.Resolve();
  weak_handles_->Update(tracer);
  finalizers_.QueueDead(tracer);
  ephemerons_.Resolve();
  ephemerons_.Finish();
  providers_.ForEach([&tracer](WeakProvider* provider) { provider->VisitWeak(tracer); });
  disposers_.DisposeDead(tracer);
  persistent_->TrimListed(spaces_.nursery);
  weak_handles_->TrimListed(spaces_.nursery);
  finalizers_.TrimQueue();
}

void Lifetimes::BeginSteps(size_t max_reached) {
  FOXVM_DCHECK(stage_ == Stage::kNone);
  stage_ = Stage::kEphemerons;
  ephemerons_.pass().Begin(max_reached);
}

void Lifetimes::Step(WeakTracer& tracer, size_t entries, bool young_traced) {
  switch (stage_) {
    case Stage::kNone:
    case Stage::kDone: return;
    case Stage::kEphemerons:
      if (!ephemerons_.pass().Step(tracer, entries)) return;
      stage_ = Stage::kWeakHandles;
      weak_handles_->BeginUpdate();
      return;
    case Stage::kWeakHandles:
      if (weak_handles_->UpdateSome(tracer, entries)) stage_ = Stage::kFinalizers;
      return;
    case Stage::kFinalizers:
      if (finalizers_.FindDeadSome(tracer, entries, young_traced)) stage_ = Stage::kRevived;
      return;
    case Stage::kRevived:
      if (finalizers_.KeepSome(tracer, entries)) return;
      if (ephemerons_.pass().Step(tracer, entries)) stage_ = Stage::kDone;
      return;
  }
}

void Lifetimes::FinishMarking(WeakTracer& tracer, bool young_traced) {
  tracer.Drain();
  while (!stepped()) {
    Step(tracer, SIZE_MAX, young_traced);
    tracer.Drain();
  }
  // What has been marked since the last step may be keys.
  while (!ephemerons_.pass().Step(tracer, SIZE_MAX)) tracer.Drain();
  stage_ = Stage::kNone;
  ephemerons_.pass().End();
  finalizers_.QueueFound();
  providers_.ForEach([&tracer](WeakProvider* provider) { provider->VisitWeak(tracer); });
  disposers_.DisposeDead(tracer);
}

void Lifetimes::Follow(WeakVisitor& moved) {
  providers_.ForEach([&moved](WeakProvider* provider) { provider->VisitWeak(moved); });
  disposers_.Follow(moved);
}

void Lifetimes::CheckLists(size_t disposable, size_t finalizable) const {
  FOXVM_CHECK(disposable == disposers_.young_count());    // WK-1: made by AllocateFinalizable
  FOXVM_CHECK(finalizable == finalizers_.young_count());  // FI-1
  FOXVM_CHECK(persistent_->YoungAreListed(spaces_.nursery));
  FOXVM_CHECK(weak_handles_->YoungAreListed(spaces_.nursery));
  ephemerons_.ForEachMap(
      [this](const EphemeronMap& map) { FOXVM_CHECK(map.YoungAreListed(spaces_.nursery)); });
}

}  // namespace foxvm::gc
