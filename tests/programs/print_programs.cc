// print_programs FIRST COUNT: random programs with the bytecode and the output this VM gives for them, for
// oracle_compare.py. For each seed one line `seed text_bytes bytecode_bytes output_bytes` and then these
// bytes. A program that does not compile has its diagnostics as bytecode.

#include <cstdint>
#include <cstdio>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "interp/bytecode/json_dump.h"
#include "tests/programs/generator.h"
#include "tests/support/run_program.h"

int main(int argc, char** argv) {
  uint64_t first = 0, count = 0;
  if (argc != 3 || !absl::SimpleAtoi(argv[1], &first) || !absl::SimpleAtoi(argv[2], &count)) {
    std::fprintf(stderr, "usage: print_programs FIRST_SEED COUNT\n");
    return 2;
  }
  for (uint64_t seed = first; seed < first + count; ++seed) {
    foxvm::programs::SeededDecisions decisions(seed);
    foxvm::programs::GeneratedProgram program = foxvm::programs::GenerateProgram(decisions);
    std::string bytecode, output;
    auto module = foxvm::support::CompileText(program.text, program.module);
    if (module.ok()) {
      bytecode = foxvm::bytecode::DumpJson(*module);
      output = Describe(foxvm::support::RunModule(*std::move(module), {}));
    } else {
      bytecode = std::string(module.status().message());
    }
    std::string frame =
        absl::StrCat(seed, " ", program.text.size(), " ", program.module.size(), " ", bytecode.size(), " ",
                     output.size(), "\n", program.text, program.module, bytecode, output);
    std::fwrite(frame.data(), 1, frame.size(), stdout);
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}
