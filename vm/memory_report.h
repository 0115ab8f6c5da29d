// MemoryStatistics as text: lines, CSV, JSON.
// Threads: any.
#ifndef FOXVM_VM_MEMORY_REPORT_H_
#define FOXVM_VM_MEMORY_REPORT_H_

#include <string>

#include "absl/status/status.h"
#include "gc/memory_context.h"

namespace foxvm::vm {

// One "NAME VALUE" line each on standard error.
void PrintMemoryStatistics(const gc::MemoryStatistics& statistics);
// To the file at `path`, replaced if it exists: CSV with a line of names and one of values if it ends in
// .csv, else a JSON object. A status that names the file when it cannot be written.
absl::Status WriteMemoryStatistics(const gc::MemoryStatistics& statistics, const std::string& path);

}  // namespace foxvm::vm

#endif  // FOXVM_VM_MEMORY_REPORT_H_
