#include <algorithm>
#include <cstring>

#include "absl/base/optimization.h"
#include "gc/allocate.h"
#include "gc/check.h"
#include "gc/heap_impl.h"

namespace foxvm::gc {

ObjectHeader* Heap::Impl::AllocateSlow(TypeId type, size_t bytes, uint64_t second) {
  FOXVM_CHECK(!collecting_);  // HI-2
  FOXVM_DCHECK(bytes >= sizeof(ObjectHeader) && bytes % kObjectAlignment == 0);
  StressStep();
  if (bytes > kMaxSmallObjectBytes) return AllocateLarge(type, bytes, second);
  if (collection_requested_) Collect();
  if (mutator_.cursor + bytes > eden_limit_ && !MakeRoom(bytes)) return nullptr;
  if (mutator_.cursor + bytes > step_limit_) StartStep(bytes);
  auto* object = reinterpret_cast<ObjectHeader*>(mutator_.cursor);
  mutator_.cursor += bytes;
  SetLimit();
  object->meta = ObjectHeader::MakeMeta(type, bytes, 0);
  object->second = second;
  return object;
}

void Heap::Impl::StressStep() {
  switch (stress_.NextAllocation()) {
    case StressSchedule::Action::kNone: return;
    case StressSchedule::Action::kMinor: return CollectMinor();
    case StressSchedule::Action::kMajor: return CollectMajor();
  }
}

bool Heap::Impl::Collect() {
  bool major = MajorDue(0);
  if (major) {
    CollectMajor();
  } else {
    CollectMinor();
  }
  return major;
}

bool Heap::Impl::HasRoom(size_t bytes) const {
  return eden_limit_ - mutator_.cursor >= std::max(bytes, MinGrant());
}

bool Heap::Impl::MakeRoom(size_t bytes) {
  if (!collections_allowed_) return false;
  const uint64_t pressure_calls = statistics_.pressure_calls;
  bool major = Collect();
  if (HasRoom(bytes)) return true;
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
  if (bytes > options_.max_bytes) return nullptr;
  const uint64_t pressure_calls = statistics_.pressure_calls;
  bool major = MajorDue(bytes);
  if (major) {
    CollectMajor();
  } else if (collection_requested_) {
    CollectMinor();
  }
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
  object->second = second;
  return object;
}

ObjectHeader* Heap::Impl::AllocatePinned(TypeId type, size_t bytes, uint64_t second) {
  // In the hole that is being filled nothing changes that the bound counts. HI-1, HI-2: a shut limit means
  // that there is more to do.
  uintptr_t start = 0;
  if (bytes <= kMaxSmallObjectBytes && mutator_.limit >= mutator_.cursor)
    start = spaces_.old.TryAllocate(bytes);
  if (ABSL_PREDICT_FALSE(start == 0)) return AllocatePinnedSlow(type, bytes, second);
  auto* object = reinterpret_cast<ObjectHeader*>(start);
  object->meta = ObjectHeader::MakeMeta(type, bytes, kOldGeneration);
  object->second = second;
  statistics_.allocated_bytes += bytes;
  InitialisePinned(object, spaces_.types.Get(type), bytes);
  return object;
}

ObjectHeader* Heap::Impl::AllocatePinnedSlow(TypeId type, size_t bytes, uint64_t second) {
  FOXVM_CHECK(!collecting_);  // HI-2
  FOXVM_DCHECK(bytes >= sizeof(ObjectHeader) && bytes % kObjectAlignment == 0);
  StressStep();
  ObjectHeader* object;
  if (bytes > kMaxSmallObjectBytes) {
    object = AllocateLarge(type, bytes, second);
    if (object == nullptr) return nullptr;
  } else {
    auto fits = [this] { return FitsOld(kBlockBytes) && spaces_.old.bytes_grantable() >= kBlockBytes; };
    const uint64_t pressure_calls = statistics_.pressure_calls;
    if (!fits()) CollectMajor();
    if (!fits() && !(CollectForPressure(pressure_calls) && fits())) return nullptr;
    if (!spaces_.old.CommitMargin()) return nullptr;
    object = spaces_.old.Allocate(bytes);
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
  auto start = reinterpret_cast<uintptr_t>(object);
  // The caller initialises it without a barrier, like any new object.
  if (info.layout != SlotLayout::kNone) spaces_.cards.DirtyRange(start, start + bytes);
  std::memset(static_cast<void*>(object->slots()), 0, bytes - sizeof(ObjectHeader));
  if (ABSL_PREDICT_FALSE(info.finalize != nullptr)) finalizers_.Add(object);
}

ObjectHeader* AllocateSlow(Mutator& mutator, TypeId type, size_t bytes, uint64_t second) {
  return mutator.heap->impl_->AllocateSlow(type, bytes, second);
}

ObjectHeader* AllocatePinned(Mutator& mutator, TypeId type, size_t bytes, uint64_t second) {
  return mutator.heap->impl_->AllocatePinned(type, bytes, second);
}

ObjectHeader* AllocateFinalizable(Mutator& mutator, TypeId type, size_t bytes, uint64_t second) {
  ObjectHeader* object = Allocate(mutator, type, bytes, second);
  if (object != nullptr) mutator.heap->impl_->finalizers().Add(object);
  return object;
}

}  // namespace foxvm::gc
