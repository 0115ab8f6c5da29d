#include "tests/support/spawn.h"

#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

extern char** environ;

namespace foxvm::support {
namespace {

// A file in memory, closed on exec.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("spawn", MFD_CLOEXEC)) {}
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  int descriptor() const { return descriptor_; }

  bool Fill(const std::string& text) {
    size_t written = 0;
    while (written < text.size()) {
      ssize_t n = write(descriptor_, text.data() + written, text.size() - written);
      if (n <= 0) return false;
      written += static_cast<size_t>(n);
    }
    return lseek(descriptor_, 0, SEEK_SET) == 0;
  }

  std::string Contents() const {
    std::string text;
    char buffer[65536];
    for (off_t offset = 0;;) {
      ssize_t n = pread(descriptor_, buffer, sizeof buffer, offset);
      if (n <= 0) return text;
      text.append(buffer, static_cast<size_t>(n));
      offset += n;
    }
  }

 private:
  int descriptor_;
};

absl::Status SystemError(absl::string_view what, int error) {
  return absl::InternalError(absl::StrCat(what, ": ", absl::StrCat("errno ", error)));
}

// Waits for the end of `pid` and says how it ended.
absl::Status Await(pid_t pid, SpawnResult* result) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return SystemError("waitpid", errno);
  }
  if (WIFEXITED(status)) result->exit_status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result->signal = WTERMSIG(status);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SpawnResult> Spawn(const SpawnRequest& request) {
  MemoryFile in, out, err;
  if (in.descriptor() < 0 || out.descriptor() < 0 || err.descriptor() < 0 || !in.Fill(request.input)) {
    return SystemError("memfd_create", errno);
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  absl::Cleanup destroy = [&actions] { posix_spawn_file_actions_destroy(&actions); };
  posix_spawn_file_actions_adddup2(&actions, in.descriptor(), 0);
  posix_spawn_file_actions_adddup2(&actions, out.descriptor(), 1);
  posix_spawn_file_actions_adddup2(&actions, err.descriptor(), 2);
  if (!request.directory.empty()) {
    posix_spawn_file_actions_addchdir_np(&actions, request.directory.c_str());
  }
  std::vector<std::string> words = request.argv;
  words[0] = std::filesystem::absolute(words[0]).string();
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  pid_t pid = 0;
  int error = posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  if (error != 0) return SystemError(absl::StrCat("cannot start ", words[0]), error);
  rlimit limit = {static_cast<rlim_t>(request.cpu_seconds), static_cast<rlim_t>(request.cpu_seconds) + 5};
  prlimit(pid, RLIMIT_CPU, &limit, nullptr);
  SpawnResult result;
  if (absl::Status status = Await(pid, &result); !status.ok()) return status;
  result.out = out.Contents();
  result.err = err.Contents();
  return result;
}

std::string FoxvmProgram() {
  const char* chosen = std::getenv("FOXVM_PROGRAM");
  return std::filesystem::absolute(chosen != nullptr ? chosen : "vm/cli/foxvm").string();
}

}  // namespace foxvm::support
