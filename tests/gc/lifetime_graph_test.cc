// A random program with everything that depends on death, against a model: a graph of plain and finalizable
// objects, persistent and weak handles, ephemeron tables, finalizers that resurrect, while the heap collects
// by itself, on demand, or as often as it can. At checks one major collection must find exactly what the
// model says.
// FOXVM_OPERATIONS: how many operations each test makes; FOXVM_FIRST_SEED: added to its seed.
#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gc/ephemeron_table.h"
#include "gc/persistent_handle.h"
#include "gc/weak_handle.h"
#include "tests/gc/fake_roots.h"

namespace foxvm::gc {
namespace {

constexpr size_t kRefs = 4;
constexpr size_t kRoots = 16;
constexpr size_t kTables = 3;

struct ModelNode {
  uint64_t id;
  ObjectHeader* pinned_at = nullptr;
  ModelNode* refs[kRefs] = {};
  uint64_t attached = 0;  // when its finalizer was asked for; 0: it has none
  bool finalized =
      false;  // reached by a finalizer once: older weak handles may be empty though it is reachable
};
using Nodes = std::set<ModelNode*>;

class LifetimeGraphTest : public HeapTest, public testing::WithParamInterface<MajorMode> {
 protected:
  ~LifetimeGraphTest() override { DropAll(); }

  void Run(HeapOptions options, uint64_t operations, uint64_t check_every, uint64_t seed) {
    operations = NumberFromEnvironment("FOXVM_OPERATIONS", operations);
    seed += NumberFromEnvironment("FOXVM_FIRST_SEED", 0);
    SCOPED_TRACE("seed " + std::to_string(seed));
    options.major_mode = GetParam();
    Start(options);
    OnFinalize() = [this](Mutator&, Handle object) { Finalize(object); };
    seed_ = seed;
    roots.values.assign(kRoots, Value::Null());
    model_roots_.assign(kRoots, nullptr);
    for (size_t i = 0; i < kTables; ++i) tables_.push_back(std::make_unique<EphemeronTable>(*heap));
    entries_.resize(kTables);
    for (uint64_t i = 1; i <= operations && !HasFailure(); ++i) {
      Step();
      if (i % check_every == 0) {
        Check();
        Prune();
      }
    }
  }

  uint64_t finalized_ = 0;
  uint64_t emptied_ = 0;
  uint64_t dropped_entries_ = 0;

 private:
  struct Persistent {
    PersistentHandle handle;
    ModelNode* node;
  };
  struct Weak {
    WeakHandle handle;
    ModelNode* node;
  };

  void DropAll() {
    persistent_.clear();
    weak_.clear();
    tables_.clear();
  }

  uint64_t Next(uint64_t below) {
    seed_ = seed_ * 6364136223846793005u + 1442695040888963407u;
    return (seed_ >> 33) % below;
  }

  void Step() {
    uint64_t kind = Next(100);
    if (kind < 30) return NewNode();
    if (kind < 50) return Link();
    if (kind < 58) return SetRoot(Next(kRoots), {nullptr, nullptr});
    if (kind < 64) return SetRoot(Next(kRoots), Pick());
    if (kind < 70) return StepPersistent();
    if (kind < 80) return StepWeak();
    if (kind < 96) return StepTable();
    if (kind < 98) return void(heap->RunFinalizers());
    if (Next(10) == 0) return heap->CollectMajor();
    if (Next(10) == 0) return heap->BeginMajor();
    if (Next(100) == 0) return heap->Compact();
    if (Next(2) == 0) heap->AdvanceMajor();
    heap->CollectMinor();
  }

  using Picked = std::pair<ObjectHeader*, ModelNode*>;

  void SetRoot(size_t root, Picked picked) {
    roots.values[root] = picked.first == nullptr ? Value::Null() : Value::FromObject(picked.first);
    model_roots_[root] = picked.second;
  }

