// Scopes, reports and the top level; see the other checker_*.cc for the rest.
#include "frontend/typed/checker.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "frontend/near_name.h"

namespace foxvm::frontend {

namespace {

// So many names are looked at for a suggestion, and so many suggestions are looked for.
constexpr size_t kMaxCandidates = 2000;
constexpr int kMaxHints = 20;

constexpr absl::string_view kBasicTypes[] = {"int", "float", "string", "bool", "void", "error", "channel"};

}  // namespace

Checker::Checker(Declarations& declarations, NameTable& names, gc::Arena& arena, CheckerHost& host)
    : declarations_(declarations), types_(declarations.types), names_(names), arena_(arena), host_(host) {}

void Checker::Error(uint32_t offset, absl::string_view message, size_t length) {
  if (quiet_ > 0) return;
  ++errors_;
  host_.TypeError(*file_, offset, static_cast<uint32_t>(length), message);
}

void Checker::Warn(uint32_t offset, absl::string_view message, size_t length) {
  if (quiet_ == 0 && host_.WantsWarnings(*file_)) {
    host_.TypeWarning(*file_, offset, static_cast<uint32_t>(length), message);
  }
}

void Checker::ReportOutOfMemory() {
  if (!out_of_memory_) host_.TypeError(*file_, 0, 1, "out of memory");
  out_of_memory_ = true;
}

std::string Checker::Suggestion(NameId name, bool types_only) {
  if (quiet_ > 0 || hints_++ >= kMaxHints) return "";
  std::vector<absl::string_view> candidates;
  const auto add = [&](NameId candidate) {
    if (candidate != name && candidates.size() < kMaxCandidates) candidates.push_back(Text(candidate));
  };
  if (!types_only) {
    for (const Local& local : locals_) add(local.name);
  }
  for (const auto* table : {&file_->own, &file_->imported}) {
    for (const auto& [candidate, decl] : *table) {
      const bool is_type = decl.kind == DeclKind::kStruct || decl.kind == DeclKind::kInterface;
      if (is_type || !types_only) add(candidate);
    }
  }
  if (types_only) candidates.insert(candidates.end(), std::begin(kBasicTypes), std::end(kBasicTypes));
  std::sort(candidates.begin(), candidates.end());
  const absl::string_view near = NearestName(Text(name), candidates);
  return near.empty() ? "" : absl::StrCat("; did you mean '", near, "'?");
}

std::string Checker::MemberSuggestion(TypeId type, NameId name) {
  if (quiet_ > 0 || hints_++ >= kMaxHints) return "";
  std::vector<absl::string_view> candidates;
  if (types_.Kind(type) == TypeKind::kInterface) {
    const InterfaceDecl& interface = declarations_.interfaces[types_.A(type)];
    for (uint32_t i = 0; i < interface.method_count; ++i) {
      candidates.push_back(Text(declarations_.interface_methods[interface.first_method + i].name));
    }
  } else {
    const uint32_t number = types_.A(type);
    const StructDecl& owner = declarations_.structs[number];
    for (uint32_t i = 0; i < owner.field_count && i < kMaxCandidates; ++i) {
      candidates.push_back(Text(declarations_.fields[owner.first_field + i].name));
    }
    for (const FunctionDecl& function : declarations_.functions) {
      if (function.receiver == number && candidates.size() < kMaxCandidates)
        candidates.push_back(Text(function.name));
    }
  }
  const absl::string_view near = NearestName(Text(name), candidates);
  return near.empty() ? "" : absl::StrCat("; did you mean '", near, "'?");
}

size_t Checker::EnterBlock() {
  const size_t outer_start = state_.block_start;
  state_.block_start = locals_.size();
  return outer_start;
}

void Checker::LeaveBlock(size_t outer_start) {
  for (size_t i = state_.block_start; i < locals_.size(); ++i) {
    const Local& local = locals_[i];
    if (!local.used && !local.is_parameter && !absl::StartsWith(Text(local.name), "_")) {
      Warn(local.offset, absl::StrCat("Unused variable '", Text(local.name), "'"), Text(local.name).size());
    }
  }
  while (locals_.size() > state_.block_start) {
    innermost_[locals_.back().name] = locals_.back().outer;
    locals_.pop_back();
  }
  state_.block_start = outer_start;
}

void Checker::Declare(NameId name, uint32_t offset, TypeId type, bool is_constant, bool is_parameter,
                      Node* fresh) {
  if (name == kNoName) return;
  if (innermost_.size() <= name) innermost_.resize(names_.size(), kNone);
  const uint32_t outer = innermost_[name];
  const auto shown = [&](TypeId id) { return absl::StrCat(" (type: ", NameOf(id), ")"); };
  if (outer != kNone && outer >= state_.block_start) {
    ErrorAtName(offset, name,
                absl::StrCat("Variable '", Text(name), "' already declared in this scope",
                             shown(locals_[outer].type)));
  } else if (!host_.WantsWarnings(*file_)) {
    // What is left to be said are warnings.
  } else if (outer != kNone) {
    Warn(offset,
         absl::StrCat("Variable '", Text(name), "' shadows outer declaration", shown(locals_[outer].type)),
         Text(name).size());
  } else if (const Decl decl = declarations_.Find(*file_, name); decl.kind == DeclKind::kVariable) {
    Warn(offset,
         absl::StrCat("Variable '", Text(name), "' shadows outer declaration",
                      shown(TypeOfVariable(decl.index))),
         Text(name).size());
  }
  innermost_[name] = static_cast<uint32_t>(locals_.size());
  locals_.push_back(
      {name, type, offset, state_.depth, outer, is_constant, is_parameter, /*used=*/false, fresh});
}

Checker::Local* Checker::FindLocal(NameId name) {
  if (innermost_.size() <= name || innermost_[name] == kNone) return nullptr;
  return &locals_[innermost_[name]];
}

void Checker::CheckFunction(const FunctionDecl& declaration, FunctionNode& node) {
  const Param* receiver = node.signature->receiver;
  const TypeId receiver_type = receiver == nullptr ? kUnknownType : ResolveQuietly(receiver->type);
  CheckBody(node.name, node, declaration.type, receiver, receiver_type);
}

void Checker::CheckBody(NameId name, FunctionNode& node, TypeId type, const Param* receiver,
                        TypeId receiver_type) {
  const FunctionState outer = state_;
  const size_t outer_start = EnterBlock();
  ++state_.depth;
  state_.loops = 0;
  state_.result = types_.Kind(type) == TypeKind::kFunction ? types_.B(type) : kVoidType;
  node.form = Form::kTyped;
  if (receiver != nullptr) {
    Declare(receiver->name, receiver->offset, receiver_type, /*is_constant=*/false, /*is_parameter=*/true,
            nullptr);
  }
  const TypeTable::List params = types_.Elements(types_.A(type));
  for (size_t i = 0; i < node.signature->params.size(); ++i) {
    const Param& param = node.signature->params[i];
    Declare(param.name, param.offset, i < params.size() ? params[i] : kUnknownType, /*is_constant=*/false,
            /*is_parameter=*/true, nullptr);
  }
  const bool returns = CheckStatements(node.block);
  if (!returns && state_.result != kVoidType) {
    const uint32_t offset = node.signature->name_offset;
    Error(offset, "Not all code paths return a value", name == kNoName ? 1 : Text(name).size());
  }
  LeaveBlock(outer_start);
  state_ = outer;
}

Node* Checker::CheckTopLevel(Node* statement, uint32_t first_variable) {
  if (Is<VarNode>(statement)) return CheckGlobalVar(Mutable<VarNode>(statement), first_variable);
  // The file's own code is a function of its own; what its blocks declare is local to that.
  const FunctionState outer = state_;
  state_.depth = 1;
  state_.loops = 0;
  const size_t outer_start = EnterBlock();
  if (Is<ReturnNode>(statement)) {
    Error(statement->offset, "'kembali' outside of a function");
  } else {
    CheckStatement(&statement);
  }
  LeaveBlock(outer_start);
  state_ = outer;
  return statement;
}

}  // namespace foxvm::frontend
