// Spawn: runs a program to its end and gives back what it printed and how it ended.
// How: standard input and both outputs are anonymous memory files, so nothing can fill a pipe and block.
// Threads: safe from several threads.  Owns: nothing once it has returned.
// Not here: folders and files for the program to work in (files.h).
#ifndef FOXVM_TESTS_SUPPORT_SPAWN_H_
#define FOXVM_TESTS_SUPPORT_SPAWN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace foxvm::support {

struct SpawnRequest {
  std::vector<std::string>
      argv;               // argv[0] is the program's path: absolute, or relative to this process's folder
  std::string directory;  // working directory; "": this process's
  std::string input;      // standard input
  // Seconds of processor time after which the system ends the program with SIGXCPU (SpawnResult::signal).
  int cpu_seconds = 120;
};

struct SpawnResult {
  std::string out;
  std::string err;
  int exit_status = -1;  // -1: ended by a signal
  int signal = 0;        // the signal, or 0
};

// Errors: Internal when the program cannot be started, with the reason.
absl::StatusOr<SpawnResult> Spawn(const SpawnRequest& request);

// The built foxvm program: the environment variable FOXVM_PROGRAM, or else //vm/cli:foxvm of the test's
// runfiles (the test must name it in `data`). Absolute.
std::string FoxvmProgram();

}  // namespace foxvm::support

#endif  // FOXVM_TESTS_SUPPORT_SPAWN_H_
