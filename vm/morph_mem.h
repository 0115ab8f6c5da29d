/* morph_mem.h: FoxVM's memory for programs in C, C++ and assembly, complete: no other header is needed.
 * How: four doors, to be used singly or together. An arena: allocation by moving a pointer, everything
 *      dropped at once. A pool: objects of one size, freed one by one. A generational heap: collected,
 *      precise, moving. And a context: one of four modes that chooses among those for its user.
 * Failure: a function that returns memory returns NULL, one that returns int something else than 0, when
 *      memory is lacking, a limit is reached or an argument is bad; morph_mem_error() then tells more. A NULL
 *      context, arena, pool or heap is a bad argument. Nothing here ends the process but what is found in
 *      debug mode.
 * Debug mode: enable_debug, or MORPH_MEM_DEBUG=1 in the environment when something is made. Writes past the
 *      end of an allocation, double and foreign frees, pointers that are not what their type says and the use
 *      of something destroyed are then reported on standard error and end the process; without it they are
 *      undefined, as with malloc.
 * MORPH_MEM_STATS=FILE in the environment: each context's statistics are written to FILE when it is
 * destroyed.
 * Threads: each context, arena, pool and heap belongs to one thread at a time; they share nothing.
 * From assembly: the System V calling convention; sizes are 64 bits, types 32. */
#ifndef FOXVM_VM_MORPH_MEM_H_
#define FOXVM_VM_MORPH_MEM_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct morph_context morph_context;
typedef struct morph_arena morph_arena;
typedef struct morph_pool morph_pool;
typedef struct morph_gen_heap morph_gen_heap;

/* What the newest failure on this thread was; "" when there was none. Good until the next call that fails. */
const char* morph_mem_error(void);

/* --- Types of objects ------------------------------------------------------------------------------
 * Numbers of the user's choice, from 1 to MORPH_MAX_TYPE. 0 is there from the start: bytes without pointers.
 * */

enum { MORPH_MAX_TYPE = 126 };

/* Where the pointers in the objects of a type are. */
typedef struct morph_type {
  const char* name;              /* copied */
  size_t bytes;                  /* of the struct, or of one element of an array */
  const size_t* pointer_offsets; /* byte offsets of the pointers in it, each a multiple of 8; copied */
  size_t pointer_count;
  int is_array; /* the layout repeats to the end of the object; else only the first `bytes` have pointers */
} morph_type;

/* --- Configuration ------------------------------------------------------------------------------ */

typedef int morph_mode;
enum {
  MORPH_MODE_COMPILER = 0, /* trees built and dropped as a whole: arena and pool, no collection, no headers */
  MORPH_MODE_RUNTIME = 1,  /* the generational heap for one program */
  MORPH_MODE_VM = 2,       /* the same for a long-lived program with many objects */
  MORPH_MODE_SERVER = 3    /* the same within a bound, for one that runs for ever */
};

/* Sizes in bytes. Start from a preset and change what should differ. */
typedef struct morph_mem_config {
  morph_mode mode;
  uint64_t max_bytes;         /* most to hold: COMPILER: from the system, UINT64_MAX for no limit; else: of
                                 objects */
  uint64_t first_chunk_bytes; /* COMPILER: the first chunk; each is twice the one before ... */
  uint64_t max_chunk_bytes;   /* ... up to this size. Powers of two */
  uint64_t kept_bytes;        /* COMPILER: kept for reuse by morph_mem_reset */
  uint64_t young_bytes;       /* other modes: size of the young generation */
  uint32_t promotion_age;     /* other modes: minor collections an object survives to become old; 1 to 15 */
  uint32_t growth_percent;    /* other modes: growth of the old generation that has it collected */
  uint64_t stress_interval;   /* other modes, for testing: collect at every Nth allocation; 1 moves every
                                 young object each time, 0: never */
  int enable_metrics;         /* count objects by type */
  int enable_debug;           /* see above */
} morph_mem_config;

