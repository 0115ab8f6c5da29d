#include "frontend/dump.h"

#include <cstdint>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "frontend/ast.h"
#include "frontend/diagnostic.h"
#include "frontend/lexer.h"
#include "frontend/names.h"
#include "frontend/parser.h"
#include "frontend/source.h"
#include "gc/arena.h"

namespace foxvm::frontend {

namespace {

using K = TokenKind;

// Stands for a name or a type that is not there.
constexpr absl::string_view kAbsent = "-";

// Appends `text` on one line. Bytes from 0x80 on stay, since they are parts of letters.
void AppendEscaped(absl::string_view text, std::string* out) {
  for (const char c : text) {
    const unsigned char byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"':
      case '\\':
        out->push_back('\\');
        out->push_back(c);
        break;
      case '\n':
        out->append("\\n");
        break;
      case '\t':
        out->append("\\t");
        break;
      case '\r':
        out->append("\\r");
        break;
      default:
        if (byte < 0x20 || byte == 0x7f) {
          absl::StrAppend(out, "\\x", absl::Hex(byte, absl::kZeroPad2));
        } else {
          out->push_back(c);
        }
    }
  }
}

bool IsWord(absl::string_view text) {
  if (text.empty() || absl::ascii_isdigit(static_cast<unsigned char>(text[0]))) return false;
  for (const char c : text) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '_') return false;
  }
  return true;
}

absl::string_view OperatorName(K op) {
  if (op == K::kDan) return "dan";
  return op == K::kAtau ? "atau" : TokenName(op);
}

// Writes trees to a text, each word and list with a blank before it but the first of a line.
class TreeWriter {
 public:
  TreeWriter(absl::string_view source, const NameTable& names, std::string* out)
      : source_(source), names_(names), out_(out) {}

  void Line(const Node* statement) {
    gap_ = "";
    Statement(statement);
    out_->push_back('\n');
  }

 private:
  void Word(absl::string_view text) {
    absl::StrAppend(out_, gap_, text);
    gap_ = " ";
  }
  void Begin(absl::string_view head) {
    absl::StrAppend(out_, gap_, "(", head);
    gap_ = " ";
  }
  void End() { out_->push_back(')'); }
  void Quoted(absl::string_view text) {
    Word("\"");
    AppendEscaped(text, out_);
    out_->push_back('"');
  }
  // In dialect A every token may be the name of a parameter.
  void Text(absl::string_view name) { IsWord(name) ? Word(name) : Quoted(name); }
  void Name(NameId name) { name == kNoName ? Word(kAbsent) : Text(names_.Text(name)); }
  void Names(absl::string_view head, absl::Span<const NameId> names);

  void Statement(const Node* node);
  void Block(absl::string_view head, NodeList block);
  // Expressions.
  void Tree(const Node* node);
  void Trees(absl::string_view head, NodeList list);
  void OpenSpine(const Node* node);
  void RestOfSpine(const Node* node);
  void Innermost(const Node* node);
  void Float(const Node* node);
  void Hash(const HashNode& node);
  void If(const IfNode& node);
  void Function(const FunctionNode& node);
  void StructLiteral(const StructLiteralNode& node);
  // Declarations.
  void Import(const ImportNode& node);
  void Struct(const StructNode& node);
  void Variables(const VarNode& node);
  void Interface(const InterfaceNode& node);
  void Switch(const SwitchNode& node);
  void ParamOf(const Param& param);
  void SignatureOf(const Signature& signature);
  void Type(const Node* node);
  void Types(absl::string_view head, NodeList types);

  const absl::string_view source_;
  const NameTable& names_;
  std::string* const out_;
  absl::string_view gap_;
  std::vector<const Node*> spine_;  // begun, innermost last
};

// The operand that chains grow at, or null.
const Node* LeftOf(const Node* node) {
  switch (node->kind) {
    case NodeKind::kInfix:
      return As<InfixNode>(node).left;
    case NodeKind::kCall:
      return As<CallNode>(node).callee;
    case NodeKind::kIndex:
      return As<IndexNode>(node).container;
    default:
      return nullptr;
  }
}

void TreeWriter::Names(absl::string_view head, absl::Span<const NameId> names) {
  Begin(head);
  for (const NameId name : names) Name(name);
  End();
}

void TreeWriter::Block(absl::string_view head, NodeList block) {
  Begin(head);
  for (const Node* statement : block) Statement(statement);
  End();
}

