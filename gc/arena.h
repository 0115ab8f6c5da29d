// Arena: bump allocation for data that lives and dies together, such as one compilation's syntax trees.
// How: chunks grow from small to large, so a small user stays small and a large one makes few system calls;
//      what does not fit a quarter of a chunk gets a block of its own. Reset and Rewind keep chunks for reuse
//      and link lists instead of walking memory, so their time does not depend on how much was allocated;
//      what is kept beyond a cap goes back to the system a chunk at a time, with later slow-path calls or at
//      once by Trim.
// Invariants: AR-1 an address is stable until it is reset, rewound or the arena dies. AR-2 arena and
//      collected heap never point into each other. AR-3 with ArenaOptions::debug limit_ == cursor_, so the
//      fast path never succeeds. AR-4 cursor_ <= limit_, both multiples of the granule.
// Failure: out of memory, past the byte limit or a size that cannot be is nullptr; nothing here stops the
//      process but a fault that the debug mode finds.
// Threads: one at a time.  Collects: never.  Owns: all memory it hands out.
#ifndef FOXVM_GC_ARENA_H_
#define FOXVM_GC_ARENA_H_

#include <sanitizer/asan_interface.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "absl/base/optimization.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gc/byte_budget.h"

namespace foxvm::gc {

struct ArenaOptions {
  // Sizes of chunks: the first one, and what they double up to. Powers of two, 1 KiB to 1 GiB.
  size_t first_chunk_bytes = size_t{4} << 10;
  size_t max_chunk_bytes = size_t{2} << 20;
  // Most bytes to hold from the system.
  size_t max_bytes = SIZE_MAX;
  // A limit shared with other allocators, which outlives the arena. Not owned; may be null.
  ByteBudget* budget = nullptr;
  // Bytes of chunks that are kept for reuse after Reset and Rewind.
  size_t kept_bytes = size_t{64} << 20;
  // Red zones behind allocations, checked when they end, and fill patterns; slow. A fault stops the process
  // with a report. Also tells valgrind what is accessible.
  bool debug = false;

  // An InvalidArgument status that names the first field out of range.
  absl::Status Validate() const;
};

struct ArenaStatistics {
  size_t used_bytes = 0;      // handed out, alignment gaps and the rest of full chunks included
  size_t reserved_bytes = 0;  // held from the system
  size_t spare_bytes = 0;     // of those, kept for reuse or waiting to be given back
  size_t peak_reserved_bytes = 0;
};

class Arena {
 public:
  static constexpr size_t kDefaultAlignment = alignof(std::max_align_t);
  // What sizes are rounded up to; so much alignment costs no instruction.
  static constexpr size_t kGranuleBytes = 8;

 private:
  struct Chunk;
  struct Cleanup;

 public:
  // A point to come back to. Good for the arena that gave it, until that is reset or rewound to an earlier
  // point.
  class Mark {
    friend class Arena;
    Chunk* chunk_ = nullptr;
    Chunk* large_ = nullptr;
    Cleanup* cleanups_ = nullptr;
    uintptr_t cursor_ = 0;
    size_t allocations_ = 0;  // debug mode
  };

  Arena();
  // Requires options.Validate().ok().
  explicit Arena(const ArenaOptions& options);
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Uninitialised memory; `alignment` is any power of two (the debug mode refuses others). For zero bytes an
  // address that is not null and may not be used.
  void* Allocate(size_t bytes, size_t alignment = kDefaultAlignment) {
    uintptr_t start = cursor_;
    if (alignment > kGranuleBytes) {
      start = (start + alignment - 1) & ~(uintptr_t{alignment} - 1);
      if (ABSL_PREDICT_FALSE(start > limit_)) return AllocateSlow(bytes, alignment);
    }
    // Before rounding, which could overflow; what is left is a multiple of the granule.
    if (ABSL_PREDICT_FALSE(bytes > limit_ - start)) return AllocateSlow(bytes, alignment);
    cursor_ = start + ((bytes + kGranuleBytes - 1) & ~(kGranuleBytes - 1));
    ASAN_UNPOISON_MEMORY_REGION(reinterpret_cast<void*>(start), bytes);
    return reinterpret_cast<void*>(start);
  }

  // Allocate aligned to the granule, where no chunk is needed for it; else null. Calls nothing, so that a
  // function around it stays small.
  void* TryAllocate(size_t bytes) {
    const uintptr_t start = cursor_;
    if (ABSL_PREDICT_FALSE(bytes > limit_ - start)) return nullptr;
    cursor_ = start + ((bytes + kGranuleBytes - 1) & ~(kGranuleBytes - 1));
    ASAN_UNPOISON_MEMORY_REGION(reinterpret_cast<void*>(start), bytes);
    return reinterpret_cast<void*>(start);
  }

