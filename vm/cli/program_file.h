// The program a command works on: read from a file, standard input or the command line, told by its contents.
// Threads: one.  Collects: never.
#ifndef FOXVM_VM_CLI_PROGRAM_FILE_H_
#define FOXVM_VM_CLI_PROGRAM_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "frontend/module_source.h"
#include "gc/arena.h"
#include "interp/bytecode/module.h"
#include "interp/bytecode/module_sink.h"
#include "vm/cli/command_line.h"
#include "vm/cli/standard_io.h"
#include "vm/file_module_source.h"

namespace foxvm::cli {

struct ProgramFile {
  std::string name;        // for messages
  std::string bytes;       // source text or a module file
  bool is_module = false;  // starts with the magic bytes of a module file
};

// Reads the program into `*program`. Returns the exit status: kExitDone, or that of a failure, which is
// reported already.
int ReadProgram(const Invocation& invocation, StandardIo& io, ProgramFile* program);

// Where imports come from: --path, then FOXVM_PATH; with --compat only the working directory.
vm::FileModuleSource ImportsOf(const Invocation& invocation);

// Reports that the program was read but cannot be loaded, a compile error to those who ask for --compat;
// returns the exit status.
int ReportNotLoaded(const Invocation& invocation, const ProgramFile& program, const absl::Status& status,
                    StandardIo& io);

// Compiles the program, which is source text, into `sink`; trees are built in `arena`, if that is not null.
// Returns the exit status, as above.
int CompileProgram(const Invocation& invocation, const ProgramFile& program, frontend::ModuleSource& imports,
                   gc::Arena* arena, StandardIo& io, bytecode::ModuleSink& sink);

// Compiles or decodes the program, unverified, into `*module`. Returns the exit status, as above.
int ObtainModule(const Invocation& invocation, const ProgramFile& program, StandardIo& io,
                 bytecode::Module* module);

}  // namespace foxvm::cli

#endif  // FOXVM_VM_CLI_PROGRAM_FILE_H_
