// Pool: small objects of a few size classes, freed one by one, such as a compiler's nodes and tables.
// How: a class hands out slots of 32 KiB blocks; a slot has no header, its address leads to its block's
//      record at the head of the 1 MiB region. In front of each class is a LIFO list through the free slots;
//      behind it, each block has a bitmap and a count of those that are not in the list. The list is refilled
//      from one block, in the order of addresses. Frees are not counted, which would cost more than the list
//      itself, but for samples, the slots that begin in the first 128 bytes of 32 KiB: they go to their
//      blocks, and after some of them the list is sorted back to the blocks too. So lists stay short and
//      local, and empty blocks are found a little late. While half of a class is free, and that is much, its
//      list is shut: slots come straight from their blocks and go straight back.
// Invariants: PO-1 no block is added to a class that has a free slot. PO-2 a free slot is in the list of
//      its class or in the bitmap of its block. PO-3 when guarded, every list is shut.
// Threads: one at a time.  Collects: never.  Owns: all memory it hands out; runs no destructors.
#ifndef FOXVM_GC_POOL_H_
#define FOXVM_GC_POOL_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/base/optimization.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gc/byte_budget.h"
#include "gc/check.h"
#include "gc/memory_tools.h"

namespace foxvm::gc {

// What the debug mode finds.
enum class PoolFaultKind {
  kDoubleFree,       // the slot is free already
  kForeignPointer,   // not in memory that a class of this pool uses
  kInteriorPointer,  // inside a slot, not at its start
  kWrongSize,        // freed with a size of another class
  kUseAfterFree,     // a free slot was written to
};

struct PoolFault {
  PoolFaultKind kind;
  const void* address;  // what was freed; after a use after free, the first byte that was changed
  size_t class_bytes;   // 0 for a foreign pointer
};

// "double free", and so on.
const char* PoolFaultName(PoolFaultKind kind);

struct PoolOptions {
  // Sizes of the slots in bytes, ascending; multiples of 8 up to 4096, at most 32 of them.
  std::vector<size_t> class_bytes = {16, 32, 64, 128, 256};
  // Most bytes of blocks held at a time, at least one block (32 KiB); allocation past it gives null.
  size_t limit_bytes = SIZE_MAX;
  // A limit shared with other allocators, which outlives the pool. Not owned; may be null.
  ByteBudget* budget = nullptr;
  // Empty blocks of up to this many bytes stay with the pool for the next class that grows; and in a class
  // that has no more than this free, blocks may be empty without notice, until Trim.
  size_t spare_bytes = size_t{4} << 20;
  // Debugging: check every call and the contents of free slots. Always on under valgrind.
  bool debug = false;
  // Debugging: gets each fault, after which a bad Free does nothing. If empty, a fault is printed on standard
  // error and ends the process.
  std::function<void(const PoolFault&)> on_fault;

  // An InvalidArgument status that names the first field out of range.
  absl::Status Validate() const;
};

struct PoolClassStatistics {
  size_t class_bytes = 0;
  size_t live_objects = 0;
  size_t live_bytes = 0;  // in whole slots
  size_t blocks = 0;
};

struct PoolStatistics {
  std::vector<PoolClassStatistics> classes;  // as in PoolOptions::class_bytes
  size_t live_objects = 0;
  size_t live_bytes = 0;
  size_t blocks = 0;        // with spare ones
  size_t spare_blocks = 0;  // empty, of no class
  size_t bytes_held = 0;    // of all blocks
};

class Pool {
 private:
  struct SizeClass;

 public:
  static constexpr size_t kGranuleBytes = 8;
  static constexpr size_t kMaxClassBytes = 4096;
  static constexpr size_t kMaxClasses = 32;
  static constexpr size_t kBlockBytes = size_t{32} << 10;
  static constexpr size_t kRegionBytes = size_t{1} << 20;

  // InvalidArgument for bad options. Memory is first obtained when something is allocated.
  static absl::StatusOr<std::unique_ptr<Pool>> Create(PoolOptions options);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Uninitialised memory of at least `bytes` bytes, of the smallest class that has room. It is aligned to 8,
  // and to its class's size if that is a power of two. Null when `bytes` is over the largest class, when the
  // limit is reached or when the system refuses.
  ABSL_MUST_USE_RESULT void* Allocate(size_t bytes) {
    if (ABSL_PREDICT_FALSE(bytes > kMaxClassBytes)) return nullptr;
    return Pop(ClassFor(bytes));
  }

  // Allocate where a slot is at hand; else null. Calls nothing, so that a function around it stays small.
  // Requires bytes <= kMaxClassBytes.
  ABSL_MUST_USE_RESULT void* TryAllocate(size_t bytes) { return TryPop(ClassFor(bytes)); }

