/* The memory calls of the older runtime (N0's runtime.c), for C that its compiler has generated.
 * How: objects come from FoxVM's heap, in which they are pinned: generated code keeps pointers in temporaries
 *      that no root names, so nothing may move, and the machine stack and the registers are searched for what
 *      may be a pointer. Between objects tracing is precise: by a type's pointer_offsets or its mark_fn.
 * Layout: this header and the older runtime's morph.h describe the same memory; a program includes one of
 * them.
 * Failure: out of memory ends the process with status 1 and a message, as before: generated code looks at no
 * result.
 * Threads: a context belongs to the thread that initialised it. All contexts share one heap; while a second
 *      thread has a context, or is about to have one, nothing is collected. */
#ifndef FOXVM_VM_COMPAT_MPH_MPH_H_
#define FOXVM_VM_COMPAT_MPH_MPH_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct MorphContext MorphContext;

typedef struct MorphTypeInfo {
  const char* name;
  size_t size;                                  /* not looked at: mph_alloc is told */
  int num_pointers;                             /* of these ... */
  size_t* pointer_offsets;                      /* ... from the object's first byte */
  void (*mark_fn)(MorphContext*, void* object); /* calls mph_gc_mark for what `object` points to; else NULL */
} MorphTypeInfo;

/* The older runtime's context is of the same size. A program may read and set the two counts. */
struct MorphContext {
  void* memory;             /* the library's own; NULL: destroyed */
  size_t allocated_bytes;   /* of objects, with headers: live at the last collection, and allocated since */
  size_t next_gc_threshold; /* the first allocation that finds more collects */
  uint64_t unused[21];
};

typedef void (*MorphEntryFunction)(MorphContext* ctx, void* arg);

/* Makes `ctx`, whose contents are of no account, ready for use by this thread. */
void mph_init_memory(MorphContext* ctx);
/* What `ctx` allocated lives on as long as another context does. */
void mph_destroy_memory(MorphContext* ctx);

/* `size` zero bytes at a multiple of 16. With `type` NULL every word of them may be a pointer. */
void* mph_alloc(MorphContext* ctx, size_t size, MorphTypeInfo* type);

/* `*slot` is a root until it is popped. Slots in the frames of functions that have returned pop themselves:
 * generated code leaves them behind where it returns early. */
void mph_gc_push_root(MorphContext* ctx, void** slot);
void mph_gc_pop_roots(MorphContext* ctx, int count);

void mph_gc_collect(MorphContext* ctx);
/* For mark_fn. */
void mph_gc_mark(MorphContext* ctx, void* object);
/* The mark_fn of the older runtime's arrays and maps. Also of those that are being made and have no elements
 * yet. */
void mph_gc_mark_array(MorphContext* ctx, void* array);
void mph_gc_mark_map(MorphContext* ctx, void* map);

/* Runs `fn` with a context of its own in a new thread, which nobody joins. */
void mph_thread_spawn(MorphEntryFunction fn, void* arg);

/* The older runtime moves idle objects to files, by a thread; this one does not. Without effect. */
void mph_swap_in(MorphContext* ctx, void* object);
void mph_start_daemon(MorphContext* ctx);
void mph_stop_daemon(MorphContext* ctx);

#ifdef __cplusplus
}
#endif

#endif /* FOXVM_VM_COMPAT_MPH_MPH_H_ */
