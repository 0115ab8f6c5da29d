/* The collector for C: objects of the program's own types with plain pointers in them, which move.
 * How: a pointer to an object points to its first byte; 16 bytes in front of it are the collector's. Types
 *      say where their pointers are, by words or by a callback; the collector updates pointers in place.
 *      Allocation and the write barrier are inline: a compare, a bump, two stores; a byte store and a
 *      foreseen test.
 * Rules: (1) what may collect says so ("Collects"); pointers held across it are in a handle, a persistent
 *      handle, or shown by a roots callback. (2) Every pointer field of a new object is set before the next
 *      call that may collect. (3) Later stores of pointers go through foxvm_gc_store, or are announced to
 *      foxvm_gc_before_store. (4) Callbacks that run inside a collection (trace, roots, dispose) neither
 *      allocate nor call anything here but what they are given.
 * Errors: NULL, 0 or a negative number, also when the system has no memory for the collector's own tables (of
 *      handles, of weak keys), which the heap's bound does not count. What ends the process is a broken heap.
 * Threads: a heap belongs to one thread at a time; heaps share nothing. With FOXVM_GC_THREAD the trace
 *      callbacks are also called by the heap's own marking thread. */
#ifndef FOXVM_GC_FOXVM_GC_H_
#define FOXVM_GC_FOXVM_GC_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- Heaps ---------------------------------------------------------------------------------------- */

/* How the old generation is marked. */
enum {
  FOXVM_GC_PAUSE = 0,  /* in one pause */
  FOXVM_GC_SLICES = 1, /* in slices, between which the program runs */
  FOXVM_GC_THREAD = 2  /* on a thread beside the program */
};

enum {
  FOXVM_GC_PRESET_DEFAULT = 0,
  FOXVM_GC_PRESET_AUTO = 1, /* what suits the machine's memory */
  FOXVM_GC_PRESET_RUNTIME = 2,
  FOXVM_GC_PRESET_VM = 3,
  FOXVM_GC_PRESET_SERVER = 4
};

/* Sizes in bytes; docs/gc.md says what each does. Start from foxvm_gc_options_of and change what should
 * differ. */
typedef struct foxvm_gc_options {
  size_t max_bytes;       /* bound of the heap; past it allocation fails */
  size_t young_bytes;     /* of the young generation at first */
  size_t min_young_bytes; /* 0: half of it, or a sixteenth with a pause goal */
  size_t max_young_bytes; /* 0: eight times */
  uint32_t pause_goal_us; /* of the young generation's collections; 0: none */
  int promotion_age;
  double growth_factor;
  int mode; /* FOXVM_GC_PAUSE, ... */
  uint32_t slice_us;
  size_t compact_bytes;
  double pressure_share;
  uint64_t stress_interval; /* collect at every Nth allocation; 0: never */
  int verify;               /* check the heap around every collection */
  int record_sites;         /* remember where objects were allocated */
} foxvm_gc_options;

foxvm_gc_options foxvm_gc_options_of(int preset);

#ifdef __cplusplus
typedef bool foxvm_gc_flag;
#else
typedef _Bool foxvm_gc_flag;
#endif

/* Read by the inline functions; to be changed by nobody else. */
typedef struct foxvm_gc_mutator {
  uintptr_t cursor;
  uintptr_t limit;
  foxvm_gc_flag marking;
  uint8_t* biased_cards;
} foxvm_gc_mutator;

typedef struct foxvm_gc_heap {
  foxvm_gc_mutator* mutator;
  void** handle_top;
  void** handle_end;
} foxvm_gc_heap;

/* The environment variable FOXVM_GC goes before `options` (NULL: the defaults). NULL when they are not valid
 * or the system refuses the memory: then the reason is in `error`, of `error_bytes`, which may be NULL. */
foxvm_gc_heap* foxvm_gc_create(const foxvm_gc_options* options, char* error, size_t error_bytes);
/* Disposers run for all objects that have one; finalizable objects that are left are not told of. */
void foxvm_gc_destroy(foxvm_gc_heap* heap);

/* --- Types ---------------------------------------------------------------------------------------- */

