#include "gc/major_gc.h"

#include <algorithm>
#include <vector>

#include "absl/base/optimization.h"
#include "gc/check.h"
#include "gc/tracer.h"

namespace foxvm::gc {
namespace {

class Marker final : public WeakTracer {
 public:
  Marker(Spaces& spaces, EphemeronResolver& ephemerons)
      : spaces_(spaces), marks_(spaces.marks), ephemerons_(ephemerons) {}

  template <SlotKind kKind>
  void VisitSlot(uint64_t* slot) {
    ObjectHeader* object = RefOfWord<kKind>(LoadWord(slot));
    if (object != nullptr && marks_.Mark(object)) stack_.push_back(object);
  }

  void Drain() override;

  bool OnlyYoungAffected() const override { return false; }
  ObjectHeader* Resolve(ObjectHeader* object) override { return marks_.IsMarked(object) ? object : nullptr; }

  void Keep(Value* slot) override { VisitSlot<SlotKind::kTagged>(reinterpret_cast<uint64_t*>(slot)); }

  // Bytes of marked objects in blocks.
  size_t live_block_bytes() const { return live_block_bytes_; }

 private:
  static constexpr size_t kRangeWords = 1024;

  // Slots of an array still to be visited.
  struct Range {
    uint64_t* begin;
    uint64_t* end;
    SlotKind kind;
  };

  void VisitObject(ObjectHeader* object);
  void VisitPiece();

  Spaces& spaces_;
  MarkTable& marks_;
  EphemeronResolver& ephemerons_;
  std::vector<ObjectHeader*> stack_;
  std::vector<Range> ranges_;
  size_t live_block_bytes_ = 0;
};

void Marker::Drain() {
  while (true) {
    while (!stack_.empty()) {
      ObjectHeader* object = stack_.back();
      stack_.pop_back();
      VisitObject(object);
    }
    if (ranges_.empty()) return;
    VisitPiece();
  }
}

void Marker::VisitObject(ObjectHeader* object) {
  if (ABSL_PREDICT_FALSE(object->has_flag(kEphemeronKey))) ephemerons_.OnReached(object);  // ER-1
  const TypeInfo& type = spaces_.types.Get(object->type());
  size_t bytes = TracedBytes(object->meta);
  if (bytes != 0) {
    if (spaces_.old.Contains(object)) live_block_bytes_ += object->small_size();
    VisitObjectSlots(type, object, bytes, *this);
    return;
  }
  bytes = spaces_.large.SizeOf(reinterpret_cast<uintptr_t>(object));
  if (type.layout != SlotLayout::kAll) {
    VisitObjectSlots(type, object, bytes, *this);
    return;
  }
  auto* words = reinterpret_cast<uint64_t*>(object);
  ranges_.push_back(
      {words + type.first_slot_offset / sizeof(uint64_t), words + bytes / sizeof(uint64_t), type.kind});
}

void Marker::VisitPiece() {
  Range& top = ranges_.back();
  Range piece = top;
  piece.end = std::min(top.end, top.begin + kRangeWords);
  top.begin = piece.end;
  if (top.begin == top.end) ranges_.pop_back();
  VisitWords(piece.kind, piece.begin, piece.end, *this);
}

}  // namespace

void MarkAndStartSweep(Spaces& spaces, RootSet& roots, Lifetimes& lifetimes) {
  FOXVM_CHECK(!spaces.old.sweeping());  // OS-2
  spaces.marks.StartEpoch();
  Marker marker(spaces, lifetimes.ephemerons());
  roots.VisitStrong(marker);
  marker.Drain();
  lifetimes.AfterTrace(marker);
  spaces.large.Sweep();
  spaces.old.StartSweep(marker.live_block_bytes());
  Zone survivors = spaces.nursery.survivors();
  spaces.marks.ClearRange(survivors.begin, survivors.end);  // MT-2
}

}  // namespace foxvm::gc
