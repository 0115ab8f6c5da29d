/* The C interface of the collector as a C11 program uses it: every part once, in the mode that is its
 * argument (pause, slices, thread), plain, and with a collection and a check of the heap at every
 * allocation. */
#define _DEFAULT_SOURCE

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gc/foxvm_gc.h"

static int failures = 0;

#define EXPECT(condition)                                                      \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "%s:%d: expected %s\n", __FILE__, __LINE__, #condition); \
      ++failures;                                                              \
    }                                                                          \
  } while (0)

typedef struct node {
  struct node* left;
  struct node* right;
  int64_t number;
  int64_t spare;
} node;

/* A count, and so many pointers. */
typedef struct list {
  int64_t length;
  node* nodes[];
} list;

typedef struct fixture {
  foxvm_gc_heap* heap;
  const foxvm_gc_type* node_type;
  const foxvm_gc_type* list_type;
  const foxvm_gc_type* array_type;
  const foxvm_gc_type* bytes_type;
  const foxvm_gc_type* file_type; /* disposed */
  const foxvm_gc_type* last_type; /* finalizable */
  const foxvm_gc_type* some_type; /* finalizable on request */
  int stressed;
} fixture;

static void trace_list(void* object, size_t bytes, foxvm_gc_visit* visit, void* visitor) {
  list* self = object;
  if ((size_t)self->length * sizeof(node*) + sizeof(list) > bytes) abort();
  for (int64_t i = 0; i < self->length; ++i) visit((void**)&self->nodes[i], visitor);
}

static void dispose_file(void* object) { ++**(int**)object; }

static fixture start(int mode, int stressed) {
  fixture f = {0};
  f.stressed = stressed;
  foxvm_gc_options options = foxvm_gc_options_of(FOXVM_GC_PRESET_DEFAULT);
  options.max_bytes = (size_t)32 << 20;
  options.young_bytes = (size_t)512 << 10;
  options.mode = mode;
  options.verify = 1;
  if (stressed) options.stress_interval = 1;
  char error[200] = "";
  f.heap = foxvm_gc_create(&options, error, sizeof(error));
  if (f.heap == NULL) {
    fprintf(stderr, "no heap: %s\n", error);
    exit(1);
  }
  foxvm_gc_type_info info = {.name = "node", .pointers = FOXVM_GC_SOME_POINTERS, .pointer_words = 3};
  f.node_type = foxvm_gc_register_type(f.heap, &info);
  info = (foxvm_gc_type_info){.name = "list", .pointers = FOXVM_GC_TRACED, .trace = trace_list};
  f.list_type = foxvm_gc_register_type(f.heap, &info);
  info = (foxvm_gc_type_info){.name = "array", .pointers = FOXVM_GC_ALL_POINTERS};
  f.array_type = foxvm_gc_register_type(f.heap, &info);
  info = (foxvm_gc_type_info){.name = "bytes"};
  f.bytes_type = foxvm_gc_register_type(f.heap, &info);
  info = (foxvm_gc_type_info){.name = "file", .dispose = dispose_file};
  f.file_type = foxvm_gc_register_type(f.heap, &info);
  info = (foxvm_gc_type_info){.name = "last",
                              .pointers = FOXVM_GC_SOME_POINTERS,
                              .pointer_words = 3,
                              .finalizable = FOXVM_GC_FINALIZABLE};
  f.last_type = foxvm_gc_register_type(f.heap, &info);
  info = (foxvm_gc_type_info){.name = "some", .finalizable = FOXVM_GC_FINALIZABLE_ON_REQUEST};
  f.some_type = foxvm_gc_register_type(f.heap, &info);
  EXPECT(f.node_type && f.list_type && f.array_type && f.bytes_type && f.file_type && f.last_type &&
         f.some_type);
  return f;
}

static node* new_node(fixture* f, const foxvm_gc_type* type, int64_t number) {
  node* n = foxvm_gc_allocate(f->heap, type, sizeof(node));
  if (n != NULL) *n = (node){NULL, NULL, number, 0};
  return n;
}

/* A list of `length` nodes, the last number first; built from handles. */
static node* new_chain(fixture* f, int64_t length) {
  const foxvm_gc_scope scope = foxvm_gc_open(f->heap);
  void** head = foxvm_gc_push(f->heap, NULL);
  for (int64_t i = 0; i < length; ++i) {
    node* next = new_node(f, f->node_type, i);
    next->left = *head;
    *head = next;
  }
  node* result = *head;
  foxvm_gc_close(f->heap, scope);
  return result;
}

