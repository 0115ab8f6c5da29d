// The single allocators of morph_mem.h.
#include <cstring>
#include <new>
#include <optional>
#include <utility>

#include "gc/arena.h"
#include "gc/pool.h"
#include "gc/struct_heap.h"
#include "vm/morph_mem.h"
#include "vm/morph_mem_state.h"

using foxvm::gc::Arena;
using foxvm::gc::ArenaOptions;
using foxvm::gc::StructHeap;
using foxvm::vm::DestroyHandle;
using foxvm::vm::FailWith;
using foxvm::vm::IsLive;
using foxvm::vm::MemoryDebugWanted;
using foxvm::vm::MemoryHandle;
using foxvm::vm::SetMemoryError;
using foxvm::vm::Usable;

// In place, for one load less on the way to its cursor.
struct morph_arena : MemoryHandle<std::optional<Arena>> {
  using MemoryHandle::MemoryHandle;
};

struct morph_pool : MemoryHandle<std::unique_ptr<foxvm::gc::Pool>> {
  morph_pool(bool debug, std::unique_ptr<foxvm::gc::Pool> pool, size_t object_bytes)
      : MemoryHandle(debug, std::move(pool)), door(object->ForSize(object_bytes)) {}

  foxvm::gc::Pool::Sized door;
};

struct morph_gen_heap : MemoryHandle<std::unique_ptr<StructHeap>> {
  using MemoryHandle::MemoryHandle;
};

namespace {

void* OrOutOfMemory(void* p) {
  if (p == nullptr) SetMemoryError("out of memory, past the limit, or a bad size or alignment");
  return p;
}

// Apart, so that what morph_arena_alloc does every time needs no stack frame.
ABSL_ATTRIBUTE_NOINLINE void* AllocateSlow(morph_arena* arena, size_t bytes) {
  return Usable(arena) ? OrOutOfMemory(arena->object->Allocate(bytes, Arena::kGranuleBytes)) : nullptr;
}

ABSL_ATTRIBUTE_NOINLINE void* AllocateSlow(morph_pool* pool) {
  return Usable(pool) ? OrOutOfMemory(pool->door.Allocate()) : nullptr;
}

}  // namespace

// --- Arenas.

morph_arena* morph_arena_allocator_new(size_t chunk_bytes) {
  return morph_arena_allocator_new_limited(chunk_bytes, SIZE_MAX);
}

morph_arena* morph_arena_allocator_new_limited(size_t chunk_bytes, size_t max_bytes) {
  ArenaOptions options;
  if (chunk_bytes != 0) {
    options.max_chunk_bytes = chunk_bytes;
    options.first_chunk_bytes = std::min(options.first_chunk_bytes, chunk_bytes);
  }
  options.max_bytes = max_bytes;
  options.debug = MemoryDebugWanted();
  if (absl::Status status = options.Validate(); !status.ok()) {
    FailWith(status);
    return nullptr;
  }
  return new morph_arena(options.debug, std::in_place, options);
}

void* morph_arena_alloc(morph_arena* arena, size_t bytes) {
  if (IsLive(arena)) {
    void* p = arena->object->TryAllocate(bytes);
    if (ABSL_PREDICT_TRUE(p != nullptr)) return p;
  }
  return AllocateSlow(arena, bytes);
}

void* morph_arena_alloc_aligned(morph_arena* arena, size_t bytes, size_t alignment) {
  return Usable(arena) ? OrOutOfMemory(arena->object->Allocate(bytes, alignment)) : nullptr;
}

void* morph_arena_copy(morph_arena* arena, const void* source, size_t bytes) {
  if (source == nullptr && bytes != 0) {
    SetMemoryError("the source is NULL");
    return nullptr;
  }
  void* copy = morph_arena_alloc(arena, bytes);
  if (copy != nullptr && bytes != 0) std::memcpy(copy, source, bytes);
  return copy;
}

static_assert(sizeof(morph_arena_mark) >= sizeof(Arena::Mark) && std::is_trivially_copyable_v<Arena::Mark>);

void morph_arena_save(const morph_arena* arena, morph_arena_mark* mark) {
  if (!Usable(arena) || mark == nullptr) return;
  const Arena::Mark saved = arena->object->Save();
  std::memcpy(mark, &saved, sizeof(saved));
}

void morph_arena_rewind(morph_arena* arena, const morph_arena_mark* mark) {
  if (!Usable(arena) || mark == nullptr) return;
  Arena::Mark saved;
  std::memcpy(static_cast<void*>(&saved), mark, sizeof(saved));
  arena->object->Rewind(saved);
}

