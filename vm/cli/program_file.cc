#include "vm/cli/program_file.h"

#include <stdlib.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "frontend/compile.h"
#include "interp/bytecode/mbc.h"
#include "vm/cli/exit_status.h"
#include "vm/cli/report.h"
#include "vm/read_file.h"

namespace foxvm::cli {
namespace {

// More than the compiler takes as source: a module file holds its imports, too.
constexpr size_t kMaxProgramBytes = size_t{512} << 20;

}  // namespace

int ReadProgram(const Invocation& invocation, StandardIo& io, ProgramFile* program) {
  if (invocation.code.has_value()) {
    program->name = "-e";
    program->bytes = *invocation.code;
    return kExitDone;
  }
  const bool standard_input = invocation.file == "-";
  program->name = standard_input ? "<stdin>" : invocation.file;
  absl::StatusOr<std::string> bytes = standard_input ? vm::ReadDescriptor(STDIN_FILENO, kMaxProgramBytes)
                                                     : vm::ReadFile(invocation.file, kMaxProgramBytes);
  if (!bytes.ok()) {
    const absl::string_view what = standard_input ? "standard input" : absl::string_view(invocation.file);
    io.WriteError(absl::StrCat("foxvm: cannot read ", what, ": ", bytes.status().message(), "\n"));
    return kExitNotLoaded;
  }
  program->bytes = *std::move(bytes);
  program->is_module = bytecode::IsMbc(program->bytes);
  return kExitDone;
}

vm::FileModuleSource ImportsOf(const Invocation& invocation) {
  std::vector<std::string> folders = invocation.path;
  if (const char* listed = getenv("FOXVM_PATH")) {
    for (absl::string_view folder : absl::StrSplit(listed, ':', absl::SkipEmpty()))
      folders.emplace_back(folder);
  }
  return vm::FileModuleSource(
      invocation.vm.compat ? vm::ModuleSearch::kWorkingDirectory : vm::ModuleSearch::kEverywhere,
      std::move(folders));
}

int ReportNotLoaded(const Invocation& invocation, const ProgramFile& program, const absl::Status& status,
                    StandardIo& io) {
  if (invocation.vm.compat && !program.is_module) {
    io.Write(absl::StrCat("Compilation failed:\n", status.message(), "\n"));
    return io.Finish(kExitCompatError);
  }
  io.WriteError(absl::StrCat("foxvm: ", program.name, ": ", status.message(), "\n"));
  return kExitNotLoaded;
}

int CompileProgram(const Invocation& invocation, const ProgramFile& program, frontend::ModuleSource& imports,
                   gc::Arena* arena, StandardIo& io, bytecode::ModuleSink& sink) {
  frontend::CompileOptions options;
  options.arena = arena;
  options.dialect = invocation.vm.dialect;
  options.compat = invocation.vm.compat;
  options.warnings = invocation.command == Command::kCheck && !options.compat;
  const frontend::CompileResult result =
      frontend::CompileInto(program.name, program.bytes, imports, options, sink);
  if (result.phase != frontend::CompilePhase::kDone) return ReportCompileErrors(result, invocation, io);
  if (!result.diagnostics.empty()) io.WriteError(DiagnosticsText(result, invocation));
  return kExitDone;
}

int ObtainModule(const Invocation& invocation, const ProgramFile& program, StandardIo& io,
                 bytecode::Module* module) {
  if (program.is_module) {
    absl::StatusOr<bytecode::Module> read = bytecode::ReadMbc(program.bytes);
    if (!read.ok()) return ReportNotLoaded(invocation, program, read.status(), io);
    *module = *std::move(read);
    return kExitDone;
  }
  bytecode::ModuleBuilder builder;
  builder.Reserve(program.bytes.size());
  vm::FileModuleSource imports = ImportsOf(invocation);
  const int status = CompileProgram(invocation, program, imports, /*arena=*/nullptr, io, builder);
  if (status != kExitDone) return status;
  *module = builder.Take();
  return kExitDone;
}

}  // namespace foxvm::cli
