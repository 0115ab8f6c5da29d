// Blocks: memory of any size behind an 8-byte header, in pages with a 48-byte header, as the host's assembly
// reads them; and the check whether an address is a live block.
// How: allocation bumps through a hole of the current page; a freed block becomes part of a hole, and a page
//      with enough of them is filled again. The headers in the pages are written for the host and never read
//      back: what the library goes by is in the pages' records, so a program that overruns a block or frees
//      what it does not own cannot lead it astray.
// Invariants: BL-1 a block is 16 bytes times n, its header at a multiple of 16 and the user's bytes behind
//      it. BL-2 the current page is in no list of pages with room. BL-3 all granules of the hole are `used`,
//      none is a start.
// Threads: one at a time.
#ifndef FOXVM_VM_COMPAT_CORELIB_BLOCKS_H_
#define FOXVM_VM_COMPAT_CORELIB_BLOCKS_H_

#include <cstddef>
#include <cstdint>

#include "vm/compat/corelib/corelib.h"
#include "vm/compat/corelib/page_runs.h"

namespace foxvm::corelib {

// What the host reads in front of each page's blocks.
struct PageHeader {
  uint64_t next;  // address of a page header, or 0
  uint64_t previous;
  int64_t seconds;  // when the page was taken into use
  uint64_t bytes;   // of the page, or of the run of pages that holds one large block
  uint64_t magic;   // kPageMagic
  uint64_t reserved;
};
static_assert(sizeof(PageHeader) == 48);
inline constexpr uint64_t kPageMagic = 0x584F464C454F5A56;  // "VZOELFOX"

inline constexpr size_t kGranuleBytes = 16;
inline constexpr size_t kBlockHeaderBytes = 8;

class Blocks {
 public:
  // `size` zero bytes at an address of 8 modulo 16; null when `size` is negative or there is no memory.
  void* Allocate(int64_t size) {
    if (static_cast<uint64_t>(size) >= PageRuns::kMaxBytes) return nullptr;
    size_t bytes = (static_cast<size_t>(size) + kBlockHeaderBytes + kGranuleBytes - 1) & ~(kGranuleBytes - 1);
    if (bytes > hole_end_ - hole_begin_) return AllocateSlow(size, bytes);
    return AllocateInHole(size, bytes);
  }
  // No effect unless `user` is a live block.
  void Free(void* user);
  // Frees everything. The first page stays, empty, when there ever was one.
  void Reset();

  // Bytes that a live block has for its user; 0 when `user` is not one.
  size_t BytesOf(const void* user) {
    return user == known_ && user != nullptr ? known_bytes_ : BytesOfSlow(user);
  }

 private:
  void* AllocateInHole(int64_t size, size_t bytes) {
    uintptr_t block = hole_begin_;
    hole_begin_ += bytes;
    hole_info_->start.Add(GranuleOf(block));
    current_offset = static_cast<int64_t>(hole_begin_ - hole_page_);
    if (block < clean_from_) ZeroWords(block, hole_begin_ < clean_from_ ? hole_begin_ : clean_from_);
    return EnterBlock(block, size);
  }
  static void* EnterBlock(uintptr_t block, int64_t size) {
    *reinterpret_cast<int64_t*>(block) = size;
    return reinterpret_cast<void*>(block + kBlockHeaderBytes);
  }
  static uint32_t GranuleOf(uintptr_t address) {
    return static_cast<uint32_t>(address % kPageBytes / kGranuleBytes);
  }

  void* AllocateSlow(int64_t size, size_t bytes);
  void* AllocateLarge(int64_t size, size_t bytes);
  size_t BytesOfSlow(const void* user);
  size_t Find(const void* user);
  void FreeSmall(uint32_t page, uint32_t first);
  // The hole becomes the whole current page, which has no block.
  void WidenHole();
  // Gives the rest of the hole up: no page is current then. Returns the one that was, in no list.
  uint32_t LeavePage();
  // Makes a page with a hole of `granules` current: one with room, or a new one. False when there is no
  // memory.
  bool FindHole(uint32_t granules);
  bool TakeHole(uint32_t page, uint32_t granules);
  bool NewPage();
  // The granule behind the block that starts at `first`.
  uint32_t EndOfBlock(uint32_t page, uint32_t first);
  // The first granule of the live block at `user` in a kSmall page; 0 when there is none.
  uint32_t FindSmall(uint32_t page, uintptr_t user);
  bool IsCurrent(uint32_t page) { return hole_info_ == &runs_.Info(page); }

  void ListPage(uint32_t page);
  void UnlistPage(uint32_t page);
  void ReleaseRun(uint32_t page);
  // Writes the header of a run that is taken into use, last of all.
  void EnterHeader(uint32_t page, PageState state);
  void AppendHeader(uint32_t page);
  void UnlinkHeader(uint32_t page);
  // current_page_ptr and current_offset as the host sees them.
  void Publish();
  PageHeader* HeaderOf(uint32_t page) { return reinterpret_cast<PageHeader*>(runs_.AddressOf(page)); }

  PageRuns runs_;
  PageInfo* hole_info_;  // of the current page; null: none
  uintptr_t hole_page_;  // its address
  uintptr_t hole_begin_;
  uintptr_t hole_end_;
  uintptr_t clean_from_;      // of the hole: what is behind is zero
  uint32_t first_with_room_;  // page + 1; 0: none
  uint32_t last_header_;      // page + 1; 0: none
  const void* known_;         // the live block last asked for: an arena or a pool in use
  size_t known_bytes_;
};

// The library's one allocator.
extern Blocks blocks;

}  // namespace foxvm::corelib

#endif  // FOXVM_VM_COMPAT_CORELIB_BLOCKS_H_
