// ModuleSource: how the compiler reads the files that a program imports.
// How: an interface, because the host decides what a program may read: files below a directory, an archive,
//      nothing.
// Not here: completion of the path (compile.cc) and caching; a path is asked for once per compilation.
// Threads: called on the thread that compiles.
#ifndef FOXVM_FRONTEND_MODULE_SOURCE_H_
#define FOXVM_FRONTEND_MODULE_SOURCE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace foxvm::frontend {

class ModuleSource {
 public:
  virtual ~ModuleSource() = default;

  // The text of the module `path`, as the program names it after completion (`.fox` appended, `lib/` put
  // before `cotc/`); the language reads it relative to the working directory. `importing_file` is the name of
  // the importing source. On success `*resolved_name` may be set to the name that messages show; it comes in
  // as `path`. NotFound becomes the compile error `import error: open PATH: no such file or directory`,
  // PermissionDenied `... permission denied`; of every other error the message is shown in that place.
  virtual absl::StatusOr<std::string> Read(absl::string_view path, absl::string_view importing_file,
                                           std::string* resolved_name) = 0;
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_MODULE_SOURCE_H_
