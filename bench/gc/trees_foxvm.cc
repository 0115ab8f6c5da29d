// Binary trees on gc/, the shape known from the benchmarks game; trees.ml is its twin in OCaml.
// How: a tree of kDepth + 1 is built and dropped; a long-lived one of kDepth stays to the end; then, for
//      depths from kMinDepth in steps of 4, trees are built from the leaves up, counted and dropped. 16 MiB
//      are live throughout and 32 MiB at most (12 and 24 in OCaml, whose header is 8 bytes smaller); the heap
//      is bounded to twice that, and the old generation collected when it has doubled.
#include <cstdint>

#include "bench/gc/bench_heap.h"
#include "bench/gc/measure.h"

namespace foxvm::gc {
namespace {

constexpr int kDepth = 18;
constexpr int kMinDepth = 4;
constexpr size_t kHeapBytes = 64 * kMiB;
constexpr double kGrowthFactor = 2.0;

int64_t Count(const ObjectHeader* node) {
  if (!node->slots()[0].IsHeapRef()) return 1;
  return 1 + Count(node->slots()[0].object()) + Count(node->slots()[1].object());
}

// The number of nodes made and counted.
int64_t Run(Mutator& mutator) {
  int64_t nodes = Count(MakeTree(mutator, kDepth + 1));
  HandleScope scope(mutator);
  const Handle kept = scope.Make(Value::FromObject(MakeTree(mutator, kDepth)));
  for (int depth = kMinDepth; depth <= kDepth; depth += 4) {
    const int64_t iterations = int64_t{1} << (kDepth - depth + kMinDepth);
    for (int64_t i = 0; i < iterations; ++i) nodes += Count(MakeTree(mutator, depth));
  }
  nodes += Count(kept.object());
  return nodes;
}

int Main() {
  HeapOptions options;
  options.max_bytes = kHeapBytes;
  options.min_young_bytes = options.max_young_bytes = options.young_bytes;  // as the twin's
  options.growth_factor = kGrowthFactor;
  const auto heap = MakeBenchHeap(options);
  const int64_t start = NowNs();
  const auto nodes = static_cast<double>(Run(heap->mutator()));
  const auto elapsed = static_cast<double>(NowNs() - start);
  const HeapStatistics statistics = heap->statistics();
  const auto stopped = static_cast<double>(PauseNs(statistics));
  PrintFigure("seconds", elapsed / 1e9);
  PrintFigure("cpu_seconds", static_cast<double>(ThreadCpuNs()) / 1e9);
  PrintFigure("gc_seconds", stopped / 1e9);
  PrintFigure("gc_percent", stopped / elapsed * 100);
  PrintFigure("gc_ns_per_node", stopped / nodes);
  PrintFigure("nodes", nodes);
  PrintFigure("heap_mib", static_cast<double>(statistics.peak_committed_bytes) / kMiB);
  PrintFigure("minors", static_cast<double>(statistics.minor_collections));
  PrintFigure("majors", static_cast<double>(statistics.major_collections));
  return 0;
}

}  // namespace
}  // namespace foxvm::gc

int main() { return foxvm::gc::Main(); }
