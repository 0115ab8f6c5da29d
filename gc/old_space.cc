#include "gc/old_space.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include "gc/block_bits.h"
#include "gc/check.h"
#include "gc/nursery.h"

namespace foxvm::gc {
namespace {

// A block with less than this in holes is not worth visiting before the next cycle.
constexpr size_t kMinReusableBytes = kBlockBytes / 16;
constexpr size_t kMediumBytes = 512;
// Compaction begins when holes are more than this part of the blocks in use and it wins so many blocks; it
// takes blocks with at least so much free, until holes will be less than the other part.
constexpr size_t kManyHoles = 12;
constexpr size_t kFewHoles = 24;
constexpr size_t kMinBlocksWon = 8;
constexpr size_t kMinSparseBytes = kBlockBytes / 8;
constexpr size_t kCommitStepBytes = size_t{1} << 20;
// Free blocks keep their memory up to this part of those in use, beside the reserve: what a program promotes
// until the next major collection costs far more than the pages for it.
constexpr size_t kKeptFraction = 16;
// Blocks found empty while sweeping goes on pile up to this many above what is kept.
constexpr size_t kTrimBatch = 64;
// Neighbouring free blocks that give their marks back too: a few pages of them.
constexpr size_t kMinTableRun = 8;
// When nothing is free, this many blocks are swept before new memory is used instead: the rest would make a
// long pause, and is swept in time by the mutator (SweepSome).
constexpr size_t kSweepBeforeGrowing = 8;

}  // namespace

OldSpace::OldSpace(HeapMemory& memory, TableMemory& tables, CardTable& cards, MarkTable& marks, bool poison)
    : memory_(memory),
      cards_(cards),
      marks_(marks),
      zone_(memory.blocks),
      poison_(poison),
      committed_end_(memory.blocks.begin),
      touched_end_(memory.blocks.begin),
      tables_(tables),
      movable_{.pinned = false, .reusable = Vector<Reusable>(tables)},
      pinned_{.pinned = true, .reusable = Vector<Reusable>(tables)},
      state_(tables),
      is_pinned_(tables),
      free_(tables),
      decommitted_(tables) {}

size_t OldSpace::bytes_grantable() const {
  size_t limit = zone_.bytes() - memory_.promotion_margin;
  size_t taken = size_t{in_use_} << kBlockShift;
  return taken >= limit ? 0 : limit - taken;
}

size_t OldSpace::bytes_promotable() const {
  const size_t blocks = zone_.bytes() >> kBlockShift;
  const size_t left = blocks - std::min<size_t>(blocks, in_use_ + kBlocksBeingFilled);
  return (left << kBlockShift) / kPromotionOverhead;
}

bool OldSpace::CommitMargin() {
  size_t ready = (free_.size() << kBlockShift) + (committed_end_ - extent().end);
  if (ready >= memory_.promotion_margin) return true;
  size_t step = std::max(memory_.promotion_margin - ready, kCommitStepBytes) + kBlockBytes - 1;
  step = std::min(step & ~(kBlockBytes - 1), zone_.end - committed_end_);
  // Decommitted blocks stay committed in the system's eyes, so at the end of the zone they are what is left.
  if (step == 0) return true;
  return CommitUpTo(committed_end_ + step);
}

bool OldSpace::CommitUpTo(uintptr_t end) {
  const size_t blocks = (end - zone_.begin) >> kBlockShift;
  if (!state_.TryReserve(blocks) || !is_pinned_.TryReserve(blocks) || !free_.TryReserve(blocks) ||
      !decommitted_.TryReserve(blocks) || !movable_.reusable.TryReserve(blocks) ||
      !pinned_.reusable.TryReserve(blocks) || !memory_.range.Commit(committed_end_, end - committed_end_)) {
    return false;
  }
  committed_end_ = end;
  return true;
}

void OldSpace::TouchAhead(size_t bytes) {
  while (ready_bytes() < bytes && !decommitted_.empty()) {
    const uintptr_t begin = BlockBegin(decommitted_.back());
    memory_.range.Touch(begin, kBlockBytes);
    marks_.Touch(begin, begin + kBlockBytes);
    free_.PushReserved(decommitted_.back());
    decommitted_.pop_back();
  }
  if (ready_bytes() >= bytes) return;
  size_t missing = (bytes - ready_bytes() + kBlockBytes - 1) & ~(kBlockBytes - 1);
  missing = std::min(missing, committed_end_ - touched_end_);
  memory_.range.Touch(touched_end_, missing);
  marks_.Touch(touched_end_, touched_end_ + missing);
  touched_end_ += missing;
}

void OldSpace::ReleaseFree() {
  FinishSweep();
  TrimFreeBlocks(0);
  memory_.range.Decommit(extent().end, touched_end_ - extent().end);
  touched_end_ = extent().end;
}

uintptr_t OldSpace::AllocateSlow(Bump& bump, size_t bytes) {
  if (bytes >= kMediumBytes) {
    if (bump.medium.bytes() < bytes) {
      uint32_t block = TakeFreeBlock(bump);
      bump.medium = {BlockBegin(block), BlockBegin(block) + kBlockBytes};
    }
    uintptr_t start = bump.medium.begin;
    bump.medium.begin += bytes;
    return start;
  }
  while (bump.hole.bytes() < bytes) {
    if (!NextHole(bump)) NextBlock(bump);
  }
  uintptr_t start = bump.hole.begin;
  bump.hole.begin += bytes;
  return start;
}

bool OldSpace::NextHole(Bump& bump) {
  uint8_t* end = marks_.At(bump.block_end);
  uint8_t* at = marks_.At(bump.hole.end);
  while (at < end) {
    uint8_t* object = MarkTable::NextNonZero(at, end);
    if (static_cast<size_t>(object - at) >= kMinHoleBytes / kObjectAlignment) {
      bump.hole = {marks_.AddressOf(at), marks_.AddressOf(object)};
      return true;
    }
    if (object == end) break;
    at = MarkTable::EndOfObject(object, end) + 1;
  }
  return false;
}

void OldSpace::NextBlock(Bump& bump) {
  while (true) {
    SweepForMore(bump);
    uint32_t block;
    if (!bump.reusable.empty()) {
      block = bump.reusable.back().block;
      reusable_bytes_ -= bump.reusable.back().bytes;
      bump.reusable.pop_back();
    } else {
      block = TakeFreeBlock(bump);
    }
    bump.block_end = BlockBegin(block) + kBlockBytes;
    bump.hole = {BlockBegin(block), BlockBegin(block)};
    if (NextHole(bump)) return;
  }
}

void OldSpace::SweepForMore(const Bump& bump) {
  for (size_t i = 0; i < kSweepBeforeGrowing && bump.reusable.empty() && free_.empty() && sweeping(); ++i)
    SweepSome(1);
}

uint32_t OldSpace::TakeFreeBlock(const Bump& bump) {
  SweepForMore(bump);
  uint32_t block;
  if (!free_.empty()) {
    block = free_.back();
    free_.pop_back();
  } else if (!decommitted_.empty() && touched_end_ == extent().end) {
    block = decommitted_.back();
    decommitted_.pop_back();
  } else {
    block = top_;
    FOXVM_CHECK(BlockBegin(block) + kBlockBytes <= committed_end_ || CommitMargin());  // HM-1
    FOXVM_CHECK(BlockBegin(block) + kBlockBytes <= committed_end_);                    // HM-1
    ++top_;
    touched_end_ = std::max(touched_end_, extent().end);
    state_.PushReserved(BlockState::kFree);
    is_pinned_.PushReserved(0);
  }
  is_pinned_[block] = bump.pinned;
  state_[block] = BlockState::kInUse;
  ++in_use_;
  return block;
}

void OldSpace::StartSweep(size_t live_bytes) {
  FOXVM_DCHECK(!sweeping());
  for (Bump* bump : {&movable_, &pinned_}) {
    bump->hole = {};
    bump->block_end = 0;
    bump->medium = {};
    bump->reusable.clear();
  }
  reusable_bytes_ = 0;
  sweep_next_ = 0;
  sweep_end_ = top_;
  for (BlockState& state : state_) {
    if (state == BlockState::kInUse) state = BlockState::kUnswept;
  }
  live_bytes_ = live_bytes;
}

void OldSpace::SweepSome(size_t blocks) {
  if (!sweeping()) return;
  for (; blocks > 0 && sweeping(); --blocks) {
    Reusable next;
    if (!SweepNext(&next)) continue;
    BumpOf(next.block).reusable.PushReserved(next);
    reusable_bytes_ += next.bytes;
  }
  const size_t keep = in_use_ / kKeptFraction + (reserve_bytes_ >> kBlockShift);
  if (!sweeping() || free_.size() > keep + kTrimBatch) TrimFreeBlocks(keep);
}

void OldSpace::FinishSweep() { SweepSome(SIZE_MAX); }

bool OldSpace::SweepNext(Reusable* next) {
  uint32_t block = sweep_next_++;
  // Free, or taken since the marking: allocation may be under way in it.
  if (state_[block] != BlockState::kUnswept) return false;
  state_[block] = BlockState::kInUse;
  size_t bytes = SweepBlock(block);
  *next = {block, static_cast<uint32_t>(bytes)};
  return bytes >= kMinReusableBytes && bytes < kBlockBytes;
}

size_t OldSpace::SweepBlock(uint32_t block) {
  uint8_t* begin = marks_.At(BlockBegin(block));
  BlockBits bits(begin, marks_.epoch());
  if (!bits.any_live()) {
    if (poison_) PoisonRange(BlockBegin(block), BlockBegin(block) + kBlockBytes);
    std::memset(begin, 0, kBlockBytes / kObjectAlignment);
    ReleaseBlock(block);
    return kBlockBytes;
  }
  if (bits.any_dead()) {
    if (poison_) {
      bits.ForEachDeadStart([&](size_t granule) {
        const uint8_t* last = MarkTable::EndOfObject(begin + granule, begin + kBlockBytes / kObjectAlignment);
        PoisonRange(marks_.AddressOf(begin + granule), marks_.AddressOf(last + 1));
      });
    }
    bits.DropDead([&](size_t granule) { begin[granule] = 0; });
  }
  return bits.GranulesInHoles() << kObjectAlignmentLog2;
}

void OldSpace::TakeSparseBlocks(size_t max_bytes, bool thorough, absl::FunctionRef<bool(uint32_t)> leave_out,
                                Vector<uint32_t>* blocks, size_t* bytes) {
  FOXVM_DCHECK(!sweeping());
  if (!thorough && reusable_bytes_ < (size_t{in_use_} << kBlockShift) / kManyHoles) return;
  const size_t min_free = thorough ? kMinReusableBytes : kMinSparseBytes;
  Vector<Reusable> sparse(tables_);
  if (!sparse.TryReserve(movable_.reusable.size())) return;
  for (const Reusable& each : movable_.reusable) {
    if (each.bytes >= min_free && !leave_out(each.block)) sparse.PushReserved(each);
  }
  std::sort(sparse.begin(), sparse.end(),
            [](const Reusable& a, const Reusable& b) { return a.bytes > b.bytes; });
  // What a block has free is won, and no hole any more.
  size_t in_use = size_t{in_use_} << kBlockShift;
  size_t holes = reusable_bytes_;
  size_t count = 0;
  size_t live = 0;
  while (count < sparse.size() && (thorough || holes > in_use / kFewHoles) &&
         live + kBlockBytes - sparse[count].bytes <= max_bytes) {
    in_use -= sparse[count].bytes;
    holes -= sparse[count].bytes;
    live += kBlockBytes - sparse[count++].bytes;
  }
  const size_t needed = (live + kBlockBytes - 1) / kBlockBytes;
  const size_t won = count - std::min(count, needed);
  if (won < (thorough ? 1 : kMinBlocksWon) || !blocks->TryReserve(count)) return;
  *bytes = live;
  for (size_t i = 0; i < count; ++i) {
    state_[sparse[i].block] = BlockState::kSparse;
    blocks->PushReserved(sparse[i].block);
    reusable_bytes_ -= sparse[i].bytes;
  }
  const auto kept =
      std::remove_if(movable_.reusable.begin(), movable_.reusable.end(),
                     [this](const Reusable& each) { return state_[each.block] == BlockState::kSparse; });
  movable_.reusable.Truncate(static_cast<size_t>(kept - movable_.reusable.begin()));
}

bool OldSpace::CommitFor(size_t bytes) {
  // Medium objects may leave a quarter of each block unused.
  const size_t needed = (bytes + bytes / 3) / kBlockBytes + 3;
  const size_t ready = free_.size() + decommitted_.size() + ((committed_end_ - extent().end) >> kBlockShift);
  if (ready >= needed) return true;
  const size_t step = (needed - ready) << kBlockShift;
  return step <= zone_.end - committed_end_ && CommitUpTo(committed_end_ + step);
}

void OldSpace::ReleaseSparse(uint32_t block) {
  const Zone zone = BlockZone(block);
  if (poison_) PoisonRange(zone.begin, zone.end);
  marks_.ClearRange(zone.begin, zone.end);
  ReleaseBlock(block);
}

void OldSpace::ReleaseBlock(uint32_t block) {
  cards_.CleanRange(BlockBegin(block), BlockBegin(block) + kBlockBytes);
  state_[block] = BlockState::kFree;
  --in_use_;
  free_.PushReserved(block);
}

void OldSpace::TrimFreeBlocks(size_t keep) {
  if (free_.size() <= keep) return;
  // Low blocks are kept, so that the heap's extent, which card scanning walks, is refilled from the bottom.
  std::sort(free_.begin(), free_.end(), std::greater<>());
  size_t drop = free_.size() - keep;
  for (size_t i = 0; i < drop;) {
    size_t run = 1;
    while (i + run < drop && free_[i + run] + run == free_[i]) ++run;
    const uintptr_t begin = BlockBegin(free_[i + run - 1]);
    memory_.range.Decommit(begin, run << kBlockShift);
    // Zero before and after (OS-1).
    if (run >= kMinTableRun) marks_.Release(begin, begin + (run << kBlockShift));
    i += run;
  }
  for (size_t i = 0; i < drop; ++i) decommitted_.PushReserved(free_[i]);
  free_.EraseFront(drop);
}

uintptr_t OldSpace::ObjectCovering(uintptr_t address, uintptr_t end) const {
  const uint8_t* block_begin = marks_.At(address & ~(kBlockBytes - 1));
  const uint8_t* at = marks_.At(address);
  // The nearest byte in front tells: an end (or nothing) means that no object reaches over `address`.
  if (!MarkTable::IsStart(*at)) {
    for (const uint8_t* before = at; before > block_begin;) {
      --before;
      if (*before == 0) continue;
      if ((*before & MarkTable::kEnd) == 0) return marks_.AddressOf(before);
      break;
    }
  }
  return NextObject(address, end);
}

uintptr_t OldSpace::NextObject(uintptr_t address, uintptr_t end) const {
  uint8_t* last = marks_.At(end);
  for (uint8_t* at = MarkTable::NextNonZero(marks_.At(address), last); at < last;
       at = MarkTable::NextNonZero(at + 1, last)) {
    if (MarkTable::IsStart(*at)) return marks_.AddressOf(at);
  }
  return 0;
}

}  // namespace foxvm::gc
