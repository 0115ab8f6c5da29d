// FileModuleSource: imported modules as files: by their path, next to the importing file, on a path list.
// How: the first place that has the file wins; any failure but "not there" ends the search, so that an
//      unreadable file is reported and not passed over.
// Threads: one at a time.  Collects: never.
#ifndef FOXVM_VM_FILE_MODULE_SOURCE_H_
#define FOXVM_VM_FILE_MODULE_SOURCE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "frontend/module_source.h"

namespace foxvm::vm {

// Where modules are looked for.
enum class ModuleSearch {
  kEverywhere,        // working directory, folder of the importing file, path list
  kWorkingDirectory,  // the reference's rule
};

class FileModuleSource : public frontend::ModuleSource {
 public:
  // `folders`: the path list, searched in order.
  FileModuleSource(ModuleSearch search, std::vector<std::string> folders)
      : search_(search), folders_(std::move(folders)) {}

  absl::StatusOr<std::string> Read(absl::string_view path, absl::string_view importing_file,
                                   std::string* resolved_name) override;

 private:
  const ModuleSearch search_;
  const std::vector<std::string> folders_;
};

}  // namespace foxvm::vm

#endif  // FOXVM_VM_FILE_MODULE_SOURCE_H_
