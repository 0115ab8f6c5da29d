#include "vm/file_module_source.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "frontend/source.h"
#include "vm/read_file.h"

namespace foxvm::vm {
namespace {

// `FOLDER/` of a file's name; empty when it names no folder.
absl::string_view FolderOf(absl::string_view file) {
  const size_t slash = file.rfind('/');
  return slash == absl::string_view::npos ? absl::string_view() : file.substr(0, slash + 1);
}

}  // namespace

absl::StatusOr<std::string> FileModuleSource::Read(absl::string_view path, absl::string_view importing_file,
                                                   std::string* resolved_name) {
  std::vector<std::string> candidates = {std::string(path)};
  if (search_ == ModuleSearch::kEverywhere && !absl::StartsWith(path, "/")) {
    const absl::string_view folder = FolderOf(importing_file);
    if (!folder.empty()) candidates.push_back(absl::StrCat(folder, path));
    for (const std::string& listed : folders_) {
      candidates.push_back(absl::StrCat(listed, absl::EndsWith(listed, "/") ? "" : "/", path));
    }
  }
  absl::Status first_error;
  for (const std::string& candidate : candidates) {
    // One byte more than the compiler takes, so that it is the compiler who says what is too large.
    absl::StatusOr<std::string> text = ReadFile(candidate, frontend::kMaxSourceBytes + 1);
    if (text.ok()) {
      *resolved_name = candidate;
      return text;
    }
    if (first_error.ok()) first_error = text.status();
    if (!absl::IsNotFound(text.status())) {
      // What is in the way may not be where the program's own path points.
      return candidate == path ? text.status()
                               : absl::Status(text.status().code(),
                                              absl::StrCat(text.status().message(), " (", candidate, ")"));
    }
  }
  return first_error;
}

}  // namespace foxvm::vm