  void NewNode() {
    bool finalizable = Next(3) == 0;
    size_t slots = Next(200) == 0 ? 1200 : kRefs;  // the former are large
    const bool pinned = Next(40) == 0;
    ObjectHeader* object = pinned        ? NewPinned(finalizable ? kFinalized : kArray, slots)
                           : finalizable ? NewFinalized(0, slots)
                                         : NewArray(slots);
    ASSERT_NE(object, nullptr);
    uint64_t id = ++last_id_;  // the allocation may have run finalizers that made nodes
    object->second = id;
    ModelNode* node = &nodes_[id];
    *node = {
        .id = id, .pinned_at = pinned ? object : nullptr, .attached = finalizable ? ++last_attached_ : 0};
    size_t root = Next(kRoots);
    if (model_roots_[root] != nullptr && Next(2) == 0) {
      object->slots()[0] = roots.values[root];
      node->refs[0] = model_roots_[root];
    }
    SetRoot(root, {object, node});
  }

  ObjectHeader* NewPinned(TypeId type, size_t slots) {
    const size_t bytes = AlignObjectSize(sizeof(ObjectHeader) + slots * sizeof(Value));
    ObjectHeader* object = AllocatePinned(mutator(), type, bytes, 0);
    if (object != nullptr) Fill(object, bytes);
    return object;
  }

  // A node found by walking from a random root or persistent handle; null when that is empty.
  Picked Pick() {
    size_t start = Next(kRoots + persistent_.size());
    Value at = start < kRoots ? roots.values[start] : persistent_[start - kRoots].handle.get();
    ModelNode* node = start < kRoots ? model_roots_[start] : persistent_[start - kRoots].node;
    if (node == nullptr) return {nullptr, nullptr};
    for (size_t steps = Next(5); steps > 0; --steps) {
      size_t i = Next(kRefs);
      if (node->refs[i] == nullptr) continue;
      at = at.object()->slots()[i];
      node = node->refs[i];
    }
    EXPECT_EQ(at.object()->second, node->id);
    return {at.object(), node};
  }

  void Link() {
    auto [holder, holder_node] = Pick();
    auto [target, target_node] = Pick();
    if (holder == nullptr) return;
    size_t i = Next(kRefs);
    WriteField(mutator(), holder->slots() + i, target == nullptr ? Value::Null() : Value::FromObject(target));
    holder_node->refs[i] = target_node;
  }

  void StepPersistent() {
    auto [object, node] = Pick();
    Value v = object == nullptr ? Value::Null() : Value::FromObject(object);
    if (persistent_.size() < 8) return void(persistent_.push_back({PersistentHandle(*heap, v), node}));
    size_t i = Next(persistent_.size());
    if (Next(2) == 0) {
      persistent_[i].handle.set(v);
      persistent_[i].node = node;
    } else {
      std::swap(persistent_[i], persistent_.back());
      persistent_.pop_back();
    }
  }

  void StepWeak() {
    auto [object, node] = Pick();
    if (object != nullptr && weak_.size() < 100) {
      return void(weak_.push_back({WeakHandle(*heap, Value::FromObject(object)), node}));
    }
    if (weak_.empty()) return;
    size_t i = Next(weak_.size());
    Value v = weak_[i].handle.get();
    if (v.IsHeapRef() && Next(4) == 0) {
      ASSERT_EQ(v.object()->second, weak_[i].node->id);
      SetRoot(Next(kRoots), {v.object(), weak_[i].node});
    } else {
      std::swap(weak_[i], weak_.back());
      weak_.pop_back();
    }
  }

  void StepTable() {
    auto [key, key_node] = Pick();
    if (key == nullptr) return;
    size_t t = Next(kTables);
    auto entry = entries_[t].find(key_node);
    switch (Next(4)) {
      case 0:
      case 1: {
        auto [value, value_node] = Pick();
        tables_[t]->Set(key, value == nullptr ? Value::Null() : Value::FromObject(value));
        entries_[t][key_node] = value_node;
        return;
      }
      case 2: {
        Value v = tables_[t]->Get(key);
        ASSERT_EQ(v.IsEmpty(), entry == entries_[t].end());
        if (v.IsEmpty()) return;
        ASSERT_EQ(v.IsHeapRef(), entry->second != nullptr);
        if (!v.IsHeapRef()) return;
        ASSERT_EQ(v.object()->second, entry->second->id);
        return SetRoot(Next(kRoots), {v.object(), entry->second});
      }
      default:
        if (Next(4) != 0) return;
        ASSERT_EQ(tables_[t]->Erase(key), entry != entries_[t].end());
        entries_[t].erase(key_node);
    }
  }

