// FreeRuns: the free page runs of the large-object space, found by size.
// How: a treap (a search tree whose nodes also form a heap of pseudo-random priorities, and so stay near log
//      n deep) ordered by pages, then address, linked through the runs' own records: a run that becomes free,
//      which happens while sweeping, takes no memory.
// Threads: one at a time.  Collects: never.  Owns: nothing; the runs are LargeObjects'.
#ifndef FOXVM_GC_FREE_RUNS_H_
#define FOXVM_GC_FREE_RUNS_H_

#include <cstddef>
#include <cstdint>
#include <utility>

#include "gc/identity_hash.h"
#include "gc/vector.h"

namespace foxvm::gc {

inline constexpr uint32_t kNoRun = UINT32_MAX;

struct PageRun {
  uint32_t page = 0;
  uint32_t pages = 0;
  size_t bytes = 0;  // of the object; 0: free
  bool has_slots = false;
  bool resident = true;  // free, and its memory not given back
  // Of a free run: those of fewer pages or a lower address, and the others. Of an unused record: the next
  // one.
  uint32_t less = kNoRun;
  uint32_t more = kNoRun;
};

class FreeRuns {
 public:
  // `runs` is the table that the numbers of runs are of; it may grow.
  explicit FreeRuns(Vector<PageRun>& runs) : runs_(runs) {}

  // `run`, whose pages stay as they are until it is erased.
  void Insert(uint32_t run) {
    uint32_t* link = &root_;
    while (*link != kNoRun && PriorityOf(*link) >= PriorityOf(run)) {
      link = Before(run, *link) ? &runs_[*link].less : &runs_[*link].more;
    }
    uint32_t rest = *link;
    *link = run;
    // What the subtree in this place has goes below `run`, to both sides.
    uint32_t* less = &runs_[run].less;
    uint32_t* more = &runs_[run].more;
    while (rest != kNoRun) {
      if (Before(rest, run)) {
        *less = rest;
        less = &runs_[rest].more;
        rest = *less;
      } else {
        *more = rest;
        more = &runs_[rest].less;
        rest = *more;
      }
    }
    *less = *more = kNoRun;
  }

  // `run` is free.
  void Erase(uint32_t run) {
    uint32_t* link = &root_;
    while (*link != run) link = Before(run, *link) ? &runs_[*link].less : &runs_[*link].more;
    uint32_t less = runs_[run].less;
    uint32_t more = runs_[run].more;
    while (less != kNoRun && more != kNoRun) {
      if (PriorityOf(less) >= PriorityOf(more)) {
        *link = less;
        link = &runs_[less].more;
        less = *link;
      } else {
        *link = more;
        link = &runs_[more].less;
        more = *link;
      }
    }
    *link = less != kNoRun ? less : more;
  }

  // The smallest run of at least `pages`, of those the one with the lowest address; kNoRun when there is
  // none.
  uint32_t FirstOf(uint32_t pages) const {
    uint32_t found = kNoRun;
    for (uint32_t at = root_; at != kNoRun;) {
      if (runs_[at].pages >= pages) {
        found = at;
        at = runs_[at].less;
      } else {
        at = runs_[at].more;
      }
    }
    return found;
  }

 private:
  bool Before(uint32_t a, uint32_t b) const {
    return std::pair(runs_[a].pages, runs_[a].page) < std::pair(runs_[b].pages, runs_[b].page);
  }
  static uint64_t PriorityOf(uint32_t run) { return MixHash(run + uint64_t{1}); }

  Vector<PageRun>& runs_;
  uint32_t root_ = kNoRun;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_FREE_RUNS_H_
