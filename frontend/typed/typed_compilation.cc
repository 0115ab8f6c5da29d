#include "frontend/typed/typed_compilation.h"

#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "frontend/typed/standard_modules.h"

namespace foxvm::frontend {

TypedCompilation::TypedCompilation(ModuleSource& imports, const CompileOptions& options, gc::Arena& arena,
                                   bytecode::ModuleSink& sink, BlockSearch search)
    : imports_(imports),
      options_(options),
      session_(options.typed_session),
      arena_(arena),
      program_(sink, /*counts_texts=*/false, /*shares_constants=*/true),
      checker_(std::make_unique<Checker>(declarations_, names_, arena, *this)),
      search_(search) {
  for (absl::string_view name : options.host_functions) host_globals_[name] = std::nullopt;
}

CompileResult TypedCompilation::Run(absl::string_view name, absl::string_view text) {
  const gc::Arena::Mark mark = arena_.Save();
  const auto rewind = absl::MakeCleanup([&] { arena_.Rewind(mark); });
  program_.UseTyped();
  for (const std::string& global : options_.predefined_globals) program_.AddGlobal(global);
  if (session_ != nullptr) {
    session_->Begin(name, text);
    AddEarlierInputs();
  }
  main_file_ = static_cast<uint32_t>(declarations_.files.size());
  inputs_.push_back(main_file_);
  AddFile("", std::string(name), "", text, /*is_standard=*/false);
  prelude_ = AddFile("<prelude>", "std/prelude.fox", "", Prelude(), /*is_standard=*/true);
  // It is there before everything else.
  order_.pop_back();
  order_.insert(order_.begin(), prelude_);
  if (ReportSyntaxErrors()) return Finish();
  BindImports();
  if (session_ != nullptr) BindEarlierInputs();
  ResolveHeads();
  CompileProgram();
  if (!HasErrors() && !program_.WithinLimits()) TypeError(File(main_file_), 0, 1, "program too large");
  return Finish();
}

CompileResult TypedCompilation::Finish() {
  CompileResult result;
  result.error_count = diagnostics_.error_count();
  diagnostics_.SortByPlace();
  result.diagnostics = diagnostics_.stored();
  if (result.error_count == 0) return result;
  result.phase = failed_in_syntax_ ? CompilePhase::kParse : CompilePhase::kCompile;
  for (const Diagnostic& diagnostic : result.diagnostics) {
    if (diagnostic.severity != Severity::kError) continue;
    absl::StrAppend(&result.compat_error, result.compat_error.empty() ? "" : "\n", "[", diagnostic.line, ":",
                    diagnostic.column, "] ", diagnostic.message);
  }
  return result;
}

Node* TypedCompilation::Reparse(SourceFile& file, uint32_t offset) {
  file.parser->SeekTo(offset);
  Node* statement = file.parser->ParseNext();
  if (file.syntax_errors.error_count() == 0) return statement;
  // It had no errors before: its block was passed over, or the arena has no more room.
  was_misled_ = search_ == BlockSearch::kLayout;
  if (!HasErrors()) TypeError(file, offset, 1, "out of memory");
  return nullptr;
}

Node* TypedCompilation::ParseAgain(SourceFile& file, uint32_t offset) { return Reparse(file, offset); }

void TypedCompilation::CompileProgram() {
  SourceFile& main = File(main_file_);
  codegen_ = std::make_unique<Codegen>(*main.source, names_, arena_, main.module_file, /*nesting=*/0,
                                       program_, *this);
  codegen_->BeginMain({});
  codegen_->EnterFile(*main.source, main.module_file);
  CompileStructs();
  for (uint32_t number : order_) CompileFunctions(File(number));
  CompileGlobals();
  for (uint32_t number : order_) CompileBody(File(number));
  CallMain();
  if (!HasErrors()) codegen_->FinishMain();
}

void TypedCompilation::CompileStructs() {
  if (HasErrors()) return;
  std::vector<NameId> fields;
  for (const StructDecl& decl : declarations_.structs) {
    if (File(decl.file).has_run) continue;
    fields.clear();
    for (uint32_t i = 0; i < decl.field_count; ++i)
      fields.push_back(declarations_.fields[decl.first_field + i].name);
    codegen_->DefineStruct(decl.name, fields, decl.global);
  }
}

void TypedCompilation::CompileGlobals() {
  // A function may read a variable before the statement that declares it has run.
  if (HasErrors()) return;
  std::vector<std::pair<uint32_t, TypeId>> variables;
  for (uint32_t i = 0; i < declarations_.variables.size(); ++i) {
    const TypeId type = checker_->TypeOfVariable(i);
    const VariableDecl& variable = declarations_.variables[i];
    if (File(variable.file).has_run || variable.constant != kNone || Is<NullNode>(checker_->Zero(type, 0))) continue;
    variables.push_back({variable.global, type});
  }
  CompileZeros();
  for (const auto& [global, type] : variables) {
    const gc::Arena::Mark mark = arena_.Save();
    codegen_->DefineGlobal(checker_->Zero(type, 0), global);
    arena_.Rewind(mark);
  }
}

void TypedCompilation::CompileFunctions(SourceFile& file) {
  if (file.has_run) return;
  checker_->EnterFile(file);
  codegen_->EnterFile(*file.source, file.module_file);
  for (const Item& item : file.items) {
    if (item.kind != Item::Kind::kFunction) continue;
    const FunctionDecl& declaration = declarations_.functions[item.index];
    if (declaration.global == kNone || declaration.builtin != kNone) continue;
    const gc::Arena::Mark mark = arena_.Save();
    Node* statement = Reparse(file, item.offset);
    if (statement == nullptr) return;
    if (item.presumed_end != kNone && file.parser->next_offset() != item.presumed_end) {
      was_misled_ = true;
      return TypeError(file, item.offset, 1, "the block does not end where its layout says");
    }
    FunctionNode& function = Mutable<FunctionNode>(As<ExpressionStatementNode>(statement).expression);
    if (!function.signature->is_native) {
      checker_->CheckFunction(declaration, function);
      if (!HasErrors()) {
        const uint32_t schema = declaration.receiver == kNone
                                    ? Codegen::kNoGlobal
                                    : declarations_.structs[declaration.receiver].global;
        codegen_->DefineFunction(function, GlobalName(declaration), declaration.global, schema);
      }
    }
    arena_.Rewind(mark);
  }
}

void TypedCompilation::CompileBody(SourceFile& file) {
  if (file.has_run) return;
  checker_->EnterFile(file);
  codegen_->EnterFile(*file.source, file.module_file);
  const bool is_dialogue = session_ != nullptr && &file == &File(main_file_);
  bool begun = false;
  for (const Item& item : file.items) {
    if (item.kind != Item::Kind::kStatement && item.kind != Item::Kind::kVariable) continue;
    const gc::Arena::Mark mark = arena_.Save();
    Node* statement = Reparse(file, item.offset);
    if (statement == nullptr) return;
    statement = checker_->CheckTopLevel(statement, item.index);
    if (!HasErrors() && statement != nullptr) {
      if (!begun) codegen_->BeginBody();
      begun = true;
      if (is_dialogue && &item == &file.items.back() && HasResult(statement)) {
        codegen_->CompileLast(statement);
      } else {
        codegen_->CompileStatement(statement);
      }
    }
    arena_.Rewind(mark);
  }
  if (HasErrors()) return;
  if (begun) codegen_->EndBody(file.source->name());
  CompileZeros();
  if (begun) codegen_->CallBody();
}

bool TypedCompilation::HasResult(const Node* statement) const {
  if (!Is<ExpressionStatementNode>(statement)) return false;
  const Node* expression = As<ExpressionStatementNode>(statement).expression;
  if (Is<IfNode>(expression) || Is<WhileNode>(expression)) return false;
  const TypeId type = checker_->last_value_type();
  return type != kVoidType && declarations_.types.Kind(type) != TypeKind::kList;
}

uint32_t TypedCompilation::ZeroFunction(uint32_t index) {
  StructDecl& decl = declarations_.structs[index];
  if (decl.zero_global == kNone) {
    decl.zero_global = AddGlobal(decl.file, absl::StrCat(names_.Text(decl.name), "{}"));
    pending_zeros_.push_back({index, decl.zero_global});
  }
  return decl.zero_global;
}

void TypedCompilation::CompileZeros() {
  // Zero values of fields may need functions of their own.
  while (!pending_zeros_.empty()) {
    const PendingZero zero = pending_zeros_.back();
    pending_zeros_.pop_back();
    const StructDecl decl = declarations_.structs[zero.structure];
    const gc::Arena::Mark mark = arena_.Save();
    std::vector<Node*> fields;
    for (uint32_t i = 0; i < decl.field_count; ++i) {
      fields.push_back(checker_->ZeroOfField(zero.structure, i, decl.offset));
    }
    codegen_->DefineZero(absl::StrCat(names_.Text(decl.name), "{}"), decl.global, absl::MakeSpan(fields),
                         zero.global);
    arena_.Rewind(mark);
  }
}

void TypedCompilation::CallMain() {
  const SourceFile& main = File(main_file_);
  const auto found = main.own.find(names_.Intern("main"));
  if (found == main.own.end() || found->second.kind != DeclKind::kFunction) return;
  const FunctionDecl& function = declarations_.functions[found->second.index];
  const TypeId type = function.type;
  if (declarations_.types.Kind(type) == TypeKind::kFunction && declarations_.types.A(type) != kNoTypes) {
    return TypeError(main, function.name_offset, 4,
                     "'main' is called without arguments, so it cannot have parameters");
  }
  if (!HasErrors()) codegen_->CallGlobal(function.global);
}

void TypedCompilation::TypeError(const SourceFile& file, uint32_t offset, uint32_t length,
                                 absl::string_view message) {
  diagnostics_.Add(Severity::kError, *file.source, offset, length, message);
}

void TypedCompilation::TypeNote(const SourceFile& file, uint32_t offset, uint32_t length,
                                absl::string_view message) {
  diagnostics_.Add(Severity::kNote, *file.source, offset, length, message);
}

bool TypedCompilation::WantsWarnings(const SourceFile& file) const {
  return options_.warnings && &file == declarations_.files[main_file_].get();
}

void TypedCompilation::TypeWarning(const SourceFile& file, uint32_t offset, uint32_t length,
                                   absl::string_view message) {
  diagnostics_.Add(Severity::kWarning, *file.source, offset, length, message);
}

void TypedCompilation::CompileError(const Source& source, uint32_t offset, uint32_t length,
                                    absl::string_view message, absl::string_view hint) {
  diagnostics_.Add(Severity::kError, source, offset, length, absl::StrCat(message, hint));
}

std::optional<uint32_t> TypedCompilation::HostGlobal(absl::string_view name) {
  const auto known = host_globals_.find(name);
  if (known == host_globals_.end()) return std::nullopt;
  if (!known->second.has_value()) known->second = program_.AddHostGlobal(name);
  return known->second;
}

}  // namespace foxvm::frontend
