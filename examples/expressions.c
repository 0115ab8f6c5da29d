/* A small expression compiler in C on FoxVM's memory: each line becomes a tree, is simplified, printed as
 * stack code and dropped. Nodes are typed, so they come from a pool and those that a rewrite replaces are
 * used again at once; names are bytes, so they come from the arena. Reads standard input: expressions of + -
 * * /, numbers, names and parentheses, one on each line. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/morph_mem.h"

enum { MAX_LINE = 1000, MAX_DEPTH = 100, NODE = 1 };

typedef struct Node {
  char kind;        /* 'n' number, 'v' name, or the operator */
  long number;      /* of 'n' */
  const char* name; /* of 'v' */
  struct Node* left;
  struct Node* right;
} Node;

typedef struct Parser {
  morph_context* memory;
  const char* at;
  int depth;
  const char* error; /* the first one; NULL: none */
} Parser;

static Node* fail(Parser* p, const char* message) {
  if (p->error == NULL) p->error = message;
  return NULL;
}

static Node* new_node(Parser* p, char kind, Node* left, Node* right) {
  Node* node = morph_alloc_zeroed(p->memory, sizeof(Node), NODE);
  if (node == NULL) return fail(p, morph_mem_error());
  node->kind = kind;
  node->left = left;
  node->right = right;
  return node;
}

static char next(Parser* p) {
  while (*p->at == ' ') ++p->at;
  return *p->at;
}

static Node* parse_sum(Parser* p);

static Node* parse_leaf(Parser* p) {
  const char* start;
  char* end;
  Node* node;
  char c = next(p);
  if (c == '(') {
    if (p->depth == MAX_DEPTH) return fail(p, "too many parentheses");
    ++p->depth;
    ++p->at;
    node = parse_sum(p);
    --p->depth;
    if (node == NULL) return NULL;
    if (next(p) != ')') return fail(p, "expected ')'");
    ++p->at;
    return node;
  }
  if (!isalnum((unsigned char)c)) return fail(p, "expected a number, a name or '('");
  node = new_node(p, isdigit((unsigned char)c) ? 'n' : 'v', NULL, NULL);
  if (node == NULL) return NULL;
  start = p->at;
  if (node->kind == 'n') {
    node->number = strtol(start, &end, 10);
    p->at = end;
    return node;
  }
  while (isalnum((unsigned char)*p->at)) ++p->at;
  end = morph_alloc_zeroed(p->memory, (size_t)(p->at - start) + 1, 0);
  if (end == NULL) return fail(p, morph_mem_error());
  node->name = memcpy(end, start, (size_t)(p->at - start));
  return node;
}

static Node* parse_product(Parser* p) {
  Node* left = parse_leaf(p);
  while (left != NULL && (next(p) == '*' || *p->at == '/')) {
    char kind = *p->at++;
    Node* right = parse_leaf(p);
    left = right == NULL ? NULL : new_node(p, kind, left, right);
  }
  return left;
}

static Node* parse_sum(Parser* p) {
  Node* left = parse_product(p);
  while (left != NULL && (next(p) == '+' || *p->at == '-')) {
    char kind = *p->at++;
    Node* right = parse_product(p);
    left = right == NULL ? NULL : new_node(p, kind, left, right);
  }
  return left;
}

static int is_number(const Node* node, long number) { return node->kind == 'n' && node->number == number; }

/* The simplest tree of the same value; nodes that are no longer in it are freed. */
static Node* simplify(morph_context* memory, Node* node) {
  Node* kept = NULL;
  Node* left;
  Node* right;
  if (node->kind == 'n' || node->kind == 'v') return node;
  left = node->left = simplify(memory, node->left);
  right = node->right = simplify(memory, node->right);
  if (left->kind == 'n' && right->kind == 'n' && (node->kind != '/' || right->number > 0)) {
    unsigned long a = (unsigned long)left->number;
    unsigned long b = (unsigned long)right->number;
    unsigned long result = node->kind == '+' ? a + b : node->kind == '-' ? a - b : a * b;
    kept = left;
    kept->number = node->kind == '/' ? left->number / right->number : (long)result;
    morph_free(memory, right);
  } else if (is_number(right, node->kind == '*' || node->kind == '/')) { /* x * 1, x / 1, x + 0, x - 0 */
    kept = left;
    morph_free(memory, right);
  }
  if (kept == NULL) return node;
  morph_free(memory, node);
  return kept;
}

static void print_code(const Node* node) {
  if (node->kind == 'n') {
    printf(" %ld", node->number);
  } else if (node->kind == 'v') {
    printf(" %s", node->name);
  } else {
    print_code(node->left);
    print_code(node->right);
    printf(" %c", node->kind);
  }
}

int main(void) {
  static char line[MAX_LINE];
  morph_mem_stats stats;
  int number = 0;
  morph_mem_config config = MORPH_CONFIG_COMPILER_INIT;
  morph_context* memory;
  config.max_bytes = 16 << 20;
  memory = morph_mem_init(config);
  if (memory == NULL) {
    fprintf(stderr, "%s\n", morph_mem_error());
    return 1;
  }
  while (fgets(line, sizeof(line), stdin) != NULL) {
    Parser parser = {memory, line, 0, NULL};
    Node* tree = NULL;
    ++number;
    line[strcspn(line, "\n")] = '\0';
    tree = parse_sum(&parser);
    if (tree != NULL && next(&parser) != '\0') tree = fail(&parser, "expected an operator");
    printf("%d:", number);
    if (tree == NULL) {
      printf(" error in column %d: %s", (int)(parser.at - line) + 1, parser.error);
    } else {
      print_code(simplify(memory, tree));
    }
    printf("\n");
    morph_mem_reset(memory); /* the tree and its names end here, however many they were */
  }
  stats = morph_mem_get_stats(memory);
  printf("%d lines, %d live bytes at the end\n", number, (int)stats.current_live);
  morph_mem_destroy(memory);
  return 0;
}
