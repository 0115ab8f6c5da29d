// The order in which the nodes of a large tree lie in memory: that in which a program allocates them that
// builds the tree from the leaves up, or a random one.
// How: node 0 is the root, the right child of node i is i + 1, the left one follows the right subtree;
//      `places` says where in memory each node lies, node 0 last in the order of allocation. A marker that
//      pushes references in the order of their slots then walks memory downwards without a gap, or jumps at
//      random, over the same nodes.
// Threads: plain functions.
#ifndef FOXVM_BENCH_GC_TREE_ORDER_H_
#define FOXVM_BENCH_GC_TREE_ORDER_H_

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "bench/gc/measure.h"

namespace foxvm::gc {

// Place of node i in memory: from the last down, or `shuffled`.
inline std::vector<uint32_t> TreePlaces(size_t nodes, bool shuffled) {
  std::vector<uint32_t> places(nodes);
  std::iota(places.rbegin(), places.rend(), 0);
  Random random(7);
  for (size_t i = nodes; shuffled && i > 1; --i) std::swap(places[i - 1], places[random.Below(i)]);
  return places;
}

// Calls link(parent, side, child), by place, for every edge of the tree.
template <typename Link>
void LinkTree(const std::vector<uint32_t>& places, Link link) {
  struct Subtree {
    size_t root;
    size_t nodes;
  };
  std::vector<Subtree> open = {{0, places.size()}};
  while (!open.empty()) {
    const Subtree tree = open.back();
    open.pop_back();
    const size_t right = tree.nodes / 2;
    const size_t left = tree.nodes - 1 - right;
    if (right > 0) {
      link(places[tree.root], 1, places[tree.root + 1]);
      open.push_back({tree.root + 1, right});
    }
    if (left > 0) {
      link(places[tree.root], 0, places[tree.root + 1 + right]);
      open.push_back({tree.root + 1 + right, left});
    }
  }
}

}  // namespace foxvm::gc

#endif  // FOXVM_BENCH_GC_TREE_ORDER_H_
