// GCBench on gc/ (see gcbench.h).
#include <algorithm>
#include <cstdint>

#include "bench/gc/bench_heap.h"
#include "bench/gc/gcbench.h"
#include "bench/gc/measure.h"

namespace foxvm::gcbench {
namespace {

using gc::Handle;
using gc::HandleScope;
using gc::LocalHandles;
using gc::MakeTree;
using gc::Mutator;
using gc::NewNode;
using gc::ObjectHeader;
using gc::Value;

// Makes the node's subtrees, from the root down. Recursion: at most kStretchDepth.
void Populate(Mutator& mutator, int depth, Handle node) {
  if (depth == 0) return;
  const LocalHandles<2> children(mutator);
  for (int side = 0; side < 2; ++side) {
    children[side].set(Value::FromObject(NewNode(mutator)));
    gc::WriteField(mutator, node.object()->slots() + side, children[side].get());
  }
  Populate(mutator, depth - 1, children[0]);
  Populate(mutator, depth - 1, children[1]);
}

void Construct(Mutator& mutator, int depth) {
  for (int64_t i = Iterations(depth); i > 0; --i) {
    HandleScope scope(mutator);
    Populate(mutator, depth, scope.Make(Value::FromObject(NewNode(mutator))));
  }
  for (int64_t i = Iterations(depth); i > 0; --i) MakeTree(mutator, depth);
}

void Run(gc::Heap& heap) {
  Mutator& mutator = heap.mutator();
  MakeTree(mutator, kStretchDepth);
  HandleScope scope(mutator);
  const Handle tree = scope.Make(Value::FromObject(NewNode(mutator)));
  Populate(mutator, kLongLivedDepth, tree);
  ObjectHeader* array =
      gc::Allocate(mutator, gc::kBytesType, sizeof(ObjectHeader) + kArrayLength * sizeof(double), 0);
  FOXVM_CHECK(array != nullptr);
  auto* doubles = static_cast<double*>(array->payload());
  for (int i = 0; i < kArrayLength; ++i) doubles[i] = i < kArrayLength / 2 ? 1.0 / (i + 1) : 0;
  const Handle kept = scope.Make(Value::FromObject(array));
  for (int depth = kMinDepth; depth <= kMaxDepth; depth += 2) Construct(mutator, depth);
  FOXVM_CHECK(tree.object()->slots()[1].IsHeapRef());
  FOXVM_CHECK(static_cast<double*>(kept.object()->payload())[999] == 1.0 / 1000);
}

int Main() {
  const auto heap = gc::MakeBenchHeap(kHeapBytes);
  const int64_t start = gc::NowNs();
  Run(*heap);
  const auto seconds = static_cast<double>(gc::NowNs() - start) / 1e9;
  const gc::HeapStatistics statistics = heap->statistics();
  gc::PrintFigure("seconds", seconds);
  gc::PrintFigure("cpu_seconds", static_cast<double>(gc::ThreadCpuNs()) / 1e9);
  gc::PrintFigure("gc_seconds", static_cast<double>(gc::PauseNs(statistics)) / 1e9);
  gc::PrintFigure(
      "max_pause_ms",
      static_cast<double>(std::max(statistics.minor_pause_ns_max, statistics.major_pause_ns_max)) / 1e6);
  gc::PrintFigure("heap_mib", static_cast<double>(statistics.peak_committed_bytes) / gc::kMiB);
  gc::PrintFigure("minors", static_cast<double>(statistics.minor_collections));
  gc::PrintFigure("majors", static_cast<double>(statistics.major_collections));
  return 0;
}

}  // namespace
}  // namespace foxvm::gcbench

int main() { return foxvm::gcbench::Main(); }
