#include "vm/cli/help.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "interp/bytecode/mbc.h"
#include "vm/vm.h"

namespace foxvm::cli {
namespace {

constexpr absl::string_view kExitStatuses =
    "Exit status:\n"
    "  0    done\n"
    "  1    the program failed at run time, or its output could not be written\n"
    "  2    wrong usage\n"
    "  3    the program cannot be read, does not compile or is not valid\n"
    "  130  interrupted (Ctrl-C)\n"
    "  141  the reader of the output went away\n"
    "With --compat what does not compile exits 1, too, and these reports go to standard output.\n";

std::string OptionLine(const OptionSpec& spec) {
  std::string form = spec.letter != 0 ? absl::StrCat("-", std::string(1, spec.letter)) : "  ";
  if (!spec.name.empty()) {
    absl::StrAppend(&form, spec.letter != 0 ? ", --" : "  --", spec.name);
    if (!spec.value_name.empty()) absl::StrAppend(&form, "=", spec.value_name);
  } else if (!spec.value_name.empty()) {
    absl::StrAppend(&form, " ", spec.value_name);
  }
  return absl::StrFormat("  %-22s %s\n", form, spec.help);
}

std::string ProgramHelp() {
  std::string text =
      "FoxVM runs programs written in Morph.\n\n"
      "Usage: foxvm COMMAND [OPTION...] FILE\n"
      "       foxvm [OPTION...] FILE [ARGUMENT...]   is foxvm run\n"
      "       foxvm -e CODE                          runs CODE\n\nCommands:\n";
  for (const CommandSpec& spec : Commands())
    absl::StrAppendFormat(&text, "  %-8s%s\n", spec.name, spec.summary);
  absl::StrAppend(&text, "`foxvm COMMAND --help` shows the options of a command and examples.\n\nOptions:\n");
  for (const OptionSpec& spec : Options()) {
    if (spec.AppliesTo(Command::kRun)) absl::StrAppend(&text, OptionLine(spec));
  }
  absl::StrAppend(
      &text, "A SIZE is a number of bytes; K, M or G may follow.\n\n",
      "Environment:\n"
      "  FOXVM_PATH  folders searched for imported files after those of --path, separated by ':'\n\n",
      kExitStatuses);
  return text;
}

std::string CommandHelp(const CommandSpec& command) {
  std::string text =
      absl::StrCat("foxvm ", command.name, ": ", command.summary, "\n\nUsage: foxvm ", command.name,
                   " [OPTION...] ", command.operands, "\n\n", command.description, "\nOptions:\n");
  for (const OptionSpec& spec : Options()) {
    if (spec.AppliesTo(command.command)) absl::StrAppend(&text, OptionLine(spec));
  }
  absl::StrAppend(&text, "\nExamples:\n", command.examples);
  return text;
}

}  // namespace

std::string HelpText(std::optional<Command> command) {
  return command.has_value() ? CommandHelp(SpecOf(*command)) : ProgramHelp();
}

std::string VersionText() {
  return absl::StrCat("foxvm ", vm::kVersion, " (module file format ", bytecode::kMbcVersion, ")\n");
}

}  // namespace foxvm::cli