  // Takes back what Allocate gave; null does nothing. What is freed last is as a rule used first.
  void Free(void* slot) {
    const uintptr_t address = reinterpret_cast<uintptr_t>(slot);
    if (ABSL_PREDICT_FALSE(address <= slow_until_)) {
      FreeSlow(slot, nullptr);
    } else {
      Push(*ClassOf(address), slot);
    }
  }

  // The same where the caller knows the size it has asked for: quicker, as the block's record is not read.
  void Free(void* slot, size_t bytes) {
    FOXVM_DCHECK(bytes <= kMaxClassBytes);
    Push(ClassFor(bytes), slot);
  }

  // The pool's door for objects of one size, whose class is looked up once: the quickest way in. A value,
  // valid as long as the pool.
  class Sized {
   public:
    // As the pool's functions for the size given to ForSize.
    ABSL_MUST_USE_RESULT void* Allocate() const { return pool_->Pop(*size_class_); }
    ABSL_MUST_USE_RESULT void* TryAllocate() const { return TryPop(*size_class_); }
    void Free(void* slot) const { pool_->Push(*size_class_, slot); }

   private:
    friend class Pool;
    Sized(Pool* pool, SizeClass* size_class) : pool_(pool), size_class_(size_class) {}

    Pool* pool_;
    SizeClass* size_class_;
  };
  Sized ForSize(size_t bytes) { return Sized(this, &ClassFor(std::min(bytes, kMaxClassBytes + 1))); }

  // All slots are free; empty blocks are kept as PoolOptions::spare_bytes says. Time: the number of blocks.
  void Reset();
  // Gives all empty blocks back to the system. Time: the lengths of the lists, and the blocks.
  void Trim();

  // Whether `address` is in the pool's memory.
  bool Contains(const void* address) const {
    return regions_.contains(RegionOf(reinterpret_cast<uintptr_t>(address)));
  }
  // Bytes of the slots around an address in the pool's memory; 0 where there are none.
  size_t SizeOf(const void* address) const {
    const SizeClass* size_class = ClassOf(reinterpret_cast<uintptr_t>(address));
    return size_class == nullptr ? 0 : size_class->bytes;
  }

  // Time: the lengths of the lists.
  PoolStatistics statistics() const;

 private:
  static constexpr size_t kBlocksPerRegion = kRegionBytes / kBlockBytes;
  // The addresses without any of these bits are those of the samples.
  static constexpr uintptr_t kSampleMask = 0x7f80;
  static constexpr size_t kWordBits = 64;
  static constexpr size_t kWordBytes = kWordBits * kGranuleBytes;  // of slots that share a word
  static constexpr size_t kBlockWords = kBlockBytes / kGranuleBytes / kWordBits;

  // The record of a block, apart from its slots: written past its end, a slot cannot damage it, and the
  // records of many blocks do not compete for one cache set. Granules are counted from the block's start.
  struct alignas(64) Block {
    char* base;
    Block* previous;
    Block* next;
    SizeClass* format;           // whose slots the record describes; null: nobody's yet
    uint64_t nonzero;            // bit i: free[i] is not 0
    uint32_t free_count;         // of the bits in `free`
    uint32_t capacity;           // in slots
    uint32_t first;              // granule of the lowest slot
    uint32_t next_search;        // the granule after the slot that TakeSlot gave last
    uint32_t fresh;              // when guarded: no slot from this granule on has been given out
    uint64_t free[kBlockWords];  // bit by bit the granules at which a free slot begins

    bool IsFree(uint32_t granule) const {
      return (free[granule / kWordBits] >> granule % kWordBits & 1) != 0;
    }
    void Take(uint32_t granule);
    // The first granule with a free slot, of which there must be one, from `granule` on, then from the start.
    uint32_t FindFree(uint32_t granule) const;
  };
  struct Region {
    SizeClass* classes[kBlocksPerRegion];  // of the blocks; null where there is none
    size_t released;                       // blocks without memory of their own
    Block blocks[kBlocksPerRegion];
  };
  struct BlockList {
    Block* head = nullptr;
    size_t size = 0;

    void Add(Block* block);
    void Remove(Block* block);
  };
  struct alignas(64) SizeClass {
    void* front = nullptr;      // LIFO list of free slots
    uintptr_t sample_mask = 0;  // kSampleMask; 0 while the list is shut, which makes every slot a sample
    size_t bytes = 0;           // 0: the class of sizes that no class serves
    size_t samples = 0;         // freed since `front` was last filled or sorted back
    size_t flush_samples = 0;   // at which it is sorted back
    size_t slots = 0;           // of all blocks
    size_t free_in_blocks = 0;  // those that are not in `front`
    size_t blocks = 0;
    BlockList partial;  // blocks that have free slots outside `front`

    bool IsShut() const { return sample_mask == 0; }
  };

  explicit Pool(PoolOptions options);

