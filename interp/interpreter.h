// The dispatch loop: executes the register form of one fiber until it ends, waits or fails.
// How: one computed-goto loop with fast paths only; everything else is in runtime_calls.h. Instruction pointer, frame
//      base and safepoint counter live in locals; the frame is stored before any call that may collect.
// Threads: the VM's.  Collects: yes.
#ifndef FOXVM_INTERP_INTERPRETER_H_
#define FOXVM_INTERP_INTERPRETER_H_

#include "interp/engine.h"

namespace foxvm::interp {

enum class Outcome : uint8_t {
  kReturned,   // its entry frame returned; Engine::result is the value
  kSuspended,  // it waits in a built-in
  kYielded,    // its quantum is over
  kFatal,      // Context::fatal says why; the frames are still there for a trace
};

// Executes engine.current from its saved state.
Outcome Execute(Engine& engine);

}  // namespace foxvm::interp

#endif  // FOXVM_INTERP_INTERPRETER_H_
