// Compilation for tests: modules from memory, the result reduced to what a test compares.
// Threads: pure functions; MemoryModules belongs to one thread.
#ifndef FOXVM_TESTS_FRONTEND_COMPILE_FOR_TEST_H_
#define FOXVM_TESTS_FRONTEND_COMPILE_FOR_TEST_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "frontend/compile.h"
#include "frontend/module_source.h"
#include "interp/bytecode/module.h"

namespace foxvm::frontend {

using FileMap = std::map<std::string, std::string>;  // path -> text

// Serves the files given, and counts how often each is read.
class MemoryModules : public ModuleSource {
 public:
  MemoryModules() = default;
  explicit MemoryModules(FileMap files) : files_(std::move(files)) {}

  absl::StatusOr<std::string> Read(absl::string_view path, absl::string_view importing_file,
                                   std::string* resolved_name) override;

  // Makes every later Read() fail with `status`.
  void FailWith(absl::Status status) { failure_ = std::move(status); }
  const std::vector<std::string>& reads() const { return reads_; }
  const std::vector<std::string>& importers() const { return importers_; }

 private:
  FileMap files_;
  absl::Status failure_;
  std::vector<std::string> reads_;
  std::vector<std::string> importers_;
};

// Serves files below `folder`.
class FolderModules : public ModuleSource {
 public:
  explicit FolderModules(std::string folder) : folder_(std::move(folder)) {}
  absl::StatusOr<std::string> Read(absl::string_view path, absl::string_view importing_file,
                                   std::string* resolved_name) override;

 private:
  std::string folder_;
};

// Compiles a program called `test.fox` without imports.
CompileResult CompileText(absl::string_view text, const CompileOptions& options = {});

// The module of a program that must compile; it is verified as well. An empty module after a test failure.
bytecode::Module CompileOk(absl::string_view text);
bytecode::Module CompileOk(absl::string_view text, ModuleSource& imports);

// Code as lower-case hex without blanks.
std::string Hex(const std::vector<uint8_t>& code);
std::string MainHex(absl::string_view text);

// The output of the reference for a program that it rejects.
std::string CompatErrors(absl::string_view text);

// `text` written `count` times.
std::string Repeat(absl::string_view text, size_t count);

// The function called `name`; the test fails without one.
bytecode::Function FindFunction(const bytecode::Module& module, absl::string_view name);

}  // namespace foxvm::frontend

#endif  // FOXVM_TESTS_FRONTEND_COMPILE_FOR_TEST_H_
