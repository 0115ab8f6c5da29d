#include "gc/heap_environment.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gc/heap_presets.h"

namespace foxvm::gc {
namespace {

constexpr char kVariable[] = "FOXVM_GC";

// Applies one setting; what is wrong with it, or an empty string.
std::string Apply(absl::string_view name, absl::string_view value, HeapOptions& options) {
  if (name == "verify") {
    options.verify = true;
    return value.empty() ? "" : "takes no value";
  }
  if (name == "sites") {
    options.record_sites = true;
    return value.empty() ? "" : "takes no value";
  }
  if (name == "stress") {
    return absl::SimpleAtoi(value, &options.stress_interval) ? "" : "needs a number";
  }
  if (name == "age") return absl::SimpleAtoi(value, &options.promotion_age) ? "" : "needs a number";
  if (name == "growth") return absl::SimpleAtod(value, &options.growth_factor) ? "" : "needs a factor";
  if (name == "policy") {
    if (value != "factor" && value != "root") return "must be factor or root";
    options.growth_policy = value == "root" ? GrowthPolicy::kSquareRoot : GrowthPolicy::kFactor;
    return "";
  }
  if (name == "mode") {
    if (value != "pause" && value != "slices" && value != "thread") return "must be pause, slices or thread";
    options.major_mode = value == "pause"    ? MajorMode::kStopTheWorld
                         : value == "slices" ? MajorMode::kIncremental
                                             : MajorMode::kConcurrent;
    return "";
  }
  if (name == "goal") return absl::SimpleAtoi(value, &options.pause_goal_us) ? "" : "needs a number";
  if (name == "slice") return absl::SimpleAtoi(value, &options.slice_us) ? "" : "needs a number";
  if (name == "young" || name == "max" || name == "compact") {
    const std::optional<size_t> size = ParseByteSize(value);
    if (!size.has_value()) return "needs a size such as 512K, 64M or 2G";
    if (name == "max") {
      options.max_bytes = *size;
    } else if (name == "compact") {
      options.compact_bytes = *size;
    } else {
      options.young_bytes = options.min_young_bytes = options.max_young_bytes = *size;
    }
    return "";
  }
  if (name == "preset")
    return "must be auto, runtime, vm or server";  // a good one is applied before all else
  return "is no setting; there are preset, stress, verify, sites, young, max, age, growth, policy, mode, "
         "slice, goal and compact";
}

// Applies `setting` if it is a preset, whatever else it is. The bound only where it is lower: the host's own is
// part of what it promises its programs.
void ApplyPreset(absl::string_view setting, HeapOptions& options) {
  if (!absl::ConsumePrefix(&setting, "preset=")) return;
  std::optional<HeapOptions> preset = OptionsOfPreset(setting);
  if (!preset.has_value()) return;
  preset->max_bytes = std::min(preset->max_bytes, options.max_bytes);
  preset->stress_interval = options.stress_interval;
  preset->verify = options.verify;
  preset->record_sites = options.record_sites;
  options = *preset;
}

absl::Status Refuse(absl::string_view what, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(kVariable, ": '", what, "' ", why));
}

}  // namespace

absl::StatusOr<HeapOptions> ApplyHeapSettings(HeapOptions options, absl::string_view text) {
  const std::vector<absl::string_view> settings = absl::StrSplit(text, ',', absl::SkipEmpty());
  for (absl::string_view setting : settings) ApplyPreset(setting, options);
  for (absl::string_view setting : settings) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(setting, absl::MaxSplits('=', 1));
    if (parts.first == "preset" && OptionsOfPreset(parts.second).has_value()) continue;
    const std::string wrong = Apply(parts.first, parts.second, options);
    if (!wrong.empty()) return Refuse(setting, wrong);
  }
  if (absl::Status status = options.Validate(); !status.ok()) {
    return Refuse(text, absl::StrCat("does not fit: ", status.message()));
  }
  return options;
}

absl::StatusOr<HeapOptions> ApplyHeapEnvironment(const HeapOptions& options) {
  const char* text = std::getenv(kVariable);
  if (text == nullptr) return options;
  return ApplyHeapSettings(options, text);
}

std::optional<size_t> ParseByteSize(absl::string_view text) {
  int shift = 0;
  if (!text.empty()) {
    switch (text.back()) {
      case 'K':
      case 'k': shift = 10; break;
      case 'M':
      case 'm': shift = 20; break;
      case 'G':
      case 'g': shift = 30; break;
      default: break;
    }
  }
  if (shift != 0) text.remove_suffix(1);
  uint64_t number = 0;
  // No sign and no spaces, which the conversion would take.
  if (text.empty() || text.find_first_not_of("0123456789") != absl::string_view::npos) return std::nullopt;
  if (!absl::SimpleAtoi(text, &number)) return std::nullopt;
  if (number > std::numeric_limits<size_t>::max() >> shift) return std::nullopt;
  return static_cast<size_t>(number) << shift;
}

}  // namespace foxvm::gc
