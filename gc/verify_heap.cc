#include "gc/verify_heap.h"

#include <cstdio>
#include <string>
#include <vector>

#include "absl/base/optimization.h"
#include "gc/check.h"
#include "gc/tracer.h"

namespace foxvm::gc {
namespace {

class Verifier {
 public:
  Verifier(uintptr_t eden_used_end, bool marking, Spaces& spaces, VisitTable& visits)
      : eden_used_end_(eden_used_end), marking_(marking), spaces_(spaces), visits_(visits) {}

  // Learns the starts of young objects, and how many of them are to be told of their death.
  void WalkYoung();
  void Trace(RootSet& roots, Lifetimes& lifetimes);
  size_t disposable() const { return disposable_; }
  size_t finalizable() const { return finalizable_; }

  template <SlotKind kKind>
  void VisitSlot(uint64_t* slot) {
    ObjectHeader* object = RefOfWord<kKind>(LoadWord(slot));
    if (object != nullptr) CheckReference(slot, object);
  }

 private:
  struct SettledSlots {
    const Verifier& verifier;
    template <SlotKind kKind>
    void VisitSlot(uint64_t* slot) {
      ObjectHeader* object = RefOfWord<kKind>(LoadWord(slot));
      verifier.Expect(object == nullptr || !verifier.spaces_.nursery.Contains(object),
                      "a settled frame refers to nothing young (SR-2)", slot, object);
    }
  };

  void WalkZone(const Zone& zone);
  void CheckReference(const uint64_t* slot, ObjectHeader* object);
  void CheckHeader(const uint64_t* slot, const ObjectHeader* object);
  bool IsObjectStart(const ObjectHeader* object) const;
  // While a marking runs an object may bear the mark of the one before.
  bool IsMarkedOrMayBe(const ObjectHeader* object) const {
    return marking_ ? MarkTable::IsStart(*spaces_.marks.At(object)) : spaces_.marks.IsMarked(object);
  }
  void Expect(bool ok, const char* rule, const uint64_t* slot, const void* object) const;
  // Where `object`, which may be anything, was allocated; empty when that is not recorded.
  std::string SiteText(const void* object) const;

  const uintptr_t eden_used_end_;
  const bool marking_;
  Spaces& spaces_;
  VisitTable& visits_;
  std::vector<ObjectHeader*> pending_;
  ObjectHeader* holder_ = nullptr;  // whose slots are being visited; null: a root
  size_t disposable_ = 0;
  size_t finalizable_ = 0;
};

void Verifier::Expect(bool ok, const char* rule, const uint64_t* slot, const void* object) const {
  if (ABSL_PREDICT_TRUE(ok)) return;
  const char* holder_type = holder_ == nullptr ? "root" : spaces_.types.Get(holder_->type()).name;
  std::fprintf(stderr, "heap verification: slot %p (in %p, %s%s) -> %p%s\n", static_cast<const void*>(slot),
               static_cast<const void*>(holder_), holder_type, SiteText(holder_).c_str(), object,
               SiteText(object).c_str());
  CheckFailed(__FILE__, __LINE__, rule);
}

std::string Verifier::SiteText(const void* object) const {
  const auto address = reinterpret_cast<uintptr_t>(object);
  if (!spaces_.sites.has_value() || !spaces_.memory.whole.Contains(address)) return "";
  return " from " + spaces_.sites->NameOf(spaces_.sites->SiteOf(static_cast<const ObjectHeader*>(object)));
}

void Verifier::WalkYoung() {
  WalkZone(spaces_.nursery.survivors());
  WalkZone({spaces_.nursery.eden().begin, eden_used_end_});
}

void Verifier::WalkZone(const Zone& zone) {
  for (uintptr_t at = zone.begin; at < zone.end;) {
    auto* object = reinterpret_cast<ObjectHeader*>(at);
    Expect(object->small_size() != 0 && at + object->small_size() <= zone.end,
           "young objects lie end to end (NU-1)", nullptr, object);
    disposable_ += spaces_.types.Get(object->type()).dispose != nullptr;
    finalizable_ += object->has_flag(kFinalizable);
    visits_.NoteStart(object);
    at += object->small_size();
  }
}

void Verifier::Trace(RootSet& roots, Lifetimes& lifetimes) {
  roots.VisitStrong(*this);
  SettledSlots settled{*this};
  roots.VisitSettled(settled);
  lifetimes.VisitWeak(
      [this](Value* slot) { VisitSlot<SlotKind::kTagged>(reinterpret_cast<uint64_t*>(slot)); });
  while (!pending_.empty()) {
    holder_ = pending_.back();
    pending_.pop_back();
    VisitObjectSlots(spaces_.types.Get(holder_->type()), holder_, spaces_.ObjectBytes(holder_), *this);
  }
  holder_ = nullptr;
}

void Verifier::CheckReference(const uint64_t* slot, ObjectHeader* object) {
  auto address = reinterpret_cast<uintptr_t>(object);
  Expect(address % kObjectAlignment == 0, "a reference is 16-aligned (OB-1)", slot, object);
  Expect(spaces_.memory.whole.Contains(address), "a reference points into the heap", slot, object);
  Expect(IsObjectStart(object), "a reference points to the start of an object", slot, object);
  if (holder_ != nullptr && !spaces_.nursery.Contains(holder_) && spaces_.nursery.Contains(object)) {
    Expect(spaces_.cards.IsDirty(reinterpret_cast<uintptr_t>(slot)),
           "an old-to-young slot has a dirty card (CT-1)", slot, object);
  }
  if (!visits_.Visit(object)) return;
  CheckHeader(slot, object);
  pending_.push_back(object);
}

void Verifier::CheckHeader(const uint64_t* slot, const ObjectHeader* object) {
  Expect(spaces_.types.Get(object->type()).name != nullptr, "an object's type is registered", slot, object);
  Expect(!object->has_flag(kForwarded), "no object is forwarded outside a collection", slot, object);
  bool young = spaces_.nursery.Contains(object);
  Expect(young == (object->generation() != kOldGeneration), "an object's generation fits its space", slot,
         object);
  bool large = spaces_.large.Contains(object);
  Expect(large == (object->small_size() == 0), "an object's size is 0 when large (OB-2)", slot, object);
  if (large) return;
  Expect(object->small_size() <= kMaxSmallObjectBytes + kHashTrailerBytes, "an object's size is sane", slot,
         object);
  if (young) return;
  uintptr_t last = reinterpret_cast<uintptr_t>(object) + object->small_size() - kObjectAlignment;
  Expect((*spaces_.marks.At(last) & MarkTable::kEnd) != 0, "an old object's end is marked (MT-1)", slot,
         object);
}

bool Verifier::IsObjectStart(const ObjectHeader* object) const {
  if (spaces_.nursery.Contains(object)) return visits_.IsStart(object);
  if (spaces_.large.Contains(object)) {
    return spaces_.large.IsStart(reinterpret_cast<uintptr_t>(object)) && IsMarkedOrMayBe(object);
  }
  return IsMarkedOrMayBe(object);
}

}  // namespace

void VerifyHeap(uintptr_t eden_used_end, bool marking, Spaces& spaces, RootSet& roots, Lifetimes& lifetimes,
                VisitTable& visits) {
  visits.StartTrace();
  Verifier verifier(eden_used_end, marking, spaces, visits);
  verifier.WalkYoung();
  lifetimes.CheckLists(verifier.disposable(), verifier.finalizable());
  verifier.Trace(roots, lifetimes);
}

}  // namespace foxvm::gc
