/* Programs in the style of the older compiler's output, for mph_test: pointers in temporaries that no root
 * names, roots left behind by early returns, arrays traced by a mark function. Each returns 0, or the number
 * of the check that failed.
 * Threads: one at a time, but for what is handed to a thread by the test. */
#ifndef FOXVM_TESTS_VM_COMPAT_MPH_GENERATED_STYLE_H_
#define FOXVM_TESTS_VM_COMPAT_MPH_GENERATED_STYLE_H_

#include "vm/compat/mph/mph.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Node {
  long value;
  struct Node* next;
} Node;

typedef struct String {
  char* data;
  size_t length;
} String;

/* As in the older runtime. */
typedef struct Array {
  void* data;
  size_t length;
  size_t capacity;
  size_t element_size;
  int elements_are_pointers;
} Array;

/* Bytes allocated between two collections. */
extern size_t program_growth_bytes;

Node* make_cycle(MorphContext* ctx, int length);

int run_cycles(MorphContext* ctx, int rounds);
int run_strings(MorphContext* ctx, int rounds);
int run_arrays(MorphContext* ctx, int rounds);
int run_interior_pointers(MorphContext* ctx, int rounds);
int run_globals(MorphContext* ctx, int rounds);
int run_errors(MorphContext* ctx, int rounds);
int run_deep_list(MorphContext* ctx, int length);

#ifdef __cplusplus
}
#endif

#endif /* FOXVM_TESTS_VM_COMPAT_MPH_GENERATED_STYLE_H_ */
