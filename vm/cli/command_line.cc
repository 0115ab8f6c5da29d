#include "vm/cli/command_line.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "frontend/near_name.h"
#include "gc/heap_environment.h"
#include "gc/heap_presets.h"

namespace foxvm::cli {
namespace {

using frontend::NearestName;

absl::Status UsageError(absl::string_view message, absl::string_view near, absl::string_view prefix = "") {
  if (near.empty()) return absl::InvalidArgumentError(message);
  return absl::InvalidArgumentError(absl::StrCat(message, "; did you mean '", prefix, near, "'?"));
}

std::string SpellingOf(const OptionSpec& spec) {
  return spec.name.empty() ? absl::StrCat("-", std::string(1, spec.letter)) : absl::StrCat("--", spec.name);
}

absl::Status UnknownOption(absl::string_view word, absl::string_view name) {
  std::vector<absl::string_view> names;
  for (const OptionSpec& spec : Options()) {
    if (!spec.name.empty()) names.push_back(spec.name);
  }
  return UsageError(absl::StrCat("unknown option '", word, "'"), NearestName(name, names), "--");
}

absl::Status UnknownCommand(absl::string_view word, absl::string_view extra = "") {
  std::vector<absl::string_view> names;
  for (const CommandSpec& spec : Commands()) names.push_back(spec.name);
  return UsageError(absl::StrCat("unknown command '", word, "'", extra), NearestName(word, names));
}

// Whether a first word that is no command is a program: it looks like a file's name, or is one.
bool NamesProgram(const std::string& word) {
  return word == "-" || word.find_first_of("./") != std::string::npos || access(word.c_str(), F_OK) == 0;
}

// Options that change what a preset has chosen.
bool IsHeapOption(OptionId id) {
  switch (id) {
    case OptionId::kHeapMax:
    case OptionId::kYoung:
    case OptionId::kGc:
    case OptionId::kGcStress:
    case OptionId::kGcVerify:
    case OptionId::kHeapSites: return true;
    default: return false;
  }
}

class CommandLineParser {
 public:
  explicit CommandLineParser(absl::Span<const char* const> words) : words_(words) {}

  absl::StatusOr<Invocation> Parse();

 private:
  absl::Status ParseLongOption(absl::string_view word);
  absl::Status ParseShortOption(absl::string_view word);
  absl::Status ParseOperand(const std::string& word);
  // `value` is what stands behind it in the same word.
  absl::Status TakeOption(const OptionSpec& spec, std::optional<absl::string_view> value);
  absl::Status Apply(const OptionSpec& spec, absl::string_view value);
  absl::Status ApplySize(const OptionSpec& spec, absl::string_view value);
  absl::Status ApplyPreset(absl::string_view value);
  absl::Status Finish();

  // The rest of the line is the program's own.
  bool ProgramHasTheRest() const { return result_.command == Command::kRun && !result_.file.empty(); }

