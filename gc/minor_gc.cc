#include "gc/minor_gc.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/base/optimization.h"
#include "gc/check.h"
#include "gc/tracer.h"

namespace foxvm::gc {
namespace {

constexpr uint64_t kOneGeneration = uint64_t{1} << kGenerationShift;
constexpr uint64_t kOldGenerationInMeta = uint64_t{kOldGeneration} << kGenerationShift;
constexpr size_t kInlineCopyBytes = 256;
constexpr int kTagBits = 3;  // value.h
constexpr size_t kLineBytes = 64;
constexpr size_t kCardsAhead = 4;

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

// A zone, and what finds out fast whether a word refers into it. A tagged word has to have its tag as well:
// objects are aligned, so turning the tag's bits to the top makes one comparison of the two.
struct Region {
  explicit Region(const Zone& zone)
      : begin(zone.begin),
        bytes(zone.bytes()),
        tagged_begin(WordOfRef<SlotKind::kTagged>(reinterpret_cast<ObjectHeader*>(zone.begin))),
        bytes_by_eight(zone.bytes() >> kTagBits) {}
  bool Contains(uintptr_t address) const { return address - begin < bytes; }

  const uintptr_t begin;
  const size_t bytes;
  const uint64_t tagged_begin;
  const uint64_t bytes_by_eight;
};

class Evacuator final : public WeakTracer {
 public:
  Evacuator(const MinorInput& input, Spaces& spaces, EphemeronResolver& ephemerons,
            const FaultInjection& faults)
      : spaces_(spaces),
        ephemerons_(ephemerons),
        old_(spaces.old),
        cards_(spaces.cards),
        young_(spaces.nursery.zone()),
        young_bits_(std::bit_width(young_.bytes + sizeof(ObjectHeader))),
        from_(spaces.nursery.FromSpace()),
        to_(spaces.nursery.ToSpace()),
        to_end_(to_.begin + to_.bytes),
        to_cursor_(to_.begin),
        to_scanned_(to_.begin),
        stay_young_below_(static_cast<uint64_t>(input.promotion_age - 1) << kGenerationShift),
        compactor_(input.compactor),
        dirty_promoted_(!faults.IsSet(Fault::kSkipPromotionDirtying)),
        settle_early_(faults.IsSet(Fault::kSettleYoungFrames)),
        old_bytes_before_(old_.live_bytes()),
        pending_(spaces.promoted) {}

  // Roots: rewritten at once, as they may be copies that their owner reads back.
  template <SlotKind kKind>
  void VisitSlot(uint64_t* slot) {
    uint64_t word = *slot;  // the world is stopped: plain accesses, which the compiler may move
    if (RefersInto<kKind>(word, from_)) *slot = WordOfRef<kKind>(Evacuate(ObjectOf<kKind>(word)));
  }

  // Whether a word of a stack refers to a young object, now that its slot has been visited.
  bool RefersToYoung(uint64_t word) const {
    return RefersInto<SlotKind::kTagged>(word, young_) && !settle_early_;
  }

