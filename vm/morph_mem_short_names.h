/* The older names of morph_mem.h's functions and types, without their prefix, for programs written to the
 * roadmap of Morph's second memory system. Include it in place of morph_mem.h. */
#ifndef FOXVM_VM_MORPH_MEM_SHORT_NAMES_H_
#define FOXVM_VM_MORPH_MEM_SHORT_NAMES_H_

#include "vm/morph_mem.h"

typedef morph_context MorphContextV2;
typedef morph_mem_config MorphMemConfig;
typedef morph_mem_stats MorphMemStats;
typedef morph_arena ArenaAllocator;
typedef morph_pool Pool;
typedef morph_gen_heap GenerationalHeap;

static inline ArenaAllocator* arena_allocator_new(size_t chunk_bytes) {
  return morph_arena_allocator_new(chunk_bytes);
}
static inline void* arena_alloc(ArenaAllocator* arena, size_t bytes) { return morph_arena_alloc(arena, bytes); }
static inline void arena_reset(ArenaAllocator* arena) { morph_arena_reset(arena); }
static inline void arena_destroy(ArenaAllocator* arena) { morph_arena_destroy(arena); }

static inline Pool* pool_new(size_t object_bytes) { return morph_pool_new(object_bytes); }
static inline void* pool_alloc(Pool* pool) { return morph_pool_alloc(pool); }
static inline void pool_free(Pool* pool, void* p) { morph_pool_free(pool, p); }
static inline void pool_destroy(Pool* pool) { morph_pool_destroy(pool); }

static inline GenerationalHeap* gen_heap_new(size_t young_bytes, size_t old_bytes) {
  return morph_gen_heap_new(young_bytes, old_bytes);
}
static inline void* gen_heap_alloc(GenerationalHeap* heap, size_t bytes, uint32_t type) {
  return morph_gen_heap_alloc(heap, bytes, type);
}
static inline void gen_heap_gc_minor(GenerationalHeap* heap) { morph_gen_heap_gc_minor(heap); }
static inline void gen_heap_gc_major(GenerationalHeap* heap) { morph_gen_heap_gc_major(heap); }
static inline void gen_heap_write_barrier(GenerationalHeap* heap, void* holder, void* value) {
  morph_gen_heap_write_barrier(heap, holder, value);
}
static inline void gen_heap_destroy(GenerationalHeap* heap) { morph_gen_heap_destroy(heap); }

#endif /* FOXVM_VM_MORPH_MEM_SHORT_NAMES_H_ */
