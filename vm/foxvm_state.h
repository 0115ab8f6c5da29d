// foxvm_vm, the VM of the C interface: a Vm, its handles, its callbacks and its last error.
// How: foxvm.cc and foxvm_values.cc are the functions over it. Each begins with Refuse(), so that NULL and a
//      call from inside a callback are answered in one place.
// Threads: as in foxvm.h.
#ifndef FOXVM_VM_FOXVM_STATE_H_
#define FOXVM_VM_FOXVM_STATE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "vm/foxvm.h"
#include "vm/foxvm_handles.h"
#include "vm/vm.h"

struct foxvm_module_text {
  bool set = false;
  std::string text;
};

namespace foxvm::vm {

// What the foxvm_error_... functions tell.
struct LastError {
  foxvm_status status = FOXVM_OK;
  std::string message;
  std::string file;
  uint32_t line = 0;
  std::string report;
  std::vector<TraceFrame> trace;
};

}  // namespace foxvm::vm

struct foxvm_vm : private foxvm::builtins::HostIo, private foxvm::frontend::ModuleSource {
 public:
  explicit foxvm_vm(const foxvm_options& options) : callbacks(options) {}

  foxvm_status Init(const foxvm::vm::VmOptions& options);
  foxvm::frontend::ModuleSource& modules() { return *this; }
  foxvm::vm::Vm& vm() { return *vm_; }
  bool closed() const { return closed_; }
  bool InCallback() const { return closed_ || vm_->running(); }

  // Each notes the error and returns its status.
  foxvm_status Fail(foxvm_status status, absl::string_view message);
  foxvm_status Fail(const absl::Status& status);
  foxvm_status Fail(const foxvm::vm::Failure& failure);
  foxvm_status FailCompile(const foxvm::frontend::CompileResult& compiled, const absl::Status& status);

  foxvm::vm::HandleTable handles;
  foxvm::vm::LastError error;
  std::vector<foxvm::vm::Program*> programs;
  std::string host_failure;  // given to foxvm_fail by the host function that runs
  bool in_host_function = false;

 private:
  void Write(absl::string_view text) override;
  foxvm::builtins::ReadLineResult ReadLine(size_t max_bytes, std::string* line) override;
  absl::StatusOr<std::string> Read(absl::string_view path, absl::string_view importing_file,
                                   std::string* resolved_name) override;

  const foxvm_options callbacks;
  bool closed_ = false;  // inside a callback that must not use the VM
  std::unique_ptr<foxvm::vm::Vm> vm_;
};

namespace foxvm::vm {

// FOXVM_OK if `vm` can be used; what to return if not.
inline foxvm_status Refuse(foxvm_vm* vm) {
  if (vm == nullptr) return FOXVM_INVALID_ARGUMENT;
  if (vm->closed()) return FOXVM_BUSY;
  return FOXVM_OK;
}

}  // namespace foxvm::vm

#endif  // FOXVM_VM_FOXVM_STATE_H_