/* The preset of a mode. */
morph_mem_config morph_config_preset(morph_mode mode);
#define MORPH_CONFIG_COMPILER_INIT (morph_config_preset(MORPH_MODE_COMPILER))
#define MORPH_CONFIG_RUNTIME_INIT (morph_config_preset(MORPH_MODE_RUNTIME))
#define MORPH_CONFIG_VM_INIT (morph_config_preset(MORPH_MODE_VM))
#define MORPH_CONFIG_SERVER_INIT (morph_config_preset(MORPH_MODE_SERVER))

/* The runtime preset, bounded to a quarter of what the machine, the control groups and the limits of this
 * process let it use. */
morph_mem_config morph_detect_config(void);

/* --- Contexts ----------------------------------------------------------------------------------- */

/* A new context; NULL when a field of `config` is out of range (morph_mem_error names the first) or memory is
 * lacking. */
morph_context* morph_mem_init(morph_mem_config config);
/* The same with morph_detect_config(). */
morph_context* morph_mem_init_auto(void);
/* Ends a context and all its objects. NULL does nothing. */
void morph_mem_destroy(morph_context* ctx);

/* Gives `type` its name and, for the modes that collect, its layout. Once for each type, before its first
 * object. COMPILER mode needs none. */
int morph_register_type(morph_context* ctx, uint32_t type, const morph_type* layout);

/* At least `bytes` bytes, aligned to 8 in COMPILER mode and to 16 in the others. In COMPILER mode objects of
 * a type other than 0 up to 256 bytes come from a pool, all else from an arena; the contents are undefined.
 * In the other modes the object is collected when no root leads to it; it is zeroed if its type has pointers;
 * any allocation may move other objects. Zero bytes are allowed; the result is then not NULL and may not be
 * used.
 * NULL also: a type above MORPH_MAX_TYPE; outside COMPILER mode, one not registered or with fewer bytes than
 * it has. */
void* morph_alloc(morph_context* ctx, size_t bytes, uint32_t type);
/* The same, with all bytes zero. */
void* morph_alloc_zeroed(morph_context* ctx, size_t bytes, uint32_t type);
/* COMPILER mode: memory of the pool may be used again; memory of the arena stays until the reset. Other
 * modes: nothing. NULL does nothing. */
void morph_free(morph_context* ctx, void* p);
/* COMPILER mode: all objects end, their memory is used again. Other modes: nothing. */
void morph_mem_reset(morph_context* ctx);

/* Modes that collect; in COMPILER mode these do nothing, but for morph_gc_store, which stores. */
/* A full collection. */
void morph_gc_collect(morph_context* ctx);
/* `*root`, a pointer variable of the program that is NULL or holds an object, keeps it alive and follows its
 * moves, until popped. */
void morph_gc_push_root(morph_context* ctx, void** root);
/* Pops the `count` roots pushed last. */
void morph_gc_pop_roots(morph_context* ctx, int count);
/* *slot = value, where slot is a pointer inside an object. Every such store goes through here, but for those
 * into an object that was allocated after all others. */
void morph_gc_store(morph_context* ctx, void** slot, void* value);

/* Bytes and counts since the context was made, unless they say something else. */
typedef struct morph_mem_stats {
  uint64_t total_allocated; /* whole slots and headers included */
  uint64_t total_freed;     /* by morph_free and morph_mem_reset, or found dead by a collection */
  uint64_t current_live;    /* the rest */
  uint64_t held_bytes;      /* from the system, now */
  uint64_t peak_held_bytes;
  uint64_t arena_bytes; /* parts of held_bytes */
  uint64_t pool_bytes;
  uint64_t heap_bytes;
  uint64_t gc_count; /* of both kinds */
  uint64_t gc_major_count;
  uint64_t gc_time_us; /* microseconds */
  uint64_t gc_pause_max_us;
  uint64_t objects_by_type[MORPH_MAX_TYPE + 1]; /* allocated; with enable_metrics */
} morph_mem_stats;

/* All zero for NULL. */
morph_mem_stats morph_mem_get_stats(morph_context* ctx);
/* Prints them on standard error, a line each. */
void morph_mem_print_stats(morph_context* ctx);
/* Writes them to a file: as CSV if its name ends in .csv, else as JSON. */
int morph_mem_dump_stats(morph_context* ctx, const char* path);

