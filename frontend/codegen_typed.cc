// What only dialect B has. Its trees come from the checker: fields and methods are numbers, names of the top
// level are globals, and every statement stands in some function.
#include "frontend/codegen.h"

namespace foxvm::frontend {

namespace {

// Most pairs of a map literal that are made by one instruction: they are all on the operand stack then, for
// which a frame has little more room.
constexpr size_t kMaxHashPairs = 16384;

}  // namespace

void Codegen::EnterFile(const Source& source, uint32_t file) {
  source_ = &source;
  file_ = file;
  typed_ = true;
}

void Codegen::DefineStruct(NameId name, absl::Span<const NameId> fields, uint32_t global) {
  for (NameId field : fields) EmitConstant(program_.AddString(names_.Text(field)));
  out_->EmitStruct(program_.AddString(names_.Text(name)), static_cast<uint32_t>(fields.size()));
  out_->EmitU16(Opcode::kStoreGlobal, global, -1);
}

void Codegen::DefineFunction(const FunctionNode& function, absl::string_view display_name, uint32_t global,
                             uint32_t schema_global) {
  scopes_.GrowTo(names_.size());
  EmitFunction(function, display_name);
  if (schema_global != kNoGlobal) out_->Emit(Opcode::kDup);
  out_->EmitU16(Opcode::kStoreGlobal, global, -1);
  if (schema_global == kNoGlobal) return;
  out_->EmitU16(Opcode::kLoadGlobal, schema_global, 1);
  out_->Emit(Opcode::kSwap);
  out_->EmitU16(Opcode::kMethod, program_.AddString(names_.Text(function.name)), -1);
  out_->Emit(Opcode::kPop);
}

void Codegen::DefineZero(absl::string_view display_name, uint32_t schema_global, NodeList fields,
                         uint32_t global) {
  BeginFunction();
  out_->EmitU16(Opcode::kLoadGlobal, schema_global, 1);
  for (const Node* field : fields) EmitExpression(field);
  out_->EmitU8(Opcode::kCall, static_cast<uint32_t>(fields.size()), -static_cast<int64_t>(fields.size()));
  out_->Emit(Opcode::kReturnValue);
  bytecode::UnitView function;
  function.name = display_name;
  EndFunction(function, 0);
  out_->EmitU16(Opcode::kStoreGlobal, global, -1);
}

void Codegen::DefineGlobal(const Node* value, uint32_t global) {
  EmitExpression(value);
  out_->EmitU16(Opcode::kStoreGlobal, global, -1);
}

void Codegen::BeginBody() {
  BeginFunction();
  top_ = BlockState();
}

void Codegen::EndBody(absl::string_view display_name) {
  bytecode::UnitView body;
  body.name = display_name;
  EndFunction(body, 0);
}

void Codegen::CallBody() {
  out_->EmitU8(Opcode::kCall, 0, 0);
  out_->Emit(Opcode::kPop);
}

void Codegen::CallGlobal(uint32_t global) {
  out_->EmitU16(Opcode::kLoadGlobal, global, 1);
  CallBody();
}

Symbol Codegen::DefineLocal(NameId name) { return scopes_.DefineInBlock(name); }

void Codegen::EmitLocalFunction(const FunctionNode& node) {
  const Symbol symbol = DefineLocal(node.name);
  if (node.form == Form::kFresh) out_->EmitU8(Opcode::kFresh, symbol.index, 0);
  ++nesting_;
  EmitFunction(node, names_.Text(node.name));
  --nesting_;
  EmitStore(symbol);
}

void Codegen::EmitValues(NodeList values, size_t count) {
  if (values.size() == 1 && count > 1) {
    EmitExpression(values[0]);
    // The last name takes the array itself off the stack.
    for (size_t i = 0; i < count; ++i) {
      if (i + 1 < count) out_->Emit(Opcode::kDup);
      EmitConstant(program_.AddInt(static_cast<int64_t>(i)));
      out_->Emit(Opcode::kAt);
      if (i + 1 < count) out_->Emit(Opcode::kSwap);
    }
    return;
  }
  for (const Node* value : values) EmitExpression(value);
}

void Codegen::EmitVar(const VarNode& node) {
  EmitValues(node.values, node.names.size());
  std::vector<Symbol> symbols;
  for (const DeclaredName& name : node.names) symbols.push_back(DefineLocal(name.name));
  for (; !symbols.empty(); symbols.pop_back()) {
    if (node.form == Form::kFresh) out_->EmitU8(Opcode::kFresh, symbols.back().index, 0);
    EmitStore(symbols.back());
  }
}

void Codegen::EmitStoreTo(const IdentifierNode& target) {
  if (target.form == Form::kGlobal) return out_->EmitU16(Opcode::kStoreGlobal, target.name, -1);
  EmitStore(scopes_.Resolve(target.name));
}

void Codegen::EmitPlace(const IndexNode& target) {
  EmitExpression(target.container);
  if (target.form != Form::kField) EmitExpression(target.index);
}

void Codegen::EmitStoreToPlace(const IndexNode& target) {
  Mark(target.offset);
  if (target.form == Form::kField) {
    return out_->EmitU16(Opcode::kSetField, static_cast<uint32_t>(As<IntegerNode>(target.index).value), -2);
  }
  out_->Emit(Opcode::kSetAt);
}

void Codegen::EmitTypedAssign(const AssignNode& node) {
  if (Is<IdentifierNode>(node.target)) {
    EmitExpression(node.value);
    return EmitStoreTo(As<IdentifierNode>(node.target));
  }
  const IndexNode& target = As<IndexNode>(node.target);
  EmitPlace(target);
  EmitExpression(node.value);
  EmitStoreToPlace(target);
}

void Codegen::EmitMultiAssign(const MultiAssignNode& node) {
  EmitValues(node.values, node.targets.size());
  for (size_t i = node.targets.size(); i-- > 0;) {
    const Node* target = node.targets[i];
    if (Is<IdentifierNode>(target)) {
      EmitStoreTo(As<IdentifierNode>(target));
      continue;
    }
    // The value waits in a variable until its place is known.
    const Symbol value = scopes_.DefineUnnamed();
    EmitStore(value);
    EmitPlace(As<IndexNode>(target));
    out_->EmitU8(Opcode::kLoadLocal, value.index, 1);
    EmitStoreToPlace(As<IndexNode>(target));
  }
}

void Codegen::EmitSwitch(const SwitchNode& node) {
  const int64_t depth = out_->depth();
  const Symbol subject = scopes_.DefineUnnamed();
  EmitExpression(node.subject);
  EmitStore(subject);
  Emitter::Jump ends = Emitter::kNoJump;
  bool leaves = node.has_else;
  for (const SwitchCase& branch : node.cases) {
    Emitter::Jump hits = Emitter::kNoJump;
    Emitter::Jump next = Emitter::kNoJump;
    for (const Node* value : branch.values) {
      out_->Bind(next);
      out_->EmitU8(Opcode::kLoadLocal, subject.index, 1);
      EmitExpression(value);
      out_->Emit(Opcode::kEqual);
      next = out_->EmitJump(Opcode::kJumpNotTruthy);
      if (value != branch.values.back()) hits = out_->EmitJump(Opcode::kJump, hits);
    }
    out_->Bind(hits);
    EmitBlock(branch.block);
    leaves = leaves && leaves_;
    ends = out_->EmitJump(Opcode::kJump, ends);
    out_->Bind(next);
    out_->set_depth(depth);
  }
  EmitBlock(node.else_block);
  out_->Bind(ends);
  leaves_ = leaves && leaves_;
}

void Codegen::EmitStructLiteral(const StructLiteralNode& node) {
  if (node.zero != nullptr) {
    EmitExpression(node.zero);
    for (const FieldValue& field : node.fields) {
      out_->Emit(Opcode::kDup);
      EmitExpression(field.value);
      out_->EmitU16(Opcode::kSetField, field.name, -2);
    }
    return;
  }
  EmitLeaf(node.type);
  for (const Node* value : node.values) EmitExpression(value);
  Mark(node.offset);
  const int64_t count = static_cast<int64_t>(node.values.size());
  out_->EmitU8(Opcode::kCall, static_cast<uint32_t>(count), -count);
}

void Codegen::EmitOtherwise(const OrElseNode& node) {
  const Node* zero = node.otherwise;
  switch (zero->kind) {
    case NodeKind::kInteger:
      return out_->EmitU16(Opcode::kDefault, program_.AddInt(As<IntegerNode>(zero).value), 0);
    case NodeKind::kFloat:
      return out_->EmitU16(Opcode::kDefault, program_.AddFloat(As<FloatNode>(zero).value), 0);
    case NodeKind::kString:
      return out_->EmitU16(Opcode::kDefault, program_.AddString(As<StringNode>(zero).value), 0);
    case NodeKind::kBoolean:
      return out_->EmitU16(Opcode::kDefault, program_.AddBool(As<BooleanNode>(zero).value), 0);
    default: break;
  }
  // One that must be made anew each time.
  out_->Emit(Opcode::kDup);
  EmitNull();
  out_->Emit(Opcode::kSame);
  const Emitter::Jump end = out_->EmitJump(Opcode::kJumpNotTruthy);
  out_->Emit(Opcode::kPop);
  EmitExpression(zero);
  out_->Bind(end);
}

void Codegen::EmitTypedHash(const HashNode& node) {
  const absl::Span<HashPair> at_once = node.pairs.subspan(0, kMaxHashPairs);
  for (const HashPair& pair : at_once) {
    EmitExpression(pair.key);
    EmitExpression(pair.value);
  }
  const int64_t operands = static_cast<int64_t>(2 * at_once.size());
  out_->EmitU16(Opcode::kHash, static_cast<uint32_t>(operands), 1 - operands);
  for (const HashPair& pair : node.pairs.subspan(at_once.size())) {
    out_->Emit(Opcode::kDup);
    EmitExpression(pair.key);
    EmitExpression(pair.value);
    out_->Emit(Opcode::kSetAt);
  }
}

void Codegen::EmitTypedCall(const CallNode& node) {
  for (const Node* argument : node.arguments) EmitExpression(argument);
  Mark(node.offset);
  const int64_t count = static_cast<int64_t>(node.arguments.size());
  if (node.form == Form::kInvoke) {
    const uint32_t method = program_.AddString(As<StringNode>(As<IndexNode>(node.callee).index).value);
    return out_->EmitInvoke(method, static_cast<uint32_t>(count));
  }
  const int64_t receiver = node.form == Form::kMethod ? 1 : 0;
  out_->EmitU8(Opcode::kCall, static_cast<uint32_t>(count + receiver), -count - receiver);
  EmitCheck(&node);
}

void Codegen::EmitTypedOperator(const InfixNode& node) {
  EmitExpression(node.right);
  Mark(node.offset);
  const bool is_less = node.op == TokenKind::kLess || node.op == TokenKind::kLessEqual;
  if (is_less) out_->Emit(Opcode::kSwap);
  if (node.form == Form::kIdentity) {
    out_->Emit(Opcode::kSame);
    if (node.op == TokenKind::kNotEqual) out_->Emit(Opcode::kBang);
  } else if (node.form == Form::kText) {
    const bool or_equal = node.op == TokenKind::kLessEqual || node.op == TokenKind::kGreaterEqual;
    out_->Emit(or_equal ? Opcode::kStringGreaterEqual : Opcode::kStringGreater);
  } else {
    out_->Emit(InfixOpcode(node.op));
  }
  EmitCheck(&node);
}

}  // namespace foxvm::frontend
