#include "gc/memory_context.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_format.h"
#include "gc/heap_environment.h"

namespace foxvm::gc {
namespace {

[[noreturn]] void ReportForeignPointer(const void* p) {
  std::fputs(absl::StrFormat("foxvm memory: free of %p, which is not of this context\n", p).c_str(), stderr);
  std::abort();
}

}  // namespace

absl::StatusOr<std::unique_ptr<MemoryContext>> MemoryContext::Create(const MemoryOptions& options) {
  if (absl::Status status = options.Validate(); !status.ok()) return status;
  auto context = absl::WrapUnique(new MemoryContext(options));
  if (options.mode != MemoryMode::kCompiler) {
    absl::StatusOr<HeapOptions> heap_options = ApplyHeapEnvironment(options.HeapPart());
    if (!heap_options.ok()) return heap_options.status();
    absl::StatusOr<std::unique_ptr<StructHeap>> heap = StructHeap::Create(*heap_options);
    if (!heap.ok()) return heap.status();
    context->heap_ = *std::move(heap);
    return context;
  }
  ArenaOptions arena_options = options.ArenaPart();
  arena_options.budget = &context->budget_;
  context->arena_.emplace(arena_options);
  PoolOptions pool_options;
  // A class for every size that the pool tells apart: nodes have many sizes, and rounding them up to powers
  // of two would take a fifth more memory.
  pool_options.class_bytes.clear();
  for (size_t bytes = Pool::kGranuleBytes; bytes <= kMaxPooledBytes; bytes += Pool::kGranuleBytes) {
    pool_options.class_bytes.push_back(bytes);
  }
  pool_options.spare_bytes = options.kept_bytes;
  pool_options.budget = &context->budget_;
  pool_options.debug = options.debug;
  absl::StatusOr<std::unique_ptr<Pool>> pool = Pool::Create(std::move(pool_options));
  if (!pool.ok()) return pool.status();
  context->pool_ = *std::move(pool);
  return context;
}

MemoryContext::MemoryContext(const MemoryOptions& options)
    : options_(options),
      is_plain_(options.mode == MemoryMode::kCompiler && !options.count_types),
      budget_(options.max_bytes) {}

MemoryContext::~MemoryContext() = default;

void* MemoryContext::AllocateSlow(size_t bytes, size_t type, bool zeroed) {
  if (type >= kTypes) return nullptr;
  const auto allocate = [&] {
    if (heap_ != nullptr) return heap_->Allocate(bytes, type, zeroed);
    return IsPooled(bytes, type) ? pool_->Allocate(bytes) : arena_->Allocate(bytes, Arena::kGranuleBytes);
  };
  void* memory = allocate();
  if (memory == nullptr && heap_ == nullptr) {
    arena_->Trim();
    pool_->Trim();
    memory = allocate();
    // At the limit a class may have no memory while others have some.
    for (size_t larger = bytes; memory == nullptr && larger <= kMaxPooledBytes;
         larger += Pool::kGranuleBytes) {
      memory = pool_->Allocate(larger);
    }
    if (memory == nullptr) memory = arena_->Allocate(bytes, Arena::kGranuleBytes);
  }
  if (options_.count_types && memory != nullptr) ++counts_[type];
  return memory;
}

void* MemoryContext::AllocateZeroed(size_t bytes, size_t type) {
  if (heap_ != nullptr) return AllocateSlow(bytes, type, /*zeroed=*/true);
  void* memory = Allocate(bytes, type);
  if (memory != nullptr) std::memset(memory, 0, bytes);
  return memory;
}

void MemoryContext::Free(void* p) {
  if (p == nullptr) return;
  if (heap_ != nullptr) {
    if (options_.debug && !heap_->Contains(p)) ReportForeignPointer(p);
    return;
  }
  if (pool_->Contains(p)) {
    freed_bytes_ += pool_->SizeOf(p);
    pool_->Free(p);
  } else if (options_.debug && !arena_->Contains(p)) {
    ReportForeignPointer(p);
  }
}

void MemoryContext::Reset() {
  if (heap_ != nullptr) return;
  freed_bytes_ += arena_->statistics().used_bytes + pool_->statistics().live_bytes;
  arena_->Reset();
  pool_->Reset();
}

absl::Status MemoryContext::RegisterType(size_t type, StructLayout layout) {
  if (type >= kTypes) return absl::InvalidArgumentError(absl::StrFormat("type numbers are below %d", kTypes));
  std::string name = layout.name;
  if (heap_ != nullptr) {
    if (absl::Status status = heap_->RegisterType(type, std::move(layout)); !status.ok()) return status;
  }
  type_names_[type] = std::move(name);
  return absl::OkStatus();
}

MemoryStatistics MemoryContext::statistics() const {
  MemoryStatistics result;
  if (heap_ != nullptr) {
    const HeapStatistics heap = heap_->statistics();
    result.allocated_bytes = heap.allocated_bytes;
    result.live_bytes = heap.live_old_bytes + heap.young_used_bytes;
    result.held_bytes = result.heap_bytes = heap.committed_bytes;
    result.peak_held_bytes = heap.peak_committed_bytes;
    result.minor_collections = heap.minor_collections;
    result.major_collections = heap.major_collections;
    result.collection_ns = heap.minor_pause_ns_total + heap.major_pause_ns_total;
    result.pause_ns_max = std::max(heap.minor_pause_ns_max, heap.major_pause_ns_max);
    result.freed_bytes = result.allocated_bytes - std::min(result.live_bytes, result.allocated_bytes);
  } else {
    const ArenaStatistics arena = arena_->statistics();
    const PoolStatistics pool = pool_->statistics();
    result.live_bytes = arena.used_bytes + pool.live_bytes;
    result.freed_bytes = freed_bytes_;
    result.allocated_bytes = result.live_bytes + result.freed_bytes;
    result.held_bytes = budget_.used();
    result.peak_held_bytes = budget_.peak();
    result.arena_bytes = arena.reserved_bytes;
    result.pool_bytes = pool.bytes_held;
  }
  for (size_t type = 0; options_.count_types && type < kTypes; ++type) {
    if (counts_[type] != 0) result.types.push_back({type, type_names_[type], counts_[type]});
  }
  return result;
}

}  // namespace foxvm::gc