/* To be called for the address of each pointer field; the field may be changed by it. */
typedef void foxvm_gc_visit(void** edge, void* visitor);

enum {
  FOXVM_GC_NO_POINTERS = 0,
  FOXVM_GC_ALL_POINTERS = 1,  /* every word is a pointer to an object, or NULL */
  FOXVM_GC_SOME_POINTERS = 2, /* those of the first 62 words whose bits are set in pointer_words */
  FOXVM_GC_TRACED = 3         /* `trace` tells */
};

enum {
  FOXVM_GC_NOT_FINALIZABLE = 0,
  FOXVM_GC_FINALIZABLE = 1,           /* every object of the type */
  FOXVM_GC_FINALIZABLE_ON_REQUEST = 2 /* those given to foxvm_gc_attach_finalizer */
};

typedef struct foxvm_gc_type_info {
  const char* name; /* copied; in dumps and messages */
  int pointers;     /* FOXVM_GC_NO_POINTERS, ... */
  uint64_t pointer_words;
  /* Calls visit(&field, visitor) for every pointer field of `object`, whose size as asked for is rounded up
   * to `bytes`. */
  void (*trace)(void* object, size_t bytes, foxvm_gc_visit* visit, void* visitor);
  /* Called once when the object has died, inside the collection: to give back what it holds outside. NULL:
   * none. */
  void (*dispose)(void* object);
  int finalizable; /* FOXVM_GC_NOT_FINALIZABLE, ... */
} foxvm_gc_type_info;

/* Read by the inline functions. */
typedef struct foxvm_gc_type {
  uint64_t header_bits;
  size_t slow_from; /* objects of so many bytes or more take the slow path */
} foxvm_gc_type;

/* The type lives as long as the heap. NULL for contradictions, when there are 127 types already, and while a
 * marking runs. Register types before the first object. */
const foxvm_gc_type* foxvm_gc_register_type(foxvm_gc_heap* heap, const foxvm_gc_type_info* info);

/* --- Objects -------------------------------------------------------------------------------------- */

void* foxvm_gc_allocate_slow(foxvm_gc_heap* heap, const foxvm_gc_type* type, size_t bytes);

/* A new object of `bytes`, aligned to 16; what is in it is undefined (rule 2). NULL when out of memory.
 * Collects. */
static inline void* foxvm_gc_allocate(foxvm_gc_heap* heap, const foxvm_gc_type* type, size_t bytes) {
  foxvm_gc_mutator* mutator = heap->mutator;
  const size_t total = (bytes + 31) & ~(size_t)15;
  const uintptr_t start = mutator->cursor;
  if (__builtin_expect(bytes >= type->slow_from || start + total > mutator->limit, 0)) {
    return foxvm_gc_allocate_slow(heap, type, bytes);
  }
  mutator->cursor = start + total;
  ((uint64_t*)start)[0] = (uint64_t)(total >> 4) | type->header_bits;
  ((uint64_t*)start)[1] = (uint64_t)(uintptr_t)type;
  return (void*)(start + 16);
}

/* The same, all zero. */
void* foxvm_gc_allocate_zeroed(foxvm_gc_heap* heap, const foxvm_gc_type* type, size_t bytes);
/* The same, all zero, never moved; only a major collection frees it. */
void* foxvm_gc_allocate_pinned(foxvm_gc_heap* heap, const foxvm_gc_type* type, size_t bytes);

const foxvm_gc_type* foxvm_gc_type_of(const void* object);
/* At least what was asked for. */
size_t foxvm_gc_size_of(const foxvm_gc_heap* heap, const void* object);
/* The same for the object's whole life, wherever it moves. */
uint64_t foxvm_gc_identity_hash(foxvm_gc_heap* heap, void* object);
int foxvm_gc_is_young(const foxvm_gc_heap* heap, const void* object);

/* --- The write barrier ----------------------------------------------------------------------------- */

void foxvm_gc_log_store(foxvm_gc_heap* heap, void** field, void* value);

/* Before `*field = value`, where `field` is in an object. Between the two nothing that collects; with
 * FOXVM_GC_THREAD the store is an atomic one that releases. */