void TreeWriter::Statement(const Node* node) {
  switch (node->kind) {
    case NodeKind::kExpressionStatement:
      Begin("expr");
      Tree(As<ExpressionStatementNode>(node).expression);
      return End();
    case NodeKind::kAssign:
      Begin("=");
      Tree(As<AssignNode>(node).target);
      Tree(As<AssignNode>(node).value);
      return End();
    case NodeKind::kMultiAssign:
      Begin("=");
      Trees("targets", As<MultiAssignNode>(node).targets);
      Trees("values", As<MultiAssignNode>(node).values);
      return End();
    case NodeKind::kReturn:
      Begin("return");
      if (As<ReturnNode>(node).value != nullptr) Tree(As<ReturnNode>(node).value);
      return End();
    case NodeKind::kImport:
      return Import(As<ImportNode>(node));
    case NodeKind::kStruct:
      return Struct(As<StructNode>(node));
    case NodeKind::kVar:
      return Variables(As<VarNode>(node));
    case NodeKind::kInterface:
      return Interface(As<InterfaceNode>(node));
    case NodeKind::kSwitch:
      return Switch(As<SwitchNode>(node));
    default:
      Begin(node->kind == NodeKind::kBreak ? "break" : "continue");
      End();
  }
}

void TreeWriter::Tree(const Node* node) {
  const size_t base = spine_.size();
  for (const Node* left = LeftOf(node); left != nullptr; left = LeftOf(node)) {
    OpenSpine(node);
    spine_.push_back(node);
    node = left;
  }
  Innermost(node);
  while (spine_.size() > base) {
    node = spine_.back();
    spine_.pop_back();
    RestOfSpine(node);
    End();
  }
}

void TreeWriter::Trees(absl::string_view head, NodeList list) {
  Begin(head);
  for (const Node* node : list) Tree(node);
  End();
}

void TreeWriter::OpenSpine(const Node* node) {
  switch (node->kind) {
    case NodeKind::kInfix:
      return Begin(OperatorName(node->op));
    case NodeKind::kCall:
      return Begin("call");
    default:
      return Begin(node->op == K::kDot ? "dot" : "index");
  }
}

void TreeWriter::RestOfSpine(const Node* node) {
  switch (node->kind) {
    case NodeKind::kInfix:
      return Tree(As<InfixNode>(node).right);
    case NodeKind::kCall:
      for (const Node* argument : As<CallNode>(node).arguments) Tree(argument);
      return;
    default:
      break;
  }
  const Node* const index = As<IndexNode>(node).index;
  node->op == K::kDot ? Text(As<StringNode>(index).value) : Tree(index);
}

void TreeWriter::Innermost(const Node* node) {
  switch (node->kind) {
    case NodeKind::kIdentifier:
      return Name(As<IdentifierNode>(node).name);
    case NodeKind::kInteger:
      return Word(absl::StrCat(As<IntegerNode>(node).value));
    case NodeKind::kFloat:
      return Float(node);
    case NodeKind::kString:
      return Quoted(As<StringNode>(node).value);
    case NodeKind::kBoolean:
      return Word(As<BooleanNode>(node).value ? "benar" : "salah");
    case NodeKind::kNull:
      return Word("kosong");
    case NodeKind::kInterpolation:
      return Trees("text", As<InterpolationNode>(node).parts);
    case NodeKind::kArray:
      return Trees("array", As<ArrayNode>(node).elements);
    case NodeKind::kTuple:
      return Trees("tuple", As<TupleNode>(node).elements);
    case NodeKind::kHash:
      return Hash(As<HashNode>(node));
    case NodeKind::kPrefix:
      Begin(OperatorName(node->op));
      Tree(As<PrefixNode>(node).operand);
      return End();
    case NodeKind::kIf:
      return If(As<IfNode>(node));
    case NodeKind::kWhile:
      Begin("selama");
      Tree(As<WhileNode>(node).condition);
      Block("block", As<WhileNode>(node).block);
      return End();
    case NodeKind::kFunction:
      return Function(As<FunctionNode>(node));
    default:
      return StructLiteral(As<StructLiteralNode>(node));
  }
}

void TreeWriter::Float(const Node* node) {
  const auto is_digit = [&](size_t at) {
    return at < source_.size() && absl::ascii_isdigit(static_cast<unsigned char>(source_[at]));
  };
  size_t end = node->offset;
  while (is_digit(end)) ++end;
  ++end;  // the dot
  while (is_digit(end)) ++end;
  Word(source_.substr(node->offset, end - node->offset));
}

void TreeWriter::Hash(const HashNode& node) {
  Begin("hash");
  for (const HashPair& pair : node.pairs) {
    Begin("pair");
    Tree(pair.key);
    Tree(pair.value);
    End();
  }
  End();
}

void TreeWriter::If(const IfNode& node) {
  Begin("jika");
  for (const IfBranch& branch : node.branches) {
    Tree(branch.condition);
    Block("block", branch.block);
  }
  if (node.has_else) Block("else", node.else_block);
  End();
}

void TreeWriter::Function(const FunctionNode& node) {
  Begin("fungsi");
  Name(node.name);
  if (node.signature == nullptr) {
    Names("params", node.params);
    Block("block", node.block);
  } else {
    SignatureOf(*node.signature);
    node.signature->is_native ? Word("native") : Block("block", node.block);
  }
  End();
}

