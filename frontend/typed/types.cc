#include "frontend/typed/types.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace foxvm::frontend {

namespace {

// Types of values can double with every statement that makes them; nobody reads such a name to its end.
constexpr size_t kMaxTypeName = 120;

absl::string_view BasicName(TypeKind kind) {
  switch (kind) {
    case TypeKind::kVoid: return "void";
    case TypeKind::kInt: return "int";
    case TypeKind::kFloat: return "float";
    case TypeKind::kString: return "string";
    case TypeKind::kBool: return "bool";
    case TypeKind::kError: return "error";
    case TypeKind::kChannel: return "channel";
    case TypeKind::kNull: return "kosong";
    case TypeKind::kHandle: return "handle";
    default: return "?";
  }
}

}  // namespace

TypeTable::TypeTable() {
  for (uint32_t kind = 0; kind <= kNoTypes; ++kind) entries_.push_back({static_cast<TypeKind>(kind), 0, 0});
}

TypeId TypeTable::AddNamed(TypeKind kind, uint32_t number, absl::string_view name) {
  entries_.push_back({kind, number, 0});
  const TypeId type = static_cast<TypeId>(entries_.size() - 1);
  names_[type] = name;
  return type;
}

TypeId TypeTable::Intern(TypeKind kind, uint32_t a, uint32_t b) {
  const auto [entry, is_new] =
      ids_.try_emplace({static_cast<uint64_t>(kind) << 32 | a, b}, static_cast<TypeId>(entries_.size()));
  if (!is_new) return entry->second;
  Entry made{kind, a, b};
  if (kind == TypeKind::kList) made.length = entries_[a].length + 1;
  if (kind == TypeKind::kArray || kind == TypeKind::kMap) {
    const TypeId element = kind == TypeKind::kArray ? a : b;
    made.is_open = element == kUnknownType || element == kNullType || entries_[element].is_open;
  }
  entries_.push_back(made);
  return entry->second;
}

TypeTable::List TypeTable::Elements(TypeId type) const {
  List list;
  for (; Kind(type) == TypeKind::kList; type = A(type)) list.push_back(B(type));
  if (type != kNoTypes && type != kVoidType) list.push_back(type);
  std::reverse(list.begin(), list.end());
  return list;
}

std::string TypeTable::Name(TypeId type) const {
  std::string name;
  AppendName(type, &name);
  if (name.size() > kMaxTypeName) name = absl::StrCat(name.substr(0, kMaxTypeName), "...");
  return name;
}

void TypeTable::AppendName(TypeId type, std::string* out) const {
  if (out->size() > kMaxTypeName) return;
  switch (Kind(type)) {
    case TypeKind::kStruct:
    case TypeKind::kInterface: absl::StrAppend(out, names_.at(type)); return;
    case TypeKind::kPointer: out->push_back('*'); return AppendName(A(type), out);
    case TypeKind::kArray: out->append("[]"); return AppendName(A(type), out);
    case TypeKind::kMap:
      out->append("map[");
      AppendName(A(type), out);
      out->push_back(']');
      return AppendName(B(type), out);
    case TypeKind::kFunction:
      out->append("fungsi");
      AppendNames(A(type), out);
      if (B(type) == kVoidType) return;
      out->push_back(' ');
      return AppendName(B(type), out);
    case TypeKind::kNoTypes:
    case TypeKind::kList: return AppendNames(type, out);
    default: absl::StrAppend(out, BasicName(Kind(type)));
  }
}

void TypeTable::AppendNames(TypeId list, std::string* out) const {
  absl::string_view separator = "(";
  for (TypeId type : Elements(list)) {
    if (out->size() > kMaxTypeName) return;
    absl::StrAppend(out, separator);
    AppendName(type, out);
    separator = ", ";
  }
  absl::StrAppend(out, list == kNoTypes ? "(" : "", ")");
}

}  // namespace foxvm::frontend
