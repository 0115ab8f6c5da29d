// The heap and the few types that the benchmarks of the collector share.
// How: a node is 32 bytes, as small as an object with two references can be; its second word is a number of
//      the program's. Benchmarks that run at a multiple of what is live bound the heap to it.
// Threads: the mutator's.  Collects: what allocates.
#ifndef FOXVM_BENCH_GC_BENCH_HEAP_H_
#define FOXVM_BENCH_GC_BENCH_HEAP_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

#include "gc/allocate.h"
#include "gc/check.h"
#include "gc/handle.h"
#include "gc/heap.h"
#include "gc/write_barrier.h"

namespace foxvm::gc {

inline constexpr TypeId kNodeType = 1;    // two references
inline constexpr TypeId kArrayType = 2;   // references to the end
inline constexpr TypeId kBytesType = 3;   // none
inline constexpr TypeId kRecordType = 4;  // two references, then plain words
inline constexpr size_t kNodeBytes = 32;
inline constexpr size_t kRecordBytes = 64;
inline constexpr size_t kMiB = size_t{1} << 20;

inline std::unique_ptr<Heap> MakeBenchHeap(const HeapOptions& options) {
  absl::StatusOr<std::unique_ptr<Heap>> heap = Heap::Create(options);
  FOXVM_CHECK(heap.ok());
  TypeRegistry& types = (*heap)->types();
  types.Register(kNodeType, {.name = "node", .layout = SlotLayout::kAll});
  types.Register(kArrayType, {.name = "array", .layout = SlotLayout::kAll});
  types.Register(kBytesType, {.name = "bytes"});
  types.Register(kRecordType, {.name = "record", .layout = SlotLayout::kBitmap, .bitmap = 0b1100});
  return *std::move(heap);
}

// A heap of at most `max_bytes`, all else as by default. With `growth_factor`, the old generation is
// collected when it has grown by that factor.
inline std::unique_ptr<Heap> MakeBenchHeap(size_t max_bytes,
                                           double growth_factor = HeapOptions{}.growth_factor,
                                           MajorMode mode = MajorMode::kStopTheWorld) {
  HeapOptions options;
  options.max_bytes = max_bytes;
  options.growth_factor = growth_factor;
  options.major_mode = mode;
  return MakeBenchHeap(options);
}

// One whose young generation keeps its 2 MiB.
inline std::unique_ptr<Heap> MakeYoungBenchHeap() {
  HeapOptions options;
  options.max_bytes = 256 * kMiB;
  options.min_young_bytes = options.max_young_bytes = options.young_bytes;
  return MakeBenchHeap(options);
}

// Stops the program when the heap's bound is reached.
inline ObjectHeader* NewNode(Mutator& mutator, uint64_t second = 0) {
  ObjectHeader* node = Allocate(mutator, kNodeType, kNodeBytes, second);
  FOXVM_CHECK(node != nullptr);
  node->slots()[0] = Value::Null();
  node->slots()[1] = Value::Null();
  return node;
}

// The tree of the given depth, from the leaves up. Recursion: at most depth + 1.
inline ObjectHeader* MakeTree(Mutator& mutator, int depth) {
  if (depth == 0) return NewNode(mutator);
  const LocalHandles<2> children(mutator);
  children[0].set(Value::FromObject(MakeTree(mutator, depth - 1)));
  children[1].set(Value::FromObject(MakeTree(mutator, depth - 1)));
  ObjectHeader* node = NewNode(mutator);
  node->slots()[0] = children[0].get();  // new: no barrier
  node->slots()[1] = children[1].get();
  return node;
}

inline ObjectHeader* NewRecord(Mutator& mutator) {
  ObjectHeader* record = Allocate(mutator, kRecordType, kRecordBytes, 0);
  FOXVM_CHECK(record != nullptr);
  record->slots()[0] = Value::Null();
  record->slots()[1] = Value::Null();
  return record;
}

// An object of `bytes` (a multiple of 16, header included) without references, all zero.
inline ObjectHeader* NewBytes(Mutator& mutator, size_t bytes) {
  ObjectHeader* object = Allocate(mutator, kBytesType, bytes, 0);
  FOXVM_CHECK(object != nullptr);
  std::memset(object->payload(), 0, bytes - sizeof(ObjectHeader));
  return object;
}

// An array of `length` nulls.
inline ObjectHeader* NewArray(Mutator& mutator, size_t length) {
  const size_t bytes = AlignObjectSize(sizeof(ObjectHeader) + length * sizeof(Value));
  ObjectHeader* array = Allocate(mutator, kArrayType, bytes, length);
  FOXVM_CHECK(array != nullptr);
  for (size_t i = 0; i < bytes / sizeof(Value) - 2; ++i) array->slots()[i] = Value::Null();
  return array;
}

// Makes everything old that is reachable now.
inline void PromoteAll(Heap& heap) {
  for (int i = 0; i < heap.options().promotion_age; ++i) heap.CollectMinor();
}

// Nanoseconds the program has been stopped.
inline uint64_t PauseNs(const HeapStatistics& statistics) {
  return statistics.minor_pause_ns_total + statistics.major_pause_ns_total + statistics.slice_pause_ns_total;
}

}  // namespace foxvm::gc

#endif  // FOXVM_BENCH_GC_BENCH_HEAP_H_
