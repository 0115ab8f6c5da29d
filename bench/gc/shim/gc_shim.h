/* The names of Whippet's collector interface over ours (gc/foxvm_gc.h), so that a benchmark written to that
 * interface runs on this collector.
 * How: its objects say by themselves what they are, so all of them are of two types here: one that is traced
 *      by the program's gc_trace_object, one without pointers. Its ephemerons and finalizers are objects;
 *      behind them are a weak reference and a table. The program gives gc_trace_object and
 *      gc_trace_mutator_roots in the header that GC_EMBEDDER names, with which gc_shim.c is compiled.
 * Price: 16 bytes more for each object, and one mutator: gc_init_for_thread gives none.
 * Not here: conservative roots, pinning what exists already, event listeners but the basic statistics. */
#ifndef FOXVM_BENCH_GC_SHIM_GC_SHIM_H_
#define FOXVM_BENCH_GC_SHIM_GC_SHIM_H_

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "gc/foxvm_gc.h"

#define GC_PRECISE_ROOTS 1
#define GC_CONSERVATIVE_ROOTS 0
#define GC_CONSERVATIVE_TRACE 0
#define GC_ALWAYS_INLINE __attribute__((always_inline))
#define GC_NEVER_INLINE __attribute__((noinline))
#define GC_CRASH() __builtin_trap()
#define GC_ASSERT(condition) assert(condition)
#define GC_ASSERT_EQ(a, b) assert((a) == (b))

struct gc_ref {
  uintptr_t value;
};
struct gc_edge {
  struct gc_ref* dst;
};

static inline struct gc_ref gc_ref(uintptr_t value) { return (struct gc_ref){value}; }
static inline struct gc_ref gc_ref_null(void) { return gc_ref(0); }
static inline uintptr_t gc_ref_value(struct gc_ref ref) { return ref.value; }
static inline int gc_ref_is_null(struct gc_ref ref) { return ref.value == 0; }
static inline struct gc_ref gc_ref_from_heap_object(void* object) { return gc_ref((uintptr_t)object); }
static inline void* gc_ref_heap_object(struct gc_ref ref) { return (void*)ref.value; }
static inline struct gc_edge gc_edge(void* address) { return (struct gc_edge){(struct gc_ref*)address}; }
static inline struct gc_ref gc_edge_ref(struct gc_edge edge) { return *edge.dst; }
static inline void gc_edge_update(struct gc_edge edge, struct gc_ref ref) { *edge.dst = ref; }

/* One heap with its one mutator. */
struct gc_heap {
  foxvm_gc_heap* foxvm;
  const foxvm_gc_type* tagged;
  const foxvm_gc_type* pointerless;
  const foxvm_gc_type* ephemeron;
  const foxvm_gc_type* cell;
  const foxvm_gc_type* finalizer;
  foxvm_gc_ephemerons* cells;      /* key -> the cells of its ephemerons */
  foxvm_gc_ephemerons* finalizers; /* object -> its finalizers */
  struct gc_mutator_roots* mutator_roots;
  struct gc_heap_roots* heap_roots;
};
#define gc_mutator gc_heap

struct gc_mutator_roots;
struct gc_heap_roots;
typedef void gc_trace_edge(struct gc_edge edge, struct gc_heap* heap, void* data);

/* --- Options and heaps --- */

enum gc_heap_size_policy { GC_HEAP_SIZE_FIXED, GC_HEAP_SIZE_GROWABLE, GC_HEAP_SIZE_ADAPTIVE };
enum { GC_OPTION_HEAP_SIZE_POLICY, GC_OPTION_HEAP_SIZE, GC_OPTION_MAXIMUM_HEAP_SIZE, GC_OPTION_PARALLELISM };
enum gc_collection_kind {
  GC_COLLECTION_ANY,
  GC_COLLECTION_MINOR,
  GC_COLLECTION_MAJOR,
  GC_COLLECTION_COMPACTING
};
enum gc_allocation_kind { GC_ALLOCATION_TAGGED, GC_ALLOCATION_TAGGED_POINTERLESS };

struct gc_options;
struct gc_options* gc_allocate_options(void);
int gc_options_set_int(struct gc_options* options, int option, int value);
int gc_options_set_size(struct gc_options* options, int option, size_t value);
/* `text` is what FOXVM_GC takes. */
int gc_options_parse_and_set_many(struct gc_options* options, const char* text);

