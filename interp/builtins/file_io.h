// File input and output for built-ins and host streams: whole transfers that survive signals and can be
// interrupted. How: before each transfer poll() waits in short slices, so that a stop request is seen within
// one slice even when
//      the other end of a pipe is silent; what is sent to anything but a regular file goes in pieces that a
//      ready pipe takes without blocking.
// Threads: any.  Collects: never.
#ifndef FOXVM_INTERP_BUILTINS_FILE_IO_H_
#define FOXVM_INTERP_BUILTINS_FILE_IO_H_

#include <atomic>
#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace foxvm::builtins {

enum class IoStatus {
  kOk,
  kError,        // IoResult::error says why
  kInterrupted,  // the stop request came first
  kTooLarge,     // more data than the limit
};

struct IoResult {
  IoStatus status = IoStatus::kOk;
  int error = 0;  // errno, for kError
};

enum class OpenMode { kRead, kTruncate, kAppend };

// What writing to a pipe nobody reads does: the signal a command-line filter should die of, or an error.
enum class OnBrokenPipe { kSignal, kError };

// Opens `path`, creating it for the writing modes (0644, less the umask), into `*fd`. `interrupt` may be
// null, here and below.
IoResult OpenFile(absl::string_view path, OpenMode mode, const std::atomic<bool>* interrupt, int* fd);

// Appends to `*out` what one read of up to `max_bytes` gives; nothing at the end of the file.
IoResult ReadSome(int fd, size_t max_bytes, const std::atomic<bool>* interrupt, std::string* out);

// Appends the rest of the file to `*out`, at most `max_bytes`; kTooLarge when it is longer.
IoResult ReadAll(int fd, size_t max_bytes, const std::atomic<bool>* interrupt, std::string* out);

// Writes all of `data`. On failure a part of it may have been written.
IoResult WriteAll(int fd, absl::string_view data, const std::atomic<bool>* interrupt,
                  OnBrokenPipe on_broken_pipe);

// The language's text for an errno value: `no such file or directory`.
std::string ReasonText(int error);

}  // namespace foxvm::builtins

#endif  // FOXVM_INTERP_BUILTINS_FILE_IO_H_
