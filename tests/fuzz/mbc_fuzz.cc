// Any bytes as a `.mbc` file, with the checksum made right: refused, or run under stress or verification.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "gc/check.h"
#include "interp/bytecode/mbc.h"
#include "tests/fuzz/checksum.h"
#include "tests/support/run_program.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string file(reinterpret_cast<const char*>(data), size);
  foxvm::fuzz::RepairChecksum(&file);
  absl::StatusOr<foxvm::bytecode::Module> module = foxvm::bytecode::ReadMbc(file);
  if (!module.ok()) {
    FOXVM_CHECK(!module.status().message().empty());
    return 0;
  }
  FOXVM_CHECK(foxvm::bytecode::WriteMbc(*module) == file);
  // Verifying at every allocation would leave few files for a second.
  bool verify = size % 4 == 3;
  foxvm::support::RunOutcome outcome =
      foxvm::support::RunModule(*std::move(module), {.stress_interval = verify ? 16u : 1u,
                                                     .verify = verify,
                                                     .heap_bytes = size_t{1} << 20,
                                                     .young_bytes = size_t{32} << 10,
                                                     .stack_bytes = size_t{64} << 10,
                                                     .output_limit = size_t{64} << 10,
                                                     .max_instructions = 2000});
  FOXVM_CHECK(outcome.loaded || !outcome.message.empty());
  return 0;
}
