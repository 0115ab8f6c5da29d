// Well-formed programs whose making the fuzzer's bytes decide: the same output plainly, under stress, and
// from a file.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/string_view.h"
#include "interp/bytecode/mbc.h"
#include "tests/programs/generator.h"
#include "tests/support/run_program.h"

namespace {

constexpr size_t kMaxDecisions = 400;

void Fail(const char* what, const std::string& text, const std::string& one, const std::string& other) {
  std::fprintf(stderr, "%s\n-- program\n%s\n-- plain\n%s\n-- other\n%s\n", what, text.c_str(), one.c_str(),
               other.c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // More bytes make longer programs, and fewer of them for a second.
  size = std::min(size, kMaxDecisions);
  foxvm::programs::ByteDecisions decisions(absl::string_view(reinterpret_cast<const char*>(data), size));
  foxvm::programs::GeneratedProgram program = foxvm::programs::GenerateProgram(decisions);
  std::string text = program.module + "-- main\n" + program.text;
  absl::StatusOr<foxvm::bytecode::Module> module = foxvm::support::CompileText(program.text, program.module);
  if (!module.ok()) Fail("does not compile", text, module.status().ToString(), "");
  std::string file = foxvm::bytecode::WriteMbc(*module);
  absl::StatusOr<foxvm::bytecode::Module> read = foxvm::bytecode::ReadMbc(file);
  if (!read.ok()) Fail("cannot be read back", text, read.status().ToString(), "");

  // Long runs would leave few programs for a second.
  constexpr uint64_t kInstructions = 1000;
  foxvm::support::RunOutcome plain =
      foxvm::support::RunModule(*std::move(module), {.max_instructions = kInstructions});
  foxvm::support::RunOutcome stressed =
      foxvm::support::RunModule(*std::move(read), {.stress_interval = 1,
                                                   .verify = true,
                                                   .young_bytes = 32 << 10,
                                                   .max_instructions = kInstructions});
  if (!(plain == stressed)) Fail("differs under stress", text, Describe(plain), Describe(stressed));
  return 0;
}
