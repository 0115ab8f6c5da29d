// foxvm check: reports what is wrong with a program without running it.
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "frontend/dialect.h"
#include "frontend/dump.h"
#include "interp/bytecode/mbc_builder.h"
#include "interp/bytecode/verifier.h"
#include "vm/cli/commands.h"
#include "vm/cli/exit_status.h"
#include "vm/cli/program_file.h"

namespace foxvm::cli {
namespace {

// Writes the tokens or trees of the program; what cannot be taken apart is reported as by an ordinary check.
int DumpProgram(const Invocation& invocation, const ProgramFile& program, StandardIo& io) {
  if (program.is_module) {
    io.WriteError(absl::StrCat("foxvm: ", program.name, ": a module file has no source text to dump\n"));
    return kExitNotLoaded;
  }
  const frontend::Dialect dialect = invocation.vm.dialect.value_or(frontend::DetectDialect(program.bytes));
  const std::optional<std::string> text = invocation.dump == DumpForm::kTokens
                                              ? frontend::DumpTokens(program.bytes, dialect)
                                              : frontend::DumpTrees(program.bytes, dialect);
  if (!text.has_value()) {
    bytecode::MbcBuilder unused;
    vm::FileModuleSource imports = ImportsOf(invocation);
    return CompileProgram(invocation, program, imports, /*arena=*/nullptr, io, unused);
  }
  io.Write(*text);
  return io.Finish(kExitDone);
}

}  // namespace

int CheckCommand(const Invocation& invocation, StandardIo& io) {
  ProgramFile program;
  if (const int status = ReadProgram(invocation, io, &program); status != kExitDone) return status;
  if (invocation.dump != DumpForm::kNone) return DumpProgram(invocation, program, io);
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
