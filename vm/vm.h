// Vm: the one door for hosts: loads and runs Morph programs within the bounds it was given, calls their
//      functions, and gives them functions of the host's.
// How: a thin facade over the compiler, the verifier and the interpreter's Machine; every failure comes back
//      as a status or a Failure value, and the VM stays usable after each.
// Invariants: VM-1 no process-wide state: any number of VMs in one process.
// Threads: owned by one thread at a time; Interrupt alone may be called from any, and from a signal handler.
// Collects: Load..., Run, Call, New....  Owns: heap, strings, loaded programs.  Not here: files
//      (file_module_source.h).
#ifndef FOXVM_VM_VM_H_
#define FOXVM_VM_VM_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "frontend/compile.h"
#include "frontend/module_source.h"
#include "gc/heap.h"
#include "interp/bytecode/module.h"
#include "interp/machine.h"
#include "vm/host_function_table.h"
#include "vm/value.h"
#include "vm/value_table.h"
#include "vm/vm_options.h"

namespace foxvm::vm {

inline constexpr absl::string_view kVersion = "0.1.0";

// A loaded program; lives as long as its VM.
using Program = interp::Program;
// Why a program ended before its end, with the Morph stack trace.
using Failure = interp::Failure;
using TraceFrame = interp::TraceFrame;

class Vm {
 public:
  // `io` takes what programs print and gives what they read; it outlives the VM.
  // Errors: InvalidArgument (options), ResourceExhausted.
  static absl::StatusOr<std::unique_ptr<Vm>> Create(const VmOptions& options, builtins::HostIo& io);
  ~Vm();
  Vm(const Vm&) = delete;
  Vm& operator=(const Vm&) = delete;

  // Compiles and loads the program `text`; `name` is what messages call it, imported files come through
  // `imports`.
  // Errors: InvalidArgument when it does not compile (the message is the rendered diagnostics; with
  // `compiled` not null they are in `*compiled` as well), ResourceExhausted, FailedPrecondition (inside a
  // host function).
  absl::StatusOr<Program*> LoadSource(absl::string_view name, absl::string_view text,
                                      frontend::ModuleSource& imports,
                                      frontend::CompileResult* compiled = nullptr);

  // Loads the bytes of a `.mbc` file. Takes any bytes. Errors: InvalidArgument with the offset and the
  // reason, ResourceExhausted, NotFound (a host function that it names), FailedPrecondition.
  absl::StatusOr<Program*> LoadBytecode(absl::string_view bytes);

  // Runs `program`, which this VM loaded, to its end. Nothing when it ended by itself. Its global variables
  // stay, for Call, Global and the functions of other programs; fibers it left behind do not. Inside a host
  // function it only fails: one VM runs one thing at a time.
  [[nodiscard]] std::optional<Failure> Run(Program& program);

  // Lets programs loaded from now on call `function` by `name`, as if it were built in. Definitions of their
  // own hide it. Errors: InvalidArgument (a name that programs cannot use), AlreadyExists.
  absl::Status RegisterFunction(absl::string_view name, HostFunction function);

  // Calls the closure in the global variable `name`, or given as a value, and returns its result, which may
  // be an error value. Errors: NotFound (no such variable); InvalidArgument (not a closure, another number of
  // parameters, a value of another VM); FailedPrecondition (inside a host function); Aborted,
  // ResourceExhausted (memory, stack, instructions) or Cancelled (interrupted) when it failed while running,
  // with the Failure in *failure if that is not null.
  absl::StatusOr<Value> Call(absl::string_view name, absl::Span<const Value> arguments,
                             Failure* failure = nullptr);
  absl::StatusOr<Value> Call(const Value& function, absl::Span<const Value> arguments,
                             Failure* failure = nullptr);

  // The value of a global variable: of the program loaded last that has one of this name. Errors: NotFound.
  absl::StatusOr<Value> Global(absl::string_view name);

  // New values in this VM's heap. Errors: ResourceExhausted, InvalidArgument (values of another VM).
  absl::StatusOr<Value> NewString(absl::string_view bytes) { return values_.NewString(bytes); }
  absl::StatusOr<Value> NewArray(absl::Span<const Value> elements) { return values_.NewArray(elements); }
  absl::StatusOr<Value> NewHash(absl::Span<const std::pair<Value, Value>> entries) {
    return values_.NewHash(entries);
  }
  absl::StatusOr<Value> NewError(absl::string_view message) { return values_.NewError(message); }

  // True inside a host function and inside HostIo: nothing can be loaded or run then.
  bool running() const { return machine_->running(); }

  // Makes the running program fail with FatalKind::kInterrupted soon.
  void Interrupt();

  // Frees what no program, value or host handle holds. No effect inside a host function.
  void CollectGarbage();
  // What is in the heap, a table by type (gc/heap_census.h); what has died since the last collection is in
  // it.
  std::string HeapCensus();
  // The same object by object (gc/heap_dump.h): false as soon as `write` returns false.
  bool DumpHeap(absl::FunctionRef<bool(absl::string_view)> write);
  // Counters of the heap since the VM's creation.
  gc::HeapStatistics heap_statistics() const;
  // The options as given to Create.
  const VmOptions& options() const { return options_; }

 private:
  Vm(const VmOptions& options, std::unique_ptr<interp::Machine> machine);
  absl::StatusOr<Program*> LoadModule(bytecode::Module module);
  void NoteGlobals(const Program& program);
  // `name` is what messages call the function.
  absl::StatusOr<Value> CallNamed(absl::string_view name, const Value& function,
                                  absl::Span<const Value> arguments, Failure* failure);

  const VmOptions options_;
  const std::unique_ptr<interp::Machine> machine_;
  ValueTable values_;
  HostFunctionTable functions_;
  absl::flat_hash_map<std::string, uint32_t> globals_;  // by name: the machine's number of it
};

}  // namespace foxvm::vm

#endif  // FOXVM_VM_VM_H_