  void Finalize(Handle object) {
    const auto found = nodes_.find(object.object()->second);
    ASSERT_NE(found, nodes_.end());
    ModelNode* node = &found->second;
    ASSERT_NE(node->attached, 0u) << "a finalizer that nobody asked for";
    order_.push_back(node->attached);
    node->attached = 0;
    ++finalized_;
    // In one piece, and unreachable but for what was made since.
    for (size_t i = 0; i < kRefs; ++i) {
      Value v = object.object()->slots()[i];
      ASSERT_EQ(v.IsHeapRef(), node->refs[i] != nullptr);
      if (v.IsHeapRef()) {
        ASSERT_EQ(v.object()->second, node->refs[i]->id);
      }
    }
    if (!node->finalized) {
      for (const Weak& weak : weak_) {
        if (weak.node == node) {
          EXPECT_TRUE(weak.handle.get().IsEmpty());
        }
      }
    }
    for (ModelNode* reached : Closure({node})) reached->finalized = true;
    if (quiet_) return;
    if (Next(3) == 0) SetRoot(Next(kRoots), {object.object(), node});
    if (Next(3) == 0) {
      node->attached = ++last_attached_;
      ASSERT_TRUE(heap->AttachFinalizer(object.object()));
    }
    if (Next(3) == 0) NewNode();
  }

  // What is reachable from `nodes`, ephemerons included, by the simplest means.
  Nodes Closure(const std::vector<ModelNode*>& nodes) const {
    Nodes reached;
    std::vector<ModelNode*> pending(nodes);
    while (!pending.empty()) {
      while (!pending.empty()) {
        ModelNode* node = pending.back();
        pending.pop_back();
        if (node == nullptr || !reached.insert(node).second) continue;
        pending.insert(pending.end(), std::begin(node->refs), std::end(node->refs));
      }
      for (const auto& table : entries_) {
        for (auto [key, value] : table) {
          if (reached.count(key) != 0 && value != nullptr && reached.count(value) == 0)
            pending.push_back(value);
        }
      }
    }
    return reached;
  }

  std::vector<ModelNode*> StrongRoots() const {
    std::vector<ModelNode*> strong(model_roots_);
    for (const Persistent& persistent : persistent_) strong.push_back(persistent.node);
    return strong;
  }

  void Check() {
    // Nothing waits afterwards: finalizers that are quiet allocate nothing.
    quiet_ = true;
    while (heap->AdvanceMajor()) {
    }
    heap->RunFinalizers();
    ASSERT_EQ(heap->queued_finalizers(), 0u);
    std::vector<ModelNode*> strong = StrongRoots();
    const Nodes alive = Closure(strong);
    std::vector<uint64_t> expected_order;
    for (auto& [id, node] : nodes_) {
      if (node.attached == 0 || alive.count(&node) != 0) continue;
      strong.push_back(&node);
      expected_order.push_back(node.attached);
    }
    std::sort(expected_order.begin(), expected_order.end());
    const Nodes kept = Closure(strong);
    CompareBefore(alive);

    heap->CollectMajor();
    ASSERT_EQ(heap->queued_finalizers(), expected_order.size());
    CheckWeak(alive);
    for (size_t t = 0; t < kTables; ++t) {
      dropped_entries_ +=
          std::erase_if(entries_[t], [&](const auto& entry) { return kept.count(entry.first) == 0; });
      ASSERT_EQ(tables_[t]->size(), entries_[t].size());
    }
    order_.clear();
    heap->RunFinalizers();
    EXPECT_EQ(order_, expected_order);
    // The others can come back by nothing.
    std::erase_if(nodes_,
                  [&](const auto& node) { return kept.count(const_cast<ModelNode*>(&node.second)) == 0; });
    quiet_ = false;
  }

  // Keeps the graph small enough for the simplest means.
  void Prune() {
    for (size_t i = 0; i < kRoots; i += 1 + Next(3)) SetRoot(i, {nullptr, nullptr});
    persistent_.resize(Next(persistent_.size() + 1));
  }