static int is_chain(const node* head, int64_t length) {
  for (int64_t i = length - 1; i >= 0; --i, head = head->left) {
    if (head == NULL || head->number != i) return 0;
  }
  return head == NULL;
}

static void test_options_and_types(int mode) {
  char error[20];
  memset(error, 'x', sizeof(error));
  foxvm_gc_options options = foxvm_gc_options_of(FOXVM_GC_PRESET_SERVER);
  EXPECT(options.mode == FOXVM_GC_THREAD);
  EXPECT(foxvm_gc_options_of(FOXVM_GC_PRESET_VM).mode == FOXVM_GC_SLICES);
  options.growth_factor = 0.1;
  EXPECT(foxvm_gc_create(&options, error, sizeof(error)) == NULL);
  EXPECT(strlen(error) == sizeof(error) - 1);
  EXPECT(foxvm_gc_create(&options, NULL, 0) == NULL);

  fixture f = start(mode, 0);
  foxvm_gc_type_info info = {0};
  EXPECT(foxvm_gc_register_type(f.heap, NULL) == NULL);
  EXPECT(foxvm_gc_register_type(f.heap, &info) == NULL); /* no name */
  info.name = "x";
  info.pointers = FOXVM_GC_TRACED;
  EXPECT(foxvm_gc_register_type(f.heap, &info) == NULL);
  info.pointers = FOXVM_GC_SOME_POINTERS;
  EXPECT(foxvm_gc_register_type(f.heap, &info) == NULL);
  info.pointer_words = (uint64_t)1 << 63;
  EXPECT(foxvm_gc_register_type(f.heap, &info) == NULL);
  info.pointer_words = 1;
  info.finalizable = 9;
  EXPECT(foxvm_gc_register_type(f.heap, &info) == NULL);
  info.finalizable = 0;
  int more = 0;
  while (foxvm_gc_register_type(f.heap, &info) != NULL) ++more;
  EXPECT(more == 120);
  foxvm_gc_destroy(f.heap);
  foxvm_gc_destroy(NULL);
}

static void test_objects(fixture* f) {
  const foxvm_gc_scope scope = foxvm_gc_open(f->heap);
  void** chain = foxvm_gc_push(f->heap, new_chain(f, 500));
  foxvm_gc_collect_minor(f->heap);
  EXPECT(is_chain(*chain, 500));
  EXPECT(foxvm_gc_type_of(*chain) == f->node_type);
  EXPECT(foxvm_gc_size_of(f->heap, *chain) == sizeof(node));
  const uint64_t hash = foxvm_gc_identity_hash(f->heap, *chain);
  foxvm_gc_collect_major(f->heap);
  foxvm_gc_collect_major(f->heap);
  EXPECT(!foxvm_gc_is_young(f->heap, *chain));
  EXPECT(foxvm_gc_identity_hash(f->heap, *chain) == hash);
  foxvm_gc_compact(f->heap);
  EXPECT(is_chain(*chain, 500) && foxvm_gc_identity_hash(f->heap, *chain) == hash);

  /* Traced by callback, small and large, filled by barriers while a marking may run. */
  for (int64_t length = 10; length <= 2000; length += 1990) {
    const size_t bytes = sizeof(list) + (size_t)length * sizeof(node*);
    void** holder = foxvm_gc_push(f->heap, foxvm_gc_allocate_zeroed(f->heap, f->list_type, bytes));
    ((list*)*holder)->length = length;
    foxvm_gc_begin_major(f->heap);
    for (int64_t i = 0; i < length; ++i) {
      node* n = new_node(f, f->node_type, i);
      foxvm_gc_store(f->heap, (void**)&((list*)*holder)->nodes[i], n);
      foxvm_gc_safepoint(f->heap);
    }
    while (foxvm_gc_advance_major(f->heap)) {
    }
    foxvm_gc_collect_major(f->heap);
    for (int64_t i = 0; i < length; ++i) EXPECT(((list*)*holder)->nodes[i]->number == i);
  }
  foxvm_gc_close(f->heap, scope);

  void* empty = foxvm_gc_allocate(f->heap, f->bytes_type, 0);
  EXPECT(empty != NULL && foxvm_gc_size_of(f->heap, empty) == 0);
  EXPECT(foxvm_gc_allocate(f->heap, f->bytes_type, SIZE_MAX) == NULL);
  EXPECT(foxvm_gc_allocate(f->heap, f->bytes_type, SIZE_MAX - 20) == NULL);
  EXPECT(foxvm_gc_allocate_zeroed(f->heap, f->bytes_type, (size_t)1 << 40) == NULL);
  EXPECT(foxvm_gc_allocate_pinned(f->heap, f->bytes_type, SIZE_MAX) == NULL);
}

