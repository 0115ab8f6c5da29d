#include "gc/os_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <utility>

#include "gc/check.h"

namespace foxvm::gc {
namespace {

size_t SystemPageBytes() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

uintptr_t AlignUp(uintptr_t address, size_t alignment) {
  return (address + alignment - 1) & ~(alignment - 1);
}

// The mapping's address, or 0.
uintptr_t Map(size_t bytes, int protection) {
  void* p = mmap(nullptr, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return p == MAP_FAILED ? 0 : reinterpret_cast<uintptr_t>(p);
}

void Unmap(uintptr_t begin, size_t bytes) {
  if (bytes != 0) FOXVM_CHECK(munmap(reinterpret_cast<void*>(begin), bytes) == 0);
}

}  // namespace

AddressRange::~AddressRange() { Unmap(base_, bytes_); }

AddressRange::AddressRange(AddressRange&& other) noexcept
    : base_(std::exchange(other.base_, 0)), bytes_(std::exchange(other.bytes_, 0)) {}

AddressRange& AddressRange::operator=(AddressRange&& other) noexcept {
  std::swap(base_, other.base_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

AddressRange AddressRange::Reserve(size_t bytes, size_t alignment) {
  AddressRange range;
  bytes = AlignUp(bytes, SystemPageBytes());
  uintptr_t raw = Map(bytes + alignment, PROT_NONE);
  if (raw == 0) return range;
  range.base_ = AlignUp(raw, alignment);
  range.bytes_ = bytes;
  Unmap(raw, range.base_ - raw);
  uintptr_t end = range.base_ + bytes;
  Unmap(end, raw + bytes + alignment - end);
  return range;
}

AddressRange AddressRange::MapSparse(size_t bytes) {
  AddressRange range;
  bytes = AlignUp(bytes, SystemPageBytes());
  range.base_ = Map(bytes, PROT_READ | PROT_WRITE);
  if (range.base_ == 0) return range;
  range.bytes_ = bytes;
  // A huge page per touched table would cost megabytes in a small process. Advice only: failure changes
  // nothing.
  madvise(reinterpret_cast<void*>(range.base_), bytes, MADV_NOHUGEPAGE);
  return range;
}

bool AddressRange::Commit(uintptr_t begin, size_t bytes) {
  uintptr_t first = begin & ~(SystemPageBytes() - 1);
  uintptr_t end = AlignUp(begin + bytes, SystemPageBytes());
  FOXVM_DCHECK(first >= base_ && end <= base_ + bytes_);
  return mprotect(reinterpret_cast<void*>(first), end - first, PROT_READ | PROT_WRITE) == 0;
}

void AddressRange::Touch(uintptr_t begin, size_t bytes) {
  if (bytes == 0) return;
  uintptr_t first = begin & ~(SystemPageBytes() - 1);
  uintptr_t end = AlignUp(begin + bytes, SystemPageBytes());
  // One call where the system knows it (Linux 5.14); a store into each page elsewhere.
  if (madvise(reinterpret_cast<void*>(first), end - first, MADV_POPULATE_WRITE) == 0) return;
  for (uintptr_t page = first; page < end; page += SystemPageBytes()) {
    auto* word = reinterpret_cast<volatile uint64_t*>(page);
    *word = *word;
  }
}

void AddressRange::Decommit(uintptr_t begin, size_t bytes) {
  uintptr_t first = AlignUp(begin, SystemPageBytes());
  uintptr_t end = (begin + bytes) & ~(SystemPageBytes() - 1);
  if (first < end) FOXVM_CHECK(madvise(reinterpret_cast<void*>(first), end - first, MADV_DONTNEED) == 0);
}

}  // namespace foxvm::gc
