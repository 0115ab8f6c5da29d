// The floor of a minor collection: Cheney's algorithm over one buffer, with no heap, cards or promotion
// around it.
// How: fills a from-space with nodes of 32 bytes, keeps a share of them at random in random trees (as
//      young_load.h does), and copies what is kept to a to-space that is as warm as the from-space.
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
    Node* forwarded;
    uint64_t second;
    Node* children[2];
  };
  static constexpr uint64_t kShareOne = uint64_t{1} << 20;

  void Copy() {
    Node* free = to_.data();
    for (Node*& root : roots_) root = Copied(root, free);
    for (Node* scanned = to_.data(); scanned != free; ++scanned) {
      for (Node*& child : scanned->children) {
        if (child != nullptr) child = Copied(child, free);
      }
    }
  }

  static Node* Copied(Node* node, Node*& free) {
    if (node->forwarded != nullptr) return node->forwarded;
    Node* copy = free++;
    *copy = *node;
    node->forwarded = copy;
    return copy;
  }

  void Fill() {
    roots_.clear();
    for (Node& node : from_) {
      node = {};
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