struct gc_stack_addr {
  uintptr_t addr;
};
static inline struct gc_stack_addr gc_empty_stack_addr(void) { return (struct gc_stack_addr){0}; }
static inline void* gc_call_with_stack_addr(void* (*f)(struct gc_stack_addr, void*), void* data) {
  return f(gc_empty_stack_addr(), data);
}

struct gc_event_listener {
  int is_basic_stats;
};
/* 0 when the options are refused. */
int gc_init(const struct gc_options* options, struct gc_stack_addr base, struct gc_heap** heap,
            struct gc_mutator** mutator, struct gc_event_listener listener, void* data);
void gc_mutator_set_roots(struct gc_mutator* mutator, struct gc_mutator_roots* roots);
void gc_heap_set_roots(struct gc_heap* heap, struct gc_heap_roots* roots);
static inline struct gc_heap* gc_mutator_heap(struct gc_mutator* mutator) { return mutator; }
static inline struct gc_mutator* gc_init_for_thread(struct gc_stack_addr base, struct gc_heap* heap) {
  (void)base;
  (void)heap;
  return NULL;
}
/* The one mutator's end is the heap's. */
void gc_finish_for_thread(struct gc_mutator* mutator);
static inline void* gc_deactivate_for_call(struct gc_mutator* mutator, void* (*f)(struct gc_mutator*, void*),
                                           void* data) {
  return f(mutator, data);
}
void gc_collect(struct gc_mutator* mutator, enum gc_collection_kind kind);
static inline void gc_safepoint(struct gc_mutator* mutator) { foxvm_gc_safepoint(mutator->foxvm); }

/* --- Objects --- */

static inline void* gc_allocate(struct gc_mutator* mutator, size_t bytes, enum gc_allocation_kind kind) {
  const int tagged = kind == GC_ALLOCATION_TAGGED;
  void* object = foxvm_gc_allocate(mutator->foxvm, tagged ? mutator->tagged : mutator->pointerless, bytes);
  if (object != NULL && tagged) memset(object, 0, bytes);
  return object;
}

static inline void gc_write_barrier(struct gc_mutator* mutator, struct gc_ref object, size_t bytes,
                                    struct gc_edge edge, struct gc_ref value) {
  (void)object;
  (void)bytes;
  foxvm_gc_before_store(mutator->foxvm, (void**)edge.dst, gc_ref_heap_object(value));
}

/* --- Ephemerons and finalizers --- */

struct gc_ephemeron;
struct gc_finalizer;

size_t gc_ephemeron_size(void);
struct gc_ephemeron* gc_allocate_ephemeron(struct gc_mutator* mutator);
/* The value lives as long as the key, also when the ephemeron has died before. */
void gc_ephemeron_init(struct gc_mutator* mutator, struct gc_ephemeron* ephemeron, struct gc_ref key,
                       struct gc_ref value);
struct gc_ref gc_ephemeron_key(struct gc_ephemeron* ephemeron);
struct gc_ref gc_ephemeron_value(struct gc_ephemeron* ephemeron);
struct gc_ephemeron* gc_ephemeron_chain_head(struct gc_ephemeron** place);
void gc_ephemeron_chain_push(struct gc_ephemeron** place, struct gc_ephemeron* ephemeron);
struct gc_ephemeron* gc_ephemeron_chain_next(struct gc_ephemeron* ephemeron);
void gc_trace_ephemeron(struct gc_ephemeron* ephemeron, gc_trace_edge* visit, struct gc_heap* heap,
                        void* data);

size_t gc_finalizer_size(void);
struct gc_finalizer* gc_allocate_finalizer(struct gc_mutator* mutator);
/* All priorities are one. */
void gc_finalizer_attach(struct gc_mutator* mutator, struct gc_finalizer* finalizer, unsigned priority,
                         struct gc_ref object, struct gc_ref closure);
struct gc_finalizer* gc_pop_finalizable(struct gc_mutator* mutator);
struct gc_ref gc_finalizer_object(struct gc_finalizer* finalizer);
struct gc_ref gc_finalizer_closure(struct gc_finalizer* finalizer);
void gc_trace_finalizer(struct gc_finalizer* finalizer, gc_trace_edge* visit, struct gc_heap* heap,
                        void* data);

/* --- Statistics --- */

struct gc_basic_stats {
  struct gc_heap* heap;
  uint64_t started_ns;
  uint64_t elapsed_ns;
};
#define GC_BASIC_STATS ((struct gc_event_listener){1})
void gc_basic_stats_finish(struct gc_basic_stats* stats);
void gc_basic_stats_print(struct gc_basic_stats* stats, FILE* file);

#endif /* FOXVM_BENCH_GC_SHIM_GC_SHIM_H_ */
