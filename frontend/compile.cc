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
  Unit(std::string name, absl::string_view text) : source(std::move(name), text) {}

  Source source;
  gc::Arena arena;
  NameTable names;
};

class Compilation : public CodegenHost {
 public:
  Compilation(ModuleSource& imports, const CompileOptions& options) : imports_(imports), options_(options) {
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
  // Reads, parses and compiles the module behind `constant`.
  void LoadModule(const std::string& path, uint32_t constant, const Source& importer, uint32_t offset,
                  int nesting);
  NodeList Parse(Unit& unit, DiagnosticList& errors);
  // Notes what the reference would print, if this is the first compile error.
  void NoteCompatError(absl::string_view message);
  void ErrorAt(const Source& source, uint32_t offset, absl::string_view message) {
    CompileError(source, offset, 1, message, "");
  }
  CompileResult Finish(CompilePhase failed_phase);

  ModuleSource& imports_;
  const CompileOptions options_;
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
  Unit unit(std::string(name), text);
  const uint32_t file = program_.AddFile(std::string(name));
  const NodeList statements = Parse(unit, diagnostics_);
  if (diagnostics_.error_count() > 0) return Finish(CompilePhase::kParse);
  program_.Reserve(text.size());
  std::vector<NameId> predefined;
  for (const std::string& global : options_.predefined_globals)
    predefined.push_back(unit.names.Intern(global));
  Codegen codegen(unit.source, unit.names, unit.arena, file, 0, program_, *this);
  codegen.CompileMain(statements, predefined);
  if (!program_.WithinLimits()) ErrorAt(unit.source, 0, "program too large");
  return Finish(CompilePhase::kCompile);
}

CompileResult Compilation::Finish(CompilePhase failed_phase) {
  CompileResult result;
  result.error_count = diagnostics_.error_count();
  if (options_.warnings) diagnostics_.SortByPlace();
  result.diagnostics = diagnostics_.stored();
  result.compat_error = std::move(compat_error_);
  if (result.error_count == 0) {
    result.module = program_.Take();
  } else {
    result.phase = failed_phase;
  }
  return result;
}

NodeList Compilation::Parse(Unit& unit, DiagnosticList& errors) {
  return Parser(unit.source, unit.arena, unit.names, errors,
                options_.compat ? ErrorStyle::kReference : ErrorStyle::kHelpful)
      .ParseProgram();
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
  const uint32_t constant = program_.AddImport(complete);
  constants_.emplace(complete, constant);
  if (chain_.size() >= kMaxImportChain) {
    ErrorAt(importer, offset, absl::StrCat("imports nested too deeply (limit ", kMaxImportChain, ")"));
    return constant;
  }
  LoadModule(complete, constant, importer, offset, nesting);
  if (!program_.WithinLimits()) ErrorAt(importer, offset, "program too large");
  return constant;
}

std::optional<uint32_t> Compilation::HostGlobal(absl::string_view name) {
  const auto known = host_globals_.find(name);
  if (known == host_globals_.end()) return std::nullopt;
  if (!known->second.has_value()) known->second = program_.AddHostGlobal(name);
  return known->second;
}

void Compilation::LoadModule(const std::string& path, uint32_t constant, const Source& importer,
                             uint32_t offset, int nesting) {
  std::string name = path;
  const absl::StatusOr<std::string> text = imports_.Read(path, importer.name(), &name);
  if (!text.ok()) return ErrorAt(importer, offset, ReadErrorMessage(path, text.status()));
  if (text->size() > kMaxSourceBytes) {
    return ErrorAt(importer, offset, absl::StrCat("import error: ", path, ": ", TooLarge(text->size())));
  }
  const size_t errors_before = diagnostics_.error_count();
  const auto note_errors = absl::MakeCleanup([&] {
    if (diagnostics_.error_count() == errors_before) return;
    diagnostics_.Add(Severity::kNote, importer, offset, 1, absl::StrCat("while importing ", path));
  });
  // On the heap: the units of a whole chain of imports exist at once.
  const auto unit = std::make_unique<Unit>(name, *text);
  DiagnosticList errors;
  const NodeList statements = Parse(*unit, errors);
  if (errors.error_count() > 0) {
    std::string list;
    for (const Diagnostic& error : errors.stored()) {
      absl::StrAppend(&list, list.empty() ? "" : " ", "[", error.line, ":", error.column,
                      "]: ", error.message);
    }
    NoteCompatError(absl::StrCat("import parse error in ", path, ": [", list, "]"));
    return diagnostics_.Append(errors);
  }
  chain_.push_back(path);
  const auto codegen =
      std::make_unique<Codegen>(unit->source, unit->names, unit->arena, program_.AddFile(name),
                                nesting + kImportNesting, program_, *this);
  program_.SetImportBody(constant, codegen->CompileModule(statements, path));
  chain_.pop_back();
}

}  // namespace

CompileResult Compile(absl::string_view name, absl::string_view text, ModuleSource& imports,
                      const CompileOptions& options) {
  return Compilation(imports, options).Run(name, text);
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
