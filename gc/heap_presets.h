// HeapPreset: choices of all of a heap's options for four kinds of program.
// How: sizes, who marks, when the next major collection is due, and when the host is told of pressure, chosen
//      together: kRuntime has the best throughput, kVm short pauses, kServer the shortest and a bound that it
//      keeps away from. Every field can be changed afterwards. What each holds is tabled in docs/memory.md.
// Threads: any.  Collects: never.  Not here: the compiler mode, which does not collect (memory_options.h).
#ifndef FOXVM_GC_HEAP_PRESETS_H_
#define FOXVM_GC_HEAP_PRESETS_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "gc/heap_options.h"
#include "gc/machine_memory.h"

namespace foxvm::gc {

enum class HeapPreset : uint8_t {
  kRuntime,  // one program that ends: major collections in one pause, a small heap
  kVm,       // a long-lived program with many objects: marking in slices, a large young generation
  kServer,   // runs for ever within a bound: marking on a thread, early; pressure is told early
};

HeapOptions PresetOptions(HeapPreset preset);

// A choice for what `machine` lets this process use: a bound of a quarter of it, a young generation that is
// small where that is, and marking in slices where it is so large that one pause would be long.
HeapOptions DetectedOptions(const MachineMemory& machine);

// Of "runtime", "vm", "server", and "auto" (DetectedOptions of this machine); nothing for anything else.
std::optional<HeapOptions> OptionsOfPreset(absl::string_view name);

}  // namespace foxvm::gc

#endif  // FOXVM_GC_HEAP_PRESETS_H_
