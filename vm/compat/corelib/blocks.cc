#include "vm/compat/corelib/blocks.h"

#include "vm/compat/corelib/system_calls.h"

namespace foxvm::corelib {
namespace {

constexpr uint32_t kHeaderGranules = sizeof(PageHeader) / kGranuleBytes;
constexpr size_t kMaxSmallBytes = kPageBytes - sizeof(PageHeader);
// A page with less room than this is not worth going back to.
constexpr uint32_t kWorthGranules = GranuleSet::kSize / 4;
// Pages with room looked at before a new one is taken.
constexpr int kLooks = 8;

// The seconds of page headers: asking the system once for each page would cost more than the page.
int64_t CachedSeconds() {
  constexpr uint64_t kTicks = uint64_t{1} << 28;  // about a tenth of a second
  static uint64_t asked_at = 0;
  static int64_t seconds = 0;
  uint64_t now = __builtin_ia32_rdtsc();
  if (seconds == 0 || now - asked_at > kTicks) {
    seconds = SecondsNow();
    asked_at = now;
  }
  return seconds;
}

}  // namespace

constinit Blocks blocks{};

void* Blocks::AllocateSlow(int64_t size, size_t bytes) {
  if (bytes > kMaxSmallBytes) return AllocateLarge(size, bytes);
  if (!FindHole(static_cast<uint32_t>(bytes / kGranuleBytes))) return nullptr;
  return AllocateInHole(size, bytes);
}

void* Blocks::AllocateLarge(int64_t size, size_t bytes) {
  size_t pages = (bytes + sizeof(PageHeader) + kPageBytes - 1) / kPageBytes;
  uint32_t page = runs_.Take(static_cast<uint32_t>(pages));
  if (page == kNoPage) return nullptr;
  EnterHeader(page, PageState::kLarge);
  if (hole_info_ != nullptr) {
    // The current page is the last one of the list, as a program that walks back from it expects.
    uint32_t current = runs_.PageOf(hole_page_);
    UnlinkHeader(current);
    AppendHeader(current);
  }
  Publish();
  return EnterBlock(runs_.AddressOf(page) + sizeof(PageHeader), size);
}

void Blocks::Free(void* user) {
  auto address = reinterpret_cast<uintptr_t>(user);
  if (!runs_.Contains(address)) return;
  if (user == known_) known_ = nullptr;
  uint32_t page = runs_.PageOf(address);
  switch (runs_.Info(page).state) {
    case PageState::kSmall: {
      uint32_t first = FindSmall(page, address);
      if (first != 0) FreeSmall(page, first);
      return;
    }
    case PageState::kLarge:
      if (address % kPageBytes == sizeof(PageHeader) + kBlockHeaderBytes) ReleaseRun(page);
      return;
    case PageState::kInside:
    case PageState::kFree: return;
  }
}

void Blocks::FreeSmall(uint32_t page, uint32_t first) {
  PageInfo& info = runs_.Info(page);
  uint32_t end = EndOfBlock(page, first);
  uintptr_t block = runs_.AddressOf(page) + first * kGranuleBytes;
  auto* header = reinterpret_cast<int64_t*>(block);
  // A program may look at it: the size, negative. An empty block has the sign of its room.
  *header = *header > 0 ? -*header : -static_cast<int64_t>(kBlockHeaderBytes);
  info.start.Remove(first);
  bool current = IsCurrent(page);
  if (current && block + (end - first) * kGranuleBytes == hole_begin_) {
    if (hole_begin_ > clean_from_) clean_from_ = hole_begin_;
    hole_begin_ = block;
  } else {
    info.used.RemoveRange(first, end);
    info.free_granules = static_cast<uint16_t>(info.free_granules + (end - first));
  }
  if (info.start.empty()) {
    if (!current) return ReleaseRun(page);
    if (hole_end_ - hole_begin_ != kMaxSmallBytes) WidenHole();
  } else if (!current && !info.listed && info.free_granules >= kWorthGranules) {
    ListPage(page);
  }
  if (current) current_offset = static_cast<int64_t>(hole_begin_ - hole_page_);
}

void Blocks::WidenHole() {
  uintptr_t page_end = hole_page_ + kPageBytes;
  if (hole_end_ != page_end) clean_from_ = page_end;
  if (hole_begin_ > clean_from_) clean_from_ = hole_begin_;
  hole_begin_ = hole_page_ + sizeof(PageHeader);
  hole_end_ = page_end;
  hole_info_->used.AddRange(0, GranuleSet::kSize);
  hole_info_->free_granules = 0;
}

uint32_t Blocks::EndOfBlock(uint32_t page, uint32_t first) {
  PageInfo& info = runs_.Info(page);
  // The hole's granules count as used: where it begins is an end too.
  uint32_t hole = IsCurrent(page) ? GranuleOf(hole_begin_) : 0;
  uint64_t hole_bit = uint64_t{hole != 0} << hole % 64;
  return GranuleSet::Next(first + 1, [&info, hole, hole_bit](uint32_t word) {
    return info.start.words[word] | ~info.used.words[word] | (word == hole / 64 ? hole_bit : 0);
  });
}

uint32_t Blocks::FindSmall(uint32_t page, uintptr_t user) {
  if (user % kGranuleBytes != kBlockHeaderBytes) return 0;
  uint32_t first = GranuleOf(user);
  return runs_.Info(page).start.Contains(first) ? first : 0;
}

size_t Blocks::BytesOfSlow(const void* user) {
  known_bytes_ = Find(user);
  known_ = known_bytes_ == 0 ? nullptr : user;
  return known_bytes_;
}

size_t Blocks::Find(const void* user) {
  auto address = reinterpret_cast<uintptr_t>(user);
  if (!runs_.Contains(address)) return 0;
  uint32_t page = runs_.PageOf(address);
  PageInfo& info = runs_.Info(page);
  if (info.state == PageState::kSmall) {
    uint32_t first = FindSmall(page, address);
    return first == 0 ? 0 : (EndOfBlock(page, first) - first) * kGranuleBytes - kBlockHeaderBytes;
  }
  constexpr size_t kBefore = sizeof(PageHeader) + kBlockHeaderBytes;
  if (info.state != PageState::kLarge || address % kPageBytes != kBefore) return 0;
  return size_t{info.pages} * kPageBytes - kBefore;
}

bool Blocks::FindHole(uint32_t granules) {
  if (hole_info_ != nullptr) {
    uint32_t left = LeavePage();
    if (TakeHole(left, granules)) return true;
    if (runs_.Info(left).free_granules >= kWorthGranules) ListPage(left);
  }
  uint32_t page = first_with_room_ - 1;
  for (int i = 0; i < kLooks && page != kNoPage; ++i) {
    uint32_t next = runs_.Info(page).next;
    if (TakeHole(page, granules)) return true;
    page = next;
  }
  return NewPage();
}

uint32_t Blocks::LeavePage() {
  PageInfo& info = *hole_info_;
  uint32_t begin = static_cast<uint32_t>((hole_begin_ - hole_page_) / kGranuleBytes);
  uint32_t end = static_cast<uint32_t>((hole_end_ - hole_page_) / kGranuleBytes);
  info.used.RemoveRange(begin, end);
  info.free_granules = static_cast<uint16_t>(info.free_granules + (end - begin));
  hole_info_ = nullptr;
  hole_begin_ = 0;
  hole_end_ = 0;
  return runs_.PageOf(hole_page_);
}

bool Blocks::TakeHole(uint32_t page, uint32_t granules) {
  PageInfo& info = runs_.Info(page);
  if (info.free_granules < granules) return false;
  uint32_t begin = info.used.NextOut(kHeaderGranules);
  while (begin < GranuleSet::kSize) {
    uint32_t end = info.used.NextIn(begin);
    if (end - begin >= granules) {
      if (info.listed) UnlistPage(page);
      info.used.AddRange(begin, end);
      info.free_granules = static_cast<uint16_t>(info.free_granules - (end - begin));
      hole_info_ = &info;
      hole_page_ = runs_.AddressOf(page);
      hole_begin_ = hole_page_ + begin * kGranuleBytes;
      hole_end_ = hole_page_ + end * kGranuleBytes;
      clean_from_ = hole_end_;
      UnlinkHeader(page);
      AppendHeader(page);
      Publish();
      return true;
    }
    begin = info.used.NextOut(end);
  }
  return false;
}

bool Blocks::NewPage() {
  uint32_t page = runs_.Take(1);
  if (page == kNoPage) {
    Publish();
    return false;
  }
  PageInfo& info = runs_.Info(page);
  info.used = {};
  info.used.AddRange(0, GranuleSet::kSize);
  info.start = {};
  info.listed = false;
  info.free_granules = 0;
  EnterHeader(page, PageState::kSmall);
  hole_info_ = &info;
  hole_page_ = runs_.AddressOf(page);
  hole_begin_ = hole_page_ + sizeof(PageHeader);
  hole_end_ = hole_page_ + kPageBytes;
  clean_from_ = hole_begin_;
  Publish();
  return true;
}

void Blocks::Reset() {
  if (last_header_ == 0) return;
  runs_.Reset();
  known_ = nullptr;
  hole_info_ = nullptr;
  hole_begin_ = 0;
  hole_end_ = 0;
  first_with_room_ = 0;
  last_header_ = 0;
  NewPage();
}

void Blocks::ListPage(uint32_t page) {
  PageInfo& info = runs_.Info(page);
  info.listed = true;
  info.previous = kNoPage;
  info.next = first_with_room_ - 1;
  if (info.next != kNoPage) runs_.Info(info.next).previous = page;
  first_with_room_ = page + 1;
}

void Blocks::UnlistPage(uint32_t page) {
  PageInfo& info = runs_.Info(page);
  info.listed = false;
  if (info.next != kNoPage) runs_.Info(info.next).previous = info.previous;
  if (info.previous != kNoPage) {
    runs_.Info(info.previous).next = info.next;
  } else {
    first_with_room_ = info.next + 1;
  }
}

void Blocks::ReleaseRun(uint32_t page) {
  PageInfo& info = runs_.Info(page);
  if (info.state == PageState::kSmall && info.listed) UnlistPage(page);
  UnlinkHeader(page);
  runs_.Release(page);
  Publish();
}

void Blocks::EnterHeader(uint32_t page, PageState state) {
  PageInfo& info = runs_.Info(page);
  info.state = state;
  PageHeader* header = HeaderOf(page);
  header->seconds = CachedSeconds();
  header->bytes = size_t{info.pages} * kPageBytes;
  header->magic = kPageMagic;
  AppendHeader(page);
}

void Blocks::AppendHeader(uint32_t page) {
  PageInfo& info = runs_.Info(page);
  PageHeader* header = HeaderOf(page);
  info.next_header = kNoPage;
  info.previous_header = last_header_ - 1;
  header->next = 0;
  header->previous = 0;
  if (info.previous_header != kNoPage) {
    runs_.Info(info.previous_header).next_header = page;
    HeaderOf(info.previous_header)->next = runs_.AddressOf(page);
    header->previous = runs_.AddressOf(info.previous_header);
  }
  last_header_ = page + 1;
}

void Blocks::UnlinkHeader(uint32_t page) {
  PageInfo& info = runs_.Info(page);
  uint64_t next = info.next_header == kNoPage ? 0 : runs_.AddressOf(info.next_header);
  uint64_t previous = info.previous_header == kNoPage ? 0 : runs_.AddressOf(info.previous_header);
  if (next != 0) {
    runs_.Info(info.next_header).previous_header = info.previous_header;
    HeaderOf(info.next_header)->previous = previous;
  } else {
    last_header_ = info.previous_header + 1;
  }
  if (previous != 0) {
    runs_.Info(info.previous_header).next_header = info.next_header;
    HeaderOf(info.previous_header)->next = next;
  }
}

void Blocks::Publish() {
  if (hole_info_ != nullptr) {
    current_page_ptr = hole_page_;
    current_offset = static_cast<int64_t>(hole_begin_ - hole_page_);
    return;
  }
  // Only large blocks, or nothing: there is no room in front of the next page.
  current_page_ptr = last_header_ == 0 ? 0 : runs_.AddressOf(last_header_ - 1);
  current_offset = last_header_ == 0 ? 0 : static_cast<int64_t>(kPageBytes);
}

}  // namespace foxvm::corelib
