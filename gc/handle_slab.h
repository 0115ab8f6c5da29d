// HandleSlab: the slots of handles that no scope bounds, persistent ones or weak ones; a heap has one slab of
// each.
// How: nodes in chunks that never move, with a free list through the unused ones: making and dropping a
//      handle is O(1) in any order. What may refer to a young object is listed, so that a minor collection
//      visits nothing else; the list is trimmed at its end. Chunks are kept until the slab goes.
// Invariants: HS-1 a node that refers to a young object is listed, and no node is listed twice. HS-2 an
//      unused node holds Value::Empty().
// Threads: the mutator's, or with it stopped.  Collects: never.
// Owns: its chunks, and itself once abandoned: handles that outlive the heap find their slots empty.
#ifndef FOXVM_GC_HANDLE_SLAB_H_
#define FOXVM_GC_HANDLE_SLAB_H_

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "gc/mutator.h"
#include "gc/roots.h"
#include "gc/value.h"

namespace foxvm::gc {

class Nursery;
class WeakTracer;

class HandleSlab {
 public:
  struct Node {
    Value value = Value::Empty();
    Node* next_free = nullptr;
    bool listed = false;  // HS-1
  };
  // Ends the slab together with its heap.
  struct Abandon {
    void operator()(HandleSlab* slab) const { slab->AbandonAll(); }
  };
  using Owner = std::unique_ptr<HandleSlab, Abandon>;

  static Owner Create(Mutator& mutator) { return Owner(new HandleSlab(mutator)); }
  HandleSlab(const HandleSlab&) = delete;
  HandleSlab& operator=(const HandleSlab&) = delete;

  Node* Make(Value v);
  void Drop(Node* node);
  void Set(Node* node, Value v) {
    node->value = v;
    if (v.IsHeapRef() && !node->listed) List(node);
  }
  // Not to be called through a node that has outlived the heap.
  Mutator& mutator() { return mutator_; }
  // Handles made and not dropped.
  size_t size() const { return size_; }

  // Calls visit(Value*) for every node in use, or for those that may refer to young objects.
  template <typename Visit>
  void ForEach(RootScope scope, Visit&& visit) {
    if (scope == RootScope::kMayBeYoung) {
      for (Node* node : listed_) visit(&node->value);
      return;
    }
    for (size_t i = 0; i < made_; ++i) visit(&chunks_[i / kChunkNodes][i % kChunkNodes].value);
  }
  // As weak handles at the end of a minor collection: follows what moved, empties what refers to the dead.
  void Update(WeakTracer& tracer);
  // The same in a marking, for up to `nodes` nodes from the one that `*at` says, which is moved on; true at the end.
  bool UpdateSome(WeakTracer& tracer, size_t* at, size_t nodes);
  // Drops from the list what refers to nothing young, after a minor collection.
  void TrimListed(const Nursery& nursery);
  // Whether HS-1 holds.
  bool YoungAreListed(const Nursery& nursery) const;

 private:
  static constexpr size_t kChunkNodes = 256;

  explicit HandleSlab(Mutator& mutator) : mutator_(mutator) {}
  ~HandleSlab() = default;
  void List(Node* node);
  static void UpdateNode(WeakTracer& tracer, Node& node);
  // The heap is going: empties every node. The last handle's Drop, or this, deletes the slab.
  void AbandonAll();

  Mutator& mutator_;
  std::vector<std::unique_ptr<Node[]>> chunks_;
  size_t made_ = 0;  // nodes ever used
  size_t size_ = 0;
  Node* free_ = nullptr;
  std::vector<Node*> listed_;
  bool abandoned_ = false;
};

// One node and its return: what persistent and weak handles are made of.
class SlabSlot {
 public:
  // No node: get() is Value::Empty().
  SlabSlot() = default;
  SlabSlot(HandleSlab& slab, Value v) : slab_(&slab), node_(slab.Make(v)) {}
  ~SlabSlot() { Reset(); }
  SlabSlot(SlabSlot&& other) noexcept
      : slab_(std::exchange(other.slab_, nullptr)), node_(std::exchange(other.node_, nullptr)) {}
  SlabSlot& operator=(SlabSlot&& other) noexcept {
    SlabSlot taken(std::move(other));
    std::swap(slab_, taken.slab_);
    std::swap(node_, taken.node_);
    return *this;
  }

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
