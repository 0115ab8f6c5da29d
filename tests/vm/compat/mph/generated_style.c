#include "tests/vm/compat/mph/generated_style.h"

#include <stdio.h>
#include <string.h>

size_t program_growth_bytes;

static size_t node_pointers[] = {offsetof(Node, next)};
static MorphTypeInfo node_type = {"Node", sizeof(Node), 1, node_pointers, NULL};
static size_t string_pointers[] = {offsetof(String, data)};
static MorphTypeInfo string_type = {"string", sizeof(String), 1, string_pointers, NULL};
static MorphTypeInfo raw_type = {"raw", 0, 0, NULL, NULL};
static MorphTypeInfo array_type = {"array", sizeof(Array), 0, NULL, mph_gc_mark_array};

static void* allocate(MorphContext* ctx, size_t size, MorphTypeInfo* type) {
  size_t threshold = ctx->allocated_bytes + program_growth_bytes;
  if (ctx->next_gc_threshold > threshold) ctx->next_gc_threshold = threshold;
  return mph_alloc(ctx, size, type);
}

static Node* make_node(MorphContext* ctx, long value, Node* next) {
  Node* node = allocate(ctx, sizeof(Node), &node_type);
  node->value = value;
  node->next = next;
  return node;
}

Node* make_cycle(MorphContext* ctx, int length) {
  Node* head = make_node(ctx, 0, NULL);
  mph_gc_push_root(ctx, (void**)&head);
  Node* last = head;
  mph_gc_push_root(ctx, (void**)&last);
  for (int i = 1; i < length; ++i) {
    last->next = make_node(ctx, i, NULL);
    last = last->next;
  }
  last->next = head;
  return head; /* as generated: the roots stay */
}

int run_cycles(MorphContext* ctx, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    Node* cycle = make_cycle(ctx, 20);
    make_cycle(ctx, 20);
    Node* at = cycle;
    for (int i = 0; i < 40; ++i, at = at->next) {
      if (at->value != i % 20) return 1;
    }
  }
  return 0;
}

static String* make_string(MorphContext* ctx, const char* text) {
  String* string = allocate(ctx, sizeof(String), &string_type);
  mph_gc_push_root(ctx, (void**)&string);
  string->length = strlen(text);
  string->data = allocate(ctx, string->length + 1, &raw_type);
  memcpy(string->data, text, string->length + 1);
  mph_gc_pop_roots(ctx, 1);
  return string;
}

static String* concat(MorphContext* ctx, String* a, String* b) {
  String* string = allocate(ctx, sizeof(String), &string_type);
  string->length = a->length + b->length;
  string->data = allocate(ctx, string->length + 1, &raw_type);
  memcpy(string->data, a->data, a->length);
  memcpy(string->data + a->length, b->data, b->length);
  return string;
}

int run_strings(MorphContext* ctx, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    char number[16];
    snprintf(number, sizeof(number), "%d", round);
    /* No temporary has a root. */
    String* text = concat(ctx, concat(ctx, make_string(ctx, "round "), make_string(ctx, number)),
                          concat(ctx, make_string(ctx, " of "), make_string(ctx, "many")));
    char expected[40];
    snprintf(expected, sizeof(expected), "round %d of many", round);
    if (strcmp(text->data, expected) != 0) return 1;
  }
  return 0;
}

static Array* make_array(MorphContext* ctx, size_t length) {
  Array* array = allocate(ctx, sizeof(Array), &array_type);
  /* As in the older runtime: the array claims elements before it has any, and what comes next may collect. */
  array->length = length;
  array->capacity = length;
  array->element_size = sizeof(void*);
  array->elements_are_pointers = 1;
  array->data = allocate(ctx, length * sizeof(void*), &raw_type);
  return array;
}

static Array* append(MorphContext* ctx, Array* array, Node* node) {
  Array* longer = make_array(ctx, array->length + 1);
  memcpy(longer->data, array->data, array->length * sizeof(void*));
  ((Node**)longer->data)[array->length] = node;
  return longer;
}

int run_arrays(MorphContext* ctx, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    Array* array = make_array(ctx, 0);
    mph_gc_push_root(ctx, (void**)&array);
    for (int i = 0; i < 50; ++i) array = append(ctx, array, make_node(ctx, i, make_node(ctx, -i, NULL)));
    mph_gc_pop_roots(ctx, 1);
    for (int i = 0; i < 50; ++i) {
      Node* node = ((Node**)array->data)[i];
      if (node->value != i || node->next->value != -i) return 1;
    }
  }
  return 0;
}

/* Keeps pointers into the middle of an object and to its end only. */
int run_interior_pointers(MorphContext* ctx, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    size_t count = round % 50 == 0 ? 5000 : 6;
    long* begin = allocate(ctx, count * sizeof(long), &raw_type);
    for (size_t i = 0; i < count; ++i) begin[i] = (long)i;
    long* volatile middle = begin + count / 2;
    long* other = allocate(ctx, count * sizeof(long), &raw_type);
    for (size_t i = 0; i < count; ++i) other[i] = (long)i;
    long* volatile end = other + count;
    begin = NULL;
    other = NULL;
    for (int i = 0; i < 30; ++i)
      memset(allocate(ctx, count * sizeof(long), &raw_type), 0xFF, count * sizeof(long));
    for (size_t i = count / 2; i < count; ++i) {
      if (middle[i - count / 2] != (long)i) return 1;
    }
    for (size_t i = 0; i < count; ++i) {
      if (*(end - count + i) != (long)i) return 2;
    }
  }
  return 0;
}

static Node* global_list;

int run_globals(MorphContext* ctx, int rounds) {
  global_list = NULL;
  mph_gc_push_root(ctx, (void**)&global_list);
  for (int round = 0; round < rounds; ++round) {
    mph_gc_push_root(ctx, (void**)&round);
    global_list = make_node(ctx, round, global_list);
    mph_gc_pop_roots(ctx, 1);
    if (round % 100 == 99) {
      long expected = round;
      for (Node* at = global_list; at != NULL; at = at->next) {
        if (at->value != expected--) return 1;
      }
      global_list = NULL;
    }
  }
  mph_gc_pop_roots(ctx, 1);
  return 0;
}

/* An object without a type, whose only pointer the collector must find by itself. */
int run_errors(MorphContext* ctx, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    String** error = allocate(ctx, sizeof(String*), NULL);
    *error = concat(ctx, make_string(ctx, "gagal"), make_string(ctx, "!"));
    for (int i = 0; i < 10; ++i) make_string(ctx, "????????");
    if (strcmp((*error)->data, "gagal!") != 0) return 1;
  }
  return 0;
}

int run_deep_list(MorphContext* ctx, int length) {
  Node* list = NULL;
  for (int i = 0; i < length; ++i) list = make_node(ctx, i, list);
  mph_gc_collect(ctx);
  long expected = length;
  for (Node* at = list; at != NULL; at = at->next) {
    if (at->value != --expected) return 1;
  }
  return expected == 0 ? 0 : 2;
}
