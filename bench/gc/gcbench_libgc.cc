// GCBench on libgc (see gcbench.h). One marker thread, as the other twin has none; memory without references
// is allocated as such, nothing else is told to the collector.
#include <gc.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "bench/gc/gcbench.h"
#include "bench/gc/measure.h"

namespace foxvm::gcbench {
namespace {

struct Node {
  Node* left;
  Node* right;
  int i;
  int j;
};

// Time in collections, from the library's events. What is swept lazily, by allocation, is not in it.
int64_t stopped_at = 0;
int64_t stopped_ns = 0;
int64_t longest_ns = 0;

void OnEvent(GC_EventType event) {
  if (event == GC_EVENT_START) stopped_at = gc::NowNs();
  if (event != GC_EVENT_END) return;
  const int64_t ns = gc::NowNs() - stopped_at;
  stopped_ns += ns;
  longest_ns = std::max(longest_ns, ns);
}

Node* NewNode() {
  auto* node = static_cast<Node*>(GC_MALLOC(sizeof(Node)));  // all zero
  if (node == nullptr) {
    std::fputs("gcbench_libgc: out of memory\n", stderr);
    std::exit(1);
  }
  return node;
}

// Makes the node's subtrees, from the root down. Recursion: at most kStretchDepth.
void Populate(int depth, Node* node) {
  if (depth == 0) return;
  node->left = NewNode();
  node->right = NewNode();
  Populate(depth - 1, node->left);
  Populate(depth - 1, node->right);
}

// The tree of the given depth, from the leaves up.
Node* MakeTree(int depth) {
  if (depth == 0) return NewNode();
  Node* left = MakeTree(depth - 1);
  Node* right = MakeTree(depth - 1);
  Node* node = NewNode();
  node->left = left;
  node->right = right;
  return node;
}

void Construct(int depth) {
  for (int64_t i = Iterations(depth); i > 0; --i) Populate(depth, NewNode());
  for (int64_t i = Iterations(depth); i > 0; --i) MakeTree(depth);
}

// False when what should have stayed has not.
bool Run() {
  MakeTree(kStretchDepth);
  Node* tree = NewNode();
  Populate(kLongLivedDepth, tree);
  auto* doubles = static_cast<double*>(GC_MALLOC_ATOMIC(kArrayLength * sizeof(double)));
  if (doubles == nullptr) return false;
  for (int i = 0; i < kArrayLength; ++i) doubles[i] = i < kArrayLength / 2 ? 1.0 / (i + 1) : 0;
  for (int depth = kMinDepth; depth <= kMaxDepth; depth += 2) Construct(depth);
  return tree->right != nullptr && doubles[999] == 1.0 / 1000;
}

int Main() {
  setenv("GC_MARKERS", "1", 1);  // this version has no call for it
  GC_INIT();
  GC_set_max_heap_size(kHeapBytes);
  GC_set_warn_proc(GC_ignore_warn_proc);
  GC_set_on_collection_event(OnEvent);
  const int64_t start = gc::NowNs();
  if (!Run()) return std::fputs("gcbench_libgc: wrong result\n", stderr), 1;
  gc::PrintFigure("seconds", static_cast<double>(gc::NowNs() - start) / 1e9);
  gc::PrintFigure("cpu_seconds", static_cast<double>(gc::ThreadCpuNs()) / 1e9);
  gc::PrintFigure("gc_seconds", static_cast<double>(stopped_ns) / 1e9);
  gc::PrintFigure("max_pause_ms", static_cast<double>(longest_ns) / 1e6);
  gc::PrintFigure("heap_mib", static_cast<double>(GC_get_heap_size()) / (1 << 20));
  gc::PrintFigure("majors", static_cast<double>(GC_get_gc_no()));
  return 0;
}

}  // namespace
}  // namespace foxvm::gcbench

int main() { return foxvm::gcbench::Main(); }
