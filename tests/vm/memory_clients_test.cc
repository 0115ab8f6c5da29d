// The example clients of the memory systems: what they print, plain and in debug mode, and for input that is
//      none.
#include <cstdlib>
#include <random>
#include <string>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/spawn.h"

namespace foxvm {
namespace {

support::SpawnResult RunClient(const std::string& program, const std::string& input) {
  support::SpawnRequest request;
  request.argv = {absl::StrCat("examples/", program)};
  request.input = input;
  absl::StatusOr<support::SpawnResult> result = support::Spawn(request);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *std::move(result) : support::SpawnResult();
}

constexpr char kInput[] =
    "1 + 2 * 3\n"
    "x * (2 + 3) - 0\n"
    "(a + b) * 1 + 4 / 2\n"
    "2 * (3 + y\n"
    "a / 0\n"
    "x y\n"
    "\n";
constexpr char kOutput[] =
    "1: 7\n"
    "2: x 5 *\n"
    "3: a b + 2 +\n"
    "4: error in column 11: expected ')'\n"
    "5: a 0 /\n"
    "6: error in column 3: expected an operator\n"
    "7: error in column 1: expected a number, a name or '('\n";

TEST(MemoryClients, TheCProgramCompilesAndDropsItsTrees) {
  for (const char* debug : {"", "1"}) {
    setenv("MORPH_MEM_DEBUG", debug, 1);
    absl::Cleanup unset = [] { unsetenv("MORPH_MEM_DEBUG"); };
    const support::SpawnResult result = RunClient("expressions_c", kInput);
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out, absl::StrCat(kOutput, "7 lines, 0 live bytes at the end\n"));
    EXPECT_EQ(result.err.empty(), *debug == '\0') << result.err;
  }
}

TEST(MemoryClients, TheCxxProgramDoesTheSame) {
  const support::SpawnResult result = RunClient("expressions_cc", kInput);
  EXPECT_EQ(result.exit_status, 0) << result.err;
  EXPECT_EQ(result.out, absl::StrCat(kOutput, "a 2\nb 1\nx 1\n"));
}

TEST(MemoryClients, TheCacheForgetsWhatTheGraphDoes) {
  const support::SpawnResult result = RunClient("towns", "");
  EXPECT_EQ(result.exit_status, 0) << result.err;
  EXPECT_EQ(result.out,
            "1000 towns, 1000 distances known\n"
            "a bridge is gone: 512 distances known, the town beyond it is forgotten\n");
}

TEST(MemoryClients, TheAssemblyProgramUsesArenaAndPool) {
  const support::SpawnResult result = RunClient("memory_asm", "");
  EXPECT_EQ(result.exit_status, 0) << result.err;
  EXPECT_EQ(result.out, "sum of the list: 500500\nthe freed object came back: yes\n");
}

// Both print the same for any lines, up to the names' counts and the last line.
TEST(MemoryClients, BothCompilersAgreeOnRandomInput) {
  std::mt19937 random(1);
  std::string input;
  for (int line = 0; line < 3000; ++line) {
    for (size_t left = random() % 60; left > 0; --left) input += "0123 abcx+-*/()()"[random() % 17];
    input += '\n';
  }
  input += absl::StrCat(std::string(120, '('), "1", std::string(120, ')'), "\n");
  const support::SpawnResult c = RunClient("expressions_c", input);
  const support::SpawnResult cxx = RunClient("expressions_cc", input);
  EXPECT_EQ(c.exit_status, 0);
  EXPECT_EQ(cxx.exit_status, 0);
  const size_t lines = c.out.find("3001 lines, 0 live bytes");
  ASSERT_NE(lines, std::string::npos);
  EXPECT_EQ(cxx.out.substr(0, lines), c.out.substr(0, lines));
  EXPECT_THAT(c.out, testing::HasSubstr("too many parentheses"));
}

}  // namespace
}  // namespace foxvm