static inline void foxvm_gc_before_store(foxvm_gc_heap* heap, void** field, void* value) {
  foxvm_gc_mutator* mutator = heap->mutator;
  if (__builtin_expect(mutator->marking, 0)) foxvm_gc_log_store(heap, field, value);
  mutator->biased_cards[(uintptr_t)field >> 9] = 1;
}

/* *field = value. */
static inline void foxvm_gc_store(foxvm_gc_heap* heap, void** field, void* value) {
  foxvm_gc_before_store(heap, field, value);
  __atomic_store_n(field, value, __ATOMIC_RELEASE);
}

/* --- Roots ---------------------------------------------------------------------------------------- */

void** foxvm_gc_push_slow(foxvm_gc_heap* heap, void* object);

/* Handles: slots that end with the scope in which they were made. *handle is the object, wherever it is; it
 * may be assigned. */
typedef struct foxvm_gc_scope {
  void** top;
  void** end;
} foxvm_gc_scope;

static inline foxvm_gc_scope foxvm_gc_open(foxvm_gc_heap* heap) {
  const foxvm_gc_scope scope = {heap->handle_top, heap->handle_end};
  return scope;
}
/* A handle for `object`, which may be NULL. NULL when the system has no memory for it. */
static inline void** foxvm_gc_push(foxvm_gc_heap* heap, void* object) {
  void** handle = heap->handle_top;
  if (__builtin_expect(handle == heap->handle_end, 0)) return foxvm_gc_push_slow(heap, object);
  *handle = object;
  heap->handle_top = handle + 1;
  return handle;
}
/* Ends the handles made since `scope` was opened. */
static inline void foxvm_gc_close(foxvm_gc_heap* heap, foxvm_gc_scope scope) {
  heap->handle_top = scope.top;
  heap->handle_end = scope.end;
}

/* Slots that end when they are dropped. NULL when the system has no memory. */
typedef struct foxvm_gc_persistent foxvm_gc_persistent;
foxvm_gc_persistent* foxvm_gc_persistent_new(foxvm_gc_heap* heap, void* object);
void* foxvm_gc_persistent_get(const foxvm_gc_persistent* persistent);
void foxvm_gc_persistent_set(foxvm_gc_persistent* persistent, void* object);
void foxvm_gc_persistent_drop(foxvm_gc_persistent* persistent);

/* `roots` is called by every collection until it is removed and calls visit(&pointer, visitor) for each
 * pointer outside the heap that is a root. 0, or -1 when the system has no memory. */
typedef void foxvm_gc_roots(void* user, foxvm_gc_visit* visit, void* visitor);
int foxvm_gc_add_roots(foxvm_gc_heap* heap, foxvm_gc_roots* roots, void* user);
/* -1 when there is none such. */
int foxvm_gc_remove_roots(foxvm_gc_heap* heap, foxvm_gc_roots* roots, void* user);

/* --- Weak references, ephemerons, finalizers ------------------------------------------------------- */

/* Refers to an object without keeping it alive: get is NULL once it has died. NULL when the system has no
 * memory. */
typedef struct foxvm_gc_weak foxvm_gc_weak;
foxvm_gc_weak* foxvm_gc_weak_new(foxvm_gc_heap* heap, void* object);
void* foxvm_gc_weak_get(const foxvm_gc_weak* weak);
/* Also from a dispose callback. */
void foxvm_gc_weak_drop(foxvm_gc_weak* weak);

/* A table of values that live as long as their keys, which it does not keep alive. */
typedef struct foxvm_gc_ephemerons foxvm_gc_ephemerons;
foxvm_gc_ephemerons* foxvm_gc_ephemerons_new(foxvm_gc_heap* heap);
void foxvm_gc_ephemerons_drop(foxvm_gc_ephemerons* table);
/* NULL: no entry, or that value. */
void* foxvm_gc_ephemerons_get(const foxvm_gc_ephemerons* table, void* key);
/* In place of the value before. `key` is not NULL. 0; -1, and nothing done, when the system has no memory. */
int foxvm_gc_ephemerons_set(foxvm_gc_ephemerons* table, void* key, void* value);
/* 1 if there was such an entry. */
int foxvm_gc_ephemerons_erase(foxvm_gc_ephemerons* table, void* key);
size_t foxvm_gc_ephemerons_count(const foxvm_gc_ephemerons* table);

