#include "gc/memory_options.h"

#include "absl/strings/str_format.h"
#include "gc/heap_presets.h"

namespace foxvm::gc {
namespace {

// A pool's block and an arena's chunk must fit.
constexpr size_t kMinCompilerBytes = size_t{256} << 10;

}  // namespace

const char* MemoryModeName(MemoryMode mode) {
  switch (mode) {
    case MemoryMode::kCompiler: return "compiler";
    case MemoryMode::kRuntime: return "runtime";
    case MemoryMode::kVm: return "vm";
    case MemoryMode::kServer: return "server";
  }
  return "unknown";
}

MemoryOptions MemoryOptions::Preset(MemoryMode mode) {
  MemoryOptions options;
  switch (mode) {
    case MemoryMode::kCompiler: options.max_bytes = SIZE_MAX; break;
    case MemoryMode::kRuntime: options.TakeHeapPart(PresetOptions(HeapPreset::kRuntime)); break;
    case MemoryMode::kVm: options.TakeHeapPart(PresetOptions(HeapPreset::kVm)); break;
    case MemoryMode::kServer: options.TakeHeapPart(PresetOptions(HeapPreset::kServer)); break;
  }
  options.mode = mode;
  return options;
}

void MemoryOptions::TakeHeapPart(const HeapOptions& heap) {
  max_bytes = heap.max_bytes;
  young_bytes = heap.young_bytes;
  min_young_bytes = heap.min_young_bytes;
  max_young_bytes = heap.max_young_bytes;
  promotion_age = heap.promotion_age;
  growth_policy = heap.growth_policy;
  growth_factor = heap.growth_factor;
  pressure_share = heap.pressure_share;
}

absl::Status MemoryOptions::Validate() const {
  if (mode > MemoryMode::kServer) {
    return absl::InvalidArgumentError("mode must be compiler, runtime, vm or server");
  }
  if (mode != MemoryMode::kCompiler) return HeapPart().Validate();
  if (max_bytes < kMinCompilerBytes) {
    return absl::InvalidArgumentError(
        absl::StrFormat("max_bytes must be at least %d KiB in the compiler mode", kMinCompilerBytes >> 10));
  }
  if (stress_interval != 0) {
    return absl::InvalidArgumentError(
        "stress_interval must be 0 in the compiler mode, which does not collect");
  }
  return ArenaPart().Validate();
}

ArenaOptions MemoryOptions::ArenaPart() const {
  return {.first_chunk_bytes = first_chunk_bytes,
          .max_chunk_bytes = max_chunk_bytes,
          .kept_bytes = kept_bytes,
          .debug = debug};
}

HeapOptions MemoryOptions::HeapPart() const {
  return {.max_bytes = max_bytes,
          .young_bytes = young_bytes,
          .min_young_bytes = min_young_bytes,
          .max_young_bytes = max_young_bytes,
          .promotion_age = promotion_age,
          .growth_policy = growth_policy,
          .growth_factor = growth_factor,
          .pressure_share = pressure_share,
          .stress_interval = stress_interval,
          .verify = debug};
}

MemoryOptions DetectMemoryOptions(const MachineMemory& machine) {
  MemoryOptions options = MemoryOptions::Preset(MemoryMode::kRuntime);
  options.TakeHeapPart(DetectedOptions(machine));
  return options;
}

}  // namespace foxvm::gc
