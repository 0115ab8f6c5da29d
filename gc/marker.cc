#include "gc/marker.h"

#include <algorithm>

namespace foxvm::gc {

Marker::Marker(Spaces& spaces, Compactor& compactor, size_t stack_capacity)
    : spaces_(spaces), compactor_(compactor), stack_(stack_capacity) {}

void Marker::Start(bool trace_young, size_t stack_limit) {
  FOXVM_DCHECK(stack_.empty() && ranges_.empty());
  ignored_ = trace_young ? Zone{} : spaces_.memory.young;
  stack_.SetLimit(stack_limit);
  compacting_ = compactor_.active();
  overflowed_ = false;
  overflows_ = 0;
  live_block_bytes_ = 0;
  visited_words_ = 0;
}

bool Marker::EmptyQueue() {
  bool any = false;
  for (ObjectHeader*& place : queue_) {
    if (place == nullptr) continue;
    Shade(place);
    place = nullptr;
    any = true;
  }
  return any;
}

void Marker::TellOfKey(ObjectHeader* object, uint64_t meta) {
  if (ABSL_PREDICT_FALSE((meta & FlagInMeta(kEphemeronKey)) != 0) && ephemerons_ != nullptr) {
    ephemerons_->OnReached(object);  // ER-1
  }
}

size_t Marker::VisitObject(ObjectHeader* object) {
  const uint64_t meta = object->LoadMeta();
  TellOfKey(object, meta);
  const TypeInfo& type = spaces_.types.Get(ObjectHeader::TypeOf(meta));
  size_t bytes = TracedBytes(meta);
  if (bytes != 0) {
    if (spaces_.old.Contains(object)) live_block_bytes_ += ObjectHeader::SmallSizeOf(meta);
    VisitObjectSlots(type, object, bytes, *this);
    return bytes / sizeof(uint64_t);
  }
  bytes = spaces_.large.SizeOf(reinterpret_cast<uintptr_t>(object));
  if (type.layout != SlotLayout::kAll) {
    VisitObjectSlots(type, object, bytes, *this);
    return type.layout == SlotLayout::kNone ? 1 : bytes / sizeof(uint64_t);
  }
  auto* words = reinterpret_cast<uint64_t*>(object);
  ranges_.push_back(
      {words + type.first_slot_offset / sizeof(uint64_t), words + bytes / sizeof(uint64_t), type.kind});
  return 1;
}

size_t Marker::VisitPiece() {
  Range& top = ranges_.back();
  Range piece = top;
  piece.end = std::min(top.end, top.begin + kPieceWords);
  top.begin = piece.end;
  if (top.begin == top.end) ranges_.pop_back();
  VisitWords(piece.kind, piece.begin, piece.end, *this);
  return static_cast<size_t>(piece.end - piece.begin);
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
    TellOfKey(object, object->meta);
    VisitObjectSlots(spaces_.types.Get(object->type()), object, spaces_.ObjectBytes(object), *this);
    Drain(never);
  };
  const Zone extent = spaces_.old.extent();
  for (uintptr_t at = spaces_.old.NextObject(extent.begin, extent.end); at != 0;
       at = spaces_.old.NextObject(at + kObjectAlignment, extent.end)) {
    visit(reinterpret_cast<ObjectHeader*>(at));
  }
  spaces_.large.ForEachWithSlots(
      [&](uintptr_t start, size_t) { visit(reinterpret_cast<ObjectHeader*>(start)); });
  if (ignored_.bytes() != 0) return;
  spaces_.nursery.ForEachSurvivor(visit);
}

}  // namespace foxvm::gc
