// The expression half of the code generator.
#include <algorithm>
#include <bit>

#include "absl/base/optimization.h"
#include "absl/strings/str_cat.h"
#include "frontend/codegen.h"
#include "frontend/key_text.h"
#include "frontend/limits.h"
#include "interp/bytecode/builtin_names.h"

namespace foxvm::frontend {

namespace {

using bytecode::Opcode;

// Longest array literal that is made by one instruction; its elements are all on the operand stack then, and
// a frame has room for little more. A longer one is made in chunks.
constexpr size_t kMaxArrayOperands = 60000;
constexpr uint32_t kArrayChunk = 32768;
static_assert(kMaxArrayOperands < bytecode::kMaxFrameSlots);

// `a < b` is compiled as `b > a`: its right operand comes first.
bool RightFirst(TokenKind op) { return op == TokenKind::kLess || op == TokenKind::kLessEqual; }

Opcode PrefixOpcode(TokenKind op) {
  if (op == TokenKind::kBang) return Opcode::kBang;
  return op == TokenKind::kMinus ? Opcode::kMinus : Opcode::kBitNot;
}

}  // namespace

Codegen::Opcode Codegen::InfixOpcode(TokenKind op) {
  switch (op) {
    case TokenKind::kPlus:
      return Opcode::kAdd;
    case TokenKind::kMinus:
      return Opcode::kSub;
    case TokenKind::kStar:
      return Opcode::kMul;
    case TokenKind::kSlash:
      return Opcode::kDiv;
    case TokenKind::kPercent:
      return Opcode::kMod;
    case TokenKind::kEqual:
      return Opcode::kEqual;
    case TokenKind::kNotEqual:
      return Opcode::kNotEqual;
    case TokenKind::kGreater:
    case TokenKind::kLess:
      return Opcode::kGreaterThan;
    case TokenKind::kGreaterEqual:
    case TokenKind::kLessEqual:
      return Opcode::kGreaterEqual;
    case TokenKind::kAmpersand:
      return Opcode::kAnd;
    case TokenKind::kPipe:
      return Opcode::kOr;
    case TokenKind::kCaret:
      return Opcode::kXor;
    case TokenKind::kShiftLeft:
      return Opcode::kLShift;
    default:
      return Opcode::kRShift;
  }
}

void Codegen::EmitExpression(const Node* node) {
  if (EmitLeaf(node)) return;
  if (nesting_ >= kMaxTotalNesting) {
    Error(node->offset, absl::StrCat("expression nested too deeply (limit ", kMaxTotalNesting,
                                     ", importing files included)"));
    return EmitNull();
  }
  ++nesting_;
  const size_t base = spine_.size();
  while (const Node* left = BeginLeft(node)) {
    spine_.push_back(node);
    node = left;
  }
  if (!EmitLeaf(node)) EmitInnermost(node);
  while (spine_.size() > base) {
    const Node* outer = spine_.back();
    spine_.pop_back();
    EmitRest(outer);
  }
  --nesting_;
}

const Node* Codegen::BeginLeft(const Node* node) {
  switch (node->kind) {
    case NodeKind::kInfix: {
      const InfixNode& infix = As<InfixNode>(node);
      if (RightFirst(infix.op) && !typed_) EmitExpression(infix.right);
      return infix.left;
    }
    case NodeKind::kCall: {
      const Node* callee = As<CallNode>(node).callee;
      if (node->form == Form::kPlain) return callee;
      const IndexNode& member = As<IndexNode>(callee);
      if (node->form == Form::kMethod) EmitLeaf(member.index);
      return member.container;
    }
    case NodeKind::kIndex:
      return As<IndexNode>(node).container;
    case NodeKind::kOrElse:
      return As<OrElseNode>(node).value;
    default:
      return nullptr;
  }
}

void Codegen::EmitRest(const Node* node) {
  switch (node->kind) {
    case NodeKind::kCall: {
      if (typed_) return EmitTypedCall(As<CallNode>(node));
      const NodeList arguments = As<CallNode>(node).arguments;
      for (const Node* argument : arguments) EmitExpression(argument);
      Mark(node->offset);
      return out_->EmitU8(Opcode::kCall, static_cast<uint32_t>(arguments.size()),
                          -static_cast<int64_t>(arguments.size()));
    }
    case NodeKind::kOrElse:
      return EmitOtherwise(As<OrElseNode>(node));
    case NodeKind::kIndex:
      if (node->form == Form::kField) {
        Mark(node->offset);
        const int64_t field = As<IntegerNode>(As<IndexNode>(node).index).value;
        return out_->EmitU16(Opcode::kField, static_cast<uint32_t>(field), 0);
      }
      if (warn_) NoteFieldRead(As<IndexNode>(node));
      EmitExpression(As<IndexNode>(node).index);
      Mark(node->offset);
      return out_->Emit(typed_ ? Opcode::kAt : Opcode::kIndex);
    default:
      return EmitInfixRest(As<InfixNode>(node));
  }
}

void Codegen::EmitInfixRest(const InfixNode& node) {
  if (node.op == TokenKind::kDan || node.op == TokenKind::kAtau) return EmitLogical(node);
  if (typed_) return EmitTypedOperator(node);
  if (!RightFirst(node.op)) EmitExpression(node.right);
  Mark(node.offset);
  out_->Emit(InfixOpcode(node.op));
}

void Codegen::EmitLogical(const InfixNode& node) {
  out_->Emit(Opcode::kDup);
  const Emitter::Jump if_false = out_->EmitJump(Opcode::kJumpNotTruthy);
  Emitter::Jump end = if_false;
  if (node.op == TokenKind::kAtau) {
    end = out_->EmitJump(Opcode::kJump);
    out_->Bind(if_false);
  }
  out_->Emit(Opcode::kPop);
  EmitExpression(node.right);
  out_->Bind(end);
}

bool Codegen::EmitLeaf(const Node* node) {
  switch (node->kind) {
    case NodeKind::kIdentifier: EmitIdentifier(As<IdentifierNode>(node)); return true;
    case NodeKind::kInteger: EmitConstant(program_.AddInt(As<IntegerNode>(node).value)); return true;
    case NodeKind::kFloat: EmitConstant(program_.AddFloat(As<FloatNode>(node).value)); return true;
    case NodeKind::kString: EmitConstant(program_.AddString(As<StringNode>(node).value)); return true;
    case NodeKind::kBoolean: EmitConstant(program_.AddBool(As<BooleanNode>(node).value)); return true;
    case NodeKind::kNull: EmitNull(); return true;
    default: return false;
  }
}

void Codegen::EmitInnermost(const Node* node) {
  switch (node->kind) {
    case NodeKind::kInterpolation:
      return EmitInterpolation(As<InterpolationNode>(node));
    case NodeKind::kArray:
      return EmitArray(As<ArrayNode>(node).elements);
    case NodeKind::kTuple:
      return EmitArray(As<TupleNode>(node).elements);
    case NodeKind::kHash:
      return typed_ ? EmitTypedHash(As<HashNode>(node)) : EmitHash(As<HashNode>(node));
    case NodeKind::kStructLiteral:
      return EmitStructLiteral(As<StructLiteralNode>(node));
    case NodeKind::kPrefix:
      EmitExpression(As<PrefixNode>(node).operand);
      Mark(node->offset);
      return out_->Emit(PrefixOpcode(As<PrefixNode>(node).op));
    case NodeKind::kIf:
      return EmitIf(As<IfNode>(node));
    case NodeKind::kWhile:
      return EmitWhile(As<WhileNode>(node));
    default:
      return EmitFunction(As<FunctionNode>(node), DisplayName(As<FunctionNode>(node).name));
  }
}

void Codegen::EmitIdentifier(const IdentifierNode& node) {
  if (node.form == Form::kGlobal) return out_->EmitU16(Opcode::kLoadGlobal, node.name, 1);
  if (node.form == Form::kBuiltin) return out_->EmitU8(Opcode::kGetBuiltin, node.name, 1);
  const Symbol symbol = scopes_.Resolve(node.name);
  if (warn_) ++reads_[node.name];
  switch (symbol.kind) {
    case SymbolKind::kGlobal:
      return out_->EmitU16(Opcode::kLoadGlobal, symbol.index, 1);
    case SymbolKind::kLocal:
      return out_->EmitU8(Opcode::kLoadLocal, symbol.index, 1);
    case SymbolKind::kCapture:
      return out_->EmitU8(Opcode::kGetFree, symbol.index, 1);
    case SymbolKind::kUndefined:
      break;
  }
  if (node.name < bytecode::kBuiltinCount) return out_->EmitU8(Opcode::kGetBuiltin, node.name, 1);
  if (const std::optional<uint32_t> global = host_.HostGlobal(names_.Text(node.name))) {
    return out_->EmitU16(Opcode::kLoadGlobal, *global, 1);
  }
  ReportUndefined(node);
  EmitNull();
}

void Codegen::EmitInterpolation(const InterpolationNode& node) {
  EmitExpression(node.parts[0]);
  for (const Node* part : node.parts.subspan(1)) {
    EmitExpression(part);
    Mark(part->offset);
    out_->Emit(Opcode::kAdd);
  }
}

void Codegen::EmitArray(NodeList elements) {
  if (elements.size() > kMaxArrayOperands) return EmitLongArray(elements);
  for (const Node* element : elements) EmitExpression(element);
  const int64_t count = static_cast<int64_t>(elements.size());
  out_->EmitU16(Opcode::kArray, static_cast<uint32_t>(count), 1 - count);
}

void Codegen::EmitLongArray(NodeList elements) {
  // Chunks are joined like the digits of a binary counter, so that each element is copied a logarithmic
  // number of times, not once for every later chunk.
  uint32_t chunks = 0;
  for (size_t start = 0; start < elements.size(); start += kArrayChunk) {
    const NodeList chunk = elements.subspan(start, kArrayChunk);
    for (const Node* element : chunk) EmitExpression(element);
    out_->EmitU16(Opcode::kArray, static_cast<uint32_t>(chunk.size()),
                  1 - static_cast<int64_t>(chunk.size()));
    ++chunks;
    for (uint32_t joined = chunks; joined % 2 == 0; joined /= 2) out_->Emit(Opcode::kAdd);
  }
  for (int rest = std::popcount(chunks); rest > 1; --rest) out_->Emit(Opcode::kAdd);
}

void Codegen::EmitHash(const HashNode& node) {
  const size_t base = pair_scratch_.size();
  const size_t count = node.pairs.size();
  for (const HashPair& pair : node.pairs) {
    pair_scratch_.push_back({KeyText(pair.key, *source_, names_, arena_), &pair});
    if (ABSL_PREDICT_FALSE(pair_scratch_.back().text.data() == nullptr))
      Error(pair.key->offset, "out of memory");
  }
  // Equal texts keep source order: that is the order of the pairs' addresses.
  std::sort(pair_scratch_.begin() + static_cast<ptrdiff_t>(base), pair_scratch_.end(),
            [](const KeyedPair& a, const KeyedPair& b) {
              const int order = a.text.compare(b.text);
              return order != 0 ? order < 0 : a.pair < b.pair;
            });
  for (size_t i = base; i < base + count; ++i) {
    const HashPair& pair = *pair_scratch_[i].pair;  // by index: nested literals make the list grow
    if (Is<IdentifierNode>(pair.key)) {
      EmitConstant(program_.AddString(pair_scratch_[i].text));
    } else {
      EmitExpression(pair.key);
    }
    EmitExpression(pair.value);
  }
  pair_scratch_.resize(base);
  out_->EmitU16(Opcode::kHash, static_cast<uint32_t>(2 * count), 1 - static_cast<int64_t>(2 * count));
}

void Codegen::EmitIf(const IfNode& node) {
  const int64_t depth = out_->depth();
  const bool has_value = node.form != Form::kStatement;
  Emitter::Jump ends = Emitter::kNoJump;
  bool leaves = node.has_else;
  for (const IfBranch& branch : node.branches) {
    out_->set_depth(depth);
    EmitExpression(branch.condition);
    const Emitter::Jump next = out_->EmitJump(Opcode::kJumpNotTruthy);
    has_value ? EmitValueBlock(branch.block) : EmitBlock(branch.block);
    leaves = leaves && leaves_;
    // Nothing follows the last branch of a statement.
    const bool is_last = &branch == &node.branches.back() && !node.has_else;
    if (has_value || !is_last) ends = out_->EmitJump(Opcode::kJump, ends);
    out_->Bind(next);
  }
  out_->set_depth(depth);
  if (!node.has_else) {
    if (has_value) EmitNull();
  } else if (has_value) {
    EmitValueBlock(node.else_block);
  } else {
    EmitBlock(node.else_block);
  }
  out_->Bind(ends);
  leaves_ = leaves && leaves_;
}

void Codegen::EmitWhile(const WhileNode& node) {
  const int64_t depth = out_->depth();
  const bool has_value = node.form != Form::kStatement;
  if (has_value) EmitNull();  // the pending value of the loop
  const uint32_t start = out_->size();
  EmitExpression(node.condition);
  const Emitter::Jump end = out_->EmitJump(Opcode::kJumpNotTruthy);
  loops_.push_back({start, Emitter::kNoJump, depth, has_value});
  if (has_value) {
    out_->Emit(Opcode::kPop);
    EmitValueBlock(node.block);
  } else {
    EmitBlock(node.block);
  }
  out_->EmitJumpTo(Opcode::kJump, start);
  const Emitter::Jump breaks = loops_.back().breaks;
  loops_.pop_back();
  out_->Bind(end);
  out_->Bind(breaks);
}

}  // namespace foxvm::frontend
