// The commands of the foxvm program, one file each. All return the exit status and report what fails.
// Threads: one.  Collects: RunCommand, ReplCommand.
#ifndef FOXVM_VM_CLI_COMMANDS_H_
#define FOXVM_VM_CLI_COMMANDS_H_

#include "vm/cli/command_line.h"
#include "vm/cli/standard_io.h"

namespace foxvm::cli {

int RunCommand(const Invocation& invocation, StandardIo& io);
int BuildCommand(const Invocation& invocation, StandardIo& io);
int CheckCommand(const Invocation& invocation, StandardIo& io);
int DisCommand(const Invocation& invocation, StandardIo& io);
int ReplCommand(const Invocation& invocation, StandardIo& io);
int HelpCommand(const Invocation& invocation, StandardIo& io);

}  // namespace foxvm::cli

#endif  // FOXVM_VM_CLI_COMMANDS_H_
