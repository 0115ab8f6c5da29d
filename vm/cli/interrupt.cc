#include "vm/cli/interrupt.h"

#include <atomic>

namespace foxvm::cli {
namespace {

std::atomic<void*> running_machine;
std::atomic<void (*)(void*)> interrupt_machine;
std::atomic<StandardIo*> running_io;
std::atomic<bool> caught;

void OnInterrupt(int) {
  caught.store(true);
  if (StandardIo* io = running_io.load()) io->stop().store(true);
  if (void* machine = running_machine.load()) interrupt_machine.load()(machine);
}

}  // namespace

InterruptScope::InterruptScope(void* machine, void (*interrupt)(void*), StandardIo& io) {
  caught.store(false);
  running_io.store(&io);
  interrupt_machine.store(interrupt);
  running_machine.store(machine);
  // Who was started in the background with the signal ignored keeps ignoring it.
  if (sigaction(SIGINT, nullptr, &previous_) == 0 && previous_.sa_handler == SIG_IGN) return;
  struct sigaction action = {};
  action.sa_handler = OnInterrupt;
  action.sa_flags = SA_RESETHAND;
  sigemptyset(&action.sa_mask);
  installed_ = sigaction(SIGINT, &action, nullptr) == 0;
}

InterruptScope::~InterruptScope() {
  if (installed_) sigaction(SIGINT, &previous_, nullptr);
  running_machine.store(nullptr);
  running_io.store(nullptr);
}

bool InterruptScope::Caught() const { return caught.load(); }

}  // namespace foxvm::cli
