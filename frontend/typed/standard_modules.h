// The modules that come with dialect B, as source text: the files of lib/std, built into the program.
// Threads: constant data.
#ifndef FOXVM_FRONTEND_TYPED_STANDARD_MODULES_H_
#define FOXVM_FRONTEND_TYPED_STANDARD_MODULES_H_

#include "absl/strings/string_view.h"

namespace foxvm::frontend {

// What every program sees without an import.
absl::string_view Prelude();

// The text of the module that programs import as `name`, without `.fox`; a null address if there is none.
absl::string_view StandardModule(absl::string_view name);

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_TYPED_STANDARD_MODULES_H_
