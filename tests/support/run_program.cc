#include "tests/support/run_program.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "frontend/compile.h"
#include "interp/builtins/host_io.h"
#include "interp/bytecode/verifier.h"
#include "interp/machine.h"

namespace foxvm::support {
namespace {

class OneImport final : public frontend::ModuleSource {
 public:
  explicit OneImport(absl::string_view module) : module_(module) {}

  absl::StatusOr<std::string> Read(absl::string_view path, absl::string_view, std::string*) override {
    bool found = !module_.empty() && absl::EndsWith(path, "modul.fox");
    if (!found) return absl::NotFoundError(path);
    return std::string(module_);
  }

 private:
  absl::string_view module_;
};

// Keeps what is written, up to a limit past which the machine is interrupted. There is nothing to read.
class CapturedIo final : public builtins::HostIo {
 public:
  explicit CapturedIo(size_t limit) : limit_(limit) {}
  void set_machine(interp::Machine* machine) { machine_ = machine; }

  void Write(absl::string_view text) override {
    size_t room = limit_ - output_.size();
    if (text.size() > room) machine_->Interrupt();
    output_.append(text.data(), text.size() < room ? text.size() : room);
  }
  builtins::ReadLineResult ReadLine(size_t, std::string*) override { return builtins::ReadLineResult::kEnd; }
  std::string TakeOutput() { return std::move(output_); }

 private:
  size_t limit_;
  interp::Machine* machine_ = nullptr;
  std::string output_;
};

RunOutcome Refused(const absl::Status& status) {
  RunOutcome outcome;
  outcome.loaded = false;
  outcome.message = status.ToString();
  return outcome;
}

}  // namespace

absl::StatusOr<bytecode::Module> CompileText(absl::string_view text, absl::string_view module) {
  OneImport imports(module);
  frontend::CompileResult result = frontend::Compile("program.fox", text, imports);
  if (!result.module.has_value()) return absl::InvalidArgumentError(frontend::RenderUnix(result));
  return *std::move(result.module);
}

RunOutcome RunModule(bytecode::Module module, const RunSettings& settings) {
  absl::StatusOr<bytecode::VerifiedModule> verified = bytecode::Verify(std::move(module));
  if (!verified.ok()) return Refused(verified.status());
  interp::MachineOptions options;
  options.heap.max_bytes = settings.heap_bytes;
  options.heap.young_bytes = settings.young_bytes;
  options.heap.promotion_age = settings.promotion_age;
  options.heap.major_mode = settings.major_mode;
  options.heap.stress_interval = settings.stress_interval;
  options.heap.verify = settings.verify;
  options.stack_max_bytes = settings.stack_bytes;
  options.max_instructions = settings.max_instructions;
  CapturedIo io(settings.output_limit);
  absl::StatusOr<std::unique_ptr<interp::Machine>> machine = interp::Machine::Create(options, io);
  if (!machine.ok()) return Refused(machine.status());
  io.set_machine(machine->get());
  absl::StatusOr<interp::Program*> program = (*machine)->Load(*std::move(verified));
  if (!program.ok()) return Refused(program.status());
  RunOutcome outcome;
  if (std::optional<interp::Failure> failure = (*machine)->Run(**program)) {
    outcome.failure = failure->kind;
    outcome.message = std::move(failure->message);
  }
  outcome.output = io.TakeOutput();
  return outcome;
}

std::string Describe(const RunOutcome& outcome) {
  if (!outcome.loaded) return absl::StrCat("refused: ", outcome.message, "\n");
  if (outcome.failure == objects::FatalKind::kNone) return outcome.output;
  return absl::StrCat(outcome.output, "Runtime error:\n", outcome.message, "\n");
}

}  // namespace foxvm::support
