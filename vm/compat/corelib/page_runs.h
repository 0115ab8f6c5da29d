// PageRuns: runs of pages from one reserved range, and a record for each page.
// How: free runs hang in lists by the logarithm of their length and are joined with their neighbours through
//      the records at a run's two ends. Since all memory is from one range, a look at the record tells
//      whether an address is the library's own. Large free runs give their memory back.
// Invariants: PR-1 runs, free or taken, cover the pages below `top_`. PR-2 no two neighbouring runs are both
//      free. PR-3 a free run's memory is zero but for at most `dirty` of its pages.
// Threads: one at a time.  Owns: the range.
#ifndef FOXVM_VM_COMPAT_CORELIB_PAGE_RUNS_H_
#define FOXVM_VM_COMPAT_CORELIB_PAGE_RUNS_H_

#include <cstddef>
#include <cstdint>

#include "vm/compat/corelib/words.h"

namespace foxvm::corelib {

inline constexpr size_t kPageBytes = 4096;
inline constexpr uint32_t kNoPage = ~uint32_t{0};

enum class PageState : uint8_t { kInside, kFree, kSmall, kLarge };

// At a run's first page; of a free run `pages` and `state` are at its last page too.
struct PageInfo {
  GranuleSet used;   // kSmall: granules of blocks, of the page's header and of the hole being filled
  GranuleSet start;  // kSmall: first granules of live blocks
  uint32_t pages;
  uint32_t dirty;  // kFree: pages that may not be zero
  // A list of free runs, or of small pages with room.
  uint32_t next;
  uint32_t previous;
  // All runs with blocks, in the order of the pages' headers.
  uint32_t next_header;
  uint32_t previous_header;
  PageState state;
  bool listed;             // kSmall: in the list of pages with room
  uint16_t free_granules;  // kSmall
};

class PageRuns {
 public:
  // A run of `pages` > 0 zero pages, state kInside; kNoPage when there is no memory. Reserves the range at
  // first.
  uint32_t Take(uint32_t pages);
  void Release(uint32_t page);
  // Takes back all runs, but keeps the memory of a few pages.
  void Reset();

  // Most bytes of a run.
  static constexpr size_t kMaxBytes = size_t{256} << 30;

  bool Contains(uintptr_t address) const { return address - base_ < size_t{top_} * kPageBytes; }
  uint32_t PageOf(uintptr_t address) const { return static_cast<uint32_t>((address - base_) / kPageBytes); }
  uintptr_t AddressOf(uint32_t page) const { return base_ + size_t{page} * kPageBytes; }
  PageInfo& Info(uint32_t page) { return infos_[page]; }

 private:
  static constexpr uint32_t kLists = 32;

  bool Reserve();
  // A run of exactly `pages` from the lists, or new ones; out of every list.
  uint32_t TakeListed(uint32_t pages);
  uint32_t TakeNew(uint32_t pages);
  bool Commit(uint32_t pages);
  void Unlist(uint32_t page);
  // Enters a free run into the lists.
  void List(uint32_t page, uint32_t pages, uint32_t dirty);

  uintptr_t base_;
  PageInfo* infos_;
  uint32_t limit_;      // pages of the range
  uint32_t committed_;  // pages that have memory, as have their records
  uint32_t top_;        // pages ever taken
  uint32_t nonempty_;   // by list: bit
  uint32_t first_[kLists];
};

}  // namespace foxvm::corelib

#endif  // FOXVM_VM_COMPAT_CORELIB_PAGE_RUNS_H_
