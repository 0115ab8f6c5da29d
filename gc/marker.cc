#include "gc/marker.h"

#include <cstring>
#include <limits>

namespace foxvm::gc {
namespace {

// By how much a reference of either kind is above its object.
constexpr uint16_t kTaggedRefOffset = Value::kRefTag;
constexpr uint16_t kRawRefOffset = sizeof(ObjectHeader);

// Tells the compactor of references into its candidates.
struct SlotNoter {
  Compactor& compactor;
  Zone followed;

  template <SlotKind kKind>
  void VisitSlot(uint64_t* slot) {
    ObjectHeader* object = RefOfWord<kKind>(LoadWord(slot));
    if (!followed.Contains(reinterpret_cast<uintptr_t>(object)) || !compactor.IsCandidate(object)) return;
    compactor.RecordForMarker(slot, kKind);
  }
};

}  // namespace

Marker::Marker(Spaces& spaces, Compactor& compactor, size_t stack_words)
    : spaces_(spaces), compactor_(compactor), stack_(stack_words) {}

void Marker::Start(bool trace_young, size_t stack_limit) {
  FOXVM_DCHECK(stack_.empty() && queue_head_ == queue_tail_ && stack_limit >= kMinStackWords);
  followed_ = spaces_.memory.whole;
  if (!trace_young) followed_.begin = spaces_.memory.blocks.begin;  // behind the young generation
  stack_.SetLimit(stack_limit);
  for (size_t id = 0; id < layouts_.size(); ++id) {
    layouts_[id] = LayoutOf(spaces_.types.Get(static_cast<TypeId>(id)));
  }
  compacting_ = compactor_.active();
  pruned_in_vain_ = false;
  overflowed_ = false;
  overflows_ = 0;
  small_bytes_ = 0;
  visited_words_ = 0;
}

Marker::Layout Marker::LayoutOf(const TypeInfo& type) {
  constexpr uint16_t kAnySize = std::numeric_limits<uint16_t>::max();
  Layout layout;
  layout.ref_offset = type.kind == SlotKind::kRaw ? kRawRefOffset : kTaggedRefOffset;
  switch (type.layout) {
    case SlotLayout::kNone: layout.max_bytes = kAnySize; break;
    case SlotLayout::kAll:
      layout.max_bytes = kPieceWords * sizeof(uint64_t);
      layout.first_word = type.first_slot_offset / sizeof(uint64_t);
      layout.end_word = 0;
      break;
    case SlotLayout::kBitmap: {
      layout.max_bytes = kAnySize;
      const int first = std::countr_zero(type.bitmap);
      const int length = std::countr_one(type.bitmap >> first);
      if (type.bitmap >> first >> length == 0) {
        layout.first_word = static_cast<uint16_t>(first);
        layout.end_word = static_cast<uint16_t>(first + length);
      } else {
        layout.bitmap = type.bitmap;
      }
      break;
    }
    case SlotLayout::kCustom: break;
  }
  return layout;
}

void Marker::PushSlow(uint64_t word) {
  if (!pruned_in_vain_) Prune();
  if (stack_.Push(word)) return;
  // What no marked object refers to, a root, is found by its own mark.
  if ((word & kTagMask) == 0) spaces_.marks.Mark(ObjectOf(word));
  NoteOverflow();
}

void Marker::PushRange(SlotKind kind, uint64_t* begin, uint64_t* end) {
  if (stack_.limit() - stack_.top() < 2 && !pruned_in_vain_) Prune();
  if (stack_.limit() - stack_.top() < 2) return NoteOverflow();
  Push(reinterpret_cast<uint64_t>(end));
  Push(reinterpret_cast<uint64_t>(begin) | (kind == SlotKind::kRaw ? kRawRange : kRange));
}

void Marker::Prune() {
  uint64_t* const begin = stack_.begin();
  uint64_t* from = stack_.top();
  uint64_t* to = from;
  while (from > begin) {
    const uint64_t word = *--from;
    if ((word & kTagMask) == 0) {
      if (!MarkIfLeaf(ObjectOf(word))) *--to = word;
      continue;
    }
    *--to = word;
    if (word & kRange) *--to = *--from;  // its end
  }
  const auto kept = static_cast<size_t>(stack_.top() - to);
  const auto limit = static_cast<size_t>(stack_.limit() - begin);
  std::memmove(begin, to, kept * sizeof(uint64_t));
  stack_.set_top(begin + kept);
  pruned_in_vain_ = kept > limit / 2;
}

bool Marker::MarkIfLeaf(ObjectHeader* object) {
  if (spaces_.marks.IsMarked(object)) return true;
  const uint64_t meta = object->LoadMeta();
  const TypeInfo& type = spaces_.types.Get(ObjectHeader::TypeOf(meta));
  if (type.layout != SlotLayout::kNone || (meta & kRareFlags) != 0) return false;
  spaces_.marks.Mark(object);
  visited_words_ += VisitRare(object, meta);
  return true;
}

size_t Marker::VisitTagged(uint64_t word) {
  if ((word & kTagMask) == kMarked) return VisitRare(ObjectOf(word), ObjectOf(word)->LoadMeta());
  auto* begin = reinterpret_cast<uint64_t*>(word & ~kTagMask);
  auto* end = reinterpret_cast<uint64_t*>(stack_.Pop());
  return (word & kTagMask) == kRange ? VisitRange<SlotKind::kTagged>(begin, end)
                                     : VisitRange<SlotKind::kRaw>(begin, end);
}

template <SlotKind kKind>
size_t Marker::VisitRange(uint64_t* begin, uint64_t* end) {
  uint64_t* piece_end = std::min(end, begin + kPieceWords);
  if (piece_end < end) PushRange(kKind, piece_end, end);
  if (compacting_ || stack_.limit() - stack_.top() < piece_end - begin) {
    VisitWordsOf<kKind>(begin, piece_end, *this);
  } else {
    uint64_t* top = stack_.top();
    for (const uint64_t* slot = begin; slot < piece_end; ++slot)
      top = PushSlot(slot, kKind == SlotKind::kRaw ? kRawRefOffset : kTaggedRefOffset, top, followed_);
    stack_.set_top(top);
  }
  return static_cast<size_t>(piece_end - begin);
}

void Marker::NoteSlots(ObjectHeader* object, uint64_t meta) {
  SlotNoter noter{compactor_, followed_};
  VisitObjectSlots(spaces_.types.Get(ObjectHeader::TypeOf(meta)), object, TracedBytes(meta), noter);
}

size_t Marker::VisitRare(ObjectHeader* object, uint64_t meta) {
  if ((meta & FlagInMeta(kEphemeronKey)) != 0 && ephemerons_ != nullptr) {
    ephemerons_->OnReached(object);  // ER-2
  }
  const TypeInfo& type = spaces_.types.Get(ObjectHeader::TypeOf(meta));
  size_t bytes = TracedBytes(meta);
  if (bytes == 0) bytes = spaces_.large.SizeOf(reinterpret_cast<uintptr_t>(object));
  small_bytes_ += ObjectHeader::SmallSizeOf(meta);
  if (type.layout != SlotLayout::kAll) {
    VisitObjectSlots(type, object, bytes, *this);
    return type.layout == SlotLayout::kNone ? 1 : bytes / sizeof(uint64_t);
  }
  auto* words = reinterpret_cast<uint64_t*>(object);
  const size_t first = type.first_slot_offset / sizeof(uint64_t);
  PushRange(type.kind, words + first, words + bytes / sizeof(uint64_t));
  return first;
}

void Marker::DrainAll() {
  const auto never = [](size_t) { return false; };
  for (Drain(never); overflowed_; Drain(never)) {
    overflowed_ = false;
    ++overflows_;
    VisitAllMarked();
  }
}

void Marker::VisitAllMarked() {
  const auto never = [](size_t) { return false; };
  const auto visit = [&](ObjectHeader* object) {
    if (!spaces_.marks.IsMarked(object)) return;
    VisitRare(object, object->meta);
    Drain(never);
  };
  const Zone extent = spaces_.old.extent();
  for (uintptr_t at = spaces_.old.NextObject(extent.begin, extent.end); at != 0;
       at = spaces_.old.NextObject(at + kObjectAlignment, extent.end)) {
    visit(reinterpret_cast<ObjectHeader*>(at));
  }
  spaces_.large.ForEachWithSlots(
      [&](uintptr_t start, size_t) { visit(reinterpret_cast<ObjectHeader*>(start)); });
  if (!followed_.Contains(spaces_.memory.young.begin)) return;
  spaces_.nursery.ForEachSurvivor(visit);
}

}  // namespace foxvm::gc
