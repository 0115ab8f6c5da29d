// ArenaResource and ArenaAllocator: an arena behind the interfaces of the standard library, so that its containers and
// abseil's can live in one.
// How: deallocation does nothing; the memory ends with the arena. These interfaces have no way to refuse without
//      exceptions, so running out of memory stops the process here, and only here.
// Threads: the arena's.  Collects: never.  Not owned: the arena, which outlives them and what they gave.
#ifndef FOXVM_GC_ARENA_ADAPTERS_H_
#define FOXVM_GC_ARENA_ADAPTERS_H_

#include <cstddef>
#include <memory_resource>

#include "gc/arena.h"
#include "gc/check.h"

namespace foxvm::gc {

class ArenaResource final : public std::pmr::memory_resource {
 public:
  explicit ArenaResource(Arena& arena) : arena_(arena) {}

 private:
  void* do_allocate(size_t bytes, size_t alignment) override {
    void* memory = arena_.Allocate(bytes, alignment);
    FOXVM_CHECK(memory != nullptr);
    return memory;
  }
  void do_deallocate(void*, size_t, size_t) override {}
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override { return this == &other; }

  Arena& arena_;
};

template <typename T>
class ArenaAllocator {
 public:
  using value_type = T;

  // Not explicit: containers are given an arena where they want an allocator.
  ArenaAllocator(Arena& arena) : arena_(&arena) {}
  template <typename U>
  ArenaAllocator(const ArenaAllocator<U>& other) : arena_(other.arena()) {}

  T* allocate(size_t count) {
    FOXVM_CHECK(count <= SIZE_MAX / sizeof(T));
    void* memory = arena_->Allocate(count * sizeof(T), alignof(T));
    FOXVM_CHECK(memory != nullptr);
    return static_cast<T*>(memory);
  }
  void deallocate(T*, size_t) {}

  Arena* arena() const { return arena_; }
  template <typename U>
  bool operator==(const ArenaAllocator<U>& other) const {
    return arena_ == other.arena();
  }

 private:
  Arena* arena_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_ARENA_ADAPTERS_H_
