#include "tests/stress/counting_allocator.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace {

size_t g_live = 0, g_peak = 0, g_total = 0;

void* Take(size_t bytes) {
  void* memory = std::malloc(bytes);
  if (memory == nullptr) std::abort();
  size_t usable = malloc_usable_size(memory);
  g_live += usable;
  g_total += usable;
  g_peak = std::max(g_peak, g_live);
  return memory;
}

void Give(void* memory) {
  if (memory == nullptr) return;
  g_live -= malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace

void* operator new(size_t bytes) { return Take(bytes); }
void* operator new[](size_t bytes) { return Take(bytes); }
void* operator new(size_t bytes, const std::nothrow_t&) noexcept { return Take(bytes); }
void* operator new[](size_t bytes, const std::nothrow_t&) noexcept { return Take(bytes); }
void operator delete(void* memory) noexcept { Give(memory); }
void operator delete[](void* memory) noexcept { Give(memory); }
void operator delete(void* memory, size_t) noexcept { Give(memory); }
void operator delete[](void* memory, size_t) noexcept { Give(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { Give(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { Give(memory); }

namespace foxvm::stress {

AllocationWatch::AllocationWatch() : live_at_start_(g_live), total_at_start_(g_total) { g_peak = g_live; }

size_t AllocationWatch::peak_bytes() const { return g_peak - live_at_start_; }

size_t AllocationWatch::total_bytes() const { return g_total - total_at_start_; }

}  // namespace foxvm::stress
