#include "vm/cli/standard_io.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "interp/builtins/file_io.h"
#include "vm/cli/exit_status.h"

namespace foxvm::cli {
namespace {

constexpr size_t kBufferBytes = size_t{64} << 10;

}  // namespace

StandardIo::StandardIo()
    : terminal_(isatty(STDOUT_FILENO) == 1), input_(STDIN_FILENO, STDOUT_FILENO, &stop_) {}

void StandardIo::Write(absl::string_view text) {
  if (error_ != 0) return;
  if (output_.size() + text.size() > kBufferBytes) Flush();
  if (text.size() > kBufferBytes) return Send(text);
  output_.append(text.data(), text.size());
  if (terminal_) Flush();
}

builtins::ReadLineResult StandardIo::ReadLine(size_t max_bytes, std::string* line) {
  Flush();
  return input_.ReadLine(max_bytes, line);
}

bool StandardIo::ReadBytes(size_t max_bytes, std::string* bytes) {
  Flush();
  return input_.ReadBytes(max_bytes, bytes);
}

void StandardIo::Flush() {
  if (output_.empty()) return;
  Send(output_);
  output_.clear();
}

void StandardIo::Send(absl::string_view text) {
  if (error_ != 0) return;
  // SIGPIPE is ignored in this program: a reader that went away shows as EPIPE.
  const builtins::IoResult result =
      builtins::WriteAll(STDOUT_FILENO, text, &stop_, builtins::OnBrokenPipe::kSignal);
  if (result.status != builtins::IoStatus::kError) return;
  error_ = result.error;
  if (on_failure_) on_failure_();
}

int StandardIo::Finish(int status) {
  Flush();
  if (error_ == 0) return status;
  if (error_ == EPIPE) return kExitBrokenPipe;
  WriteError(absl::StrCat("foxvm: cannot write standard output: ", builtins::ReasonText(error_), "\n"));
  return kExitFailed;
}

void StandardIo::WriteError(absl::string_view text) {
  Flush();
  // Nobody is left to tell of a failure here.
  builtins::WriteAll(STDERR_FILENO, text, nullptr, builtins::OnBrokenPipe::kSignal);
}

void OccupyStandardDescriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) != -1) continue;
    // The lowest free number is given out: this one. The direction is the wrong one on purpose.
    if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd) return;
  }
}

}  // namespace foxvm::cli
