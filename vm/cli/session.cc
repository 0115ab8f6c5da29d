#include "vm/cli/session.h"

#include <utility>

#include "absl/memory/memory.h"
#include "interp/bytecode/verifier.h"

namespace foxvm::cli {

absl::StatusOr<std::unique_ptr<Session>> Session::Create(const vm::VmOptions& options, builtins::HostIo& io) {
  if (absl::Status status = options.Validate(); !status.ok()) return status;
  interp::MachineOptions machine_options;
  machine_options.heap = options.heap;
  machine_options.stack_max_bytes = options.stack_max_bytes;
  machine_options.capabilities = options.capabilities;
  absl::StatusOr<std::unique_ptr<interp::Machine>> machine = interp::Machine::Create(machine_options, io);
  if (!machine.ok()) return machine.status();
  return absl::WrapUnique(new Session(*std::move(machine)));
}

frontend::CompileResult Session::Compile(absl::string_view name, absl::string_view text,
                                         frontend::ModuleSource& imports) {
  frontend::CompileOptions options;
  options.dialect = dialect_;
  options.predefined_globals = names_;
  options.typed_session = &typed_;
  options.arena = &arena_;
  return frontend::Compile(name, text, imports, options);
}

absl::Status Session::Run(bytecode::Module module, std::optional<interp::Failure>* failure) {
  std::vector<std::string> names = module.global_names;
  absl::StatusOr<bytecode::VerifiedModule> verified = bytecode::Verify(std::move(module));
  if (!verified.ok()) return verified.status();
  const absl::StatusOr<interp::Program*> program = machine_->Load(*std::move(verified), true);
  if (!program.ok()) return program.status();
  names_ = std::move(names);
  if (dialect_ == frontend::Dialect::kTyped) typed_.Commit();
  *failure = machine_->Run(**program);
  return absl::OkStatus();
}

}  // namespace foxvm::cli
