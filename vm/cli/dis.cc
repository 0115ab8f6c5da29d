// foxvm dis: shows a program's bytecode, for people or, with --json, in the exchange form.
#include "absl/strings/str_cat.h"
#include "interp/bytecode/disassembler.h"
#include "interp/bytecode/json_dump.h"
#include "vm/cli/commands.h"
#include "vm/cli/exit_status.h"
#include "vm/cli/program_file.h"

namespace foxvm::cli {

int DisCommand(const Invocation& invocation, StandardIo& io) {
  absl::StatusOr<ProgramFile> program = ReadProgram(invocation);
  if (!program.ok()) {
    io.WriteError(absl::StrCat("foxvm: ", program.status().message(), "\n"));
    return kExitNotLoaded;
  }
  bytecode::Module module;
  if (const int status = ObtainModule(invocation, *program, io, &module); status != kExitDone) return status;
  io.Write(invocation.json ? bytecode::DumpJson(module) : bytecode::Disassemble(module));
  return io.Finish(kExitDone);
}

}  // namespace foxvm::cli
