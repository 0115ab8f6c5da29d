// The foxvm program: words in, exit status out.
#include <signal.h>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "vm/cli/command_line.h"
#include "vm/cli/commands.h"
#include "vm/cli/exit_status.h"
#include "vm/cli/help.h"
#include "vm/cli/standard_io.h"

namespace foxvm::cli {
namespace {

int Execute(const Invocation& invocation, StandardIo& io) {
  switch (*invocation.command) {
    case Command::kRun:
      return RunCommand(invocation, io);
    case Command::kBuild:
      return BuildCommand(invocation, io);
    case Command::kCheck:
      return CheckCommand(invocation, io);
    case Command::kDis:
      return DisCommand(invocation, io);
    case Command::kRepl: return ReplCommand(invocation, io);
    case Command::kHelp: return HelpCommand(invocation, io);
  }
  return kExitUsage;
}

int Main(absl::Span<const char* const> words) {
  OccupyStandardDescriptors();
  // A reader that goes away shows as a failed write.
  signal(SIGPIPE, SIG_IGN);
  StandardIo io;
  const absl::StatusOr<Invocation> invocation = ParseCommandLine(words);
  if (!invocation.ok()) {
    io.WriteError(absl::StrCat("foxvm: ", invocation.status().message(), "\nTry 'foxvm --help'.\n"));
    return kExitUsage;
  }
  if (invocation->action == Action::kCommand) return Execute(*invocation, io);
  io.Write(invocation->action == Action::kHelp ? HelpText(invocation->command) : VersionText());
  return io.Finish(kExitDone);
}

}  // namespace
}  // namespace foxvm::cli

int main(int argc, char** argv) {
  return foxvm::cli::Main(absl::MakeConstSpan(argv, static_cast<size_t>(argc)).subspan(argc > 0 ? 1 : 0));
}
