#include "gc/compactor.h"

#include <cstring>

#include "gc/check.h"
#include "gc/identity_hash.h"
#include "gc/tracer.h"

namespace foxvm::gc {
namespace {

// So many times other blocks are tried than one that could not be emptied.
constexpr uint8_t kChoicesLeftOut = 16;

}  // namespace

// Makes slots follow the objects that were moved.
struct Compactor::Fixer {
  Compactor& compactor;

  template <SlotKind kKind>
  void VisitSlot(uint64_t* slot) {
    ObjectHeader* object = RefOfWord<kKind>(LoadWord(slot));
    if (object == nullptr || !compactor.IsCandidate(object)) return;
    // An object found dead by the marking may still hold a slot that was recorded before.
    if (object->has_flag(kForwarded)) {
      StoreWord(slot, WordOfRef<kKind>(reinterpret_cast<ObjectHeader*>(object->second)));
    }
  }
};

Compactor::Compactor(Spaces& spaces, size_t slot_capacity)
    : spaces_(spaces),
      blocks_(spaces.tables),
      is_candidate_(spaces.tables),
      left_out_(spaces.tables),
      marker_slots_(slot_capacity),
      mutator_slots_(slot_capacity),
      born_old_(spaces.tables) {}

void Compactor::Choose(size_t max_bytes, bool thorough, Frames frames) {
  FOXVM_DCHECK(!active());
  const size_t blocks = spaces_.old.extent().bytes() >> kBlockShift;
  // Without memory nothing is moved.
  if (!is_candidate_.TryAssign(blocks, 0) || !left_out_.TryReserve(blocks)) return;
  while (left_out_.size() < blocks) left_out_.PushReserved(0);
  frames_ = frames;
  const auto leave_out = [&](uint32_t block) {
    return frames == Frames::kButSettled && !thorough && left_out_[block] != 0;
  };
  spaces_.old.TakeSparseBlocks(max_bytes, thorough, leave_out, &blocks_, &bytes_);
  for (uint8_t& choices : left_out_) choices -= choices != 0;
  for (uint32_t block : blocks_) is_candidate_[block] = 1;
  if (!active()) is_candidate_.clear();
}

size_t Compactor::Evacuate(RootSet& roots, Lifetimes& lifetimes) {
  DropKeptBlocks();
  if (!active()) return 0;
  if (marker_slots_.overflowed() || mutator_slots_.overflowed() || born_old_lost_ ||
      !spaces_.old.CommitFor(bytes_)) {
    Forget();
    return 0;
  }
  const size_t bytes = MoveObjects();
  Fixer fixer{*this};
  const auto visit = [&](ObjectHeader* object) {
    VisitObjectSlots(spaces_.types.Get(object->type()), object, spaces_.ObjectBytes(object), fixer);
  };
  frames_ == Frames::kAll ? roots.VisitStrong(fixer) : roots.VisitStrongButSettled(fixer);
  lifetimes.VisitAll(
      [&](Value* slot) { fixer.VisitSlot<SlotKind::kTagged>(reinterpret_cast<uint64_t*>(slot)); });
  spaces_.nursery.ForEachSurvivor(visit);
  for (ObjectHeader* object : born_old_) visit(object);
  const auto fix = [&](uint64_t* slot, SlotKind kind) {
    if (kind == SlotKind::kTagged) {
      fixer.VisitSlot<SlotKind::kTagged>(slot);
    } else {
      fixer.VisitSlot<SlotKind::kRaw>(slot);
    }
  };
  marker_slots_.ForEach(fix);
  mutator_slots_.ForEach(fix);
  ForEachObject([&](const ObjectHeader* old_place) {
    auto* object = reinterpret_cast<ObjectHeader*>(old_place->second);
    visit(object);
    // Which of its slots refer to young objects the next minor collection finds out.
    const auto start = reinterpret_cast<uintptr_t>(object);
    spaces_.cards.DirtyRange(start, start + object->small_size());
  });
  return bytes;
}

void Compactor::DropKeptBlocks() {
  size_t kept = 0;
  for (uint32_t block : blocks_) {
    if (is_candidate_[block] != 0) {
      blocks_[kept++] = block;
      continue;
    }
    spaces_.old.KeepSparse(block);
    left_out_[block] = kChoicesLeftOut;
  }
  blocks_.Truncate(kept);
}

template <typename Visit>
void Compactor::ForEachObject(Visit&& visit) const {
  for (uint32_t block : blocks_) {
    const Zone zone = spaces_.old.BlockZone(block);
    for (uintptr_t at = spaces_.old.NextObject(zone.begin, zone.end); at != 0;
         at = spaces_.old.NextObject(at + kObjectAlignment, zone.end)) {
      auto* object = reinterpret_cast<ObjectHeader*>(at);
      if (spaces_.marks.IsMarked(object)) visit(object);
    }
  }
}

size_t Compactor::MoveObjects() {
  size_t bytes = 0;
  ForEachObject([&](ObjectHeader* object) { bytes += Move(object)->small_size(); });
  return bytes;
}

ObjectHeader* Compactor::Move(ObjectHeader* object) {
  uint64_t meta = object->meta;
  FOXVM_CHECK((meta & FlagInMeta(kPinned)) == 0);  // CO-3
  const size_t bytes = object->small_size();
  const bool store_hash = (meta & (FlagInMeta(kHashed) | FlagInMeta(kHashStored))) == FlagInMeta(kHashed);
  const size_t new_bytes = bytes + (store_hash ? kHashTrailerBytes : 0);
  ObjectHeader* moved = spaces_.old.Allocate(new_bytes);
  std::memcpy(static_cast<void*>(moved), object, bytes);
  if (store_hash) {
    const uint64_t offset = reinterpret_cast<uintptr_t>(object) - spaces_.memory.whole.begin;
    StoreHashTrailer(reinterpret_cast<uintptr_t>(moved) + new_bytes, HashSeed(offset, meta));
    meta = (meta | FlagInMeta(kHashStored)) + (kHashTrailerBytes >> kObjectAlignmentLog2);
  }
  moved->meta = meta;
  if (spaces_.sites.has_value()) spaces_.sites->NoteMoved(object, moved);
  object->meta |= FlagInMeta(kForwarded);
  object->second = reinterpret_cast<uint64_t>(moved);
  return moved;
}

void Compactor::Release() {
  for (uint32_t block : blocks_) spaces_.old.ReleaseSparse(block);
  blocks_emptied_ += blocks_.size();
  blocks_.clear();
  Forget();
}

// Ends the compaction; candidates that are left stay as they are.
void Compactor::Forget() {
  for (uint32_t block : blocks_) spaces_.old.KeepSparse(block);
  blocks_.clear();
  is_candidate_.clear();
  born_old_.Release();
  born_old_lost_ = false;
  marker_slots_.Clear();
  mutator_slots_.Clear();
}

}  // namespace foxvm::gc