  void CheckWeak(const Nodes& alive) {
    std::erase_if(weak_, [&](const Weak& weak) {
      Value v = weak.handle.get();
      bool reachable = alive.count(weak.node) != 0;
      if (v.IsHeapRef()) {
        EXPECT_TRUE(reachable) << "a weak handle kept " << weak.node->id;
        EXPECT_EQ(v.object()->second, weak.node->id);
        return false;
      }
      EXPECT_TRUE(!reachable || weak.node->finalized) << "a weak handle lost " << weak.node->id;
      ++emptied_;
      return true;
    });
  }

  // Both graphs, side by side.
  void CompareBefore(const Nodes& alive) {
    std::map<ModelNode*, Value> seen;
    std::vector<std::pair<ModelNode*, Value>> pending;
    auto visit = [&](ModelNode* node, Value v) {
      ASSERT_EQ(node != nullptr, v.IsHeapRef());
      if (node == nullptr) return;
      auto [at, fresh] = seen.emplace(node, v);
      ASSERT_EQ(at->second, v);
      if (fresh) pending.emplace_back(node, v);
    };
    for (size_t i = 0; i < kRoots; ++i) visit(model_roots_[i], roots.values[i]);
    for (const Persistent& persistent : persistent_) visit(persistent.node, persistent.handle.get());
    while (!pending.empty() && !HasFatalFailure()) {
      auto [node, v] = pending.back();
      pending.pop_back();
      ASSERT_EQ(v.object()->second, node->id);
      ASSERT_EQ(alive.count(node), 1u);
      if (node->pinned_at != nullptr) {
        ASSERT_EQ(v.object(), node->pinned_at);
      }
      for (size_t i = 0; i < kRefs; ++i) visit(node->refs[i], v.object()->slots()[i]);
      for (size_t t = 0; t < kTables; ++t) {
        auto entry = entries_[t].find(node);
        Value value = tables_[t]->Get(v.object());
        ASSERT_EQ(value.IsEmpty(), entry == entries_[t].end());
        if (!value.IsEmpty()) visit(entry->second, value);
      }
    }
    ASSERT_EQ(seen.size(), alive.size());
  }

  uint64_t seed_ = 0;
  uint64_t last_attached_ = 0;
  bool quiet_ = false;
  std::vector<uint64_t> order_;  // `attached` of those finalized since the last check's collection
  uint64_t last_id_ = 0;
  std::map<uint64_t, ModelNode> nodes_;  // by id
  std::vector<ModelNode*> model_roots_;
  std::vector<Persistent> persistent_;
  std::vector<Weak> weak_;
  std::vector<std::unique_ptr<EphemeronTable>> tables_;
  std::vector<std::map<ModelNode*, ModelNode*>> entries_;
};

TEST_P(LifetimeGraphTest, UnderStressAtEveryAllocation) {
  Run({.max_bytes = size_t{64} << 20, .promotion_age = 3, .stress_interval = 1, .verify = true}, 30'000, 100,
      1);
  EXPECT_GE(heap->statistics().minor_collections, 9'000u);
  EXPECT_GE(finalized_, 1000u);
  EXPECT_GE(emptied_, 300u);
  EXPECT_GE(dropped_entries_, 300u);
}

TEST_P(LifetimeGraphTest, UnderStressNowAndThen) {
  Run({.max_bytes = size_t{64} << 20, .promotion_age = 1, .stress_interval = 29, .verify = true}, 60'000, 300,
      2);
  EXPECT_GE(finalized_, 2000u);
}

TEST_P(LifetimeGraphTest, OnDemandOnly) {
  Run({.max_bytes = size_t{64} << 20, .verify = true}, 60'000, 200, 3);
  EXPECT_GE(finalized_, 2000u);
}

TEST_P(LifetimeGraphTest, AsAProgramWouldRun) {
  Run({.max_bytes = size_t{16} << 20, .young_bytes = 64 << 10}, 200'000, 1000, 4);
  EXPECT_GE(finalized_, 5000u);
  EXPECT_GE(emptied_, 2000u);
}

INSTANTIATE_TEST_SUITE_P(Modes, LifetimeGraphTest,
                         testing::Values(MajorMode::kStopTheWorld, MajorMode::kIncremental,
                                         MajorMode::kConcurrent),
                         NameOfMode);

}  // namespace
}  // namespace foxvm::gc
