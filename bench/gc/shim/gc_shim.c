#include "bench/gc/shim/gc_shim.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

/* The program's own: gc_trace_object and the visitors of roots. */
#ifndef GC_EMBEDDER
#define GC_EMBEDDER "bench/gc/shim/shim_bench_types.h"
#endif
#include GC_EMBEDDER

struct gc_options {
  size_t bytes;
};

struct gc_ephemeron {
  uintptr_t tag; /* the program's */
  struct gc_ephemeron* next;
  struct cell* spare; /* until gc_ephemeron_init */
  struct gc_heap* heap;
  foxvm_gc_weak* key;
};

/* What an ephemeron adds to its key. */
struct cell {
  struct cell* next;
  void* value;
  uintptr_t number; /* of the ephemeron */
};

struct gc_finalizer {
  uintptr_t tag;
  struct gc_finalizer* next; /* of the same object */
  void* object;              /* once it has died */
  void* closure;
};

/* --- What the collector calls --- */

struct forward {
  foxvm_gc_visit* visit;
  void* visitor;
};

static void forward_edge(struct gc_edge edge, struct gc_heap* heap, void* data) {
  const struct forward* forward = data;
  (void)heap;
  forward->visit((void**)edge.dst, forward->visitor);
}

static void trace_tagged(void* object, size_t bytes, foxvm_gc_visit* visit, void* visitor) {
  struct forward forward = {visit, visitor};
  (void)bytes;
  gc_trace_object(gc_ref_from_heap_object(object), forward_edge, NULL, &forward);
}

static void trace_roots(void* user, foxvm_gc_visit* visit, void* visitor) {
  struct gc_heap* heap = user;
  struct forward forward = {visit, visitor};
  if (heap->mutator_roots != NULL) gc_trace_mutator_roots(heap->mutator_roots, forward_edge, heap, &forward);
  if (heap->heap_roots != NULL) gc_trace_heap_roots(heap->heap_roots, forward_edge, heap, &forward);
}

static void dispose_ephemeron(void* object) {
  const struct gc_ephemeron* ephemeron = object;
  if (ephemeron->key != NULL) foxvm_gc_weak_drop(ephemeron->key);
}

/* --- Options and heaps --- */

struct gc_options* gc_allocate_options(void) {
  return calloc(1, sizeof(struct gc_options));
}

int gc_options_set_int(struct gc_options* options, int option, int value) {
  (void)options;
  return option == GC_OPTION_HEAP_SIZE_POLICY && value == GC_HEAP_SIZE_FIXED;
}

int gc_options_set_size(struct gc_options* options, int option, size_t value) {
  if (option != GC_OPTION_HEAP_SIZE) return 0;
  options->bytes = value;
  return 1;
}

int gc_options_parse_and_set_many(struct gc_options* options, const char* text) {
  (void)options;
  return setenv("FOXVM_GC", text, 1) == 0;
}

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int register_types(struct gc_heap* heap) {
  foxvm_gc_type_info info = {.name = "tagged",
                             .pointers = FOXVM_GC_TRACED,
                             .trace = trace_tagged,
                             .finalizable = FOXVM_GC_FINALIZABLE_ON_REQUEST};
  heap->tagged = foxvm_gc_register_type(heap->foxvm, &info);
  info = (foxvm_gc_type_info){.name = "pointerless"};
  heap->pointerless = foxvm_gc_register_type(heap->foxvm, &info);
  info = (foxvm_gc_type_info){.name = "ephemeron",
                              .pointers = FOXVM_GC_SOME_POINTERS,
                              .pointer_words = 6,
                              .dispose = dispose_ephemeron};
  heap->ephemeron = foxvm_gc_register_type(heap->foxvm, &info);
  info = (foxvm_gc_type_info){.name = "cell", .pointers = FOXVM_GC_SOME_POINTERS, .pointer_words = 3};
  heap->cell = foxvm_gc_register_type(heap->foxvm, &info);
  info = (foxvm_gc_type_info){.name = "finalizer", .pointers = FOXVM_GC_SOME_POINTERS, .pointer_words = 14};
  heap->finalizer = foxvm_gc_register_type(heap->foxvm, &info);
  return heap->tagged && heap->pointerless && heap->ephemeron && heap->cell && heap->finalizer;
}

