// Engine: the state that dispatch loop, slow paths, scheduler and stack walking share. One per machine.
// Threads: the VM's, except counter_limit and the interrupt flag, which any thread may write.
#ifndef FOXVM_INTERP_ENGINE_H_
#define FOXVM_INTERP_ENGINE_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "interp/builtins/builtin.h"
#include "interp/bytecode/builtin_names.h"
#include "interp/code/instruction.h"
#include "interp/fiber.h"
#include "interp/host_functions.h"
#include "interp/objects/context.h"

namespace foxvm::interp {

// Bytecode instructions a fiber runs before another ready one gets its turn.
inline constexpr int64_t kQuantum = 20000;

class StackWalker;

struct Engine {
  objects::Context& objects;
  builtins::BuiltinContext builtins;
  size_t stack_max_slots;

  Fiber* current = nullptr;  // the fiber being executed
  StackWalker* walker = nullptr;  // the scheduler's
  // The safepoint counter of the running fiber is compared with this; an interruption sets it to the least number.
  std::atomic<int64_t> counter_limit{kQuantum};
  uint64_t instructions_left = UINT64_MAX;  // of this run's budget, up to the last poll
  bool others_ready = false;  // a quantum ends in a switch only when there is somebody to switch to
  gc::Value result = {};           // of the fiber that just ended (a root)
  gc::Value scratch = {};          // operand of the immediate forms' slow paths; never a reference
  std::array<builtins::BuiltinFunction, bytecode::kAllBuiltinCount> builtin_functions = {};
  HostFunctions* host = nullptr;  // null: the host has no functions
};

}  // namespace foxvm::interp

#endif  // FOXVM_INTERP_ENGINE_H_
