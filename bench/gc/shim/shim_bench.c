/* Small benchmarks written to Whippet's interface (gc_shim.h): `shim_bench trees|quads|ephemerons|finalizers
 * MIB MULTIPLIER`. Each keeps about MIB / MULTIPLIER MiB alive in a heap of MIB MiB, checks what it has
 * built, and prints times. */
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "bench/gc/shim/shim_bench_types.h"

struct bench {
  struct gc_mutator* mutator;
  struct gc_mutator_roots roots;
  size_t live_bytes;
};

#define CHECK(condition)                                                            \
  do {                                                                              \
    if (!(condition)) {                                                             \
      fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
      exit(1);                                                                      \
    }                                                                               \
  } while (0)

static void push(struct bench* bench, struct root* root, void* object) {
  root->object = object;
  root->next = bench->roots.first;
  bench->roots.first = root;
}
static void pop(struct bench* bench) { bench->roots.first = bench->roots.first->next; }

static void* make(struct bench* bench, enum kind kind, size_t bytes) {
  struct object* object = gc_allocate(bench->mutator, bytes, GC_ALLOCATION_TAGGED);
  CHECK(object != NULL);
  object->kind = kind;
  return object;
}

static void store(struct bench* bench, void* holder, size_t bytes, void* field, void* value) {
  gc_write_barrier(bench->mutator, gc_ref_from_heap_object(holder), bytes, gc_edge(field),
                   gc_ref_from_heap_object(value));
  __atomic_store_n((void**)field, value, __ATOMIC_RELEASE);
}

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* A tree built from the leaves up. */
static struct tree* tree_up(struct bench* bench, uint64_t depth) {
  struct root left, right;
  if (depth == 0) return make(bench, KIND_TREE, sizeof(struct tree));
  push(bench, &left, tree_up(bench, depth - 1));
  push(bench, &right, tree_up(bench, depth - 1));
  struct tree* tree = make(bench, KIND_TREE, sizeof(struct tree));
  tree->depth = depth;
  tree->left = left.object;
  tree->right = right.object;
  pop(bench);
  pop(bench);
  return tree;
}

/* The same from the root down, by stores into what is older. */
static void tree_down(struct bench* bench, struct tree* tree, uint64_t depth) {
  struct root self;
  tree->depth = depth;
  if (depth == 0) return;
  push(bench, &self, tree);
  void* left = make(bench, KIND_TREE, sizeof(struct tree));
  store(bench, self.object, sizeof(struct tree), &((struct tree*)self.object)->left, left);
  void* right = make(bench, KIND_TREE, sizeof(struct tree));
  store(bench, self.object, sizeof(struct tree), &((struct tree*)self.object)->right, right);
  tree_down(bench, ((struct tree*)self.object)->left, depth - 1);
  tree_down(bench, ((struct tree*)self.object)->right, depth - 1);
  pop(bench);
}

static uint64_t count_tree(const struct tree* tree, uint64_t depth) {
  CHECK(tree != NULL && tree->depth == depth);
  return depth == 0 ? 1 : 1 + count_tree(tree->left, depth - 1) + count_tree(tree->right, depth - 1);
}

static uint64_t depth_of(size_t nodes, size_t arity) {
  uint64_t depth = 0;
  for (size_t size = 1; size * arity + 1 <= nodes; size = size * arity + 1) ++depth;
  return depth;
}

