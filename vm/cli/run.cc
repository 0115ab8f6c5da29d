// foxvm run: loads a program and runs it.
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "interp/builtins/file_io.h"
#include "vm/cli/commands.h"
#include "vm/cli/exit_status.h"
#include "vm/cli/interrupt.h"
#include "vm/cli/output_file.h"
#include "vm/cli/program_file.h"
#include "vm/cli/report.h"
#include "vm/failure_text.h"
#include "vm/vm.h"

namespace foxvm::cli {
namespace {

// Why the program stopped, told in the way asked for; returns the exit status.
int ReportFailure(const vm::Failure& failure, bool compat, bool interrupted, StandardIo& io) {
  // The reason is the output, which Finish reports.
  if (io.output_failed() && !interrupted) return kExitFailed;
  if (compat) {
    io.Write(absl::StrCat("Runtime error:\n", failure.message, "\n"));
  } else {
    io.WriteError(vm::FailureText(failure));
  }
  return interrupted ? kExitInterrupted : kExitFailed;
}

int RunProgram(vm::Vm& vm, vm::Program& program, StandardIo& io) {
  InterruptScope interrupts(vm, io);
  io.OnFailure([&vm] { vm.Interrupt(); });
  const std::optional<vm::Failure> failure = vm.Run(program);
  io.Flush();
  io.OnFailure(nullptr);
  if (!failure.has_value()) return kExitDone;
  const bool interrupted = failure->kind == objects::FatalKind::kInterrupted && interrupts.Caught();
  return ReportFailure(*failure, vm.options().compat, interrupted, io);
}

// What --heap-stats and --heap-dump ask for; false when the dump could not be written.
bool ReportHeap(vm::Vm& vm, const Invocation& invocation, StandardIo& io) {
  if (!invocation.heap_stats && invocation.heap_dump.empty()) return true;
  vm.CollectGarbage();
  if (invocation.heap_stats) io.WriteError(vm.HeapCensus());
  if (invocation.heap_dump.empty()) return true;
  const int error = WriteOutputFile(invocation.heap_dump, [&vm](WritePiece write) { vm.DumpHeap(write); });
  if (error == 0) return true;
  io.WriteError(
      absl::StrCat("foxvm: cannot write ", invocation.heap_dump, ": ", builtins::ReasonText(error), "\n"));
  return false;
}

}  // namespace

int RunCommand(const Invocation& invocation, StandardIo& io) {
  const absl::Time start = absl::Now();
  ProgramFile file;
  if (const int status = ReadProgram(invocation, io, &file); status != kExitDone) return status;
  absl::StatusOr<std::unique_ptr<vm::Vm>> vm = vm::Vm::Create(invocation.vm, io);
  if (!vm.ok()) {
    io.WriteError(absl::StrCat("foxvm: ", vm.status().message(), "\n"));
    return kExitFailed;
  }
  frontend::CompileResult compiled;
  absl::StatusOr<vm::Program*> program = nullptr;
  if (file.is_module) {
    program = (*vm)->LoadBytecode(file.bytes);
  } else {
    vm::FileModuleSource imports = ImportsOf(invocation);
    program = (*vm)->LoadSource(file.name, file.bytes, imports, &compiled);
    if (compiled.phase != frontend::CompilePhase::kDone) {
      return ReportCompileErrors(compiled, invocation, io);
    }
  }
  if (!program.ok()) return ReportNotLoaded(invocation, file, program.status(), io);
  // The text may be large, and is not needed any more.
  file.bytes = std::string();

  const absl::Time loaded = absl::Now();
  const int status = RunProgram(**vm, **program, io);
  const absl::Time done = absl::Now();
  if (invocation.stats) {
    io.WriteError(StatisticsText((*vm)->heap_statistics(), loaded - start, done - loaded));
  }
  if (!ReportHeap(**vm, invocation, io) && status == kExitDone) return kExitFailed;
  return io.Finish(status);
}

}  // namespace foxvm::cli
