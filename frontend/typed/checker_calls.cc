// Calls: of functions, methods and types, and the built-in functions whose types the language cannot write.
#include "absl/strings/str_cat.h"
#include "frontend/typed/checker.h"
#include "frontend/typed/natives.h"

namespace foxvm::frontend {

bool Checker::IsModule(const Node* node) {
  if (!Is<IdentifierNode>(node) || node->form != Form::kPlain) return false;
  const NameId name = As<IdentifierNode>(node).name;
  return FindLocal(name) == nullptr && declarations_.Find(*file_, name).kind == DeclKind::kModule;
}

bool Checker::IsNamedCall(const CallNode& call) {
  if (Is<IdentifierNode>(call.callee)) return FindLocal(As<IdentifierNode>(call.callee).name) == nullptr;
  return Is<IndexNode>(call.callee) && call.callee->op == TokenKind::kDot &&
         IsModule(As<IndexNode>(call.callee).container);
}

bool Checker::FindQualified(const IndexNode& node, Decl* decl, NameId* name) {
  const NameId module_name = As<IdentifierNode>(node.container).name;
  const SourceFile& module = *declarations_.files[declarations_.Find(*file_, module_name).index];
  const StringNode& word = As<StringNode>(node.index);
  *name = names_.Intern(word.value);
  const auto found = module.own.find(*name);
  if (found != module.own.end() && IsVisible(module, word.value)) {
    *decl = found->second;
    return true;
  }
  ErrorAtName(word.offset, *name,
              absl::StrCat("Module '", Text(module_name), "' does not export '", word.value, "'"));
  return false;
}

TypeId Checker::CheckQualified(Node** slot) {
  Decl decl;
  NameId name;
  if (!FindQualified(As<IndexNode>(*slot), &decl, &name)) return kUnknownType;
  return UseDecl(slot, decl, name);
}

TypeId Checker::CheckNamedCall(Node** slot) {
  CallNode& call = Mutable<CallNode>(*slot);
  Decl decl;
  NameId name = kNoName;
  if (Is<IdentifierNode>(call.callee)) {
    name = As<IdentifierNode>(call.callee).name;
    const absl::string_view text = Text(name);
    if (text == "int") return CheckConversion(slot, kIntType);
    if (text == "float") return CheckConversion(slot, kFloatType);
    if (text == "string") return CheckConversion(slot, kStringType);
    if (text == "bool") return CheckConversion(slot, kBoolType);
    decl = declarations_.Find(*file_, name);
    if (decl.kind == DeclKind::kNone) {
      bool is_special = false;
      const TypeId type = CheckSpecialCall(slot, text, &is_special);
      if (is_special) return type;
    }
  } else if (!FindQualified(As<IndexNode>(call.callee), &decl, &name)) {
    for (Node*& argument : call.arguments) CheckValue(&argument);
    return kUnknownType;
  }
  if (decl.kind == DeclKind::kStruct) return CheckConstruction(call, decl.index);
  callee_ = {};
  TypeId callee;
  if (decl.kind == DeclKind::kNone) {
    callee = CheckIdentifier(&call.callee);
  } else {
    callee = UseDecl(&call.callee, decl, name);
  }
  const bool is_function = decl.kind == DeclKind::kFunction;
  const TypeId type = CheckValueCall(call, callee);
  if (!is_function) return type;
  const FunctionDecl& function = declarations_.functions[decl.index];
  call.may_fail = function.builtin != kNone && NativeMayFail(function.builtin);
  return type;
}

TypeId Checker::CheckValueCall(CallNode& call, TypeId callee) {
  if (callee_.type != kUnknownType) {
    call.form = callee_.form;
    const TypeId type = callee_.type;
    callee_ = {};
    return CheckArguments(call, type);
  }
  if (types_.Kind(callee) != TypeKind::kFunction) {
    if (callee != kUnknownType) Error(call.offset, absl::StrCat("Cannot call ", NameOf(callee)));
    for (Node*& argument : call.arguments) CheckValue(&argument);
    return kUnknownType;
  }
  call.may_fail = true;  // the function may be `kosong`
  return CheckArguments(call, callee);
}

TypeId Checker::CheckArguments(CallNode& call, TypeId function) {
  const TypeId result = types_.B(function);
  if (!HasArgumentCount(call, types_.Length(types_.A(function)))) return result;
  const TypeTable::List params = types_.Elements(types_.A(function));
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    const TypeId wanted = params[i];
    const uint32_t offset = call.arguments[i]->offset;
    const TypeId type = CheckValue(&call.arguments[i], wanted);
    if (Fits(type, wanted)) continue;
    Error(offset, absl::StrCat("Argument ", i + 1, " type mismatch: expected ", NameOf(wanted), ", got ",
                               NameOf(type)));
  }
  return result;
}

