// Reading a whole file, with an error text fit for a person.
// Threads: any.  Collects: never.
#ifndef FOXVM_VM_READ_FILE_H_
#define FOXVM_VM_READ_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace foxvm::vm {

// The contents of the file at `path`, at most `max_bytes`. The error's message is the reason alone (`is a
// directory`); NotFound and PermissionDenied are told apart by code, a longer file is ResourceExhausted.
absl::StatusOr<std::string> ReadFile(absl::string_view path, size_t max_bytes);

// The rest of what the open descriptor gives; same errors. `fd` stays the caller's.
absl::StatusOr<std::string> ReadDescriptor(int fd, size_t max_bytes);

}  // namespace foxvm::vm

#endif  // FOXVM_VM_READ_FILE_H_