static void test_pinned(fixture* f) {
  const foxvm_gc_scope scope = foxvm_gc_open(f->heap);
  node* pinned = foxvm_gc_allocate_pinned(f->heap, f->node_type, sizeof(node));
  EXPECT(pinned != NULL && pinned->left == NULL && pinned->number == 0);
  void** handle = foxvm_gc_push(f->heap, pinned);
  node* child = new_node(f, f->node_type, 7);
  foxvm_gc_before_store(f->heap, (void**)&pinned->left, child);
  __atomic_store_n(&pinned->left, child, __ATOMIC_RELEASE);
  foxvm_gc_collect_minor(f->heap);
  foxvm_gc_compact(f->heap);
  EXPECT(*handle == pinned && pinned->left->number == 7);
  foxvm_gc_close(f->heap, scope);
}

static void visit_variable(void* user, foxvm_gc_visit* visit, void* visitor) { visit(user, visitor); }

static void test_roots(fixture* f) {
  /* More handles than a chunk has, in scopes within scopes. */
  const foxvm_gc_scope outer = foxvm_gc_open(f->heap);
  void** kept = foxvm_gc_push(f->heap, new_node(f, f->node_type, -1));
  for (int round = 0; round < 2; ++round) {
    const foxvm_gc_scope scope = foxvm_gc_open(f->heap);
    void** handles[1200];
    for (int i = 0; i < 1200; ++i) handles[i] = foxvm_gc_push(f->heap, new_node(f, f->node_type, i));
    foxvm_gc_collect_minor(f->heap);
    for (int i = 0; i < 1200; ++i) EXPECT(((node*)*handles[i])->number == i);
    foxvm_gc_close(f->heap, scope);
  }
  EXPECT(((node*)*kept)->number == -1);
  foxvm_gc_close(f->heap, outer);

  foxvm_gc_persistent* persistent = foxvm_gc_persistent_new(f->heap, NULL);
  EXPECT(foxvm_gc_persistent_get(persistent) == NULL);
  foxvm_gc_persistent_set(persistent, new_chain(f, 3));
  void* variable = new_chain(f, 4);
  EXPECT(foxvm_gc_add_roots(f->heap, visit_variable, &variable) == 0);
  foxvm_gc_collect_major(f->heap);
  foxvm_gc_collect_major(f->heap);
  EXPECT(is_chain(foxvm_gc_persistent_get(persistent), 3));
  EXPECT(is_chain(variable, 4));
  EXPECT(foxvm_gc_remove_roots(f->heap, visit_variable, &variable) == 0);
  EXPECT(foxvm_gc_remove_roots(f->heap, visit_variable, &variable) == -1);
  foxvm_gc_persistent_drop(persistent);
}

static void test_weak_and_ephemerons(fixture* f) {
  const foxvm_gc_scope scope = foxvm_gc_open(f->heap);
  void** key = foxvm_gc_push(f->heap, new_node(f, f->node_type, 1));
  void** other = foxvm_gc_push(f->heap, new_node(f, f->node_type, 2));
  foxvm_gc_weak* weak = foxvm_gc_weak_new(f->heap, *key);
  foxvm_gc_ephemerons* table = foxvm_gc_ephemerons_new(f->heap);
  node* value = new_node(f, f->node_type, 3);
  value->left = *key; /* does not keep it */
  foxvm_gc_ephemerons_set(table, *key, value);
  foxvm_gc_ephemerons_set(table, *other, *other);
  foxvm_gc_collect_minor(f->heap);
  foxvm_gc_collect_major(f->heap);
  EXPECT(foxvm_gc_weak_get(weak) == *key);
  EXPECT(((node*)foxvm_gc_ephemerons_get(table, *key))->number == 3);
  EXPECT(foxvm_gc_ephemerons_count(table) == 2);
  *key = NULL;
  foxvm_gc_collect_major(f->heap);
  foxvm_gc_collect_major(f->heap);
  EXPECT(foxvm_gc_weak_get(weak) == NULL);
  EXPECT(foxvm_gc_ephemerons_count(table) == 1);
  EXPECT(foxvm_gc_ephemerons_get(table, *other) == *other);
  EXPECT(foxvm_gc_ephemerons_erase(table, *other) == 1);
  EXPECT(foxvm_gc_ephemerons_erase(table, *other) == 0);
  foxvm_gc_ephemerons_drop(table);
  foxvm_gc_weak_drop(weak);
  foxvm_gc_close(f->heap, scope);
}

