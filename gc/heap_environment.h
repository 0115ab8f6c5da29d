// The environment's word on a heap's options, for debugging a program without building or starting it
// differently.
// How: the variable FOXVM_GC holds settings with commas between them, each NAME=VALUE or a bare NAME:
//        preset=NAME    auto, runtime, vm or server (heap_presets.h), but for a bound above the host's; the
//                       other settings go before it, wherever it stands
//        stress=N       collect at every Nth allocation (HeapOptions::stress_interval)
//        verify         check the heap at every collection (HeapOptions::verify)
//        sites          remember where objects were allocated (HeapOptions::record_sites)
//        young=SIZE     fixed size of the young generation, such as 256K, 2M or 1G
//        max=SIZE       the heap's bound
//        age=N          HeapOptions::promotion_age
//        growth=FACTOR  HeapOptions::growth_factor
//        policy=factor or policy=root   HeapOptions::growth_policy
//        mode=pause, mode=slices or mode=thread   HeapOptions::major_mode
//        slice=N        HeapOptions::slice_us
//        compact=SIZE   HeapOptions::compact_bytes
//      What the environment says goes before what the host or a command line said.
// Threads: any, while nobody changes the environment.  Collects: never.
#ifndef FOXVM_GC_HEAP_ENVIRONMENT_H_
#define FOXVM_GC_HEAP_ENVIRONMENT_H_

#include <cstddef>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gc/heap_options.h"

namespace foxvm::gc {

// `options` as the settings in `text` change them. InvalidArgument that names FOXVM_GC, the setting and what
// is wrong with it; the result is valid (HeapOptions::Validate) if `options` were.
absl::StatusOr<HeapOptions> ApplyHeapSettings(HeapOptions options, absl::string_view text);

// The same with the text of the environment variable FOXVM_GC; without it, `options`.
absl::StatusOr<HeapOptions> ApplyHeapEnvironment(const HeapOptions& options);

// A size in bytes: digits, and K, M or G (or k, m, g) for a power of 1024. Nothing for anything else.
std::optional<size_t> ParseByteSize(absl::string_view text);

}  // namespace foxvm::gc

#endif  // FOXVM_GC_HEAP_ENVIRONMENT_H_
