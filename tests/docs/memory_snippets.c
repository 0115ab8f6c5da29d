/* The pieces of C that docs/memory.md shows; docs_test compares them. Each function is one piece with what it
 * takes to run it, and main checks what they come to. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "vm/morph_mem.h"

static int Arena(void) {
  int good = 0;
  morph_arena* arena = morph_arena_allocator_new(0); /* 0: chunks of up to 2 MiB */
  morph_arena_mark before;
  char* name = morph_arena_copy(arena, "nama", 5);
  morph_arena_save(arena, &before);
  for (int i = 0; i < 1000; ++i) {
    if (morph_arena_alloc(arena, 32) == NULL) fputs(morph_mem_error(), stderr);
  }
  morph_arena_rewind(arena, &before); /* the 1000 end, the name stays */
  good = strcmp(name, "nama") == 0;
  morph_arena_reset(arena); /* everything ends */
  good = good && morph_arena_used(arena) == 0;
  morph_arena_destroy(arena);
  return good;
}

static int Pool(void) {
  int good = 0;
  morph_pool* pool = morph_pool_new(48);
  void* first = morph_pool_alloc(pool);
  morph_pool_free(pool, first);
  good = morph_pool_alloc(pool) == first; /* as a rule what was freed last is used first */
  morph_pool_destroy(pool);
  return good;
}

enum { TYPE_BYTES = 0, TYPE_NODE = 1 };

static int Compiler(void) {
  int good = 0;
  morph_mem_config config = MORPH_CONFIG_COMPILER_INIT;
  config.max_bytes = 64 << 20; /* past it, NULL */
  morph_context* memory = morph_mem_init(config);
  void* node = morph_alloc(memory, 40, TYPE_NODE);   /* from a pool: morph_free gives it back */
  void* name = morph_alloc(memory, 12, TYPE_BYTES);  /* from the arena */
  void* table = morph_alloc(memory, 800, TYPE_NODE); /* too large for the pool: from the arena */
  good = node != NULL && name != NULL && table != NULL;
  morph_free(memory, node);
  morph_mem_reset(memory); /* between two files: everything ends, the memory is used again */
  good = good && morph_mem_get_stats(memory).current_live == 0;
  morph_mem_destroy(memory);
  return good;
}

typedef struct List {
  struct List* next;
  long number;
} List;

static int Runtime(void) {
  long sum = 0;
  morph_context* memory = morph_mem_init(MORPH_CONFIG_RUNTIME_INIT);
  const size_t pointers[] = {offsetof(List, next)};
  const morph_type type = {
      .name = "list", .bytes = sizeof(List), .pointer_offsets = pointers, .pointer_count = 1};
  if (morph_register_type(memory, TYPE_NODE, &type) != 0) fputs(morph_mem_error(), stderr);

  void* list = NULL;
  morph_gc_push_root(memory, &list); /* from here on `list` follows its object */
  for (long i = 1; i <= 1000; ++i) {
    List* element = morph_alloc(memory, sizeof(List), TYPE_NODE); /* may move all others */
    if (element == NULL) break;
    element->next = list; /* new: no barrier needed */
    element->number = i;
    list = element;
  }
  morph_gc_store(memory, (void**)&((List*)list)->next->next, NULL); /* any later store of a pointer */
  morph_gc_collect(memory);
  for (List* element = list; element != NULL; element = element->next) sum += element->number;
  morph_gc_pop_roots(memory, 1);
  morph_mem_destroy(memory);
  return sum == 1000 + 999;
}

int main(void) { return Arena() && Pool() && Compiler() && Runtime() ? 0 : 1; }
