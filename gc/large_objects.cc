#include "gc/large_objects.h"

#include <algorithm>

#include "gc/check.h"
#include "gc/nursery.h"

namespace foxvm::gc {
namespace {

// Below this a system call to give memory back costs more than keeping it.
constexpr size_t kDecommitBytes = 64 * 1024;
constexpr size_t kCommitStepBytes = size_t{1} << 20;

}  // namespace

LargeObjects::LargeObjects(HeapMemory& memory, TableMemory& tables, CardTable& cards, MarkTable& marks,
                           bool poison)
    : memory_(memory),
      cards_(cards),
      marks_(marks),
      zone_(memory.large),
      poison_(poison),
      run_of_page_(AddressRange::MapSparse(memory.large.bytes() / kPageBytes * sizeof(uint32_t))),
      size_at_page_(AddressRange::MapSparse(memory.large.bytes() / kPageBytes * sizeof(size_t))),
      committed_end_(memory.large.begin),
      runs_(tables),
      free_(runs_),
      with_slots_(tables),
      without_slots_(tables) {}

uint32_t LargeObjects::NewRun(uint32_t page, uint32_t pages) {
  uint32_t run = spare_run_;
  if (run == kNoRun) {
    run = static_cast<uint32_t>(runs_.size());
    runs_.PushReserved(PageRun());
  } else {
    spare_run_ = runs_[run].less;
  }
  runs_[run] = PageRun{.page = page, .pages = pages};
  EnterRun(run);
  return run;
}

void LargeObjects::EnterRun(uint32_t run) {
  *PageEntry(runs_[run].page) = run + 1;
  *PageEntry(runs_[run].page + runs_[run].pages - 1) = run + 1;
}

void LargeObjects::InsertFree(uint32_t run) {
  free_.Insert(run);
  if (runs_[run].resident) idle_bytes_ += size_t{runs_[run].pages} * kPageBytes;
}

void LargeObjects::EraseFree(uint32_t run) {
  free_.Erase(run);
  if (runs_[run].resident) idle_bytes_ -= size_t{runs_[run].pages} * kPageBytes;
}

bool LargeObjects::TakeRun(uint32_t pages, uint32_t* run) {
  *run = free_.FirstOf(pages);
  if (*run != kNoRun) {
    EraseFree(*run);
    uint32_t rest = runs_[*run].pages - pages;
    if (rest != 0) {
      bool resident = runs_[*run].resident;
      runs_[*run].pages = pages;
      EnterRun(*run);
      uint32_t tail = NewRun(runs_[*run].page + pages, rest);
      runs_[tail].resident = resident;
      InsertFree(tail);
    }
    return true;
  }
  uintptr_t end = AddressOf(top_page_) + size_t{pages} * kPageBytes;
  if (end > zone_.end) return false;
  if (end > committed_end_) {
    size_t step = std::min(std::max(end - committed_end_, kCommitStepBytes), zone_.end - committed_end_);
    step = std::min((step + kCommitStepBytes - 1) & ~(kCommitStepBytes - 1), zone_.end - committed_end_);
    if (!memory_.range.Commit(committed_end_, step)) return false;
    committed_end_ += step;
  }
  *run = NewRun(top_page_, pages);
  top_page_ += pages;
  return true;
}

uintptr_t LargeObjects::Allocate(size_t bytes, bool has_slots) {
  if (bytes > zone_.bytes()) return 0;
  Vector<uint32_t>& live = has_slots ? with_slots_ : without_slots_;
  if (!runs_.TryReserve(runs_.size() + 1) || !live.TryReserve(live.size() + 1)) return 0;
  uint32_t run;
  if (!TakeRun(static_cast<uint32_t>(FootprintOf(bytes) / kPageBytes), &run)) return 0;
  runs_[run].bytes = bytes;
  __atomic_store_n(SizeEntry(runs_[run].page), bytes, __ATOMIC_RELAXED);
  runs_[run].has_slots = has_slots;
  runs_[run].resident = true;
  uintptr_t start = AddressOf(runs_[run].page);
  for (uint32_t i = 0; i < runs_[run].pages; ++i) *PageEntry(runs_[run].page + i) = run + 1;
  marks_.SetLargeStart(start);
  if (has_slots) cards_.DirtyRange(start, start + bytes);
  live.PushReserved(run);
  used_bytes_ += FootprintOf(bytes);
  return start;
}

bool LargeObjects::IsStart(uintptr_t address) const {
  if (address % kPageBytes != 0 || PageOf(address) >= top_page_) return false;
  if (!MarkTable::IsStart(*marks_.At(address))) return false;
  return runs_[RunAt(PageOf(address))].bytes != 0;
}

uintptr_t LargeObjects::ObjectCovering(uintptr_t address) const {
  uint32_t page = PageOf(address);
  uint32_t entry = page < top_page_ ? *PageEntry(page) : 0;
  if (entry == 0) return 0;
  // The entry may be left from another run: only one that has an object here answers.
  const PageRun& run = runs_[entry - 1];
  uintptr_t start = AddressOf(run.page);
  return page >= run.page && address - start < run.bytes ? start : 0;
}

void LargeObjects::Sweep() {
  for (Vector<uint32_t>* live : {&with_slots_, &without_slots_}) {
    size_t kept = 0;
    for (uint32_t run : *live) {
      uint8_t mark = *marks_.At(AddressOf(runs_[run].page));
      if (marks_.IsCurrent(mark)) {
        (*live)[kept++] = run;
      } else {
        Free(run);
      }
    }
    live->Truncate(kept);
  }
}

void LargeObjects::ReleaseFree() {
  for (uint32_t page = 0; page < top_page_;) {  // LO-1
    PageRun& run = runs_[RunAt(page)];
    page += run.pages;
    if (run.bytes != 0 || !run.resident) continue;
    memory_.range.Decommit(AddressOf(run.page), size_t{run.pages} * kPageBytes);
    run.resident = false;
  }
  idle_bytes_ = 0;
}

void LargeObjects::Free(uint32_t run) {
  uintptr_t start = AddressOf(runs_[run].page);
  size_t footprint = FootprintOf(runs_[run].bytes);
  marks_.ClearStart(start);
  if (runs_[run].has_slots) cards_.CleanRange(start, start + footprint);
  used_bytes_ -= footprint;
  bool resident = footprint < kDecommitBytes;
  if (!resident) {
    memory_.range.Decommit(start, footprint);
  } else if (poison_) {
    PoisonRange(start, start + footprint);
  }
  runs_[run].bytes = 0;
  runs_[run].resident = resident;
  // Joining a resident run with one that is not makes the whole count as resident: an overestimate, no more.
  auto join = [&](uint32_t neighbour) {
    EraseFree(neighbour);
    runs_[run].page = std::min(runs_[run].page, runs_[neighbour].page);
    runs_[run].pages += runs_[neighbour].pages;
    runs_[run].resident |= runs_[neighbour].resident;
    DropRun(neighbour);
  };
  uint32_t first = runs_[run].page;
  uint32_t behind = first + runs_[run].pages;
  if (first > 0 && runs_[RunAt(first - 1)].bytes == 0) join(RunAt(first - 1));
  if (behind < top_page_ && runs_[RunAt(behind)].bytes == 0) join(RunAt(behind));
  if (runs_[run].page + runs_[run].pages == top_page_) {
    // The rest of the zone is one gap: LO-1 ends at the top. Pages above it may keep their memory.
    if (runs_[run].resident) {
      memory_.range.Decommit(AddressOf(runs_[run].page), size_t{runs_[run].pages} * kPageBytes);
    }
    top_page_ = runs_[run].page;
    DropRun(run);
    return;
  }
  EnterRun(run);
  InsertFree(run);
}

}  // namespace foxvm::gc