bool Checker::HasArgumentCount(CallNode& call, size_t count) {
  return HasArguments(
      call, count, count,
      absl::StrCat("Wrong number of arguments: expected ", count, ", got ", call.arguments.size()));
}

TypeId Checker::CheckConstruction(CallNode& call, uint32_t index) {
  const StructDecl owner = declarations_.structs[index];
  if (!HasArgumentCount(call, owner.field_count)) return owner.type;
  TypeId params = kNoTypes;
  for (uint32_t i = 0; i < owner.field_count; ++i) {
    params = types_.Append(params, declarations_.fields[owner.first_field + i].type);
  }
  call.callee = Global(owner.global, call.callee->offset);
  CheckArguments(call, types_.Function(params, owner.type));
  return owner.type;
}

bool Checker::HasArguments(const CallNode& call, size_t least, size_t most, absl::string_view message) {
  if (call.arguments.size() >= least && call.arguments.size() <= most) return true;
  Error(call.offset, message);
  for (Node*& argument : call.arguments) CheckValue(&argument);
  return false;
}

TypeId Checker::CheckConversion(Node** slot, TypeId to) {
  CallNode& call = Mutable<CallNode>(*slot);
  if (!HasArguments(call, 1, 1, "Type conversion requires exactly 1 argument")) return to;
  const TypeId from = CheckValue(&call.arguments[0], to);
  if (from == kUnknownType) return to;
  if (from == to) {
    *slot = call.arguments[0];
  } else if (to == kFloatType && from == kIntType) {
    call.callee = Builtin(kToFloatBuiltin, call.callee->offset);
  } else if (to == kIntType && from == kFloatType) {
    Warn(call.offset, "Lossy conversion from float to int");
    call.callee = Builtin(kToIntBuiltin, call.callee->offset);
  } else {
    Error(call.offset, absl::StrCat("Cannot convert type ", NameOf(from), " to ", NameOf(to)));
  }
  return to;
}

TypeId Checker::CheckSpecialCall(Node** slot, absl::string_view name, bool* is_special) {
  CallNode& call = Mutable<CallNode>(*slot);
  *is_special = true;
  if (name == "panjang") return CheckLength(call);
  if (name == "hapus") return CheckDelete(call);
  if (name == "assert") return CheckAssert(call);
  if (name == "luncurkan") return CheckSpawn(call);
  *is_special = false;
  return kUnknownType;
}

TypeId Checker::CheckLength(CallNode& call) {
  if (!HasArguments(call, 1, 1, "panjang expects 1 argument")) return kIntType;
  const TypeId type = CheckValue(&call.arguments[0]);
  const TypeKind kind = types_.Kind(type);
  const bool is_map = kind == TypeKind::kMap;
  call.callee = Builtin(is_map ? kMapSizeBuiltin : kLengthOfBuiltin, call.callee->offset);
  call.may_fail = true;
  if (!is_map && kind != TypeKind::kArray && kind != TypeKind::kString && kind != TypeKind::kUnknown) {
    Error(call.offset, absl::StrCat("Argument must be Array, Map, or String, got ", NameOf(type)));
  }
  return kIntType;
}

