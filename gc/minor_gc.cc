#include "gc/minor_gc.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "absl/base/optimization.h"
#include "gc/check.h"
#include "gc/tracer.h"

namespace foxvm::gc {
namespace {

constexpr uint64_t kOneGeneration = uint64_t{1} << kGenerationShift;
constexpr uint64_t kOldGenerationInMeta = uint64_t{kOldGeneration} << kGenerationShift;
constexpr size_t kInlineCopyBytes = 256;

// Copies all but the first word, which the caller writes. Sizes are multiples of 16; most objects are a few
// words.
inline void CopyBody(ObjectHeader* to, const ObjectHeader* from, size_t bytes) {
  to->second = from->second;
  if (ABSL_PREDICT_FALSE(bytes > kInlineCopyBytes)) {
    std::memcpy(to + 1, from + 1, bytes - sizeof(ObjectHeader));
    return;
  }
  const auto* end = reinterpret_cast<const ObjectHeader*>(reinterpret_cast<uintptr_t>(from) + bytes);
  for (++from, ++to; from < end; ++from, ++to) *to = *from;
}

class Evacuator final : public WeakTracer {
 public:
  Evacuator(const MinorInput& input, Spaces& spaces, EphemeronResolver& ephemerons,
            const FaultInjection& faults)
      : spaces_(spaces),
        ephemerons_(ephemerons),
        old_(spaces.old),
        cards_(spaces.cards),
        from_(spaces.nursery.FromSpace()),
        to_(spaces.nursery.ToSpace()),
        to_cursor_(to_.begin),
        to_scanned_(to_.begin),
        promotion_age_(static_cast<uint64_t>(input.promotion_age)),
        compactor_(input.compactor),
        dirty_promoted_(!faults.IsSet(Fault::kSkipPromotionDirtying)) {}

  // Root slots: rewritten, nothing to remember.
  template <SlotKind kKind>
  void VisitSlot(uint64_t* slot) {
    Forward<kKind>(slot);
  }

  void ScanCards();
  void Drain() override;

  bool OnlyYoungAffected() const override { return true; }
  ObjectHeader* Resolve(ObjectHeader* object) override {
    if (!from_.Contains(reinterpret_cast<uintptr_t>(object))) return object;
    return object->has_flag(kForwarded) ? reinterpret_cast<ObjectHeader*>(object->second) : nullptr;
  }

  void Keep(Value* slot) override { VisitSlot<SlotKind::kTagged>(reinterpret_cast<uint64_t*>(slot)); }

  uintptr_t to_cursor() const { return to_cursor_; }
  MinorResult result() const { return {to_cursor_ - to_.begin, promoted_bytes_}; }

 private:
  // Slots of old objects: the card is dirtied when the slot still refers to a young one.
  struct OldSlots {
    Evacuator& evacuator;
    bool dirty;
    template <SlotKind kKind>
    void VisitSlot(uint64_t* slot) {
      if (evacuator.Forward<kKind>(slot) && dirty) evacuator.cards_.Dirty(reinterpret_cast<uintptr_t>(slot));
    }
  };

  // Slots of promoted objects while a compaction is being prepared: the marking will not visit them.
  struct RecordedSlots {
    OldSlots slots;
    template <SlotKind kKind>
    void VisitSlot(uint64_t* slot) {
      slots.VisitSlot<kKind>(slot);
      ObjectHeader* object = RefOfWord<kKind>(*slot);
      Compactor& compactor = *slots.evacuator.compactor_;
      if (object != nullptr && compactor.IsCandidate(object)) compactor.RecordForMutator(slot, kKind);
    }
  };

  // Makes the slot refer to where its object is now. True if that is in the young generation.
  template <SlotKind kKind>
  bool Forward(uint64_t* slot) {
    ObjectHeader* object = RefOfWord<kKind>(LoadWord(slot));
    if (!from_.Contains(reinterpret_cast<uintptr_t>(object))) {
      return to_.Contains(reinterpret_cast<uintptr_t>(object));
    }
    ObjectHeader* moved = Evacuate(object);
    StoreWord(slot, WordOfRef<kKind>(moved));
    return to_.Contains(reinterpret_cast<uintptr_t>(moved));
  }

  ObjectHeader* Evacuate(ObjectHeader* object) {
    uint64_t meta = object->meta;
    if ((meta & FlagInMeta(kForwarded)) != 0) return reinterpret_cast<ObjectHeader*>(object->second);
    size_t bytes = object->small_size();
    bool store_hash = (meta & (FlagInMeta(kHashed) | FlagInMeta(kHashStored))) == FlagInMeta(kHashed);
    size_t new_bytes = bytes + (store_hash ? kHashTrailerBytes : 0);
    ObjectHeader* moved = NewPlace(&meta, new_bytes);
    CopyBody(moved, object, bytes);
    if (ABSL_PREDICT_FALSE(store_hash)) {
      uint64_t offset = reinterpret_cast<uintptr_t>(object) - spaces_.memory.whole.begin;
      StoreHashTrailer(reinterpret_cast<uintptr_t>(moved) + new_bytes, HashSeed(offset, meta));
      meta = (meta | FlagInMeta(kHashStored)) + (kHashTrailerBytes >> kObjectAlignmentLog2);
    }
    if (ABSL_PREDICT_FALSE((meta & FlagInMeta(kEphemeronKey)) != 0)) ephemerons_.OnReached(object);  // ER-1
    moved->meta = meta;
    object->meta |= FlagInMeta(kForwarded);
    object->second = reinterpret_cast<uint64_t>(moved);
    return moved;
  }

