#include "vm/cli/output_file.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interp/builtins/file_io.h"

namespace foxvm::cli {

int WriteOutputFile(const std::string& path, absl::FunctionRef<void(WritePiece)> produce) {
  int fd = -1;
  const builtins::IoResult opened = builtins::OpenFile(path, builtins::OpenMode::kTruncate, nullptr, &fd);
  if (opened.status != builtins::IoStatus::kOk) return opened.error;
  struct stat info;
  const bool regular = fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
  int error = 0;
  produce([&](absl::string_view bytes) {
    if (error == 0) error = builtins::WriteAll(fd, bytes, nullptr, builtins::OnBrokenPipe::kSignal).error;
    return error == 0;
  });
  if (close(fd) != 0 && error == 0) error = errno;
  if (error != 0 && regular) unlink(path.c_str());
  return error;
}

}  // namespace foxvm::cli
