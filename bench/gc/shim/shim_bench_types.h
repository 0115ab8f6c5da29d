/* The objects of shim_bench.c, and how the collector visits them. */
#ifndef FOXVM_BENCH_GC_SHIM_SHIM_BENCH_TYPES_H_
#define FOXVM_BENCH_GC_SHIM_SHIM_BENCH_TYPES_H_

#include "bench/gc/shim/gc_shim.h"

enum kind { KIND_TREE = 1, KIND_QUAD, KIND_BOX };

struct object {
  uintptr_t kind;
};
struct tree {
  struct object object;
  struct tree* left;
  struct tree* right;
  uint64_t depth;
};
struct quad {
  struct object object;
  struct quad* kids[4];
};
struct box {
  struct object object;
  void* content;
};

/* Roots: places on the C stack, linked. */
struct root {
  void* object;
  struct root* next;
};
struct gc_mutator_roots {
  struct root* first;
};
struct gc_heap_roots {
  struct root* first;
};

static inline void visit_root_list(struct root* first, gc_trace_edge* visit, struct gc_heap* heap,
                                   void* data) {
  for (struct root* root = first; root != NULL; root = root->next) visit(gc_edge(&root->object), heap, data);
}
static inline void gc_trace_mutator_roots(struct gc_mutator_roots* roots, gc_trace_edge* visit,
                                          struct gc_heap* heap, void* data) {
  visit_root_list(roots->first, visit, heap, data);
}
static inline void gc_trace_heap_roots(struct gc_heap_roots* roots, gc_trace_edge* visit,
                                       struct gc_heap* heap, void* data) {
  visit_root_list(roots->first, visit, heap, data);
}

/* Visits the references of the object; returns its size. */
static inline size_t gc_trace_object(struct gc_ref ref, gc_trace_edge* visit, struct gc_heap* heap,
                                     void* data) {
  struct object* object = gc_ref_heap_object(ref);
  switch (object->kind) {
    case KIND_TREE:
      visit(gc_edge(&((struct tree*)object)->left), heap, data);
      visit(gc_edge(&((struct tree*)object)->right), heap, data);
      return sizeof(struct tree);
    case KIND_QUAD:
      for (int i = 0; i < 4; ++i) visit(gc_edge(&((struct quad*)object)->kids[i]), heap, data);
      return sizeof(struct quad);
    case KIND_BOX: visit(gc_edge(&((struct box*)object)->content), heap, data); return sizeof(struct box);
    default: GC_CRASH();
  }
}

#endif /* FOXVM_BENCH_GC_SHIM_SHIM_BENCH_TYPES_H_ */
