// What the code generator knows beyond errors: names that were probably meant, and warnings.
#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "frontend/codegen.h"
#include "frontend/near_name.h"
#include "interp/bytecode/builtin_names.h"

namespace foxvm::frontend {

namespace {

// A name is compared with so many others, for so many errors: both bound the time that nonsense can cost.
constexpr size_t kMaxCandidates = 10000;
constexpr int kMaxHints = 20;
// How far behind the start of a definition its name is looked for.
constexpr size_t kMaxSearch = 1000;

bool IsWordByte(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// The first place of `word`, standing alone, at `from` or behind it; npos if it is not near.
size_t FindWord(absl::string_view text, size_t from, absl::string_view word) {
  const absl::string_view part = absl::ClippedSubstr(text, from, kMaxSearch);
  for (size_t at = part.find(word); at != absl::string_view::npos; at = part.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || !IsWordByte(part[at - 1])) && (end == part.size() || !IsWordByte(part[end]))) return from + at;
  }
  return absl::string_view::npos;
}

}  // namespace

void Codegen::ReportUndefined(const IdentifierNode& node) {
  if (reported_.size() <= node.name) reported_.resize(names_.size());
  if (reported_[node.name]) return;
  reported_[node.name] = true;
  const absl::string_view text = names_.Text(node.name);
  std::string hint;
  if (hints_++ < kMaxHints) {
    std::vector<absl::string_view> candidates;
    for (size_t name = 0; name < names_.size() && candidates.size() < kMaxCandidates; ++name) {
      const NameId id = static_cast<NameId>(name);
      if (id != node.name && (id < bytecode::kBuiltinCount || scopes_.IsBound(id))) {
        candidates.push_back(names_.Text(id));
      }
    }
    std::vector<std::string> keywords;
    for (TokenKind kind = TokenKind::kStruktur; kind <= TokenKind::kLanjut;
         kind = static_cast<TokenKind>(static_cast<int>(kind) + 1)) {
      keywords.push_back(absl::AsciiStrToLower(TokenName(kind)));
    }
    candidates.insert(candidates.end(), keywords.begin(), keywords.end());
    const absl::string_view near = NearestName(text, candidates);
    if (!near.empty()) hint = absl::StrCat("; did you mean '", near, "'?");
  }
  host_.CompileError(*source_, node.offset, static_cast<uint32_t>(text.size()),
                     absl::StrCat("undefined variable ", text), hint);
}

void Codegen::Warn(uint32_t offset, uint32_t length, absl::string_view message) {
  host_.CompileWarning(*source_, offset, length, message);
}

void Codegen::WarnOfHiddenBuiltin(NameId name, uint32_t offset) {
  if (!warn_ || name >= bytecode::kBuiltinCount) return;
  const absl::string_view text = names_.Text(name);
  // A parameter or a function's name stands a little behind its `fungsi`.
  const size_t at = FindWord(source_->text(), offset, text);
  Warn(at == absl::string_view::npos ? offset : static_cast<uint32_t>(at),
       at == absl::string_view::npos ? 1 : static_cast<uint32_t>(text.size()),
       absl::StrCat("'", text, "' hides the built-in function of that name"));
}

void Codegen::WarnOfUnreachable(const Node* statement) {
  if (warn_) Warn(statement->offset, 1, "this is never reached");
}

void Codegen::WarnOfUnused(size_t first) {
  for (size_t i = first; i < definitions_.size(); ++i) {
    const Definition& definition = definitions_[i];
    const absl::string_view text = names_.Text(definition.name);
    if (reads_[definition.name] != definition.reads || absl::StartsWith(text, "_")) continue;
    Warn(definition.offset, static_cast<uint32_t>(text.size()),
         absl::StrCat("the variable '", text, "' is never read"));
  }
  definitions_.resize(first);
}

void Codegen::NoteFieldRead(const IndexNode& node) {
  if (!Is<StringNode>(node.index)) return;
  field_reads_.push_back({std::string(As<StringNode>(node.index).value), node.offset});
}

void Codegen::WarnOfUnknownFields() {
  if (field_reads_.empty()) return;
  absl::flat_hash_map<absl::string_view, int64_t> given;  // texts, by how often something else than a read has them
  for (const auto& [text, uses] : program_.texts()) given[text] = uses;
  for (const FieldRead& read : field_reads_) --given[read.field];
  std::vector<absl::string_view> candidates;
  for (const auto& [text, count] : given) {
    if (count > 0 && candidates.size() < kMaxCandidates) candidates.push_back(text);
  }
  absl::c_sort(candidates);
  for (const FieldRead& read : field_reads_) {
    if (given[read.field] > 0 || hints_++ >= kMaxHints) continue;
    const absl::string_view near = NearestName(read.field, candidates);
    if (near.empty()) continue;
    const bool dotted = absl::StartsWith(absl::ClippedSubstr(source_->text(), read.offset + 1), read.field);
    Warn(dotted ? read.offset + 1 : read.offset, dotted ? static_cast<uint32_t>(read.field.size()) : 1,
         absl::StrCat("nothing here has a field '", read.field, "'; did you mean '", near, "'?"));
  }
}

}  // namespace foxvm::frontend
