// The heap for plain structs: layouts, moves, roots, barriers, refusals.
#include "gc/struct_heap.h"

#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace foxvm::gc {
namespace {

constexpr HeapOptions kStressed = {.max_bytes = size_t{64} << 20, .stress_interval = 1, .verify = true};

std::unique_ptr<StructHeap> MakeHeap(const HeapOptions& options) {
  auto heap = StructHeap::Create(options);
  EXPECT_TRUE(heap.ok()) << heap.status();
  return *std::move(heap);
}

struct Node {
  uint64_t number;
  Node* left;
  uint64_t other;
  Node* right;
};
constexpr size_t kNode = 1;
constexpr size_t kPointers = 2;  // array of Node*
constexpr size_t kPairs = 3;     // array of {number, Node*}
constexpr size_t kWide = 4;      // a struct with a pointer far behind

void RegisterAll(StructHeap& heap) {
  ASSERT_TRUE(heap.RegisterType(kNode, {.name = "node",
                                        .bytes = sizeof(Node),
                                        .pointer_offsets = {offsetof(Node, left), offsetof(Node, right)}})
                  .ok());
  ASSERT_TRUE(
      heap.RegisterType(kPointers, {.name = "pointers", .bytes = 8, .pointer_offsets = {0}, .repeats = true})
          .ok());
  ASSERT_TRUE(
      heap.RegisterType(kPairs, {.name = "pairs", .bytes = 16, .pointer_offsets = {8}, .repeats = true})
          .ok());
  ASSERT_TRUE(heap.RegisterType(kWide, {.name = "wide", .bytes = 1000, .pointer_offsets = {992}}).ok());
}

Node* NewNode(StructHeap& heap, uint64_t number) {
  auto* node = static_cast<Node*>(heap.Allocate(sizeof(Node), kNode));
  node->number = number;
  return node;
}

TEST(StructHeap, EveryLayoutIsFollowedWhenEveryObjectMoves) {
  auto heap = MakeHeap(kStressed);
  RegisterAll(*heap);
  void* roots[4] = {heap->Allocate(sizeof(Node), kNode)};
  for (void*& root : roots) heap->PushRoot(&root);
  const void* before = roots[0];
  roots[1] = heap->Allocate(8 * 100, kPointers);
  EXPECT_NE(roots[0], before);
  roots[2] = heap->Allocate(16 * 5, kPairs);
  roots[3] = heap->Allocate(1000, kWide);
  for (uint64_t round = 0; round < 6; ++round) {
    Node* fresh = NewNode(*heap, 10 * round);
    heap->Store(reinterpret_cast<void**>(&static_cast<Node*>(roots[0])->right), fresh);
    fresh = NewNode(*heap, 10 * round + 1);
    heap->Store(static_cast<void**>(roots[1]) + 99, fresh);
    fresh = NewNode(*heap, 10 * round + 2);
    heap->Store(static_cast<void**>(roots[2]) + 9, fresh);
    fresh = NewNode(*heap, 10 * round + 3);
    heap->Store(static_cast<void**>(roots[3]) + 124, fresh);
    if (round == 3) heap->CollectMajor();
    EXPECT_EQ(static_cast<Node*>(roots[0])->right->number, 10 * round);
    EXPECT_EQ(static_cast<Node**>(roots[1])[99]->number, 10 * round + 1);
    EXPECT_EQ(static_cast<Node**>(roots[2])[9]->number, 10 * round + 2);
    EXPECT_EQ(static_cast<Node**>(roots[3])[124]->number, 10 * round + 3);
  }
  EXPECT_EQ(static_cast<Node*>(roots[0])->left, nullptr);
  heap->PopRoots(4);
  EXPECT_EQ(heap->root_count(), 0u);
}

TEST(StructHeap, ObjectsOfTypesWithPointersAndZeroedOnesAreZero) {
  auto heap = MakeHeap({.max_bytes = size_t{1} << 20, .young_bytes = size_t{64} << 10});
  RegisterAll(*heap);
  // More than the young generation, so that its memory is used again.
  for (int i = 0; i < 3000; ++i) {
    std::memset(heap->Allocate(100, 0), 0xFF, 100);
    auto* node = static_cast<Node*>(heap->Allocate(sizeof(Node), kNode));
    ASSERT_TRUE(node->left == nullptr && node->right == nullptr && node->number == 0);
    node->number = UINT64_MAX;
    auto* zeroed = static_cast<unsigned char*>(heap->Allocate(100, 0, /*zeroed=*/true));
    for (int byte = 0; byte < 100; ++byte) ASSERT_EQ(zeroed[byte], 0);
    std::memset(zeroed, 0xFF, 100);
  }
}

TEST(StructHeap, PlainStoresCountAfterABarrierForTheWholeObject) {
  auto heap = MakeHeap({.max_bytes = size_t{64} << 20, .verify = true});
  RegisterAll(*heap);
  void* array = heap->Allocate(8 * 4000, kPointers);  // large: born old
  heap->PushRoot(&array);
  heap->CollectMinor();
  for (size_t i : {size_t{0}, size_t{1234}, size_t{3999}}) {
    static_cast<Node**>(array)[i] = NewNode(*heap, i);
    heap->WriteBarrier(array);
    heap->CollectMinor();
    EXPECT_EQ(static_cast<Node**>(array)[i]->number, i);
  }
}

TEST(StructHeap, WhatDoesNotFitIsNull) {
  auto heap = MakeHeap({.max_bytes = size_t{1} << 20});
  RegisterAll(*heap);
  EXPECT_EQ(heap->Allocate(sizeof(Node) - 1, kNode), nullptr);
  EXPECT_EQ(heap->Allocate(sizeof(Node), 7), nullptr);
  EXPECT_EQ(heap->Allocate(8, StructHeap::kTypes), nullptr);
  EXPECT_EQ(heap->Allocate(SIZE_MAX, 0), nullptr);
  EXPECT_EQ(heap->Allocate(SIZE_MAX - 8, kPointers), nullptr);
  EXPECT_EQ(heap->Allocate(size_t{2} << 20, 0), nullptr);
  EXPECT_NE(heap->Allocate(0, 0), nullptr);
  EXPECT_NE(heap->Allocate(0, kPointers), nullptr);
  // A heap that is full says so, and has room again once its objects are dead.
  void* list = nullptr;
  heap->PushRoot(&list);
  size_t nodes = 0;
  while (void* p = heap->Allocate(sizeof(Node), kNode)) {
    static_cast<Node*>(p)->left = static_cast<Node*>(list);
    list = p;
    ++nodes;
  }
  EXPECT_GT(nodes, 5000u);
  list = nullptr;
  EXPECT_NE(heap->Allocate(sizeof(Node), kNode), nullptr);
}

TEST(StructHeap, BadLayoutsAreRefusedAndLeaveTheTypeFree) {
  auto heap = MakeHeap({.max_bytes = size_t{1} << 20});
  EXPECT_FALSE(heap->RegisterType(1, {.name = "odd", .bytes = 16, .pointer_offsets = {4}}).ok());
  EXPECT_FALSE(heap->RegisterType(1, {.name = "outside", .bytes = 16, .pointer_offsets = {16}}).ok());
  EXPECT_FALSE(heap->RegisterType(1, {.name = "tiny", .bytes = 4, .pointer_offsets = {0}}).ok());
  EXPECT_FALSE(heap->RegisterType(1, {.name = "huge", .bytes = 8, .pointer_offsets = {SIZE_MAX - 7}}).ok());
  EXPECT_FALSE(heap->RegisterType(1, {.name = "nothing", .repeats = true}).ok());
  EXPECT_FALSE(
      heap->RegisterType(1, {.name = "crooked", .bytes = 12, .pointer_offsets = {0}, .repeats = true}).ok());
  EXPECT_FALSE(heap->RegisterType(StructHeap::kTypes, {.name = "too many"}).ok());
  EXPECT_FALSE(heap->RegisterType(0, {.name = "taken"}).ok());
  EXPECT_TRUE(heap->RegisterType(1, {.name = "good", .bytes = 8, .pointer_offsets = {0}}).ok());
  EXPECT_FALSE(heap->RegisterType(1, {.name = "again", .bytes = 8}).ok());
  EXPECT_EQ(heap->TypeName(1), "good");
}

// Random graphs of all layouts against a model, under stress and verification.
TEST(StructHeap, RandomGraphsAgreeWithAModel) {
  auto heap = MakeHeap({.max_bytes = size_t{64} << 20, .stress_interval = 7, .verify = true});
  RegisterAll(*heap);
  constexpr size_t kRoots = 64;
  void* roots[kRoots] = {};
  uint64_t model[kRoots] = {};               // number of the node in each root; 0: none
  std::map<uint64_t, uint64_t> left, right;  // by number
  for (void*& root : roots) heap->PushRoot(&root);
  std::mt19937 random(1);
  uint64_t next = 1;
  for (int step = 0; step < 20000; ++step) {
    const size_t at = random() % kRoots;
    const size_t from = random() % kRoots;
    if (roots[at] == nullptr || random() % 4 == 0) {
      roots[at] = NewNode(*heap, next);
      model[at] = next++;
    } else if (random() % 2 == 0) {
      auto* node = static_cast<Node*>(roots[at]);
      const bool goes_left = random() % 2 == 0;
      heap->Store(reinterpret_cast<void**>(goes_left ? &node->left : &node->right), roots[from]);
      (goes_left ? left : right)[model[at]] = model[from];
    } else {
      auto* node = static_cast<Node*>(roots[at]);
      Node* target = random() % 2 == 0 ? node->left : node->right;
      const uint64_t expected = target == node->left ? left[model[at]] : right[model[at]];
      ASSERT_EQ(target == nullptr ? 0 : target->number, expected);
      roots[at] = target;
      model[at] = expected;
    }
  }
}

}  // namespace
}  // namespace foxvm::gc
