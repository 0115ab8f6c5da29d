#include "vm/foxvm_state.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "vm/failure_text.h"

using foxvm::vm::Failure;

namespace {

foxvm_status StatusOf(foxvm::objects::FatalKind kind) {
  using foxvm::objects::FatalKind;
  switch (kind) {
    case FatalKind::kOutOfMemory:
      return FOXVM_OUT_OF_MEMORY;
    case FatalKind::kStackOverflow:
      return FOXVM_STACK_OVERFLOW;
    case FatalKind::kInterrupted:
      return FOXVM_INTERRUPTED;
    case FatalKind::kOutOfInstructions:
      return FOXVM_OUT_OF_INSTRUCTIONS;
    default:
      return FOXVM_RUNTIME_ERROR;
  }
}

foxvm_status StatusOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kOutOfRange:
      return FOXVM_NOT_FOUND;
    case absl::StatusCode::kResourceExhausted:
      return FOXVM_OUT_OF_MEMORY;
    case absl::StatusCode::kFailedPrecondition:
      return FOXVM_BUSY;
    case absl::StatusCode::kCancelled:
      return FOXVM_INTERRUPTED;
    default:
      return FOXVM_INVALID_ARGUMENT;
  }
}

}  // namespace

foxvm_status foxvm_vm::Init(const foxvm::vm::VmOptions& options) {
  auto vm = foxvm::vm::Vm::Create(options, *this);
  if (!vm.ok()) return StatusOf(vm.status().code());
  vm_ = *std::move(vm);
  return FOXVM_OK;
}

foxvm_status foxvm_vm::Fail(foxvm_status status, absl::string_view message) {
  error = {};
  error.status = status;
  error.message = std::string(message);
  error.report = absl::StrCat("error: ", message, "\n");
  return status;
}

foxvm_status foxvm_vm::Fail(const absl::Status& status) {
  return Fail(StatusOf(status.code()), status.message());
}

foxvm_status foxvm_vm::Fail(const Failure& failure) {
  Fail(vm_->running() ? FOXVM_BUSY : StatusOf(failure.kind), failure.message);
  error.report = foxvm::vm::FailureText(failure);
  error.trace = failure.trace;
  if (!error.trace.empty()) {
    error.file = error.trace[0].file;
    error.line = error.trace[0].line;
  }
  return error.status;
}

foxvm_status foxvm_vm::FailCompile(const foxvm::frontend::CompileResult& compiled,
                                   const absl::Status& status) {
  if (compiled.diagnostics.empty()) return Fail(status);
  const foxvm::frontend::Diagnostic& first = compiled.diagnostics[0];
  Fail(FOXVM_COMPILE_ERROR, first.message);
  error.file = first.file;
  error.line = first.line;
  error.report = std::string(status.message());
  return error.status;
}

void foxvm_vm::Write(absl::string_view text) {
  if (callbacks.output == nullptr) return;
  const bool before = std::exchange(closed_, true);
  callbacks.output(callbacks.user, text.data(), text.size());
  closed_ = before;
}

foxvm::builtins::ReadLineResult foxvm_vm::ReadLine(size_t, std::string*) {
  return foxvm::builtins::ReadLineResult::kEnd;
}

absl::StatusOr<std::string> foxvm_vm::Read(absl::string_view path, absl::string_view, std::string*) {
  if (callbacks.load_module == nullptr) return absl::NotFoundError("");
  foxvm_module_text module;
  const bool before = std::exchange(closed_, true);
  const foxvm_status status = callbacks.load_module(callbacks.user, std::string(path).c_str(), &module);
  closed_ = before;
  if (status != FOXVM_OK || !module.set) return absl::NotFoundError("");
  return std::move(module.text);
}
