// Types: from syntax, and what fits where.
#include "absl/strings/str_cat.h"
#include "frontend/typed/checker.h"

namespace foxvm::frontend {

TypeId Checker::ResolveType(const Node* syntax) {
  if (syntax == nullptr) return kUnknownType;
  switch (syntax->kind) {
    case NodeKind::kTypeName: return ResolveTypeName(As<TypeNameNode>(syntax));
    case NodeKind::kPointerType: {
      const TypeId target = ResolveType(As<PointerTypeNode>(syntax).target);
      return target == kUnknownType ? kUnknownType : types_.Pointer(target);
    }
    case NodeKind::kArrayType: return types_.Array(ResolveType(As<ArrayTypeNode>(syntax).element));
    case NodeKind::kMapType: {
      const MapTypeNode& node = As<MapTypeNode>(syntax);
      const TypeId key = ResolveType(node.key);
      if (!IsKey(key))
        Error(node.key->offset,
              absl::StrCat("Map key must be int, float, string or bool, got ", NameOf(key)));
      return types_.Map(key, ResolveType(node.value));
    }
    default: {
      const FunctionTypeNode& node = As<FunctionTypeNode>(syntax);
      const TypeId params = ResolveList(node.params);
      return types_.Function(params, ResultOf(node.results));
    }
  }
}

TypeId Checker::ResolveTypeName(const TypeNameNode& node) {
  const absl::string_view text = Text(node.name);
  if (node.module != kNoName) {
    const Decl module = declarations_.Find(*file_, node.module);
    if (module.kind != DeclKind::kModule) {
      if (!file_->import_failed) {
        ErrorAtName(node.offset, node.module, absl::StrCat("Unknown module: ", Text(node.module)));
      }
      return kUnknownType;
    }
    const SourceFile& file = *declarations_.files[module.index];
    const auto found = file.own.find(node.name);
    if (found != file.own.end() && found->second.kind == DeclKind::kStruct) {
      return declarations_.structs[found->second.index].type;
    }
    if (found != file.own.end() && found->second.kind == DeclKind::kInterface) {
      return declarations_.interfaces[found->second.index].type;
    }
    Error(node.offset, absl::StrCat("Module '", Text(node.module), "' does not export type '", text, "'"),
          Text(node.module).size() + 1 + text.size());
    return kUnknownType;
  }
  if (text == "int") return kIntType;
  if (text == "float") return kFloatType;
  if (text == "string") return kStringType;
  if (text == "bool") return kBoolType;
  if (text == "void") return kVoidType;
  if (text == "channel") return kChannelType;
  if (text == "error") return kErrorType;
  if (text == "handle" && file_->is_standard) return kHandleType;
  const Decl decl = declarations_.Find(*file_, node.name);
  if (decl.kind == DeclKind::kStruct) return declarations_.structs[decl.index].type;
  if (decl.kind == DeclKind::kInterface) return declarations_.interfaces[decl.index].type;
  if (decl.kind == DeclKind::kNone) {
    if (!file_->import_failed) {
      ErrorAtName(node.offset, node.name, absl::StrCat("Unknown type: ", text, Suggestion(node.name, true)));
    }
  } else if (decl.kind == DeclKind::kAmbiguous) {
    ErrorAtName(node.offset, node.name, absl::StrCat("'", text, "' is declared by several imported files"));
  } else {
    ErrorAtName(node.offset, node.name, absl::StrCat("'", text, "' is not a type"));
  }
  return kUnknownType;
}

TypeId Checker::ResolveList(NodeList types) {
  TypeId list = kNoTypes;
  for (const Node* type : types) list = types_.Append(list, ResolveType(type));
  return list;
}

TypeId Checker::ResultOf(NodeList types) {
  if (types.empty()) return kVoidType;
  return types.size() == 1 ? ResolveType(types[0]) : ResolveList(types);
}

TypeId Checker::ResolveValueType(const Param& param) {
  const TypeId type = ResolveType(param.type);
  if (type != kVoidType) return type;
  Error(param.type->offset, "a value cannot be void", NameOf(kVoidType).size());
  return kUnknownType;
}

TypeId Checker::ResolveSignature(const Signature& signature) {
  TypeId params = kNoTypes;
  for (const Param& param : signature.params) params = types_.Append(params, ResolveValueType(param));
  return types_.Function(params, ResultOf(signature.results));
}

bool Checker::IsKey(TypeId type) const {
  return type == kIntType || type == kFloatType || type == kStringType || type == kBoolType ||
         type == kUnknownType;
}

bool Checker::IsNullable(TypeId type) const {
  switch (types_.Kind(type)) {
    case TypeKind::kString:
    case TypeKind::kError:
    case TypeKind::kHandle:
    case TypeKind::kNull:
    case TypeKind::kStruct:
    case TypeKind::kInterface:
    case TypeKind::kPointer:
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kFunction:
    case TypeKind::kUnknown: return true;
    default: return false;
  }
}

bool Checker::Fits(TypeId from, TypeId to) {
  while (true) {
    if (from == to || from == kUnknownType || to == kUnknownType) return true;
    if (from == kNullType) return IsNullable(to);
    const TypeKind kind = types_.Kind(from);
    if (types_.Kind(to) == TypeKind::kInterface) {
      if (kind == TypeKind::kPointer) return Fits(types_.A(from), to);
      return (kind == TypeKind::kStruct || kind == TypeKind::kInterface) && Implements(from, to);
    }
    // An empty literal, also inside of others, fits every array and map.
    if (kind != types_.Kind(to) || !types_.IsOpen(from)) return false;
    if (kind == TypeKind::kMap) {
      const bool keys = types_.A(from) == types_.A(to) || types_.A(from) == kUnknownType;
      if (!keys) return false;
      if (types_.B(from) == types_.B(to)) return true;
      from = types_.B(from);
      to = types_.B(to);
    } else if (kind == TypeKind::kArray) {
      from = types_.A(from);
      to = types_.A(to);
    } else {
      return false;
    }
    // Elements must be the same type: [1] is no []Node, whatever an int is.
    if (from != to && from != kUnknownType && types_.Kind(to) == TypeKind::kInterface) return false;
    if (from == kNullType) return false;
  }
}

bool Checker::Implements(TypeId from, TypeId interface) {
  const uint64_t key = Declarations::MemberKey(from, interface);
  const auto known = implements_.find(key);
  if (known != implements_.end()) return known->second;
  const InterfaceDecl& decl = declarations_.interfaces[types_.A(interface)];
  bool all = true;
  for (uint32_t i = 0; i < decl.method_count && all; ++i) {
    const InterfaceMethod& wanted = declarations_.interface_methods[decl.first_method + i];
    const Member member = declarations_.FindMember(from, wanted.name);
    all =
        (member.kind == Member::Kind::kMethod && declarations_.functions[member.index].type == wanted.type) ||
        (member.kind == Member::Kind::kInterfaceMethod &&
         declarations_.interface_methods[member.index].type == wanted.type);
  }
  implements_[key] = all;
  return all;
}

TypeId Checker::MemberOwner(TypeId type) const {
  if (types_.Kind(type) == TypeKind::kPointer) type = types_.A(type);
  switch (types_.Kind(type)) {
    case TypeKind::kStruct:
    case TypeKind::kInterface:
    case TypeKind::kError: return type;
    default: return kUnknownType;
  }
}

bool Checker::IsComparable(TypeId type) const {
  const TypeKind kind = types_.Kind(type);
  if (kind == TypeKind::kStruct) return declarations_.structs[types_.A(type)].is_comparable;
  return kind != TypeKind::kArray && kind != TypeKind::kMap && kind != TypeKind::kFunction;
}

}  // namespace foxvm::frontend