static void test_deaths(fixture* f) {
  int disposed = 0;
  foxvm_gc_collect_major(f->heap);
  for (int i = 0; i < 40; ++i) *(int**)foxvm_gc_allocate(f->heap, f->file_type, sizeof(int*)) = &disposed;
  foxvm_gc_collect_minor(f->heap);
  EXPECT(disposed == 40);
  *(int**)foxvm_gc_allocate_pinned(f->heap, f->file_type, sizeof(int*)) = &disposed;
  foxvm_gc_collect_major(f->heap);
  EXPECT(disposed == 41);

  EXPECT(foxvm_gc_next_finalizable(f->heap) == NULL);
  for (int i = 0; i < 600; ++i) {
    const foxvm_gc_scope scope = foxvm_gc_open(f->heap);
    void** child = foxvm_gc_push(f->heap, new_node(f, f->node_type, 1000 + i));
    node* last = new_node(f, f->last_type, i); /* before *child is read: it may collect */
    last->left = *child;
    foxvm_gc_close(f->heap, scope);
  }
  foxvm_gc_collect_major(f->heap);
  foxvm_gc_collect_major(f->heap);
  const foxvm_gc_scope scope = foxvm_gc_open(f->heap);
  void** found = foxvm_gc_push(f->heap, NULL);
  for (int i = 0; i < 600; ++i) {
    *found = foxvm_gc_next_finalizable(f->heap);
    if (*found == NULL) break;
    foxvm_gc_collect_minor(f->heap);
    const node* n = *found;
    EXPECT(n->number == i && n->left->number == 1000 + i);
  }
  EXPECT(*found != NULL && foxvm_gc_next_finalizable(f->heap) == NULL);
  /* Once more for the last one; it is alive until then. */
  EXPECT(foxvm_gc_attach_finalizer(f->heap, *found) == 1);
  EXPECT(foxvm_gc_attach_finalizer(f->heap, *found) == 0);
  foxvm_gc_collect_major(f->heap);
  EXPECT(foxvm_gc_next_finalizable(f->heap) == NULL);
  *found = NULL;
  foxvm_gc_collect_major(f->heap);
  foxvm_gc_collect_major(f->heap);
  node* again = foxvm_gc_next_finalizable(f->heap);
  EXPECT(again != NULL && again->number == 599 && again->left->number == 1599);

  /* On request only, pinned or not. */
  void** some = foxvm_gc_push(f->heap, foxvm_gc_allocate(f->heap, f->some_type, 8));
  foxvm_gc_allocate(f->heap, f->some_type, 8);
  foxvm_gc_allocate_pinned(f->heap, f->some_type, 8);
  EXPECT(foxvm_gc_attach_finalizer(f->heap, *some) == 1);
  EXPECT(foxvm_gc_attach_finalizer(f->heap, new_node(f, f->node_type, 0)) == -1);
  *some = NULL;
  foxvm_gc_collect_major(f->heap);
  foxvm_gc_collect_major(f->heap);
  EXPECT(foxvm_gc_next_finalizable(f->heap) != NULL);
  EXPECT(foxvm_gc_next_finalizable(f->heap) == NULL);
  foxvm_gc_close(f->heap, scope);
}

static void count_call(void* user) { ++*(int*)user; }
static void count_object(void* object, void* user) {
  (void)object;
  ++*(size_t*)user;
}
static int append(const char* text, size_t bytes, void* user) {
  char* buffer = user;
  const size_t used = strlen(buffer);
  if (used + bytes >= 100000) return 0;
  memcpy(buffer + used, text, bytes);
  buffer[used + bytes] = 0;
  return 1;
}

