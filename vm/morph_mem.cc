#include "vm/morph_mem.h"

#include <cstdlib>
#include <cstring>

#include "absl/strings/str_format.h"
#include "gc/memory_context.h"
#include "vm/memory_report.h"
#include "vm/morph_mem_state.h"

using foxvm::gc::MemoryContext;
using foxvm::gc::MemoryMode;
using foxvm::gc::MemoryOptions;
using foxvm::vm::FailWith;
using foxvm::vm::LogMemory;
using foxvm::vm::SetMemoryError;
using foxvm::vm::Usable;

struct morph_context : foxvm::vm::MemoryHandle<std::unique_ptr<MemoryContext>> {
  using MemoryHandle::MemoryHandle;
};

static_assert(MORPH_MAX_TYPE == MemoryContext::kTypes - 1);

namespace {

// A number that is no mode stays one that is none.
MemoryMode ModeOf(morph_mode mode) {
  return static_cast<MemoryMode>(mode < 0 || mode > MORPH_MODE_SERVER ? UINT8_MAX : mode);
}

morph_mem_config ConfigOf(const MemoryOptions& options) {
  morph_mem_config config{};
  config.mode = static_cast<morph_mode>(options.mode);
  config.max_bytes = options.max_bytes;
  config.first_chunk_bytes = options.first_chunk_bytes;
  config.max_chunk_bytes = options.max_chunk_bytes;
  config.kept_bytes = options.kept_bytes;
  config.young_bytes = options.young_bytes;
  config.promotion_age = static_cast<uint32_t>(options.promotion_age);
  config.growth_percent = static_cast<uint32_t>((options.growth_factor - 1) * 100 + 0.5);
  config.stress_interval = options.stress_interval;
  return config;
}

MemoryOptions OptionsOf(const morph_mem_config& config) {
  MemoryOptions options;
  options.mode = ModeOf(config.mode);
  options.max_bytes = config.max_bytes;
  options.first_chunk_bytes = config.first_chunk_bytes;
  options.max_chunk_bytes = config.max_chunk_bytes;
  options.kept_bytes = config.kept_bytes;
  options.young_bytes = config.young_bytes;
  options.promotion_age = config.promotion_age > INT16_MAX ? 0 : static_cast<int>(config.promotion_age);
  options.growth_factor = 1 + config.growth_percent / 100.0;
  options.stress_interval = config.stress_interval;
  options.count_types = config.enable_metrics != 0;
  options.debug = config.enable_debug != 0 || foxvm::vm::MemoryDebugWanted();
  return options;
}

// Apart, so that what morph_alloc does every time needs no stack frame.
ABSL_ATTRIBUTE_NOINLINE void* AllocateSlow(morph_context* ctx, size_t bytes, uint32_t type, bool zeroed) {
  if (!Usable(ctx)) return nullptr;
  void* p = zeroed ? ctx->object->AllocateZeroed(bytes, type) : ctx->object->Allocate(bytes, type);
  if (p != nullptr) return p;
  SetMemoryError("out of memory, past the limit, or a type that does not fit");
  if (ctx->debug) LogMemory(absl::StrFormat("context %p: no %d bytes of type %d", ctx, bytes, type));
  return nullptr;
}

}  // namespace

morph_mem_config morph_config_preset(morph_mode mode) {
  return ConfigOf(MemoryOptions::Preset(ModeOf(mode)));
}

morph_mem_config morph_detect_config(void) {
  return ConfigOf(foxvm::gc::DetectMemoryOptions(foxvm::gc::ReadMachineMemory()));
}

morph_context* morph_mem_init(morph_mem_config config) {
  const MemoryOptions options = OptionsOf(config);
  auto context = MemoryContext::Create(options);
  if (!context.ok()) {
    SetMemoryError(context.status().message());
    return nullptr;
  }
  auto* handle = new morph_context(options.debug, *std::move(context));
  if (options.debug) {
    LogMemory(absl::StrFormat("context %p: mode %s, at most %d bytes", handle,
                              foxvm::gc::MemoryModeName(options.mode), options.max_bytes));
  }
  return handle;
}

morph_context* morph_mem_init_auto(void) { return morph_mem_init(morph_detect_config()); }

