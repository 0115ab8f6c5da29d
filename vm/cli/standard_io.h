// StandardIo: the process's standard streams as a program's world, with the manners of a Unix program.
// How: output is buffered, on a terminal only up to the end of what is written at once; the first failed
//      write is remembered and stops the running program, because nobody would see the rest.
// Threads: one; `stop` may be set from any thread and from a signal handler.  Collects: never.
#ifndef FOXVM_VM_CLI_STANDARD_IO_H_
#define FOXVM_VM_CLI_STANDARD_IO_H_

#include <atomic>
#include <functional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "interp/builtins/host_io.h"

namespace foxvm::cli {

class StandardIo : public builtins::HostIo {
 public:
  StandardIo();

  void Write(absl::string_view text) override;
  builtins::ReadLineResult ReadLine(size_t max_bytes, std::string* line) override;
  bool ReadBytes(size_t max_bytes, std::string* bytes) override;

  // Writes out what is buffered.
  void Flush();
  // Flushes, reports a failed write on standard error (a reader that went away is not worth a word) and
  // returns the exit status: `status`, or what the failure makes of it.
  int Finish(int status);
  // Flushes, then writes to standard error.
  void WriteError(absl::string_view text);

  // What to call when a write fails, to stop the running program; null: nothing.
  void OnFailure(std::function<void()> stop) { on_failure_ = std::move(stop); }
  bool output_failed() const { return error_ != 0; }
  // Once true, neither reading nor writing waits.
  std::atomic<bool>& stop() { return stop_; }

 private:
  void Send(absl::string_view text);

  std::atomic<bool> stop_ = false;
  const bool terminal_;
  int error_ = 0;  // errno of the first failed write
  std::function<void()> on_failure_;
  std::string output_;
  builtins::FdHostIo input_;  // used for reading only
};

// Makes sure that descriptors 0 to 2 are open, so that no file the program opens is taken for a standard
// stream. One that was closed fails with `bad file descriptor` when used, as it should.
void OccupyStandardDescriptors();

}  // namespace foxvm::cli

#endif  // FOXVM_VM_CLI_STANDARD_IO_H_
