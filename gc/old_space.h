// OldSpace: the blocks of the old generation; promoted and pinned objects live here, in blocks apart.
// How: allocation bumps through the holes that dead objects left in a block, found from the mark table alone.
//      Blocks are swept one by one when allocation wants them; a block found empty is free for any use and
//      its memory goes back to the system when too many pile up. Memory for promotion is had from the system
//      before a collection needs it (TouchAhead). Objects over kMediumBytes that do not fit
//      the current hole bump through a block of their own instead of skipping the hole.
// Invariants: OS-1 bytes of a free block's cards and marks are zero. OS-2 sweeping is done before a marking
//      starts. OS-3 holes smaller than kMinHoleBytes stay unused until a neighbour dies.
// Threads: the mutator's, stopped or allocating.  Collects: never.  Not here: what a dirty card means
//      (minor_gc).
#ifndef FOXVM_GC_OLD_SPACE_H_
#define FOXVM_GC_OLD_SPACE_H_

#include <cstddef>
#include <cstdint>

#include "absl/base/optimization.h"
#include "absl/functional/function_ref.h"
#include "gc/card_table.h"
#include "gc/heap_memory.h"
#include "gc/mark_table.h"
#include "gc/vector.h"

namespace foxvm::gc {

inline constexpr size_t kMinHoleBytes = 4 * kObjectAlignment;  // BlockBits::GranulesInHoles

class OldSpace {
 public:
  OldSpace(HeapMemory& memory, TableMemory& tables, CardTable& cards, MarkTable& marks, bool poison);

  // Room for an object of `bytes` (at most a block), entered into the mark table as marked; its memory is
  // undefined. For what bytes_promotable() allows, and for one object within bytes_grantable(), it never
  // fails.
  ObjectHeader* Allocate(size_t bytes) { return reinterpret_cast<ObjectHeader*>(Allocate(movable_, bytes)); }
  // The same for an object that must never move.
  ObjectHeader* AllocatePinned(size_t bytes) {
    return reinterpret_cast<ObjectHeader*>(Allocate(pinned_, bytes));
  }
  // The same in the hole that is being filled; 0 when `bytes` do not fit it.
  uintptr_t TryAllocatePinned(size_t bytes) { return TryAllocate(pinned_, bytes); }

  bool Contains(const void* address) const { return zone_.Contains(reinterpret_cast<uintptr_t>(address)); }
  // Where blocks have ever been: cards and objects of this space are below.
  Zone extent() const { return {zone_.begin, zone_.begin + (size_t{top_} << kBlockShift)}; }

  // Bytes of blocks that hold objects, less the holes known to be usable. An overestimate until sweeping is
  // done.
  size_t used_bytes() const { return (size_t{in_use_} << kBlockShift) - reusable_bytes_; }
  // Bytes of blocks that can still be taken without touching the promotion margin.
  size_t bytes_grantable() const;
  // Bytes of young objects whose promotion is sure to find room, whatever their sizes (HM-1).
  size_t bytes_promotable() const;
  // Bytes of objects: found by the last marking, plus allocated since.
  size_t live_bytes() const { return live_bytes_; }
  // Memory held from the system: blocks in use, free ones that keep theirs, and what was touched ahead.
  size_t committed_bytes() const { return (size_t{in_use_} << kBlockShift) + ready_bytes(); }

  // Makes sure that promotion up to the margin will find memory, and the tables of blocks room for it; false
  // when the system has none.
  [[nodiscard]] bool CommitMargin();

  // Blocks with holes, not those of pinned objects nor what `leave_out` says, the emptiest first, as long as
  // their objects have no more than `max_bytes` together, until few holes will be left; `*bytes` is what they
  // have. Nothing is allocated
  // in them until they are released or kept. None when there are not many holes, or no memory for `*blocks`;
  // `thorough` asks for every gain. Requires that sweeping is finished.
  void TakeSparseBlocks(size_t max_bytes, bool thorough, absl::FunctionRef<bool(uint32_t)> leave_out,
                        Vector<uint32_t>* blocks, size_t* bytes);
  // Makes sure that there is room for `bytes` of objects; false when there is none, or no memory.
  [[nodiscard]] bool CommitFor(size_t bytes);
  Zone BlockZone(uint32_t block) const { return {BlockBegin(block), BlockBegin(block) + kBlockBytes}; }
  // Ends what TakeSparseBlocks began: the block has no object any more; or it stays as it is. Before
  // StartSweep.
  void ReleaseSparse(uint32_t block);
  void KeepSparse(uint32_t block) { state_[block] = BlockState::kInUse; }
  // Memory that promotion finds without asking the system for it, besides the holes of blocks in use.
  size_t ready_bytes() const { return (free_.size() << kBlockShift) + (touched_end_ - extent().end); }
  // Makes ready_bytes at least `bytes`, as far as memory has been committed: so that no collection has to
  // wait for the system's pages.
  void TouchAhead(size_t bytes);
  // Free memory that sweeping leaves in place, beside a part of what is in use.
  void set_reserve_bytes(size_t bytes) { reserve_bytes_ = bytes; }
  // Gives back the memory of all free blocks and of what was touched ahead. Finishes sweeping.
  void ReleaseFree();

