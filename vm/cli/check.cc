// foxvm check: reports what is wrong with a program without running it.
#include <utility>

#include "absl/strings/str_cat.h"
#include "interp/bytecode/verifier.h"
#include "vm/cli/commands.h"
#include "vm/cli/exit_status.h"
#include "vm/cli/program_file.h"

namespace foxvm::cli {

int CheckCommand(const Invocation& invocation, StandardIo& io) {
  absl::StatusOr<ProgramFile> program = ReadProgram(invocation);
  if (!program.ok()) {
    io.WriteError(absl::StrCat("foxvm: ", program.status().message(), "\n"));
    return kExitNotLoaded;
  }
  bytecode::Module module;
  if (const int status = ObtainModule(invocation, *program, io, &module); status != kExitDone) return status;
  const absl::StatusOr<bytecode::VerifiedModule> verified = bytecode::Verify(std::move(module));
  if (!verified.ok()) return ReportNotLoaded(program->name, verified.status(), io);
  return kExitDone;
}

}  // namespace foxvm::cli
