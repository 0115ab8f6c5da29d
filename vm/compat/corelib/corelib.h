/* Memory for programs written for the FoxVM host's corelib: the same calls, headers and magic numbers, for
 * assembly (System V calling convention, any stack alignment, from a program that starts at _start and has no
 * C library) and C.
 * How: own implementation behind the host's layout; docs/memory.md says what differs.
 * Failure: a size that is negative or too large, a null, foreign, stale or inner pointer and a second free
 *      are refused: the result is 0, or nothing happens. A program that writes outside its blocks harms its
 *      own data only.
 * Threads: one at a time. */
#ifndef FOXVM_VM_COMPAT_CORELIB_CORELIB_H_
#define FOXVM_VM_COMPAT_CORELIB_CORELIB_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* For reading; what a program stores here is not looked at, but for pool_magic_sig. */
extern uint64_t current_page_ptr; /* header of the page that allocation is filling; 0: none yet */
extern int64_t current_offset;    /* where in it the next block begins, if it fits */
extern int64_t __sys_page_size;   /* bytes of a page: 4096 */
extern uint64_t pool_magic_sig;   /* "MORFPOOL", at offset 40 of each pool */

/* `size` zero bytes (0 is a size), at an address of 8 modulo 16. The 8 bytes in front hold `size`; each page
 * of blocks starts with next page, previous page, seconds since 1970, bytes, "VZOELFOX" and a spare word. */
void* mem_alloc(int64_t size);
/* The word in front of the block becomes negative, and its memory is used again. */
void mem_free(void* block);
/* Frees all blocks at once, arenas and pools among them. The first page stays. */
void mem_reset(void);

/* An arena of `size` bytes, of which 32 are its header: start, current, end, id (the program's own). */
void* arena_create(int64_t size);
/* The next `size` bytes, not aligned; zero unless used before arena_reset. */
void* arena_alloc(void* arena, int64_t size);
void arena_reset(void* arena);
int64_t arena_get_usage(void* arena);
int64_t arena_get_capacity(void* arena);

/* A pool of `capacity` > 0 objects of `object_size` >= 8 bytes. Header, 48 bytes: start, current, end, object
 * size, list of free objects, "MORFPOOL". */
void* pool_create(int64_t object_size, int64_t capacity);
/* The object freed last, else the next new one. A new object is zero. */
void* pool_alloc(void* pool);
void pool_free(void* pool, void* object);
/* 1 if `pool` is a pool with a sound header, else 0. */
int64_t pool_validate(void* pool);

#ifdef __cplusplus
}
#endif

#endif /* FOXVM_VM_COMPAT_CORELIB_CORELIB_H_ */