int gc_init(const struct gc_options* options, struct gc_stack_addr base, struct gc_heap** heap,
            struct gc_mutator** mutator, struct gc_event_listener listener, void* data) {
  (void)base;
  struct gc_heap* made = calloc(1, sizeof(*made));
  if (made == NULL) return 0;
  foxvm_gc_options foxvm_options = foxvm_gc_options_of(FOXVM_GC_PRESET_DEFAULT);
  if (options != NULL && options->bytes != 0) foxvm_options.max_bytes = options->bytes;
  char error[200] = "";
  made->foxvm = foxvm_gc_create(&foxvm_options, error, sizeof(error));
  if (made->foxvm == NULL) {
    fprintf(stderr, "%s\n", error);
    free(made);
    return 0;
  }
  made->cells = foxvm_gc_ephemerons_new(made->foxvm);
  made->finalizers = foxvm_gc_ephemerons_new(made->foxvm);
  if (made->cells == NULL || made->finalizers == NULL || !register_types(made)) return 0;
  if (foxvm_gc_add_roots(made->foxvm, trace_roots, made) != 0) return 0;
  *heap = *mutator = made;
  if (listener.is_basic_stats && data != NULL)
    *(struct gc_basic_stats*)data = (struct gc_basic_stats){made, now_ns(), 0};
  return 1;
}

void gc_finish_for_thread(struct gc_mutator* mutator) {
  foxvm_gc_ephemerons_drop(mutator->cells);
  foxvm_gc_ephemerons_drop(mutator->finalizers);
  foxvm_gc_destroy(mutator->foxvm);
  free(mutator);
}

void gc_mutator_set_roots(struct gc_mutator* mutator, struct gc_mutator_roots* roots) {
  mutator->mutator_roots = roots;
}
void gc_heap_set_roots(struct gc_heap* heap, struct gc_heap_roots* roots) { heap->heap_roots = roots; }

void gc_collect(struct gc_mutator* mutator, enum gc_collection_kind kind) {
  switch (kind) {
    case GC_COLLECTION_ANY:
    case GC_COLLECTION_MINOR: foxvm_gc_collect_minor(mutator->foxvm); return;
    case GC_COLLECTION_MAJOR: foxvm_gc_collect_major(mutator->foxvm); return;
    case GC_COLLECTION_COMPACTING: foxvm_gc_compact(mutator->foxvm); return;
  }
}

/* --- Ephemerons --- */

size_t gc_ephemeron_size(void) { return sizeof(struct gc_ephemeron); }

struct gc_ephemeron* gc_allocate_ephemeron(struct gc_mutator* mutator) {
  foxvm_gc_heap* heap = mutator->foxvm;
  const foxvm_gc_scope scope = foxvm_gc_open(heap);
  void** cell = foxvm_gc_push(heap, foxvm_gc_allocate_zeroed(heap, mutator->cell, sizeof(struct cell)));
  struct gc_ephemeron* ephemeron = foxvm_gc_allocate_zeroed(heap, mutator->ephemeron, sizeof(*ephemeron));
  if (ephemeron != NULL) {
    ephemeron->heap = mutator;
    ephemeron->spare = *cell;
  }
  foxvm_gc_close(heap, scope);
  return ephemeron != NULL && ephemeron->spare != NULL ? ephemeron : NULL;
}

void gc_ephemeron_init(struct gc_mutator* mutator, struct gc_ephemeron* ephemeron, struct gc_ref key,
                       struct gc_ref value) {
  foxvm_gc_heap* heap = mutator->foxvm;
  struct cell* cell = ephemeron->spare;
  void* object = gc_ref_heap_object(key);
  ephemeron->key = foxvm_gc_weak_new(heap, object);
  cell->number = (uintptr_t)ephemeron->key;
  foxvm_gc_store(heap, &cell->value, gc_ref_heap_object(value));
  foxvm_gc_store(heap, (void**)&cell->next, foxvm_gc_ephemerons_get(mutator->cells, object));
  foxvm_gc_ephemerons_set(mutator->cells, object, cell);
  foxvm_gc_store(heap, (void**)&ephemeron->spare, NULL);
}

struct gc_ref gc_ephemeron_key(struct gc_ephemeron* ephemeron) {
  return gc_ref_from_heap_object(ephemeron->key == NULL ? NULL : foxvm_gc_weak_get(ephemeron->key));
}

struct gc_ref gc_ephemeron_value(struct gc_ephemeron* ephemeron) {
  void* key = gc_ref_heap_object(gc_ephemeron_key(ephemeron));
  if (key == NULL) return gc_ref_null();
  struct cell* cell = foxvm_gc_ephemerons_get(ephemeron->heap->cells, key);
  while (cell != NULL && cell->number != (uintptr_t)ephemeron->key) cell = cell->next;
  return gc_ref_from_heap_object(cell == NULL ? NULL : cell->value);
}

