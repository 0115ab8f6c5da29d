// The exit statuses of the foxvm program.
// Threads: constants.
#ifndef FOXVM_VM_CLI_EXIT_STATUS_H_
#define FOXVM_VM_CLI_EXIT_STATUS_H_

namespace foxvm::cli {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;  // the program failed at run time, or its output could not be written
inline constexpr int kExitUsage = 2;
inline constexpr int kExitNotLoaded = 3;  // the program cannot be read, does not compile or is not valid
// With --compat: also for what does not compile.
inline constexpr int kExitCompatError = 1;
// What a shell shows for a program that died of the signal.
inline constexpr int kExitInterrupted = 130;  // SIGINT
inline constexpr int kExitBrokenPipe = 141;   // SIGPIPE

}  // namespace foxvm::cli

#endif  // FOXVM_VM_CLI_EXIT_STATUS_H_
