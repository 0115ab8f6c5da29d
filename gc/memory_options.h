// MemoryOptions: everything that can be chosen about a memory context, the four modes as presets over it, and
// a choice for the machine at hand.
// How: the compiler mode is an arena and a pool, the other three are the generational heap with different
//      sizes; so some options mean something in the compiler mode only, some in the others only.
// Threads: any.  Collects: never.
#ifndef FOXVM_GC_MEMORY_OPTIONS_H_
#define FOXVM_GC_MEMORY_OPTIONS_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "gc/arena.h"
#include "gc/heap_options.h"
#include "gc/machine_memory.h"

namespace foxvm::gc {

enum class MemoryMode : uint8_t {
  kCompiler,  // built and dropped as a whole; no collection
  kRuntime,   // one program: short pauses, little memory; a young generation of 1 to 4 MiB
  kVm,        // a long-lived program with many objects: a young generation of 4 to 16 MiB
  kServer,    // runs for ever within a bound: collects the old generation early, tells the host of pressure
              // when less than a fifth of the bound is free
};

// "compiler", and so on.
const char* MemoryModeName(MemoryMode mode);

struct MemoryOptions {
  MemoryMode mode = MemoryMode::kRuntime;
  // Most bytes to hold: from the system in the compiler mode, of objects in the others. Allocation past it
  // fails.
  size_t max_bytes = 0;

  // Compiler mode: see ArenaOptions.
  size_t first_chunk_bytes = ArenaOptions().first_chunk_bytes;
  size_t max_chunk_bytes = ArenaOptions().max_chunk_bytes;
  size_t kept_bytes = ArenaOptions().kept_bytes;

  // Other modes: see HeapOptions.
  size_t young_bytes = HeapOptions().young_bytes;
  size_t min_young_bytes = HeapOptions().min_young_bytes;
  size_t max_young_bytes = HeapOptions().max_young_bytes;
  int promotion_age = HeapOptions().promotion_age;
  GrowthPolicy growth_policy = HeapOptions().growth_policy;
  double growth_factor = HeapOptions().growth_factor;
  double pressure_share = HeapOptions().pressure_share;
  uint64_t stress_interval = HeapOptions().stress_interval;

  // Counts objects by type.
  bool count_types = false;
  // Red zones, fill patterns, a check of every free; or HeapOptions::verify.
  bool debug = false;

  static MemoryOptions Preset(MemoryMode mode);

  // An InvalidArgument status that names the first field out of range.
  absl::Status Validate() const;

  // The parts, for their makers.
  ArenaOptions ArenaPart() const;
  HeapOptions HeapPart() const;
  // Takes over what HeapPart gives, debugging apart. Who marks is left out: these heaps are for plain structs,
  // whose barrier knows no marking (struct_heap.h).
  void TakeHeapPart(const HeapOptions& heap);
};

// The runtime preset, with a bound of a quarter of what the machine lets this process use, and a young
// generation that is small where that is.
MemoryOptions DetectMemoryOptions(const MachineMemory& machine);

}  // namespace foxvm::gc

#endif  // FOXVM_GC_MEMORY_OPTIONS_H_
