#include "vm/cli/line_editor.h"

#include <errno.h>
#include <histedit.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include <wchar.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"

namespace foxvm::cli {
namespace {

constexpr int kHistoryLines = 1000;
constexpr char kCtrlC = 3;
constexpr char kEndOfTransmission = 4;
constexpr char kCtrlZ = 26;

std::atomic<bool> interrupted;

void OnInterrupt(int) { interrupted.store(true); }

// The part of the line that is completed: the letters before the cursor, a colon in front included.
absl::string_view WordBefore(const LineInfo& line) {
  const char* start = line.cursor;
  const auto is_letter = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
  };
  while (start > line.buffer && is_letter(start[-1])) --start;
  if (start == line.buffer + 1 && start[-1] == ':') --start;
  return absl::string_view(start, static_cast<size_t>(line.cursor - start));
}

size_t CommonPrefix(const std::vector<std::string>& names) {
  size_t length = names[0].size();
  for (const std::string& name : names) {
    const auto end = std::mismatch(names[0].begin(), names[0].end(), name.begin(), name.end()).first;
    length = std::min(length, static_cast<size_t>(end - names[0].begin()));
  }
  return length;
}

}  // namespace

class LineEditor::Impl {
 public:
  Impl(std::string history_file, Completer completer)
      : history_file_(std::move(history_file)), completer_(std::move(completer)) {}

  ~Impl() {
    HistEvent event;
    if (history_ != nullptr && !history_file_.empty()) {
      history(history_, &event, H_SAVE, history_file_.c_str());
    }
    if (edit_ != nullptr) el_end(edit_);
    if (history_ != nullptr) history_end(history_);
    if (handles_interrupt_) sigaction(SIGINT, &previous_, nullptr);
  }

  bool Open() {
    setlocale(LC_CTYPE, "");
    edit_ = el_init("foxvm", stdin, stdout, stderr);
    history_ = history_init();
    if (edit_ == nullptr || history_ == nullptr) return false;
    HistEvent event;
    history(history_, &event, H_SETSIZE, kHistoryLines);
    history(history_, &event, H_SETUNIQUE, 1);
    if (!history_file_.empty()) history(history_, &event, H_LOAD, history_file_.c_str());
    el_set(edit_, EL_CLIENTDATA, this);
    el_set(edit_, EL_PROMPT, &Prompt);
    el_set(edit_, EL_EDITOR, "emacs");
    el_set(edit_, EL_SIGNAL, 0);
    el_set(edit_, EL_GETCFN, &GetCharacter);
    el_set(edit_, EL_HIST, history, history_);
    el_set(edit_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    // While a line is edited Ctrl-C is a key like others, so that it stays in its place among them. Otherwise
    // it shall not throw away the prompt that answers it, nor what was typed behind it.
    el_set(edit_, EL_SETTY, "-d", "-isig", nullptr);
    el_set(edit_, EL_SETTY, "-x", "+noflsh", nullptr);
    el_source(edit_, nullptr);
    // A signal, from elsewhere or between the lines, must not end the process. Without SA_RESTART, so that
    // waiting for a key ends.
    struct sigaction action = {};
    action.sa_handler = OnInterrupt;
    sigemptyset(&action.sa_mask);
    handles_interrupt_ = sigaction(SIGINT, &action, &previous_) == 0;
    return true;
  }

  Result Read(const std::string& prompt, std::string* line) {
    prompt_ = prompt;
    interrupted.store(false);
    // Before the prompt: who sees it may type Ctrl-C.
    el_set(edit_, EL_PREP_TERM, 1);
    int count = 0;
    const char* text = el_gets(edit_, &count);
    if (text == nullptr || count <= 0 || interrupted.load()) {
      el_reset(edit_);
      fputc('\n', stdout);
      fflush(stdout);
      return interrupted.load() ? Result::kInterrupted : Result::kEnd;
    }
    HistEvent event;
    if (absl::StripAsciiWhitespace(text) != "") history(history_, &event, H_ENTER, text);
    line->assign(text, static_cast<size_t>(count));
    if (line->back() == '\n') line->pop_back();
    return Result::kLine;
  }

 private:
  static Impl* Of(EditLine* edit) {
    void* impl = nullptr;
    el_get(edit, EL_CLIENTDATA, &impl);
    return static_cast<Impl*>(impl);
  }

  // The next character, decoded by the locale; bytes that are none are skipped. The keys that are ours do their
  // work here: functions added to the library would never be freed.
  static int GetCharacter(EditLine* edit, wchar_t* character) {
    Impl* self = Of(edit);
    mbstate_t state = {};
    char byte = 0;
    while (true) {
      if (!self->completion_.empty()) {
        *character = static_cast<unsigned char>(self->completion_[0]);
        self->completion_.erase(0, 1);
        return 1;
      }
      const ssize_t got = read(STDIN_FILENO, &byte, 1);
      if (got < 0 && errno == EINTR && !interrupted.load()) continue;
      if (got <= 0) return static_cast<int>(got);
      const LineInfo* line = el_line(edit);
      switch (byte) {
        case 0:
          // Ctrl-D that came while the terminal was in line mode, before the prompt took it over.
          if (line->lastchar != line->buffer) continue;
          *character = kEndOfTransmission;
          return 1;
        case kCtrlC:
          interrupted.store(true);
          return -1;
        case kCtrlZ:
          el_set(edit, EL_PREP_TERM, 0);
          raise(SIGTSTP);
          el_set(edit, EL_PREP_TERM, 1);
          el_set(edit, EL_REFRESH);
          continue;
        case '\t':
          self->Complete(edit, *line);
          continue;
        default: break;
      }
      const size_t length = mbrtowc(character, &byte, 1, &state);
      if (length <= 1) return 1;
      if (length == static_cast<size_t>(-1)) state = {};
    }
  }

  static char* Prompt(EditLine* edit) { return Of(edit)->prompt_.data(); }

  // Goes on as if the rest of the name before the cursor had been typed, or shows the names there are.
  void Complete(EditLine* edit, const LineInfo& line) {
    const absl::string_view word = WordBefore(line);
    const std::vector<std::string> names = completer_(word);
    if (names.empty()) return el_beep(edit);
    completion_ = names[0].substr(word.size(), CommonPrefix(names) - word.size());
    if (!completion_.empty() || names.size() == 1) return;
    fprintf(stdout, "\n%s\n", absl::StrJoin(names, "  ").c_str());
    el_set(edit, EL_REFRESH);
  }

  const std::string history_file_;
  const Completer completer_;
  std::string prompt_;
  std::string completion_;  // to be read as if it were typed
  EditLine* edit_ = nullptr;
  History* history_ = nullptr;
  struct sigaction previous_;
  bool handles_interrupt_ = false;
};

std::unique_ptr<LineEditor> LineEditor::Create(std::string history_file, Completer completer) {
  auto impl = std::make_unique<Impl>(std::move(history_file), std::move(completer));
  if (!impl->Open()) return nullptr;
  return std::unique_ptr<LineEditor>(new LineEditor(std::move(impl)));
}

LineEditor::LineEditor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LineEditor::~LineEditor() = default;

LineEditor::Result LineEditor::Read(const std::string& prompt, std::string* line) {
  return impl_->Read(prompt, line);
}

}  // namespace foxvm::cli
