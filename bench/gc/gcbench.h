// GCBench, the shape of the benchmark that John Ellis, Pete Kovac and Hans Boehm made: what every twin of it
// does, and the bound of its heap.
// How: a tree of kStretchDepth is built and dropped, to stretch the heap; a long-lived tree of
//      kLongLivedDepth and an array of kArrayLength doubles stay to the end; then, for depths from kMinDepth
//      to kMaxDepth, as many temporary trees as together have twice the nodes of the stretch tree are built
//      from the root down and as many again from the leaves up. A node has two references and two integers,
//      32 bytes in either twin. What is live peaks at 16 MiB.
#ifndef FOXVM_BENCH_GC_GCBENCH_H_
#define FOXVM_BENCH_GC_GCBENCH_H_

#include <cstddef>
#include <cstdint>

namespace foxvm::gcbench {

inline constexpr size_t kHeapBytes = size_t{32} << 20;
inline constexpr int kStretchDepth = 18;
inline constexpr int kLongLivedDepth = 16;
inline constexpr int kArrayLength = 500'000;
inline constexpr int kMinDepth = 4;
inline constexpr int kMaxDepth = 16;

constexpr int64_t TreeSize(int depth) { return (int64_t{1} << (depth + 1)) - 1; }
constexpr int64_t Iterations(int depth) { return 2 * TreeSize(kStretchDepth) / TreeSize(depth); }

}  // namespace foxvm::gcbench

#endif  // FOXVM_BENCH_GC_GCBENCH_H_
