// A random program against a model: a graph of objects of every layout, changed at random, compared with a
// plain C++ copy of it, while the heap collects and verifies itself as often as it can.
// FOXVM_OPERATIONS: how many operations each test makes; FOXVM_FIRST_SEED: added to its seed.
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/gc/fake_roots.h"

namespace foxvm::gc {
namespace {

struct ModelNode {
  TypeId type;
  uint64_t id;
  uint64_t hash = 0;  // 0: never asked
  ObjectHeader* pinned_at = nullptr;
  std::vector<ModelNode*> refs;
};

class RandomGraphTest : public HeapTest, public testing::WithParamInterface<MajorMode> {
 protected:
  static constexpr size_t kRoots = 24;

  void Run(HeapOptions options, uint64_t operations, uint64_t seed) {
    operations = NumberFromEnvironment("FOXVM_OPERATIONS", operations);
    seed += NumberFromEnvironment("FOXVM_FIRST_SEED", 0);
    SCOPED_TRACE("seed " + std::to_string(seed));
    options.major_mode = GetParam();
    Start(options);
    seed_ = seed;
    roots.values.assign(kRoots, Value::Null());
    model_roots_.assign(kRoots, nullptr);
    for (uint64_t i = 0; i < operations && !HasFailure(); ++i) {
      Step();
      if (i % 5000 == 4999) {
        Compare();
        if (HasFatalFailure()) return;
        Prune();
      }
    }
    Compare();
  }

 private:
  uint64_t Next(uint64_t below) {
    seed_ = seed_ * 6364136223846793005u + 1442695040888963407u;
    return (seed_ >> 33) % below;
  }

