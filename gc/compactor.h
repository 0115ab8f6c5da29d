// Compactor: empties the blocks of the old generation that are mostly holes.
// How: candidate blocks are chosen when a marking begins. Marker and write barrier record every slot of an
//      old object that comes to refer into one. When all is marked, the candidates' objects are moved and
//      only the recorded slots, the roots and the young survivors are visited; so the pause depends on what
//      is moved and not on the heap. (The remembered sets of Immix's and G1's evacuation do the same.) In a
//      cycle settled frames (frame_walker.h) are not visited either: a block that one refers to is a
//      candidate no more, nor in the next cycles, which try others.
// Invariants: CO-1 from Choose to Evacuate nothing is allocated in a candidate. CO-2 every slot outside the
//      young generation that refers into a candidate is recorded, or lies in an object of a candidate, or in
//      one that NoteBornOld was told of. CO-3 a candidate has no pinned object. CO-4 in a cycle no settled
//      frame refers into a candidate when its marking is done.
// Threads: the mutator's; but Record with the marker's list is the marker's. Collects: never, it is part of
//      a collection.
#ifndef FOXVM_GC_COMPACTOR_H_
#define FOXVM_GC_COMPACTOR_H_

#include <cstddef>
#include <cstdint>

#include "gc/root_set.h"
#include "gc/slot_list.h"
#include "gc/spaces.h"
#include "gc/vector.h"
#include "gc/weak.h"

namespace foxvm::gc {

class Compactor {
 public:
  // At most `slot_capacity` slots are recorded by either of the two that do.
  Compactor(Spaces& spaces, size_t slot_capacity);
  bool failed() const { return marker_slots_.failed() || mutator_slots_.failed(); }

  // Which frames Evacuate will visit: if not the settled ones, CO-4 is to be met.
  enum class Frames : uint8_t { kAll, kButSettled };
  // Takes blocks out of use that have objects of at most `max_bytes` together, as OldSpace::TakeSparseBlocks
  // says. Requires that sweeping is finished.
  void Choose(size_t max_bytes, bool thorough, Frames frames);
  bool active() const { return !blocks_.empty(); }

  bool IsCandidate(const ObjectHeader* object) const {
    const size_t block = BlockOf(object);
    // The mutator may take candidates back meanwhile.
    return block < is_candidate_.size() && __atomic_load_n(&is_candidate_[block], __ATOMIC_RELAXED) != 0;
  }

  // Records `slot` of kind `kind`, which refers into a candidate.
  void RecordForMarker(uint64_t* slot, SlotKind kind) { Record(marker_slots_, slot, kind); }
  void RecordForMutator(uint64_t* slot, SlotKind kind) { Record(mutator_slots_, slot, kind); }
  // Nothing in the block of `object` will be moved.
  void KeepInPlace(const ObjectHeader* object) {
    if (IsCandidate(object)) __atomic_store_n(&is_candidate_[BlockOf(object)], uint8_t{0}, __ATOMIC_RELAXED);
  }
  // An object that was born old after Choose: its first stores come without a barrier.
  void NoteBornOld(ObjectHeader* object) {
    if (!born_old_.TryPushBack(object)) born_old_lost_ = true;
  }

  // Moves the marked objects of the candidates and makes all that refers to them follow, but for what
  // Lifetimes::Follow is for, which the caller does next: a moved object has kForwarded. Returns the bytes
  // moved. Requires an empty eden and that all that lives is marked.
  size_t Evacuate(RootSet& roots, Lifetimes& lifetimes);
  // Frees the candidates, once nothing refers to them.
  void Release();

  uint64_t blocks_emptied() const { return blocks_emptied_; }

 private:
  struct Fixer;

  void Record(SlotList& list, uint64_t* slot, SlotKind kind) {
    // Young objects and what is outside the heap are visited in any case.
    const auto address = reinterpret_cast<uintptr_t>(slot);
    if (spaces_.memory.whole.Contains(address) && !spaces_.memory.young.Contains(address))
      list.Add(slot, kind);
  }
  size_t BlockOf(const ObjectHeader* object) const {
    return (reinterpret_cast<uintptr_t>(object) - spaces_.memory.blocks.begin) >> kBlockShift;
  }
  void Forget();
  // Calls visit(object) for every marked object of the candidates.
  template <typename Visit>
  void ForEachObject(Visit&& visit) const;
  // Forgets the candidates that have been taken back.
  void DropKeptBlocks();
  size_t MoveObjects();
  ObjectHeader* Move(ObjectHeader* object);

  Spaces& spaces_;
  Vector<uint32_t> blocks_;       // the candidates
  size_t bytes_ = 0;              // of their objects, when they were chosen
  Vector<uint8_t> is_candidate_;  // by block
  Vector<uint8_t> left_out_;      // by block: of how many more choices; all that is_candidate_ has are there
  Frames frames_ = Frames::kAll;
  SlotList marker_slots_;
  SlotList mutator_slots_;
  Vector<ObjectHeader*> born_old_;
  bool born_old_lost_ = false;  // one of them, for lack of memory
  uint64_t blocks_emptied_ = 0;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_COMPACTOR_H_
