#include "interp/builtins/file_io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace foxvm::builtins {
namespace {

// How long a stop request may go unseen, in milliseconds.
constexpr int kPollSliceMs = 10;
// Most that ReadAll reads between two looks at the stop request.
constexpr size_t kReadChunkBytes = size_t{1} << 20;
// Buffer where the rest of the file is not known to be larger.
constexpr size_t kReadBufferBytes = size_t{64} << 10;
constexpr size_t kWriteChunkBytes = size_t{1} << 20;

IoResult ErrorResult(int error) { return {IoStatus::kError, error}; }

bool Stopped(const std::atomic<bool>* interrupt) {
  return interrupt != nullptr && interrupt->load(std::memory_order_relaxed);
}

// Waits until `fd` is ready for `events` (errors count: the transfer will report them).
IoResult WaitReady(int fd, short events, const std::atomic<bool>* interrupt) {
  // What poll() would wait for without end: no descriptor at all, and a pipe's end in the other direction.
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0) return ErrorResult(errno);
  if ((flags & O_ACCMODE) == (events == POLLIN ? O_WRONLY : O_RDONLY)) return ErrorResult(EBADF);
  pollfd entry = {fd, events, 0};
  while (true) {
    int ready = poll(&entry, 1, kPollSliceMs);
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return ErrorResult(errno);
    if (Stopped(interrupt)) return {IoStatus::kInterrupted, 0};
  }
}

bool IsRegular(int fd, struct stat* info) { return fstat(fd, info) == 0 && S_ISREG(info->st_mode); }

// Holds SIGPIPE back from this thread and swallows the one that arrived meanwhile, so that a write to a pipe
// without reader ends in EPIPE only.
class SigpipeBlock {
 public:
  SigpipeBlock() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    if (!was_pending_) pthread_sigmask(SIG_BLOCK, &pipe_, &old_);
  }
  ~SigpipeBlock() {
    if (was_pending_) return;
    timespec no_wait = {0, 0};
    while (sigtimedwait(&pipe_, nullptr, &no_wait) < 0 && errno == EINTR) {
    }
    pthread_sigmask(SIG_SETMASK, &old_, nullptr);
  }
  SigpipeBlock(const SigpipeBlock&) = delete;
  SigpipeBlock& operator=(const SigpipeBlock&) = delete;

 private:
  sigset_t pipe_;
  sigset_t old_;
  bool was_pending_;
};

IoResult WritePieces(int fd, absl::string_view data, const std::atomic<bool>* interrupt) {
  struct stat info;
  size_t piece = IsRegular(fd, &info) ? kWriteChunkBytes : size_t{PIPE_BUF};
  // Even an empty write is made once: the descriptor may not allow it.
  do {
    IoResult ready = WaitReady(fd, POLLOUT, interrupt);
    if (ready.status != IoStatus::kOk) return ready;
    ssize_t written = write(fd, data.data(), std::min(data.size(), piece));
    if (written < 0 && errno != EINTR && errno != EAGAIN) return ErrorResult(errno);
    if (written > 0) data.remove_prefix(static_cast<size_t>(written));
  } while (!data.empty());
  return {};
}

}  // namespace

IoResult OpenFile(absl::string_view path, OpenMode mode, const std::atomic<bool>* interrupt, int* fd) {
  // The system would see only the part before it.
  if (path.find('\0') != absl::string_view::npos) return ErrorResult(EINVAL);
  int flags = O_CLOEXEC;
  switch (mode) {
    case OpenMode::kRead: flags |= O_RDONLY; break;
    case OpenMode::kTruncate: flags |= O_WRONLY | O_CREAT | O_TRUNC; break;
    case OpenMode::kAppend: flags |= O_WRONLY | O_CREAT | O_APPEND; break;
  }
  std::string name(path);
  while ((*fd = open(name.c_str(), flags, 0644)) < 0) {
    if (errno != EINTR) return ErrorResult(errno);
    if (Stopped(interrupt)) return {IoStatus::kInterrupted, 0};
  }
  return {};
}

IoResult ReadSome(int fd, size_t max_bytes, const std::atomic<bool>* interrupt, std::string* out) {
  struct stat info;
  size_t room = kReadBufferBytes;
  if (IsRegular(fd, &info)) {
    // The buffer follows what is there, not what was asked for.
    int64_t rest = info.st_size - std::max<int64_t>(lseek(fd, 0, SEEK_CUR), 0);
    room = std::max(room, static_cast<size_t>(std::max<int64_t>(rest, 0)));
  }
  room = std::min(room, max_bytes);
  size_t start = out->size();
  out->resize(start + room);
  ssize_t got = 0;
  IoResult result;
  do {
    result = WaitReady(fd, POLLIN, interrupt);
    if (result.status != IoStatus::kOk) break;
    got = read(fd, out->data() + start, room);
    if (got < 0 && errno != EINTR && errno != EAGAIN) result = ErrorResult(errno);
  } while (got < 0 && result.status == IoStatus::kOk);
  out->resize(start + static_cast<size_t>(std::max<ssize_t>(got, 0)));
  return result;
}

IoResult ReadAll(int fd, size_t max_bytes, const std::atomic<bool>* interrupt, std::string* out) {
  size_t limit = out->size() + max_bytes;
  while (true) {
    size_t before = out->size();
    if (before > limit) return {IoStatus::kTooLarge, 0};
    if (Stopped(interrupt)) return {IoStatus::kInterrupted, 0};
    IoResult read = ReadSome(fd, kReadChunkBytes, interrupt, out);
    if (read.status != IoStatus::kOk || out->size() == before) return read;
  }
}

IoResult WriteAll(int fd, absl::string_view data, const std::atomic<bool>* interrupt,
                  OnBrokenPipe on_broken_pipe) {
  if (on_broken_pipe == OnBrokenPipe::kSignal) return WritePieces(fd, data, interrupt);
  SigpipeBlock block;
  return WritePieces(fd, data, interrupt);
}

std::string ReasonText(int error) {
  const char* text = strerrordesc_np(error);
  if (text == nullptr) return absl::StrCat("errno ", error);
  std::string reason = text;
  // "RFS specific error" keeps its initials.
  if (reason.size() > 1 && !absl::ascii_isupper(static_cast<unsigned char>(reason[1]))) {
    reason[0] = absl::ascii_tolower(static_cast<unsigned char>(reason[0]));
  }
  return reason;
}

}  // namespace foxvm::builtins
