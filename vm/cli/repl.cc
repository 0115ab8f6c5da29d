// foxvm repl: runs what is typed, input by input.
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "frontend/dialect.h"
#include "frontend/input_balance.h"
#include "frontend/near_name.h"
#include "frontend/source.h"
#include "frontend/token.h"
#include "interp/bytecode/builtin_names.h"
#include "interp/bytecode/disassembler.h"
#include "interp/bytecode/mbc.h"
#include "vm/cli/commands.h"
#include "vm/cli/exit_status.h"
#include "vm/cli/interrupt.h"
#include "vm/cli/line_editor.h"
#include "vm/cli/program_file.h"
#include "vm/cli/report.h"
#include "vm/cli/session.h"
#include "vm/failure_text.h"
#include "vm/read_file.h"

namespace foxvm::cli {
namespace {

constexpr absl::string_view kPrompt = "foxvm> ";
constexpr absl::string_view kContinued = "   ...> ";

constexpr absl::string_view kCommandNames[] = {":help", ":load", ":dis", ":time", ":mem", ":quit"};
constexpr absl::string_view kCommandHelp =
    "An input is run as soon as its blocks, brackets and strings are closed. The value of an expression is\n"
    "printed and kept in the variable _.\n"
    "  :help       show this\n"
    "  :load FILE  run a file; what it defines stays\n"
    "  :dis CODE   show the bytecode of CODE, without CODE that of the last input\n"
    "  :time CODE  run CODE and show how long it took\n"
    "  :mem        show what is in the heap\n"
    "  :quit       end, as Ctrl-D does; Ctrl-C gives up an input or stops what runs\n";

// Names that begin with `prefix`, sorted.
std::vector<std::string> NamesFor(absl::string_view prefix, const Session& session) {
  std::vector<std::string> names;
  const auto offer = [&](absl::string_view name) {
    if (absl::StartsWith(name, prefix)) names.emplace_back(name);
  };
  if (absl::StartsWith(prefix, ":")) {
    for (absl::string_view name : kCommandNames) offer(name);
  } else {
    for (frontend::TokenKind kind = frontend::TokenKind::kStruktur; kind <= frontend::TokenKind::kLanjut;
         kind = static_cast<frontend::TokenKind>(static_cast<int>(kind) + 1)) {
      offer(absl::AsciiStrToLower(frontend::TokenName(kind)));
    }
    for (absl::string_view name : bytecode::kBuiltinNames) offer(name);
    for (const std::string& name : session.names()) offer(name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

class Repl {
 public:
  Repl(const Invocation& invocation, Session& session, StandardIo& io)
      : invocation_(invocation), session_(session), io_(io), imports_(ImportsOf(invocation)) {}

  // Reads and runs inputs up to the end.
  void Run();
  // Runs a source file; what it defines stays. False, and a message, if it cannot be read.
  bool Load(const std::string& file);

 private:
  // The next line; kEnd when there is none.
  LineEditor::Result ReadLine(absl::string_view prompt, std::string* line);
  // Runs an input that is complete.
  void Take(const std::string& input);
  void RunText(absl::string_view name, absl::string_view text);
  void RunCommand(absl::string_view line);
  void Disassemble(absl::string_view text);
  std::string InputName() const { return absl::StrCat("<input ", inputs_, ">"); }

  const Invocation& invocation_;
  Session& session_;
  StandardIo& io_;
  vm::FileModuleSource imports_;
  std::unique_ptr<LineEditor> editor_;  // null: the input is no terminal
  std::string last_input_;
  size_t inputs_ = 0;
  bool quit_ = false;
};

void Repl::Run() {
  if (isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1) {
    const char* home = getenv("HOME");
    editor_ = LineEditor::Create(home != nullptr && *home != 0 ? absl::StrCat(home, "/.foxvm_history") : "",
                                 [this](absl::string_view prefix) { return NamesFor(prefix, session_); });
    io_.Write("FoxVM: type :help for help, :quit or Ctrl-D to end.\n");
  }
  std::string input;
  frontend::InputBalance balance;
  while (!quit_ && !io_.output_failed()) {
    std::string line;
    const LineEditor::Result result = ReadLine(input.empty() ? kPrompt : kContinued, &line);
    if (result == LineEditor::Result::kLine) {
      const absl::string_view words = absl::StripAsciiWhitespace(line);
      if (input.empty() && words.empty()) continue;
      if (input.empty() && words[0] == ':') {
        RunCommand(words);
        continue;
      }
      if (input.empty()) balance = frontend::InputBalance(session_.dialect());
      absl::StrAppend(&input, line, "\n");
      balance.AddLine(line);
      if (balance.IsOpen()) continue;
    }
    // What is open at the end is reported like any other mistake.
    if (result != LineEditor::Result::kInterrupted && !input.empty()) Take(input);
    input.clear();
    if (result == LineEditor::Result::kEnd) break;
  }
}

LineEditor::Result Repl::ReadLine(absl::string_view prompt, std::string* line) {
  io_.Flush();
  if (editor_ != nullptr) return editor_->Read(std::string(prompt), line);
  switch (io_.ReadLine(frontend::kMaxSourceBytes, line)) {
    case builtins::ReadLineResult::kLine: return LineEditor::Result::kLine;
    case builtins::ReadLineResult::kTooLong:
      io_.WriteError("foxvm: a line of the input is too long\n");
      return LineEditor::Result::kEnd;
    default: return LineEditor::Result::kEnd;
  }
}

void Repl::Take(const std::string& input) {
  ++inputs_;
  last_input_ = input;
  RunText(InputName(), input);
}

void Repl::RunText(absl::string_view name, absl::string_view text) {
  frontend::CompileResult compiled = session_.Compile(name, text, imports_);
  if (!compiled.module.has_value()) return io_.WriteError(DiagnosticsText(compiled, invocation_));
  std::optional<vm::Failure> failure;
  absl::Status loaded;
  {
    InterruptScope interrupts(session_, io_);
    io_.OnFailure([this] { session_.Interrupt(); });
    loaded = session_.Run(*std::move(compiled.module), &failure);
    io_.OnFailure(nullptr);
  }
  io_.stop().store(false);
  io_.Flush();
  if (!loaded.ok()) return io_.WriteError(absl::StrCat("foxvm: ", loaded.message(), "\n"));
  if (failure.has_value()) io_.WriteError(vm::FailureText(*failure));
}

bool Repl::Load(const std::string& file) {
  const absl::StatusOr<std::string> text = vm::ReadFile(file, frontend::kMaxSourceBytes);
  if (!text.ok()) {
    io_.WriteError(absl::StrCat("foxvm: cannot read ", file, ": ", text.status().message(), "\n"));
    return false;
  }
  if (bytecode::IsMbc(*text)) {
    io_.WriteError(absl::StrCat("foxvm: ", file, " is a module file; only source can be loaded here\n"));
    return false;
  }
  last_input_ = *text;
  if (session_.is_new() && !invocation_.vm.dialect.has_value()) {
    session_.set_dialect(frontend::DetectDialect(*text));
  }
  RunText(file, *text);
  return true;
}

void Repl::Disassemble(absl::string_view text) {
  const std::string source = text.empty() ? last_input_ : std::string(text);
  const frontend::CompileResult compiled = session_.Compile(InputName(), source, imports_);
  if (!compiled.module.has_value()) return io_.WriteError(DiagnosticsText(compiled, invocation_));
  io_.Write(bytecode::Disassemble(*compiled.module));
}

void Repl::RunCommand(absl::string_view line) {
  const absl::string_view command = line.substr(0, line.find_first_of(" \t"));
  const absl::string_view rest = absl::StripAsciiWhitespace(line.substr(command.size()));
  if (command == ":quit") {
    quit_ = true;
  } else if (command == ":help") {
    io_.Write(kCommandHelp);
  } else if (command == ":mem") {
    io_.Write(HeapText(session_.heap_statistics()));
  } else if (command == ":dis") {
    Disassemble(rest);
  } else if (command == ":load" && !rest.empty()) {
    Load(std::string(rest));
  } else if (command == ":time" && !rest.empty()) {
    const absl::Time start = absl::Now();
    Take(std::string(rest));
    io_.Write(absl::StrFormat("%.3f ms\n", absl::ToDoubleMilliseconds(absl::Now() - start)));
  } else if (command == ":load" || command == ":time") {
    io_.WriteError(
        absl::StrCat("foxvm: ", command, command == ":load" ? " needs a FILE" : " needs CODE", "\n"));
  } else {
    const absl::string_view near = frontend::NearestName(command, kCommandNames);
    io_.WriteError(
        absl::StrCat("foxvm: unknown command ", command,
                     near.empty() ? "; :help lists them" : absl::StrCat("; did you mean ", near, "?"), "\n"));
  }
}

}  // namespace

int ReplCommand(const Invocation& invocation, StandardIo& io) {
  const absl::StatusOr<std::unique_ptr<Session>> session = Session::Create(invocation.vm, io);
  if (!session.ok()) {
    io.WriteError(absl::StrCat("foxvm: ", session.status().message(), "\n"));
    return kExitFailed;
  }
  if (invocation.vm.dialect.has_value()) (*session)->set_dialect(*invocation.vm.dialect);
  Repl repl(invocation, **session, io);
  if (!invocation.file.empty() && !repl.Load(invocation.file)) return io.Finish(kExitNotLoaded);
  repl.Run();
  return io.Finish(kExitDone);
}

}  // namespace foxvm::cli
