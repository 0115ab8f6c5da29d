#include "frontend/compile.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "frontend/codegen.h"
#include "frontend/lexer.h"
#include "frontend/limits.h"
#include "frontend/names.h"
#include "frontend/parser.h"
#include "frontend/program_builder.h"
#include "frontend/source.h"
#include "frontend/typed/typed_compilation.h"
#include "gc/arena.h"
#include "interp/bytecode/builtin_names.h"

namespace foxvm::frontend {

namespace {

constexpr absl::string_view kSuffix = ".fox";

std::string TooLarge(size_t bytes) {
  return absl::StrCat("source too large: ", bytes, " bytes (limit ", kMaxSourceBytes, ")");
}

// The path that a module is read and known by.
std::string CompletePath(absl::string_view path) {
  return absl::StrCat(absl::StartsWith(path, "cotc/") ? "lib/" : "", path,
                      absl::EndsWith(path, kSuffix) ? "" : kSuffix);
}

std::string ReadErrorMessage(absl::string_view path, const absl::Status& status) {
  absl::string_view reason = status.message();
  if (absl::IsNotFound(status)) reason = "no such file or directory";
  if (absl::IsPermissionDenied(status)) reason = "permission denied";
  return absl::StrCat("import error: open ", path, ": ", reason);
}

// One source file being compiled: all that the module does not need afterwards.
struct Unit {
  Unit(std::string name, absl::string_view text, gc::Arena& arena, ErrorStyle style, int nesting,
       ProgramBuilder& program, CodegenHost& host)
      : source(std::move(name), text),
        parser(source, arena, names, errors, style),
        codegen(source, names, arena, program.AddFile(source.name()), nesting, program, host) {}

  Source source;
  NameTable names;
  DiagnosticList errors;  // in the syntax
  Parser parser;
  Codegen codegen;
};

class Compilation : public CodegenHost {
 public:
  Compilation(ModuleSource& imports, const CompileOptions& options, bytecode::ModuleSink& sink)
      : imports_(imports),
        options_(options),
        arena_(options.arena != nullptr ? *options.arena : own_arena_),
        program_(sink, options.warnings) {
    for (absl::string_view name : options.host_functions) host_globals_[name] = std::nullopt;
  }

  CompileResult Run(absl::string_view name, absl::string_view text);

  void CompileError(const Source& source, uint32_t offset, uint32_t length, absl::string_view message,
                    absl::string_view hint) override;
  bool WantsWarnings() const override { return options_.warnings; }
  void CompileWarning(const Source& source, uint32_t offset, uint32_t length,
                      absl::string_view message) override {
    diagnostics_.Add(Severity::kWarning, source, offset, length, message);
  }
  uint32_t ImportConstant(absl::string_view path, const Source& importer, uint32_t offset,
                          int nesting) override;
  std::optional<uint32_t> HostGlobal(absl::string_view name) override;

 private:
  struct ImportedModule {
    std::string path;  // completed
    ProgramBuilder::ImportId id;
  };

  ErrorStyle error_style() const { return options_.compat ? ErrorStyle::kReference : ErrorStyle::kHelpful; }
  // Reads, parses and compiles the module.
  void LoadModule(const ImportedModule& module, const Source& importer, uint32_t offset, int nesting);
  // Parses the program and compiles it if its syntax has no errors.
  void CompileProgram(Unit& unit);
  // Parses and compiles statements, each dropped when it is compiled, up to the first one that imports a
  // file. That one, if there is one, is returned uncompiled.
  const Node* CompileUpToImport(Unit& unit);
  // The same for all statements. What was said about the code is forgotten if the syntax has errors.
  void CompileStatements(Unit& unit);
  // Notes what the reference would print, if this is the first compile error.
  void NoteCompatError(absl::string_view message);
  void ErrorAt(const Source& source, uint32_t offset, absl::string_view message) {
    CompileError(source, offset, 1, message, "");
  }
  CompileResult Finish(CompilePhase failed_phase);

