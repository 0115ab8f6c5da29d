#include "vm/read_file.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "interp/builtins/file_io.h"

namespace foxvm::vm {
namespace {

constexpr size_t kChunkBytes = size_t{64} << 10;

absl::Status StatusOfError(int error) {
  const std::string reason = builtins::ReasonText(error);
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(reason);
    case EACCES:
      return absl::PermissionDeniedError(reason);
    default:
      return absl::FailedPreconditionError(reason);
  }
}

absl::Status TooLarge(size_t max_bytes) {
  return absl::ResourceExhaustedError(absl::StrCat("file too large (limit ", max_bytes, " bytes)"));
}

// How much to make room for at first: a regular file's size, and one byte to see its end.
absl::StatusOr<size_t> FirstChunk(int fd, size_t max_bytes) {
  struct stat info;
  if (fstat(fd, &info) != 0) return StatusOfError(errno);
  if (!S_ISREG(info.st_mode) || info.st_size <= 0) return kChunkBytes;
  if (static_cast<uint64_t>(info.st_size) > max_bytes) return TooLarge(max_bytes);
  return static_cast<size_t>(info.st_size) + 1;
}

}  // namespace

absl::StatusOr<std::string> ReadDescriptor(int fd, size_t max_bytes) {
  absl::StatusOr<size_t> chunk = FirstChunk(fd, max_bytes);
  if (!chunk.ok()) return chunk.status();
  std::string text;
  while (true) {
    const size_t start = text.size();
    text.resize(start + *chunk);
    const ssize_t got = read(fd, text.data() + start, *chunk);
    const int error = errno;
    text.resize(start + static_cast<size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) return text;
    if (got < 0 && error != EINTR) return StatusOfError(error);
    if (text.size() > max_bytes) return TooLarge(max_bytes);
    chunk = kChunkBytes;
  }
}

absl::StatusOr<std::string> ReadFile(absl::string_view path, size_t max_bytes) {
  int fd = -1;
  const builtins::IoResult result = builtins::OpenFile(path, builtins::OpenMode::kRead, nullptr, &fd);
  if (result.status != builtins::IoStatus::kOk) return StatusOfError(result.error);
  absl::StatusOr<std::string> text = ReadDescriptor(fd, max_bytes);
  close(fd);
  return text;
}

}  // namespace foxvm::vm
