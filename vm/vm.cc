#include "vm/vm.h"

#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "gc/check.h"
#include "gc/handle.h"
#include "gc/heap_census.h"
#include "gc/heap_dump.h"
#include "gc/heap_environment.h"
#include "interp/bytecode/mbc.h"
#include "interp/bytecode/verifier.h"
#include "interp/code/function_record.h"
#include "interp/objects/layout.h"
#include "interp/objects/types.h"
#include "interp/program.h"

namespace foxvm::vm {
namespace {

absl::Status Busy() { return absl::FailedPreconditionError("the VM is running a program already"); }

absl::StatusCode CodeOf(objects::FatalKind kind) {
  switch (kind) {
    case objects::FatalKind::kOutOfMemory:
    case objects::FatalKind::kStackOverflow:
    case objects::FatalKind::kOutOfInstructions: return absl::StatusCode::kResourceExhausted;
    case objects::FatalKind::kInterrupted: return absl::StatusCode::kCancelled;
    default: return absl::StatusCode::kAborted;
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Vm>> Vm::Create(const VmOptions& options, builtins::HostIo& io) {
  if (absl::Status status = options.Validate(); !status.ok()) return status;
  interp::MachineOptions machine_options;
  absl::StatusOr<gc::HeapOptions> heap_options = gc::ApplyHeapEnvironment(options.heap);
  if (!heap_options.ok()) return heap_options.status();
  machine_options.heap = *heap_options;
  machine_options.stack_max_bytes = options.stack_max_bytes;
  machine_options.capabilities = options.capabilities;
  machine_options.max_instructions = options.max_instructions;
  absl::StatusOr<std::unique_ptr<interp::Machine>> machine = interp::Machine::Create(machine_options, io);
  if (!machine.ok()) return machine.status();
  return absl::WrapUnique(new Vm(options, *std::move(machine)));
}

Vm::Vm(const VmOptions& options, std::unique_ptr<interp::Machine> machine)
    : options_(options), machine_(std::move(machine)), values_(*machine_), functions_(values_) {
  machine_->SetHost(&functions_);
}

Vm::~Vm() { FOXVM_CHECK(!running()); }

absl::StatusOr<Program*> Vm::LoadSource(absl::string_view name, absl::string_view text,
                                        frontend::ModuleSource& imports, frontend::CompileResult* compiled) {
  if (running()) return Busy();
  const std::vector<absl::string_view> host_functions = functions_.names();
  frontend::CompileResult result =
      frontend::Compile(
          name, text, imports,
          {.dialect = options_.dialect, .compat = options_.compat, .host_functions = host_functions});
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
  absl::StatusOr<Program*> program = machine_->Load(*std::move(verified));
  if (program.ok()) NoteGlobals(**program);
  return program;
}

void Vm::NoteGlobals(const Program& program) {
  const bytecode::Module& loaded = program.module();
  auto host_global = loaded.host_globals.begin();
  for (uint32_t g = 0; g < loaded.global_names.size(); ++g) {
    if (host_global != loaded.host_globals.end() && *host_global == g) {
      ++host_global;
      continue;
    }
    globals_.insert_or_assign(loaded.global_names[g], program.first_global() + g);
  }
}

std::optional<Failure> Vm::Run(Program& program) {
  if (running()) {
    Failure failure;
    failure.kind = objects::FatalKind::kProgram;
    failure.message = std::string(Busy().message());
    return failure;
  }
  return machine_->Run(program);
}

absl::Status Vm::RegisterFunction(absl::string_view name, HostFunction function) {
  return functions_.Add(name, std::move(function));
}

absl::StatusOr<Value> Vm::Global(absl::string_view name) {
  const auto found = globals_.find(name);
  if (found == globals_.end()) {
    return absl::NotFoundError(absl::StrCat("no loaded program has a global variable `", name, "`"));
  }
  return values_.FromHeap(machine_->GetGlobal(found->second));
}

absl::StatusOr<Value> Vm::Call(absl::string_view name, absl::Span<const Value> arguments, Failure* failure) {
  const absl::StatusOr<Value> function = Global(name);
  if (!function.ok()) return function.status();
  return CallNamed(name, *function, arguments, failure);
}

absl::StatusOr<Value> Vm::Call(const Value& function, absl::Span<const Value> arguments, Failure* failure) {
  return CallNamed("the value", function, arguments, failure);
}

absl::StatusOr<Value> Vm::CallNamed(absl::string_view name, const Value& function,
                                    absl::Span<const Value> arguments, Failure* failure) {
  if (running()) return Busy();
  absl::Status status;
  gc::HandleScope scope(values_.context().mutator);
  const gc::Value* callee = values_.ToHeap(function, &status);
  if (callee == nullptr) return status;
  if (!objects::Is(*callee, objects::kClosureType)) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " is not a function of a program but ", objects::TypeName(*callee)));
  }
  const uint32_t params = static_cast<objects::Closure*>(callee->object())->function()->params;
  if (params != arguments.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " takes ", params, " arguments, got ", arguments.size()));
  }
  std::vector<const gc::Value*> slots;
  for (const Value& argument : arguments) {
    const gc::Value* slot = values_.ToHeap(argument, &status);
    if (slot == nullptr) return status;
    slots.push_back(slot);
  }
  // Read when nothing allocates any more: the slots follow moving objects, copies do not.
  std::vector<gc::Value> words;
  for (const gc::Value* slot : slots) words.push_back(*slot);
  gc::Value* result = values_.context().mutator.handles.Push(gc::Value::Null());
  std::optional<Failure> failed = machine_->Call(*callee, words.data(), params, result);
  if (!failed.has_value()) return values_.FromHeap(*result);
  status = absl::Status(CodeOf(failed->kind), failed->message);
  if (failure != nullptr) *failure = *std::move(failed);
  return status;
}

void Vm::Interrupt() { machine_->Interrupt(); }

void Vm::CollectGarbage() {
  if (running()) return;
  machine_->heap().CollectMajor();
  // What is young the first one has kept for old objects that it has only then found dead.
  machine_->heap().CollectMajor();
}

std::string Vm::HeapCensus() { return gc::CensusText(machine_->heap(), gc::TakeCensus(machine_->heap())); }

bool Vm::DumpHeap(absl::FunctionRef<bool(absl::string_view)> write) {
  return gc::DumpHeap(machine_->heap(), write);
}

gc::HeapStatistics Vm::heap_statistics() const { return machine_->heap().statistics(); }

}  // namespace foxvm::vm
