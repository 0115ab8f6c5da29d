// What Heap tells of its contents: objects, roots, allocation sites.
#include "gc/check.h"
#include "gc/heap.h"
#include "gc/heap_impl.h"

namespace foxvm::gc {
namespace {

// Hands on root slots with their kind.
struct RootLister {
  absl::FunctionRef<void(RootKind, Slot)> visit;
  RootKind kind = RootKind::kHandle;

  void BeginRoots(RootKind next) { kind = next; }
  template <SlotKind kKind>
  void VisitSlot(uint64_t* slot) {
    if constexpr (kKind == SlotKind::kTagged) {
      visit(kind, Slot::Tagged(reinterpret_cast<Value*>(slot)));
    } else {
      visit(kind, Slot::Raw(reinterpret_cast<void**>(slot)));
    }
  }
};

}  // namespace

void Heap::Impl::ForEachObject(absl::FunctionRef<void(ObjectHeader*)> visit) {
  FOXVM_CHECK(!collecting_);
  marking_.PauseThread();
  spaces_.nursery.ForEachSurvivor(visit);
  for (uintptr_t at = spaces_.nursery.eden().begin; at < mutator_.cursor;) {
    auto* object = reinterpret_cast<ObjectHeader*>(at);
    at += object->small_size();
    visit(object);
  }
  const Zone blocks = spaces_.old.extent();
  const bool unswept = spaces_.old.sweeping();
  for (uintptr_t at = spaces_.old.NextObject(blocks.begin, blocks.end); at != 0;
       at = spaces_.old.NextObject(at + kObjectAlignment, blocks.end)) {
    auto* object = reinterpret_cast<ObjectHeader*>(at);
    if (!unswept || spaces_.marks.IsMarked(object)) visit(object);
  }
  spaces_.large.ForEach([visit](uintptr_t start) { visit(reinterpret_cast<ObjectHeader*>(start)); });
  marking_.ResumeThread();
}

void Heap::Impl::ForEachRoot(absl::FunctionRef<void(RootKind, Slot)> visit) {
  FOXVM_CHECK(!collecting_);
  RootLister lister{visit};
  roots_.VisitStrong(lister);
}

void Heap::ForEachObject(absl::FunctionRef<void(ObjectHeader*)> visit) { impl_->ForEachObject(visit); }
void Heap::ForEachRoot(absl::FunctionRef<void(RootKind, Slot)> visit) { impl_->ForEachRoot(visit); }

void Heap::SetSiteSource(SiteSource* source) {
  if (impl_->spaces().sites.has_value()) impl_->spaces().sites->SetSource(source);
}
uint32_t Heap::EnterSite(const char* name) {
  return impl_->spaces().sites.has_value() ? impl_->spaces().sites->Enter(name) : 0;
}
void Heap::LeaveSite(uint32_t before) {
  if (impl_->spaces().sites.has_value()) impl_->spaces().sites->Leave(before);
}
uint32_t Heap::SiteOf(const ObjectHeader* object) const {
  return impl_->spaces().sites.has_value() ? impl_->spaces().sites->SiteOf(object) : 0;
}
std::string Heap::SiteName(uint32_t site) const {
  return impl_->spaces().sites.has_value() ? impl_->spaces().sites->NameOf(site) : "unknown";
}

}  // namespace foxvm::gc