static void run_trees(struct bench* bench) {
  const uint64_t depth = depth_of(bench->live_bytes / sizeof(struct tree), 2);
  struct root kept;
  push(bench, &kept, tree_up(bench, depth));
  for (uint64_t small = 4; small <= 16 && (sizeof(struct tree) << small) <= bench->live_bytes / 2;
       small += 4) {
    const uint64_t rounds = 1 + ((8 * bench->live_bytes / sizeof(struct tree)) >> (small + 1));
    double start = milliseconds();
    for (uint64_t i = 0; i < rounds; ++i) CHECK(tree_up(bench, small) != NULL);
    const double up = milliseconds() - start;
    start = milliseconds();
    for (uint64_t i = 0; i < rounds; ++i) {
      struct root root;
      push(bench, &root, make(bench, KIND_TREE, sizeof(struct tree)));
      tree_down(bench, root.object, small);
      CHECK(i % 512 != 0 || count_tree(root.object, small) == ((uint64_t)2 << small) - 1);
      pop(bench);
    }
    printf("%" PRIu64 " trees of depth %" PRIu64 ": %.1f ms from the leaves, %.1f ms from the root\n", rounds,
           small, up, milliseconds() - start);
  }
  CHECK(count_tree(kept.object, depth) == ((uint64_t)2 << depth) - 1);
  pop(bench);
}

static struct quad* quad_up(struct bench* bench, uint64_t depth) {
  struct root kids[4];
  if (depth == 0) return make(bench, KIND_QUAD, sizeof(struct quad));
  for (int i = 0; i < 4; ++i) push(bench, &kids[i], quad_up(bench, depth - 1));
  struct quad* quad = make(bench, KIND_QUAD, sizeof(struct quad));
  for (int i = 0; i < 4; ++i) {
    quad->kids[i] = kids[i].object;
    pop(bench);
  }
  return quad;
}

static size_t count_quad(const struct quad* quad) {
  size_t count = 1;
  for (int i = 0; i < 4; ++i) count += quad->kids[i] == NULL ? 0 : count_quad(quad->kids[i]);
  return count;
}

static void run_quads(struct bench* bench) {
  const uint64_t depth = depth_of(bench->live_bytes / sizeof(struct quad), 4);
  struct root kept;
  double start = milliseconds();
  push(bench, &kept, quad_up(bench, depth));
  printf("a quad tree of depth %" PRIu64 ": %.1f ms\n", depth, milliseconds() - start);
  const size_t nodes = count_quad(kept.object);
  start = milliseconds();
  for (int i = 0; i < 20; ++i) {
    for (size_t made = 0; made < nodes / 2; made += 85) CHECK(quad_up(bench, 3) != NULL);
    CHECK(count_quad(kept.object) == nodes);
  }
  printf("garbage, ten times as much: %.1f ms\n", milliseconds() - start);
  pop(bench);
}

/* A chain in which each value holds the key of the ephemeron before: all live by the newest key alone. */
static void run_ephemerons(struct bench* bench) {
  const size_t length = bench->live_bytes / (gc_ephemeron_size() + 2 * sizeof(struct box));
  struct root key, value, chain;
  push(bench, &key, make(bench, KIND_BOX, sizeof(struct box)));
  push(bench, &value, NULL);
  push(bench, &chain, NULL);
  double start = milliseconds();
  for (size_t i = 0; i < length; ++i) {
    value.object = make(bench, KIND_BOX, sizeof(struct box));
    ((struct box*)value.object)->content = key.object;
    key.object = make(bench, KIND_BOX, sizeof(struct box));
    struct gc_ephemeron* ephemeron = gc_allocate_ephemeron(bench->mutator);
    CHECK(ephemeron != NULL);
    gc_ephemeron_init(bench->mutator, ephemeron, gc_ref_from_heap_object(key.object),
                      gc_ref_from_heap_object(value.object));
    gc_ephemeron_chain_push((struct gc_ephemeron**)&chain.object, ephemeron);
  }
  value.object = NULL;
  const double built = milliseconds() - start;
  start = milliseconds();
  gc_collect(bench->mutator, GC_COLLECTION_MAJOR);
  const double kept = milliseconds() - start;
  size_t found = 0;
  const void* expected = key.object;
  for (struct gc_ephemeron* at = gc_ephemeron_chain_head((struct gc_ephemeron**)&chain.object); at != NULL;
       at = gc_ephemeron_chain_next(at), ++found) {
    CHECK(gc_ref_heap_object(gc_ephemeron_key(at)) == expected);
    expected = ((struct box*)gc_ref_heap_object(gc_ephemeron_value(at)))->content;
  }
  CHECK(found == length);
  key.object = NULL;
  start = milliseconds();
  gc_collect(bench->mutator, GC_COLLECTION_MAJOR);
  printf("%zu ephemerons: %.1f ms to build, %.1f ms to keep, %.1f ms to drop\n", length, built, kept,
         milliseconds() - start);
  CHECK(gc_ephemeron_chain_head((struct gc_ephemeron**)&chain.object) == NULL);
  for (int i = 0; i < 3; ++i) pop(bench);
}

