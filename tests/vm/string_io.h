// StringIo: a HostIo for tests that keeps what programs print and has nothing to read.
#ifndef FOXVM_TESTS_VM_STRING_IO_H_
#define FOXVM_TESTS_VM_STRING_IO_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "frontend/module_source.h"
#include "interp/builtins/host_io.h"

namespace foxvm::vm {

class StringIo : public builtins::HostIo {
 public:
  void Write(absl::string_view text) override { output.append(text.data(), text.size()); }
  builtins::ReadLineResult ReadLine(size_t, std::string*) override { return builtins::ReadLineResult::kEnd; }

  std::string output;
};

// There are no modules.
class NoModules : public frontend::ModuleSource {
 public:
  absl::StatusOr<std::string> Read(absl::string_view, absl::string_view, std::string*) override {
    return absl::NotFoundError("");
  }
};

}  // namespace foxvm::vm

#endif  // FOXVM_TESTS_VM_STRING_IO_H_