  // A new T made from `args`, or null. Its destructor runs at Reset, Rewind or the arena's end, the last made
  // first; trivial ones cost nothing.
  template <typename T, typename... Args>
  T* New(Args&&... args) {
    if constexpr (std::is_trivially_destructible_v<T>) {
      void* memory = Allocate(sizeof(T), alignof(T));
      return ABSL_PREDICT_FALSE(memory == nullptr) ? nullptr : new (memory) T(std::forward<Args>(args)...);
    } else {
      auto* cleanup = static_cast<Cleanup*>(Allocate(sizeof(Cleanup), alignof(Cleanup)));
      void* memory = cleanup == nullptr ? nullptr : Allocate(sizeof(T), alignof(T));
      if (memory == nullptr) return nullptr;
      T* object = new (memory) T(std::forward<Args>(args)...);
      // Linked when the object is made: its constructor may have used the arena.
      *cleanup = {cleanups_, [](void* p) { static_cast<T*>(p)->~T(); }, object};
      cleanups_ = cleanup;
      return object;
    }
  }

  // `count` value-initialised Ts, or an empty span with a null address.
  template <typename T>
  absl::Span<T> NewArray(size_t count) {
    T* items = AllocateArray<T>(count);
    if (items == nullptr) return {};
    std::uninitialized_value_construct_n(items, count);
    return absl::Span<T>(items, count);
  }

  // A copy of `items`, or an empty span with a null address.
  template <typename T>
  absl::Span<T> CopyArray(absl::Span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T>);
    T* copy = AllocateArray<T>(items.size());
    if (copy == nullptr) return {};
    if (!items.empty()) std::memcpy(static_cast<void*>(copy), items.data(), items.size() * sizeof(T));
    return absl::Span<T>(copy, items.size());
  }

  // A copy of the bytes of `text`, without a terminator; a null address when out of memory.
  absl::string_view CopyString(absl::string_view text) {
    const absl::Span<char> copy = CopyArray<char>(absl::MakeConstSpan(text.data(), text.size()));
    return absl::string_view(copy.data(), copy.size());
  }

  Mark Save() const;
  // Everything allocated since `mark` ends. From a destructor that Rewind or Reset runs, both do nothing.
  void Rewind(const Mark& mark);
  // Everything ends.
  void Reset();
  // Gives back to the system all that is not in use.
  void Trim();

  // Whether `address` is in memory that is in use. Time: the number of chunks.
  bool Contains(const void* address) const;
  ArenaStatistics statistics() const;
  size_t reserved_bytes() const { return reserved_bytes_; }

 private:
  struct Debug;

  struct Cleanup {
    Cleanup* next;
    void (*run)(void*);
    void* object;
  };

  template <typename T>
  T* AllocateArray(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>, "the destructors of an array would not run");
    if (count > SIZE_MAX / sizeof(T)) return nullptr;
    return static_cast<T*>(Allocate(count * sizeof(T), alignof(T)));
  }

  void* AllocateSlow(size_t bytes, size_t alignment);
  void* AllocateDebug(size_t bytes, size_t alignment);
  // Bump allocation after a new chunk or block was made current, or found too small.
  void* AllocateMore(size_t bytes, size_t alignment);
  // A chunk with room for `bytes` behind its header, spare or new. Null when out of memory.
  Chunk* TakeChunk(size_t bytes);
  Chunk* NewChunk(size_t bytes);
  void ReleaseChunk(Chunk* chunk);
  void Use(Chunk* chunk);
  void RunCleanups(const Cleanup* last);
  // Checks the red zones of all allocations but the first `kept`, and fills what they had.
  void EndDebugAllocations(size_t kept);
  // Moves a list of ended chunks, from `first` to `last`, to `*list`.
  void Retire(Chunk* first, Chunk* last, Chunk** list);
  // Gives back a little of what is kept beyond the cap.
  void ReleaseSome();

  uintptr_t cursor_;  // AR-3, AR-4
  uintptr_t limit_;
  Chunk* chunks_ = nullptr;  // in use, newest first; the first is current
  Chunk* large_ = nullptr;   // blocks in use, newest first
  Cleanup* cleanups_ = nullptr;
  bool in_cleanups_ = false;
  Chunk* oldest_chunk_ = nullptr;  // the last of chunks_
  Chunk* oldest_large_ = nullptr;  // the last of large_
  Chunk* spare_ = nullptr;         // chunks for reuse
  Chunk* dead_ = nullptr;          // blocks to be given back
  size_t used_chunk_bytes_ = 0;    // of chunks_ and large_, headers included
  size_t next_chunk_bytes_;
  size_t reserved_bytes_ = 0;
  size_t peak_reserved_bytes_ = 0;
  const ArenaOptions options_;
  std::unique_ptr<Debug> debug_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_ARENA_H_
