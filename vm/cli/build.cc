// foxvm build: compiles a program, or every program in a folder, into module files.
#include "vm/cli/build.h"

#include <sys/stat.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "interp/builtins/file_io.h"
#include "interp/bytecode/mbc_builder.h"
#include "vm/cli/commands.h"
#include "vm/cli/exit_status.h"
#include "vm/cli/output_file.h"

namespace foxvm::cli {
namespace {

bool AreSameFile(const std::string& a, const std::string& b) {
  struct stat info_a;
  struct stat info_b;
  return stat(a.c_str(), &info_a) == 0 && stat(b.c_str(), &info_b) == 0 && info_a.st_dev == info_b.st_dev &&
         info_a.st_ino == info_b.st_ino;
}

bool IsFolder(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

}  // namespace

std::string ModuleFileOf(absl::string_view source) {
  return absl::StrCat(absl::StripSuffix(source, ".fox"), ".mbc");
}

int BuildModuleFile(const Invocation& invocation, const ProgramFile& program, frontend::ModuleSource& imports,
                    gc::Arena* arena, const std::string& output, StandardIo& io) {
  bytecode::MbcBuilder module;
  const int status = CompileProgram(invocation, program, imports, arena, io, module);
  if (status != kExitDone) return status;
  // What would be refused when loaded must not be written.
  if (const absl::Status verified = module.Verified(); !verified.ok()) {
    return ReportNotLoaded(invocation, program, verified, io);
  }
  const int error = WriteOutputFile(
      output, [&](WritePiece write) { module.Finish([&](absl::string_view bytes) { write(bytes); }); });
  if (error != 0) {
    io.WriteError(absl::StrCat("foxvm: cannot write ", output, ": ", builtins::ReasonText(error), "\n"));
    return kExitFailed;
  }
  return kExitDone;
}

int BuildCommand(const Invocation& invocation, StandardIo& io) {
  if (!invocation.file.empty() && IsFolder(invocation.file)) return BuildFolder(invocation, io);
  const std::string output = !invocation.output.empty() ? invocation.output : ModuleFileOf(invocation.file);
  if (!invocation.file.empty() && AreSameFile(invocation.file, output)) {
    io.WriteError(absl::StrCat("foxvm: ", output, " is the program itself; choose another OUTPUT\n"));
    return kExitUsage;
  }
  ProgramFile program;
  if (const int status = ReadProgram(invocation, io, &program); status != kExitDone) return status;
  if (program.is_module) {
    return ReportNotLoaded(invocation, program, absl::InvalidArgumentError("is a module file already"), io);
  }
  vm::FileModuleSource imports = ImportsOf(invocation);
  return BuildModuleFile(invocation, program, imports, /*arena=*/nullptr, output, io);
}

}  // namespace foxvm::cli
