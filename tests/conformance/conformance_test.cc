// Every conformance program, in every way the command line can run it: the expectation is always the same.
// How: programs are found in the folders, and each (mode, program) pair is a test case of its own, so a
// failure names
//      the program and a report counts every one. README.md says what belongs to a program.

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "tests/support/files.h"
#include "tests/support/spawn.h"

namespace foxvm::conformance {
namespace {

namespace fs = std::filesystem;
using support::DescribeDifference;
using support::ReadFile;
using support::Spawn;
using support::SpawnResult;
using support::TempDirectory;

constexpr char kRoot[] = "tests/conformance";
constexpr char kDiagnostics[] = "diagnostics";

struct Program {
  std::string folder;  // below kRoot; "" is kRoot itself
  std::string name;
  std::string Path(absl::string_view suffix) const {
    return absl::StrCat(kRoot, "/", folder, folder.empty() ? "" : "/", name, suffix);
  }
};

enum class Mode {
  kCompat,        // run NAME.fox
  kMbc,           // build NAME.mbc and run that, without the sources
  kStress,        // run NAME.fox, collecting and verifying
  kStressSlices,  // the same, marking in slices
  kStressThread,  // the same, marking on a thread
  kDis,           // dis --json NAME.fox
  kDisMbc,        // dis --json NAME.mbc
};

// Allocations from one collection to the next in kStress; 1 but for the programs that allocate so many
// objects, or keep so many alive, that checking them all every time takes minutes.
int StressInterval(const std::string& name) {
  static const auto* const kIntervals = new absl::flat_hash_map<std::string, int>({
      {"x07_teks_besar", 300},
      {"x22_sampah_besar", 50},
  });
  auto found = kIntervals->find(name);
  return found == kIntervals->end() ? 1 : found->second;
}

class ConformanceTest : public testing::Test {
 public:
  ConformanceTest(Mode mode, Program program) : mode_(mode), program_(std::move(program)) {}

  void TestBody() override {
    ASSERT_NO_FATAL_FAILURE(PrepareFolder());
    std::string fox = absl::StrCat(program_.name, ".fox"), mbc = absl::StrCat(program_.name, ".mbc");
    switch (mode_) {
      case Mode::kCompat: ExpectRun({"run", "--compat", fox}); break;
      case Mode::kMbc:
        ASSERT_NO_FATAL_FAILURE(BuildMbc(fox, mbc));
        ExpectRun({"run", "--compat", mbc});
        break;
      case Mode::kStress:
      case Mode::kStressSlices:
      case Mode::kStressThread:
        ExpectRun({"run", "--compat", absl::StrCat("--gc-stress=", StressInterval(program_.name)),
                   absl::StrCat("--gc=", mode_ == Mode::kStress         ? "pause"
                                         : mode_ == Mode::kStressSlices ? "slices"
                                                                        : "thread"),
                   "--gc-verify", fox});
        break;
      case Mode::kDis: ExpectBytecode(fox); break;
      case Mode::kDisMbc:
        ASSERT_NO_FATAL_FAILURE(BuildMbc(fox, mbc));
        ExpectBytecode(mbc);
        break;
    }
  }

 private:
  // Copies the program and what it may import into the temporary folder.
  void PrepareFolder() {
    ASSERT_TRUE(support::CopyTree(program_.Path(".fox"), folder_.File(absl::StrCat(program_.name, ".fox"))));
    for (const char* imports : {"modul", "lib"}) {
      std::string from = fs::path(program_.Path(".fox")).replace_filename(imports).string();
      if (!fs::exists(from)) continue;
      ASSERT_TRUE(support::CopyTree(from, folder_.File(imports)));
    }
  }

  // Runs foxvm in the folder; fails the test when it cannot be started or dies of a signal.
  std::optional<SpawnResult> Foxvm(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), support::FoxvmProgram());
    std::string input = ReadFile(program_.Path(".in")).value_or("");
    auto result =
        Spawn({.argv = std::move(arguments), .directory = folder_.path(), .input = std::move(input)});
    if (!result.ok()) {
      ADD_FAILURE() << result.status();
      return std::nullopt;
    }
    if (result->signal != 0) {
      ADD_FAILURE() << program_.Path(".fox") << ": ended by signal " << result->signal << "\n" << result->err;
      return std::nullopt;
    }
    return *std::move(result);
  }

