// MachineMemory: how much memory this process may use, as the system says it.
// How: the machine's own memory, the limit of every control group the process is in (both versions, a
//      parent's limit holds for its children), and the process's address-space limit. The least of them
//      counts.
// Threads: any.  Collects: never.
#ifndef FOXVM_GC_MACHINE_MEMORY_H_
#define FOXVM_GC_MACHINE_MEMORY_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace foxvm::gc {

// Sizes in bytes; SIZE_MAX: no limit, or not known.
struct MachineMemory {
  size_t physical_bytes = SIZE_MAX;
  size_t cgroup_bytes = SIZE_MAX;
  size_t address_space_bytes = SIZE_MAX;

  size_t usable_bytes() const { return std::min({physical_bytes, cgroup_bytes, address_space_bytes}); }
};

// Reads `root`/proc and `root`/sys/fs/cgroup; what cannot be read has no limit. `root` is for tests.
MachineMemory ReadMachineMemory(const std::string& root = "");

}  // namespace foxvm::gc

#endif  // FOXVM_GC_MACHINE_MEMORY_H_
