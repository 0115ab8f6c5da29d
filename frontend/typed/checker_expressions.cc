// Expressions other than calls.
#include <vector>

#include "absl/strings/str_cat.h"
#include "frontend/typed/checker.h"

namespace foxvm::frontend {

namespace {

using K = TokenKind;

// So many fields that a literal leaves out are made where it stands; with more of them, all in one place.
constexpr size_t kMaxWrittenZeros = 16;

bool IsOrder(K op) {
  return op == K::kLess || op == K::kLessEqual || op == K::kGreater || op == K::kGreaterEqual;
}
bool IsBitwise(K op) {
  return op == K::kAmpersand || op == K::kPipe || op == K::kCaret || op == K::kShiftLeft ||
         op == K::kShiftRight;
}

// Whether `node` is `x.name`, not `x["name"]`.
bool IsDotted(const Node* node) { return Is<IndexNode>(node) && node->op == K::kDot; }

}  // namespace

TypeId Checker::CheckValue(Node** slot, TypeId expected) {
  const uint32_t offset = (*slot)->offset;
  const TypeId type = CheckExpression(slot, expected);
  if (type == kVoidType) {
    Error(offset, "a value is needed here, and this gives none");
    return kUnknownType;
  }
  if (types_.Kind(type) == TypeKind::kList) {
    Error(offset, absl::StrCat("one value is needed here, and this gives ", NameOf(type)));
    return kUnknownType;
  }
  return type;
}

TypeId Checker::CheckExpression(Node** slot, TypeId expected) {
  const size_t base = spine_.size();
  Node** at = slot;
  while (Node** left = LeftOf(*at)) {
    spine_.push_back(at);
    at = left;
  }
  TypeId type = CheckInnermost(at, spine_.size() == base ? expected : kUnknownType);
  while (spine_.size() > base) {
    at = spine_.back();
    spine_.pop_back();
    const bool is_callee = spine_.size() > base && Is<CallNode>(*spine_.back());
    type = CheckRest(at, type, is_callee);
  }
  return type;
}

Node** Checker::LeftOf(Node* node) {
  switch (node->kind) {
    case NodeKind::kInfix: return &Mutable<InfixNode>(node).left;
    case NodeKind::kIndex: {
      IndexNode& index = Mutable<IndexNode>(node);
      return IsDotted(node) && IsModule(index.container) ? nullptr : &index.container;
    }
    case NodeKind::kCall: return IsNamedCall(As<CallNode>(node)) ? nullptr : &Mutable<CallNode>(node).callee;
    default: return nullptr;
  }
}

TypeId Checker::CheckInnermost(Node** slot, TypeId expected) {
  Node* node = *slot;
  switch (node->kind) {
    case NodeKind::kIdentifier: return CheckIdentifier(slot);
    case NodeKind::kInteger: return kIntType;
    case NodeKind::kFloat: return kFloatType;
    case NodeKind::kString: return kStringType;
    case NodeKind::kBoolean: return kBoolType;
    case NodeKind::kNull: return kNullType;
    case NodeKind::kInterpolation: return CheckInterpolation(Mutable<InterpolationNode>(node));
    case NodeKind::kArray: return CheckArray(Mutable<ArrayNode>(node), expected);
    case NodeKind::kHash: return CheckHash(Mutable<HashNode>(node), expected);
    case NodeKind::kPrefix: return CheckPrefix(slot);
    case NodeKind::kFunction: return CheckFunctionLiteral(Mutable<FunctionNode>(node));
    case NodeKind::kStructLiteral: return CheckStructLiteral(Mutable<StructLiteralNode>(node), expected);
    case NodeKind::kCall: return CheckNamedCall(slot);
    case NodeKind::kIndex: return CheckQualified(slot);
    case NodeKind::kIf:
      CheckIf(Mutable<IfNode>(node));
      Error(node->offset, "'jika' has no value here", 4);
      return kUnknownType;
    default:
      CheckWhile(Mutable<WhileNode>(node));
      Error(node->offset, "'selama' has no value here", 6);
      return kUnknownType;
  }
}

TypeId Checker::CheckRest(Node** slot, TypeId left, bool is_callee) {
  Node* node = *slot;
  if (left == kVoidType || types_.Kind(left) == TypeKind::kList) {
    Error(node->offset, left == kVoidType
                            ? std::string("a value is needed here, and this gives none")
                            : absl::StrCat("one value is needed here, and this gives ", NameOf(left)));
    left = kUnknownType;
  }
  switch (node->kind) {
    case NodeKind::kInfix: return CheckInfix(Mutable<InfixNode>(node), left);
    case NodeKind::kIndex:
      return IsDotted(node) ? CheckMember(slot, left, is_callee) : CheckIndex(slot, left);
    default: return CheckValueCall(Mutable<CallNode>(node), left);
  }
}

TypeId Checker::CheckIdentifier(Node** slot) {
  IdentifierNode& node = Mutable<IdentifierNode>(*slot);
  if (Local* local = FindLocal(node.name)) {
    local->used = true;
    if (local->function < state_.depth && local->fresh_each_time != nullptr) {
      local->fresh_each_time->form = Form::kFresh;
    }
    return local->type;
  }
  const Decl decl = declarations_.Find(*file_, node.name);
  if (decl.kind != DeclKind::kNone) return UseDecl(slot, decl, node.name);
  if (!file_->import_failed) {
    ErrorAtName(node.offset, node.name,
                absl::StrCat("Undefined variable or type: ", Text(node.name), Suggestion(node.name, false)));
  }
  return kUnknownType;
}

TypeId Checker::UseDecl(Node** slot, const Decl& decl, NameId name) {
  const uint32_t offset = (*slot)->offset;
  switch (decl.kind) {
    case DeclKind::kVariable: {
      const TypeId type = TypeOfVariable(decl.index);
      const VariableDecl& variable = declarations_.variables[decl.index];
      *slot = variable.constant != kNone ? Literal(declarations_.constants[variable.constant], offset)
                                         : Global(variable.global, offset);
      return type;
    }
    case DeclKind::kFunction: {
      const FunctionDecl& function = declarations_.functions[decl.index];
      *slot = function.builtin != kNone ? Builtin(function.builtin, offset) : Global(function.global, offset);
      return function.type;
    }
    case DeclKind::kStruct:
    case DeclKind::kInterface:
      ErrorAtName(offset, name, absl::StrCat("'", Text(name), "' is a type, not a value"));
      return kUnknownType;
    case DeclKind::kModule:
      ErrorAtName(offset, name, absl::StrCat("'", Text(name), "' is a module, not a value"));
      return kUnknownType;
    default:
      ErrorAtName(offset, name, absl::StrCat("'", Text(name), "' is declared by several imported files"));
      return kUnknownType;
  }
}

TypeId Checker::CheckInterpolation(InterpolationNode& node) {
  for (Node*& part : node.parts) {
    const uint32_t offset = part->offset;
    const TypeId type = CheckValue(&part, kStringType);
    if (type == kStringType || type == kUnknownType) continue;
    Error(offset, absl::StrCat("Interpolation requires String type, got ", NameOf(type)));
  }
  return kStringType;
}

TypeId Checker::CheckArray(ArrayNode& node, TypeId expected) {
  const bool is_expected = types_.Kind(expected) == TypeKind::kArray;
  TypeId element = is_expected ? types_.A(expected) : kUnknownType;
  for (size_t i = 0; i < node.elements.size(); ++i) {
    const uint32_t offset = node.elements[i]->offset;
    const TypeId type = CheckValue(&node.elements[i], element);
    if (element == kUnknownType) element = type;
    if (Fits(type, element)) continue;
    Error(offset, absl::StrCat("Array element ", i, " type mismatch: expected ", NameOf(element), ", got ",
                               NameOf(type)));
  }
  // What is unknown in spite of elements has been reported.
  return element == kUnknownType && !node.elements.empty() ? kUnknownType : types_.Array(element);
}

TypeId Checker::CheckHash(HashNode& node, TypeId expected) {
  node.form = Form::kTyped;
  const bool is_expected = types_.Kind(expected) == TypeKind::kMap;
  TypeId key = is_expected ? types_.A(expected) : kUnknownType;
  TypeId value = is_expected ? types_.B(expected) : kUnknownType;
  for (HashPair& pair : node.pairs) {
    const uint32_t key_offset = pair.key->offset, value_offset = pair.value->offset;
    const TypeId key_type = CheckValue(&pair.key, key);
    const TypeId value_type = CheckValue(&pair.value, value);
    if (key == kUnknownType) {
      key = key_type;
      if (!IsKey(key)) {
        Error(key_offset, absl::StrCat("Map key must be int, float, string or bool, got ", NameOf(key)));
      }
    }
    if (value == kUnknownType) value = value_type;
    if (!Fits(key_type, key)) {
      Error(key_offset,
            absl::StrCat("Map key type mismatch: expected ", NameOf(key), ", got ", NameOf(key_type)));
    }
    if (!Fits(value_type, value)) {
      Error(value_offset,
            absl::StrCat("Map value type mismatch: expected ", NameOf(value), ", got ", NameOf(value_type)));
    }
  }
  return value == kUnknownType && !node.pairs.empty() ? kUnknownType : types_.Map(key, value);
}

TypeId Checker::CheckPrefix(Node** slot) {
  PrefixNode& node = Mutable<PrefixNode>(*slot);
  const bool is_address = node.op == K::kAmpersand;
  if (is_address && !Is<IdentifierNode>(node.operand) && !Is<IndexNode>(node.operand) &&
      !Is<StructLiteralNode>(node.operand)) {
    Error(node.offset, "Cannot take address of non-variable expression");
    CheckValue(&node.operand);
    return kUnknownType;
  }
  const TypeId type = CheckValue(&node.operand);
  if (type == kUnknownType) return kUnknownType;
  const TypeKind kind = types_.Kind(type);
  const absl::string_view op = TokenName(node.op);
  if (is_address || node.op == K::kStar) {
    // Structures are references: a pointer to one is the same value.
    *slot = node.operand;
    if (is_address && kind == TypeKind::kStruct) return types_.Pointer(type);
    if (!is_address && kind == TypeKind::kPointer) return types_.A(type);
  } else if (node.op == K::kBang ? type == kBoolType
                                 : type == kIntType || (node.op == K::kMinus && type == kFloatType)) {
    return type;
  }
  Error(node.offset, absl::StrCat("Operator ", op, " not defined for type ", NameOf(type)));
  return kUnknownType;
}

TypeId Checker::CheckInfix(InfixNode& node, TypeId left) {
  node.form = Form::kTyped;
  const bool takes_left =
      left != kUnknownType && (node.op == K::kPlus || node.op == K::kEqual || node.op == K::kNotEqual);
  const TypeId right = CheckValue(&node.right, takes_left ? left : kUnknownType);
  if (node.op == K::kDan || node.op == K::kAtau) {
    const bool fits = Fits(left, kBoolType) && Fits(right, kBoolType);
    if (!fits)
      Error(node.offset,
            absl::StrCat("Operator ", node.op == K::kDan ? "dan" : "atau", " requires Bool operands"));
    return kBoolType;
  }
  if (node.op == K::kEqual || node.op == K::kNotEqual || IsOrder(node.op))
    return CheckComparison(node, left, right);
  return CheckArithmetic(node, left, right);
}

TypeId Checker::CheckArithmetic(InfixNode& node, TypeId left, TypeId right) {
  if (left == kUnknownType || right == kUnknownType) return left == kUnknownType ? right : left;
  const absl::string_view op = TokenName(node.op);
  if (IsBitwise(node.op) || node.op == K::kPercent) {
    if (left == kIntType && right == kIntType) {
      node.may_fail = node.op == K::kPercent || node.op == K::kShiftLeft || node.op == K::kShiftRight;
      return kIntType;
    }
    Error(node.offset, absl::StrCat("Operator ", op, " requires int operands"));
    return kIntType;
  }
  if (left == right && (left == kIntType || left == kFloatType)) {
    node.may_fail = node.op == K::kSlash && left == kIntType;
    return left;
  }
  if (node.op == K::kPlus) {
    if (left == kStringType && right == kStringType) return left;
    if (types_.Kind(left) == TypeKind::kArray && types_.Kind(right) == TypeKind::kArray) {
      node.may_fail = true;  // one of them may be `kosong`
      if (Fits(right, left)) return left;
      if (Fits(left, right)) return right;
      Error(node.offset, absl::StrCat("Cannot concatenate arrays of different types ", NameOf(left), " and ",
                                      NameOf(right)));
      return left;
    }
  }
  Error(node.offset,
        absl::StrCat("Operator ", op, " not defined for types ", NameOf(left), " and ", NameOf(right)));
  return kUnknownType;
}

TypeId Checker::CheckComparison(InfixNode& node, TypeId left, TypeId right) {
  if (left == kUnknownType || right == kUnknownType) return kBoolType;
  if (IsOrder(node.op)) {
    if (left == right && (left == kIntType || left == kFloatType)) return kBoolType;
    if (left == right && left == kStringType) {
      node.form = Form::kText;
      return kBoolType;
    }
    Error(node.offset, absl::StrCat("Operator ", TokenName(node.op), " requires numeric operands"));
    return kBoolType;
  }
  if (!Fits(left, right) && !Fits(right, left)) {
    Error(node.offset, absl::StrCat("Cannot compare different types ", NameOf(left), " and ", NameOf(right)));
    return kBoolType;
  }
  if (left == kNullType || right == kNullType) {
    node.form = Form::kIdentity;
    return kBoolType;
  }
  if (!IsComparable(left)) {
    const bool is_struct = types_.Kind(left) == TypeKind::kStruct;
    Error(node.offset,
          is_struct
              ? absl::StrCat("Struct ", NameOf(left), " is not comparable (contains map, array, or function)")
              : absl::StrCat("Operator ", TokenName(node.op), " not supported on ", NameOf(left)));
  }
  const bool is_plain = left == kIntType || left == kFloatType || left == kStringType || left == kBoolType;
  if (!is_plain) node.form = Form::kIdentity;
  return kBoolType;
}

TypeId Checker::CheckIndex(Node** slot, TypeId container) {
  IndexNode& node = Mutable<IndexNode>(*slot);
  const TypeKind kind = types_.Kind(container);
  const TypeId wanted = kind == TypeKind::kMap ? types_.A(container) : kIntType;
  const TypeId index = CheckValue(&node.index, container == kUnknownType ? kUnknownType : wanted);
  node.form = kind == TypeKind::kString ? Form::kByte : Form::kElement;
  switch (kind) {
    case TypeKind::kUnknown: return kUnknownType;
    case TypeKind::kString:
    case TypeKind::kArray:
      if (!Fits(index, kIntType)) Error(node.offset, absl::StrCat("Index must be int, got ", NameOf(index)));
      return kind == TypeKind::kString ? kIntType : types_.A(container);
    case TypeKind::kMap: {
      if (!Fits(index, wanted)) {
        Error(node.offset,
              absl::StrCat("Map key type mismatch: expected ", NameOf(wanted), ", got ", NameOf(index)));
      }
      const TypeId value = types_.B(container);
      Node* zero = Zero(value, node.offset);
      if (!Is<NullNode>(zero)) *slot = New<OrElseNode>(node.offset, &node, zero);
      return value;
    }
    default:
      Error(node.offset, absl::StrCat("Index operation not supported on type ", NameOf(container)));
      return kUnknownType;
  }
}

TypeId Checker::CheckMember(Node** slot, TypeId object, bool is_callee) {
  IndexNode& node = Mutable<IndexNode>(*slot);
  const StringNode& word = As<StringNode>(node.index);
  const NameId name = names_.Intern(word.value);
  if (object == kUnknownType) return kUnknownType;
  const TypeId owner = MemberOwner(object);
  if (owner == kUnknownType) {
    ErrorAtName(word.offset, name,
                absl::StrCat("Cannot access member on non-struct/module type ", NameOf(object)));
    return kUnknownType;
  }
  const Member member = declarations_.FindMember(owner, name);
  if (member.kind == Member::Kind::kField) {
    const StructDecl& decl = declarations_.structs[types_.A(owner)];
    node.form = Form::kField;
    node.index = New<IntegerNode>(word.offset, static_cast<int64_t>(member.index));
    return declarations_.fields[decl.first_field + member.index].type;
  }
  if (member.kind == Member::Kind::kNone) {
    const bool is_interface = types_.Kind(owner) == TypeKind::kInterface;
    ErrorAtName(word.offset, name,
                absl::StrCat(is_interface ? "Method '" : "Field or method '", Text(name), "' not found in ",
                             is_interface ? "interface '" : "struct '", NameOf(owner), "'",
                             MemberSuggestion(owner, name)));
    return kUnknownType;
  }
  if (!is_callee) {
    ErrorAtName(word.offset, name, absl::StrCat("the method '", Text(name), "' can only be called"));
    return kUnknownType;
  }
  if (member.kind == Member::Kind::kMethod) {
    const FunctionDecl& function = declarations_.functions[member.index];
    node.index = Global(function.global, word.offset);
    callee_ = {function.type, Form::kMethod};
  } else {
    callee_ = {declarations_.interface_methods[member.index].type, Form::kInvoke};
  }
  return callee_.type;
}

TypeId Checker::CheckStructLiteral(StructLiteralNode& node, TypeId) {
  Decl decl;
  NameId name = kNoName;
  if (Is<IdentifierNode>(node.type)) {
    name = As<IdentifierNode>(node.type).name;
    decl = declarations_.Find(*file_, name);
    if (decl.kind == DeclKind::kNone && !file_->import_failed) {
      ErrorAtName(node.type->offset, name,
                  absl::StrCat("Unknown type: ", Text(name), Suggestion(name, true)));
    }
  } else if (IsModule(As<IndexNode>(node.type).container)) {
    FindQualified(As<IndexNode>(node.type), &decl, &name);
  } else {
    Error(node.type->offset, "Expected struct type before '{'");
  }
  if (decl.kind != DeclKind::kStruct) {
    if (decl.kind != DeclKind::kNone) {
      ErrorAtName(node.type->offset, name, absl::StrCat("'", Text(name), "' is not a struct"));
    }
    for (FieldValue& field : node.fields) CheckValue(&field.value);
    return kUnknownType;
  }
  const StructDecl owner = declarations_.structs[decl.index];
  node.type = Global(owner.global, node.type->offset);
  std::vector<bool> given(owner.field_count);
  uint32_t next = 0;  // behind the field named last
  bool in_order = true;
  for (FieldValue& field : node.fields) {
    const Member member = declarations_.FindMember(owner.type, field.name);
    if (member.kind != Member::Kind::kField) {
      ErrorAtName(field.offset, field.name,
                  absl::StrCat("Field '", Text(field.name), "' not defined in struct '", Text(owner.name),
                               "'", MemberSuggestion(owner.type, field.name)));
      CheckValue(&field.value);
      continue;
    }
    const TypeId wanted = declarations_.fields[owner.first_field + member.index].type;
    const TypeId type = CheckValue(&field.value, wanted);
    if (!Fits(type, wanted)) {
      ErrorAtName(field.offset, field.name,
                  absl::StrCat("Field '", Text(field.name), "' type mismatch: expected ", NameOf(wanted),
                               ", got ", NameOf(type)));
    }
    if (given[member.index]) {
      ErrorAtName(field.offset, field.name, absl::StrCat("Field '", Text(field.name), "' is given twice"));
      continue;
    }
    given[member.index] = true;
    in_order = in_order && next <= member.index;
    next = member.index + 1;
    field.name = member.index;
  }
  if (!in_order || owner.field_count > node.fields.size() + kMaxWrittenZeros) {
    node.zero = Zero(owner.type, node.offset);
    return owner.type;
  }
  node.values = NewArray<Node*>(owner.field_count);
  for (const FieldValue& field : node.fields) {
    if (field.name < owner.field_count) node.values[field.name] = field.value;
  }
  for (uint32_t i = 0; i < owner.field_count; ++i) {
    if (!given[i]) node.values[i] = ZeroOfField(decl.index, i, node.offset);
  }
  return owner.type;
}

TypeId Checker::CheckFunctionLiteral(FunctionNode& node) {
  if (node.signature->receiver != nullptr || node.signature->is_native) {
    Error(node.offset, "methods and native functions must stand at the top level of a file");
    return kUnknownType;
  }
  const TypeId type = ResolveSignature(*node.signature);
  CheckBody(node.name, node, type, nullptr, kUnknownType);
  return type;
}

Node* Checker::Literal(const ConstantValue& value, uint32_t offset) {
  switch (value.kind) {
    case ConstantValue::Kind::kInt: return New<IntegerNode>(offset, value.integer);
    case ConstantValue::Kind::kFloat: return New<FloatNode>(offset, value.number);
    case ConstantValue::Kind::kBool: return New<BooleanNode>(offset, value.boolean);
    default: return New<StringNode>(offset, value.text);
  }
}

Node* Checker::ZeroOfField(uint32_t owner, uint32_t field, uint32_t offset) {
  const StructDecl& decl = declarations_.structs[owner];
  const TypeId type = declarations_.fields[decl.first_field + field].type;
  const bool is_like = types_.Kind(type) == TypeKind::kStruct &&
                       declarations_.structs[types_.A(type)].component == decl.component;
  return is_like ? New<NullNode>(offset) : Zero(type, offset);
}

Node* Checker::Zero(TypeId type, uint32_t offset) {
  switch (types_.Kind(type)) {
    case TypeKind::kInt: return New<IntegerNode>(offset, int64_t{0});
    case TypeKind::kFloat: return New<FloatNode>(offset, 0.0);
    case TypeKind::kString: return New<StringNode>(offset, absl::string_view());
    case TypeKind::kBool: return New<BooleanNode>(offset, false);
    case TypeKind::kArray: return New<ArrayNode>(offset, NodeList());
    case TypeKind::kMap: {
      Node* map = New<HashNode>(offset, absl::Span<HashPair>());
      map->form = Form::kTyped;
      return map;
    }
    case TypeKind::kStruct:
      return New<CallNode>(offset, Global(host_.ZeroFunction(types_.A(type)), offset), NodeList());
    default: return New<NullNode>(offset);
  }
}

}  // namespace foxvm::frontend
