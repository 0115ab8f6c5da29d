// Runs the built foxvm program as a user would and takes what it leaves behind.
// How: standard streams are files of a temporary folder, so that no pipe can fill up; Start makes pipes,
//      StartOnTerminal a pseudo-terminal.
// Threads: one.  Owns: its folder, removed at the end.
#ifndef FOXVM_TESTS_CLI_PROGRAM_RUNNER_H_
#define FOXVM_TESTS_CLI_PROGRAM_RUNNER_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace foxvm::cli {

struct Outcome {
  int status = -1;  // exit status; 1000 + number when a signal ended the process
  std::string out;
  std::string err;
};

// The program's path, absolute.
std::string ProgramPath();
// A file of this source tree, absolute.
std::string SourcePath(const std::string& path);

// A test with a folder of its own, which is the working directory of what it runs.
class ProgramTest : public ::testing::Test {
 protected:
  ProgramTest();
  ~ProgramTest() override;

  const std::string& folder() const { return folder_; }
  // The absolute path of a file in the folder.
  std::string PathOf(const std::string& name) const { return folder_ + "/" + name; }
  void WriteFile(const std::string& name, const std::string& content);
  std::string ReadFile(const std::string& name) const;

  // Runs foxvm to its end.
  Outcome Run(const std::vector<std::string>& arguments, const std::string& input = "");
  // The same by a shell: `$FOXVM` names the program.
  Outcome RunShell(const std::string& script);
  // Starts foxvm with its standard input and output at the other ends of two pipes.
  struct Started {
    pid_t process = -1;
    int in = -1;   // write to it
    int out = -1;  // read from it
  };
  Started Start(const std::vector<std::string>& arguments);
  // Starts it on a terminal of its own, whose other end is `in` and `out`, one descriptor.
  Started StartOnTerminal(const std::vector<std::string>& arguments);
  // Reads from `fd` up to and with the first `text`, and returns what was read; the test fails when the other
  // end is closed or silent before.
  static std::string ReadUntil(int fd, const std::string& text);
  // Waits for a process; its exit status as in Outcome.
  static int WaitFor(pid_t process);

 private:
  Outcome RunCommand(const std::vector<std::string>& words, const std::string& input);

  std::string folder_;
};

}  // namespace foxvm::cli

#endif  // FOXVM_TESTS_CLI_PROGRAM_RUNNER_H_