/* --- Arenas ------------------------------------------------------------------------------------- */

/* A point in an arena to come back to. Its fields are the arena's own. */
typedef struct morph_arena_mark {
  uint64_t words[5];
} morph_arena_mark;

/* A new arena whose chunks grow up to `chunk_bytes`, a power of two from 1 KiB to 1 GiB; 0: 2 MiB. The first
 * chunk is made by the first allocation, of at most 4 KiB. */
morph_arena* morph_arena_allocator_new(size_t chunk_bytes);
/* The same, with a limit on what it may hold from the system. */
morph_arena* morph_arena_allocator_new_limited(size_t chunk_bytes, size_t max_bytes);
/* Undefined bytes, aligned to 8; enough for all of C but long double and vectors. */
void* morph_arena_alloc(morph_arena* arena, size_t bytes);
/* The same with another alignment, a power of two. */
void* morph_arena_alloc_aligned(morph_arena* arena, size_t bytes, size_t alignment);
/* A copy of `bytes` bytes. */
void* morph_arena_copy(morph_arena* arena, const void* source, size_t bytes);
/* *mark is this moment; rewinding to it ends all that was allocated since. Marks nest; one is good until the
 * arena is rewound to an earlier one or reset. */
void morph_arena_save(const morph_arena* arena, morph_arena_mark* mark);
void morph_arena_rewind(morph_arena* arena, const morph_arena_mark* mark);
/* Ends all that was allocated, in a time that does not depend on how much; the memory is kept for reuse. */
void morph_arena_reset(morph_arena* arena);
/* Gives back to the system what is not in use. */
void morph_arena_trim(morph_arena* arena);
/* Bytes in use, and held from the system. */
size_t morph_arena_used(const morph_arena* arena);
size_t morph_arena_held(const morph_arena* arena);
void morph_arena_destroy(morph_arena* arena);

/* --- Pools -------------------------------------------------------------------------------------- */

/* A new pool of objects of 1 to 4096 bytes; sizes are rounded up to multiples of 16. */
morph_pool* morph_pool_new(size_t object_bytes);
/* Undefined bytes, aligned to 16. */
void* morph_pool_alloc(morph_pool* pool);
/* Takes back what the same pool gave. NULL does nothing. */
void morph_pool_free(morph_pool* pool, void* p);
/* Gives empty blocks back to the system. */
void morph_pool_trim(morph_pool* pool);
/* Bytes in use, and held from the system. */
size_t morph_pool_used(const morph_pool* pool);
size_t morph_pool_held(const morph_pool* pool);
void morph_pool_destroy(morph_pool* pool);

/* --- Generational heaps: what contexts use outside COMPILER mode, by itself --------------------- */

/* A new heap with a young generation of `young_bytes` and at most `young_bytes + old_bytes` of objects. */
morph_gen_heap* morph_gen_heap_new(size_t young_bytes, size_t old_bytes);
/* As morph_register_type, morph_alloc, morph_gc_push_root, morph_gc_pop_roots and morph_gc_store. */
int morph_gen_heap_register_type(morph_gen_heap* heap, uint32_t type, const morph_type* layout);
void* morph_gen_heap_alloc(morph_gen_heap* heap, size_t bytes, uint32_t type);
void morph_gen_heap_push_root(morph_gen_heap* heap, void** root);
void morph_gen_heap_pop_roots(morph_gen_heap* heap, int count);
void morph_gen_heap_store(morph_gen_heap* heap, void** slot, void* value);
/* After plain stores into `holder`: does for all its pointers what morph_gen_heap_store does for one, in a
 * time that grows with its size. `value`, what was stored, may be NULL. */
void morph_gen_heap_write_barrier(morph_gen_heap* heap, void* holder, void* value);
/* Collects the young generation, or everything. */
void morph_gen_heap_gc_minor(morph_gen_heap* heap);
void morph_gen_heap_gc_major(morph_gen_heap* heap);
void morph_gen_heap_destroy(morph_gen_heap* heap);

#ifdef __cplusplus
}
#endif

#endif /* FOXVM_VM_MORPH_MEM_H_ */
