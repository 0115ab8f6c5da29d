// HandleSlab: the slots of handles that no scope bounds, persistent ones or weak ones; a heap has one slab of
// each.
// How: nodes in chunks that never move, with a free list through the unused ones: making and dropping a
//      handle is O(1) in any order. What may refer to a young object is listed, so that a minor collection
//      visits nothing else; the list is trimmed at its end. Both lists are linked through the nodes, so that
//      only a new chunk takes memory. Chunks are kept until the slab goes.
// Invariants: HS-1 a node in use that refers to a young object is listed. HS-2 an unused node holds
//      Value::Empty().
// Threads: the mutator's, or with it stopped.  Collects: never.
// Owns: its chunks, and itself once abandoned: handles that outlive the heap find their slots empty.
#ifndef FOXVM_GC_HANDLE_SLAB_H_
#define FOXVM_GC_HANDLE_SLAB_H_

#include <cstddef>
#include <memory>
#include <new>
#include <utility>

#include "gc/linked_list.h"
#include "gc/mutator.h"
#include "gc/roots.h"
#include "gc/table_memory.h"
#include "gc/value.h"

namespace foxvm::gc {

class Nursery;
class WeakTracer;

class HandleSlab {
 public:
  // In use, it is in no list or in that of HS-1.
  struct Node : ListLink<Node> {
    Value value = Value::Empty();
  };
  // Ends the slab together with its heap.
  struct Abandon {
    void operator()(HandleSlab* slab) const { slab->AbandonAll(); }
  };
  using Owner = std::unique_ptr<HandleSlab, Abandon>;

  // Null when the system has no memory.
  static Owner Create(Mutator& mutator, TableMemory& memory) {
    return Owner(new (std::nothrow) HandleSlab(mutator, memory));
  }
  HandleSlab(const HandleSlab&) = delete;
  HandleSlab& operator=(const HandleSlab&) = delete;

  // Null when the system has no memory.
  Node* Make(Value v);
  void Drop(Node* node);
  void Set(Node* node, Value v) {
    node->value = v;
    if (v.IsHeapRef() && !node->linked()) listed_.PushBack(node);
  }
  // Not to be called through a node that has outlived the heap.
  Mutator& mutator() { return mutator_; }
  // Handles made and not dropped.
  size_t size() const { return size_; }

  // Calls visit(Value*) for every node in use, or for those that may refer to young objects.
  template <typename Visit>
  void ForEach(RootScope scope, Visit&& visit) {
    if (scope == RootScope::kMayBeYoung) {
      listed_.ForEach([&visit](Node* node) { visit(&node->value); });
      return;
    }
    for (Chunk* chunk = chunks_; chunk != nullptr; chunk = chunk->next) {
      for (size_t i = 0; i < chunk->made; ++i) visit(&chunk->nodes[i].value);
    }
  }
  // As weak handles at the end of a minor collection: follows what moved, empties what refers to the dead.
  void Update(WeakTracer& tracer);
  // The same in a marking, little by little: UpdateSome does so for about `nodes` more nodes of those that
  // there were at BeginUpdate; true when none are left.
  void BeginUpdate();
  bool UpdateSome(WeakTracer& tracer, size_t nodes);
  // Drops from the list what refers to nothing young, after a minor collection.
  void TrimListed(const Nursery& nursery);
  // Whether HS-1 holds.
  bool YoungAreListed(const Nursery& nursery) const;

 private:
  static constexpr size_t kChunkNodes = 256;
  struct Chunk {
    Chunk* next = nullptr;
    size_t made = 0;  // nodes ever used
    Node nodes[kChunkNodes];
  };

  HandleSlab(Mutator& mutator, TableMemory& memory) : mutator_(mutator), memory_(&memory) {}
  ~HandleSlab();
  // A node never used before, in a new chunk if need be; null when the system has no memory for that.
  Node* NewNode();
  static void UpdateNode(WeakTracer& tracer, Node& node);
  // The heap is going: empties every node. The last handle's Drop, or this, deletes the slab.
  void AbandonAll();

  Mutator& mutator_;
  TableMemory* memory_;      // null once abandoned
  Chunk* chunks_ = nullptr;  // only the first one has nodes not used yet
  size_t size_ = 0;
  Chunk* update_chunk_ = nullptr;  // and its node that UpdateSome goes on with
  size_t update_node_ = 0;
  LinkedList<Node> free_;
  LinkedList<Node> listed_;
};

// One node and its return: what persistent and weak handles are made of.
class SlabSlot {
 public:
  // No node: get() is Value::Empty().
  SlabSlot() = default;
  // None either when the system has no memory for it.
  SlabSlot(HandleSlab& slab, Value v) : node_(slab.Make(v)) {
    if (node_ != nullptr) slab_ = &slab;
  }
  ~SlabSlot() { Reset(); }
  SlabSlot(SlabSlot&& other) noexcept
      : slab_(std::exchange(other.slab_, nullptr)), node_(std::exchange(other.node_, nullptr)) {}
  SlabSlot& operator=(SlabSlot&& other) noexcept {
    SlabSlot taken(std::move(other));
    std::swap(slab_, taken.slab_);
    std::swap(node_, taken.node_);
    return *this;
  }

  bool has_node() const { return node_ != nullptr; }
  Value get() const { return node_ == nullptr ? Value::Empty() : node_->value; }
  // Both require a node.
  void set(Value v) const { slab_->Set(node_, v); }
  HandleSlab& slab() const { return *slab_; }
  // Gives the node back.
  void Reset() {
    if (node_ != nullptr) slab_->Drop(node_);
    slab_ = nullptr;
    node_ = nullptr;
  }

 private:
  HandleSlab* slab_ = nullptr;
  HandleSlab::Node* node_ = nullptr;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_HANDLE_SLAB_H_
