// MemoryContext: the dispatcher, one door to the memory systems of this package for a program that wants a
// mode rather than an allocator.
// How: in the compiler mode typed objects up to the pool's largest class come from a pool, so that they can
//      be freed one by one, and everything else from an arena; nothing has a header and all is dropped at
//      once. In the other modes everything comes from a StructHeap.
// Invariants: MC-1 arena and pool hold no more than MemoryOptions::max_bytes together.
// Threads: one at a time.  Collects: in the heap's modes Allocate and Collect.  Owns: all memory it hands
//      out.
#ifndef FOXVM_GC_MEMORY_CONTEXT_H_
#define FOXVM_GC_MEMORY_CONTEXT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/base/optimization.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gc/arena.h"
#include "gc/byte_budget.h"
#include "gc/memory_options.h"
#include "gc/pool.h"
#include "gc/struct_heap.h"

namespace foxvm::gc {

struct MemoryTypeCount {
  size_t type;
  std::string name;
  uint64_t objects;  // allocated since creation
};

// Sizes in bytes, times in nanoseconds. Nothing here is counted by an allocation but the types.
struct MemoryStatistics {
  uint64_t allocated_bytes = 0;  // since creation; in a pool whole slots, in the heap headers included
  uint64_t freed_bytes = 0;      // given back by Free or Reset, or found dead by a collection
  uint64_t live_bytes = 0;       // the rest
  uint64_t held_bytes = 0;       // from the system
  uint64_t peak_held_bytes = 0;
  uint64_t arena_bytes = 0;  // of held_bytes
  uint64_t pool_bytes = 0;
  uint64_t heap_bytes = 0;
  uint64_t minor_collections = 0;
  uint64_t major_collections = 0;
  uint64_t collection_ns = 0;
  uint64_t pause_ns_max = 0;
  std::vector<MemoryTypeCount> types;  // those with objects; with MemoryOptions::count_types
};

class MemoryContext {
 public:
  // Largest size of a typed object that comes from the pool.
  static constexpr size_t kMaxPooledBytes = 256;
  // Types are numbers below this; 0 stands for bytes without a type.
  static constexpr size_t kTypes = StructHeap::kTypes;

  // InvalidArgument for bad options, ResourceExhausted when the system refuses.
  static absl::StatusOr<std::unique_ptr<MemoryContext>> Create(const MemoryOptions& options);
  ~MemoryContext();
  MemoryContext(const MemoryContext&) = delete;
  MemoryContext& operator=(const MemoryContext&) = delete;

  // At least `bytes` bytes, aligned to 8 (to 16 in the heap's modes). Null when out of memory and for a type
  // that is too large; in the heap's modes as StructHeap::Allocate.
  [[nodiscard]] void* Allocate(size_t bytes, size_t type) {
    void* memory = TryAllocate(bytes, type);
    return ABSL_PREDICT_TRUE(memory != nullptr) ? memory : AllocateSlow(bytes, type, /*zeroed=*/false);
  }
  // Allocate where memory is at hand; else null. Calls nothing, so that a function around it stays small.
  [[nodiscard]] ABSL_ATTRIBUTE_ALWAYS_INLINE void* TryAllocate(size_t bytes, size_t type) {
    if (ABSL_PREDICT_FALSE(type >= kTypes)) return nullptr;
    if (ABSL_PREDICT_TRUE(is_plain_)) return TryAllocateNode(bytes, type);
    if (heap_ == nullptr) {
      void* memory = TryAllocateNode(bytes, type);
      counts_[type] += memory != nullptr;
      return memory;
    }
    void* memory = heap_->TryAllocate(bytes, type);
    if (options_.count_types) counts_[type] += memory != nullptr;
    return memory;
  }
  [[nodiscard]] void* AllocateZeroed(size_t bytes, size_t type);

  // Compiler mode: a typed object of the pool is free for reuse; what came from the arena stays until Reset.
  // Other modes: nothing. Null is allowed. In the debug mode a pointer that is not this context's ends the
  // process.
  void Free(void* p);
  // Compiler mode: everything ends; memory is kept for reuse as ArenaOptions::kept_bytes says. Other modes:
  // nothing.
  void Reset();

  // Names `type`, and in the heap's modes gives its layout; see StructHeap::RegisterType.
  absl::Status RegisterType(size_t type, StructLayout layout);
  // Null in the compiler mode.
  StructHeap* heap() { return heap_.get(); }

  MemoryStatistics statistics() const;
  const MemoryOptions& options() const { return options_; }

 private:
  explicit MemoryContext(const MemoryOptions& options);

  static bool IsPooled(size_t bytes, size_t type) { return type != 0 && bytes <= kMaxPooledBytes; }

  // In the compiler mode.
  void* TryAllocateNode(size_t bytes, size_t type) {
    return IsPooled(bytes, type) ? pool_->TryAllocate(bytes) : arena_->TryAllocate(bytes);
  }
  // From the heap; or from pool or arena, if need be when all that both keep for reuse has been given back,
  // and then from where there is any.
  void* AllocateSlow(size_t bytes, size_t type, bool zeroed);

  const MemoryOptions options_;
  const bool is_plain_;  // compiler mode, nothing counted: one test on its way instead of two
  ByteBudget budget_;
  std::optional<Arena> arena_;  // in place, for one load less on the way to its cursor
  std::unique_ptr<Pool> pool_;
  std::unique_ptr<StructHeap> heap_;
  uint64_t counts_[kTypes] = {};
  uint64_t freed_bytes_ = 0;
  std::string type_names_[kTypes];
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_MEMORY_CONTEXT_H_
