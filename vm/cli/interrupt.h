// Ctrl-C stops the running program, not the process; a second one ends the process.
// How: the handler of SIGINT sets the stop flags through two pointers, which exist once in the process
//      because the signal does.
// Threads: one scope at a time.
#ifndef FOXVM_VM_CLI_INTERRUPT_H_
#define FOXVM_VM_CLI_INTERRUPT_H_

#include "vm/cli/standard_io.h"
#include "vm/vm.h"

namespace foxvm::cli {

// While it lives, SIGINT interrupts `vm` and ends waiting in `io`. Both outlive it.
class InterruptScope {
 public:
  InterruptScope(vm::Vm& vm, StandardIo& io);
  ~InterruptScope();
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;

  // Whether the signal came.
  bool Caught() const;
};

}  // namespace foxvm::cli

#endif  // FOXVM_VM_CLI_INTERRUPT_H_