  // After marking: every block awaits sweeping. `live_bytes` is what the marking found.
  void StartSweep(size_t live_bytes);
  bool sweeping() const { return sweep_next_ < sweep_end_; }
  // Sweeps up to `blocks` blocks.
  void SweepSome(size_t blocks);
  void FinishSweep();

  // The object whose memory covers `address` or the nearest one that starts behind it, below `end`; 0 when
  // none. `address` is in a block. Dead objects of unswept blocks are found too.
  uintptr_t ObjectCovering(uintptr_t address, uintptr_t end) const;
  // The start of the next object at or behind `address`, below `end`; 0 when none.
  uintptr_t NextObject(uintptr_t address, uintptr_t end) const;

 private:
  struct Reusable {
    uint32_t block;
    uint32_t bytes;
  };
  enum class BlockState : uint8_t { kFree, kInUse, kUnswept, kSparse };
  // Where objects of one kind, which share no block with the other's, are allocated.
  struct Bump {
    bool pinned;
    Vector<Reusable> reusable;  // swept, with holes
    Zone hole{};
    uintptr_t block_end = 0;  // of the block the hole is in
    Zone medium{};            // for medium objects
  };

  uintptr_t TryAllocate(Bump& bump, size_t bytes) {
    uintptr_t start = bump.hole.begin;
    if (ABSL_PREDICT_FALSE(start + bytes > bump.hole.end)) return 0;
    bump.hole.begin = start + bytes;
    marks_.SetObject(start, bytes);
    live_bytes_ += bytes;
    return start;
  }
  uintptr_t Allocate(Bump& bump, size_t bytes) {
    uintptr_t start = TryAllocate(bump, bytes);
    if (ABSL_PREDICT_FALSE(start == 0)) {
      start = AllocateSlow(bump, bytes);
      marks_.SetObject(start, bytes);
      live_bytes_ += bytes;
    }
    return start;
  }
  uintptr_t AllocateSlow(Bump& bump, size_t bytes);
  // Moves the hole to the next one of its block; false at its end.
  bool NextHole(Bump& bump);
  // Moves the hole to the first one of another block.
  void NextBlock(Bump& bump);
  // Sweeps a few blocks if none is known to have room.
  void SweepForMore(const Bump& bump);
  // A block without objects; now in use.
  uint32_t TakeFreeBlock(const Bump& bump);
  Bump& BumpOf(uint32_t block) { return is_pinned_[block] != 0 ? pinned_ : movable_; }
  // Sweeps the next block. True if that left holes worth allocating in: `next` is the block and their bytes.
  bool SweepNext(Reusable* next);
  // Drops what is dead in `block`. Returns its usable free bytes, kBlockBytes when it is empty and now free.
  size_t SweepBlock(uint32_t block);
  void ReleaseBlock(uint32_t block);
  // Commits memory up to `end` and makes room in the tables for its blocks; false when the system has none.
  [[nodiscard]] bool CommitUpTo(uintptr_t end);
  // Gives memory of free blocks back until `keep` of them have theirs.
  void TrimFreeBlocks(size_t keep);

  uintptr_t BlockBegin(uint32_t block) const { return zone_.begin + (size_t{block} << kBlockShift); }

  HeapMemory& memory_;
  CardTable& cards_;
  MarkTable& marks_;
  const Zone zone_;
  const bool poison_;
  uintptr_t committed_end_;
  uintptr_t touched_end_;  // memory never used is in place up to here; at least extent().end
  size_t reserve_bytes_ = 0;

  TableMemory& tables_;
  Bump movable_;
  Bump pinned_;

  // These and those of reusable blocks have room for all blocks below committed_end_.
  Vector<BlockState> state_;   // by block, below top_
  Vector<uint8_t> is_pinned_;  // the same
  uint32_t top_ = 0;           // blocks ever used
  uint32_t in_use_ = 0;
  Vector<uint32_t> free_;         // committed, empty
  Vector<uint32_t> decommitted_;  // empty, without memory
  size_t reusable_bytes_ = 0;     // of both kinds
  uint32_t sweep_next_ = 0;
  uint32_t sweep_end_ = 0;
  size_t live_bytes_ = 0;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_OLD_SPACE_H_
