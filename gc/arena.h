// Arena: bump allocation for data that lives and dies together, such as one compilation's syntax tree.
// How: chunks grow from 4 KiB to 2 MiB, so a small user stays small and a large one makes few system calls;
//      what does not fit a quarter of a chunk gets a chunk of its own. Nothing is freed before the arena is,
//      and no destructor runs, so only trivially destructible types are accepted.
// Invariants: AR-1 every address is stable until the arena dies. AR-2 arena and collected heap never point
//      into each other.
// Threads: one at a time.  Collects: never.  Owns: all memory it hands out.
#ifndef FOXVM_GC_ARENA_H_
#define FOXVM_GC_ARENA_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace foxvm::gc {

class Arena {
 public:
  static constexpr size_t kFirstChunkBytes = size_t{4} << 10;
  static constexpr size_t kMaxChunkBytes = size_t{2} << 20;

  Arena() = default;
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Uninitialised memory of `bytes` bytes; `alignment` is a power of two of at most
  // alignof(std::max_align_t). For zero bytes any address, possibly null.
  void* Allocate(size_t bytes, size_t alignment) {
    const uintptr_t start = (cursor_ + alignment - 1) & ~(uintptr_t{alignment} - 1);
    if (start > limit_ || bytes > limit_ - start) return AllocateSlow(bytes, alignment);
    cursor_ = start + bytes;
    return reinterpret_cast<void*>(start);
  }

  // A new T made from `args`.
  template <typename T, typename... Args>
  T* New(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>, "an arena runs no destructors");
    return new (Allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
  }

  // A copy of `items` in the arena.
  template <typename T>
  absl::Span<T> CopyArray(absl::Span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
    if (items.empty()) return {};
    T* copy = static_cast<T*>(Allocate(items.size() * sizeof(T), alignof(T)));
    std::memcpy(static_cast<void*>(copy), items.data(), items.size() * sizeof(T));
    return absl::Span<T>(copy, items.size());
  }

  // A copy of the bytes of `text` in the arena, without a terminator.
  absl::string_view CopyString(absl::string_view text) {
    const absl::Span<char> copy = CopyArray<char>(absl::MakeConstSpan(text.data(), text.size()));
    return absl::string_view(copy.data(), copy.size());
  }

  // Bytes obtained from the system, for accounting.
  size_t reserved_bytes() const { return reserved_bytes_; }

 private:
  struct Chunk {
    Chunk* next;
    size_t bytes;
  };

  void* AllocateSlow(size_t bytes, size_t alignment);
  Chunk* AddChunk(size_t bytes);

  uintptr_t cursor_ = 0;  // cursor_ == limit_ == 0: no chunk yet, the fast test fails by itself
  uintptr_t limit_ = 0;
  Chunk* chunks_ = nullptr;
  size_t next_chunk_bytes_ = kFirstChunkBytes;
  size_t reserved_bytes_ = 0;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_ARENA_H_
