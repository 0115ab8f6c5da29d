#include "gc/pool.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_format.h"

namespace foxvm::gc {
namespace {

// What a list takes from a block at a time.
constexpr size_t kRefillBytes = 4096;

// A list is sorted back when about so many bytes are in it: it still fits the second-level cache.
constexpr size_t kFlushBytes = size_t{128} << 10;

// A class of up to kSampleWindow bytes frees so many slots for each sample; of a larger one there is a sample
// in kSampleWindow times as many bytes.
constexpr size_t kSampleWindow = 128;
constexpr size_t kSlotsPerSample = 256;

uintptr_t AlignUp(uintptr_t address, size_t alignment) {
  return (address + alignment - 1) & ~(alignment - 1);
}

void Unmap(uintptr_t begin, size_t bytes) {
  if (bytes != 0) FOXVM_CHECK(munmap(reinterpret_cast<void*>(begin), bytes) == 0);
}

// `bytes` bytes of zeroed memory at a multiple of `bytes`, supplied on first touch; 0 when the system
// refuses.
uintptr_t MapAligned(size_t bytes) {
  void* p =
      mmap(nullptr, 2 * bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) return 0;
  const uintptr_t raw = reinterpret_cast<uintptr_t>(p);
  const uintptr_t base = AlignUp(raw, bytes);
  Unmap(raw, base - raw);
  Unmap(base + bytes, raw + bytes - base);
  return base;
}

}  // namespace

absl::Status PoolOptions::Validate() const {
  if (class_bytes.empty() || class_bytes.size() > Pool::kMaxClasses) {
    return absl::InvalidArgumentError(
        absl::StrFormat("class_bytes must have from 1 to %d sizes", Pool::kMaxClasses));
  }
  size_t previous = 0;
  for (size_t bytes : class_bytes) {
    if (bytes <= previous || bytes % Pool::kGranuleBytes != 0 || bytes > Pool::kMaxClassBytes) {
      return absl::InvalidArgumentError(
          absl::StrFormat("class_bytes must be ascending multiples of %d up to %d", Pool::kGranuleBytes,
                          Pool::kMaxClassBytes));
    }
    previous = bytes;
  }
  if (limit_bytes < Pool::kBlockBytes) {
    return absl::InvalidArgumentError(
        absl::StrFormat("limit_bytes must be at least %d, one block", Pool::kBlockBytes));
  }
  return absl::OkStatus();
}

void Pool::Block::Take(uint32_t granule) {
  uint64_t& word = free[granule / kWordBits];
  word &= ~(uint64_t{1} << granule % kWordBits);
  if (word == 0) nonzero &= ~(uint64_t{1} << granule / kWordBits);
  --free_count;
}

uint32_t Pool::Block::FindFree(uint32_t granule) const {
  size_t i = granule / kWordBits;
  uint64_t word = free[i] & ~uint64_t{0} << granule % kWordBits;
  if (word == 0) {
    const uint64_t later = nonzero & ~uint64_t{1} << i;
    i = static_cast<size_t>(std::countr_zero(later != 0 ? later : nonzero));
    word = free[i];
  }
  return static_cast<uint32_t>(i * kWordBits) + static_cast<uint32_t>(std::countr_zero(word));
}

void* Pool::NextOfFree(void* slot) {
  if constexpr (kAddressSanitizer) UnpoisonMemory(slot, sizeof(void*));
  void* next = Next(slot);
  if constexpr (kAddressSanitizer) PoisonMemory(slot, sizeof(void*));
  return next;
}

void Pool::SetNextOfFree(void* slot, void* next) {
  if constexpr (kAddressSanitizer) UnpoisonMemory(slot, sizeof(void*));
  SetNext(slot, next);
  if constexpr (kAddressSanitizer) PoisonMemory(slot, sizeof(void*));
}

void Pool::BlockList::Add(Block* block) {
  block->previous = nullptr;
  block->next = head;
  if (head != nullptr) head->previous = block;
  head = block;
  ++size;
}

void Pool::BlockList::Remove(Block* block) {
  (block->previous != nullptr ? block->previous->next : head) = block->next;
  if (block->next != nullptr) block->next->previous = block->previous;
  --size;
}

absl::StatusOr<std::unique_ptr<Pool>> Pool::Create(PoolOptions options) {
  if (absl::Status status = options.Validate(); !status.ok()) return status;
  return absl::WrapUnique(new Pool(std::move(options)));
}

Pool::Pool(PoolOptions options)
    : class_count_(options.class_bytes.size()),
      options_(std::move(options)),
      guarded_(options_.debug || RunningOnValgrind()),
      fills_(options_.debug && !RunningOnValgrind()) {
  std::fill(std::begin(class_of_), std::end(class_of_), static_cast<uint8_t>(class_count_));
  for (size_t i = class_count_; i-- > 0;) {
    const size_t bytes = options_.class_bytes[i];
    classes_[i].bytes = bytes;
    std::fill(class_of_, class_of_ + bytes / kGranuleBytes + 1, static_cast<uint8_t>(i));
    classes_[i].flush_samples = kFlushBytes / kSlotsPerSample / std::min(bytes, kSampleWindow);
    if (!guarded_) classes_[i].sample_mask = kSampleMask;
  }
  if (guarded_) slow_until_ = UINTPTR_MAX;
}

Pool::~Pool() {
  if (options_.budget != nullptr) options_.budget->Return(bytes_held());
  for (Region* region : regions_) {
    UnpoisonMemory(region, kRegionBytes);
    Unmap(reinterpret_cast<uintptr_t>(region), kRegionBytes);
  }
}

// --- Blocks: from the system to a class and back.

bool Pool::MapRegion() {
  Region* region = reinterpret_cast<Region*>(MapAligned(kRegionBytes));
  if (region == nullptr) return false;
  regions_.insert(region);
  region->released = kBlocksPerRegion;
  for (size_t i = kBlocksPerRegion; i-- > 0;) {  // the lowest block is to be used first
    Block* block = &region->blocks[i];
    block->base = reinterpret_cast<char*>(region) + i * kBlockBytes;
    released_.Add(block);
  }
  return true;
}

// An empty block, or null at the limit or when the system refuses.
Pool::Block* Pool::TakeBlock() {
  Block* block = spare_.head;
  if (block != nullptr) {
    spare_.Remove(block);
    return block;
  }
  if (bytes_held() > options_.limit_bytes - kBlockBytes) return nullptr;
  if (released_.head == nullptr && !MapRegion()) return nullptr;
  if (options_.budget != nullptr && !options_.budget->Take(kBlockBytes)) return nullptr;
  block = released_.head;
  released_.Remove(block);
  --RegionOf(reinterpret_cast<uintptr_t>(block))->released;
  return block;
}

void Pool::Format(Block* block, SizeClass& size_class) {
  const size_t head = BlockIndex(reinterpret_cast<uintptr_t>(block->base)) == 0 ? sizeof(Region) : 0;
  const uint32_t step = static_cast<uint32_t>(size_class.bytes / kGranuleBytes);
  block->format = &size_class;
  block->first = static_cast<uint32_t>((head + size_class.bytes - 1) / size_class.bytes) * step;
  block->capacity = (kBlockWords * kWordBits - block->first) / step;
  block->nonzero = 0;
  uint32_t granule = block->first;
  const uint32_t end = granule + block->capacity * step;
  for (uint32_t i = 0; i < kBlockWords; ++i) {
    uint64_t word = 0;
    for (const uint32_t next = std::min<uint32_t>((i + 1) * kWordBits, end); granule < next;
         granule += step) {
      word |= uint64_t{1} << granule % kWordBits;
    }
    block->free[i] = word;
    if (word != 0) block->nonzero |= uint64_t{1} << i;
  }
}

bool Pool::AddBlock(SizeClass& size_class) {
  Block* block = TakeBlock();
  if (block == nullptr) return false;
  if (block->format != &size_class) Format(block, size_class);
  block->free_count = block->capacity;
  block->next_search = block->fresh = block->first;
  ClassOf(reinterpret_cast<uintptr_t>(block->base)) = &size_class;
  size_class.partial.Add(block);
  size_class.slots += block->capacity;
  size_class.free_in_blocks += block->capacity;
  ++size_class.blocks;
  ++used_blocks_;
  const size_t first_bytes = block->first * kGranuleBytes;
  PoisonMemory(block->base + first_bytes, kBlockBytes - first_bytes);
  return true;
}

// Takes an empty block from its class.
void Pool::RetireBlock(SizeClass& size_class, Block* block) {
  size_class.partial.Remove(block);
  size_class.slots -= block->capacity;
  size_class.free_in_blocks -= block->capacity;
  --size_class.blocks;
  KeepOrRelease(block);
}

// Takes an empty block out of use.
void Pool::KeepOrRelease(Block* block) {
  --used_blocks_;
  ClassOf(reinterpret_cast<uintptr_t>(block->base)) = nullptr;
  if ((spare_.size + 1) * kBlockBytes <= options_.spare_bytes) {
    spare_.Add(block);
  } else {
    ReleaseBlock(block);
  }
}

// Gives the memory of an empty block of no class and no list to the system; with the last one, the region.
void Pool::ReleaseBlock(Block* block) {
  Region* region = RegionOf(reinterpret_cast<uintptr_t>(block));
  const uintptr_t base = reinterpret_cast<uintptr_t>(block->base);
  if (options_.budget != nullptr) options_.budget->Return(kBlockBytes);
  released_.Add(block);
  if (++region->released == kBlocksPerRegion) {
    for (Block& each : region->blocks) released_.Remove(&each);
    regions_.erase(region);
    UnpoisonMemory(region, kRegionBytes);
    Unmap(reinterpret_cast<uintptr_t>(region), kRegionBytes);
    return;
  }
  const size_t page_bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const uintptr_t begin = block == region->blocks ? AlignUp(base + sizeof(Region), page_bytes) : base;
  if (begin < base + kBlockBytes) {
    FOXVM_CHECK(madvise(reinterpret_cast<void*>(begin), base + kBlockBytes - begin, MADV_DONTNEED) == 0);
  }
}

// --- The slow paths.

// Gives the empty list of `size_class` slots of one block; false when there are none to have. They are few
// enough to touch no page that may stay unused.
bool Pool::Refill(SizeClass& size_class) {
  size_class.samples = 0;
  size_class.sample_mask = kSampleMask;
  if (size_class.partial.head == nullptr && !AddBlock(size_class)) {
    for (size_t i = 0; i < class_count_; ++i) Flush(classes_[i]);
    if (!AddBlock(size_class)) return false;
  }
  Block* block = size_class.partial.head;
  uint32_t count = 0;
  char* last = nullptr;
  do {
    const size_t i = static_cast<size_t>(std::countr_zero(block->nonzero));
    for (uint64_t word = block->free[i]; word != 0; word &= word - 1) {
      char* slot =
          block->base + (i * kWordBits + static_cast<size_t>(std::countr_zero(word))) * kGranuleBytes;
      if (last == nullptr) {
        size_class.front = slot;
      } else {
        SetNextOfFree(last, slot);
      }
      last = slot;
      ++count;
    }
    block->free[i] = 0;
    block->nonzero &= block->nonzero - 1;
  } while (count * size_class.bytes < kRefillBytes && block->nonzero != 0);
  SetNextOfFree(last, nullptr);
  block->free_count -= count;
  size_class.free_in_blocks -= count;
  if (block->free_count == 0) size_class.partial.Remove(block);
  return true;
}

void* Pool::AllocateSlow(SizeClass& size_class) {
  if (size_class.bytes == 0) return nullptr;
  if (guarded_) return AllocateGuarded(size_class);
  if (IsSparse(size_class)) {
    size_class.sample_mask = 0;
    char* slot = TakeSlot(size_class);
    if constexpr (kAddressSanitizer) UnpoisonMemory(slot, size_class.bytes);
    return slot;
  }
  if (!Refill(size_class)) return nullptr;
  return Pop(size_class);
}

void* Pool::FreeSlow(void* slot, const SizeClass* expected) {
  if (guarded_) {
    if (slot != nullptr) FreeGuarded(slot, expected);
  } else if (slot != nullptr) {
    if constexpr (kAddressSanitizer) SetNext(slot, nullptr);  // for its report of a double free
    const uintptr_t address = reinterpret_cast<uintptr_t>(slot);
    SizeClass& size_class = *ClassOf(address);
    if constexpr (kAddressSanitizer) PoisonMemory(slot, size_class.bytes);
    ReturnSlot(size_class, address);
    if (!size_class.IsShut() && ++size_class.samples == size_class.flush_samples) {
      Flush(size_class);
      // Until the class allocates again, shorter lists, which the first-level cache holds while they are
      // sorted.
      size_class.samples = size_class.flush_samples - std::max<size_t>(1, size_class.flush_samples / 8);
      if (IsSparse(size_class)) size_class.sample_mask = 0;
    }
  }
  return expected == nullptr ? nullptr : expected->front;
}

// A block that is empty then leaves the class.
inline void Pool::ReturnToBlock(SizeClass& size_class, uintptr_t address, uint64_t word, uint32_t count) {
  Block* block = BlockOf(address);
  if (block->free_count == 0) size_class.partial.Add(block);
  const uint32_t i = GranuleOf(address) / kWordBits;
  block->free[i] |= word;
  block->nonzero |= uint64_t{1} << i;
  block->free_count += count;
  if (block->free_count == block->capacity) RetireBlock(size_class, block);
}

void Pool::ReturnSlot(SizeClass& size_class, uintptr_t address) {
  ++size_class.free_in_blocks;
  ReturnToBlock(size_class, address, BitOf(address), 1);
}

// Sorts the list of free slots back to the blocks. Time: its length; what is in it was freed since the last
// time, or is the rest of one Refill.
void Pool::Flush(SizeClass& size_class) {
  size_class.samples = 0;
  void* slot = std::exchange(size_class.front, nullptr);
  size_t total = 0;
  while (slot != nullptr) {
    // Neighbours in memory are often neighbours in the list.
    const uintptr_t first = reinterpret_cast<uintptr_t>(slot);
    uint64_t word = 0;
    uint32_t count = 0;
    do {
      word |= BitOf(reinterpret_cast<uintptr_t>(slot));
      ++count;
      slot = NextOfFree(slot);
    } while (slot != nullptr && (reinterpret_cast<uintptr_t>(slot) ^ first) < kWordBytes);
    ReturnToBlock(size_class, first, word, count);
    total += count;
  }
  size_class.free_in_blocks += total;
}

// Asked when no slot is in the list of `size_class`, so that its figures are exact.
bool Pool::IsSparse(const SizeClass& size_class) const {
  return 2 * size_class.free_in_blocks > size_class.slots &&
         size_class.free_in_blocks * size_class.bytes > std::max(options_.spare_bytes, kBlockBytes);
}

char* Pool::TakeSlot(SizeClass& size_class) {
  if (size_class.partial.head == nullptr && !AddBlock(size_class)) return nullptr;
  Block* block = size_class.partial.head;
  const uint32_t granule = block->FindFree(block->next_search);
  block->Take(granule);
  --size_class.free_in_blocks;
  if (block->free_count == 0) size_class.partial.Remove(block);
  // Round the block, so that a freed slot rests as long as possible.
  block->next_search = (granule + 1) % (kBlockBytes / kGranuleBytes);
  return block->base + granule * kGranuleBytes;
}

void Pool::Reset() {
  std::vector<Block*> used;
  for (Region* region : regions_) {
    for (Block& block : region->blocks) {
      if (ClassOf(reinterpret_cast<uintptr_t>(block.base)) != nullptr) used.push_back(&block);
    }
  }
  for (size_t i = 0; i < class_count_; ++i) {
    SizeClass& size_class = classes_[i];
    size_class.front = nullptr;
    if (!guarded_) size_class.sample_mask = kSampleMask;
    size_class.samples = size_class.slots = size_class.free_in_blocks = size_class.blocks = 0;
    size_class.partial = BlockList();
  }
  for (Block* block : used) {
    PoisonMemory(block->base + block->first * kGranuleBytes, kBlockBytes - block->first * kGranuleBytes);
    block->format = nullptr;  // its bits say what was in use
    KeepOrRelease(block);
  }
}

void Pool::Trim() {
  for (size_t i = 0; i < class_count_; ++i) Flush(classes_[i]);
  while (spare_.head != nullptr) {
    Block* block = spare_.head;
    spare_.Remove(block);
    ReleaseBlock(block);
  }
}

PoolStatistics Pool::statistics() const {
  PoolStatistics total;
  for (size_t i = 0; i < class_count_; ++i) {
    const SizeClass& size_class = classes_[i];
    size_t live = size_class.slots - size_class.free_in_blocks;
    for (void* slot = size_class.front; slot != nullptr; slot = NextOfFree(slot)) --live;
    total.classes.push_back({.class_bytes = size_class.bytes,
                             .live_objects = live,
                             .live_bytes = live * size_class.bytes,
                             .blocks = size_class.blocks});
    total.live_objects += live;
    total.live_bytes += live * size_class.bytes;
  }
  total.blocks = used_blocks_ + spare_.size;
  total.spare_blocks = spare_.size;
  total.bytes_held = bytes_held();
  return total;
}

}  // namespace foxvm::gc
