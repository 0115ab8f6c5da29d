// foxvm check: reports what is wrong with a program without running it.
#include <utility>

#include "interp/bytecode/mbc_builder.h"
#include "interp/bytecode/verifier.h"
#include "vm/cli/commands.h"
#include "vm/cli/exit_status.h"
#include "vm/cli/program_file.h"

namespace foxvm::cli {

int CheckCommand(const Invocation& invocation, StandardIo& io) {
  ProgramFile program;
  if (const int status = ReadProgram(invocation, io, &program); status != kExitDone) return status;
  absl::Status verified;
  if (program.is_module) {
    bytecode::Module module;
    if (const int status = ObtainModule(invocation, program, io, &module); status != kExitDone) return status;
    verified = bytecode::Verify(std::move(module)).status();
  } else {
    // As for a file that nobody writes: less work, and less memory, than a module.
    bytecode::MbcBuilder module;
    vm::FileModuleSource imports = ImportsOf(invocation);
    const int status = CompileProgram(invocation, program, imports, /*arena=*/nullptr, io, module);
    if (status != kExitDone) return status;
    verified = module.Verified();
  }
  return verified.ok() ? kExitDone : ReportNotLoaded(invocation, program, verified, io);
}

}  // namespace foxvm::cli
