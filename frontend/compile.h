// Compile: Morph source text to a bytecode module. The one door of the frontend.
// How: one statement of the top level after the other is parsed into an arena, compiled, and dropped; what
//      the code generator says is held back until the whole file has been parsed, since errors in the syntax
//      go before all others. Imported files are read, parsed and compiled where the import statement stands,
//      into the same constant pool; a module must not be read before its importer is known to have no errors
//      in the syntax, so from the first import on the trees of a file stay until it has been parsed. For
//      every program within the reference compiler's limits the bytecode equals the reference's byte for
//      byte; past them the Wide prefix is used. No input overflows the C++ stack: nesting is limited
//      (limits.h), chains of operators, calls, `atau_jika` and statements are not nesting and have no limit.
// Threads: any number of compilations at once, each on one thread.  Collects: never.
#ifndef FOXVM_FRONTEND_COMPILE_H_
#define FOXVM_FRONTEND_COMPILE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "frontend/diagnostic.h"
#include "frontend/dialect.h"
#include "frontend/module_source.h"
#include "gc/arena.h"
#include "interp/bytecode/module.h"
#include "interp/bytecode/module_sink.h"

namespace foxvm::frontend {

class TypedSession;

struct CompileOptions {
  // The dialect of the program and of all that it imports; unset: what the program's own text shows.
  std::optional<Dialect> dialect = std::nullopt;
  // Report exactly the parse errors that the reference reports, follow-up errors included. Otherwise one
  // mistake gives one error, with notes.
  bool compat = false;
  // Names of the host's functions: the last resort of the lookup, as built-in functions are. They outlive the
  // call.
  absl::Span<const absl::string_view> host_functions = {};
  // Also report what is suspicious in the program itself, not in what it imports.
  bool warnings = false;
  // The names of the first globals, in the order of their slots: variables that are there before the program
  // runs. With any of them the program is one input of a dialogue: a name defined again keeps its variable,
  // and the value of an expression that stands last goes to the first global and, unless it is null, is
  // printed.
  std::vector<std::string> predefined_globals = {};
  // Dialect B, together with predefined_globals: what the dialogue has declared so far. The call begins an
  // input of it.
  TypedSession* typed_session = nullptr;
  // Where syntax trees are built: what the call allocates it gives up again, so one arena serves any number
  // of compilations. When it refuses memory the program has the error `out of memory`. Null: an arena of the
  // call's own.
  gc::Arena* arena = nullptr;
};

enum class CompilePhase : uint8_t {
  kDone,     // no errors: the module is there
  kParse,    // errors in the syntax of the program itself
  kCompile,  // all others, errors in imported files included
};

struct CompileResult {
  CompilePhase phase = CompilePhase::kDone;
  std::optional<bytecode::Module> module;  // set if and only if phase is kDone, by Compile()
  std::vector<Diagnostic> diagnostics;     // in the order found; the first DiagnosticList::kMaxStored;
                                           // warnings stand in it also when phase is kDone
  size_t error_count = 0;                  // errors found, also those not stored
  std::string compat_error;                // phase kCompile: the one message that the reference prints
};

// Compiles the program `text`; `name` is what messages call it. Reads imported files through `imports`.
CompileResult Compile(absl::string_view name, absl::string_view text, ModuleSource& imports,
                      const CompileOptions& options = {});
// The same into `sink`, in place of CompileResult::module. What it gets is a program only if the phase is
// kDone.
CompileResult CompileInto(absl::string_view name, absl::string_view text, ModuleSource& imports,
                          const CompileOptions& options, bytecode::ModuleSink& sink);

// True if programs can name a host's function so: an identifier that is no keyword and no built-in function.
bool IsHostFunctionName(absl::string_view name);

// The errors of a failed compilation in the reference's form: `Parsing failed with N errors.` and a block per
// error, or `Compilation failed:` and the first message. Empty for phase kDone.
std::string RenderCompat(const CompileResult& result);

// Errors and warnings as `file:line:column: error: message` with source line and caret.
std::string RenderUnix(const CompileResult& result, bool color = false);

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_COMPILE_H_
