// The C interface: VMs, programs, calls, host functions and errors; values are in foxvm_values.cc.
#include "vm/foxvm.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "gc/heap_presets.h"
#include "vm/foxvm_state.h"

using foxvm::vm::Failure;
using foxvm::vm::Refuse;
using foxvm::vm::Value;

namespace {

constexpr uint64_t kAllCapabilities = FOXVM_ALLOW_FILES | FOXVM_ALLOW_CLOCK;

// The host's options, whatever version of the struct it was built with, in this version's. False: not valid.
bool ReadOptions(const foxvm_options* given, foxvm_options* options) {
  *options = {};
  options->size = sizeof(foxvm_options);
  if (given == nullptr) return true;
  const size_t size = given->size;
  if (size < sizeof(given->size)) return false;
  // Of a newer version only what it leaves at the defaults can be served.
  const char* bytes = reinterpret_cast<const char*>(given);
  for (size_t i = sizeof(foxvm_options); i < size; ++i) {
    if (bytes[i] != 0) return false;
  }
  std::memcpy(options, given, std::min(size, sizeof(foxvm_options)));
  return (options->capabilities & ~kAllCapabilities) == 0 && options->heap_preset <= FOXVM_PRESET_SERVER &&
         options->dialect <= FOXVM_DIALECT_TYPED;
}

foxvm::gc::HeapOptions HeapOptionsOf(uint64_t preset) {
  using foxvm::gc::HeapPreset;
  switch (preset) {
    case FOXVM_PRESET_AUTO: return foxvm::gc::DetectedOptions(foxvm::gc::ReadMachineMemory());
    case FOXVM_PRESET_RUNTIME: return foxvm::gc::PresetOptions(HeapPreset::kRuntime);
    case FOXVM_PRESET_VM: return foxvm::gc::PresetOptions(HeapPreset::kVm);
    case FOXVM_PRESET_SERVER: return foxvm::gc::PresetOptions(HeapPreset::kServer);
    default: return {};
  }
}

foxvm::vm::VmOptions VmOptionsOf(const foxvm_options& options) {
  foxvm::vm::VmOptions result;
  result.heap = HeapOptionsOf(options.heap_preset);
  if (options.heap_max_bytes != 0) result.heap.max_bytes = options.heap_max_bytes;
  if (options.stack_max_bytes != 0) result.stack_max_bytes = options.stack_max_bytes;
  if (options.dialect == FOXVM_DIALECT_DYNAMIC) result.dialect = foxvm::frontend::Dialect::kDynamic;
  if (options.dialect == FOXVM_DIALECT_TYPED) result.dialect = foxvm::frontend::Dialect::kTyped;
  result.max_instructions = options.max_instructions;
  result.capabilities.files = (options.capabilities & FOXVM_ALLOW_FILES) != 0;
  result.capabilities.clock = (options.capabilities & FOXVM_ALLOW_CLOCK) != 0;
  return result;
}

// The values behind `count` handles. False with the error noted.
bool FindValues(foxvm_vm* vm, const foxvm_value* handles, size_t count, std::vector<Value>* values) {
  if (handles == nullptr && count != 0) {
    vm->Fail(FOXVM_INVALID_ARGUMENT, "arguments is NULL");
    return false;
  }
  for (size_t i = 0; i < count; ++i) {
    const auto* slot = vm->handles.Find(handles[i]);
    if (slot == nullptr) {
      vm->Fail(FOXVM_INVALID_ARGUMENT, "an argument is no value of this VM");
      return false;
    }
    values->push_back(slot->value);
  }
  return true;
}

foxvm_status Loaded(foxvm_vm* vm, foxvm::vm::Program* loaded, foxvm_program* program) {
  vm->programs.push_back(loaded);
  program->number = static_cast<uint32_t>(vm->programs.size());
  return FOXVM_OK;
}

foxvm_status Call(foxvm_vm* vm, const Value& function, const foxvm_value* arguments, size_t count,
                  foxvm_value* result) {
  std::vector<Value> values;
  if (!FindValues(vm, arguments, count, &values)) return FOXVM_INVALID_ARGUMENT;
  Failure failure;
  absl::StatusOr<Value> value = vm->vm().Call(function, values, &failure);
  if (failure.kind != foxvm::objects::FatalKind::kNone) return vm->Fail(failure);
  if (!value.ok()) return vm->Fail(value.status());
  if (result != nullptr) *result = vm->handles.Add(*std::move(value));
  return FOXVM_OK;
}

// A program's call of a function of the host.
absl::StatusOr<Value> CallHost(foxvm_vm* vm, foxvm_host_function function, void* user,
                               absl::Span<const Value> arguments) {
  vm->handles.OpenScope();
  vm->in_host_function = true;
  vm->host_failure.clear();
  absl::Cleanup close = [vm] {
    vm->handles.CloseScope();
    vm->in_host_function = false;
  };
  std::vector<foxvm_value> handles;
  handles.reserve(arguments.size());
  for (const Value& argument : arguments) handles.push_back(vm->handles.Add(argument));
  foxvm_value result{0};
  if (function(vm, user, handles.data(), handles.size(), &result) != FOXVM_OK) {
    return absl::AbortedError(vm->host_failure.empty() ? "the host function failed" : vm->host_failure);
  }
  if (result.handle == 0) return Value();
  const auto* slot = vm->handles.Find(result);
  if (slot == nullptr) return absl::AbortedError("the host function gave back no value");
  return slot->value;
}

}  // namespace

