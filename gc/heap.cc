#include "gc/heap.h"

#include <new>
#include <utility>

#include "gc/heap_impl.h"

namespace foxvm::gc {
namespace {

constexpr size_t kMaxReservedBytes = size_t{32} << 30;
constexpr size_t kMinReservedBytes = size_t{512} << 10;

}  // namespace

absl::StatusOr<std::unique_ptr<Heap>> Heap::Create(const HeapOptions& options) {
  if (absl::Status status = options.Validate(); !status.ok()) return status;
  // The side tables take address space in proportion, so a refusal of theirs also asks for a smaller range.
  for (size_t limit = kMaxReservedBytes; limit >= kMinReservedBytes; limit /= 2) {
    absl::StatusOr<HeapMemory> memory = HeapMemory::Create(options, limit);
    if (!memory.ok()) continue;
    auto impl = std::unique_ptr<Impl>(new (std::nothrow) Impl(options, *std::move(memory)));
    if (impl == nullptr || !impl->complete()) continue;
    auto heap = std::unique_ptr<Heap>(new (std::nothrow) Heap(std::move(impl)));
    if (heap == nullptr) break;
    heap->mutator().heap = heap.get();
    return heap;
  }
  return absl::ResourceExhaustedError("cannot reserve address space for the heap");
}

Heap::Heap(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Heap::~Heap() = default;

TypeRegistry& Heap::types() { return impl_->spaces().types; }
Mutator& Heap::mutator() { return impl_->mutator(); }

void Heap::AddRoots(RootProvider* provider) { impl_->roots().Add(provider); }
void Heap::RemoveRoots(RootProvider* provider) { impl_->roots().Remove(provider); }
void Heap::AddWeakRoots(WeakProvider* provider) { impl_->roots().AddWeak(provider); }
void Heap::RemoveWeakRoots(WeakProvider* provider) { impl_->roots().RemoveWeak(provider); }
void Heap::SetStackRoots(stackmaps::FrameWalker* walker, const stackmaps::StackMapSource* maps) {
  impl_->roots().SetStack(walker, maps);
}

void Heap::CollectMinor() { impl_->CollectMinor(); }
void Heap::CollectMajor() {
  impl_->CollectMajor();
  impl_->ShrinkYoung();
  impl_->SweepAndTrim();
}
void Heap::BeginMajor() { impl_->BeginMajor(); }
void Heap::Compact() { impl_->Compact(); }
bool Heap::AdvanceMajor() { return impl_->AdvanceMajor(); }
void Heap::RequestCollection() { impl_->RequestCollection(); }
void Heap::Safepoint() { impl_->Safepoint(); }
void Heap::AllowCollections(bool allowed) { impl_->AllowCollections(allowed); }

size_t Heap::SizeOf(const ObjectHeader* object) const { return impl_->spaces().ObjectBytes(object); }
bool Heap::IsYoung(const ObjectHeader* object) const { return impl_->spaces().nursery.Contains(object); }
bool Heap::Contains(const void* address) const {
  return impl_->spaces().memory.whole.Contains(reinterpret_cast<uintptr_t>(address));
}
uintptr_t Heap::base() const { return impl_->spaces().memory.whole.begin; }
ObjectHeader* Heap::ObjectCovering(const void* address) const {
  return impl_->ObjectCovering(reinterpret_cast<uintptr_t>(address));
}
uint64_t Heap::IdentityHash(ObjectHeader* object) { return impl_->IdentityHash(object); }
size_t Heap::RunFinalizers() { return impl_->RunFinalizers(); }
size_t Heap::queued_finalizers() const { return impl_->lifetimes().finalizers().queued(); }
bool Heap::AttachFinalizer(ObjectHeader* object) { return impl_->AttachFinalizer(object); }
HandleSlab& Heap::persistent_slots() { return impl_->lifetimes().persistent(); }
HandleSlab& Heap::weak_slots() { return impl_->lifetimes().weak_handles(); }
EphemeronResolver& Heap::ephemerons() { return impl_->lifetimes().ephemerons(); }
TableMemory& Heap::table_memory() { return impl_->spaces().tables; }
void Heap::SetStressInterval(uint64_t interval) { impl_->SetStressInterval(interval); }
void Heap::AddExternalBytes(int64_t delta) { impl_->AddExternalBytes(delta); }

void Heap::ReleaseFreeMemory() { impl_->ReleaseFreeMemory(); }
void Heap::SetPressureCallback(std::function<void()> callback) {
  impl_->SetPressureCallback(std::move(callback));
}

HeapStatistics Heap::statistics() const { return impl_->statistics(); }
const HeapOptions& Heap::options() const { return impl_->options(); }
FaultInjection& Heap::faults() { return impl_->faults(); }

}  // namespace foxvm::gc