void TreeWriter::StructLiteral(const StructLiteralNode& node) {
  Begin("new");
  Tree(node.type);
  for (const FieldValue& field : node.fields) {
    Begin("field");
    Name(field.name);
    Tree(field.value);
    End();
  }
  End();
}

void TreeWriter::Import(const ImportNode& node) {
  Begin("import");
  Quoted(node.path);
  for (const NameId name : node.names) Name(name);
  End();
}

void TreeWriter::Struct(const StructNode& node) {
  Begin("struct");
  Name(node.name);
  for (const NameId field : node.fields) Name(field);
  for (const Param& field : node.typed_fields) ParamOf(field);
  End();
}

void TreeWriter::Variables(const VarNode& node) {
  Begin(node.is_constant ? "tetapan" : "var");
  Begin("names");
  for (const DeclaredName& name : node.names) Name(name.name);
  End();
  node.type == nullptr ? Word(kAbsent) : Type(node.type);
  for (const Node* value : node.values) Tree(value);
  End();
}

void TreeWriter::Interface(const InterfaceNode& node) {
  Begin("interface");
  Name(node.name);
  for (const MethodSignature& method : node.methods) {
    Begin("method");
    Name(method.name.name);
    SignatureOf(*method.signature);
    End();
  }
  End();
}

void TreeWriter::Switch(const SwitchNode& node) {
  Begin("pilih");
  Tree(node.subject);
  for (const SwitchCase& branch : node.cases) {
    Trees("values", branch.values);
    Block("block", branch.block);
  }
  if (node.has_else) Block("else", node.else_block);
  End();
}

void TreeWriter::ParamOf(const Param& param) {
  Begin("name");
  Name(param.name);
  Type(param.type);
  End();
}

void TreeWriter::SignatureOf(const Signature& signature) {
  if (signature.receiver != nullptr) {
    Begin("receiver");
    ParamOf(*signature.receiver);
    End();
  }
  Begin("params");
  for (const Param& param : signature.params) ParamOf(param);
  End();
  Types("results", signature.results);
}

void TreeWriter::Type(const Node* node) {
  switch (node->kind) {
    case NodeKind::kTypeName: {
      const TypeNameNode& type = As<TypeNameNode>(node);
      if (type.module == kNoName) return Name(type.name);
      return Word(absl::StrCat(names_.Text(type.module), ".", names_.Text(type.name)));
    }
    case NodeKind::kPointerType:
      Begin("*");
      Type(As<PointerTypeNode>(node).target);
      return End();
    case NodeKind::kArrayType:
      Begin("[]");
      Type(As<ArrayTypeNode>(node).element);
      return End();
    case NodeKind::kMapType:
      Begin("map");
      Type(As<MapTypeNode>(node).key);
      Type(As<MapTypeNode>(node).value);
      return End();
    default:
      Begin("fungsi");
      Types("params", As<FunctionTypeNode>(node).params);
      Types("results", As<FunctionTypeNode>(node).results);
      return End();
  }
}

void TreeWriter::Types(absl::string_view head, NodeList types) {
  Begin(head);
  for (const Node* type : types) Type(type);
  End();
}

}  // namespace

std::optional<std::string> DumpTokens(absl::string_view text, Dialect dialect) {
  if (text.size() > kMaxSourceBytes) return std::nullopt;
  const Source source("", text);
  Lexer lexer(text, dialect);
  std::string out;
  Token token;
  do {
    token = lexer.Next();
    const Position position = source.PositionAt(token.offset);
    const absl::string_view kind =
        token.kind == K::kUnterminatedString ? "UNTERMINATED" : TokenName(token.kind);
    absl::StrAppend(&out, position.line, ":", position.column, " ", kind, token.space_before ? " + " : " - ");
    AppendEscaped(text.substr(token.offset, token.length), &out);
    out.push_back('\n');
  } while (token.kind != K::kEof);
  return out;
}

std::optional<std::string> DumpTrees(absl::string_view text, Dialect dialect) {
  if (text.size() > kMaxSourceBytes) return std::nullopt;
  const Source source("", text);
  gc::Arena arena;
  NameTable names;
  DiagnosticList errors;
  Parser parser(source, arena, names, errors, ErrorStyle::kHelpful, dialect);
  std::string out;
  TreeWriter writer(text, names, &out);
  while (!parser.AtEnd()) {
    const gc::Arena::Mark mark = arena.Save();
    const Node* const statement = parser.ParseNext();
    if (errors.error_count() > 0) return std::nullopt;
    writer.Line(statement);
    arena.Rewind(mark);
  }
  // What the parser's first look at the text may have found.
  if (errors.error_count() > 0) return std::nullopt;
  return out;
}

}  // namespace foxvm::frontend
