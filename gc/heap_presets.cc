#include "gc/heap_presets.h"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace foxvm::gc {
namespace {

constexpr size_t kMiB = size_t{1} << 20;
constexpr size_t kGiB = size_t{1} << 30;

// What a detected heap may take of the machine's memory.
constexpr size_t kDetectedShare = 4;
constexpr size_t kMinDetectedBytes = kMiB;
constexpr size_t kMaxDetectedBytes = 4 * kGiB;
// The young generation's share of the heap's bound, so that a small machine has most of it for what lives
// long.
constexpr size_t kDetectedYoungShare = 32;
constexpr size_t kMinDetectedYoungBytes = size_t{128} << 10;
// From this bound on marking all at once may take more than a tenth of a second (at about 1.5 GB/s).
constexpr size_t kDetectedSlicesBytes = 256 * kMiB;

}  // namespace

HeapOptions PresetOptions(HeapPreset preset) {
  HeapOptions options;
  switch (preset) {
    case HeapPreset::kRuntime: options.max_bytes = kGiB / 2; break;
    case HeapPreset::kVm:
      options.max_bytes = 2 * kGiB;
      options.young_bytes = 8 * kMiB;
      options.pause_goal_us = 1000;
      options.growth_factor = 2;
      options.major_mode = MajorMode::kIncremental;
      break;
    case HeapPreset::kServer:
      options.max_bytes = kGiB;
      options.young_bytes = 4 * kMiB;
      options.pause_goal_us = 500;
      options.growth_factor = 1.4;
      options.major_mode = MajorMode::kConcurrent;
      options.slice_us = 200;
      options.pressure_share = 0.2;
      break;
  }
  return options;
}

HeapOptions DetectedOptions(const MachineMemory& machine) {
  HeapOptions options = PresetOptions(HeapPreset::kRuntime);
  options.max_bytes =
      std::clamp(machine.usable_bytes() / kDetectedShare, kMinDetectedBytes, kMaxDetectedBytes);
  options.young_bytes = std::clamp(std::bit_floor(options.max_bytes / kDetectedYoungShare),
                                   kMinDetectedYoungBytes, options.young_bytes);
  if (options.max_bytes >= kDetectedSlicesBytes) options.major_mode = MajorMode::kIncremental;
  return options;
}

std::optional<HeapOptions> OptionsOfPreset(absl::string_view name) {
  if (name == "runtime") return PresetOptions(HeapPreset::kRuntime);
  if (name == "vm") return PresetOptions(HeapPreset::kVm);
  if (name == "server") return PresetOptions(HeapPreset::kServer);
  if (name == "auto") return DetectedOptions(ReadMachineMemory());
  return std::nullopt;
}

}  // namespace foxvm::gc
