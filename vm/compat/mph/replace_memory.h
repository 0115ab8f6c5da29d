/* Compiled in front of the older runtime's runtime.c (gcc -include), this makes its memory part give way to
 * the library: a weak definition is dropped where there is another, and its callers are not inlined into. */
#ifndef FOXVM_VM_COMPAT_MPH_REPLACE_MEMORY_H_
#define FOXVM_VM_COMPAT_MPH_REPLACE_MEMORY_H_

#pragma weak mph_alloc
#pragma weak mph_destroy_memory
#pragma weak mph_gc_collect
#pragma weak mph_gc_mark
#pragma weak mph_gc_mark_array
#pragma weak mph_gc_mark_map
#pragma weak mph_gc_pop_roots
#pragma weak mph_gc_push_root
#pragma weak mph_init_memory
#pragma weak mph_start_daemon
#pragma weak mph_stop_daemon
#pragma weak mph_swap_in
#pragma weak mph_thread_spawn

#endif /* FOXVM_VM_COMPAT_MPH_REPLACE_MEMORY_H_ */
