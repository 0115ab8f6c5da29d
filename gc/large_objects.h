// LargeObjects: objects over kMaxSmallObjectBytes, each a run of pages of its own, never moved.
// How: free runs are kept by size (best fit, lowest address) and joined with their neighbours through a page
//      table that names the run at each run's first and last page, and for objects at every page, so that any
//      address leads to the object. A freed run of some size gives its memory back at once.
// Invariants: LO-1 the zone below `top` is covered by runs without gaps or overlaps. LO-2 two neighbouring
//      runs are never both free. LO-3 a live object's start is marked with the epoch it was reached in.
// Threads: the mutator's, stopped or allocating.  Collects: never.
#ifndef FOXVM_GC_LARGE_OBJECTS_H_
#define FOXVM_GC_LARGE_OBJECTS_H_

#include <cstddef>
#include <cstdint>

#include "gc/card_table.h"
#include "gc/free_runs.h"
#include "gc/heap_memory.h"
#include "gc/mark_table.h"
#include "gc/vector.h"

namespace foxvm::gc {

class LargeObjects {
 public:
  LargeObjects(HeapMemory& memory, TableMemory& tables, CardTable& cards, MarkTable& marks, bool poison);
  // empty() when the system had no room for the page table.
  bool empty() const { return run_of_page_.empty() || size_at_page_.empty(); }

  // Bytes of memory that an object of `bytes` takes.
  static size_t FootprintOf(size_t bytes) { return (bytes + kPageBytes - 1) & ~(kPageBytes - 1); }

  // Room for an object of `bytes`, marked, its memory undefined; 0 when no run is long enough or memory is
  // lacking. All its cards are dirty if `has_slots`.
  uintptr_t Allocate(size_t bytes, bool has_slots);

  bool Contains(const void* address) const { return zone_.Contains(reinterpret_cast<uintptr_t>(address)); }
  // True if an object starts at `address`, which is inside the zone.
  bool IsStart(uintptr_t address) const;
  // The start of the object that has `address` among its bytes, or 0. `address` is inside the zone.
  uintptr_t ObjectCovering(uintptr_t address) const;
  // Size of the object that starts at `address`.
  size_t SizeOf(uintptr_t address) const {
    return __atomic_load_n(SizeEntry(PageOf(address)), __ATOMIC_RELAXED);
  }

  // Gives back the memory of free runs.
  void ReleaseFree();
  // Frees every object that the last marking did not reach.
  void Sweep();

  // Calls visit(start, bytes) for every object that has slots.
  template <typename Visit>
  void ForEachWithSlots(Visit&& visit) const {
    for (uint32_t run : with_slots_) visit(AddressOf(runs_[run].page), runs_[run].bytes);
  }

  // Calls visit(start) for every object.
  template <typename Visit>
  void ForEach(Visit&& visit) const {
    for (uint32_t run : with_slots_) visit(AddressOf(runs_[run].page));
    for (uint32_t run : without_slots_) visit(AddressOf(runs_[run].page));
  }

  size_t used_bytes() const { return used_bytes_; }
  size_t committed_bytes() const { return used_bytes_ + idle_bytes_; }

 private:
  uint32_t PageOf(uintptr_t address) const {
    return static_cast<uint32_t>((address - zone_.begin) / kPageBytes);
  }
  uintptr_t AddressOf(uint32_t page) const { return zone_.begin + size_t{page} * kPageBytes; }
  // Run index + 1 at a run's first and last page, and at every page of an object; elsewhere that of some run
  // of before, or 0.
  uint32_t* PageEntry(uint32_t page) const { return reinterpret_cast<uint32_t*>(run_of_page_.base()) + page; }
  // Bytes of the object that starts at the page: apart from the runs, whose table grows while the marking
  // thread asks.
  size_t* SizeEntry(uint32_t page) const { return reinterpret_cast<size_t*>(size_at_page_.base()) + page; }
  uint32_t RunAt(uint32_t page) const { return *PageEntry(page) - 1; }
  // Requires room in runs_.
  uint32_t NewRun(uint32_t page, uint32_t pages);
  void DropRun(uint32_t run) {
    runs_[run].less = spare_run_;
    spare_run_ = run;
  }
  void EnterRun(uint32_t run);
  void InsertFree(uint32_t run);
  void EraseFree(uint32_t run);
  // A run of exactly `pages` pages, not in the free set; false when there is none.
  bool TakeRun(uint32_t pages, uint32_t* run);
  void Free(uint32_t run);

  HeapMemory& memory_;
  CardTable& cards_;
  MarkTable& marks_;
  const Zone zone_;
  const bool poison_;
  AddressRange run_of_page_;
  AddressRange size_at_page_;
  uintptr_t committed_end_;
  uint32_t top_page_ = 0;  // runs are below
  Vector<PageRun> runs_;
  uint32_t spare_run_ = kNoRun;  // unused records of runs_, linked by `less`
  FreeRuns free_;
  Vector<uint32_t> with_slots_;     // live objects by run
  Vector<uint32_t> without_slots_;  // live objects by run
  size_t used_bytes_ = 0;
  size_t idle_bytes_ = 0;  // free but resident
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_LARGE_OBJECTS_H_
