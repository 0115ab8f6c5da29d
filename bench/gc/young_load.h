// A load for minor collections: fills the young generation with nodes of which a chosen share survives.
// How: objects that survive are chosen at random and linked to random binary trees, whose roots are stored in
//      an old array; they stay reachable for two collections and so are copied by one and, with the default
//      promotion_age, promoted by the next. Of each filling kept_share is kept, and as many older ones are
//      still reachable: 0.05 makes a tenth of what is collected survive. Nothing collects but Collect() and,
//      between pauses, the collection of what has died in the old generation.
// Threads: the mutator's.  Collects: the constructor and Collect.
#ifndef FOXVM_BENCH_GC_YOUNG_LOAD_H_
#define FOXVM_BENCH_GC_YOUNG_LOAD_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "bench/gc/bench_heap.h"
#include "bench/gc/measure.h"

namespace foxvm::gc {

class YoungLoad {
 public:
  YoungLoad(Heap& heap, double kept_share)
      : heap_(heap),
        mutator_(heap.mutator()),
        kept_below_(static_cast<uint64_t>(kept_share * kShareOne)),
        nodes_(heap.statistics().young_bytes / 4 * 3 / kNodeBytes),
        scope_(mutator_),
        table_(scope_.Make(Value::FromObject(NewArray(mutator_, 2 * kRoots)))) {
    PromoteAll(heap_);
  }

  // Fills the young generation, which is empty but for survivors: three quarters of it are eden.
  void Fill() {
    filling_ = 1 - filling_;
    roots_used_ = 0;
    for (size_t i = 0; i < kRoots; ++i) StoreRoot(i, Value::Null());
    const uint64_t minors = heap_.statistics().minor_collections;
    for (size_t i = 0; i < nodes_; ++i) {
      ObjectHeader* node = NewNode(mutator_);
      if (random_.Below(kShareOne) < kept_below_) Keep(node);
    }
    FOXVM_CHECK(heap_.statistics().minor_collections == minors);  // or nodes in trees_ have moved
    for (Value tree : trees_) StoreRoot(roots_used_++, tree);
    newest_tree_ = trees_.empty() ? Value::Null() : trees_.back();
    trees_.clear();
  }

  // A tree of the last filling, until the next collection.
  Value newest_tree() const { return newest_tree_; }

  // One minor collection.
  Pause Collect() {
    const HeapStatistics before = heap_.statistics();
    const Pause pause = TimePause([this] { heap_.CollectMinor(); });
    const HeapStatistics after = heap_.statistics();
    young_bytes_ += before.young_used_bytes;
    surviving_bytes_ +=
        after.copied_bytes - before.copied_bytes + after.promoted_bytes - before.promoted_bytes;
    if (after.live_old_bytes > kMaxOldBytes) heap_.CollectMajor();
    return pause;
  }

  // The share of the collected bytes that survived, in percent.
  double survival_percent() const {
    return static_cast<double>(surviving_bytes_) / static_cast<double>(young_bytes_) * 100;
  }

 private:
  static constexpr uint64_t kShareOne = uint64_t{1} << 20;
  static constexpr size_t kRoots = 256;
  static constexpr size_t kMaxTrees = 128;
  static constexpr uint64_t kMaxOldBytes = 48 * kMiB;

  // Half of the kept nodes are leaves, the others join two trees.
  void Keep(ObjectHeader* node) {
    if (trees_.size() >= 2 && (trees_.size() >= kMaxTrees || random_.Below(2) == 0)) {
      for (int side = 0; side < 2; ++side) {
        std::swap(trees_[random_.Below(trees_.size())], trees_.back());
        node->slots()[side] = trees_.back();
        trees_.pop_back();
      }
    }
    trees_.push_back(Value::FromObject(node));
  }
  void StoreRoot(size_t index, Value v) {
    WriteField(mutator_, table_.object()->slots() + filling_ * kRoots + index, v);
  }

  Heap& heap_;
  Mutator& mutator_;
  const uint64_t kept_below_;
  const size_t nodes_;
  HandleScope scope_;
  const Handle table_;  // the roots of the last two fillings
  Random random_{1};
  std::vector<Value> trees_;
  Value newest_tree_;
  size_t filling_ = 0;
  size_t roots_used_ = 0;
  uint64_t young_bytes_ = 0;
  uint64_t surviving_bytes_ = 0;
};

}  // namespace foxvm::gc

#endif  // FOXVM_BENCH_GC_YOUNG_LOAD_H_