foxvm_status foxvm_create(const foxvm_options* options, foxvm_vm** vm) {
  if (vm == nullptr) return FOXVM_INVALID_ARGUMENT;
  foxvm_options read;
  if (!ReadOptions(options, &read)) return FOXVM_INVALID_ARGUMENT;
  auto created = std::make_unique<foxvm_vm>(read);
  const foxvm_status status = created->Init(VmOptionsOf(read));
  if (status == FOXVM_OK) *vm = created.release();
  return status;
}

foxvm_status foxvm_destroy(foxvm_vm* vm) {
  if (vm == nullptr) return FOXVM_OK;
  if (vm->InCallback()) return FOXVM_BUSY;
  delete vm;
  return FOXVM_OK;
}

foxvm_status foxvm_load_source(foxvm_vm* vm, const char* name, const char* text, size_t length,
                               foxvm_program* program) {
  if (const foxvm_status refused = Refuse(vm)) return refused;
  if (name == nullptr || program == nullptr || (text == nullptr && length != 0)) {
    return vm->Fail(FOXVM_INVALID_ARGUMENT, "name, text or program is NULL");
  }
  foxvm::frontend::CompileResult compiled;
  const auto loaded = vm->vm().LoadSource(name, absl::string_view(text, length), vm->modules(), &compiled);
  if (!loaded.ok()) return vm->FailCompile(compiled, loaded.status());
  return Loaded(vm, *loaded, program);
}

foxvm_status foxvm_load_bytecode(foxvm_vm* vm, const void* bytes, size_t length, foxvm_program* program) {
  if (const foxvm_status refused = Refuse(vm)) return refused;
  if (program == nullptr || (bytes == nullptr && length != 0)) {
    return vm->Fail(FOXVM_INVALID_ARGUMENT, "bytes or program is NULL");
  }
  const auto loaded = vm->vm().LoadBytecode(absl::string_view(static_cast<const char*>(bytes), length));
  if (!loaded.ok()) return vm->Fail(loaded.status());
  return Loaded(vm, *loaded, program);
}

foxvm_status foxvm_run(foxvm_vm* vm, foxvm_program program) {
  if (const foxvm_status refused = Refuse(vm)) return refused;
  if (program.number == 0 || program.number > vm->programs.size()) {
    return vm->Fail(FOXVM_INVALID_ARGUMENT, "there is no such program");
  }
  const std::optional<Failure> failure = vm->vm().Run(*vm->programs[program.number - 1]);
  return failure.has_value() ? vm->Fail(*failure) : FOXVM_OK;
}

foxvm_status foxvm_interrupt(foxvm_vm* vm) {
  if (vm == nullptr) return FOXVM_INVALID_ARGUMENT;
  vm->vm().Interrupt();
  return FOXVM_OK;
}