  // Compiles to a file, then removes the sources, so that only the file can be what runs.
  void BuildMbc(const std::string& fox, const std::string& mbc) {
    std::optional<SpawnResult> result = Foxvm({"build", fox, "-o", mbc});
    ASSERT_TRUE(result.has_value());
    ASSERT_EQ(result->exit_status, 0) << result->out << result->err;
    for (const std::string& source : {fox, std::string("modul"), std::string("lib")}) {
      fs::remove_all(folder_.File(source));
    }
  }

  void ExpectRun(std::vector<std::string> arguments) {
    std::optional<SpawnResult> result = Foxvm(std::move(arguments));
    if (!result.has_value()) return;
    std::optional<std::string> expected = ReadFile(program_.Path(".out"));
    ASSERT_TRUE(expected.has_value()) << "no " << program_.Path(".out");
    int status = 0;
    if (std::optional<std::string> text = ReadFile(program_.Path(".exit"))) {
      ASSERT_TRUE(absl::SimpleAtoi(*text, &status));
    }
    EXPECT_EQ(result->exit_status, status) << program_.Path(".fox") << "\n" << result->err;
    ExpectText(*expected, *result);
  }

  void ExpectText(const std::string& expected, const SpawnResult& result) {
    std::string difference = DescribeDifference(expected, result.out);
    EXPECT_TRUE(difference.empty()) << program_.Path(".fox") << ": " << difference << result.err;
  }

  void ExpectBytecode(const std::string& file) {
    std::optional<SpawnResult> result = Foxvm({"dis", "--json", file});
    if (!result.has_value()) return;
    std::optional<std::string> expected = ReadFile(program_.Path(".bc.json"));
    ASSERT_TRUE(expected.has_value());
    EXPECT_EQ(result->exit_status, 0) << result->err;
    ExpectText(*expected, *result);
  }

  Mode mode_;
  Program program_;
  TempDirectory folder_;
};

std::vector<Program> FindPrograms() {
  std::vector<Program> programs;
  for (const char* folder : {"", kDiagnostics, "extended"}) {
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(fs::path(kRoot) / folder, error)) {
      if (entry.path().extension() != ".fox") continue;
      programs.push_back({folder, entry.path().stem().string()});
    }
  }
  std::sort(programs.begin(), programs.end(), [](const Program& a, const Program& b) {
    return std::pair(a.folder, a.name) < std::pair(b.folder, b.name);
  });
  return programs;
}

void Register(const char* suite, Mode mode, const Program& program) {
  testing::RegisterTest(suite, program.name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                        [mode, program]() -> testing::Test* { return new ConformanceTest(mode, program); });
}

// Registered before main() parses the filter and the shard.
[[maybe_unused]] const bool kRegistered = [] {
  for (const Program& program : FindPrograms()) {
    Register("Compat", Mode::kCompat, program);
    if (program.folder == kDiagnostics) continue;  // they do not compile: there is nothing else to run
    Register("Mbc", Mode::kMbc, program);
    Register("Stress", Mode::kStress, program);
    Register("StressSlices", Mode::kStressSlices, program);
    Register("StressThread", Mode::kStressThread, program);
    if (!fs::exists(program.Path(".bc.json"))) continue;
    Register("Dis", Mode::kDis, program);
    Register("DisMbc", Mode::kDisMbc, program);
  }
  return true;
}();

TEST(ConformanceFolders, AllHavePrograms) {
  absl::flat_hash_map<std::string, int> counts;
  for (const Program& program : FindPrograms()) ++counts[program.folder];
  EXPECT_GE(counts[""], 77);
  EXPECT_GE(counts[kDiagnostics], 26);
  EXPECT_GE(counts["extended"], 26);
}

}  // namespace
}  // namespace foxvm::conformance
