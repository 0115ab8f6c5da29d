// What the frontend needs for one file: memory of its trees, and time by phase. `tools/bench compile` runs
// it.
// Usage: frontend_bench FILE
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/string_view.h"
#include "frontend/compile.h"
#include "frontend/lexer.h"
#include "frontend/names.h"
#include "frontend/parser.h"
#include "frontend/source.h"
#include "gc/arena.h"
#include "interp/bytecode/mbc_builder.h"

namespace foxvm::frontend {
namespace {

constexpr int kRuns = 15;

// A program that imports nothing.
class NoModules : public ModuleSource {
  absl::StatusOr<std::string> Read(absl::string_view, absl::string_view, std::string*) override {
    return absl::NotFoundError("the program imports a file");
  }
};

// The least milliseconds of processor time of kRuns.
template <typename Work>
double Milliseconds(Work work) {
  std::clock_t least = 0;
  for (int i = 0; i < kRuns; ++i) {
    const std::clock_t start = std::clock();
    work();
    const std::clock_t time = std::clock() - start;
    least = i == 0 ? time : std::min(least, time);
  }
  return 1e3 * static_cast<double>(least) / CLOCKS_PER_SEC;
}

size_t CountTokens(absl::string_view text) {
  Lexer lexer(text);
  size_t count = 0;
  while (lexer.Next().kind != TokenKind::kEof) ++count;
  return count;
}

struct Trees {
  size_t nodes = 0;
  size_t bytes = 0;  // with lists and text
  size_t peak = 0;   // of memory held from the system
};

Trees ParseWhole(const std::string& text) {
  const Source source("", text);
  gc::Arena arena;
  NameTable names;
  DiagnosticList errors;
  Parser parser(source, arena, names, errors, ErrorStyle::kHelpful);
  parser.ParseRest();
  const gc::ArenaStatistics statistics = arena.statistics();
  return {parser.node_count(), statistics.used_bytes, statistics.peak_reserved_bytes};
}

int Main(const char* path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const double lines =
      static_cast<double>(std::max<ptrdiff_t>(1, std::count(text.begin(), text.end(), '\n')));
  NoModules modules;
  gc::Arena arena;
  bool ok = !text.empty();
  const double compile = Milliseconds([&] {
    bytecode::MbcBuilder program;
    ok = ok && CompileInto(path, text, modules, {.arena = &arena}, program).error_count == 0;
  });
  if (!ok) {
    std::fprintf(stderr, "frontend_bench: %s does not compile\n", path);
    return 1;
  }
  const double tokens = static_cast<double>(CountTokens(text));
  const Trees trees = ParseWhole(text);
  const double nodes = static_cast<double>(trees.nodes), bytes = static_cast<double>(trees.bytes);
  std::printf(
      "frontend: %.1f tokens, %.1f nodes, %.1f bytes of tree per line; %.1f bytes per node, lists included\n",
      tokens / lines, nodes / lines, bytes / lines, bytes / nodes);
  std::printf("arena: %zu bytes at most, a tree at a time; %zu for the whole program at once\n",
              arena.statistics().peak_reserved_bytes, trees.peak);
  std::printf("least milliseconds of %d runs: %.1f reading tokens, %.1f parsing, %.1f compiling in all\n",
              kRuns, Milliseconds([&] { CountTokens(text); }), Milliseconds([&] { ParseWhole(text); }),
              compile);
  return 0;
}

}  // namespace
}  // namespace foxvm::frontend

int main(int argc, char** argv) {
  if (argc == 2) return foxvm::frontend::Main(argv[1]);
  std::fprintf(stderr, "usage: frontend_bench FILE\n");
  return 2;
}
