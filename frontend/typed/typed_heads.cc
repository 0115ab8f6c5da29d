// The heads of declarations: types of fields, parameters, results and variables.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "frontend/typed/natives.h"
#include "frontend/typed/typed_compilation.h"

namespace foxvm::frontend {

void TypedCompilation::ResolveHeads() {
  for (uint32_t number : order_) {
    SourceFile& file = File(number);
    checker_->EnterFile(file);
    for (const Item& item : file.items) {
      if (item.kind == Item::Kind::kStatement) continue;
      const gc::Arena::Mark mark = arena_.Save();
      file.parser->SeekTo(item.offset);
      const Node* head = file.parser->ParseHead();
      if (file.syntax_errors.error_count() > 0) return TypeError(file, item.offset, 1, "out of memory");
      switch (item.kind) {
        case Item::Kind::kStruct: ResolveStruct(item, As<StructNode>(head)); break;
        case Item::Kind::kInterface: ResolveInterface(item, As<InterfaceNode>(head)); break;
        case Item::Kind::kFunction: ResolveFunction(item, As<FunctionNode>(head)); break;
        default: ResolveVariables(item, As<VarNode>(head));
      }
      arena_.Rewind(mark);
    }
  }
  FindCycles();
  // In the order of the text, which is that of their dependence in most programs.
  for (uint32_t i = 0; i < declarations_.variables.size(); ++i) {
    const gc::Arena::Mark mark = arena_.Save();
    checker_->TypeOfVariable(i);
    arena_.Rewind(mark);
  }
}

void TypedCompilation::AddMember(TypeId owner, NameId name, uint32_t offset, Member member) {
  if (declarations_.members.try_emplace(Declarations::MemberKey(owner, name), member).second) return;
  const absl::string_view text = names_.Text(name);
  checker_->ReportError(
      offset, absl::StrCat("'", declarations_.types.Name(owner), "' already has a member '", text, "'"),
      text.size());
}

void TypedCompilation::ResolveStruct(const Item& item, const StructNode& node) {
  StructDecl& decl = declarations_.structs[item.index];
  decl.first_field = static_cast<uint32_t>(declarations_.fields.size());
  decl.field_count = static_cast<uint32_t>(node.typed_fields.size());
  decl.global = AddGlobal(decl.file, names_.Text(node.name));
  const TypeId owner = decl.type;
  for (uint32_t i = 0; i < node.typed_fields.size(); ++i) {
    const Param& field = node.typed_fields[i];
    declarations_.fields.push_back({field.name, checker_->ResolveValueType(field)});
    AddMember(owner, field.name, field.offset, {Member::Kind::kField, i});
  }
}

void TypedCompilation::ResolveInterface(const Item& item, const InterfaceNode& node) {
  InterfaceDecl& decl = declarations_.interfaces[item.index];
  decl.first_method = static_cast<uint32_t>(declarations_.interface_methods.size());
  decl.method_count = static_cast<uint32_t>(node.methods.size());
  const TypeId owner = decl.type;
  for (const MethodSignature& method : node.methods) {
    const uint32_t index = static_cast<uint32_t>(declarations_.interface_methods.size());
    declarations_.interface_methods.push_back(
        {method.name.name, checker_->ResolveSignature(*method.signature)});
    AddMember(owner, method.name.name, method.name.offset, {Member::Kind::kInterfaceMethod, index});
  }
}

void TypedCompilation::ResolveFunction(const Item& item, const FunctionNode& node) {
  FunctionDecl& function = declarations_.functions[item.index];
  function.type = checker_->ResolveSignature(*node.signature);
  if (node.signature->receiver != nullptr) {
    ResolveMethod(function, node);
  } else if (const FunctionDecl* replaced = ReplacedBy(function)) {
    function.global = replaced->global;
  }
  if (node.signature->is_native) return ResolveNative(function);
  function.global = AddGlobal(function.file, GlobalName(function), function.global);
}

void TypedCompilation::ResolveMethod(FunctionDecl& function, const FunctionNode& node) {
  const Param& receiver = *node.signature->receiver;
  TypeId type = checker_->ResolveType(receiver.type);
  TypeTable& types = declarations_.types;
  if (types.Kind(type) == TypeKind::kPointer) type = types.A(type);
  if (types.Kind(type) != TypeKind::kStruct) {
    if (type == kUnknownType) return;
    return checker_->ReportError(receiver.offset,
                                 absl::StrCat("Method receiver must be a struct, got ", types.Name(type)), 1);
  }
  function.receiver = types.A(type);
  const uint32_t index = static_cast<uint32_t>(&function - declarations_.functions.data());
  const Member method = {Member::Kind::kMethod, index};
  if (const FunctionDecl* replaced = ReplacedBy(function)) {
    function.global = replaced->global;
    declarations_.members[Declarations::MemberKey(type, function.name)] = method;
    return;
  }
  AddMember(type, function.name, function.name_offset, method);
}

const FunctionDecl* TypedCompilation::ReplacedBy(const FunctionDecl& function) const {
  if (session_ == nullptr) return nullptr;
  uint32_t index = kNone;
  if (function.receiver == kNone) {
    const SourceFile& file = *declarations_.files[function.file];
    const auto found = file.imported.find(function.name);
    if (found != file.imported.end() && found->second.kind == DeclKind::kFunction) index = found->second.index;
  } else {
    const TypeId type = declarations_.structs[function.receiver].type;
    const Member member = declarations_.FindMember(type, function.name);
    if (member.kind == Member::Kind::kMethod) index = member.index;
  }
  if (index == kNone) return nullptr;
  const FunctionDecl& earlier = declarations_.functions[index];
  const bool is_of_input = declarations_.files[earlier.file]->path.empty();
  return is_of_input && earlier.file != function.file && earlier.type == function.type ? &earlier : nullptr;
}

uint32_t TypedCompilation::AddGlobal(uint32_t file, absl::string_view name, uint32_t known) {
  if (session_ == nullptr) return program_.AddGlobal(name);
  const std::string& path = File(file).path;
  std::string key = absl::StrCat(path.empty() ? absl::StrCat(file) : path, "\n", name);
  if (const std::optional<uint32_t> global = session_->FindGlobal(key)) return *global;
  const uint32_t global = known == kNone ? program_.AddGlobal(name) : known;
  session_->AddGlobal(std::move(key), global);
  return global;
}

void TypedCompilation::ResolveNative(FunctionDecl& function) {
  const absl::string_view name = names_.Text(function.name);
  const SourceFile& file = File(function.file);
  if (function.receiver == kNone && file.is_standard) {
    function.builtin = FindNative(name);
    if (function.builtin != kNone) return;
  } else if (function.receiver == kNone) {
    if (const std::optional<uint32_t> global = HostGlobal(name)) {
      function.global = *global;
      return;
    }
  }
  checker_->ReportError(function.name_offset, absl::StrCat("the host has no function '", name, "'"),
                        name.size());
}

void TypedCompilation::ResolveVariables(const Item& item, const VarNode& node) {
  const TypeId declared = node.type == nullptr
                              ? kUnknownType
                              : checker_->ResolveValueType({kNoName, node.type->offset, node.type});
  for (uint32_t i = 0; i < node.names.size(); ++i) {
    VariableDecl& variable = declarations_.variables[item.index + i];
    if (variable.constant != kNone) continue;
    variable.global = AddGlobal(variable.file, names_.Text(variable.name));
    if (node.type == nullptr) continue;
    variable.type = declared;
    variable.state = VariableDecl::State::kKnown;
  }
}

std::string TypedCompilation::GlobalName(const FunctionDecl& function) const {
  const absl::string_view name = names_.Text(function.name);
  if (function.receiver == kNone) return std::string(name);
  return absl::StrCat(names_.Text(declarations_.structs[function.receiver].name), ".", name);
}

void TypedCompilation::FindCycles() {
  // Tarjan, "Depth-first search and linear graph algorithms" (1972), with a list in place of the recursion.
  const size_t count = declarations_.structs.size();
  struct Visit {
    uint32_t structure;
    uint32_t next_field;
  };
  std::vector<Visit> path;
  std::vector<uint32_t> open;  // visited, component not known
  std::vector<uint32_t> number(count, kNone), low(count, kNone);
  uint32_t visited = 0;
  const auto enter = [&](uint32_t structure) {
    number[structure] = low[structure] = visited++;
    open.push_back(structure);
    path.push_back({structure, 0});
  };
  for (uint32_t first = 0; first < count; ++first) {
    if (number[first] == kNone) enter(first);
    while (!path.empty()) {
      const uint32_t structure = path.back().structure;
      StructDecl& decl = declarations_.structs[structure];
      if (path.back().next_field < decl.field_count) {
        const TypeId type = declarations_.fields[decl.first_field + path.back().next_field++].type;
        if (declarations_.types.Kind(type) != TypeKind::kStruct) continue;
        const uint32_t inner = declarations_.types.A(type);
        if (number[inner] == kNone) {
          enter(inner);
        } else if (declarations_.structs[inner].component == kNone) {
          low[structure] = std::min(low[structure], number[inner]);
        }
        continue;
      }
      path.pop_back();
      if (!path.empty()) low[path.back().structure] = std::min(low[path.back().structure], low[structure]);
      if (low[structure] != number[structure]) continue;
      size_t first_member = open.size() - 1;
      while (open[first_member] != structure) --first_member;
      FinishComponent(absl::MakeConstSpan(open).subspan(first_member));
      open.resize(first_member);
    }
  }
}

void TypedCompilation::FinishComponent(absl::Span<const uint32_t> members) {
  // All that its structures contain outside of it is known already.
  bool is_comparable = true;
  for (uint32_t member : members) declarations_.structs[member].component = members[0];
  for (uint32_t member : members) {
    const StructDecl& decl = declarations_.structs[member];
    for (uint32_t i = 0; i < decl.field_count; ++i) {
      is_comparable =
          is_comparable && checker_->IsComparable(declarations_.fields[decl.first_field + i].type);
    }
  }
  for (uint32_t member : members) declarations_.structs[member].is_comparable = is_comparable;
}

}  // namespace foxvm::frontend
