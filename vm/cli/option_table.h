// The commands and options of the program: the tables behind parsing, --help, the manual page,
// completion and suggestions.
// Threads: constant data.  Not here: parsing (command_line.h), the help text's form (help.h).
#ifndef FOXVM_VM_CLI_OPTION_TABLE_H_
#define FOXVM_VM_CLI_OPTION_TABLE_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace foxvm::cli {

enum class Command : uint8_t { kRun, kBuild, kCheck, kDis, kRepl, kHelp };

struct CommandSpec {
  Command command;
  absl::string_view name;
  absl::string_view operands;     // what follows the options on the usage line
  absl::string_view summary;      // one line
  absl::string_view description;  // lines of `foxvm COMMAND --help`
  absl::string_view examples;     // lines, indented
};

enum class OptionId : uint8_t {
  kCode,
  kOutput,
  kJson,
  kPath,
  kCompat,
  kDialect,
  kDump,
  kHeapMax,
  kYoung,
  kStackMax,
  kGcStress,
  kGcVerify,
  kGc,
  kGcPreset,
  kStats,
  kHeapStats,
  kHeapDump,
  kHeapSites,
  kColor,
  kDiagnostics,
  kMan,
  kCompletion,
  kHelp,
  kVersion,
};

enum class ValueKind : uint8_t {
  kNone,
  kText,
  kSize,   // bytes, with K, M or G behind it
  kCount,  // at least 1
};

struct OptionSpec {
  OptionId id;
  char letter;             // of the form -x; 0: none
  absl::string_view name;  // of the form --name; empty: none
  ValueKind value;
  absl::string_view value_name;
  absl::string_view choices;  // the values there are, separated by '|'; empty: any
  absl::string_view help;
  uint8_t commands;  // one bit per Command

  bool AppliesTo(Command command) const { return (commands >> static_cast<int>(command) & 1) != 0; }
};

absl::Span<const CommandSpec> Commands();
absl::Span<const OptionSpec> Options();

const CommandSpec& SpecOf(Command command);
// The command or option of that name; null when there is none.
const CommandSpec* FindCommand(absl::string_view name);
const OptionSpec* FindOption(absl::string_view name);
const OptionSpec* FindOption(char letter);

}  // namespace foxvm::cli

#endif  // FOXVM_VM_CLI_OPTION_TABLE_H_
