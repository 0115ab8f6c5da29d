// Session: a dialogue with one machine: programs that share their global variables.
// How: every input is compiled as a program of its own that knows the names and slots of the variables before
//      it, and is loaded onto the machine's globals.
// Threads: one; Interrupt alone may be called from any, and from a signal handler.  Collects: Run.
#ifndef FOXVM_VM_CLI_SESSION_H_
#define FOXVM_VM_CLI_SESSION_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "frontend/compile.h"
#include "frontend/dialect.h"
#include "frontend/module_source.h"
#include "frontend/typed/typed_session.h"
#include "gc/arena.h"
#include "gc/heap.h"
#include "interp/machine.h"
#include "vm/vm_options.h"

namespace foxvm::cli {

class Session {
 public:
  // `io` outlives the session. Errors: InvalidArgument (options), ResourceExhausted.
  static absl::StatusOr<std::unique_ptr<Session>> Create(const vm::VmOptions& options, builtins::HostIo& io);

  // Of all inputs.
  frontend::Dialect dialect() const { return dialect_; }
  // Before anything is defined the dialect may change.
  bool is_new() const { return names_.size() == 1; }
  void set_dialect(frontend::Dialect dialect) { dialect_ = dialect; }

  // Compiles an input after those that ran.
  frontend::CompileResult Compile(absl::string_view name, absl::string_view text,
                                  frontend::ModuleSource& imports);
  // Runs what Compile made last; a failure at run time goes to `*failure`. What it defined stays. Errors: the
  // module cannot be loaded.
  absl::Status Run(bytecode::Module module, std::optional<interp::Failure>* failure);
  void Interrupt() { machine_->Interrupt(); }

  // The variables by slot; the first holds the last result.
  const std::vector<std::string>& names() const { return names_; }
  gc::HeapStatistics heap_statistics() const { return machine_->heap().statistics(); }

 private:
  explicit Session(std::unique_ptr<interp::Machine> machine) : machine_(std::move(machine)) {}

  const std::unique_ptr<interp::Machine> machine_;
  gc::Arena arena_;  // for the trees of one input after the other
  std::vector<std::string> names_ = {"_"};
  frontend::Dialect dialect_ = frontend::Dialect::kDynamic;
  frontend::TypedSession typed_;
};

}  // namespace foxvm::cli

#endif  // FOXVM_VM_CLI_SESSION_H_
