// Vm: the one door for hosts: loads and runs Morph programs within the bounds it was given.
// How: a thin facade over the compiler, the verifier and the interpreter's Machine; every failure comes back
//      as a status or a Failure value, and the VM stays usable after each.
// Invariants: VM-1 no process-wide state: any number of VMs in one process.
// Threads: owned by one thread at a time; Interrupt alone may be called from any, and from a signal handler.
// Collects: Load..., Run.  Owns: heap, strings, loaded programs.  Not here: files (file_module_source.h).
#ifndef FOXVM_VM_VM_H_
#define FOXVM_VM_VM_H_

#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "frontend/compile.h"
#include "frontend/module_source.h"
#include "gc/heap.h"
#include "interp/bytecode/module.h"
#include "interp/machine.h"
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
  // `compiled` not null they are in `*compiled` as well), ResourceExhausted.
  absl::StatusOr<Program*> LoadSource(absl::string_view name, absl::string_view text,
                                      frontend::ModuleSource& imports,
                                      frontend::CompileResult* compiled = nullptr);

  // Loads the bytes of a `.mbc` file. Takes any bytes. Errors: InvalidArgument with the offset and the
  // reason, ResourceExhausted.
  absl::StatusOr<Program*> LoadBytecode(absl::string_view bytes);

  // Runs `program`, which this VM loaded, to its end. Nothing when it ended by itself.
  [[nodiscard]] std::optional<Failure> Run(Program& program);

  // Makes the running program fail with FatalKind::kInterrupted soon.
  void Interrupt();

  // Counters of the heap since the VM's creation.
  gc::HeapStatistics heap_statistics() const;
  // The options as given to Create.
  const VmOptions& options() const { return options_; }

 private:
  Vm(const VmOptions& options, std::unique_ptr<interp::Machine> machine);
  absl::StatusOr<Program*> LoadModule(bytecode::Module module);

  const VmOptions options_;
  const std::unique_ptr<interp::Machine> machine_;
};

}  // namespace foxvm::vm

#endif  // FOXVM_VM_VM_H_
