// The floor of a minor collection: Cheney's algorithm over one buffer, with no heap, cards or promotion
// around it.
// How: what a heap's objects need is there: a header with size and age, which grows, and a forwarding
//      pointer. It fills a from-space with nodes of 32 bytes, keeps a share of them at random in random trees
//      (as young_load.h does), and copies what is kept to a to-space that is as warm as the from-space.
// Threads: one at a time.  Owns: both spaces.
#ifndef FOXVM_BENCH_GC_BARE_COPY_H_
#define FOXVM_BENCH_GC_BARE_COPY_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "bench/gc/measure.h"

namespace foxvm::gc {

class BareCopy {
 public:
  BareCopy(double kept_share, size_t bytes)
      : kept_below_(static_cast<uint64_t>(kept_share * kShareOne)),
        from_(bytes / sizeof(Node)),
        to_(bytes / sizeof(Node)) {}

  // What the copying alone takes.
  Pause FillAndCopy() {
    Fill();
    return TimePause([this] { Copy(); });
  }

 private:
  struct Node {
    uint64_t meta;  // bytes, then age, then whether `second` is where the node is now
    uint64_t second;
    Node* children[2];
  };
  static constexpr uint64_t kBytesMask = 0xFFFFFF;
  static constexpr uint64_t kOneAge = uint64_t{1} << 32;
  static constexpr uint64_t kForwarded = uint64_t{1} << 40;
  static constexpr uint64_t kShareOne = uint64_t{1} << 20;

  void Copy() {
    Node* free = to_.data();
    for (Node*& root : roots_) root = Copied(root, free);
    for (Node* scanned = to_.data(); scanned != free; scanned = Behind(scanned, scanned->meta)) {
      for (Node*& child : scanned->children) {
        if (child != nullptr) child = Copied(child, free);
      }
    }
  }

  static Node* Behind(Node* node, uint64_t meta) {
    return reinterpret_cast<Node*>(reinterpret_cast<uintptr_t>(node) + (meta & kBytesMask));
  }
  static Node* Copied(Node* node, Node*& free) {
    const uint64_t meta = node->meta;
    if ((meta & kForwarded) != 0) return reinterpret_cast<Node*>(node->second);
    Node* copy = free;
    free = Behind(free, meta);
    *copy = *node;
    copy->meta = meta + kOneAge;
    node->meta = meta | kForwarded;
    node->second = reinterpret_cast<uint64_t>(copy);
    return copy;
  }

  void Fill() {
    roots_.clear();
    for (Node& node : from_) {
      node = {.meta = sizeof(Node), .second = 0, .children = {nullptr, nullptr}};
      if (random_.Below(kShareOne) >= kept_below_) continue;
      if (roots_.size() >= 2 && random_.Below(2) == 0) {
        for (Node*& child : node.children) {
          std::swap(roots_[random_.Below(roots_.size())], roots_.back());
          child = roots_.back();
          roots_.pop_back();
        }
      }
      roots_.push_back(&node);
    }
  }

  const uint64_t kept_below_;
  Random random_{1};
  std::vector<Node> from_;
  std::vector<Node> to_;
  std::vector<Node*> roots_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_BENCH_GC_BARE_COPY_H_
