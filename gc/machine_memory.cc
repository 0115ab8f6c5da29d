#include "gc/machine_memory.h"

#include <sys/resource.h>

#include <fstream>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace foxvm::gc {
namespace {

// The whole text of a file; empty when there is none.
std::string ReadText(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

// The number a limit's file holds; "max", no file and anything else are no limit.
size_t ReadLimit(const std::string& path) {
  uint64_t bytes;
  const std::string text = ReadText(path);
  return absl::SimpleAtoi(absl::StripAsciiWhitespace(text), &bytes) ? bytes : SIZE_MAX;
}

size_t ReadPhysicalBytes(const std::string& root) {
  const std::string text = ReadText(absl::StrCat(root, "/proc/meminfo"));
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    uint64_t kibibytes;
    if (words.size() >= 2 && words[0] == "MemTotal:" && absl::SimpleAtoi(words[1], &kibibytes)) {
      return kibibytes << 10;
    }
  }
  return SIZE_MAX;
}

// The least limit of the group at `path` below `mount` and of its parents.
size_t LeastLimit(absl::string_view mount, absl::string_view path, absl::string_view file) {
  size_t least = SIZE_MAX;
  while (true) {
    path = absl::StripSuffix(path, "/");
    least = std::min(least, ReadLimit(absl::StrCat(mount, path, "/", file)));
    const size_t slash = path.rfind('/');
    if (slash == absl::string_view::npos) return least;
    path = path.substr(0, slash);
  }
}

// Lines of /proc/self/cgroup are NUMBER:CONTROLLERS:PATH; version 2 has number 0 and no controllers.
size_t ReadCgroupBytes(const std::string& root) {
  const std::string mount = absl::StrCat(root, "/sys/fs/cgroup");
  const std::string text = ReadText(absl::StrCat(root, "/proc/self/cgroup"));
  size_t least = SIZE_MAX;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::vector<absl::string_view> parts = absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (parts.size() != 3) continue;
    if (parts[0] == "0" && parts[1].empty()) {
      least = std::min(least, LeastLimit(mount, parts[2], "memory.max"));
    } else if (parts[1] == "memory") {
      least = std::min(least, LeastLimit(absl::StrCat(mount, "/memory"), parts[2], "memory.limit_in_bytes"));
    }
  }
  return least;
}

}  // namespace

MachineMemory ReadMachineMemory(const std::string& root) {
  MachineMemory memory;
  memory.physical_bytes = ReadPhysicalBytes(root);
  memory.cgroup_bytes = ReadCgroupBytes(root);
  rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    memory.address_space_bytes = limit.rlim_cur;
  }
  return memory;
}

}  // namespace foxvm::gc