void morph_arena_reset(morph_arena* arena) {
  if (Usable(arena)) arena->object->Reset();
}

void morph_arena_trim(morph_arena* arena) {
  if (Usable(arena)) arena->object->Trim();
}

size_t morph_arena_used(const morph_arena* arena) {
  return Usable(arena) ? arena->object->statistics().used_bytes : 0;
}

size_t morph_arena_held(const morph_arena* arena) {
  return Usable(arena) ? arena->object->reserved_bytes() : 0;
}

void morph_arena_destroy(morph_arena* arena) {
  if (arena != nullptr && Usable(arena)) DestroyHandle(arena);
}

// --- Pools.

morph_pool* morph_pool_new(size_t object_bytes) {
  using foxvm::gc::Pool;
  foxvm::gc::PoolOptions options;
  if (object_bytes == 0 || object_bytes > Pool::kMaxClassBytes) {
    SetMemoryError("a pool's objects have 1 to 4096 bytes");
    return nullptr;
  }
  constexpr size_t kAlignment = alignof(std::max_align_t);
  options.class_bytes = {(object_bytes + kAlignment - 1) / kAlignment * kAlignment};
  options.debug = MemoryDebugWanted();
  auto pool = Pool::Create(std::move(options));
  if (!pool.ok()) {
    FailWith(pool.status());
    return nullptr;
  }
  return new morph_pool(MemoryDebugWanted(), *std::move(pool), object_bytes);
}

void* morph_pool_alloc(morph_pool* pool) {
  if (IsLive(pool)) {
    void* p = pool->door.TryAllocate();
    if (ABSL_PREDICT_TRUE(p != nullptr)) return p;
  }
  return AllocateSlow(pool);
}

void morph_pool_free(morph_pool* pool, void* p) {
  if (Usable(pool)) pool->door.Free(p);
}

void morph_pool_trim(morph_pool* pool) {
  if (Usable(pool)) pool->object->Trim();
}

size_t morph_pool_used(const morph_pool* pool) {
  return Usable(pool) ? pool->object->statistics().live_bytes : 0;
}

size_t morph_pool_held(const morph_pool* pool) {
  return Usable(pool) ? pool->object->statistics().bytes_held : 0;
}

void morph_pool_destroy(morph_pool* pool) {
  if (pool != nullptr && Usable(pool)) DestroyHandle(pool);
}

// --- Generational heaps.

morph_gen_heap* morph_gen_heap_new(size_t young_bytes, size_t old_bytes) {
  foxvm::gc::HeapOptions options;
  options.young_bytes = young_bytes;
  // A sum that wraps around is too small or too large for Validate in any case.
  options.max_bytes = young_bytes > SIZE_MAX - old_bytes ? SIZE_MAX : young_bytes + old_bytes;
  options.verify = MemoryDebugWanted();
  auto heap = StructHeap::Create(options);
  if (!heap.ok()) {
    FailWith(heap.status());
    return nullptr;
  }
  return new morph_gen_heap(options.verify, *std::move(heap));
}

int morph_gen_heap_register_type(morph_gen_heap* heap, uint32_t type, const morph_type* layout) {
  return Usable(heap) ? foxvm::vm::RegisterType(*heap->object, type, layout) : 1;
}

void* morph_gen_heap_alloc(morph_gen_heap* heap, size_t bytes, uint32_t type) {
  return Usable(heap) ? OrOutOfMemory(heap->object->Allocate(bytes, type)) : nullptr;
}

void morph_gen_heap_push_root(morph_gen_heap* heap, void** root) {
  if (Usable(heap) && root != nullptr) heap->object->PushRoot(root);
}

void morph_gen_heap_pop_roots(morph_gen_heap* heap, int count) {
  if (Usable(heap) && count > 0) heap->object->PopRoots(static_cast<size_t>(count));
}

void morph_gen_heap_store(morph_gen_heap* heap, void** slot, void* value) {
  if (Usable(heap) && slot != nullptr) heap->object->Store(slot, value);
}

void morph_gen_heap_write_barrier(morph_gen_heap* heap, void* holder, void* value) {
  if (Usable(heap) && holder != nullptr && value != nullptr) heap->object->WriteBarrier(holder);
}

void morph_gen_heap_gc_minor(morph_gen_heap* heap) {
  if (Usable(heap)) heap->object->CollectMinor();
}

void morph_gen_heap_gc_major(morph_gen_heap* heap) {
  if (Usable(heap)) heap->object->CollectMajor();
}

void morph_gen_heap_destroy(morph_gen_heap* heap) {
  if (heap != nullptr && Usable(heap)) DestroyHandle(heap);
}
