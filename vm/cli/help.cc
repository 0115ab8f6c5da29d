#include "vm/cli/help.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "interp/bytecode/mbc.h"
#include "vm/cli/commands.h"
#include "vm/cli/exit_status.h"
#include "vm/vm.h"

namespace foxvm::cli {
namespace {

constexpr absl::string_view kExitStatuses =
    "  0    done\n"
    "  1    the program failed at run time, or its output could not be written\n"
    "  2    wrong usage\n"
    "  3    the program cannot be read, does not compile or is not valid\n"
    "  130  interrupted (Ctrl-C)\n"
    "  141  the reader of the output went away\n"
    "With --compat what does not compile exits 1, too, and these reports go to standard output.\n";

// `-o, --output=OUTPUT`; without a letter indented to stand below others.
std::string OptionForm(const OptionSpec& spec) {
  std::string form = spec.letter != 0 ? absl::StrCat("-", std::string(1, spec.letter)) : "  ";
  if (!spec.name.empty()) {
    absl::StrAppend(&form, spec.letter != 0 ? ", --" : "  --", spec.name);
    if (!spec.value_name.empty()) absl::StrAppend(&form, "=", spec.value_name);
  } else if (!spec.value_name.empty()) {
    absl::StrAppend(&form, " ", spec.value_name);
  }
  return form;
}

std::string OptionLine(const OptionSpec& spec) {
  return absl::StrFormat("  %-22s %s\n", OptionForm(spec), spec.help);
}

// `text` as troff takes it literally, every line behind a break.
std::string TroffLines(absl::string_view text) {
  std::string out;
  for (absl::string_view line : absl::StrSplit(absl::StripSuffix(text, "\n"), '\n')) {
    // A line must not begin with what could be a request.
    absl::StrAppend(&out, absl::StartsWith(line, ".") || absl::StartsWith(line, "'") ? "\\&" : "",
                    absl::StrReplaceAll(line, {{"\\", "\\e"}, {"-", "\\-"}}), "\n");
  }
  return out;
}

std::string ManualOption(const OptionSpec& spec) {
  std::string commands;
  for (const CommandSpec& command : Commands()) {
    if (spec.AppliesTo(command.command))
      absl::StrAppend(&commands, commands.empty() ? "" : ", ", command.name);
  }
  return absl::StrCat(".TP\n.B ", TroffLines(absl::StripLeadingAsciiWhitespace(OptionForm(spec))),
                      TroffLines(spec.help), "(", commands, ")\n");
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
      "  FOXVM_PATH  folders searched for imported files after those of --path, separated by ':'\n\n"
      "Exit status:\n",
      kExitStatuses);
  return text;
}

std::string CommandHelp(const CommandSpec& command) {
  std::string text = absl::StrCat("foxvm ", command.name, ": ", command.summary, "\n\nUsage: foxvm ",
                                  command.name, " [OPTION...] ", command.operands, "\n\n",
                                  command.description, command.description.empty() ? "" : "\n", "Options:\n");
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

std::string ManualPage() {
  std::string text = absl::StrCat(".TH FOXVM 1 \"\" \"foxvm ", vm::kVersion,
                                  "\"\n.SH NAME\nfoxvm \\- run programs written in Morph\n"
                                  ".SH SYNOPSIS\n.B foxvm\nCOMMAND [OPTION...] FILE\n.br\n.B foxvm\n"
                                  "[OPTION...] FILE [ARGUMENT...]\n.br\n.B foxvm \\-e\nCODE\n.SH COMMANDS\n");
  for (const CommandSpec& command : Commands()) {
    absl::StrAppend(&text, ".SS foxvm ", command.name, " ", TroffLines(command.operands),
                    TroffLines(command.summary), ".PP\n", TroffLines(command.description), ".PP\n.nf\n",
                    TroffLines(command.examples), ".fi\n");
  }
  absl::StrAppend(&text, ".SH OPTIONS\n");
  for (const OptionSpec& spec : Options()) absl::StrAppend(&text, ManualOption(spec));
  absl::StrAppend(&text,
                  ".PP\nA SIZE is a number of bytes; K, M or G may follow.\n.SH ENVIRONMENT\n.TP\n.B "
                  "FOXVM_PATH\nfolders searched for imported files after those of \\-\\-path, separated "
                  "by a colon\n.TP\n.B NO_COLOR\nwhen not empty, messages have no colours unless asked "
                  "for\n.SH \"EXIT STATUS\"\n.nf\n",
                  TroffLines(kExitStatuses), ".fi\n");
  return text;
}

std::string BashCompletion() {
  std::string commands;
  for (const CommandSpec& command : Commands())
    absl::StrAppend(&commands, commands.empty() ? "" : " ", command.name);
  std::string values;
  for (const OptionSpec& spec : Options()) {
    if (spec.choices.empty()) continue;
    absl::StrAppend(&values, "    --", spec.name, ") COMPREPLY=($(compgen -W '",
                    absl::StrReplaceAll(spec.choices, {{"|", " "}}), "' -- \"$word\")); return ;;\n");
  }
  std::string options;
  for (const CommandSpec& command : Commands()) {
    std::string list;
    for (const OptionSpec& spec : Options()) {
      if (!spec.AppliesTo(command.command)) continue;
      if (spec.letter != 0) absl::StrAppend(&list, " -", std::string(1, spec.letter));
      if (!spec.name.empty()) absl::StrAppend(&list, " --", spec.name, spec.value_name.empty() ? "" : "=");
    }
    absl::StrAppend(&options, "      ", command.name, ") options='", list.substr(1), "' ;;\n");
  }
  return absl::StrCat(
      "# Completion of foxvm's command line, for bash: source <(foxvm help --completion)\n_foxvm() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=run options entry\n"
      "  [[ $word == = ]] && word=\n"
      "  [[ $before == = ]] && before=${COMP_WORDS[COMP_CWORD-2]}\n"
      "  case $before in\n",
      values,
      "  esac\n"
      "  for entry in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \" ",
      commands,
      " \" in *\" $entry \"*) command=$entry; break ;; esac\n  done\n"
      "  if [[ $word == -* ]]; then\n    case $command in\n",
      options,
      "    esac\n"
      "    COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
      "    [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n"
      "    return\n  fi\n"
      "  COMPREPLY=($(compgen -f -- \"$word\"))\n"
      "  if ((COMP_CWORD == 1)) || [[ $command == help ]]; then\n"
      "    COMPREPLY+=($(compgen -W '",
      commands,
      "' -- \"$word\"))\n  fi\n}\n"
      "complete -o filenames -F _foxvm foxvm\n");
}

int HelpCommand(const Invocation& invocation, StandardIo& io) {
  const CommandSpec* command = FindCommand(invocation.file);
  switch (invocation.help) {
    case HelpForm::kText:
      io.Write(HelpText(command == nullptr ? std::nullopt : std::optional(command->command)));
      break;
    case HelpForm::kMan: io.Write(ManualPage()); break;
    case HelpForm::kCompletion: io.Write(BashCompletion()); break;
  }
  return io.Finish(kExitDone);
}

std::string VersionText() {
  return absl::StrCat("foxvm ", vm::kVersion, " (module file format ", bytecode::kMbcVersion, ")\n");
}

}  // namespace foxvm::cli
