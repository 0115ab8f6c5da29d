// What the program tells its user about failures and about the run.
// Threads: pure functions.
#ifndef FOXVM_VM_CLI_REPORT_H_
#define FOXVM_VM_CLI_REPORT_H_

#include <string>

#include "absl/time/time.h"
#include "frontend/compile.h"
#include "gc/heap.h"
#include "vm/cli/command_line.h"
#include "vm/cli/standard_io.h"

namespace foxvm::cli {

// Errors and warnings for standard error, in the form that --diagnostics and --color ask for.
std::string DiagnosticsText(const frontend::CompileResult& result, const Invocation& invocation);

// Reports a failed compilation, with --compat as the reference does, on standard output. Returns the exit
// status.
int ReportCompileErrors(const frontend::CompileResult& result, const Invocation& invocation, StandardIo& io);

// What is in the heap and how it was collected.
std::string HeapText(const gc::HeapStatistics& heap);

// What --stats prints.
std::string StatisticsText(const gc::HeapStatistics& heap, absl::Duration load, absl::Duration run);

}  // namespace foxvm::cli

#endif  // FOXVM_VM_CLI_REPORT_H_
