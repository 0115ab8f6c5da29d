// Files, imports and the names that are declared.
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "frontend/limits.h"
#include "frontend/typed/standard_modules.h"
#include "frontend/typed/typed_compilation.h"

namespace foxvm::frontend {

namespace {

constexpr absl::string_view kSuffix = ".fox";

std::string Reason(const absl::Status& status) {
  if (absl::IsNotFound(status)) return "no such file or directory";
  if (absl::IsPermissionDenied(status)) return "permission denied";
  return std::string(status.message());
}

// Where the function that begins at `start` ends if its text is laid out as usual: it begins a line, all lines
// of its block are indented, empty or comments, and a line with nothing but `akhir` comes behind them. Else
// kNone.
uint32_t EndByLayout(absl::string_view text, uint32_t start) {
  constexpr absl::string_view kEnd = "akhir";
  constexpr absl::string_view kBlank = " \t\r";
  if (start > 0 && text[start - 1] != '\n') return kNone;
  for (size_t at = text.find('\n', start); at != text.npos; at = text.find('\n', at)) {
    ++at;
    if (at == text.size()) return kNone;
    const char first = text[at];
    if (first == '\n' || first == '#' || kBlank.find(first) != kBlank.npos) continue;
    if (text.substr(at, kEnd.size()) != kEnd) return kNone;
    at += kEnd.size();
    const size_t rest = std::min(text.find_first_not_of(kBlank, at), text.size());
    return rest == text.size() || text[rest] == '\n' ? static_cast<uint32_t>(at) : kNone;
  }
  return kNone;
}

}  // namespace

uint32_t TypedCompilation::AddFile(std::string path, std::string shown_name, std::string own_text,
                                   absl::string_view text, bool is_standard) {
  const uint32_t number = static_cast<uint32_t>(declarations_.files.size());
  auto file = std::make_unique<SourceFile>();
  file->path = std::move(path);
  file->text = std::move(own_text);
  if (text.data() == nullptr) text = file->text;
  file->is_standard = is_standard;
  if (session_ != nullptr && !file->path.empty()) {
    file->has_run = session_->FindModule(file->path) != nullptr;
    if (!file->has_run) session_->AddModule(file->path, {shown_name, std::string(text), is_standard});
  }
  file->module_file = program_.AddFile(shown_name);
  file->source = std::make_unique<Source>(std::move(shown_name), text);
  file->parser = std::make_unique<Parser>(*file->source, arena_, names_, file->syntax_errors,
                                          ErrorStyle::kHelpful, Dialect::kTyped);
  files_by_path_[file->path] = number;
  declarations_.files.push_back(std::move(file));
  chain_.push_back(number);
  Collect(number);
  chain_.pop_back();
  order_.push_back(number);
  return number;
}

void TypedCompilation::Collect(uint32_t number) {
  SourceFile& file = File(number);
  while (!file.parser->AtEnd()) {
    const gc::Arena::Mark mark = arena_.Save();
    const uint32_t offset = file.parser->next_offset();
    if (search_ == BlockSearch::kParse || !CollectByLayout(number, offset)) {
      const Node* statement = file.parser->ParseNext();
      if (file.syntax_errors.error_count() == 0) CollectStatement(number, offset, statement);
    }
    arena_.Rewind(mark);
  }
}

bool TypedCompilation::CollectByLayout(uint32_t number, uint32_t offset) {
  SourceFile& file = File(number);
  if (!file.parser->AtTypedFunction()) return false;
  const uint32_t end = EndByLayout(file.source->text(), offset);
  if (end == kNone) return false;
  const Node* head = file.parser->ParseHead();
  if (file.syntax_errors.error_count() > 0) return true;
  const FunctionNode& function = As<FunctionNode>(head);
  file.parser->SeekTo(function.signature->is_native ? offset : end);
  if (function.signature->is_native) return false;
  Item* item = CollectFunction(number, offset, function);
  if (item == nullptr) {
    was_misled_ = true;
  } else {
    item->presumed_end = file.parser->next_offset();
  }
  return true;
}

void TypedCompilation::CollectStatement(uint32_t number, uint32_t offset, const Node* statement) {
  SourceFile& file = File(number);
  switch (statement->kind) {
    case NodeKind::kImport: return CollectImport(number, As<ImportNode>(statement));
    case NodeKind::kStruct: {
      const NameId name = As<StructNode>(statement).name;
      const uint32_t index = static_cast<uint32_t>(declarations_.structs.size());
      if (!DeclareName(number, name, offset, {DeclKind::kStruct, index})) return;
      const bool is_error = file.is_standard && names_.Text(name) == "error";
      const TypeId type =
          is_error ? kErrorType : declarations_.types.AddNamed(TypeKind::kStruct, index, names_.Text(name));
      if (is_error) declarations_.types.BindError(index);
      declarations_.structs.push_back({.name = name, .file = number, .offset = offset, .type = type});
      file.items.push_back({Item::Kind::kStruct, offset, index});
      return;
    }
    case NodeKind::kInterface: {
      const NameId name = As<InterfaceNode>(statement).name;
      const uint32_t index = static_cast<uint32_t>(declarations_.interfaces.size());
      if (!DeclareName(number, name, offset, {DeclKind::kInterface, index})) return;
      const TypeId type = declarations_.types.AddNamed(TypeKind::kInterface, index, names_.Text(name));
      declarations_.interfaces.push_back({.name = name, .file = number, .offset = offset, .type = type});
      file.items.push_back({Item::Kind::kInterface, offset, index});
      return;
    }
    case NodeKind::kVar: return CollectVariables(number, offset, As<VarNode>(statement));
    default: break;
  }
  if (statement->kind == NodeKind::kExpressionStatement) {
    const Node* expression = As<ExpressionStatementNode>(statement).expression;
    // In parentheses a function is an expression, whatever its name.
    if (Is<FunctionNode>(expression) && As<FunctionNode>(expression).name != kNoName &&
        expression->offset == statement->offset) {
      CollectFunction(number, offset, As<FunctionNode>(expression));
      return;
    }
  }
  file.items.push_back({Item::Kind::kStatement, offset, kNone});
}

Item* TypedCompilation::CollectFunction(uint32_t number, uint32_t offset, const FunctionNode& function) {
  SourceFile& file = File(number);
  const uint32_t index = static_cast<uint32_t>(declarations_.functions.size());
  const uint32_t name_offset = function.signature->name_offset;
  const bool is_method = function.signature->receiver != nullptr;
  if (!is_method && !DeclareName(number, function.name, name_offset, {DeclKind::kFunction, index})) {
    return nullptr;
  }
  declarations_.functions.push_back(
      {.name = function.name, .file = number, .offset = offset, .name_offset = name_offset});
  file.items.push_back({Item::Kind::kFunction, offset, index});
  return &file.items.back();
}

void TypedCompilation::CollectVariables(uint32_t number, uint32_t offset, const VarNode& node) {
  const uint32_t first = static_cast<uint32_t>(declarations_.variables.size());
  for (uint32_t i = 0; i < node.names.size(); ++i) {
    const DeclaredName& name = node.names[i];
    DeclareName(number, name.name, name.offset, {DeclKind::kVariable, first + i});
    declarations_.variables.push_back({.name = name.name,
                                       .file = number,
                                       .offset = offset,
                                       .position = i,
                                       .is_constant = node.is_constant});
  }
  File(number).items.push_back({Item::Kind::kVariable, offset, first});
  checker_->EnterFile(File(number));
  checker_->DeclareConstant(first, node);
}

bool TypedCompilation::DeclareName(uint32_t number, NameId name, uint32_t offset, Decl decl) {
  SourceFile& file = File(number);
  const absl::string_view text = names_.Text(name);
  if (file.own.try_emplace(name, decl).second) return true;
  TypeError(file, offset, static_cast<uint32_t>(text.size()),
            absl::StrCat("'", text, "' is already declared"));
  return false;
}

void TypedCompilation::CollectImport(uint32_t number, const ImportNode& node) {
  const std::vector<NameId> names(node.names.begin(), node.names.end());
  const NameId base_name = names.empty() ? node.base_name : kNoName;
  const uint32_t offset = node.offset;
  const uint32_t module = LoadModule(number, node);
  if (module != kNone) import_list_.push_back({number, module, offset, base_name, names});
}

uint32_t TypedCompilation::LoadModule(uint32_t importer, const ImportNode& node) {
  const std::string written(node.path);
  const absl::string_view bare = absl::StripSuffix(written, kSuffix);
  const std::string path = absl::StrCat(bare, kSuffix);
  const uint32_t offset = node.offset;
  constexpr uint32_t kWordLength = 5;  // of `ambil`
  const auto fail = [&](absl::string_view message) {
    File(importer).import_failed = true;
    TypeError(File(importer), offset, kWordLength, message);
    return kNone;
  };
  if (const auto known = files_by_path_.find(path); known != files_by_path_.end()) {
    for (uint32_t open : chain_) {
      if (open == known->second) return fail(absl::StrCat("Import cycle detected: ", written));
    }
    return known->second;
  }
  if (failed_paths_.contains(path)) {
    File(importer).import_failed = true;
    return kNone;
  }
  if (chain_.size() >= kMaxImportChain) {
    return fail(absl::StrCat("imports nested too deeply (limit ", kMaxImportChain, ")"));
  }
  if (const TypedSession::File* known = session_ == nullptr ? nullptr : session_->FindModule(path)) {
    return AddFile(path, known->name, "", known->text, known->is_standard);
  }
  std::string shown = path;
  // Files are looked for from the program's place, also those that imported files import.
  absl::StatusOr<std::string> text = imports_.Read(path, File(main_file_).source->name(), &shown);
  if (text.ok() && text->size() <= kMaxSourceBytes) {
    return AddFile(path, std::move(shown), *std::move(text), absl::string_view(), /*is_standard=*/false);
  }
  if (const absl::string_view standard = StandardModule(bare);
      absl::IsNotFound(text.status()) && standard.data() != nullptr) {
    return AddFile(path, absl::StrCat("std/", path), "", standard, /*is_standard=*/true);
  }
  failed_paths_.insert(path);
  const std::string reason =
      text.ok() ? absl::StrCat("source too large: ", text->size(), " bytes (limit ", kMaxSourceBytes, ")")
                : Reason(text.status());
  return fail(absl::StrCat("Failed to import module '", written, "': ", reason));
}

void TypedCompilation::BindImports() {
  for (const std::unique_ptr<SourceFile>& file : declarations_.files) {
    if (file.get() != &File(prelude_)) BindAll(*file, prelude_, /*hidden_too=*/true);
  }
  for (const Import& import : import_list_) {
    SourceFile& importer = File(import.importer);
    const SourceFile& module = File(import.module);
    if (import.base_name != kNoName) {
      BindAll(importer, import.module, /*hidden_too=*/false);
      continue;
    }
    for (NameId name : import.names) {
      const absl::string_view text = names_.Text(name);
      const auto found = module.own.find(name);
      if (found != module.own.end() && IsVisible(module, text)) {
        importer.imported[name] = found->second;
        continue;
      }
      TypeError(importer, import.offset, 1,
                absl::StrCat("Module '", absl::StripSuffix(module.path, kSuffix), "' does not export '", text,
                             "'"));
    }
  }
  // A module's own name goes before what modules declare.
  for (const Import& import : import_list_) {
    if (import.base_name != kNoName)
      File(import.importer).imported[import.base_name] = {DeclKind::kModule, import.module};
  }
}

void TypedCompilation::BindAll(SourceFile& importer, uint32_t number, bool hidden_too) {
  const SourceFile& module = File(number);
  for (const auto& [name, decl] : module.own) {
    if (!hidden_too && !IsVisible(module, names_.Text(name))) continue;
    const auto [entry, is_new] = importer.imported.try_emplace(name, decl);
    if (is_new || (entry->second.kind == decl.kind && entry->second.index == decl.index)) continue;
    // The same name from two files: the later import may hide what every program sees, nothing else.
    entry->second = IsFromPrelude(name, entry->second) ? decl : Decl{DeclKind::kAmbiguous, kNone};
  }
}

void TypedCompilation::AddEarlierInputs() {
  for (const TypedSession::File& input : session_->inputs()) {
    inputs_.push_back(AddFile("", input.name, "", input.text, /*is_standard=*/false));
    File(inputs_.back()).has_run = true;
  }
}

void TypedCompilation::BindEarlierInputs() {
  absl::flat_hash_map<NameId, Decl> seen;
  for (uint32_t number : inputs_) {
    SourceFile& input = File(number);
    for (const auto& [name, decl] : seen) {
      const auto [entry, is_new] = input.imported.try_emplace(name, decl);
      // What it imports itself goes before what is there already.
      if (!is_new && IsFromPrelude(name, entry->second)) entry->second = decl;
    }
    seen = input.imported;
    for (const auto& [name, decl] : input.own) seen[name] = decl;
  }
}

bool TypedCompilation::IsFromPrelude(NameId name, const Decl& decl) {
  const auto found = File(prelude_).own.find(name);
  return found != File(prelude_).own.end() && found->second.kind == decl.kind &&
         found->second.index == decl.index;
}

bool TypedCompilation::ReportSyntaxErrors() {
  bool any = false;
  for (const std::unique_ptr<SourceFile>& file : declarations_.files) {
    any = any || file->syntax_errors.error_count() > 0;
  }
  if (!any) return false;
  // There may be more in the blocks that were passed over.
  was_misled_ = search_ == BlockSearch::kLayout;
  // What was said about names so far may come from the wrong syntax.
  diagnostics_ = DiagnosticList();
  for (uint32_t number : order_) diagnostics_.Append(File(number).syntax_errors);
  failed_in_syntax_ = true;
  return true;
}

}  // namespace foxvm::frontend