TypeId Checker::CheckDelete(CallNode& call) {
  if (!HasArguments(call, 2, 2, "hapus expects 2 arguments: map and key")) return kVoidType;
  const TypeId map = CheckValue(&call.arguments[0]);
  const bool is_map = types_.Kind(map) == TypeKind::kMap;
  const TypeId wanted = is_map ? types_.A(map) : kUnknownType;
  const TypeId key = CheckValue(&call.arguments[1], wanted);
  if (!is_map && map != kUnknownType) {
    Error(call.offset, absl::StrCat("Argument 1 must be a map, got ", NameOf(map)));
  } else if (!Fits(key, wanted)) {
    Error(call.offset, absl::StrCat("Key type mismatch: expected ", NameOf(wanted), ", got ", NameOf(key)));
  }
  call.callee = Builtin(kMapDeleteBuiltin, call.callee->offset);
  call.may_fail = true;
  return kVoidType;
}

TypeId Checker::CheckAssert(CallNode& call) {
  if (!HasArguments(call, 2, 2, "assert expects 2 arguments: interface and type")) return kUnknownType;
  const TypeId value = CheckValue(&call.arguments[0]);
  Decl decl;
  NameId name = kNoName;
  Node* const type = call.arguments[1];
  if (Is<IdentifierNode>(type)) {
    name = As<IdentifierNode>(type).name;
    decl = declarations_.Find(*file_, name);
  } else if (Is<IndexNode>(type) && IsModule(As<IndexNode>(type).container)) {
    FindQualified(As<IndexNode>(type), &decl, &name);
  }
  if (types_.Kind(value) != TypeKind::kInterface && value != kUnknownType) {
    Error(call.offset, absl::StrCat("Argument 1 must be an interface, got ", NameOf(value)));
  }
  if (decl.kind != DeclKind::kStruct) {
    Error(type->offset, "Argument 2 must be a struct type for assertion");
    return kUnknownType;
  }
  const StructDecl& owner = declarations_.structs[decl.index];
  if (types_.Kind(value) == TypeKind::kInterface && !Fits(owner.type, value)) {
    Error(type->offset,
          absl::StrCat("'", Text(owner.name), "' is no ", NameOf(value), ", so this never holds"));
  }
  call.arguments[1] = Global(owner.global, type->offset);
  call.callee = Builtin(kAssertBuiltin, call.callee->offset);
  call.may_fail = true;
  return owner.type;
}

TypeId Checker::CheckSpawn(CallNode& call) {
  if (!HasArguments(call, 1, 2, "luncurkan expects 1 or 2 arguments")) return kVoidType;
  const TypeId function = CheckValue(&call.arguments[0]);
  TypeTable::List params;
  if (types_.Kind(function) == TypeKind::kFunction) {
    params = types_.Elements(types_.A(function));
    if (params.size() + 1 != call.arguments.size()) {
      Error(call.offset, params.empty() ? "luncurkan was given an argument that the function does not take"
                         : params.size() == 1
                             ? "Function requires arguments"
                             : "Function passed to luncurkan must accept exactly 1 argument");
    }
  } else if (function != kUnknownType) {
    Error(call.offset, absl::StrCat("Argument 1 must be a function, got ", NameOf(function)));
  }
  if (call.arguments.size() == 2) {
    const TypeId wanted = params.size() == 1 ? params[0] : kUnknownType;
    const TypeId type = CheckValue(&call.arguments[1], wanted);
    if (!Fits(type, wanted)) {
      Error(call.offset,
            absl::StrCat("Argument type mismatch: expected ", NameOf(wanted), ", got ", NameOf(type)));
    }
  }
  call.callee = Builtin(kSpawnBuiltin, call.callee->offset);
  call.may_fail = true;
  return kVoidType;
}

Node* Checker::Builtin(uint32_t index, uint32_t offset) {
  Node* node = New<IdentifierNode>(offset, static_cast<NameId>(index));
  node->form = Form::kBuiltin;
  return node;
}

Node* Checker::Global(uint32_t index, uint32_t offset) {
  Node* node = New<IdentifierNode>(offset, static_cast<NameId>(index));
  node->form = Form::kGlobal;
  return node;
}

}  // namespace foxvm::frontend
