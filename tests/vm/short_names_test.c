/* A C program written to the roadmap's names: they compile as C11 and mean what they say. Exit status 0, or
 * the number of the first check that failed. */
#include "vm/morph_mem_short_names.h"

int main(void) {
  MorphMemConfig config = MORPH_CONFIG_COMPILER_INIT;
  MorphContextV2* context = morph_mem_init(config);
  MorphMemStats stats;
  ArenaAllocator* arena = arena_allocator_new(2 * 1024 * 1024);
  Pool* pool = pool_new(32);
  GenerationalHeap* heap = gen_heap_new(2 * 1024 * 1024, 32 * 1024 * 1024);
  void* p;
  if (context == NULL || arena == NULL || pool == NULL || heap == NULL) return 1;
  if (morph_alloc(context, 24, 1) == NULL) return 2;
  stats = morph_mem_get_stats(context);
  if (stats.total_allocated != 24) return 3;
  for (int i = 0; i < 100000; ++i) {
    if (arena_alloc(arena, 32) == NULL) return 4;
  }
  arena_reset(arena);
  if (morph_arena_used(arena) != 0) return 5;
  p = pool_alloc(pool);
  pool_free(pool, p);
  if (pool_alloc(pool) != p) return 6;
  if (gen_heap_alloc(heap, 32, 0) == NULL) return 7;
  gen_heap_write_barrier(heap, NULL, NULL);
  gen_heap_gc_minor(heap);
  gen_heap_gc_major(heap);
  gen_heap_destroy(heap);
  pool_destroy(pool);
  arena_destroy(arena);
  morph_mem_destroy(context);
  return 0;
}