static void test_limits_and_telling(fixture* f) {
  int calls = 0;
  foxvm_gc_set_pressure_callback(f->heap, count_call, &calls);
  if (!f->stressed) {
    const foxvm_gc_scope scope = foxvm_gc_open(f->heap);
    void** all = foxvm_gc_push(f->heap, NULL);
    size_t made = 0;
    while (1) {
      void** next = foxvm_gc_allocate_zeroed(f->heap, f->array_type, 4000);
      if (next == NULL) break;
      next[0] = *all;
      *all = next;
      ++made;
    }
    EXPECT(made > 6000 && made < 8400);
    EXPECT(calls >= 1);
    foxvm_gc_close(f->heap, scope);
    EXPECT(new_node(f, f->node_type, 1) != NULL); /* usable again */
  }
  foxvm_gc_set_pressure_callback(f->heap, NULL, NULL);
  foxvm_gc_collect_major(f->heap);
  foxvm_gc_collect_major(f->heap);
  const uint64_t committed = foxvm_gc_get_statistics(f->heap).committed_bytes;
  foxvm_gc_release_free_memory(f->heap);
  EXPECT(foxvm_gc_get_statistics(f->heap).committed_bytes <= committed);

  const uint64_t majors = foxvm_gc_get_statistics(f->heap).major_collections;
  foxvm_gc_add_external_bytes(f->heap, (int64_t)1 << 30);
  for (int i = 0; i < 20000; ++i) foxvm_gc_allocate(f->heap, f->bytes_type, 100);
  while (foxvm_gc_advance_major(f->heap)) {
  }
  foxvm_gc_safepoint(f->heap);
  EXPECT(foxvm_gc_get_statistics(f->heap).major_collections > majors);
  foxvm_gc_add_external_bytes(f->heap, -((int64_t)1 << 30));

  const uint64_t minors = foxvm_gc_get_statistics(f->heap).minor_collections;
  foxvm_gc_request(f->heap);
  foxvm_gc_safepoint(f->heap);
  EXPECT(foxvm_gc_get_statistics(f->heap).minor_collections > minors);
  EXPECT(foxvm_gc_get_statistics(f->heap).pauses >= minors);

  foxvm_gc_collect_major(f->heap);
  foxvm_gc_collect_major(f->heap);
  size_t before = 0;
  foxvm_gc_for_each_object(f->heap, count_object, &before);
  const foxvm_gc_scope scope = foxvm_gc_open(f->heap);
  foxvm_gc_push(f->heap, new_chain(f, 10));
  foxvm_gc_collect_minor(f->heap);
  size_t after = 0;
  foxvm_gc_for_each_object(f->heap, count_object, &after);
  EXPECT(after == before + 10);
  char* text = calloc(100000, 1);
  EXPECT(foxvm_gc_dump(f->heap, append, text) == 1);
  EXPECT(strstr(text, " node bytes=48 age=") != NULL && strstr(text, "\nend objects=") != NULL);
  free(text);
  foxvm_gc_close(f->heap, scope);
}

static void test_sites(int mode) {
  foxvm_gc_options options = foxvm_gc_options_of(FOXVM_GC_PRESET_DEFAULT);
  options.mode = mode;
  options.record_sites = 1;
  foxvm_gc_heap* heap = foxvm_gc_create(&options, NULL, 0);
  foxvm_gc_type_info info = {.name = "bytes"};
  const foxvm_gc_type* type = foxvm_gc_register_type(heap, &info);
  const uint32_t outside = foxvm_gc_enter_site(heap, "the reader");
  foxvm_gc_push(heap, foxvm_gc_allocate(heap, type, 10));
  foxvm_gc_leave_site(heap, outside);
  char* text = calloc(100000, 1);
  EXPECT(foxvm_gc_dump(heap, append, text) == 1);
  EXPECT(strstr(text, " the reader\nobject @") != NULL);
  free(text);
  foxvm_gc_destroy(heap);
}

int main(int argc, char** argv) {
  const char* name = argc > 1 ? argv[1] : "pause";
  const int mode = strcmp(name, "thread") == 0   ? FOXVM_GC_THREAD
                   : strcmp(name, "slices") == 0 ? FOXVM_GC_SLICES
                                                 : FOXVM_GC_PAUSE;
  unsetenv("FOXVM_GC"); /* the heaps are as the tests want them */
  test_options_and_types(mode);
  for (int stressed = 0; stressed <= 1; ++stressed) {
    fixture f = start(mode, stressed);
    test_objects(&f);
    test_pinned(&f);
    test_roots(&f);
    test_weak_and_ephemerons(&f);
    test_deaths(&f);
    test_limits_and_telling(&f);
    foxvm_gc_destroy(f.heap);
  }
  test_sites(mode);
  printf("%d failures\n", failures);
  return failures != 0;
}
