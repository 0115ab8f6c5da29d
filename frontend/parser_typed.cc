// What only dialect B has: declarations with types, several targets and results, `pilih`, struct literals.
#include <string>

#include "absl/strings/str_cat.h"
#include "frontend/limits.h"
#include "frontend/parser.h"

namespace foxvm::frontend {

namespace {

using K = TokenKind;

// Begins a declaration, which is never inside another block's list of fields.
bool IsDeclarationWord(K kind) {
  return kind == K::kFungsi || kind == K::kStruktur || kind == K::kAntarmuka || kind == K::kVar ||
         kind == K::kTetapan || kind == K::kAmbil || kind == K::kDari;
}

}  // namespace

Node* Parser::ParseHead() {
  if (CurrentIs(K::kFungsi)) return ParseTypedFunction(/*head_only=*/true);
  return ParseStatement();
}

bool Parser::AtTypedFunction() const {
  return CurrentIs(K::kFungsi) && (PeekIs(K::kIdentifier) || IsMethod());
}

bool Parser::IsMethod() const {
  if (!PeekIs(K::kLeftParen)) return false;
  Lexer lexer(source_.text(), Dialect::kTyped);
  lexer.SeekTo(peek_.offset + peek_.length);
  if (lexer.Next().kind != K::kIdentifier) return false;
  Token token = lexer.Next();
  while (token.kind == K::kStar) token = lexer.Next();
  if (token.kind != K::kIdentifier) return false;
  token = lexer.Next();
  if (token.kind == K::kDot) {
    lexer.Next();
    token = lexer.Next();
  }
  return token.kind == K::kRightParen && lexer.Next().kind == K::kIdentifier &&
         lexer.Next().kind == K::kLeftParen;
}

bool Parser::AtDeclaration() const { return StartsLine() && IsDeclarationWord(current_.kind); }

void Parser::SkipLine() {
  do {
    Advance();
  } while (!StartsLine() && !CurrentIs(K::kAkhir) && !CurrentIs(K::kEof));
  silent_ = CurrentIs(K::kEof);
}

Node* Parser::ParseTypedStatement() {
  switch (current_.kind) {
    case K::kVar:
    case K::kTetapan: return ParseVar();
    case K::kKembalikan: return ParseTypedReturn();
    case K::kStruktur: return ParseTypedStruct();
    case K::kAntarmuka: return ParseInterface();
    case K::kPilih: {
      if (!EnterNesting()) return nullptr;
      Node* choice = ParseSwitch();
      --nesting_;
      return choice;
    }
    case K::kFungsi: {
      // A declaration is no expression: what follows its `akhir` does not go on with it.
      if (!AtTypedFunction()) return nullptr;
      if (!EnterNesting()) return nullptr;
      const uint32_t offset = current_.offset;
      Node* function = ParseTypedFunction(/*head_only=*/false);
      --nesting_;
      SkipSemicolon();
      return New<ExpressionStatementNode>(offset, function);
    }
    default: return nullptr;
  }
}

Node* Parser::ParseVar() {
  const uint32_t offset = current_.offset;
  const bool is_constant = CurrentIs(K::kTetapan);
  const size_t base = declared_scratch_.size();
  while (ExpectPeek(K::kIdentifier)) {
    declared_scratch_.push_back({NameOf(current_), current_.offset});
    if (!PeekIs(K::kComma)) break;
    Advance();
  }
  const absl::Span<const DeclaredName> names = Take(&declared_scratch_, base);
  if (silent_) return nullptr;
  Node* type = nullptr;
  if (PeekStartsType()) {
    Advance();
    type = ParseType();
  }
  NodeList values;
  if (PeekIs(K::kAssign)) {
    Advance();
    values = ParseValues();
  }
  SkipSemicolon();
  return New<VarNode>(offset, names, type, values, is_constant);
}

NodeList Parser::ParseValues() {
  const size_t base = node_scratch_.size();
  while (true) {
    Advance();
    Node* value = ParseExpression(1);
    node_scratch_.push_back(value);
    if (!PeekIs(K::kComma)) break;
    Advance();
  }
  return Take(&node_scratch_, base);
}

Node* Parser::ParseTypedReturn() {
  const uint32_t offset = current_.offset;
  switch (peek_.kind) {
    case K::kSemicolon:
    case K::kAkhir:
    case K::kLainnya:
    case K::kAtauJika:
    case K::kKasus:
    case K::kRightBrace:
    case K::kEof: SkipSemicolon(); return New<ReturnNode>(offset, static_cast<Node*>(nullptr));
    default: break;
  }
  const NodeList values = ParseValues();
  SkipSemicolon();
  Node* value = values.size() == 1 ? values[0] : New<TupleNode>(offset, values);
  return New<ReturnNode>(offset, value);
}

Node* Parser::ParseMultiAssign(uint32_t offset, Node* first) {
  const size_t base = node_scratch_.size();
  node_scratch_.push_back(first);
  while (PeekIs(K::kComma)) {
    Advance();
    Advance();
    Node* target = ParseExpression(1);
    node_scratch_.push_back(target);
  }
  const NodeList targets = Take(&node_scratch_, base);
  if (!ExpectPeek(K::kAssign)) return nullptr;
  const NodeList values = ParseValues();
  SkipSemicolon();
  return New<MultiAssignNode>(offset, targets, values);
}

Node* Parser::ParseTypedStruct() {
  const Opener opener = OpenHere();
  if (!ExpectPeek(K::kIdentifier)) return nullptr;
  const NameId name = NameOf(current_);
  Advance();
  const size_t base = param_scratch_.size();
  while (!CurrentIs(K::kAkhir) && !CurrentIs(K::kEof) && !AtDeclaration()) {
    const Param field = ParseParam();
    if (silent_) {
      SkipLine();
      continue;
    }
    param_scratch_.push_back(field);
    SkipSemicolon();
    Advance();
  }
  const absl::Span<const Param> fields = Take(&param_scratch_, base);
  if (!CurrentIs(K::kAkhir) && !stopped_) ReportOpenBlock(opener);
  return New<StructNode>(opener.token.offset, name, absl::Span<const NameId>(), fields);
}

Node* Parser::ParseInterface() {
  const Opener opener = OpenHere();
  if (!ExpectPeek(K::kIdentifier)) return nullptr;
  const NameId name = NameOf(current_);
  Advance();
  const size_t base = method_scratch_.size();
  while (!CurrentIs(K::kAkhir) && !CurrentIs(K::kEof) && !(AtDeclaration() && !CurrentIs(K::kFungsi))) {
    if (!CurrentIs(K::kFungsi)) {
      ErrorAt(current_, absl::StrCat("expected 'fungsi' or 'akhir', found ", Found(current_)));
    } else if (ExpectPeek(K::kIdentifier)) {
      const DeclaredName method{NameOf(current_), current_.offset};
      Signature* signature = ParseSignature(method.offset);
      method_scratch_.push_back({method, signature});
    }
    if (silent_) {
      SkipLine();
    } else {
      SkipSemicolon();
      Advance();
    }
  }
  const absl::Span<const MethodSignature> methods = Take(&method_scratch_, base);
  if (!CurrentIs(K::kAkhir) && !stopped_) ReportOpenBlock(opener);
  return New<InterfaceNode>(opener.token.offset, name, methods);
}

Node* Parser::ParseSwitch() {
  const Opener opener = OpenHere();
  ++open_blocks_;
  ++open_ifs_;
  ++open_switches_;
  Advance();
  Node* subject = ParseExpression(1);
  Advance();
  if (!CurrentIs(K::kKasus) && !CurrentIs(K::kLainnya)) {
    ErrorAt(current_, absl::StrCat("expected 'kasus', found ", Found(current_)));
    ParseBlock(opener);
  }
  const size_t base = case_scratch_.size();
  while (CurrentIs(K::kKasus)) {
    const NodeList values = ParseValues();
    ExpectPeek(K::kColon);
    Advance();
    const NodeList block = ParseBlock(opener);
    case_scratch_.push_back({values, block});
  }
  --open_switches_;
  --open_ifs_;
  const bool has_else = CurrentIs(K::kLainnya);
  NodeList else_block;
  if (has_else) {
    if (PeekIs(K::kColon)) Advance();
    Advance();
    else_block = ParseBlock(opener);
  }
  EndBlock(opener);
  const absl::Span<SwitchCase> cases = Take(&case_scratch_, base);
  return New<SwitchNode>(opener.token.offset, subject, cases, has_else, else_block);
}

Node* Parser::ParseTypedFunction(bool head_only) {
  const Opener opener = OpenHere();
  Param* receiver = nullptr;
  if (IsMethod()) {
    Advance();
    Advance();
    receiver = arena_.New<Param>(ParseParam());
    if (receiver == nullptr) StopForMemory();
    ExpectPeek(K::kRightParen);
  }
  NameId name = kNoName;
  uint32_t name_offset = opener.token.offset;
  if (PeekIs(K::kIdentifier)) {
    Advance();
    name = NameOf(current_);
    name_offset = current_.offset;
  }
  Signature* signature = ParseSignature(name_offset);
  if (signature == nullptr) return nullptr;
  signature->receiver = receiver;
  const size_t base = name_scratch_.size();
  for (const Param& param : signature->params) name_scratch_.push_back(param.name);
  const absl::Span<const NameId> params = Take(&name_scratch_, base);
  NodeList block;
  if (PeekIs(K::kNative)) {
    Advance();
    signature->is_native = true;
  } else if (!head_only) {
    ++open_blocks_;
    Advance();
    block = ParseBlock(opener);
    EndBlock(opener);
  }
  return New<FunctionNode>(opener.token.offset, name, params, block, signature);
}

Signature* Parser::ParseSignature(uint32_t name_offset) {
  const size_t base = param_scratch_.size();
  if (ExpectPeek(K::kLeftParen)) {
    const Token bracket = current_;
    if (PeekIs(K::kRightParen)) {
      Advance();
    } else {
      do {
        Advance();
        const Param param = ParseParam();
        param_scratch_.push_back(param);
      } while (!silent_ && PeekIs(K::kComma) && (Advance(), true));
      ExpectPeek(K::kRightParen, &bracket);
    }
  }
  const absl::Span<const Param> params = Take(&param_scratch_, base);
  const NodeList results = silent_ ? NodeList() : ParseResults();
  Signature* signature = arena_.New<Signature>(
      Signature{params, results, /*receiver=*/nullptr, name_offset, /*is_native=*/false});
  if (signature == nullptr) StopForMemory();
  return signature;
}

NodeList Parser::ParseResults() {
  if (PeekIs(K::kLeftParen)) {
    Advance();
    return ParseTypes();
  }
  if (!PeekStartsType()) return {};
  Advance();
  const size_t base = node_scratch_.size();
  Node* type = ParseType();
  node_scratch_.push_back(type);
  return Take(&node_scratch_, base);
}

Param Parser::ParseParam() {
  const Token name = current_;
  if (!CurrentIs(K::kIdentifier)) {
    ErrorAt(current_, absl::StrCat("expected a name with its type, found ", Found(current_)));
    return {kNoName, name.offset, nullptr};
  }
  const NameId id = NameOf(name);
  if (!PeekStartsType()) {
    ErrorAt(name, absl::StrCat("'", Slice(name), "' needs a type"));
    return {id, name.offset, nullptr};
  }
  Advance();
  return {id, name.offset, ParseType()};
}

bool Parser::PeekStartsType() const {
  switch (peek_.kind) {
    case K::kIdentifier:
    case K::kLeftBracket:
    case K::kMap:
    case K::kStar: return true;
    case K::kFungsi: {
      // A type goes on with its parameters, a nested function with its name.
      Lexer lexer(source_.text(), Dialect::kTyped);
      lexer.SeekTo(peek_.offset + peek_.length);
      return lexer.Next().kind == K::kLeftParen;
    }
    default: return false;
  }
}

Node* Parser::ParseType() {
  const uint32_t offset = current_.offset;
  if (nesting_ >= kMaxNesting) {
    Stop(offset, absl::StrCat("type nested too deeply (limit ", kMaxNesting, ")"));
    return nullptr;
  }
  ++nesting_;
  Node* type = ParseTypeInside(offset);
  --nesting_;
  return type;
}

Node* Parser::ParseTypeInside(uint32_t offset) {
  switch (current_.kind) {
    case K::kIdentifier: {
      NameId module = kNoName, name = NameOf(current_);
      if (PeekIs(K::kDot)) {
        Advance();
        if (!ExpectPeek(K::kIdentifier)) return nullptr;
        module = name;
        name = NameOf(current_);
      }
      return New<TypeNameNode>(offset, module, name);
    }
    case K::kStar: {
      Advance();
      Node* target = ParseType();
      return New<PointerTypeNode>(offset, target);
    }
    case K::kLeftBracket: {
      if (!ExpectPeek(K::kRightBracket)) return nullptr;
      Advance();
      Node* element = ParseType();
      return New<ArrayTypeNode>(offset, element);
    }
    case K::kMap: {
      if (!ExpectPeek(K::kLeftBracket)) return nullptr;
      Advance();
      Node* key = ParseType();
      if (!ExpectPeek(K::kRightBracket)) return nullptr;
      Advance();
      Node* value = ParseType();
      return New<MapTypeNode>(offset, key, value);
    }
    case K::kFungsi: {
      if (!ExpectPeek(K::kLeftParen)) return nullptr;
      const NodeList params = ParseTypes();
      const NodeList results = silent_ ? NodeList() : ParseResults();
      return New<FunctionTypeNode>(offset, params, results);
    }
    default: ErrorAt(current_, absl::StrCat("expected a type, found ", Found(current_))); return nullptr;
  }
}

NodeList Parser::ParseTypes() {
  const Token bracket = current_;
  const size_t base = node_scratch_.size();
  if (PeekIs(K::kRightParen)) {
    Advance();
    return {};
  }
  do {
    Advance();
    Node* type = ParseType();
    node_scratch_.push_back(type);
  } while (!silent_ && PeekIs(K::kComma) && (Advance(), true));
  ExpectPeek(K::kRightParen, &bracket);
  return Take(&node_scratch_, base);
}

Node* Parser::ParseStructLiteral(Node* type) {
  const Token bracket = current_;
  const size_t base = field_scratch_.size();
  bool complete = true;
  while (complete && !PeekIs(K::kRightBrace)) {
    if (!ExpectPeek(K::kIdentifier, &bracket)) break;
    const NameId name = NameOf(current_);
    const uint32_t offset = current_.offset;
    complete = ExpectPeek(K::kColon);
    if (!complete) break;
    Advance();
    Node* value = ParseExpression(1);
    field_scratch_.push_back({name, offset, value});
    complete = PeekIs(K::kRightBrace) || ExpectPeek(K::kComma, &bracket);
  }
  if (complete && !silent_) ExpectPeek(K::kRightBrace, &bracket);
  const absl::Span<FieldValue> fields = Take(&field_scratch_, base);
  return New<StructLiteralNode>(bracket.offset, type, fields, NodeList(), static_cast<Node*>(nullptr));
}

}  // namespace foxvm::frontend
