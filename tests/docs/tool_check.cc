#include "tests/docs/tool_check.h"

#include <fstream>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/cli/program_runner.h"

namespace foxvm::docs {
namespace {

// "" when there is no such file.
std::string Text(const std::string& path) {
  std::ifstream file(cli::SourcePath(path), std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// `--name` of `--name=value`.
absl::string_view NameOf(absl::string_view option) { return option.substr(0, option.find('=')); }

bool IsOption(absl::string_view word) { return word.size() > 2 && absl::StartsWith(word, "--"); }

// A word that stands for something, as FILE and [OPTION...] do, or the beginning of a file's name.
bool IsPlaceholder(absl::string_view word) {
  return !word.empty() && (absl::ascii_isupper(word[0]) || word[0] == '[' || word == "...");
}

std::string CheckConfiguration(absl::string_view option) {
  if (!absl::ConsumePrefix(&option, "--config=")) return absl::StrCat("unknown option ", option);
  if (IsPlaceholder(option)) return "";
  const std::string settings = Text(".bazelrc");
  for (absl::string_view prefix : {"\nbuild:", "\ntest:"}) {
    if (absl::StrContains(settings, absl::StrCat(prefix, option, " "))) return "";
  }
  return absl::StrCat("unknown configuration ", option);
}

// Targets below examples/ are looked up; of others only the form is known.
std::string CheckTarget(absl::string_view target) {
  if (!absl::ConsumePrefix(&target, "//")) return absl::StrCat("no target: ", target);
  if (!absl::ConsumePrefix(&target, "examples:")) return "";
  if (absl::StrContains(Text("examples/BUILD.bazel"), absl::StrCat("name = \"", target, "\""))) return "";
  return absl::StrCat("no target //examples:", target);
}

std::string CheckBuildArguments(const std::vector<absl::string_view>& words, size_t first) {
  for (size_t i = first; i < words.size(); ++i) {
    if (IsPlaceholder(words[i])) continue;
    const std::string fault = IsOption(words[i]) ? CheckConfiguration(words[i]) : CheckTarget(words[i]);
    if (!fault.empty()) return fault;
  }
  return "";
}

// Whether a shell script has a case of its own for `word`, alone or with others: `a | word)`.
bool HasCase(absl::string_view script, absl::string_view word) {
  for (absl::string_view line : absl::StrSplit(script, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (!absl::ConsumeSuffix(&line, ")")) continue;
    for (absl::string_view name : absl::StrSplit(line, '|')) {
      if (absl::StripAsciiWhitespace(name) == word) return true;
    }
  }
  return false;
}

// Words of a tool whose text names what it takes: families as cases, options by their names.
std::string CheckScriptArguments(const std::string& tool, const std::vector<absl::string_view>& words) {
  const std::string script = Text(tool);
  for (size_t i = 1; i < words.size(); ++i) {
    if (IsPlaceholder(words[i])) continue;
    if (IsOption(words[i]) && !absl::StrContains(script, NameOf(words[i]))) {
      return absl::StrCat(tool, " knows no option ", words[i]);
    }
    if (i == 1 && !IsOption(words[i]) && !HasCase(script, words[i])) {
      return absl::StrCat(tool, " knows no ", words[i]);
    }
  }
  return "";
}

// Whether foxvm's manual page lists the option.
bool HasOption(absl::string_view manual, absl::string_view option) {
  const absl::string_view name = NameOf(option);
  return absl::StrContains(manual, absl::StrCat(name, "\n")) ||
         absl::StrContains(manual, absl::StrCat(name, "="));
}

std::string CheckFoxvm(const std::vector<absl::string_view>& words, absl::string_view manual) {
  for (size_t i = 1; i < words.size(); ++i) {
    const absl::string_view word = words[i];
    if (IsOption(word) && !HasOption(manual, word)) return absl::StrCat("foxvm has no option ", word);
    // The first word is a command, unless it is a file or an option.
    if (i == 1 && absl::ascii_islower(word[0]) && !absl::StrContains(word, ".") &&
        !absl::StrContains(manual, absl::StrCat("\n.SS foxvm ", word, " "))) {
      return absl::StrCat("foxvm has no command ", word);
    }
    if (word == "|") break;
  }
  return "";
}

}  // namespace

std::string CheckToolCommand(absl::string_view command) {
  const std::vector<absl::string_view> words = absl::StrSplit(command, ' ', absl::SkipEmpty());
  if (words.empty()) return "no command";
  const std::string tool(absl::StripPrefix(words[0], "./"));
  if (tool == "bazel") {
    if (words.size() < 3 || (words[1] != "build" && words[1] != "test")) return "unknown use of bazel";
    return CheckBuildArguments(words, 2);
  }
  if (Text(tool).empty()) return absl::StrCat("there is no ", tool);
  if (tool == "tools/foxvm") return "";  // its arguments are foxvm's
  if (tool == "tools/test") return CheckBuildArguments(words, 1);
  if (tool == "tools/bench" || tool == "tools/setup") return CheckScriptArguments(tool, words);
  return absl::StrCat("nobody knows what ", tool, " takes");
}

std::string CheckMention(absl::string_view text, absl::string_view manual) {
  const std::vector<absl::string_view> words = absl::StrSplit(text, ' ', absl::SkipEmpty());
  if (words.empty()) return "empty code";
  if (IsOption(words[0])) {
    const std::string name(NameOf(words[0]));
    if (HasOption(manual, name) || name == "--config") return "";
    for (const char* tool : {"tools/bench", "tools/setup"}) {
      if (absl::StrContains(Text(tool), name)) return "";
    }
    return absl::StrCat("nothing has an option ", name);
  }
  if (words[0] == "foxvm") return CheckFoxvm(words, manual);
  const absl::string_view first = absl::StripPrefix(words[0], "./");
  const bool is_tool = absl::StartsWith(first, "tools/") && !absl::EndsWith(first, "/");
  if (is_tool || (first == "bazel" && words.size() > 2)) return CheckToolCommand(text);
  return "";
}

}  // namespace foxvm::docs