foxvm_status foxvm_call(foxvm_vm* vm, const char* name, const foxvm_value* arguments, size_t count,
                        foxvm_value* result) {
  if (const foxvm_status refused = Refuse(vm)) return refused;
  if (name == nullptr) return vm->Fail(FOXVM_INVALID_ARGUMENT, "name is NULL");
  const absl::StatusOr<Value> function = vm->vm().Global(name);
  if (!function.ok()) return vm->Fail(function.status());
  return Call(vm, *function, arguments, count, result);
}

foxvm_status foxvm_call_value(foxvm_vm* vm, foxvm_value function, const foxvm_value* arguments, size_t count,
                              foxvm_value* result) {
  if (const foxvm_status refused = Refuse(vm)) return refused;
  const auto* slot = vm->handles.Find(function);
  if (slot == nullptr) return vm->Fail(FOXVM_INVALID_ARGUMENT, "function is no value of this VM");
  // A copy: what runs may move handles about.
  const Value called = slot->value;
  return Call(vm, called, arguments, count, result);
}

foxvm_status foxvm_get_global(foxvm_vm* vm, const char* name, foxvm_value* result) {
  if (const foxvm_status refused = Refuse(vm)) return refused;
  if (name == nullptr || result == nullptr) {
    return vm->Fail(FOXVM_INVALID_ARGUMENT, "name or result is NULL");
  }
  absl::StatusOr<Value> value = vm->vm().Global(name);
  if (!value.ok()) return vm->Fail(value.status());
  *result = vm->handles.Add(*std::move(value));
  return FOXVM_OK;
}

foxvm_status foxvm_register(foxvm_vm* vm, const char* name, foxvm_host_function function, void* user) {
  if (const foxvm_status refused = Refuse(vm)) return refused;
  if (name == nullptr || function == nullptr) {
    return vm->Fail(FOXVM_INVALID_ARGUMENT, "name or function is NULL");
  }
  const absl::Status status =
      vm->vm().RegisterFunction(name, [vm, function, user](absl::Span<const Value> arguments) {
        return CallHost(vm, function, user, arguments);
      });
  return status.ok() ? FOXVM_OK : vm->Fail(status);
}

foxvm_status foxvm_fail(foxvm_vm* vm, const char* message) {
  if (const foxvm_status refused = Refuse(vm)) return refused;
  if (message == nullptr) return vm->Fail(FOXVM_INVALID_ARGUMENT, "message is NULL");
  if (!vm->in_host_function) return vm->Fail(FOXVM_INVALID_ARGUMENT, "no host function is running");
  vm->host_failure = message;
  return FOXVM_RUNTIME_ERROR;
}

foxvm_status foxvm_module_set_text(foxvm_module_text* module, const char* text, size_t length) {
  if (module == nullptr || (text == nullptr && length != 0)) return FOXVM_INVALID_ARGUMENT;
  module->text.assign(text == nullptr ? "" : text, length);
  module->set = true;
  return FOXVM_OK;
}

foxvm_status foxvm_error_status(const foxvm_vm* vm) {
  return vm == nullptr ? FOXVM_INVALID_ARGUMENT : vm->error.status;
}

const char* foxvm_error_message(const foxvm_vm* vm) {
  return vm == nullptr ? "the VM is NULL" : vm->error.message.c_str();
}

const char* foxvm_error_file(const foxvm_vm* vm) { return vm == nullptr ? "" : vm->error.file.c_str(); }

uint32_t foxvm_error_line(const foxvm_vm* vm) { return vm == nullptr ? 0 : vm->error.line; }

const char* foxvm_error_report(const foxvm_vm* vm) {
  return vm == nullptr ? "error: the VM is NULL\n" : vm->error.report.c_str();
}

foxvm_status foxvm_error_frame(const foxvm_vm* vm, size_t index, const char** function, const char** file,
                               uint32_t* line) {
  if (vm == nullptr) return FOXVM_INVALID_ARGUMENT;
  if (index >= vm->error.trace.size()) return FOXVM_NOT_FOUND;
  const foxvm::vm::TraceFrame& frame = vm->error.trace[index];
  if (function != nullptr) *function = frame.function.c_str();
  if (file != nullptr) *file = frame.file.c_str();
  if (line != nullptr) *line = frame.line;
  return FOXVM_OK;
}
