// foxvm dis: shows a program's bytecode, for people or, with --json, in the exchange form.
#include "interp/bytecode/disassembler.h"
#include "interp/bytecode/json_dump.h"
#include "vm/cli/commands.h"
#include "vm/cli/exit_status.h"
#include "vm/cli/program_file.h"

namespace foxvm::cli {

int DisCommand(const Invocation& invocation, StandardIo& io) {
  ProgramFile program;
  if (const int status = ReadProgram(invocation, io, &program); status != kExitDone) return status;
  bytecode::Module module;
  if (const int status = ObtainModule(invocation, program, io, &module); status != kExitDone) return status;
  io.Write(invocation.json ? bytecode::DumpJson(module) : bytecode::Disassemble(module));
  return io.Finish(kExitDone);
}

}  // namespace foxvm::cli
