// The texts of --help and --version, the manual page and the shell completion, made from the option table.
// Threads: pure functions.
#ifndef FOXVM_VM_CLI_HELP_H_
#define FOXVM_VM_CLI_HELP_H_

#include <optional>
#include <string>

#include "vm/cli/option_table.h"

namespace foxvm::cli {

// The help of one command, or of the whole program.
std::string HelpText(std::optional<Command> command);
std::string VersionText();
// In troff, for man(1).
std::string ManualPage();
// A script for bash.
std::string BashCompletion();

}  // namespace foxvm::cli

#endif  // FOXVM_VM_CLI_HELP_H_