  // Frames that are settled while a compaction is being prepared are not visited when it comes.
  bool watches_settling() const { return compactor_ != nullptr; }
  void NoteSettling(uint64_t word) {
    ObjectHeader* object = RefOfWord<SlotKind::kTagged>(word);
    if (object != nullptr) compactor_->KeepInPlace(object);
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
  MinorResult result() const {
    return {to_cursor_ - to_.begin, old_.live_bytes() - old_bytes_before_, dirty_cards_, aged_bytes_};
  }

 private:
  // Slots of objects that have their new place, or never move.
  template <bool kOld>
  struct HeapSlots {
    Evacuator& evacuator;
    bool dirty;  // an old slot that still refers to a young object dirties its card
    template <SlotKind kKind>
    ABSL_ATTRIBUTE_ALWAYS_INLINE void VisitSlot(uint64_t* slot) {
      const uint64_t word = *slot;
      if (!RefersInto<kKind>(word, kOld ? evacuator.young_ : evacuator.from_)) return;
      VisitYoung<kKind>(slot, ObjectOf<kKind>(word));
    }
    // Apart, so that the many slots that refer to nothing young are a loop of few instructions.
    template <SlotKind kKind>
    ABSL_ATTRIBUTE_NOINLINE void VisitYoung(uint64_t* slot, ObjectHeader* object) {
      if (!kOld || evacuator.from_.Contains(reinterpret_cast<uintptr_t>(object))) {
        evacuator.Wait(slot, object, kKind, kOld && dirty);
      } else if (dirty) {
        evacuator.cards_.Dirty(reinterpret_cast<uintptr_t>(slot));
      }
    }
  };
  using OldSlots = HeapSlots<true>;

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

  // Promoted objects that lie end to end.
  struct Span {
    uintptr_t begin;
    uintptr_t end;
  };

  template <SlotKind kKind>
  ABSL_ATTRIBUTE_ALWAYS_INLINE static bool RefersInto(uint64_t word, const Region& region) {
    if constexpr (kKind == SlotKind::kRaw) return region.Contains(word - sizeof(ObjectHeader));
    return std::rotr(word - region.tagged_begin, kTagBits) < region.bytes_by_eight;
  }
  template <SlotKind kKind>
  static ObjectHeader* ObjectOf(uint64_t word) {
    if constexpr (kKind == SlotKind::kRaw)
      return reinterpret_cast<ObjectHeader*>(word - sizeof(ObjectHeader));
    return Value::FromBits(word).object();
  }

  // `slot` refers to `object`, of the from-space: its header is fetched while other slots are found, and the
  // slot is rewritten later. What waits is the slot's address; slots are aligned, and its low bits say the
  // rest.
  void Wait(uint64_t* slot, ObjectHeader* object, SlotKind kind, bool dirty) {
    __builtin_prefetch(object, /*rw=*/1);
    waiting_[waiting_count_++] = reinterpret_cast<uintptr_t>(slot) |
                                 (kind == SlotKind::kRaw ? kWaitsRaw : 0) | (dirty ? kWaitsDirty : 0);
    if (waiting_count_ == kWaiting) RewriteWaiting();
  }
  ABSL_ATTRIBUTE_ALWAYS_INLINE void Rewrite(uintptr_t due) {
    auto* slot = reinterpret_cast<uint64_t*>(due & ~(kWaitsRaw | kWaitsDirty));
    ObjectHeader* moved;
    if (ABSL_PREDICT_TRUE((due & kWaitsRaw) == 0)) {
      moved = RewriteSlot<SlotKind::kTagged>(slot);
    } else {
      moved = RewriteSlot<SlotKind::kRaw>(slot);
    }
    if ((due & kWaitsDirty) != 0 && to_.Contains(reinterpret_cast<uintptr_t>(moved))) {
      cards_.Dirty(reinterpret_cast<uintptr_t>(slot));
    }
  }
  // Returns where the object is now; null when the slot has waited twice and was rewritten before.
  template <SlotKind kKind>
  ABSL_ATTRIBUTE_ALWAYS_INLINE ObjectHeader* RewriteSlot(uint64_t* slot) {
    const uint64_t word = *slot;
    if (ABSL_PREDICT_FALSE(!RefersInto<kKind>(word, from_))) return nullptr;
    ObjectHeader* moved = EvacuateInline(ObjectOf<kKind>(word));
    *slot = WordOfRef<kKind>(moved);
    return moved;
  }
  void RewriteWaiting();

  // Where `object`, of the from-space, is now.
  ABSL_ATTRIBUTE_NOINLINE ObjectHeader* Evacuate(ObjectHeader* object) { return EvacuateInline(object); }
  ABSL_ATTRIBUTE_ALWAYS_INLINE ObjectHeader* EvacuateInline(ObjectHeader* object) {
    const uint64_t meta = object->meta;
    if ((meta & (FlagInMeta(kForwarded) | FlagInMeta(kHashed))) != 0) return EvacuateUnusual(object, meta);
    return CopyToNewPlace(object, meta);
  }
  ABSL_ATTRIBUTE_NOINLINE ObjectHeader* EvacuateUnusual(ObjectHeader* object, uint64_t meta);

  ABSL_ATTRIBUTE_ALWAYS_INLINE ObjectHeader* CopyToNewPlace(ObjectHeader* object, uint64_t meta) {
    const size_t bytes = SmallSize(meta);
    uint64_t new_meta = meta;
    ObjectHeader* moved = NewPlace(&new_meta, bytes);
    moved->meta = new_meta;
    CopyBody(moved, object, bytes);
    Forward(object, meta, moved);
    return moved;
  }
  static void Forward(ObjectHeader* object, uint64_t meta, ObjectHeader* moved) {
    object->meta = meta | FlagInMeta(kForwarded);
    object->second = reinterpret_cast<uint64_t>(moved);
  }
  static size_t SmallSize(uint64_t meta) {
    return size_t{static_cast<uint32_t>(meta) & ((1u << kSizeBits) - 1)} << kObjectAlignmentLog2;
  }

  // Room for a copy of `bytes`; advances the age in its header `meta`.
  ABSL_ATTRIBUTE_ALWAYS_INLINE ObjectHeader* NewPlace(uint64_t* meta, size_t bytes) {
    uintptr_t start = to_cursor_;
    aged_bytes_ += (*meta & kOldGenerationInMeta) != 0 ? bytes : 0;
    if ((*meta & kOldGenerationInMeta) < stay_young_below_ && start + bytes <= to_end_) {
      to_cursor_ = start + bytes;
      *meta += kOneGeneration;
      return reinterpret_cast<ObjectHeader*>(start);
    }
    *meta |= kOldGenerationInMeta;
    ObjectHeader* promoted = old_.Allocate(bytes);
    start = reinterpret_cast<uintptr_t>(promoted);
    if (ABSL_PREDICT_FALSE(start != promoted_.end)) StartSpan(start);
    promoted_.end = start + bytes;
    return promoted;
  }
  ABSL_ATTRIBUTE_NOINLINE void StartSpan(uintptr_t start) {
    if (promoted_.begin != promoted_.end) {
      FOXVM_CHECK(pending_.Push(promoted_.begin) && pending_.Push(promoted_.end));  // Spaces::MostSpans
    }
    promoted_.begin = start;
  }

  // Visits the slots of a moved object; returns its size.
  template <bool kOld>
  size_t ScanObject(ObjectHeader* object);
  // Slots in promoted objects (kOld) or in the to-space.
  template <bool kOld>
  void ScanTagged(uint64_t* slot, uint64_t* end);

  // Cleans and scans; the memory of the next cards is on its way meanwhile.
  template <typename Scan>
  void ForEachDirtyCard(uintptr_t begin, uintptr_t end, Scan scan);
  void ScanBlockCard(uintptr_t card);
  // The first of the words in [at, end) that may refer to a young object if it is a slot; or end.
  uintptr_t FindYoungWord(uintptr_t at, uintptr_t end) const;
  void ScanLargeCards(uintptr_t start, size_t bytes);

  Spaces& spaces_;
  EphemeronResolver& ephemerons_;
  OldSpace& old_;
  CardTable& cards_;
  const Region young_;
  const int young_bits_;  // of all that a reference to a young object can be, from young_.begin
  const Region from_;
  const Region to_;
  const uintptr_t to_end_;
  uintptr_t to_cursor_;
  uintptr_t to_scanned_;
  const uint64_t stay_young_below_;  // generations less than the promotion age, in place in a header
  Compactor* const compactor_;
  const bool dirty_promoted_;
  const bool settle_early_;
  const size_t old_bytes_before_;
  size_t dirty_cards_ = 0;
  size_t aged_bytes_ = 0;
  Span promoted_ = {0, 0};  // not yet scanned, and where promotion goes on
  MarkStack& pending_;      // those not yet scanned either, two words each

  static constexpr size_t kWaiting = 32;
  static constexpr uintptr_t kWaitsRaw = 1;
  static constexpr uintptr_t kWaitsDirty = 2;
  uintptr_t waiting_[kWaiting];
  size_t waiting_count_ = 0;  // less than kWaiting
};

template <typename Scan>
void Evacuator::ForEachDirtyCard(uintptr_t begin, uintptr_t end, Scan scan) {
  uintptr_t arriving[kCardsAhead] = {};
  size_t next = 0;
  const auto scan_next = [&](uintptr_t instead) {
    const uintptr_t card = std::exchange(arriving[next++ % kCardsAhead], instead);
    if (card != 0) scan(card);
  };
  cards_.CleanEachDirty(begin, end, [&](uintptr_t card) {
    for (size_t line = 0; line < kCardBytes; line += kLineBytes) {
      __builtin_prefetch(reinterpret_cast<const void*>(card + line));
    }
    ++dirty_cards_;
    scan_next(card);
  });
  for (size_t i = 0; i < kCardsAhead; ++i) scan_next(0);
}

void Evacuator::ScanCards() {
  // Objects promoted meanwhile may be met on a stale dirty card: they are scanned twice, which changes
  // nothing.
  const Zone extent = old_.extent();
  ForEachDirtyCard(extent.begin, extent.end, [this](uintptr_t card) { ScanBlockCard(card); });
  spaces_.large.ForEachWithSlots([this](uintptr_t start, size_t bytes) { ScanLargeCards(start, bytes); });
}

uintptr_t Evacuator::FindYoungWord(uintptr_t at, uintptr_t end) const {
  constexpr size_t kWords = kLineBytes / sizeof(uint64_t);
  // Below zero when it may: less than a power of two, counted from the young generation's start.
  const auto test = [this](uint64_t word) { return ((word - young_.begin) >> young_bits_) - 1; };
  for (; at + kLineBytes <= end; at += kLineBytes) {
    const auto* words = reinterpret_cast<const uint64_t*>(at);
    uint64_t any = 0;
    for (size_t i = 0; i < kWords; ++i) any |= test(words[i]);
    if (static_cast<int64_t>(any) < 0) break;
  }
  for (; at < end; at += sizeof(uint64_t)) {
    if (static_cast<int64_t>(test(*reinterpret_cast<const uint64_t*>(at))) < 0) return at;
  }
  return end;
}

void Evacuator::ScanBlockCard(uintptr_t card) {
  const uintptr_t end = card + kCardBytes;
  const bool unswept = old_.sweeping();
  OldSlots visitor{*this, true};
  // Most stores are of references to old objects: their cards are done with when no word can be a young one.
  for (uintptr_t at = FindYoungWord(card, end); at < end;) {
    const uintptr_t start = old_.ObjectCovering(at, end);
    if (start == 0) return;
    auto* object = reinterpret_cast<ObjectHeader*>(start);
    // In a block not swept yet, the dead may refer to what is gone. (While a marking runs nothing is swept.)
    if (!unswept || spaces_.marks.IsMarked(object)) {
      VisitObjectSlotsIn(spaces_.types.Get(object->type()), object, TracedBytes(object->meta), at, end,
                         visitor);
    }
    at = FindYoungWord(start + object->small_size(), end);
  }
}

void Evacuator::ScanLargeCards(uintptr_t start, size_t bytes) {
  auto* object = reinterpret_cast<ObjectHeader*>(start);
  const TypeInfo& type = spaces_.types.Get(object->type());
  uintptr_t end = start + LargeObjects::FootprintOf(bytes);
  OldSlots visitor{*this, true};
  if (type.layout != SlotLayout::kCustom) {
    ForEachDirtyCard(start, end, [&](uintptr_t card) {
      const uintptr_t at = FindYoungWord(card, card + kCardBytes);
      VisitObjectSlotsIn(type, object, bytes, at, card + kCardBytes, visitor);
    });
    return;
  }
  // A custom tracer always walks the whole object: once, however many cards are dirty.
  bool any = false;
  cards_.CleanEachDirty(start, end, [&](uintptr_t) { any = true; });
  if (any) VisitObjectSlots(type, object, bytes, visitor);
}

ObjectHeader* Evacuator::EvacuateUnusual(ObjectHeader* object, uint64_t meta) {
  if ((meta & FlagInMeta(kForwarded)) != 0) return reinterpret_cast<ObjectHeader*>(object->second);
  // Keys have an identity hash, so they all come here.
  if ((meta & FlagInMeta(kEphemeronKey)) != 0) ephemerons_.OnReached(object);  // ER-1
  if ((meta & FlagInMeta(kHashStored)) != 0) return CopyToNewPlace(object, meta);
  // The address that the hash is made of changes: the copy is longer, by the hash (identity_hash.h).
  size_t bytes = SmallSize(meta);
  size_t new_bytes = bytes + kHashTrailerBytes;
  uint64_t new_meta = (meta | FlagInMeta(kHashStored)) + (kHashTrailerBytes >> kObjectAlignmentLog2);
  ObjectHeader* moved = NewPlace(&new_meta, new_bytes);
  moved->meta = new_meta;
  CopyBody(moved, object, bytes);
  uint64_t offset = reinterpret_cast<uintptr_t>(object) - spaces_.memory.whole.begin;
  StoreHashTrailer(reinterpret_cast<uintptr_t>(moved) + new_bytes, HashSeed(offset, meta));
  Forward(object, meta, moved);
  return moved;
}

template <bool kOld>
void Evacuator::ScanTagged(uint64_t* slot, uint64_t* end) {
  const uintptr_t flags = kOld && dirty_promoted_ ? kWaitsDirty : 0;
  for (; slot < end; ++slot) {
    const uint64_t word = *slot;
    // A reference to the to-space has been here before, on a card, and has dirtied it.
    const bool waits = RefersInto<SlotKind::kTagged>(word, from_);
    // No branch: which slots hold references is as good as random.
    __builtin_prefetch(waits ? reinterpret_cast<const void*>(word) : this, /*rw=*/1);
    waiting_[waiting_count_] = reinterpret_cast<uintptr_t>(slot) | flags;
    waiting_count_ += waits;
    if (ABSL_PREDICT_FALSE(waiting_count_ == kWaiting)) RewriteWaiting();
  }
}

void Evacuator::RewriteWaiting() {
  for (size_t i = 0; i < waiting_count_; ++i) Rewrite(waiting_[i]);
  waiting_count_ = 0;
}

template <bool kOld>
size_t Evacuator::ScanObject(ObjectHeader* object) {
  const uint64_t meta = object->meta;
  const TypeInfo& type = spaces_.types.Get(object->type());
  if (kOld && ABSL_PREDICT_FALSE(compactor_ != nullptr)) {
    RecordedSlots visitor{OldSlots{*this, dirty_promoted_}};
    VisitObjectSlots(type, object, TracedBytes(meta), visitor);
  } else if (ABSL_PREDICT_TRUE(type.layout == SlotLayout::kAll && type.kind == SlotKind::kTagged)) {
    auto* words = reinterpret_cast<uint64_t*>(object);
    ScanTagged<kOld>(words + type.first_slot_offset / sizeof(uint64_t),
                     words + TracedBytes(meta) / sizeof(uint64_t));
  } else if (kOld) {
    OldSlots visitor{*this, dirty_promoted_};
    VisitObjectSlots(type, object, TracedBytes(meta), visitor);
  } else {
    HeapSlots<false> visitor{*this, false};
    VisitObjectSlots(type, object, TracedBytes(meta), visitor);
  }
  return SmallSize(meta);
}

void Evacuator::Drain() {
  while (true) {
    while (promoted_.begin != promoted_.end) {
      auto* object = reinterpret_cast<ObjectHeader*>(promoted_.begin);
      promoted_.begin += SmallSize(object->meta);  // a new span may begin while this one is scanned
      ScanObject<true>(object);
    }
    if (!pending_.empty()) {
      promoted_.end = pending_.Pop();
      promoted_.begin = pending_.Pop();
      continue;
    }
    if (to_scanned_ == to_cursor_) {
      if (waiting_count_ == 0) return;
      RewriteWaiting();
      continue;
    }
    to_scanned_ += ScanObject<false>(reinterpret_cast<ObjectHeader*>(to_scanned_));
  }
}

}  // namespace

MinorResult CollectYoung(const MinorInput& input, Spaces& spaces, RootSet& roots, Lifetimes& lifetimes,
                         const FaultInjection& faults) {
  Evacuator evacuator(input, spaces, lifetimes.ephemerons(), faults);
  roots.VisitMayBeYoung(evacuator);
  // In a heap of pinned objects nothing is young and most cards are dirty: they may stay so.
  bool any_young =
      input.eden_used_end != spaces.nursery.eden().begin || spaces.nursery.survivor_bytes_used() != 0;
  if (any_young) evacuator.ScanCards();
  evacuator.Drain();
  lifetimes.AfterTrace(evacuator);
  if (spaces.sites.has_value()) {
    const Zone survivors = spaces.nursery.survivors();
    spaces.sites->FollowForwarded(survivors.begin, survivors.end);
    spaces.sites->FollowForwarded(spaces.nursery.eden().begin, input.eden_used_end);
  }
  spaces.nursery.Flip(evacuator.to_cursor(), input.eden_used_end, spaces.poison);
  return evacuator.result();
}

}  // namespace foxvm::gc
