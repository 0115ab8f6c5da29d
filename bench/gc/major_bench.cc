// The pause of a stop-the-world major collection of 32 MiB of objects of 64 bytes that are all alive, in the
// order of allocation and in random order, beside marking loops with no heap around them.
// How: see tree_order.h. Between two pauses the program allocates as much as it does at the very least in a
//      heap of this size before the next major collection is due; the old generation is swept meanwhile.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "bench/gc/bench_heap.h"
#include "bench/gc/measure.h"
#include "bench/gc/pauses.h"
#include "bench/gc/tree_order.h"
#include "benchmark/benchmark.h"

namespace foxvm::gc {
namespace {

constexpr size_t kNodes = 32 * kMiB / kRecordBytes;
constexpr int kRounds = 10;
// What the old generation grows by between two major collections, by HeapOptions::growth_factor.
constexpr size_t kAllocatedBetween = 24 * kMiB;

// The root of the tree.
Value MakeOldTree(Heap& heap, bool shuffled) {
  Mutator& mutator = heap.mutator();
  HandleScope scope(mutator);
  const Handle all = scope.Make(Value::FromObject(NewArray(mutator, kNodes)));
  for (size_t i = 0; i < kNodes; ++i) {
    const Value node = Value::FromObject(NewRecord(mutator));
    WriteField(mutator, all.object()->slots() + i, node);
  }
  PromoteAll(heap);
  // Places are those of memory, whatever order the collector has copied the nodes in.
  std::vector<Value> nodes(all.object()->slots(), all.object()->slots() + kNodes);
  std::sort(nodes.begin(), nodes.end(), [](Value a, Value b) { return a.bits() < b.bits(); });
  const std::vector<uint32_t> places = TreePlaces(kNodes, shuffled);
  LinkTree(places, [&](uint32_t parent, int side, uint32_t child) {
    WriteField(mutator, nodes[parent].object()->slots() + side, nodes[child]);
  });
  return nodes[places[0]];
}

void BM_MajorPause(benchmark::State& state, bool shuffled) {
  for (auto _ : state) {
    const std::unique_ptr<Heap> heap = MakeBenchHeap(256 * kMiB);
    HandleScope scope(heap->mutator());
    scope.Make(MakeOldTree(*heap, shuffled));
    Pauses pauses;
    for (int i = -1; i < kRounds; ++i) {
      // As by its own policy: sweeping is left to the program's allocations.
      const Pause pause = TimePause([&] { heap->BeginMajor(); });
      if (i >= 0) pauses.Add(pause);  // the first frees what building the tree took
      for (size_t j = 0; j < kAllocatedBetween; j += kRecordBytes) NewRecord(heap->mutator());
    }
    pauses.Report(state);
    // What is live over the typical pause.
    state.counters["gb_per_second"] = kNodes * double{kRecordBytes} / 1e6 / pauses.cpu_p50_ms();
  }
}
BENCHMARK_CAPTURE(BM_MajorPause, in_order, false)->Name("major_pause/in_order")->Iterations(1);
BENCHMARK_CAPTURE(BM_MajorPause, random, true)->Name("major_pause/random")->Iterations(1);

// The tree in plain memory, with a mark byte for each node beside it.
class BareMark {
 public:
  explicit BareMark(bool shuffled) : nodes_(kNodes), marks_(kNodes) {
    const std::vector<uint32_t> places = TreePlaces(kNodes, shuffled);
    LinkTree(places, [this](uint32_t parent, int side, uint32_t child) {
      nodes_[parent].children[side] = &nodes_[child];
    });
    root_ = &nodes_[places[0]];
    stack_.reserve(kNodes);
  }

  // Depth first; every reference is followed at once.
  void Mark() {
    Start();
    while (!stack_.empty()) {
      Node* node = stack_.back();
      stack_.pop_back();
      for (Node* child : node->children) {
        if (child != nullptr && SetMark(child)) stack_.push_back(child);
      }
    }
  }

  // Objects are fetched while they wait in a queue in front of the stack.
  void MarkWithPrefetch() {
    constexpr size_t kQueue = 16;
    Node* queue[kQueue] = {};
    size_t at = 0;
    size_t waiting = 0;
    Start();
    while (!stack_.empty() || waiting != 0) {
      Node* next = nullptr;
      if (!stack_.empty()) {
        next = stack_.back();
        stack_.pop_back();
        __builtin_prefetch(next);
        __builtin_prefetch(&marks_[static_cast<size_t>(next - nodes_.data())]);
        ++waiting;
      }
      Node* node = queue[at];
      queue[at] = next;
      at = (at + 1) % kQueue;
      if (node == nullptr) continue;
      --waiting;
      if (!SetMark(node)) continue;
      for (Node* child : node->children) {
        if (child != nullptr) stack_.push_back(child);
      }
    }
  }

 private:
  struct Node {
    uint64_t header[2];
    Node* children[2];
    uint64_t plain[4];
  };

  void Start() {
    std::fill(marks_.begin(), marks_.end(), uint8_t{0});
    stack_.assign(1, root_);
  }
  bool SetMark(const Node* node) {
    uint8_t& mark = marks_[static_cast<size_t>(node - nodes_.data())];
    if (mark != 0) return false;
    mark = 1;
    return true;
  }

  std::vector<Node> nodes_;
  std::vector<uint8_t> marks_;
  std::vector<Node*> stack_;
  Node* root_;
  static_assert(sizeof(Node) == kRecordBytes);
};

void BM_BareMark(benchmark::State& state, bool shuffled, bool prefetched) {
  for (auto _ : state) {
    BareMark bare(shuffled);
    Pauses pauses;
    for (int i = 0; i < kRounds; ++i) {
      pauses.Add(TimePause([&] { prefetched ? bare.MarkWithPrefetch() : bare.Mark(); }));
    }
    pauses.Report(state);
  }
}
BENCHMARK_CAPTURE(BM_BareMark, in_order, false, false)->Name("bare_mark/in_order")->Iterations(1);
BENCHMARK_CAPTURE(BM_BareMark, random, true, false)->Name("bare_mark/random")->Iterations(1);
BENCHMARK_CAPTURE(BM_BareMark, random_prefetched, true, true)
    ->Name("bare_mark/random_prefetched")
    ->Iterations(1);

}  // namespace
}  // namespace foxvm::gc
