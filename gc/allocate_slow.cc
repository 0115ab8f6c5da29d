#include <algorithm>
#include <cstring>

#include "absl/base/optimization.h"
#include "gc/allocate.h"
#include "gc/check.h"
#include "gc/heap_impl.h"
#include "gc/weak_load.h"
#include "gc/write_barrier.h"

namespace foxvm::gc {
namespace {

// Objects marked before each allocation under stress, so that a marking spans many of them.
constexpr size_t kStressObjects = 16;

}  // namespace

ObjectHeader* Heap::Impl::AllocateSlow(TypeId type, size_t bytes, uint64_t second) {
  FOXVM_CHECK(!collecting_);  // HI-2
  FOXVM_DCHECK(bytes >= sizeof(ObjectHeader) && bytes % kObjectAlignment == 0);
  StressStep();
  if (bytes > kMaxSmallObjectBytes) return AllocateLarge(type, bytes, second);
  if (collection_requested_) Collect();
  if (mutator_.cursor + bytes > slice_at_ && collections_allowed_ && WantsSlices()) RunSlice();
  if (mutator_.cursor + bytes > eden_limit_ && !MakeRoom(bytes)) return nullptr;
  if (ABSL_PREDICT_FALSE(FinalizersDue())) {
    // Before the new object exists: they may collect.
    RunFinalizers();
    if (mutator_.cursor + bytes > eden_limit_ && !MakeRoom(bytes)) return nullptr;
  }
  if (!mutator_.handles.EnsureSpare()) return nullptr;  // HT-2
  if (mutator_.cursor + bytes > step_limit_) StartStep(bytes);
  auto* object = reinterpret_cast<ObjectHeader*>(mutator_.cursor);
  mutator_.cursor += bytes;
  SetLimit();
  object->meta = ObjectHeader::MakeMeta(type, bytes, 0);
  object->second = second;
  return object;
}

void Heap::Impl::Safepoint() {
  FOXVM_CHECK(!collecting_);  // HI-2
  StressStep();
  if (collection_requested_) Collect();
  if (mutator_.cursor >= slice_at_ && collections_allowed_ && WantsSlices()) RunSlice();
  SetLimit();
}

void Heap::Impl::StressStep() {
  switch (stress_.NextAllocation()) {
    case StressSchedule::Action::kNone: return;
    case StressSchedule::Action::kMinor:
      CollectMinor();
      if (collections_allowed_ && marking_.active() && marking_.MarkSome(kStressObjects)) FinishCycle();
      if (marking_.cleaning()) marking_.CleanSome(1);
      return;
    case StressSchedule::Action::kMajor: return marking_.active() ? CollectMajor() : BeginMajor();
  }
}

bool Heap::Impl::Collect() {
  const bool due = MajorDue(0) && !marking_.active() && collections_allowed_;
  if (due && options_.major_mode == MajorMode::kStopTheWorld) {
    CollectMajor();
    return true;
  }
  if (due && !spaces_.old.sweeping() && !marking_.cleaning()) {
    BeginCycle();
  } else {
    CollectMinor();
  }
  return false;
}

bool Heap::Impl::HasRoom(size_t bytes) const {
  return eden_limit_ - mutator_.cursor >= std::max(bytes, MinGrant());
}

bool Heap::Impl::MakeRoom(size_t bytes) {
  if (!collections_allowed_) return false;
  const uint64_t pressure_calls = statistics_.pressure_calls;
  bool major = Collect();
  if (HasRoom(bytes)) return true;
  if (marking_.active()) {
    ++statistics_.degenerated_cycles;
    FinishCycle();
    if (HasRoom(bytes)) return true;
  }
  if (!major) CollectMajor();
  if (HasRoom(bytes)) return true;
  return CollectForPressure(pressure_calls) && HasRoom(bytes);
}

bool Heap::Impl::FitsOld(size_t bytes) {
  size_t eden_used = std::max(mutator_.cursor - spaces_.nursery.eden().begin, MinGrant());
  auto fits = [&] { return UsedOutsideEden() + eden_used + bytes <= options_.max_bytes; };
  if (fits()) return true;
  spaces_.old.FinishSweep();
  return fits();
}

uintptr_t Heap::Impl::TryLarge(TypeId type, size_t bytes) {
  if (!FitsOld(LargeObjects::FootprintOf(bytes))) return 0;
  return spaces_.large.Allocate(bytes, spaces_.types.Get(type).layout != SlotLayout::kNone);
}

ObjectHeader* Heap::Impl::AllocateLarge(TypeId type, size_t bytes, uint64_t second) {
  if (bytes > options_.max_bytes || !mutator_.handles.EnsureSpare()) return nullptr;  // HT-2
  const uint64_t pressure_calls = statistics_.pressure_calls;
  bool major = MajorDue(bytes) && options_.major_mode == MajorMode::kStopTheWorld;
  if (major) {
    CollectMajor();
  } else if (collection_requested_ || MajorDue(bytes)) {
    Collect();
  }
  RunFinalizers();
  uintptr_t start = TryLarge(type, bytes);
  if (start == 0 && !major) {
    CollectMajor();
    start = TryLarge(type, bytes);
  }
  if (start == 0 && CollectForPressure(pressure_calls)) start = TryLarge(type, bytes);
  if (start == 0) return nullptr;
  UpdateGrant();
  statistics_.allocated_bytes += bytes;
  auto* object = reinterpret_cast<ObjectHeader*>(start);
  object->meta = ObjectHeader::MakeMeta(type, 0, kOldGeneration);  // OB-2
  if (mutator_.marking) marking_.NoteBornOld(object);
  object->second = second;
  return object;
}

ObjectHeader* Heap::Impl::AllocatePinned(TypeId type, size_t bytes, uint64_t second) {
  const TypeInfo& info = spaces_.types.Get(type);
  if (ABSL_PREDICT_TRUE(!info.wants_death())) return AllocateUnwatchedPinned(type, bytes, second);
  if (!lifetimes_.ReserveNew(info)) return nullptr;
  ObjectHeader* object = AllocateUnwatchedPinned(type, bytes, second);
  lifetimes_.AddNew(object, info);
  return object;
}

ObjectHeader* Heap::Impl::AllocateUnwatchedPinned(TypeId type, size_t bytes, uint64_t second) {
  // In the hole that is being filled nothing changes that the bound counts. HI-1, HI-2: a shut limit means
  // that there is more to do.
  uintptr_t start = 0;
  if (bytes <= kMaxSmallObjectBytes && mutator_.limit >= mutator_.cursor)
    start = spaces_.old.TryAllocatePinned(bytes);
  if (ABSL_PREDICT_FALSE(start == 0)) return AllocatePinnedSlow(type, bytes, second);
  auto* object = reinterpret_cast<ObjectHeader*>(start);
  object->meta = ObjectHeader::MakeMeta(type, bytes, kOldGeneration);
  object->second = second;
  statistics_.allocated_bytes += bytes;
  InitialisePinned(object, spaces_.types.Get(type), bytes);
  return object;
}

ObjectHeader* Heap::Impl::AllocatePinnedSlow(TypeId type, size_t bytes, uint64_t second) {
  ObjectHeader* object = TryAllocatePinnedSlow(type, bytes, second);
  if (object == nullptr && RunFinalizers() != 0) object = TryAllocatePinnedSlow(type, bytes, second);
  return object;
}

ObjectHeader* Heap::Impl::TryAllocatePinnedSlow(TypeId type, size_t bytes, uint64_t second) {
  FOXVM_CHECK(!collecting_);  // HI-2
  FOXVM_DCHECK(bytes >= sizeof(ObjectHeader) && bytes % kObjectAlignment == 0);
  StressStep();
  RunFinalizers();
  ObjectHeader* object;
  if (bytes > kMaxSmallObjectBytes) {
    object = AllocateLarge(type, bytes, second);
    if (object == nullptr) return nullptr;
  } else {
    auto fits = [this] { return FitsOld(kBlockBytes) && spaces_.old.bytes_grantable() >= kBlockBytes; };
    const uint64_t pressure_calls = statistics_.pressure_calls;
    if (!fits()) CollectMajor();
    if (!fits() && !(CollectForPressure(pressure_calls) && fits())) return nullptr;
    if (!spaces_.old.CommitMargin() || !mutator_.handles.EnsureSpare()) return nullptr;  // HT-2
    // The search for a hole reads marks, several at a time.
    marking_.PauseThread();
    object = spaces_.old.AllocatePinned(bytes);
    marking_.ResumeThread();
    object->meta = ObjectHeader::MakeMeta(type, bytes, kOldGeneration);
    object->second = second;
    statistics_.allocated_bytes += bytes;
    UpdateGrant();
  }
  InitialisePinned(object, spaces_.types.Get(type), bytes);
  return object;
}

void Heap::Impl::InitialisePinned(ObjectHeader* object, const TypeInfo& info, size_t bytes) {
  object->set_flag(kPinned);
  if (mutator_.marking && spaces_.old.Contains(object)) marking_.NoteBornOld(object);
  auto start = reinterpret_cast<uintptr_t>(object);
  // The caller initialises it without a barrier, like any new object.
  if (info.layout != SlotLayout::kNone) spaces_.cards.DirtyRange(start, start + bytes);
  std::memset(static_cast<void*>(object->slots()), 0, bytes - sizeof(ObjectHeader));
}

ObjectHeader* Heap::Impl::AllocateFinalizable(TypeId type, size_t bytes, uint64_t second) {
  const TypeInfo& info = spaces_.types.Get(type);
  if (!lifetimes_.ReserveNew(info)) return nullptr;
  ObjectHeader* object = Allocate(mutator_, type, bytes, second);
  lifetimes_.AddNew(object, info);
  return object;
}

bool Heap::Impl::AttachFinalizer(ObjectHeader* object) {
  if (spaces_.types.Get(object->type()).finalize == nullptr || object->has_flag(kFinalizable)) return false;
  if (!lifetimes_.finalizers().Reserve()) return false;
  lifetimes_.finalizers().AddReserved(object);
  return true;
}

size_t Heap::Impl::RunFinalizers() {
  FOXVM_CHECK(!collecting_);
  return FinalizersDue() ? lifetimes_.finalizers().Run(mutator_) : 0;
}

void LogForMarking(Mutator& mutator, ObjectHeader* object) { mutator.heap->impl_->LogForMarking(object); }

Value LoadWeakHandleSlow(Mutator& mutator, Value v) { return mutator.heap->impl_->LoadWeakHandle(v); }

void LogStore(Mutator& mutator, uint64_t* slot, SlotKind kind, ObjectHeader* old, ObjectHeader* stored) {
  mutator.heap->impl_->LogStore(slot, kind, old, stored);
}

ObjectHeader* AllocateSlow(Mutator& mutator, TypeId type, size_t bytes, uint64_t second) {
  Heap::Impl& impl = *mutator.heap->impl_;
  ObjectHeader* object = impl.AllocateSlow(type, bytes, second);
  // Finalizers that wait may be all that keeps the heap full.
  if (ABSL_PREDICT_FALSE(object == nullptr) && impl.RunFinalizers() != 0) {
    object = impl.AllocateSlow(type, bytes, second);
  }
  impl.NoteSite(object);
  return object;
}

ObjectHeader* AllocatePinned(Mutator& mutator, TypeId type, size_t bytes, uint64_t second) {
  Heap::Impl& impl = *mutator.heap->impl_;
  ObjectHeader* object = impl.AllocatePinned(type, bytes, second);
  impl.NoteSite(object);
  return object;
}

ObjectHeader* AllocateFinalizable(Mutator& mutator, TypeId type, size_t bytes, uint64_t second) {
  return mutator.heap->impl_->AllocateFinalizable(type, bytes, second);
}

}  // namespace foxvm::gc
