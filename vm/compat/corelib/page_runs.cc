#include "vm/compat/corelib/page_runs.h"

#include "vm/compat/corelib/system_calls.h"

namespace foxvm::corelib {
namespace {

constexpr size_t kMinRangeBytes = size_t{1} << 20;
constexpr uint32_t kMinCommitPages = 32;
constexpr uint32_t kMaxCommitPages = 1024;
// So many dirty pages in one free run are worth the system call that gives the memory back.
constexpr uint32_t kDropPages = 64;
// Pages whose memory stays after a reset.
constexpr uint32_t kKeptPages = 64;
// Runs of one list looked at for a fit before a longer list is split.
constexpr int kLooks = 8;

uint32_t ListOf(uint32_t pages) { return 31 - static_cast<uint32_t>(__builtin_clz(pages)); }

// The records follow the pages in the range.
size_t InfoBytes(size_t pages) { return (pages * sizeof(PageInfo) + kPageBytes - 1) & ~(kPageBytes - 1); }

}  // namespace

bool PageRuns::Reserve() {
  for (size_t bytes = kMaxBytes; bytes >= kMinRangeBytes; bytes /= 2) {
    size_t pages = bytes / kPageBytes;
    base_ = ReserveMemory(bytes + InfoBytes(pages));
    if (base_ == 0) continue;
    infos_ = reinterpret_cast<PageInfo*>(base_ + bytes);
    limit_ = static_cast<uint32_t>(pages);
    return true;
  }
  return false;
}

uint32_t PageRuns::Take(uint32_t pages) {
  if (limit_ == 0 && !Reserve()) return kNoPage;
  uint32_t page = TakeListed(pages);
  if (page == kNoPage) return TakeNew(pages);
  PageInfo& info = Info(page);
  if (info.dirty != 0) {
    bool dropped = pages >= kDropPages && DropMemory(AddressOf(page), size_t{pages} * kPageBytes);
    if (!dropped) ZeroWords(AddressOf(page), AddressOf(page + pages));
  }
  Info(page + pages - 1).state = PageState::kInside;
  info.state = PageState::kInside;
  return page;
}

uint32_t PageRuns::TakeListed(uint32_t pages) {
  uint32_t found = kNoPage;
  uint32_t list = ListOf(pages);
  if ((nonempty_ >> list & 1) != 0) {
    uint32_t page = first_[list];
    for (int i = 0; i < kLooks && page != kNoPage; ++i, page = Info(page).next) {
      if (Info(page).pages >= pages) {
        found = page;
        break;
      }
    }
  }
  if (found == kNoPage) {
    uint32_t longer = nonempty_ & (~uint32_t{1} << list);
    if (longer == 0) return kNoPage;
    found = first_[__builtin_ctz(longer)];
  }
  Unlist(found);
  PageInfo& info = Info(found);
  if (info.pages > pages) {
    uint32_t rest = info.pages - pages;
    List(found + pages, rest, info.dirty < rest ? info.dirty : rest);
  }
  info.pages = pages;
  return found;
}

uint32_t PageRuns::TakeNew(uint32_t pages) {
  if (pages > limit_ - top_) return kNoPage;
  if (pages > committed_ - top_ && !Commit(pages - (committed_ - top_))) return kNoPage;
  uint32_t page = top_;
  top_ += pages;
  Info(page).pages = pages;
  return page;
}

bool PageRuns::Commit(uint32_t pages) {
  // In growing steps, so that a small program stays small and a large one makes few system calls.
  uint32_t step = committed_ / 4;
  if (step < kMinCommitPages) step = kMinCommitPages;
  if (step > kMaxCommitPages) step = kMaxCommitPages;
  if (step < pages) step = pages;
  if (step > limit_ - committed_) step = limit_ - committed_;
  auto infos = reinterpret_cast<uintptr_t>(infos_);
  size_t infos_before = InfoBytes(committed_);
  size_t infos_after = InfoBytes(committed_ + step);
  if (!CommitMemory(AddressOf(committed_), size_t{step} * kPageBytes)) return false;
  if (infos_after > infos_before && !CommitMemory(infos + infos_before, infos_after - infos_before))
    return false;
  committed_ += step;
  return true;
}

void PageRuns::Unlist(uint32_t page) {
  PageInfo& info = Info(page);
  uint32_t list = ListOf(info.pages);
  if (info.next != kNoPage) Info(info.next).previous = info.previous;
  if (info.previous != kNoPage) {
    Info(info.previous).next = info.next;
  } else if (info.next != kNoPage) {
    first_[list] = info.next;
  } else {
    nonempty_ &= ~(uint32_t{1} << list);
  }
}

void PageRuns::List(uint32_t page, uint32_t pages, uint32_t dirty) {
  uint32_t list = ListOf(pages);
  bool empty = (nonempty_ >> list & 1) == 0;
  PageInfo& last = Info(page + pages - 1);
  last.state = PageState::kFree;
  last.pages = pages;
  PageInfo& info = Info(page);
  info.state = PageState::kFree;
  info.pages = pages;
  info.dirty = dirty;
  info.previous = kNoPage;
  info.next = empty ? kNoPage : first_[list];
  if (!empty) Info(first_[list]).previous = page;
  first_[list] = page;
  nonempty_ |= uint32_t{1} << list;
}

void PageRuns::Release(uint32_t page) {
  uint32_t pages = Info(page).pages;
  uint32_t dirty = pages;
  Info(page).state = PageState::kInside;
  uint32_t behind = page + pages;
  if (behind < top_ && Info(behind).state == PageState::kFree) {
    Unlist(behind);
    pages += Info(behind).pages;
    dirty += Info(behind).dirty;
    Info(behind).state = PageState::kInside;
  }
  if (page > 0 && Info(page - 1).state == PageState::kFree) {
    uint32_t before = page - Info(page - 1).pages;
    Info(page - 1).state = PageState::kInside;
    Unlist(before);
    pages += page - before;
    dirty += Info(before).dirty;
    page = before;
  }
  if (dirty >= kDropPages && DropMemory(AddressOf(page), size_t{pages} * kPageBytes)) dirty = 0;
  List(page, pages, dirty);
}

void PageRuns::Reset() {
  if (top_ == 0) return;
  uint32_t kept = top_;
  size_t info_bytes = InfoBytes(top_);
  auto infos = reinterpret_cast<uintptr_t>(infos_);
  if (top_ > kKeptPages && DropMemory(AddressOf(kKeptPages), size_t{top_ - kKeptPages} * kPageBytes)) {
    kept = kKeptPages;
  }
  if (top_ <= kKeptPages || !DropMemory(infos, info_bytes)) ZeroWords(infos, infos + info_bytes);
  nonempty_ = 0;
  top_ = kept;
  List(0, kept, kept);
}

}  // namespace foxvm::corelib
