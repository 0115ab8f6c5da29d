// LineEditor: one line at a time from the terminal, with editing, history and completion (libedit).
// How: the terminal is in libedit's mode only while a line is read. The history is kept in a file.
// Threads: one; one editor at a time, because SIGINT exists once in the process.  Owns: libedit's objects.
#ifndef FOXVM_VM_CLI_LINE_EDITOR_H_
#define FOXVM_VM_CLI_LINE_EDITOR_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace foxvm::cli {

class LineEditor {
 public:
  enum class Result {
    kLine,
    kEnd,          // Ctrl-D
    kInterrupted,  // Ctrl-C
  };
  // The names that may stand where `prefix` stands.
  using Completer = std::function<std::vector<std::string>(absl::string_view prefix)>;

  // `history_file` may be empty: then nothing is kept. Null when the terminal cannot be used.
  static std::unique_ptr<LineEditor> Create(std::string history_file, Completer completer);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  // Reads a line into `*line`, without its newline, and enters it into the history.
  Result Read(const std::string& prompt, std::string* line);

 private:
  class Impl;
  explicit LineEditor(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace foxvm::cli

#endif  // FOXVM_VM_CLI_LINE_EDITOR_H_
