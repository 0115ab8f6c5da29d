#include "gc/memory_options.h"

#include <algorithm>
#include <bit>

#include "absl/strings/str_format.h"

namespace foxvm::gc {
namespace {

constexpr size_t kMiB = size_t{1} << 20;
constexpr size_t kGiB = size_t{1} << 30;
// A pool's block and an arena's chunk must fit.
constexpr size_t kMinCompilerBytes = size_t{256} << 10;

// What a detected heap may take of the machine's memory.
constexpr size_t kDetectedShare = 4;
constexpr size_t kMinDetectedBytes = kMiB;
constexpr size_t kMaxDetectedBytes = 4 * kGiB;
// The young generation's share of the heap's bound, so that a small machine has most of it for what lives
// long.
constexpr size_t kDetectedYoungShare = 32;
constexpr size_t kMinDetectedYoungBytes = size_t{128} << 10;

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
  options.mode = mode;
  switch (mode) {
    case MemoryMode::kCompiler: options.max_bytes = SIZE_MAX; break;
    case MemoryMode::kRuntime: options.max_bytes = kGiB / 2; break;
    case MemoryMode::kVm:
      options.max_bytes = 2 * kGiB;
      options.young_bytes = 8 * kMiB;
      options.growth_factor = 2;
      break;
    case MemoryMode::kServer:
      options.max_bytes = kGiB;
      options.young_bytes = 4 * kMiB;
      options.growth_factor = 1.4;
      options.pressure_share = 0.2;
      break;
  }
  return options;
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
  options.max_bytes =
      std::clamp(machine.usable_bytes() / kDetectedShare, kMinDetectedBytes, kMaxDetectedBytes);
  options.young_bytes = std::clamp(std::bit_floor(options.max_bytes / kDetectedYoungShare),
                                   kMinDetectedYoungBytes, options.young_bytes);
  return options;
}

}  // namespace foxvm::gc
