// Files that commands write: whole or not at all.
// Threads: one.
#ifndef FOXVM_VM_CLI_OUTPUT_FILE_H_
#define FOXVM_VM_CLI_OUTPUT_FILE_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace foxvm::cli {

// Takes the next piece of a file's content; false when it could not be written.
using WritePiece = absl::FunctionRef<bool(absl::string_view)>;

// Writes the file `path` with what `produce` hands to its argument. Returns errno of the failure, 0 for
// none; a regular file that could not be written whole is removed again.
int WriteOutputFile(const std::string& path, absl::FunctionRef<void(WritePiece)> produce);

}  // namespace foxvm::cli

#endif  // FOXVM_VM_CLI_OUTPUT_FILE_H_
