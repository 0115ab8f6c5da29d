#include "tests/support/files.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gc/check.h"

namespace foxvm::support {
namespace fs = std::filesystem;
namespace {

// Lines shown of either text after the first difference.
constexpr size_t kShownLines = 6;
// Bytes shown of one line.
constexpr size_t kShownBytes = 200;

void AppendLines(const char* mark, const std::vector<absl::string_view>& lines, size_t first,
                 std::string* text) {
  for (size_t i = first; i < std::min(lines.size(), first + kShownLines); ++i) {
    absl::StrAppend(text, "  ", mark, i + 1, ": ", absl::Utf8SafeCHexEscape(lines[i].substr(0, kShownBytes)),
                    lines[i].size() > kShownBytes ? "...\n" : "\n");
  }
  if (first >= lines.size()) absl::StrAppend(text, "  ", mark, "nothing\n");
}

}  // namespace

TempDirectory::TempDirectory() {
  const char* base = std::getenv("TEST_TMPDIR");
  path_ = absl::StrCat(base != nullptr ? base : "/tmp", "/foxvm-XXXXXX");
  FOXVM_CHECK(mkdtemp(path_.data()) != nullptr);
}

TempDirectory::~TempDirectory() {
  std::error_code error;
  fs::remove_all(path_, error);
}

std::string TempDirectory::File(absl::string_view name) const { return absl::StrCat(path_, "/", name); }

std::optional<std::string> ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

bool WriteFile(const std::string& path, absl::string_view contents) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(contents.data(), static_cast<std::streamsize>(contents.size()));
  out.close();
  return !out.fail();
}

bool CopyTree(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::copy(from, to, fs::copy_options::recursive, error);
  return !error;
}

std::string DescribeDifference(absl::string_view expected, absl::string_view actual) {
  if (expected == actual) return "";
  std::vector<absl::string_view> want = absl::StrSplit(expected, '\n');
  std::vector<absl::string_view> got = absl::StrSplit(actual, '\n');
  size_t first = 0;
  while (first < want.size() && first < got.size() && want[first] == got[first]) ++first;
  std::string text = absl::StrCat("expected ", expected.size(), " bytes, got ", actual.size(), "; from line ",
                                  first + 1, " on:\n");
  AppendLines("- ", want, first, &text);
  AppendLines("+ ", got, first, &text);
  return text;
}

}  // namespace foxvm::support