  void Step() {
    switch (Next(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
      case 5:
      case 6: return NewNode();
      case 7:
      case 8:
      case 9:
      case 10:
      case 11: return Link();
      case 12: {
        size_t from = Next(kRoots);
        size_t to = Next(kRoots);
        roots.values[to] = roots.values[from];
        model_roots_[to] = model_roots_[from];
        return;
      }
      case 13: {
        size_t root = Next(kRoots);
        roots.values[root] = Value::Null();
        model_roots_[root] = nullptr;
        return;
      }
      case 14: return Hash();
      default:
        if (Next(80) == 0) heap->CollectMajor();
        if (Next(400) == 0) heap->Compact();
        if (Next(40) == 0) heap->BeginMajor();
        if (Next(4) == 0) heap->AdvanceMajor();
        if (Next(10) == 0) heap->CollectMinor();
        return;
    }
  }

  // Every layout here keeps its references first. Null stands for none in tagged slots, 0 in raw ones.
  static uint64_t* RefWord(ObjectHeader* object, size_t i) {
    return reinterpret_cast<uint64_t*>(object) + 2 + i;
  }
  static bool IsRaw(TypeId type, size_t i) { return type == kRawArray || (type == kMixed && i == 1); }
  static uint64_t NoRef(TypeId type, size_t i) { return IsRaw(type, i) ? 0 : Value::Null().bits(); }

  void NewNode() {
    static constexpr TypeId kTypes[] = {kArray, kArray, kPair, kRawArray, kMixed, kCustomArray, kBlob};
    TypeId type = kTypes[Next(std::size(kTypes))];
    size_t refs = type == kBlob ? 0 : type == kPair || type == kMixed ? 2 : 2 * (1 + Next(8));
    if (type != kPair && type != kMixed && type != kBlob && Next(300) == 0) refs = 1024 + 2 * Next(500);
    size_t words = type == kPair || type == kMixed ? 4 : type == kBlob ? 2 * Next(12) : refs;
    uint64_t id = ++last_id_;
    const size_t bytes = sizeof(ObjectHeader) + 8 * words;
    const bool pinned = Next(50) == 0;
    ObjectHeader* object =
        pinned ? AllocatePinned(mutator(), type, bytes, id) : Allocate(mutator(), type, bytes, id);
    ASSERT_NE(object, nullptr);
    for (size_t i = 0; i < words; ++i) {
      reinterpret_cast<uint64_t*>(object)[2 + i] = i < refs ? NoRef(type, i) : 0xABCDEF0123456783;
    }
    auto node = std::make_unique<ModelNode>(
        ModelNode{type, id, 0, pinned ? object : nullptr, std::vector<ModelNode*>(refs)});
    size_t root = Next(kRoots);
    // Half of the new nodes take over what the root held, so that structures grow deep.
    if (refs != 0 && Next(2) == 0 && model_roots_[root] != nullptr) {
      size_t i = Next(refs);
      StoreRef(object, i, roots.values[root].object());
      node->refs[i] = model_roots_[root];
    }
    roots.values[root] = Value::FromObject(object);
    model_roots_[root] = node.get();
    nodes_.push_back(std::move(node));
  }

  void StoreRef(ObjectHeader* holder, size_t i, ObjectHeader* target) {
    uint64_t* word = RefWord(holder, i);
    if (IsRaw(holder->type(), i)) {
      WriteRawField(mutator(), reinterpret_cast<void**>(word),
                    target == nullptr ? nullptr : target->payload());
    } else {
      WriteField(mutator(), reinterpret_cast<Value*>(word),
                 target == nullptr ? Value::Null() : Value::FromObject(target));
    }
  }
  static ObjectHeader* LoadRef(ObjectHeader* holder, size_t i) {
    uint64_t word = *RefWord(holder, i);
    if (IsRaw(holder->type(), i)) return RefOfWord<SlotKind::kRaw>(word);
    return Value::FromBits(word).IsHeapRef() ? Value::FromBits(word).object() : nullptr;
  }

  // A node found by walking from a random root; null when the root is empty.
  std::pair<ObjectHeader*, ModelNode*> Pick() {
    size_t root = Next(kRoots);
    if (model_roots_[root] == nullptr) return {nullptr, nullptr};
    ObjectHeader* object = roots.values[root].object();
    ModelNode* node = model_roots_[root];
    for (size_t steps = Next(6); steps > 0 && !node->refs.empty(); --steps) {
      size_t i = Next(node->refs.size());
      if (node->refs[i] == nullptr) continue;
      object = LoadRef(object, i);
      node = node->refs[i];
    }
    EXPECT_EQ(object->second, node->id);
    return {object, node};
  }

  void Link() {
    auto [holder, holder_node] = Pick();
    auto [target, target_node] = Pick();
    if (holder == nullptr || holder_node->refs.empty()) return;
    size_t i = Next(holder_node->refs.size());
    StoreRef(holder, i, target);
    holder_node->refs[i] = target_node;
  }

  void Hash() {
    auto [object, node] = Pick();
    if (object == nullptr) return;
    uint64_t hash = heap->IdentityHash(object);
    if (node->hash != 0) {
      EXPECT_EQ(hash, node->hash);
    }
    node->hash = hash;
  }

  // Walks both graphs side by side.
  void Compare() {
    std::map<ModelNode*, ObjectHeader*> seen;
    std::vector<std::pair<ModelNode*, ObjectHeader*>> pending;
    auto visit = [&](ModelNode* node, ObjectHeader* object) {
      ASSERT_EQ(node == nullptr, object == nullptr);
      if (node == nullptr) return;
      auto [at, fresh] = seen.emplace(node, object);
      ASSERT_EQ(at->second, object);
      if (fresh) pending.emplace_back(node, object);
    };
    for (size_t i = 0; i < kRoots; ++i) {
      visit(model_roots_[i], roots.values[i].IsHeapRef() ? roots.values[i].object() : nullptr);
    }
    while (!pending.empty() && !HasFatalFailure()) {
      auto [node, object] = pending.back();
      pending.pop_back();
      ASSERT_EQ(object->second, node->id);
      ASSERT_EQ(object->type(), node->type);
      if (node->pinned_at != nullptr) {
        ASSERT_EQ(object, node->pinned_at);
      }
      if (node->hash != 0) {
        ASSERT_EQ(heap->IdentityHash(object), node->hash);
      }
      for (size_t i = 0; i < node->refs.size(); ++i) visit(node->refs[i], LoadRef(object, i));
    }
    compared_ += seen.size();
    // The others can come back by nothing.
    if (!HasFailure()) std::erase_if(nodes_, [&](const auto& node) { return seen.count(node.get()) == 0; });
  }

  // Keeps the graph small enough to verify twice per allocation.
  void Prune() {
    for (size_t i = 0; i < kRoots; i += 1 + Next(3)) {
      roots.values[i] = Value::Null();
      model_roots_[i] = nullptr;
    }
  }

 protected:
  size_t compared_ = 0;

 private:
  uint64_t seed_ = 0;
  uint64_t last_id_ = 0;
  std::vector<ModelNode*> model_roots_;
  std::vector<std::unique_ptr<ModelNode>> nodes_;
};

TEST_P(RandomGraphTest, UnderStressAtEveryAllocation) {
  Run({.max_bytes = size_t{64} << 20, .promotion_age = 3, .stress_interval = 1, .verify = true}, 100'000, 1);
  EXPECT_GE(compared_, 100u);
  EXPECT_GE(heap->statistics().minor_collections, 40'000u);
  EXPECT_GE(heap->statistics().major_collections, 100u);
}

TEST_P(RandomGraphTest, UnderStressNowAndThen) {
  Run({.max_bytes = size_t{64} << 20, .stress_interval = 37, .verify = true}, 100'000, 2);
  EXPECT_GE(compared_, 500u);
  EXPECT_GE(heap->statistics().promoted_bytes, 100'000u);
}

TEST_P(RandomGraphTest, WithASmallYoungGeneration) {
  Run({.max_bytes = size_t{64} << 20, .young_bytes = 32 << 10, .promotion_age = 1, .verify = true}, 100'000,
      3);
  EXPECT_GE(heap->statistics().minor_collections, 100u);
}

TEST_P(RandomGraphTest, AsAProgramWouldRun) {
  Run({.max_bytes = size_t{64} << 20}, 300'000, 4);
  EXPECT_GE(compared_, 1000u);
  EXPECT_GE(heap->statistics().major_collections, 10u);
}

INSTANTIATE_TEST_SUITE_P(Modes, RandomGraphTest,
                         testing::Values(MajorMode::kStopTheWorld, MajorMode::kIncremental,
                                         MajorMode::kConcurrent),
                         NameOfMode);

}  // namespace
}  // namespace foxvm::gc