static struct gc_ephemeron* skip_dead(struct gc_ephemeron* ephemeron) {
  while (ephemeron != NULL && gc_ref_is_null(gc_ephemeron_key(ephemeron))) ephemeron = ephemeron->next;
  return ephemeron;
}

struct gc_ephemeron* gc_ephemeron_chain_head(struct gc_ephemeron** place) {
  return skip_dead(*place);
}
struct gc_ephemeron* gc_ephemeron_chain_next(struct gc_ephemeron* ephemeron) {
  return skip_dead(ephemeron->next);
}

void gc_ephemeron_chain_push(struct gc_ephemeron** place, struct gc_ephemeron* ephemeron) {
  foxvm_gc_store(ephemeron->heap->foxvm, (void**)&ephemeron->next, *place);
  *place = ephemeron;
}

void gc_trace_ephemeron(struct gc_ephemeron* ephemeron, gc_trace_edge* visit, struct gc_heap* heap,
                        void* data) {
  visit(gc_edge(&ephemeron->next), heap, data);
  visit(gc_edge(&ephemeron->spare), heap, data);
}

/* --- Finalizers --- */

size_t gc_finalizer_size(void) { return sizeof(struct gc_finalizer); }

struct gc_finalizer* gc_allocate_finalizer(struct gc_mutator* mutator) {
  return foxvm_gc_allocate_zeroed(mutator->foxvm, mutator->finalizer, sizeof(struct gc_finalizer));
}

void gc_finalizer_attach(struct gc_mutator* mutator, struct gc_finalizer* finalizer, unsigned priority,
                         struct gc_ref object, struct gc_ref closure) {
  void* watched = gc_ref_heap_object(object);
  (void)priority;
  foxvm_gc_store(mutator->foxvm, &finalizer->closure, gc_ref_heap_object(closure));
  foxvm_gc_store(mutator->foxvm, (void**)&finalizer->next,
                 foxvm_gc_ephemerons_get(mutator->finalizers, watched));
  foxvm_gc_ephemerons_set(mutator->finalizers, watched, finalizer);
  foxvm_gc_attach_finalizer(mutator->foxvm, watched);
}

struct gc_finalizer* gc_pop_finalizable(struct gc_mutator* mutator) {
  void* object = foxvm_gc_next_finalizable(mutator->foxvm);
  if (object == NULL) return NULL;
  struct gc_finalizer* finalizer = foxvm_gc_ephemerons_get(mutator->finalizers, object);
  struct gc_finalizer* rest = finalizer->next;
  foxvm_gc_store(mutator->foxvm, &finalizer->object, object);
  if (rest == NULL) {
    foxvm_gc_ephemerons_erase(mutator->finalizers, object);
  } else {
    foxvm_gc_ephemerons_set(mutator->finalizers, object, rest);
    foxvm_gc_attach_finalizer(mutator->foxvm, object);
  }
  return finalizer;
}

struct gc_ref gc_finalizer_object(struct gc_finalizer* finalizer) {
  return gc_ref_from_heap_object(finalizer->object);
}
struct gc_ref gc_finalizer_closure(struct gc_finalizer* finalizer) {
  return gc_ref_from_heap_object(finalizer->closure);
}

void gc_trace_finalizer(struct gc_finalizer* finalizer, gc_trace_edge* visit, struct gc_heap* heap,
                        void* data) {
  visit(gc_edge(&finalizer->next), heap, data);
  visit(gc_edge(&finalizer->object), heap, data);
  visit(gc_edge(&finalizer->closure), heap, data);
}

/* --- Statistics --- */

void gc_basic_stats_finish(struct gc_basic_stats* stats) { stats->elapsed_ns = now_ns() - stats->started_ns; }

void gc_basic_stats_print(struct gc_basic_stats* stats, FILE* file) {
  const foxvm_gc_statistics from = foxvm_gc_get_statistics(stats->heap->foxvm);
  fprintf(file, "Completed %" PRIu64 " major collections (%" PRIu64 " minor).\n", from.major_collections,
          from.minor_collections);
  fprintf(file, "%.3f ms total time (%.3f stopped); longest pause %.3f ms.\n",
          (double)stats->elapsed_ns / 1e6, (double)from.pause_ns_total / 1e6,
          (double)from.pause_ns_max / 1e6);
  fprintf(file, "Heap: %.3f MB held at peak, %.3f MB allocated.\n", (double)from.peak_committed_bytes / 1e6,
          (double)from.allocated_bytes / 1e6);
}
