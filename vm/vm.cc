#include "vm/vm.h"

#include <utility>

#include "absl/memory/memory.h"
#include "interp/bytecode/mbc.h"
#include "interp/bytecode/verifier.h"

namespace foxvm::vm {

absl::StatusOr<std::unique_ptr<Vm>> Vm::Create(const VmOptions& options, builtins::HostIo& io) {
  if (absl::Status status = options.Validate(); !status.ok()) return status;
  interp::MachineOptions machine_options;
  machine_options.heap = options.heap;
  machine_options.stack_max_bytes = options.stack_max_bytes;
  machine_options.capabilities = options.capabilities;
  absl::StatusOr<std::unique_ptr<interp::Machine>> machine = interp::Machine::Create(machine_options, io);
  if (!machine.ok()) return machine.status();
  return absl::WrapUnique(new Vm(options, *std::move(machine)));
}

Vm::Vm(const VmOptions& options, std::unique_ptr<interp::Machine> machine)
    : options_(options), machine_(std::move(machine)) {}

Vm::~Vm() = default;

absl::StatusOr<Program*> Vm::LoadSource(absl::string_view name, absl::string_view text,
                                        frontend::ModuleSource& imports, frontend::CompileResult* compiled) {
  frontend::CompileResult result = frontend::Compile(name, text, imports, {.compat = options_.compat});
  if (result.phase != frontend::CompilePhase::kDone) {
    absl::Status status = absl::InvalidArgumentError(frontend::RenderUnix(result));
    if (compiled != nullptr) *compiled = std::move(result);
    return status;
  }
  return LoadModule(*std::move(result.module));
}

absl::StatusOr<Program*> Vm::LoadBytecode(absl::string_view bytes) {
  absl::StatusOr<bytecode::Module> module = bytecode::ReadMbc(bytes);
  if (!module.ok()) return module.status();
  return LoadModule(*std::move(module));
}

absl::StatusOr<Program*> Vm::LoadModule(bytecode::Module module) {
  absl::StatusOr<bytecode::VerifiedModule> verified = bytecode::Verify(std::move(module));
  if (!verified.ok()) return verified.status();
  return machine_->Load(*std::move(verified));
}

std::optional<Failure> Vm::Run(Program& program) { return machine_->Run(program); }

void Vm::Interrupt() { machine_->Interrupt(); }

gc::HeapStatistics Vm::heap_statistics() const { return machine_->heap().statistics(); }

}  // namespace foxvm::vm