static void run_finalizers(struct bench* bench) {
  const size_t length = bench->live_bytes / (gc_finalizer_size() + sizeof(struct box));
  struct root chain, closure;
  push(bench, &chain, NULL);
  push(bench, &closure, make(bench, KIND_BOX, sizeof(struct box)));
  double start = milliseconds();
  for (size_t i = 0; i < length; ++i) {
    struct box* box = make(bench, KIND_BOX, sizeof(struct box));
    box->content = chain.object;
    chain.object = box;
    struct gc_finalizer* finalizer = gc_allocate_finalizer(bench->mutator);
    CHECK(finalizer != NULL);
    gc_finalizer_attach(bench->mutator, finalizer, 0, gc_ref_from_heap_object(chain.object),
                        gc_ref_from_heap_object(closure.object));
  }
  const double built = milliseconds() - start;
  gc_collect(bench->mutator, GC_COLLECTION_MAJOR);
  CHECK(gc_pop_finalizable(bench->mutator) == NULL);
  chain.object = NULL;
  start = milliseconds();
  gc_collect(bench->mutator, GC_COLLECTION_MAJOR);
  gc_collect(bench->mutator, GC_COLLECTION_MAJOR);
  const double collected = milliseconds() - start;
  size_t found = 0;
  for (struct gc_finalizer* at; (at = gc_pop_finalizable(bench->mutator)) != NULL; ++found) {
    CHECK(gc_ref_heap_object(gc_finalizer_closure(at)) == closure.object);
    CHECK(!gc_ref_is_null(gc_finalizer_object(at)));
  }
  printf("%zu finalizers: %.1f ms to build, %.1f ms to find\n", length, built, collected);
  CHECK(found == length);
  pop(bench);
  pop(bench);
}

int main(int argc, char** argv) {
  static const struct {
    const char* name;
    void (*run)(struct bench*);
  } kBenches[] = {{"trees", run_trees},
                  {"quads", run_quads},
                  {"ephemerons", run_ephemerons},
                  {"finalizers", run_finalizers}};
  const double mib = argc == 4 ? atof(argv[2]) : 0;
  const double multiplier = argc == 4 ? atof(argv[3]) : 0;
  if (mib < 1 || multiplier < 1) {
    fprintf(stderr, "usage: %s trees|quads|ephemerons|finalizers MIB MULTIPLIER\n", argv[0]);
    return 2;
  }
  struct gc_options* options = gc_allocate_options();
  gc_options_set_int(options, GC_OPTION_HEAP_SIZE_POLICY, GC_HEAP_SIZE_FIXED);
  gc_options_set_size(options, GC_OPTION_HEAP_SIZE, (size_t)(mib * 1048576));
  struct gc_heap* heap;
  struct bench bench = {.live_bytes = (size_t)(mib * 1048576 / multiplier)};
  struct gc_basic_stats stats;
  const int ready = gc_init(options, gc_empty_stack_addr(), &heap, &bench.mutator, GC_BASIC_STATS, &stats);
  free(options);
  if (!ready) return 1;
  gc_mutator_set_roots(bench.mutator, &bench.roots);
  int found = 0;
  for (size_t i = 0; i < sizeof(kBenches) / sizeof(kBenches[0]); ++i) {
    if (strcmp(kBenches[i].name, argv[1]) != 0) continue;
    kBenches[i].run(&bench);
    gc_basic_stats_finish(&stats);
    gc_basic_stats_print(&stats, stdout);
    found = 1;
  }
  gc_finish_for_thread(bench.mutator);
  return found ? 0 : 2;
}
