// Pool: small objects of a few size classes, freed one by one, such as a compiler's nodes and tables.
// How: a class hands out slots of 64 KiB blocks; a slot has no header, its address leads to its block's
//      record at the head of the 1 MiB region. Free slots wait in one LIFO list per class, where only the
//      frees of one slot in 4 KiB are counted: a count per call costs more than the list itself. When half
//      of a class may be free and the pool holds more than it may keep, the list is sorted back to its
//      blocks, whose counts then show which are empty; so empty blocks are found a little late.
// Invariants: PO-1 no block is added to a class that has a free slot. PO-2 a free slot is in the list of
//      its class, in that of its block, or not carved yet. PO-3 when guarded, every list of a class is
//      empty, so that each call takes the slow path.
// Threads: one at a time.  Collects: never.  Owns: all memory it hands out; runs no destructors.
#ifndef FOXVM_GC_POOL_H_
#define FOXVM_GC_POOL_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/base/optimization.h"
#include "absl/container/flat_hash_map.h"
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
  // Sizes of the slots in bytes, ascending; multiples of 16 up to 4096, at most 32 of them.
  std::vector<size_t> class_bytes = {16, 32, 64, 128, 256};
  // Most bytes of blocks held at a time, at least one block (64 KiB); allocation past it gives null.
  size_t limit_bytes = SIZE_MAX;
  // A limit shared with other allocators, which outlives the pool. Not owned; may be null.
  ByteBudget* budget = nullptr;
  // Empty blocks of up to this many bytes stay with the pool; while it holds no more, none is looked for.
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
  static constexpr size_t kGranuleBytes = 16;
  static constexpr size_t kMaxClassBytes = 4096;
  static constexpr size_t kMaxClasses = 32;
  static constexpr size_t kBlockBytes = size_t{64} << 10;
  static constexpr size_t kRegionBytes = size_t{1} << 20;

  // InvalidArgument for bad options. Memory is first obtained when something is allocated.
  static absl::StatusOr<std::unique_ptr<Pool>> Create(PoolOptions options);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Uninitialised memory of at least `bytes` bytes, of the smallest class that has room. It is aligned to 16,
  // and to its class's size if that is a power of two. Null when `bytes` is over the largest class, when the
  // limit is reached or when the system refuses.
  ABSL_MUST_USE_RESULT void* Allocate(size_t bytes) {
    if (ABSL_PREDICT_FALSE(bytes > kMaxClassBytes)) return nullptr;
    return Pop(ClassFor(bytes));
  }

  // Allocate where a slot is at hand; else null. Calls nothing, so that a function around it stays small.
  // Requires bytes <= kMaxClassBytes.
  ABSL_MUST_USE_RESULT void* TryAllocate(size_t bytes) {
    return TryPop(ClassFor(bytes));
  }

  // Takes back what Allocate gave; null does nothing.
  void Free(void* slot) {
    const uintptr_t address = reinterpret_cast<uintptr_t>(slot);
    if (ABSL_PREDICT_FALSE(address <= slow_until_)) {
      FreeSlow(slot, nullptr);
    } else {
      Push(classes_[BlockOf(address)->class_index], slot);
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
  // Gives all empty blocks back to the system. Time: the number of free slots.
  void Trim();

  // Whether `address` is in the pool's memory.
  bool Contains(const void* address) const {
    return regions_.contains(RegionOf(reinterpret_cast<uintptr_t>(address)));
  }
  // Bytes of the slot at an address that Allocate gave.
  size_t SizeOf(const void* slot) const { return classes_[BlockOf(slot)->class_index].bytes; }

  // Time: the number of free slots and blocks.
  PoolStatistics statistics() const;

 private:
  static constexpr size_t kBlocksPerRegion = kRegionBytes / kBlockBytes;
  static constexpr size_t kSampleBytes = 4096;  // the free of one slot in so many bytes is counted

  // The record of a block, apart from its slots: written past its end, a slot cannot damage it, and the
  // records of many blocks do not compete for one cache set.
  struct alignas(64) Block {
    char* base;
    void* free;  // list of free slots that are not in the class's list
    Block* previous;
    Block* next;
    uint32_t free_count;  // length of `free`
    uint32_t carved;      // slots that have been handed out or listed so far, from the lowest address on
    uint32_t capacity;
    uint32_t first;  // offset of slot 0 from `base`
    uint16_t class_index;
    bool listed;  // in SizeClass::partial
  };
  struct Region {
    Block blocks[kBlocksPerRegion];
    size_t released;  // blocks without memory of their own
  };
  struct BlockList {
    Block* head = nullptr;
    size_t size = 0;

    void Add(Block* block);
    void Remove(Block* block);
  };
  struct alignas(64) SizeClass {
    void* front = nullptr;      // LIFO list of free slots
    uintptr_t sample_mask = 0;  // see Push; 0: every Free is slow
    size_t bytes = 0;           // 0: the class of sizes that no class serves
    size_t samples = 0;         // counted frees since `front` was last empty
    size_t carved = 0;          // sums over the blocks
    size_t free_in_blocks = 0;
    size_t blocks = 0;
    bool exact = false;  // slots return straight to their blocks
    BlockList partial;   // blocks that have slots outside `front` to give
  };
  // The state of a block's slots when guarded; links inside the slots would spoil the pattern.
  struct Guard {
    std::vector<bool> live;
    std::deque<uint32_t> free;  // first in, first out: a slot rests as long as possible
  };

  explicit Pool(PoolOptions options);

  // Of the slots of a class, those whose address has none of the result's bits are counted when freed: at
  // least one in each kSampleBytes.
  static uintptr_t SampleMask(size_t class_bytes) {
    return (kSampleBytes - 1) & ~(std::bit_ceil(uintptr_t{class_bytes}) - 1);
  }

  static void* Next(const void* slot) {
    void* next;
    std::memcpy(&next, slot, sizeof(next));
    return next;
  }
  static void SetNext(void* slot, void* next) { std::memcpy(slot, &next, sizeof(next)); }
  static Region* RegionOf(uintptr_t address) {
    return reinterpret_cast<Region*>(address & ~uintptr_t{kRegionBytes - 1});
  }
  static Block* BlockOf(uintptr_t address) {
    return &RegionOf(address)->blocks[address / kBlockBytes % kBlocksPerRegion];
  }
  static Block* BlockOf(const void* slot) { return BlockOf(reinterpret_cast<uintptr_t>(slot)); }
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

  // One test finds null, the slots that are counted, and the modes in which everything is slow. Both ways
  // end in one store, so the compiler knows the list's first slot afterwards and need not load it again.
  void Push(SizeClass& size_class, void* slot) {
    void* front = slot;
    if (ABSL_PREDICT_TRUE((reinterpret_cast<uintptr_t>(slot) & size_class.sample_mask) != 0)) {
      SetNext(slot, size_class.front);
      if constexpr (kAddressSanitizer) PoisonMemory(slot, size_class.bytes);
    } else {
      front = FreeSlow(slot, &size_class);
    }
    size_class.front = front;
  }

  ABSL_ATTRIBUTE_NOINLINE void* AllocateSlow(SizeClass& size_class);
  // `expected`: the class that the caller takes the slot to be of; null: any. Returns its list.
  ABSL_ATTRIBUTE_NOINLINE void* FreeSlow(void* slot, const SizeClass* expected);
  void FreeCounted(void* slot);
  bool Refill(SizeClass& size_class);
  void Carve(SizeClass& size_class, Block* block);
  bool AddBlock(SizeClass& size_class);
  Block* TakeBlock();
  bool MapRegion();
  void ReturnToBlock(SizeClass& size_class, void* slot);
  void RetireBlock(SizeClass& size_class, Block* block);
  void ReleaseBlock(Block* block);
  void Drain(SizeClass& size_class);
  void DrainForEmptyBlocks(SizeClass& size_class);
  size_t bytes_held() const { return (used_blocks_ + spare_.size) * kBlockBytes; }

  void* AllocateGuarded(SizeClass& size_class);
  void FreeGuarded(void* slot, const SizeClass* expected);
  // Reports a slot whose contents have changed since it was freed.
  void CheckFill(const Block* block, uint32_t index, size_t class_bytes);
  void Report(PoolFaultKind kind, const void* address, size_t class_bytes);

  uintptr_t slow_until_ = 0;  // Free(slot) is slow for addresses up to here: null, or all
  size_t class_count_;
  // By size in granules, rounded up; the last one is for all larger sizes. It stands before the lists:
  // 4 KiB after one, its loads would wait for the stores to that list.
  uint16_t class_of_[kMaxClassBytes / kGranuleBytes + 2];
  SizeClass classes_[kMaxClasses + 1];
  BlockList spare_;     // empty, with their memory
  BlockList released_;  // empty, without
  size_t used_blocks_ = 0;
  absl::flat_hash_set<Region*> regions_;
  const PoolOptions options_;
  const bool guarded_;
  const bool fills_;  // under valgrind, free slots may not be read
  absl::flat_hash_map<const Block*, Guard> guards_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_POOL_H_
