// RunModule: compiles and runs programs within the process, for tests that run many: what they printed and
// how they ended, under chosen debug modes and within bounds. Threads: any number at once; each run has a
// machine of its own.
#ifndef FOXVM_TESTS_SUPPORT_RUN_PROGRAM_H_
#define FOXVM_TESTS_SUPPORT_RUN_PROGRAM_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gc/heap_options.h"
#include "interp/bytecode/module.h"
#include "interp/objects/context.h"

namespace foxvm::support {

struct RunSettings {
  uint64_t stress_interval = 0;  // gc::HeapOptions
  bool verify = false;           // gc::HeapOptions
  int promotion_age = 2;         // gc::HeapOptions
  gc::MajorMode major_mode = gc::MajorMode::kStopTheWorld;
  size_t heap_bytes = size_t{64} << 20;
  size_t young_bytes = size_t{128} << 10;
  size_t stack_bytes = size_t{4} << 20;
  // A program that prints more is interrupted.
  size_t output_limit = size_t{1} << 20;
  // Instructions after which a program is stopped; 0: never. For code that may loop for ever.
  uint64_t max_instructions = 0;
};

// How a run ended.
struct RunOutcome {
  std::string output;  // what the program printed
  objects::FatalKind failure = objects::FatalKind::kNone;
  std::string message;  // of the failure
  bool loaded = true;   // false: refused by the verifier or the loader; `message` says why

  // The same observable behaviour.
  friend bool operator==(const RunOutcome& a, const RunOutcome& b) {
    return a.output == b.output && a.failure == b.failure && a.message == b.message && a.loaded == b.loaded;
  }
};

// Compiles a program; `module` is the text of the one file it may import, `modul.fox`, or "" for none.
// Errors: InvalidArgument with the rendered diagnostics.
absl::StatusOr<bytecode::Module> CompileText(absl::string_view text, absl::string_view module = "");

// Verifies, loads and runs a module, hostile ones included. Grants no capabilities; input is empty.
RunOutcome RunModule(bytecode::Module module, const RunSettings& settings);

// The outcome as one text: the output, then how it ended if not by itself.
std::string Describe(const RunOutcome& outcome);

}  // namespace foxvm::support

#endif  // FOXVM_TESTS_SUPPORT_RUN_PROGRAM_H_