  // Room for the copy; advances the age in `meta`.
  ObjectHeader* NewPlace(uint64_t* meta, size_t bytes) {
    uint64_t age = (*meta >> kGenerationShift & 0xFF) + 1;
    uintptr_t start = to_cursor_;
    if (age < promotion_age_ && start + bytes <= to_.end) {
      to_cursor_ = start + bytes;
      *meta += kOneGeneration;
      return reinterpret_cast<ObjectHeader*>(start);
    }
    *meta |= kOldGenerationInMeta;
    promoted_bytes_ += bytes;
    ObjectHeader* promoted = old_.Allocate(bytes);
    promoted_.push_back(promoted);
    return promoted;
  }

  void ScanBlockCard(uintptr_t card);
  void ScanLargeCards(uintptr_t start, size_t bytes);

  Spaces& spaces_;
  EphemeronResolver& ephemerons_;
  OldSpace& old_;
  CardTable& cards_;
  const Zone from_;
  const Zone to_;
  uintptr_t to_cursor_;
  uintptr_t to_scanned_;
  const uint64_t promotion_age_;
  Compactor* const compactor_;
  const bool dirty_promoted_;
  size_t promoted_bytes_ = 0;
  std::vector<ObjectHeader*> promoted_;  // not yet scanned
};

void Evacuator::ScanCards() {
  // Objects promoted meanwhile may be met on a stale dirty card: they are scanned twice, which changes
  // nothing.
  Zone extent = old_.extent();
  cards_.CleanEachDirty(extent.begin, extent.end, [this](uintptr_t card) { ScanBlockCard(card); });
  spaces_.large.ForEachWithSlots([this](uintptr_t start, size_t bytes) { ScanLargeCards(start, bytes); });
}

void Evacuator::ScanBlockCard(uintptr_t card) {
  uintptr_t end = card + kCardBytes;
  const bool unswept = old_.sweeping();
  OldSlots visitor{*this, true};
  for (uintptr_t start = old_.ObjectCovering(card, end); start != 0;
       start = old_.NextObject(std::max(start + kObjectAlignment, card), end)) {
    auto* object = reinterpret_cast<ObjectHeader*>(start);
    // In a block not swept yet, the dead may refer to what is gone. (While a marking runs nothing is swept.)
    if (unswept && !spaces_.marks.IsMarked(object)) continue;
    VisitObjectSlotsIn(spaces_.types.Get(object->type()), object, TracedBytes(object->meta), card, end,
                       visitor);
  }
}

void Evacuator::ScanLargeCards(uintptr_t start, size_t bytes) {
  auto* object = reinterpret_cast<ObjectHeader*>(start);
  const TypeInfo& type = spaces_.types.Get(object->type());
  uintptr_t end = start + LargeObjects::FootprintOf(bytes);
  OldSlots visitor{*this, true};
  if (type.layout != SlotLayout::kCustom) {
    cards_.CleanEachDirty(start, end, [&](uintptr_t card) {
      VisitObjectSlotsIn(type, object, bytes, card, card + kCardBytes, visitor);
    });
    return;
  }
  // A custom tracer always walks the whole object: once, however many cards are dirty.
  bool any = false;
  cards_.CleanEachDirty(start, end, [&](uintptr_t) { any = true; });
  if (any) VisitObjectSlots(type, object, bytes, visitor);
}

void Evacuator::Drain() {
  OldSlots old_slots{*this, dirty_promoted_};
  RecordedSlots recorded_slots{old_slots};
  while (true) {
    while (!promoted_.empty()) {
      ObjectHeader* object = promoted_.back();
      promoted_.pop_back();
      const TypeInfo& type = spaces_.types.Get(object->type());
      if (compactor_ == nullptr) {
        VisitObjectSlots(type, object, TracedBytes(object->meta), old_slots);
      } else {
        VisitObjectSlots(type, object, TracedBytes(object->meta), recorded_slots);
      }
    }
    if (to_scanned_ == to_cursor_) return;
    auto* object = reinterpret_cast<ObjectHeader*>(to_scanned_);
    to_scanned_ += object->small_size();
    VisitObjectSlots(spaces_.types.Get(object->type()), object, TracedBytes(object->meta), *this);
  }
}

}  // namespace

MinorResult CollectYoung(const MinorInput& input, Spaces& spaces, RootSet& roots, Lifetimes& lifetimes,
                         const FaultInjection& faults) {
  Evacuator evacuator(input, spaces, lifetimes.ephemerons(), faults);
  roots.VisitStrong(evacuator, RootScope::kMayBeYoung);
  // In a heap of pinned objects nothing is young and most cards are dirty: they may stay so.
  bool any_young =
      input.eden_used_end != spaces.nursery.eden().begin || spaces.nursery.survivor_bytes_used() != 0;
  if (any_young) evacuator.ScanCards();
  evacuator.Drain();
  lifetimes.AfterTrace(evacuator);
  spaces.nursery.Flip(evacuator.to_cursor(), input.eden_used_end, spaces.poison);
  return evacuator.result();
}

}  // namespace foxvm::gc
