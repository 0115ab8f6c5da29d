// foxvm check: reports what is wrong with a program without running it.
#include <utility>

#include "interp/bytecode/verifier.h"
#include "vm/cli/commands.h"
#include "vm/cli/exit_status.h"
#include "vm/cli/program_file.h"

namespace foxvm::cli {

int CheckCommand(const Invocation& invocation, StandardIo& io) {
  ProgramFile program;
  if (const int status = ReadProgram(invocation, io, &program); status != kExitDone) return status;
  bytecode::Module module;
  if (const int status = ObtainModule(invocation, program, io, &module); status != kExitDone) return status;
  const absl::StatusOr<bytecode::VerifiedModule> verified = bytecode::Verify(std::move(module));
  if (!verified.ok()) return ReportNotLoaded(invocation, program, verified.status(), io);
  return kExitDone;
}

}  // namespace foxvm::cli
