// Statements and blocks.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "frontend/typed/checker.h"

namespace foxvm::frontend {

namespace {

// How deep one variable's type may depend on those of others that have no declared type.
constexpr int kMaxInferenceDepth = 100;

}  // namespace

bool Checker::CheckBlock(NodeList block) {
  const size_t outer_start = EnterBlock();
  const bool leaves = CheckStatements(block);
  LeaveBlock(outer_start);
  return leaves;
}

bool Checker::CheckStatements(NodeList statements) {
  bool leaves = false, warned = false;
  for (Node*& statement : statements) {
    if (leaves && !warned) {
      Warn(statement->offset, "Unreachable code detected");
      warned = true;
    }
    leaves = CheckStatement(&statement) || leaves;
  }
  return leaves;
}

bool Checker::CheckStatement(Node** slot) {
  Node* node = *slot;
  switch (node->kind) {
    case NodeKind::kExpressionStatement: {
      ExpressionStatementNode& statement = Mutable<ExpressionStatementNode>(node);
      Node* expression = statement.expression;
      if (Is<IfNode>(expression)) return CheckIf(Mutable<IfNode>(expression));
      if (Is<WhileNode>(expression)) {
        CheckWhile(Mutable<WhileNode>(expression));
      } else if (Is<FunctionNode>(expression) && As<FunctionNode>(expression).name != kNoName) {
        CheckLocalFunction(Mutable<FunctionNode>(expression));
      } else {
        last_value_type_ = CheckExpression(&statement.expression);
      }
      return false;
    }
    case NodeKind::kAssign: *slot = CheckAssign(Mutable<AssignNode>(node)); return false;
    case NodeKind::kMultiAssign: CheckMultiAssign(Mutable<MultiAssignNode>(node)); return false;
    case NodeKind::kVar: CheckVar(Mutable<VarNode>(node)); return false;
    case NodeKind::kSwitch: return CheckSwitch(Mutable<SwitchNode>(node));
    case NodeKind::kReturn: CheckReturn(Mutable<ReturnNode>(node)); return true;
    case NodeKind::kBreak:
    case NodeKind::kContinue: {
      const absl::string_view word = node->kind == NodeKind::kBreak ? "berhenti" : "lanjut";
      if (state_.loops == 0) {
        Error(node->offset, absl::StrCat("'", word, "' hanya boleh digunakan di dalam loop"), word.size());
      }
      return true;
    }
    default: Error(node->offset, "this must stand at the top level of a file"); return false;
  }
}

void Checker::CheckCondition(Node** slot, absl::string_view what) {
  const uint32_t offset = (*slot)->offset;
  const TypeId type = CheckValue(slot, kBoolType);
  if (type == kBoolType || type == kUnknownType) return;
  Error(offset, absl::StrCat(what, " condition must be Bool, got ", NameOf(type)));
}

bool Checker::CheckIf(IfNode& node) {
  node.form = Form::kStatement;
  bool leaves = node.has_else;
  for (IfBranch& branch : node.branches) {
    CheckCondition(&branch.condition, "If");
    leaves = CheckBlock(branch.block) && leaves;
  }
  if (node.has_else) leaves = CheckBlock(node.else_block) && leaves;
  return leaves;
}

void Checker::CheckWhile(WhileNode& node) {
  node.form = Form::kStatement;
  CheckCondition(&node.condition, "While");
  ++state_.loops;
  CheckBlock(node.block);
  --state_.loops;
}

bool Checker::CheckSwitch(SwitchNode& node) {
  const uint32_t offset = node.subject->offset;
  const TypeId subject = CheckValue(&node.subject);
  if (subject != kIntType && subject != kBoolType && subject != kStringType && subject != kUnknownType) {
    Error(offset, absl::StrCat("Switch condition must be Int, Bool, or String, got ", NameOf(subject)));
  }
  bool leaves = node.has_else;
  for (SwitchCase& branch : node.cases) {
    for (Node*& value : branch.values) {
      const uint32_t value_offset = value->offset;
      const TypeId type = CheckValue(&value, subject);
      if (!Fits(type, subject)) {
        Error(value_offset,
              absl::StrCat("Case value type mismatch: expected ", NameOf(subject), ", got ", NameOf(type)));
      }
    }
    leaves = CheckBlock(branch.block) && leaves;
  }
  if (node.has_else) leaves = CheckBlock(node.else_block) && leaves;
  return leaves;
}

void Checker::CheckReturn(ReturnNode& node) {
  const auto mismatch = [&](absl::string_view got) {
    Error(node.offset, absl::StrCat("Return type mismatch: expected ", NameOf(state_.result), ", got ", got));
  };
  if (node.value == nullptr) {
    if (state_.result != kVoidType && state_.result != kUnknownType) mismatch("void");
    return;
  }
  const TypeTable::List wanted = types_.Elements(state_.result);
  TypeTable::List types;
  if (Is<TupleNode>(node.value)) {
    const NodeList elements = As<TupleNode>(node.value).elements;
    for (size_t i = 0; i < elements.size(); ++i) {
      types.push_back(CheckValue(&elements[i], i < wanted.size() ? wanted[i] : kUnknownType));
    }
  } else {
    const TypeId type = CheckExpression(&node.value, wanted.size() == 1 ? wanted[0] : kUnknownType);
    if (type == kUnknownType) return;
    types = types_.Elements(type);
    if (type == kVoidType && state_.result == kVoidType) return;
    if (type == kVoidType) return mismatch("void");
  }
  bool fits = types.size() == wanted.size();
  for (size_t i = 0; fits && i < types.size(); ++i) fits = Fits(types[i], wanted[i]);
  if (fits || state_.result == kUnknownType) return;
  TypeId got = types.size() == 1 ? types[0] : kNoTypes;
  if (types.size() > 1) {
    for (TypeId type : types) got = types_.Append(got, type);
  }
  mismatch(NameOf(got));
}

void Checker::CheckLocalFunction(FunctionNode& node) {
  if (node.signature->receiver != nullptr || node.signature->is_native) {
    return Error(node.offset, "methods and native functions must stand at the top level of a file");
  }
  const TypeId type = ResolveSignature(*node.signature);
  Declare(node.name, node.signature->name_offset, type, /*is_constant=*/true, /*is_parameter=*/false,
          state_.loops > 0 ? &node : nullptr);
  CheckBody(node.name, node, type, nullptr, kUnknownType);
}

TypeTable::List Checker::CheckValues(NodeList values, size_t count, absl::Span<const TypeId> expected,
                                     uint32_t offset, bool declares) {
  TypeTable::List types;
  const auto wanted = [&](size_t i) { return i < expected.size() ? expected[i] : kUnknownType; };
  if (values.size() == 1 && count > 1) {
    const TypeId type = CheckExpression(&values[0]);
    if (type == kUnknownType) return TypeTable::List(count, kUnknownType);
    types = types_.Elements(type);
  } else {
    for (size_t i = 0; i < values.size(); ++i) types.push_back(CheckValue(&values[i], wanted(i)));
  }
  if (types.size() != count) {
    Error(offset, declares ? absl::StrCat("Assignment count mismatch: ", count, " names but ", types.size(),
                                          " values")
                           : absl::StrCat("Assignment count mismatch: ", count, " = ", types.size()));
    types.resize(count, kUnknownType);
  }
  return types;
}

TypeId Checker::DeclaredType(const VarNode& node, size_t i, TypeId declared, const TypeTable::List& values) {
  const DeclaredName& name = node.names[i];
  const absl::string_view text = Text(name.name);
  if (node.values.empty()) {
    if (node.is_constant) {
      ErrorAtName(name.offset, name.name, absl::StrCat("Constant '", text, "' requires a value"));
    } else if (node.type == nullptr) {
      ErrorAtName(name.offset, name.name, absl::StrCat("Variable '", text, "' requires type or value"));
    }
    return declared;
  }
  const TypeId type = values[i];
  if (node.type != nullptr) {
    if (!Fits(type, declared)) {
      ErrorAtName(name.offset, name.name,
                  absl::StrCat("Type mismatch for '", text, "': expected ", NameOf(declared), ", got ",
                               NameOf(type)));
    }
    return declared;
  }
  if (type == kNullType || types_.IsOpen(type)) {
    ErrorAtName(name.offset, name.name,
                absl::StrCat("Cannot infer type from ", type == kNullType ? "kosong" : "empty literal",
                             " for '", text, "'"));
    return kUnknownType;
  }
  return type;
}

void Checker::CheckVar(VarNode& node) {
  TypeId declared = kUnknownType;
  if (node.type != nullptr) {
    declared = ResolveValueType({kNoName, node.type->offset, node.type});
  }
  const TypeTable::List expected(node.names.size(), declared);
  TypeTable::List values;
  if (!node.values.empty()) {
    values = CheckValues(node.values, node.names.size(), expected, node.offset, /*declares=*/true);
  }
  Node* fresh = state_.loops > 0 ? &node : nullptr;
  for (size_t i = 0; i < node.names.size(); ++i) {
    const TypeId type = DeclaredType(node, i, declared, values);
    Declare(node.names[i].name, node.names[i].offset, type, node.is_constant, /*is_parameter=*/false, fresh);
  }
  if (!node.values.empty()) return;
  node.values = NewArray<Node*>(node.names.size());
  for (Node*& value : node.values) value = Zero(declared, node.offset);
}

TypeId Checker::CheckTarget(Node** slot) {
  Node* node = *slot;
  if (Is<IdentifierNode>(node)) {
    const NameId name = As<IdentifierNode>(node).name;
    const auto is_constant = [&] {
      ErrorAtName(node->offset, name, absl::StrCat("Cannot reassign constant '", Text(name), "'"));
      return kUnknownType;
    };
    if (const Local* local = FindLocal(name)) {
      if (local->is_constant) return is_constant();
      const bool used = local->used;
      const TypeId type = CheckIdentifier(slot);
      FindLocal(name)->used = used;  // what is only ever assigned to is not used
      return type;
    }
    const Decl decl = declarations_.Find(*file_, name);
    if (decl.kind == DeclKind::kVariable && declarations_.variables[decl.index].is_constant)
      return is_constant();
    if (decl.kind == DeclKind::kFunction) return is_constant();
    return CheckIdentifier(slot);
  }
  if (!Is<IndexNode>(node)) {
    if (Is<PrefixNode>(node) && As<PrefixNode>(node).op == TokenKind::kStar) {
      Error(node->offset, "a whole struct cannot be assigned through a pointer; assign its fields");
    } else {
      Error(node->offset, "only variables, fields and elements can be assigned to");
    }
    CheckExpression(slot);
    return kUnknownType;
  }
  const uint32_t offset = node->offset;
  const TypeId type = CheckValue(slot);
  if (Is<OrElseNode>(*slot))
    *slot = Mutable<OrElseNode>(*slot).value;  // the target itself, not what it holds
  if ((*slot)->form == Form::kByte) {
    Error(offset, "Cannot assign to string index (immutable)");
    return kUnknownType;
  }
  if (Is<IndexNode>(*slot)) return type;
  if (Is<IdentifierNode>(*slot) && (*slot)->form == Form::kGlobal) return type;  // `module.x`
  if (type != kUnknownType) Error(offset, "only variables, fields and elements can be assigned to");
  return kUnknownType;
}

Node* Checker::CheckAssign(AssignNode& node) {
  const uint32_t offset = node.target->offset;
  const TypeId target = CheckTarget(&node.target);
  const TypeId value = CheckValue(&node.value, target);
  if (!Fits(value, target)) {
    Error(offset,
          absl::StrCat("Type mismatch in assignment: expected ", NameOf(target), ", got ", NameOf(value)));
  }
  return &node;
}

void Checker::CheckMultiAssign(MultiAssignNode& node) {
  TypeTable::List targets;
  for (Node*& target : node.targets) targets.push_back(CheckTarget(&target));
  const TypeTable::List values =
      CheckValues(node.values, targets.size(), targets, node.offset, /*declares=*/false);
  for (size_t i = 0; i < targets.size(); ++i) {
    if (Fits(values[i], targets[i])) continue;
    Error(node.targets[i]->offset, absl::StrCat("Type mismatch in assignment: expected ", NameOf(targets[i]),
                                                ", got ", NameOf(values[i])));
  }
}

Node* Checker::CheckGlobalVar(VarNode& node, uint32_t first_variable) {
  // What is wrong with the type itself was said when the declarations were looked at.
  const TypeId declared = node.type == nullptr ? kUnknownType : ResolveQuietly(node.type);
  const size_t count = node.names.size();
  const FunctionState outer = state_;
  state_.depth = 1;
  const size_t outer_start = EnterBlock();
  TypeTable::List values;
  if (!node.values.empty()) {
    values =
        CheckValues(node.values, count, TypeTable::List(count, declared), node.offset, /*declares=*/true);
  }
  LeaveBlock(outer_start);
  state_ = outer;
  for (size_t i = 0; i < count; ++i) {
    DeclaredType(node, i, declared, values);
    // What is not known because of another mistake is known when that is repaired.
    if (first_variable == kNone || node.type != nullptr || errors_ > 0) continue;
    if (TypeOfVariable(first_variable + static_cast<uint32_t>(i)) == kUnknownType) {
      ErrorAtName(node.names[i].offset, node.names[i].name,
                  absl::StrCat("Cannot infer the type of '", Text(node.names[i].name), "'; declare it"));
    }
  }
  if (first_variable == kNone) return nullptr;
  if (declarations_.variables[first_variable].global == kNone) return nullptr;  // a known constant
  if (node.values.empty()) {
    node.values = NewArray<Node*>(count);
    for (Node*& value : node.values) value = Zero(declared, node.offset);
  }
  absl::Span<Node*> targets = NewArray<Node*>(count);
  for (size_t i = 0; i < count; ++i) {
    const uint32_t index = first_variable + static_cast<uint32_t>(i);
    targets[i] = Global(declarations_.variables[index].global, node.names[i].offset);
  }
  if (count == 1) return New<AssignNode>(node.offset, targets[0], node.values[0]);
  return New<MultiAssignNode>(node.offset, NodeList(targets), node.values);
}

bool Checker::RememberConstant(VariableDecl& variable, const Node* value) {
  ConstantValue constant;
  const bool negative = Is<PrefixNode>(value) && As<PrefixNode>(value).op == TokenKind::kMinus;
  if (negative) value = As<PrefixNode>(value).operand;
  switch (value->kind) {
    case NodeKind::kInteger:
      constant.kind = ConstantValue::Kind::kInt;
      constant.integer = negative ? -As<IntegerNode>(value).value : As<IntegerNode>(value).value;
      variable.type = kIntType;
      break;
    case NodeKind::kFloat:
      constant.kind = ConstantValue::Kind::kFloat;
      constant.number = negative ? -As<FloatNode>(value).value : As<FloatNode>(value).value;
      variable.type = kFloatType;
      break;
    case NodeKind::kString: {
      if (negative) return false;
      const absl::string_view text = As<StringNode>(value).value;
      const absl::string_view source = file_->source->text();
      constant.kind = ConstantValue::Kind::kString;
      constant.text = text;
      const bool in_source = text.data() >= source.data() && text.data() <= source.data() + source.size();
      if (!in_source) constant.text = declarations_.texts.emplace_back(text);
      variable.type = kStringType;
      break;
    }
    case NodeKind::kBoolean:
      if (negative) return false;
      constant.kind = ConstantValue::Kind::kBool;
      constant.boolean = As<BooleanNode>(value).value;
      variable.type = kBoolType;
      break;
    default: return false;
  }
  variable.state = VariableDecl::State::kKnown;
  variable.constant = static_cast<uint32_t>(declarations_.constants.size());
  declarations_.constants.push_back(constant);
  return true;
}

bool Checker::DeclareConstant(uint32_t index, const VarNode& node) {
  VariableDecl& variable = declarations_.variables[index];
  if (!node.is_constant || node.names.size() != 1 || node.values.size() != 1) return false;
  if (!RememberConstant(variable, node.values[0])) return false;
  if (node.type == nullptr) return true;
  // A declared type that the value does not have is reported when the statement is checked.
  const TypeId declared = ResolveQuietly(node.type);
  if (declared != variable.type) variable.type = declared;
  return true;
}

TypeId Checker::ResolveQuietly(const Node* syntax) {
  ++quiet_;
  const TypeId type = ResolveType(syntax);
  --quiet_;
  return type;
}

TypeId Checker::TypeOfVariable(uint32_t index) {
  VariableDecl& variable = declarations_.variables[index];
  if (variable.state == VariableDecl::State::kKnown) return variable.type;
  if (variable.state == VariableDecl::State::kInProgress || inference_depth_ >= kMaxInferenceDepth) {
    return kUnknownType;  // said when the variable's own statement is checked
  }
  // Its statement is looked at out of order: in its own file, outside of every function.
  variable.state = VariableDecl::State::kInProgress;
  SourceFile* const file = file_;
  const FunctionState state = state_;
  std::vector<Local> locals;
  std::vector<uint32_t> innermost;
  locals.swap(locals_);
  innermost.swap(innermost_);
  file_ = declarations_.files[variable.file].get();
  state_ = FunctionState();
  ++inference_depth_;
  ++quiet_;
  const uint32_t position = variable.position;
  TypeId type = kUnknownType;
  if (Node* node = host_.ParseAgain(*file_, variable.offset); node != nullptr && Is<VarNode>(node)) {
    VarNode& statement = Mutable<VarNode>(node);
    const size_t count = statement.names.size();
    const TypeId declared = statement.type == nullptr ? kUnknownType : ResolveType(statement.type);
    TypeTable::List values;
    if (!statement.values.empty() && statement.type == nullptr) {
      values = CheckValues(statement.values, count, {}, statement.offset, /*declares=*/true);
    }
    if (position < count) {
      type = statement.type != nullptr || values.empty()
                 ? declared
                 : DeclaredType(statement, position, declared, values);
    }
  }
  --quiet_;
  --inference_depth_;
  state_ = state;
  file_ = file;
  locals_.swap(locals);
  innermost_.swap(innermost);
  VariableDecl& again = declarations_.variables[index];
  again.state = VariableDecl::State::kKnown;
  again.type = type == kVoidType ? kUnknownType : type;
  return again.type;
}

}  // namespace foxvm::frontend
