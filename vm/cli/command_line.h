// The words of a command line as one checked Invocation.
// How: options may stand anywhere before the program's FILE (for commands other than run: anywhere); which
//      command they belong to is checked at the end, so that they may also stand before it.
// Threads: pure functions.  Not here: the tables (option_table.h).
#ifndef FOXVM_VM_CLI_COMMAND_LINE_H_
#define FOXVM_VM_CLI_COMMAND_LINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "vm/cli/option_table.h"
#include "vm/vm_options.h"

namespace foxvm::cli {

enum class Action : uint8_t {
  kCommand,
  kHelp,
  kVersion,
};

enum class ColorUse : uint8_t { kAuto, kAlways, kNever };
enum class DiagnosticsForm : uint8_t { kText, kJson };
enum class DumpForm : uint8_t { kNone, kTokens, kTrees };
enum class HelpForm : uint8_t { kText, kMan, kCompletion };

struct Invocation {
  Action action = Action::kCommand;
  std::optional<Command> command;   // always there for kCommand
  std::string file;                 // "-": standard input; empty when there is `code`; of help: a command
  std::optional<std::string> code;  // of -e
  std::string output;               // of -o; empty: derived from `file`
  std::vector<std::string> path;    // folders of --path
  vm::VmOptions vm;                 // with what the command line grants
  bool json = false;
  bool stats = false;
  bool heap_stats = false;
  std::string heap_dump;  // of --heap-dump; empty: none
  ColorUse color = ColorUse::kAuto;
  DiagnosticsForm diagnostics = DiagnosticsForm::kText;
  DumpForm dump = DumpForm::kNone;
  HelpForm help = HelpForm::kText;
};

// `words` without the program's own name. Errors: InvalidArgument, the message is for the user.
absl::StatusOr<Invocation> ParseCommandLine(absl::Span<const char* const> words);

}  // namespace foxvm::cli

#endif  // FOXVM_VM_CLI_COMMAND_LINE_H_
