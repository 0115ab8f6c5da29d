// GCBench, the shape of the benchmark that John Ellis, Pete Kovac and Hans Boehm made: what every twin of it
// does, and how it is reported.
// How: a tree of kStretchDepth is built and dropped, to stretch the heap; a long-lived tree of
//      kLongLivedDepth and an array of kArrayLength doubles stay to the end; then, for depths from kMinDepth
//      to kMaxDepth, as many temporary trees as together have twice the nodes of the stretch tree are built
//      from the root down and as many again from the leaves up. A node has two references and two integers,
//      32 bytes in either twin. What is live peaks at 16 MiB.
#ifndef FOXVM_BENCH_GC_GCBENCH_H_
#define FOXVM_BENCH_GC_GCBENCH_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace foxvm::gcbench {

inline constexpr int kStretchDepth = 18;
inline constexpr int kLongLivedDepth = 16;
inline constexpr int kArrayLength = 500'000;
inline constexpr int kMinDepth = 4;
inline constexpr int kMaxDepth = 16;

constexpr int64_t TreeSize(int depth) { return (int64_t{1} << (depth + 1)) - 1; }
constexpr int64_t Iterations(int depth) { return 2 * TreeSize(kStretchDepth) / TreeSize(depth); }

// All nodes that the benchmark makes.
constexpr int64_t NodesMade() {
  int64_t nodes = TreeSize(kStretchDepth) + TreeSize(kLongLivedDepth);
  for (int depth = kMinDepth; depth <= kMaxDepth; depth += 2)
    nodes += 2 * Iterations(depth) * TreeSize(depth);
  return nodes;
}

// The bound of the heap in MiB, the program's only argument; 32 without one, 0 for a bad one.
inline long HeapMib(int argc, char** argv) {
  if (argc < 2) return 32;
  const long mib = std::strtol(argv[1], nullptr, 10);
  return mib > 0 && mib < 65'536 ? mib : 0;
}

// One line for each figure: its name and its value.
inline void Report(const char* name, double value) { std::printf("%s %.6f\n", name, value); }

}  // namespace foxvm::gcbench

#endif  // FOXVM_BENCH_GC_GCBENCH_H_
