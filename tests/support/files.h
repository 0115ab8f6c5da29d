// Files and folders for tests that run programs on them.
// Threads: pure functions but for the file system; a TempDirectory belongs to one thread.
#ifndef FOXVM_TESTS_SUPPORT_FILES_H_
#define FOXVM_TESTS_SUPPORT_FILES_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace foxvm::support {

// A new empty folder, removed with its contents at the end of the object's life.
class TempDirectory {
 public:
  TempDirectory();
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  // Absolute.
  const std::string& path() const { return path_; }
  // PATH/`name`.
  std::string File(absl::string_view name) const;

 private:
  std::string path_;
};

// A whole file; nullopt when it cannot be read.
std::optional<std::string> ReadFile(const std::string& path);

// Creates or replaces a file. False when that fails.
bool WriteFile(const std::string& path, absl::string_view contents);

// Copies a file, or a folder with everything in it, to `to`; symbolic links are followed. False when that
// fails.
bool CopyTree(const std::string& from, const std::string& to);

// "" when equal; otherwise the first lines in which two texts differ, with their numbers, and some of what
// follows.
std::string DescribeDifference(absl::string_view expected, absl::string_view actual);

}  // namespace foxvm::support

#endif  // FOXVM_TESTS_SUPPORT_FILES_H_
