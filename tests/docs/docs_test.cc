// What README.md and docs/*.md show is what happens: every block of code is run, or compared with a file that
// the build compiles and tests. The kind of a block, the word behind its fence, says how:
//   morph    `foxvm check` accepts it; an `output` block behind it is exactly what the program prints. With
//            `# file: NAME` as its first line it is kept as that file for the blocks below it.
//   console  lines `$ COMMAND`, each with what it prints (both streams) below; `...` stands for any text. A
//            shell runs them, in one folder for each document; every command must exit with 0.
//   repl     inputs behind the prompts of `foxvm repl`, and what it answers; repl-b: of that with --dialect=b.
//   sh       commands that need the whole source tree, which .ci/run runs: here tool, options and targets must
//            exist (tool_check.h), and programs given to tools/foxvm are run.
//   c, cpp   but for its indentation, part of a file that the build compiles and tests.
//   text     no code: tables, layouts, listings.
// A block of another kind, or without one, fails the test, and so does code marked by indentation.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "interp/bytecode/builtin_names.h"
#include "tests/cli/program_runner.h"
#include "tests/docs/elision.h"
#include "tests/docs/markdown_blocks.h"
#include "tests/docs/tool_check.h"

namespace foxvm::docs {
namespace {

using cli::Outcome;
using cli::ProgramPath;
using cli::SourcePath;
using ::testing::HasSubstr;

// Files that the build compiles and tests, which blocks of C and C++ may come from.
constexpr const char* kHostFiles[] = {
    "examples/host.c",
    "examples/host.cc",
    "tests/docs/snippets_c.c",
    "tests/docs/snippets_test.cc",
    "tests/docs/memory_snippets.c",
    "tests/docs/memory_snippets_test.cc",
};

std::string ReadSource(const std::string& path) {
  std::ifstream file(SourcePath(path), std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::vector<std::string> Documents() {
  std::vector<std::string> documents = {"README.md"};
  for (const auto& entry : std::filesystem::directory_iterator(SourcePath("docs"))) {
    if (entry.path().extension() == ".md") documents.push_back("docs/" + entry.path().filename().string());
  }
  std::sort(documents.begin(), documents.end());
  return documents;
}

// Whether the lines of `block` stand in `source`, all of them indented by the same number of spaces.
bool StandsIn(const std::string& block, const std::string& source) {
  const std::vector<std::string> wanted = absl::StrSplit(absl::StripSuffix(block, "\n"), '\n');
  const std::vector<std::string> lines = absl::StrSplit(source, '\n');
  for (size_t start = 0; start + wanted.size() <= lines.size(); ++start) {
    if (!absl::EndsWith(lines[start], wanted[0])) continue;
    const std::string indent = lines[start].substr(0, lines[start].size() - wanted[0].size());
    if (indent.find_first_not_of(' ') != std::string::npos) continue;
    size_t equal = 0;
    while (equal < wanted.size() &&
           lines[start + equal] == (wanted[equal].empty() ? "" : indent + wanted[equal])) {
      ++equal;
    }
    if (equal == wanted.size()) return true;
  }
  return false;
}

class DocsTest : public cli::ProgramTest, public ::testing::WithParamInterface<std::string> {
 protected:
  DocsTest() : code_(ExtractCode(ReadSource(GetParam()))) {
    std::filesystem::create_directory(PathOf(".bin"));
    std::filesystem::create_symlink(ProgramPath(), PathOf(".bin/foxvm"));
    std::filesystem::create_symlink(SourcePath("examples"), PathOf("examples"));
  }

  // Runs a script by bash with foxvm on its path, both streams into one.
  Outcome RunScript(const std::string& script) {
    WriteFile(".script", "exec 2>&1\nPATH=\"$PWD/.bin:$PATH\"\n" + script);
    return RunShell("bash .script");
  }

  // Treats the block number `i` and returns how many blocks that were.
  size_t Treat(size_t i);
  void RunMorph(const Block& block, const Block* output);
  void RunConsole(const Block& block);
  void RunRepl(const Block& block, absl::string_view command);
  void CheckShell(const Block& block);
  void FindInHosts(const Block& block);
  void CheckText(const Block& block);

  const Code code_;
};

size_t DocsTest::Treat(size_t i) {
  const Block& block = code_.blocks[i];
  SCOPED_TRACE(absl::StrCat(GetParam(), ":", block.line, ": block of the kind '", block.kind, "'"));
  if (block.kind == "morph") {
    const bool has_output = i + 1 < code_.blocks.size() && code_.blocks[i + 1].kind == "output";
    RunMorph(block, has_output ? &code_.blocks[i + 1] : nullptr);
    return has_output ? 2 : 1;
  }
  if (block.kind == "console") {
    RunConsole(block);
  } else if (block.kind == "repl") {
    RunRepl(block, "foxvm repl <.inputs");
  } else if (block.kind == "repl-b") {
    RunRepl(block, "foxvm repl --dialect=b <.inputs");
  } else if (block.kind == "sh") {
    CheckShell(block);
  } else if (block.kind == "c" || block.kind == "cpp") {
    FindInHosts(block);
  } else if (block.kind == "text") {
    CheckText(block);
  } else {
    ADD_FAILURE() << "no test knows this kind";
    return 0;
  }
  return 1;
}

void DocsTest::RunMorph(const Block& block, const Block* output) {
  constexpr absl::string_view kFileMark = "# file: ";
  std::string name = "block.fox";
  if (absl::StartsWith(block.text, kFileMark)) {
    name = block.text.substr(kFileMark.size(), block.text.find('\n') - kFileMark.size());
  }
  WriteFile(name, block.text);
  const Outcome check = Run({"check", "--diagnostics=json", name});
  EXPECT_EQ(check.status, 0) << check.err;
  EXPECT_THAT(check.err, Not(HasSubstr("\"error\"")));
  if (output == nullptr) return;
  const Outcome run = Run({"run", name});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out, output->text);
  EXPECT_EQ(run.err, "");
}

void DocsTest::RunConsole(const Block& block) {
  constexpr absl::string_view kPrompt = "$ ";
  // What a command prints ends with a line of this character and its exit status.
  constexpr char kEnd = '\036';
  std::string script;
  std::vector<std::string> expected;
  for (absl::string_view line : absl::StrSplit(absl::StripSuffix(block.text, "\n"), '\n')) {
    if (absl::StartsWith(line, kPrompt)) {
      absl::StrAppend(&script, line.substr(kPrompt.size()), "\nprintf '\\036%d\\n' $?\n");
      expected.emplace_back();
    } else if (expected.empty()) {
      ADD_FAILURE() << "begins with output: " << line;
      return;
    } else {
      absl::StrAppend(&expected.back(), line, "\n");
    }
  }
  const Outcome outcome = RunScript(script);
  std::string rest = outcome.out;
  for (const std::string& output : expected) {
    const size_t end = rest.find(kEnd);
    ASSERT_NE(end, std::string::npos) << "a command ended the shell: " << outcome.out << outcome.err;
    EXPECT_TRUE(MatchesElided(output, rest.substr(0, end))) << "shown:\n"
                                                            << output << "printed:\n"
                                                            << rest.substr(0, end);
    rest = rest.substr(end + 1);
    EXPECT_TRUE(absl::StartsWith(rest, "0\n")) << "failed with " << rest.substr(0, rest.find('\n'));
    rest = rest.substr(rest.find('\n') + 1);
  }
}

void DocsTest::RunRepl(const Block& block, absl::string_view command) {
  std::string inputs;
  std::string expected;
  for (absl::string_view line : absl::StrSplit(absl::StripSuffix(block.text, "\n"), '\n')) {
    if (absl::ConsumePrefix(&line, "foxvm> ") || absl::ConsumePrefix(&line, "   ...> ")) {
      absl::StrAppend(&inputs, line, "\n");
    } else {
      absl::StrAppend(&expected, line, "\n");
    }
  }
  EXPECT_NE(inputs, "");
  WriteFile(".inputs", inputs);
  const Outcome outcome = RunScript(std::string(command));
  EXPECT_EQ(outcome.status, 0);
  EXPECT_TRUE(MatchesElided(expected, outcome.out)) << "shown:\n" << expected << "printed:\n" << outcome.out;
}

void DocsTest::CheckShell(const Block& block) {
  for (absl::string_view line : absl::StrSplit(block.text, '\n', absl::SkipWhitespace())) {
    const std::string command(absl::StripAsciiWhitespace(line.substr(0, line.find(" #"))));
    if (command.empty() || command[0] == '#') continue;
    EXPECT_EQ(CheckToolCommand(command), "") << command;
    const std::vector<std::string> words = absl::StrSplit(command, absl::MaxSplits(' ', 1));
    if (words.size() == 2 && absl::EndsWith(words[0], "tools/foxvm")) {
      const Outcome outcome = RunScript("foxvm " + words[1]);
      EXPECT_EQ(outcome.status, 0) << command << "\n" << outcome.out;
    }
  }
}

void DocsTest::FindInHosts(const Block& block) {
  for (const char* file : kHostFiles) {
    if (StandsIn(block.text, ReadSource(file))) return;
  }
  ADD_FAILURE() << "stands in no file that the build compiles:\n" << block.text;
}

void DocsTest::CheckText(const Block& block) {
  for (absl::string_view line : absl::StrSplit(block.text, '\n')) {
    EXPECT_FALSE(absl::StartsWith(line, "$ ") || absl::StartsWith(line, "foxvm> "))
        << "looks like something to run: " << line;
  }
}

TEST_P(DocsTest, EveryBlockIsTreatedAndHolds) {
  size_t treated = 0;
  for (size_t i = 0; i < code_.blocks.size();) {
    const size_t now = Treat(i);
    treated += now;
    i += std::max<size_t>(now, 1);
  }
  EXPECT_EQ(treated, code_.blocks.size());
  RecordProperty("blocks", static_cast<int>(treated));
}

TEST_P(DocsTest, CommandsAndOptionsInTheTextExist) {
  const std::string manual = absl::StrReplaceAll(Run({"help", "--man"}).out, {{"\\-", "-"}});
  for (const Span& span : code_.spans) {
    EXPECT_EQ(CheckMention(span.text, manual), "") << GetParam() << ":" << span.line;
  }
}

TEST_P(DocsTest, LinksLeadSomewhere) {
  const std::string text = ReadSource(GetParam());
  const std::string folder = std::filesystem::path(GetParam()).parent_path().string();
  std::vector<std::string> anchors;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!absl::ConsumePrefix(&line, "#")) continue;
    std::string anchor;
    for (char c : absl::StripAsciiWhitespace(absl::string_view(line).substr(line.find(' ') + 1))) {
      if (absl::ascii_isalnum(c)) anchor.push_back(absl::ascii_tolower(c));
      if (c == ' ' || c == '-') anchor.push_back('-');
    }
    anchors.push_back("#" + anchor);
  }
  for (size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at + 1)) {
    const std::string target = text.substr(at + 2, text.find(')', at) - at - 2);
    if (absl::StrContains(target, "://") || absl::StrContains(target, " ")) continue;
    if (target[0] == '#') {
      EXPECT_THAT(anchors, ::testing::Contains(target)) << GetParam();
    } else {
      EXPECT_TRUE(std::filesystem::exists(SourcePath(folder.empty() ? target : folder + "/" + target)))
          << GetParam() << " links to " << target;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, DocsTest, ::testing::ValuesIn(Documents()),
                         [](const ::testing::TestParamInfo<std::string>& info) {
                           return std::filesystem::path(info.param).stem().string();
                         });

TEST(DocumentsTest, TheDocumentsOfTheProductAreThere) {
  for (const char* document : {"README.md", "docs/language.md", "docs/cli.md", "docs/embedding.md"}) {
    EXPECT_THAT(Documents(), ::testing::Contains(document));
    EXPECT_GE(ExtractCode(ReadSource(document)).blocks.size(), 5u) << document;
  }
}

TEST(DocumentsTest, LanguageGuideNamesEveryBuiltIn) {
  const std::string guide = ReadSource("docs/language.md");
  for (absl::string_view name : bytecode::kBuiltinNames) {
    EXPECT_TRUE(absl::StrContains(guide, absl::StrCat("`", name, "(")) ||
                absl::StrContains(guide, absl::StrCat("`", name, "`")))
        << name;
  }
}

using CommandLineGuideTest = cli::ProgramTest;

TEST_F(CommandLineGuideTest, NamesEveryCommandAndOption) {
  const std::string guide = ReadSource("docs/cli.md");
  const std::string completion = Run({"help", "--completion"}).out;
  size_t options = 0;
  for (absl::string_view word : absl::StrSplit(completion, absl::ByAnyChar(" \n'=)"), absl::SkipEmpty())) {
    if (!absl::StartsWith(word, "--") || word.size() < 3) continue;
    EXPECT_TRUE(absl::StrContains(guide, absl::StrCat("`", word))) << word;
    ++options;
  }
  EXPECT_GE(options, 10u);
  for (const char* command : {"run", "build", "check", "dis", "repl", "help"}) {
    EXPECT_THAT(guide, HasSubstr(absl::StrCat("## foxvm ", command)));
  }
}

}  // namespace
}  // namespace foxvm::docs