/* Asks for `object`, of a finalizable type, to be told of once it has died. 1; 0 when that is so already, -1
 * when the type is not finalizable or the system has no memory. */
int foxvm_gc_attach_finalizer(foxvm_gc_heap* heap, void* object);
/* The finalizable object that died first of those not asked for yet, whole, with all it refers to; NULL:
 * none. By collection, and within one in the order in which the finalizers were asked for. It is an object
 * like any other from now on and lives as long as it is reachable. */
void* foxvm_gc_next_finalizable(foxvm_gc_heap* heap);

/* --- Collections ---------------------------------------------------------------------------------- */

void foxvm_gc_safepoint_slow(foxvm_gc_heap* heap);
/* For loops that allocate nothing: a place where a collection may come if one is due. Collects. */
static inline void foxvm_gc_safepoint(foxvm_gc_heap* heap) {
  if (__builtin_expect(heap->mutator->limit < heap->mutator->cursor, 0)) foxvm_gc_safepoint_slow(heap);
}
/* Collect. */
void foxvm_gc_collect_minor(foxvm_gc_heap* heap);
void foxvm_gc_collect_major(foxvm_gc_heap* heap);
/* A major collection that also moves objects until nothing more is won. */
void foxvm_gc_compact(foxvm_gc_heap* heap);
/* A major collection as the mode says; its slices come with allocations, or with foxvm_gc_advance_major,
 * which is 1 while there is more to do. */
void foxvm_gc_begin_major(foxvm_gc_heap* heap);
int foxvm_gc_advance_major(foxvm_gc_heap* heap);
/* Asks for a minor collection at the next allocation or safepoint. */
void foxvm_gc_request(foxvm_gc_heap* heap);

/* Counts memory outside the heap that objects keep alive. */
void foxvm_gc_add_external_bytes(foxvm_gc_heap* heap, int64_t delta);
/* `pressure` is called when little of the bound is free (options.pressure_share); it may drop roots. NULL:
 * nobody. */
void foxvm_gc_set_pressure_callback(foxvm_gc_heap* heap, void (*pressure)(void* user), void* user);
void foxvm_gc_release_free_memory(foxvm_gc_heap* heap);

/* --- What a heap tells ----------------------------------------------------------------------------- */

typedef struct foxvm_gc_statistics {
  uint64_t minor_collections;
  uint64_t major_collections;
  uint64_t allocated_bytes; /* since the start */
  uint64_t copied_bytes;
  uint64_t promoted_bytes;
  uint64_t live_old_bytes;
  uint64_t young_used_bytes;
  uint64_t committed_bytes; /* held from the system */
  uint64_t peak_committed_bytes;
  uint64_t pauses; /* of all kinds */
  uint64_t pause_ns_total;
  uint64_t pause_ns_max;
  uint64_t degenerated_cycles;
  uint64_t pressure_calls;
} foxvm_gc_statistics;

foxvm_gc_statistics foxvm_gc_get_statistics(const foxvm_gc_heap* heap);

/* Calls `visit` for every object; see Heap::ForEachObject. It must not collect. */
void foxvm_gc_for_each_object(foxvm_gc_heap* heap, void (*visit)(void* object, void* user), void* user);
/* Writes the heap as text (gc/heap_dump.h) to `write`, which is 0 when it cannot go on: then so is this. */
int foxvm_gc_dump(foxvm_gc_heap* heap, int (*write)(const char* text, size_t bytes, void* user), void* user);
/* With options.record_sites: objects made from now on come from the site `name`; gives the one before for
 * the second function. */
uint32_t foxvm_gc_enter_site(foxvm_gc_heap* heap, const char* name);
void foxvm_gc_leave_site(foxvm_gc_heap* heap, uint32_t before);

#ifdef __cplusplus
}
#endif

#endif /* FOXVM_GC_FOXVM_GC_H_ */
