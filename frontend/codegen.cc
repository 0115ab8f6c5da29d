// Statements, functions and modules; expressions are in codegen_expressions.cc.
#include "frontend/codegen.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "interp/bytecode/builtin_names.h"

namespace foxvm::frontend {

namespace {

// The name of a node's type in the reference compiler, whose messages show it.
absl::string_view ReferenceTypeName(const Node* node) {
  switch (node->kind) {
    case NodeKind::kInteger:
      return "IntegerLiteral";
    case NodeKind::kFloat:
      return "FloatLiteral";
    case NodeKind::kString:
      return "StringLiteral";
    case NodeKind::kInterpolation:
      return "InterpolatedString";
    case NodeKind::kBoolean:
      return "BooleanLiteral";
    case NodeKind::kNull:
      return "NullLiteral";
    case NodeKind::kArray:
      return "ArrayLiteral";
    case NodeKind::kHash:
      return "HashLiteral";
    case NodeKind::kPrefix:
      return "PrefixExpression";
    case NodeKind::kInfix:
      return "InfixExpression";
    case NodeKind::kIf:
      return "IfExpression";
    case NodeKind::kWhile:
      return "WhileExpression";
    case NodeKind::kFunction:
      return "FunctionLiteral";
    default:
      return "CallExpression";
  }
}

// The name that a module's top-level statement exports, or kNoName.
NameId ExportedName(const Node* statement) {
  if (Is<AssignNode>(statement)) {
    const Node* target = As<AssignNode>(statement).target;
    return Is<IdentifierNode>(target) ? As<IdentifierNode>(target).name : kNoName;
  }
  if (!Is<ExpressionStatementNode>(statement)) return kNoName;
  const Node* expression = As<ExpressionStatementNode>(statement).expression;
  return Is<FunctionNode>(expression) ? As<FunctionNode>(expression).name : kNoName;
}

bool IsJump(const Node* statement) {
  return statement->kind == NodeKind::kReturn || statement->kind == NodeKind::kBreak ||
         statement->kind == NodeKind::kContinue;
}

bool IsIf(const Node* statement) {
  return Is<ExpressionStatementNode>(statement) &&
         Is<IfNode>(As<ExpressionStatementNode>(statement).expression);
}

// The expression whose value a program shares with its user, if that is its last statement.
const Node* ResultOf(const Node* statement) {
  if (!Is<ExpressionStatementNode>(statement)) return nullptr;
  const Node* expression = As<ExpressionStatementNode>(statement).expression;
  return Is<FunctionNode>(expression) && As<FunctionNode>(expression).name != kNoName ? nullptr : expression;
}

}  // namespace

Codegen::Codegen(const Source& source, const NameTable& names, gc::Arena& arena, uint32_t file, int nesting,
                 ProgramBuilder& program, CodegenHost& host)
    : source_(&source),
      names_(names),
      arena_(arena),
      file_(file),
      nesting_(nesting),
      program_(program),
      host_(host) {}

void Codegen::BeginMain(absl::Span<const NameId> predefined) {
  emitters_.push_back(std::make_unique<Emitter>());
  open_units_ = 1;
  out_ = emitters_[0].get();
  scopes_.GrowTo(names_.size());
  for (NameId name : predefined) Define(name, 0);
  shared_globals_ = !predefined.empty();
  warn_ = host_.WantsWarnings();
}

void Codegen::BeginModule() {
  is_module_ = true;
  BeginFunction();
}

void Codegen::CompileStatement(const Node* statement) {
  scopes_.GrowTo(names_.size());
  if (warn_) reads_.resize(names_.size());
  EmitInBlock(statement, &top_);
  if (is_module_) NoteExport(statement);
}

void Codegen::CompileLast(const Node* statement) {
  const Node* result = ResultOf(statement);
  if (result == nullptr) return CompileStatement(statement);
  scopes_.GrowTo(names_.size());
  EmitResult(result);
}

void Codegen::FinishMain() {
  WarnOfUnknownFields();
  bytecode::UnitView main;
  main.file = file_;
  CheckFrame(0, 0);
  if (out_->Finish(&main)) program_.UseWideOperands();
  program_.SetMain(main);
}

uint32_t Codegen::FinishModule(absl::string_view path) {
  EmitExports();
  bytecode::UnitView body;
  body.name = path;
  return EndFunction(body, 0);
}

void Codegen::NoteExport(const Node* statement) {
  const NameId name = ExportedName(statement);
  if (name == kNoName) return;
  if (exported_.size() <= name) exported_.resize(names_.size());
  if (exported_[name]) return;
  exported_[name] = true;
  exports_.push_back({name, statement->offset});
}

void Codegen::EmitExports() {
  for (const Export& entry : exports_) {
    EmitConstant(program_.AddString(names_.Text(entry.name)));
    EmitIdentifier({{NodeKind::kIdentifier, TokenKind::kEof, Form::kPlain, false, entry.offset}, entry.name});
  }
  const uint32_t operands = static_cast<uint32_t>(2 * exports_.size());
  out_->EmitU16(Opcode::kHash, operands, 1 - static_cast<int64_t>(operands));
  out_->Emit(Opcode::kReturnValue);
}

void Codegen::BeginFunction() {
  if (open_units_ == emitters_.size()) emitters_.push_back(std::make_unique<Emitter>());
  out_ = emitters_[open_units_++].get();
  out_->Reset();
  scopes_.EnterFunction();
}

uint32_t Codegen::EndFunction(bytecode::UnitView function, uint32_t offset) {
  if (!typed_ && out_->LastIsPop()) {
    out_->RemovePop();
    out_->Emit(Opcode::kReturnValue);
  } else {
    out_->Emit(Opcode::kReturn);
  }
  function.file = file_;
  function.locals = scopes_.variable_count();
  CheckFrame(function.locals, offset);
  if (out_->Finish(&function)) program_.UseWideOperands();
  --open_units_;
  out_ = open_units_ == 0 ? nullptr : emitters_[open_units_ - 1].get();
  // The captures are pushed in the enclosing code, before the constant is made: it has no part in their
  // order.
  const absl::Span<const Symbol> captures = scopes_.captures();
  for (const Symbol& symbol : captures) {
    const Opcode opcode = symbol.kind == SymbolKind::kLocal ? Opcode::kCaptureLocal : Opcode::kLoadUpvalue;
    out_->EmitU8(opcode, symbol.index, 1);
  }
  const uint32_t constant = program_.AddFunction(function, static_cast<uint32_t>(captures.size()));
  if (out_ != nullptr) out_->EmitClosure(constant, static_cast<uint32_t>(captures.size()));
  scopes_.LeaveFunction();
  return constant;
}

void Codegen::CheckFrame(uint32_t locals, uint32_t offset) {
  if (locals + out_->max_depth() > bytecode::kMaxFrameSlots) {
    Error(offset, absl::StrCat("function needs too many variables and operands (limit ",
                               bytecode::kMaxFrameSlots, ")"));
  }
  if (out_->size() > bytecode::kMaxTableEntries) Error(offset, "code of a function is too long");
  if (scopes_.total_captures() > kMaxCaptures && !captures_reported_) {
    captures_reported_ = true;
    Error(offset, absl::StrCat("too many captured variables (limit ", kMaxCaptures, ")"));
  }
}

void Codegen::EmitFunction(const FunctionNode& node, absl::string_view display_name) {
  const size_t outer_first_loop = first_loop_;
  first_loop_ = loops_.size();
  BeginFunction();
  const size_t first_definition = definitions_.size();
  const bool is_method = node.signature != nullptr && node.signature->receiver != nullptr;
  if (is_method) scopes_.Define(node.signature->receiver->name);
  for (NameId param : node.params) {
    WarnOfHiddenBuiltin(param, node.offset);
    scopes_.Define(param);
  }
  EmitBlock(node.block);
  WarnOfUnused(first_definition);
  bytecode::UnitView function;
  function.params = static_cast<uint32_t>(node.params.size() + (is_method ? 1 : 0));
  function.name = display_name;
  EndFunction(function, node.offset);
  first_loop_ = outer_first_loop;
}

void Codegen::EmitBlock(NodeList statements) {
  BlockState state;
  const size_t block = typed_ ? scopes_.EnterBlock() : 0;
  for (const Node* statement : statements) EmitInBlock(statement, &state);
  if (typed_) scopes_.LeaveBlock(block);
  leaves_ = state.leaves;
}

void Codegen::EmitInBlock(const Node* statement, BlockState* state) {
  if (state->leaves && !state->warned) WarnOfUnreachable(statement);
  state->warned = state->leaves;
  EmitStatement(statement);
  state->leaves = state->leaves || IsJump(statement) || (IsIf(statement) && leaves_);
}

void Codegen::EmitValueBlock(NodeList statements) {
  EmitBlock(statements);
  if (out_->LastIsPop()) {
    out_->RemovePop();
  } else {
    EmitNull();
  }
}

void Codegen::EmitStatement(const Node* node) {
  switch (node->kind) {
    case NodeKind::kExpressionStatement:
      return EmitExpressionStatement(As<ExpressionStatementNode>(node).expression);
    case NodeKind::kAssign:
      return typed_ ? EmitTypedAssign(As<AssignNode>(node)) : EmitAssign(As<AssignNode>(node));
    case NodeKind::kReturn:
      if (As<ReturnNode>(node).value == nullptr) return out_->Emit(Opcode::kReturn);
      EmitExpression(As<ReturnNode>(node).value);
      return out_->Emit(Opcode::kReturnValue);
    case NodeKind::kVar:
      return EmitVar(As<VarNode>(node));
    case NodeKind::kMultiAssign:
      return EmitMultiAssign(As<MultiAssignNode>(node));
    case NodeKind::kSwitch:
      return EmitSwitch(As<SwitchNode>(node));
    case NodeKind::kImport:
      return EmitImport(As<ImportNode>(node));
    case NodeKind::kStruct:
      return EmitStruct(As<StructNode>(node));
    default:
      return EmitLoopExit(node);
  }
}

void Codegen::EmitExpressionStatement(const Node* expression) {
  if (!Is<FunctionNode>(expression) || As<FunctionNode>(expression).name == kNoName) {
    EmitExpression(expression);
    if (expression->form != Form::kStatement) out_->Emit(Opcode::kPop);
    return;
  }
  if (typed_) return EmitLocalFunction(As<FunctionNode>(expression));
  const FunctionNode& function = As<FunctionNode>(expression);
  const Symbol symbol = Define(function.name, expression->offset);
  ++nesting_;
  EmitFunction(function, names_.Text(function.name));
  --nesting_;
  EmitStore(symbol);
}

void Codegen::EmitAssign(const AssignNode& node) {
  if (Is<IdentifierNode>(node.target)) {
    const NameId name = As<IdentifierNode>(node.target).name;
    if (Is<FunctionNode>(node.value)) {
      ++nesting_;
      EmitFunction(As<FunctionNode>(node.value), names_.Text(name));
      --nesting_;
    } else {
      EmitExpression(node.value);
    }
    Symbol symbol = scopes_.Resolve(name);
    if (symbol.kind == SymbolKind::kUndefined) symbol = Define(name, node.target->offset);
    return EmitStore(symbol);
  }
  if (Is<IndexNode>(node.target)) {
    const IndexNode& target = As<IndexNode>(node.target);
    EmitExpression(target.container);
    EmitExpression(target.index);
    EmitExpression(node.value);
    Mark(target.offset);
    return out_->Emit(Opcode::kSetIndex);
  }
  Error(node.target->offset,
        absl::StrCat("assignment to *parser.", ReferenceTypeName(node.target), " not supported"));
  EmitExpression(node.value);
  out_->Emit(Opcode::kPop);
}

void Codegen::EmitStore(const Symbol& symbol) {
  switch (symbol.kind) {
    case SymbolKind::kGlobal:
      return out_->EmitU16(Opcode::kStoreGlobal, symbol.index, -1);
    case SymbolKind::kCapture:
      return out_->EmitU8(Opcode::kSetFree, symbol.index, -1);
    default:
      return out_->EmitU8(Opcode::kStoreLocal, symbol.index, -1);
  }
}

void Codegen::EmitResult(const Node* expression) {
  constexpr uint32_t kResultGlobal = 0;
  EmitExpression(expression);
  out_->Emit(Opcode::kDup);
  out_->EmitU16(Opcode::kStoreGlobal, kResultGlobal, -1);
  EmitNull();
  out_->Emit(Opcode::kNotEqual);
  const Emitter::Jump end = out_->EmitJump(Opcode::kJumpNotTruthy);
  out_->EmitU8(Opcode::kGetBuiltin, bytecode::kPrintBuiltin, 1);
  out_->EmitU16(Opcode::kLoadGlobal, kResultGlobal, 1);
  out_->EmitU8(Opcode::kCall, 1, -1);
  out_->Emit(Opcode::kPop);
  out_->Bind(end);
}

Symbol Codegen::Define(NameId name, uint32_t offset) {
  WarnOfHiddenBuiltin(name, offset);
  if (scopes_.in_function()) {
    if (warn_) definitions_.push_back({name, offset, reads_[name]});
    return scopes_.Define(name);
  }
  // Functions of earlier inputs see the new value, too.
  if (shared_globals_) {
    const Symbol known = scopes_.Resolve(name);
    if (known.kind == SymbolKind::kGlobal) return known;
  }
  return scopes_.DefineGlobal(name, program_.AddGlobal(names_.Text(name)));
}

void Codegen::EmitLoopExit(const Node* node) {
  const bool is_break = node->kind == NodeKind::kBreak;
  const absl::string_view word = is_break ? "berhenti" : "lanjut";
  if (loops_.size() == first_loop_) {
    return Error(node->offset, absl::StrCat("'", word, "' hanya boleh digunakan di dalam loop"));
  }
  Loop& loop = loops_.back();
  const int64_t depth = out_->depth();
  if (depth - loop.depth > kMaxDroppedOperands) {
    return Error(node->offset,
                 absl::StrCat("too many pending operands at '", word, "' (limit ", kMaxDroppedOperands, ")"));
  }
  while (out_->depth() > loop.depth) out_->Emit(Opcode::kPop);
  if (loop.has_value) EmitNull();
  if (is_break) {
    loop.breaks = out_->EmitJump(Opcode::kJump, loop.breaks);
  } else {
    out_->EmitJumpTo(Opcode::kJump, loop.start);
  }
  out_->set_depth(depth);
}

void Codegen::EmitStruct(const StructNode& node) {
  for (NameId field : node.fields) EmitConstant(program_.AddString(names_.Text(field)));
  const uint32_t name = program_.AddString(names_.Text(node.name));
  out_->EmitStruct(name, static_cast<uint32_t>(node.fields.size()));
  EmitStore(Define(node.name, node.offset));
}

void Codegen::EmitImport(const ImportNode& node) {
  EmitConstant(host_.ImportConstant(node.path, *source_, node.offset, nesting_));
  Mark(node.offset);
  out_->EmitU8(Opcode::kCall, 0, 0);
  if (node.names.empty()) return EmitStore(Define(node.base_name, node.offset));
  for (NameId name : node.names) {
    out_->Emit(Opcode::kDup);
    EmitConstant(program_.AddString(names_.Text(name)));
    out_->Emit(Opcode::kIndex);
    EmitStore(Define(name, node.offset));
  }
  out_->Emit(Opcode::kPop);
}

}  // namespace foxvm::frontend
