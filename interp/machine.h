// Machine: one VM's execution engine: heap, strings, shapes, fibers and loaded programs, wired together.
// How: owns every part and runs fibers until the main one ends; a part that needs another gets a reference.
// Invariants: MC-1 no process-wide state: any number of machines in one process.
// Threads: owned by one thread at a time; Interrupt alone may be called from any.  Collects: Load, Run.
// Not here: sources, files, options of a program's user (vm/).
#ifndef FOXVM_INTERP_MACHINE_H_
#define FOXVM_INTERP_MACHINE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gc/heap.h"
#include "interp/builtins/builtin.h"
#include "interp/bytecode/verifier.h"
#include "interp/code/translator.h"
#include "interp/host_functions.h"
#include "interp/objects/context.h"

namespace foxvm::interp {

class Program;

struct MachineOptions {
  gc::HeapOptions heap;
  // Most bytes one fiber's stack may take; recursion past it ends the program with `stack overflow`.
  size_t stack_max_bytes = size_t{256} << 20;
  builtins::Capabilities capabilities;
  // Bytecode instructions one run may execute, all its fibers together; counted at loops and calls, so the end comes up
  // to one loop body or function late, the same in every run. 0: no limit.
  uint64_t max_instructions = 0;
  code::TranslatorFaults faults;  // planted by tests
};

// One line of a stack trace, innermost first.
struct TraceFrame {
  std::string function;  // "" for the main code and anonymous functions
  std::string file;
  uint32_t line = 0;     // 1-based; 0: unknown
  bool is_main = false;  // the program's main code
};

// Why a program ended before its end.
struct Failure {
  objects::FatalKind kind = objects::FatalKind::kNone;
  std::string message;
  std::vector<TraceFrame> trace;  // at most kMaxTraceFrames: the innermost and the outermost
  size_t omitted_frames = 0;      // between the two halves
};
inline constexpr size_t kMaxTraceFrames = 40;

class Machine {
 public:
  // `io` outlives the machine. Errors: InvalidArgument (options), ResourceExhausted.
  static absl::StatusOr<std::unique_ptr<Machine>> Create(const MachineOptions& options,
                                                         builtins::HostIo& io);
  ~Machine();

  // The functions programs find beside the built-in ones; null: none. Outlives the machine; its functions' numbers
  // never change. Set before a program that needs them is loaded.
  void SetHost(HostFunctions* host);

  // Makes a module runnable. The program lives as long as the machine. Its global variables are its own; with
  // `share_globals` they are the machine's, from the first on, with the values that earlier programs loaded in the same
  // way left there. Errors: ResourceExhausted, NotFound (a host's function that the module names), FailedPrecondition (a
  // program is running).
  absl::StatusOr<Program*> Load(bytecode::VerifiedModule module, bool share_globals = false);

  // Runs the main code of `program` to its end, and other fibers while it waits; fibers still alive then are dropped.
  // Nothing when it ended by itself. The machine stays usable after a failure. Requires !running().
  std::optional<Failure> Run(Program& program);

  // Runs the closure `callee` with `count` arguments, as many as it has parameters, as the main fiber, like Run.
  // *result, a rooted slot, gets its value. Callee and arguments need not be rooted. Requires !running().
  std::optional<Failure> Call(gc::Value callee, const gc::Value* args, uint32_t count, gc::Value* result);

  // True inside a call of a host's function, HostIo included.
  bool running() const;

  // The value of a global variable of the main fiber, by its number in the machine. Requires that it exists.
  gc::Value GetGlobal(uint32_t global) const;

  // Makes a running program fail with FatalKind::kInterrupted soon. Any thread.
  void Interrupt();

  gc::Heap& heap();
  // For operations on values, while nothing runs or inside a call of a host's function.
  objects::Context& context();

 private:
  class Impl;
  explicit Machine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace foxvm::interp

#endif  // FOXVM_INTERP_MACHINE_H_