  ModuleSource& imports_;
  const CompileOptions options_;
  gc::Arena own_arena_;
  gc::Arena& arena_;
  ProgramBuilder program_;
  DiagnosticList diagnostics_;
  std::string compat_error_;
  absl::flat_hash_map<std::string, uint32_t> constants_;  // of the modules, by completed path
  // The host's functions, with their globals once the program has used them.
  absl::flat_hash_map<absl::string_view, std::optional<uint32_t>> host_globals_;
  std::vector<std::string> chain_;  // modules being compiled, each imported by the one before
};

CompileResult Compilation::Run(absl::string_view name, absl::string_view text) {
  if (text.size() > kMaxSourceBytes) {
    diagnostics_.AddForFile(name, TooLarge(text.size()));
    NoteCompatError(TooLarge(text.size()));
    return Finish(CompilePhase::kCompile);
  }
  const gc::Arena::Mark mark = arena_.Save();
  const auto rewind = absl::MakeCleanup([&] { arena_.Rewind(mark); });
  Unit unit(std::string(name), text, arena_, error_style(), 0, program_, *this);
  CompileProgram(unit);
  if (unit.errors.error_count() > 0) {
    diagnostics_ = std::move(unit.errors);
    return Finish(CompilePhase::kParse);
  }
  if (!program_.WithinLimits()) ErrorAt(unit.source, 0, "program too large");
  return Finish(CompilePhase::kCompile);
}

CompileResult Compilation::Finish(CompilePhase failed_phase) {
  CompileResult result;
  result.error_count = diagnostics_.error_count();
  if (options_.warnings) diagnostics_.SortByPlace();
  result.diagnostics = diagnostics_.stored();
  result.compat_error = std::move(compat_error_);
  if (result.error_count > 0) result.phase = failed_phase;
  return result;
}

void Compilation::CompileProgram(Unit& unit) {
  if (options_.predefined_globals.empty()) {
    unit.codegen.BeginMain({});
    CompileStatements(unit);
    if (unit.errors.error_count() == 0) unit.codegen.FinishMain();
    return;
  }
  // One input of a dialogue: its last statement is compiled in another way.
  const NodeList statements = unit.parser.ParseRest();
  if (unit.errors.error_count() > 0) return;
  std::vector<NameId> predefined;
  for (const std::string& global : options_.predefined_globals)
    predefined.push_back(unit.names.Intern(global));
  unit.codegen.BeginMain(predefined);
  for (const Node* statement : statements) {
    if (statement == statements.back()) {
      unit.codegen.CompileLast(statement);
    } else {
      unit.codegen.CompileStatement(statement);
    }
  }
  unit.codegen.FinishMain();
}

const Node* Compilation::CompileUpToImport(Unit& unit) {
  while (!unit.parser.AtEnd()) {
    const gc::Arena::Mark mark = arena_.Save();
    const Node* statement = unit.parser.ParseNext();
    if (unit.parser.found_import()) return statement;
    if (unit.errors.error_count() == 0) unit.codegen.CompileStatement(statement);
    arena_.Rewind(mark);
  }
  return nullptr;
}

void Compilation::CompileStatements(Unit& unit) {
  const DiagnosticList::Mark said = diagnostics_.Save();
  const bool compat_error_known = !compat_error_.empty();
  const Node* first_import = CompileUpToImport(unit);
  const NodeList rest = unit.parser.ParseRest();
  if (unit.errors.error_count() > 0) {
    diagnostics_.Rewind(said);
    if (!compat_error_known) compat_error_.clear();
    return;
  }
  if (first_import != nullptr) unit.codegen.CompileStatement(first_import);
  for (const Node* statement : rest) unit.codegen.CompileStatement(statement);
}

void Compilation::NoteCompatError(absl::string_view message) {
  if (!compat_error_.empty()) return;
  for (const std::string& path : chain_)
    absl::StrAppend(&compat_error_, "import compile error in ", path, ": ");
  absl::StrAppend(&compat_error_, message);
}

void Compilation::CompileError(const Source& source, uint32_t offset, uint32_t length,
                               absl::string_view message, absl::string_view hint) {
  NoteCompatError(message);
  diagnostics_.Add(Severity::kError, source, offset, length, absl::StrCat(message, hint));
}

uint32_t Compilation::ImportConstant(absl::string_view path, const Source& importer, uint32_t offset,
                                     int nesting) {
  const std::string complete = CompletePath(path);
  const auto known = constants_.find(complete);
  if (known != constants_.end()) return known->second;
  const ProgramBuilder::ImportId id = program_.AddImport(complete);
  constants_.emplace(complete, id.constant);
  if (chain_.size() >= kMaxImportChain) {
    ErrorAt(importer, offset, absl::StrCat("imports nested too deeply (limit ", kMaxImportChain, ")"));
    return id.constant;
  }
  LoadModule({complete, id}, importer, offset, nesting);
  if (!program_.WithinLimits()) ErrorAt(importer, offset, "program too large");
  return id.constant;
}

std::optional<uint32_t> Compilation::HostGlobal(absl::string_view name) {
  const auto known = host_globals_.find(name);
  if (known == host_globals_.end()) return std::nullopt;
  if (!known->second.has_value()) known->second = program_.AddHostGlobal(name);
  return known->second;
}

void Compilation::LoadModule(const ImportedModule& module, const Source& importer, uint32_t offset,
                             int nesting) {
  const std::string& path = module.path;
  std::string name = path;
  const absl::StatusOr<std::string> text = imports_.Read(path, importer.name(), &name);
  if (!text.ok()) return ErrorAt(importer, offset, ReadErrorMessage(path, text.status()));
  if (text->size() > kMaxSourceBytes) {
    return ErrorAt(importer, offset, absl::StrCat("import error: ", path, ": ", TooLarge(text->size())));
  }
  const size_t errors_before = diagnostics_.error_count();
  const gc::Arena::Mark mark = arena_.Save();
  const auto finish = absl::MakeCleanup([&] {
    arena_.Rewind(mark);
    if (diagnostics_.error_count() == errors_before) return;
    diagnostics_.Add(Severity::kNote, importer, offset, 1, absl::StrCat("while importing ", path));
  });
  // On the heap: the units of a whole chain of imports exist at once.
  const auto unit =
      std::make_unique<Unit>(name, *text, arena_, error_style(), nesting + kImportNesting, program_, *this);
  unit->codegen.BeginModule();
  chain_.push_back(path);
  CompileStatements(*unit);
  if (unit->errors.error_count() == 0) program_.SetImportBody(module.id, unit->codegen.FinishModule(path));
  chain_.pop_back();
  if (unit->errors.error_count() == 0) return;
  std::string list;
  for (const Diagnostic& error : unit->errors.stored()) {
    absl::StrAppend(&list, list.empty() ? "" : " ", "[", error.line, ":", error.column, "]: ", error.message);
  }
  NoteCompatError(absl::StrCat("import parse error in ", path, ": [", list, "]"));
  diagnostics_.Append(unit->errors);
}

}  // namespace

CompileResult Compile(absl::string_view name, absl::string_view text, ModuleSource& imports,
                      const CompileOptions& options) {
  bytecode::ModuleBuilder builder;
  builder.Reserve(text.size());
  CompileResult result = CompileInto(name, text, imports, options, builder);
  if (result.phase == CompilePhase::kDone) result.module = builder.Take();
  return result;
}

CompileResult CompileInto(absl::string_view name, absl::string_view text, ModuleSource& imports,
                          const CompileOptions& options, bytecode::ModuleSink& sink) {
  const Dialect dialect = options.dialect.has_value() ? *options.dialect
                          : options.predefined_globals.empty() ? DetectDialect(text)
                                                               : Dialect::kDynamic;
  if (dialect == Dialect::kTyped && text.size() <= kMaxSourceBytes) {
    gc::Arena own_arena;
    gc::Arena& arena = options.arena != nullptr ? *options.arena : own_arena;
    TypedCompilation by_layout(imports, options, arena, sink, BlockSearch::kLayout);
    CompileResult result = by_layout.Run(name, text);
    if (!by_layout.was_misled()) return result;
    sink.Clear();
    return TypedCompilation(imports, options, arena, sink, BlockSearch::kParse).Run(name, text);
  }
  return Compilation(imports, options, sink).Run(name, text);
}

bool IsHostFunctionName(absl::string_view name) {
  if (name.empty() || name.size() > kMaxSourceBytes) return false;
  if (std::find(bytecode::kBuiltinNames.begin(), bytecode::kBuiltinNames.end(), name) !=
      bytecode::kBuiltinNames.end()) {
    return false;
  }
  const Token token = Lexer(name).Next();
  return token.kind == TokenKind::kIdentifier && token.length == name.size();
}

std::string RenderCompat(const CompileResult& result) {
  if (result.phase == CompilePhase::kDone) return "";
  if (result.phase == CompilePhase::kCompile) {
    return absl::StrCat("Compilation failed:\n", result.compat_error, "\n");
  }
  std::string out = absl::StrCat("Parsing failed with ", result.error_count, " errors.\n");
  for (const Diagnostic& diagnostic : result.diagnostics) absl::StrAppend(&out, RenderCompat(diagnostic));
  return out;
}

std::string RenderUnix(const CompileResult& result, bool color) {
  std::string out;
  for (const Diagnostic& diagnostic : result.diagnostics)
    absl::StrAppend(&out, RenderUnix(diagnostic, color));
  if (result.error_count > DiagnosticList::kMaxStored) {
    absl::StrAppend(&out, result.error_count, " errors in all; only the first are shown\n");
  }
  return out;
}

}  // namespace foxvm::frontend
