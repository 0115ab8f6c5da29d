#include "vm/cli/interrupt.h"

#include <signal.h>

#include <atomic>

namespace foxvm::cli {
namespace {

std::atomic<vm::Vm*> running_vm;
std::atomic<StandardIo*> running_io;
std::atomic<bool> caught;

void OnInterrupt(int) {
  caught.store(true);
  if (StandardIo* io = running_io.load()) io->stop().store(true);
  if (vm::Vm* vm = running_vm.load()) vm->Interrupt();
}

}  // namespace

InterruptScope::InterruptScope(vm::Vm& vm, StandardIo& io) {
  running_io.store(&io);
  running_vm.store(&vm);
  struct sigaction previous;
  // Who was started in the background with the signal ignored keeps ignoring it.
  if (sigaction(SIGINT, nullptr, &previous) == 0 && previous.sa_handler == SIG_IGN) return;
  struct sigaction action = {};
  action.sa_handler = OnInterrupt;
  action.sa_flags = SA_RESETHAND;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
}

InterruptScope::~InterruptScope() {
  running_vm.store(nullptr);
  running_io.store(nullptr);
}

bool InterruptScope::Caught() const { return caught.load(); }

}  // namespace foxvm::cli
