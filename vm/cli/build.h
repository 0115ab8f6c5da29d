// What the forms of `foxvm build` share.
// Threads: one.  Collects: never.
#ifndef FOXVM_VM_CLI_BUILD_H_
#define FOXVM_VM_CLI_BUILD_H_

#include <string>

#include "absl/strings/string_view.h"
#include "frontend/module_source.h"
#include "gc/arena.h"
#include "vm/cli/command_line.h"
#include "vm/cli/program_file.h"
#include "vm/cli/standard_io.h"

namespace foxvm::cli {

// The module file that a source file is compiled to when no other is named.
std::string ModuleFileOf(absl::string_view source);

// Compiles the program, which is source text, and writes the module file. Returns the exit status; failures
// are reported already.
int BuildModuleFile(const Invocation& invocation, const ProgramFile& program, frontend::ModuleSource& imports,
                    gc::Arena* arena, const std::string& output, StandardIo& io);

// Does so for every `.fox` file in and below the folder `invocation.file`, all of them even when some fail;
// what is as it was when its module file was written is left alone. The exit status is that of the first
// failure.
int BuildFolder(const Invocation& invocation, StandardIo& io);

}  // namespace foxvm::cli

#endif  // FOXVM_VM_CLI_BUILD_H_
