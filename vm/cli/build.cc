// foxvm build: compiles a program into a module file.
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "interp/builtins/file_io.h"
#include "interp/bytecode/mbc_builder.h"
#include "vm/cli/commands.h"
#include "vm/cli/exit_status.h"
#include "vm/cli/program_file.h"

namespace foxvm::cli {
namespace {

bool AreSameFile(const std::string& a, const std::string& b) {
  struct stat info_a;
  struct stat info_b;
  return stat(a.c_str(), &info_a) == 0 && stat(b.c_str(), &info_b) == 0 && info_a.st_dev == info_b.st_dev &&
         info_a.st_ino == info_b.st_ino;
}

// errno of the failure, 0 for none. A file that could not be written whole is removed again.
int WriteFile(const std::string& path, const bytecode::MbcBuilder& program) {
  int fd = -1;
  const builtins::IoResult opened = builtins::OpenFile(path, builtins::OpenMode::kTruncate, nullptr, &fd);
  if (opened.status != builtins::IoStatus::kOk) return opened.error;
  struct stat info;
  const bool regular = fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
  int error = 0;
  program.Finish([&](absl::string_view bytes) {
    if (error == 0) error = builtins::WriteAll(fd, bytes, nullptr, builtins::OnBrokenPipe::kSignal).error;
  });
  if (close(fd) != 0 && error == 0) error = errno;
  if (error != 0 && regular) unlink(path.c_str());
  return error;
}

}  // namespace

int BuildCommand(const Invocation& invocation, StandardIo& io) {
  const std::string output = !invocation.output.empty()
                                 ? invocation.output
                                 : absl::StrCat(absl::StripSuffix(invocation.file, ".fox"), ".mbc");
  if (!invocation.file.empty() && AreSameFile(invocation.file, output)) {
    io.WriteError(absl::StrCat("foxvm: ", output, " is the program itself; choose another OUTPUT\n"));
    return kExitUsage;
  }
  ProgramFile program;
  if (const int status = ReadProgram(invocation, io, &program); status != kExitDone) return status;
  if (program.is_module) {
    return ReportNotLoaded(invocation, program, absl::InvalidArgumentError("is a module file already"), io);
  }
  bytecode::MbcBuilder module;
  if (const int status = CompileProgram(invocation, program, io, module); status != kExitDone) return status;
  // What would be refused when loaded must not be written.
  if (const absl::Status verified = module.Verified(); !verified.ok()) {
    return ReportNotLoaded(invocation, program, verified, io);
  }
  if (const int error = WriteFile(output, module); error != 0) {
    io.WriteError(absl::StrCat("foxvm: cannot write ", output, ": ", builtins::ReasonText(error), "\n"));
    return kExitFailed;
  }
  return kExitDone;
}

}  // namespace foxvm::cli