void morph_mem_destroy(morph_context* ctx) {
  if (ctx == nullptr || !Usable(ctx)) return;
  const char* path = std::getenv("MORPH_MEM_STATS");
  if (path != nullptr && *path != '\0' && morph_mem_dump_stats(ctx, path) != 0) LogMemory(morph_mem_error());
  if (ctx->debug) LogMemory(absl::StrFormat("context %p: destroyed", ctx));
  foxvm::vm::DestroyHandle(ctx);
}

int morph_register_type(morph_context* ctx, uint32_t type, const morph_type* layout) {
  return Usable(ctx) ? foxvm::vm::RegisterType(*ctx->object, type, layout) : 1;
}

void* morph_alloc(morph_context* ctx, size_t bytes, uint32_t type) {
  if (foxvm::vm::IsLive(ctx)) {
    void* p = ctx->object->TryAllocate(bytes, type);
    if (ABSL_PREDICT_TRUE(p != nullptr)) return p;
  }
  return AllocateSlow(ctx, bytes, type, /*zeroed=*/false);
}

void* morph_alloc_zeroed(morph_context* ctx, size_t bytes, uint32_t type) {
  return AllocateSlow(ctx, bytes, type, /*zeroed=*/true);
}

void morph_free(morph_context* ctx, void* p) {
  if (Usable(ctx)) ctx->object->Free(p);
}

void morph_mem_reset(morph_context* ctx) {
  if (!Usable(ctx)) return;
  ctx->object->Reset();
  if (ctx->debug) LogMemory(absl::StrFormat("context %p: reset", ctx));
}

void morph_gc_collect(morph_context* ctx) {
  if (!Usable(ctx) || ctx->object->heap() == nullptr) return;
  ctx->object->heap()->CollectMajor();
  if (ctx->debug) {
    LogMemory(
        absl::StrFormat("context %p: collected, %d bytes live", ctx, ctx->object->statistics().live_bytes));
  }
}

void morph_gc_push_root(morph_context* ctx, void** root) {
  if (!Usable(ctx) || ctx->object->heap() == nullptr || root == nullptr) return;
  ctx->object->heap()->PushRoot(root);
}

void morph_gc_pop_roots(morph_context* ctx, int count) {
  if (!Usable(ctx) || ctx->object->heap() == nullptr || count <= 0) return;
  ctx->object->heap()->PopRoots(static_cast<size_t>(count));
}

void morph_gc_store(morph_context* ctx, void** slot, void* value) {
  if (!Usable(ctx) || slot == nullptr) return;
  if (ctx->object->heap() != nullptr) return ctx->object->heap()->Store(slot, value);
  *slot = value;
}

morph_mem_stats morph_mem_get_stats(morph_context* ctx) {
  morph_mem_stats result{};
  if (!Usable(ctx)) return result;
  const foxvm::gc::MemoryStatistics statistics = ctx->object->statistics();
  result.total_allocated = statistics.allocated_bytes;
  result.total_freed = statistics.freed_bytes;
  result.current_live = statistics.live_bytes;
  result.held_bytes = statistics.held_bytes;
  result.peak_held_bytes = statistics.peak_held_bytes;
  result.arena_bytes = statistics.arena_bytes;
  result.pool_bytes = statistics.pool_bytes;
  result.heap_bytes = statistics.heap_bytes;
  result.gc_count = statistics.minor_collections + statistics.major_collections;
  result.gc_major_count = statistics.major_collections;
  result.gc_time_us = statistics.collection_ns / 1000;
  result.gc_pause_max_us = statistics.pause_ns_max / 1000;
  for (const auto& count : statistics.types) result.objects_by_type[count.type] = count.objects;
  return result;
}

void morph_mem_print_stats(morph_context* ctx) {
  if (Usable(ctx)) foxvm::vm::PrintMemoryStatistics(ctx->object->statistics());
}

int morph_mem_dump_stats(morph_context* ctx, const char* path) {
  if (!Usable(ctx)) return 1;
  if (path == nullptr) return FailWith(absl::InvalidArgumentError("the path is NULL"));
  absl::Status status = foxvm::vm::WriteMemoryStatistics(ctx->object->statistics(), path);
  return status.ok() ? 0 : FailWith(status);
}
