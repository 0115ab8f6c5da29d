// Ctrl-C stops the running program, not the process; a second one ends the process.
// How: the handler of SIGINT sets the stop flags through pointers that exist once in the process because
//      the signal does.
// Threads: one scope at a time.
#ifndef FOXVM_VM_CLI_INTERRUPT_H_
#define FOXVM_VM_CLI_INTERRUPT_H_

#include <signal.h>

#include "vm/cli/standard_io.h"

namespace foxvm::cli {

// While it lives, SIGINT calls Interrupt() of `machine` (a Vm, a Session) and ends waiting in `io`. Both
// outlive it; afterwards the signal does what it did before.
class InterruptScope {
 public:
  template <typename Machine>
  InterruptScope(Machine& machine, StandardIo& io)
      : InterruptScope(
            &machine, [](void* m) { static_cast<Machine*>(m)->Interrupt(); }, io) {}
  ~InterruptScope();
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;

  // Whether the signal came.
  bool Caught() const;

 private:
  InterruptScope(void* machine, void (*interrupt)(void*), StandardIo& io);

  struct sigaction previous_;
  bool installed_ = false;
};

}  // namespace foxvm::cli

#endif  // FOXVM_VM_CLI_INTERRUPT_H_