  const absl::Span<const char* const> words_;
  size_t next_ = 0;
  bool options_ended_ = false;
  std::vector<std::pair<const OptionSpec*, std::string>> seen_;  // with their values
  Invocation result_;
};

absl::StatusOr<Invocation> CommandLineParser::Parse() {
  result_.vm.capabilities = builtins::Capabilities::All();
  while (next_ < words_.size() && !ProgramHasTheRest()) {
    const absl::string_view word = words_[next_++];
    absl::Status status;
    if (options_ended_ || word.size() < 2 || word[0] != '-') {
      status = ParseOperand(std::string(word));
    } else if (word == "--") {
      options_ended_ = true;
    } else if (word[1] == '-') {
      status = ParseLongOption(word);
    } else {
      status = ParseShortOption(word);
    }
    if (!status.ok()) return status;
  }
  if (result_.action == Action::kCommand) {
    if (absl::Status status = Finish(); !status.ok()) return status;
  }
  return std::move(result_);
}

absl::Status CommandLineParser::ParseLongOption(absl::string_view word) {
  const absl::string_view name = word.substr(2, word.find('=') - 2);
  const OptionSpec* spec = FindOption(name);
  if (spec == nullptr) return UnknownOption(word, name);
  if (name.size() + 2 == word.size()) return TakeOption(*spec, std::nullopt);
  if (spec->value == ValueKind::kNone) {
    return absl::InvalidArgumentError(absl::StrCat("option '--", name, "' takes no value"));
  }
  return TakeOption(*spec, word.substr(name.size() + 3));
}

absl::Status CommandLineParser::ParseShortOption(absl::string_view word) {
  const OptionSpec* spec = FindOption(word[1]);
  if (spec == nullptr || (word.size() > 2 && spec->value == ValueKind::kNone)) {
    return UnknownOption(word, word.substr(1));
  }
  if (word.size() == 2) return TakeOption(*spec, std::nullopt);
  return TakeOption(*spec, word.substr(2));
}

absl::Status CommandLineParser::TakeOption(const OptionSpec& spec, std::optional<absl::string_view> value) {
  if (spec.value != ValueKind::kNone && !value.has_value()) {
    if (next_ == words_.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("option '", SpellingOf(spec), "' needs a value (", spec.value_name, ")"));
    }
    value = words_[next_++];
  }
  if (!spec.choices.empty()) {
    const std::vector<absl::string_view> choices = absl::StrSplit(spec.choices, '|');
    if (std::find(choices.begin(), choices.end(), *value) == choices.end()) {
      return UsageError(
          absl::StrCat("--", spec.name, ": '", *value, "' is none of ", absl::StrJoin(choices, ", ")),
          NearestName(*value, choices));
    }
  }
  seen_.emplace_back(&spec, value.value_or(""));
  return Apply(spec, value.value_or(""));
}

absl::Status CommandLineParser::Apply(const OptionSpec& spec, absl::string_view value) {
  switch (spec.id) {
    case OptionId::kCode:
      if (result_.code.has_value()) return absl::InvalidArgumentError("option '-e' stands twice");
      result_.code = std::string(value);
      break;
    case OptionId::kOutput:
      if (value.empty()) return absl::InvalidArgumentError("option '--output' needs a file name");
      result_.output = std::string(value);
      break;
    case OptionId::kPath:
      for (absl::string_view folder : absl::StrSplit(value, ':', absl::SkipEmpty())) {
        result_.path.emplace_back(folder);
      }
      break;
    case OptionId::kJson: result_.json = true; break;
    case OptionId::kCompat: result_.vm.compat = true; break;
    case OptionId::kDialect:
      result_.vm.dialect = value == "b" ? frontend::Dialect::kTyped : frontend::Dialect::kDynamic;
      break;
    case OptionId::kColor:
      result_.color = value == "always"  ? ColorUse::kAlways
                      : value == "never" ? ColorUse::kNever
                                         : ColorUse::kAuto;
      break;
    case OptionId::kDiagnostics:
      result_.diagnostics = value == "json" ? DiagnosticsForm::kJson : DiagnosticsForm::kText;
      break;
    case OptionId::kDump: result_.dump = value == "ast" ? DumpForm::kTrees : DumpForm::kTokens; break;
    case OptionId::kMan: result_.help = HelpForm::kMan; break;
    case OptionId::kCompletion: result_.help = HelpForm::kCompletion; break;
    case OptionId::kGc:
      result_.vm.heap.major_mode = value == "slices"   ? gc::MajorMode::kIncremental
                                   : value == "thread" ? gc::MajorMode::kConcurrent
                                                       : gc::MajorMode::kStopTheWorld;
      break;
    case OptionId::kGcPreset: return ApplyPreset(value);
    case OptionId::kGcVerify: result_.vm.heap.verify = true; break;
    case OptionId::kStats: result_.stats = true; break;
    case OptionId::kHeapStats: result_.heap_stats = true; break;
    case OptionId::kHeapSites: result_.vm.heap.record_sites = true; break;
    case OptionId::kHeapDump:
      if (value.empty()) return absl::InvalidArgumentError("option '--heap-dump' needs a file name");
      result_.heap_dump = std::string(value);
      break;
    case OptionId::kGcStress:
      if (!absl::SimpleAtoi(value, &result_.vm.heap.stress_interval) ||
          result_.vm.heap.stress_interval == 0) {
        return absl::InvalidArgumentError(absl::StrCat("--gc-stress: '", value, "' is no number from 1 up"));
      }
      break;
    case OptionId::kHeapMax:
    case OptionId::kYoung:
    case OptionId::kStackMax: return ApplySize(spec, value);
    case OptionId::kHelp: result_.action = Action::kHelp; break;
    case OptionId::kVersion: result_.action = Action::kVersion; break;
  }
  return absl::OkStatus();
}

absl::Status CommandLineParser::ApplyPreset(absl::string_view value) {
  result_.vm.heap = *gc::OptionsOfPreset(value);  // the table has checked that there is such a one
  // What options in front of it said holds all the same.
  for (const auto& [spec, earlier_value] : seen_) {
    if (!IsHeapOption(spec->id)) continue;
    if (absl::Status status = Apply(*spec, earlier_value); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status CommandLineParser::ApplySize(const OptionSpec& spec, absl::string_view value) {
  const std::optional<size_t> size = gc::ParseByteSize(value);
  if (!size.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--", spec.name, ": '", value, "' is no size; write for example 512K, 64M or 2G"));
  }
  vm::VmOptions& options = result_.vm;
  size_t& field = spec.id == OptionId::kHeapMax ? options.heap.max_bytes
                  : spec.id == OptionId::kYoung ? options.heap.young_bytes
                                                : options.stack_max_bytes;
  field = *size;
  if (spec.id == OptionId::kYoung) options.heap.min_young_bytes = options.heap.max_young_bytes = *size;
  // Checked one by one, so that the message can name the option in place of the field.
  if (absl::Status status = options.Validate(); !status.ok()) {
    const std::pair<absl::string_view, absl::string_view> words =
        absl::StrSplit(status.message(), absl::MaxSplits(' ', 1));
    return absl::InvalidArgumentError(absl::StrCat("--", spec.name, "=", value, ": ", words.second));
  }
  return absl::OkStatus();
}

absl::Status CommandLineParser::ParseOperand(const std::string& word) {
  if (!result_.command.has_value() && !result_.code.has_value()) {
    const CommandSpec* spec = options_ended_ ? nullptr : FindCommand(word);
    if (spec != nullptr) {
      result_.command = spec->command;
      return absl::OkStatus();
    }
    if (!options_ended_ && !NamesProgram(word)) return UnknownCommand(word, ", and no such file");
  }
  if (!result_.command.has_value()) result_.command = Command::kRun;
  if (result_.code.has_value()) {
    if (result_.command != Command::kRun) {
      return absl::InvalidArgumentError(absl::StrCat("both -e and the file '", word, "' are given"));
    }
    next_ = words_.size();
    return absl::OkStatus();
  }
  if (!result_.file.empty())
    return absl::InvalidArgumentError(absl::StrCat("unexpected argument '", word, "'"));
  if (word.empty()) return absl::InvalidArgumentError("the file name is empty");
  result_.file = word;
  return absl::OkStatus();
}

absl::Status CommandLineParser::Finish() {
  if (!result_.command.has_value()) {
    if (!result_.code.has_value()) return absl::InvalidArgumentError("no command and no program given");
    result_.command = Command::kRun;
  }
  const CommandSpec& command = SpecOf(*result_.command);
  for (const auto& [spec, value] : seen_) {
    if (!spec->AppliesTo(command.command)) {
      return absl::InvalidArgumentError(
          absl::StrCat("option '", SpellingOf(*spec), "' does not belong to '", command.name, "'"));
    }
  }
  if (command.command == Command::kHelp && !result_.file.empty() && FindCommand(result_.file) == nullptr) {
    return UnknownCommand(result_.file);
  }
  if (command.command == Command::kRepl || command.command == Command::kHelp) return absl::OkStatus();
  if (result_.file.empty() && !result_.code.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat("'", command.name, "' needs a FILE"));
  }
  if (command.command == Command::kBuild && result_.output.empty() &&
      (result_.file.empty() || result_.file == "-")) {
    return absl::InvalidArgumentError("'build' needs -o OUTPUT for a program without a file");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Invocation> ParseCommandLine(absl::Span<const char* const> words) {
  return CommandLineParser(words).Parse();
}

}  // namespace foxvm::cli