  static void* Next(const void* slot) {
    void* next;
    std::memcpy(&next, slot, sizeof(next));
    return next;
  }
  static void SetNext(void* slot, void* next) { std::memcpy(slot, &next, sizeof(next)); }
  // The same for slots that AddressSanitizer knows as freed.
  static void* NextOfFree(void* slot);
  static void SetNextOfFree(void* slot, void* next);
  static Region* RegionOf(uintptr_t address) {
    return reinterpret_cast<Region*>(address & ~uintptr_t{kRegionBytes - 1});
  }
  static size_t BlockIndex(uintptr_t address) { return address / kBlockBytes % kBlocksPerRegion; }
  static uint32_t GranuleOf(uintptr_t address) {
    return static_cast<uint32_t>(address % kBlockBytes / kGranuleBytes);
  }
  static uint64_t BitOf(uintptr_t address) { return uint64_t{1} << GranuleOf(address) % kWordBits; }
  static SizeClass*& ClassOf(uintptr_t address) { return RegionOf(address)->classes[BlockIndex(address)]; }
  static Block* BlockOf(uintptr_t address) { return &RegionOf(address)->blocks[BlockIndex(address)]; }
  SizeClass& ClassFor(size_t bytes) {
    return classes_[class_of_[(bytes + kGranuleBytes - 1) / kGranuleBytes]];
  }

  void* Pop(SizeClass& size_class) {
    void* slot = TryPop(size_class);
    return ABSL_PREDICT_TRUE(slot != nullptr) ? slot : AllocateSlow(size_class);
  }

  static void* TryPop(SizeClass& size_class) {
    void* slot = size_class.front;
    if (ABSL_PREDICT_FALSE(slot == nullptr)) return nullptr;
    if constexpr (kAddressSanitizer) UnpoisonMemory(slot, size_class.bytes);
    size_class.front = Next(slot);
    return slot;
  }

  // The one test finds samples, null and lists that are shut. The list is loaded on both ways, and both end
  // in one store, so that a loop need not load what it has stored before.
  void Push(SizeClass& size_class, void* slot) {
    void* const next = size_class.front;
    void* front = slot;
    if (ABSL_PREDICT_TRUE((reinterpret_cast<uintptr_t>(slot) & size_class.sample_mask) != 0)) {
      SetNext(slot, next);
      if constexpr (kAddressSanitizer) PoisonMemory(slot, size_class.bytes);
    } else {
      front = FreeSlow(slot, &size_class);
    }
    size_class.front = front;
  }

  ABSL_ATTRIBUTE_NOINLINE void* AllocateSlow(SizeClass& size_class);
  // `expected`: the class that the caller takes the slot to be of; null: any. Returns its list.
  ABSL_ATTRIBUTE_NOINLINE void* FreeSlow(void* slot, const SizeClass* expected);
  bool Refill(SizeClass& size_class);
  bool AddBlock(SizeClass& size_class);
  Block* TakeBlock();
  bool MapRegion();
  void Format(Block* block, SizeClass& size_class);
  // Gives back `count` slots, those of `word`, which is the one in Block::free for `address`. They are not
  // counted in SizeClass::free_in_blocks.
  void ReturnToBlock(SizeClass& size_class, uintptr_t address, uint64_t word, uint32_t count);
  void ReturnSlot(SizeClass& size_class, uintptr_t address);
  void RetireBlock(SizeClass& size_class, Block* block);
  void KeepOrRelease(Block* block);
  void ReleaseBlock(Block* block);
  void Flush(SizeClass& size_class);
  // One free slot, straight from a block; null when there is none to have.
  char* TakeSlot(SizeClass& size_class);
  // Whether half of the class is free, and more than may go unnoticed.
  bool IsSparse(const SizeClass& size_class) const;
  size_t bytes_held() const { return (used_blocks_ + spare_.size) * kBlockBytes; }

  void* AllocateGuarded(SizeClass& size_class);
  void FreeGuarded(void* slot, const SizeClass* expected);
  // Reports a slot whose contents have changed since it was freed.
  void CheckFill(const char* slot, size_t class_bytes);
  void Report(PoolFaultKind kind, const void* address, size_t class_bytes);

  uintptr_t slow_until_ = 0;  // Free(slot) is slow for addresses up to here: null, or all
  size_t class_count_;
  // By size in granules, rounded up; the last one is for all larger sizes.
  uint8_t class_of_[kMaxClassBytes / kGranuleBytes + 2];
  SizeClass classes_[kMaxClasses + 1];
  BlockList spare_;     // empty, with their memory
  BlockList released_;  // empty, without
  size_t used_blocks_ = 0;
  absl::flat_hash_set<Region*> regions_;
  const PoolOptions options_;
  const bool guarded_;
  const bool fills_;  // under valgrind, free slots may not be read
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_POOL_H_
