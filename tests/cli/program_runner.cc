#include "tests/cli/program_runner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

extern char** environ;

namespace foxvm::cli {
namespace {

// Names of the standard streams' files; no test uses them.
constexpr char kInput[] = ".in";
constexpr char kOutput[] = ".out";
constexpr char kError[] = ".err";

std::string ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void WriteWhole(const std::string& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << content;
}

std::vector<char*> PointersTo(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Starts `words`, whose first is an absolute path, with the prepared streams.
pid_t Spawn(std::vector<std::string> words, posix_spawn_file_actions_t* actions, short extra_flags = 0,
            std::vector<std::string> environment = {}) {
  environment.insert(environment.end(), {"FOXVM=" + ProgramPath(), "LC_ALL=C", "TZ=UTC"});
  for (char** entry = environ; *entry != nullptr; ++entry) {
    // Options of the sanitizers must reach the program.
    const std::string text = *entry;
    if (text.find("SAN_OPTIONS=") != std::string::npos || text.rfind("PATH=", 0) == 0)
      environment.push_back(text);
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // Signals as a shell leaves them.
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGINT);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, static_cast<short>(POSIX_SPAWN_SETSIGDEF | extra_flags));
  pid_t process = -1;
  const int error = posix_spawn(&process, words[0].c_str(), actions, &attributes, PointersTo(words).data(),
                                PointersTo(environment).data());
  posix_spawnattr_destroy(&attributes);
  EXPECT_EQ(error, 0) << "cannot start " << words[0];
  return error == 0 ? process : -1;
}

}  // namespace

std::string SourcePath(const std::string& path) {
  // Bazel starts tests in the root of the source tree's copy.
  static const std::string root = std::filesystem::current_path().string();
  return root + "/" + path;
}

std::string ProgramPath() { return SourcePath("vm/cli/foxvm"); }

ProgramTest::ProgramTest() {
  const char* base = getenv("TEST_TMPDIR");
  std::string pattern = std::string(base != nullptr ? base : "/tmp") + "/foxvm_test_XXXXXX";
  folder_ = mkdtemp(pattern.data());
}

ProgramTest::~ProgramTest() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void ProgramTest::WriteFile(const std::string& name, const std::string& content) {
  std::filesystem::create_directories(std::filesystem::path(PathOf(name)).parent_path());
  WriteWhole(PathOf(name), content);
}

std::string ProgramTest::ReadFile(const std::string& name) const { return ReadWhole(PathOf(name)); }

int ProgramTest::WaitFor(pid_t process) {
  int status = 0;
  if (process < 0) return -1;
  while (waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

Outcome ProgramTest::Run(const std::vector<std::string>& arguments, const std::string& input) {
  std::vector<std::string> words = {ProgramPath()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return RunCommand(words, input);
}

Outcome ProgramTest::RunShell(const std::string& script) { return RunCommand({"/bin/sh", "-c", script}, ""); }

Outcome ProgramTest::RunCommand(const std::vector<std::string>& words, const std::string& input) {
  WriteWhole(PathOf(kInput), input);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder_.c_str());
  posix_spawn_file_actions_addopen(&actions, 0, kInput, O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, kOutput, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, kError, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  Outcome outcome;
  outcome.status = WaitFor(Spawn(words, &actions));
  posix_spawn_file_actions_destroy(&actions);
  outcome.out = ReadFile(kOutput);
  outcome.err = ReadFile(kError);
  return outcome;
}

ProgramTest::Started ProgramTest::Start(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {ProgramPath()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  int in[2];
  int out[2];
  Started started;
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) return started;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder_.c_str());
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_addopen(&actions, 2, kError, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  started.process = Spawn(words, &actions);
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]);
  close(out[1]);
  started.in = in[1];
  started.out = out[0];
  return started;
}

ProgramTest::Started ProgramTest::StartOnTerminal(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {ProgramPath()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  Started started;
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0) return started;
  const std::string name = ptsname(terminal);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder_.c_str());
  // The first terminal that the leader of a new session opens is the one that Ctrl-C comes from.
  posix_spawn_file_actions_addopen(&actions, 0, name.c_str(), O_RDWR, 0);
  posix_spawn_file_actions_adddup2(&actions, 0, 1);
  posix_spawn_file_actions_adddup2(&actions, 0, 2);
  started.process = Spawn(words, &actions, POSIX_SPAWN_SETSID, {"TERM=xterm", "HOME=" + folder_});
  posix_spawn_file_actions_destroy(&actions);
  started.in = started.out = terminal;
  return started;
}

std::string ProgramTest::ReadUntil(int fd, const std::string& text) {
  constexpr int kPatienceMs = 60000;  // only a failing test waits so long
  std::string read_so_far;
  while (read_so_far.find(text) == std::string::npos) {
    struct pollfd wait = {fd, POLLIN, 0};
    char c = 0;
    if (poll(&wait, 1, kPatienceMs) <= 0 || read(fd, &c, 1) != 1) {
      ADD_FAILURE() << "no \"" << text << "\" in: " << read_so_far;
      break;
    }
    read_so_far.push_back(c);
  }
  return read_so_far;
}

}  // namespace foxvm::cli
