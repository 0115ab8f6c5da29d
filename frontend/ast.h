// The syntax tree of one source file: plain nodes in an arena.
// How: a node is a small struct derived from Node, told apart by `kind` (As<T>() below); lists are spans in
//      the same arena. Parentheses leave no node, `x.k` is an IndexNode with a string.
// Invariants: AS-1 every node is trivially destructible. AS-2 a tree that the parser returned without errors
//      has no null child. AS-3 its depth, not counting left operands, callees and containers, is at most
//      kMaxNesting times a small constant; whoever walks those three must not recurse.
// Threads: immutable once parsed.  Owns: nothing; the arena does.
#ifndef FOXVM_FRONTEND_AST_H_
#define FOXVM_FRONTEND_AST_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "frontend/names.h"
#include "frontend/token.h"

namespace foxvm::frontend {

enum class NodeKind : uint8_t {
  // Expressions.
  kIdentifier,
  kInteger,
  kFloat,
  kString,
  kBoolean,
  kNull,
  kInterpolation,
  kArray,
  kHash,
  kPrefix,
  kInfix,
  kIf,
  kWhile,
  kFunction,
  kCall,
  kIndex,
  // Statements.
  kExpressionStatement,
  kAssign,
  kReturn,
  kImport,
  kStruct,
  kBreak,
  kContinue,
  // Dialect B only.
  kTuple,
  kStructLiteral,
  kVar,
  kMultiAssign,
  kInterface,
  kSwitch,
  kTypeName,
  kPointerType,
  kArrayType,
  kMapType,
  kFunctionType,
  // Made by the checker of dialect B only.
  kOrElse,
};

// What the checker of dialect B has found out about a node; dialect A leaves kPlain.
enum class Form : uint8_t {
  kPlain,
  kStatement,      // IfNode, WhileNode: nobody wants its value
  kTyped,          // InfixNode: left to right; HashNode: keys in source order; FunctionNode: has no value
  kText,           // InfixNode: order of strings
  kIdentity,       // InfixNode: equality of objects
  kGlobal,         // IdentifierNode: `name` is the index of a global
  kBuiltin,        // IdentifierNode: `name` is the index of a built-in
  kElement,        // IndexNode: element of an array, value of a map
  kByte,           // IndexNode: byte of a string
  kField,          // IndexNode: the index is the IntegerNode of the field's number
  kMethod,         // CallNode: callee is an IndexNode with the object and the method's kGlobal IdentifierNode
  kInvoke,         // CallNode: callee is an IndexNode with the object and the method's StringNode
  kFresh,          // VarNode: a new variable each time, since closures keep the old ones
};

struct Node {
  NodeKind kind;
  TokenKind op;     // of PrefixNode, InfixNode and IndexNode; here because there is room
  Form form = Form::kPlain;
  bool may_fail = false;  // dialect B: an error value as its result ends the program
  uint32_t offset;  // what errors and line entries point at: of an operator, a call or an index its own token
};
static_assert(sizeof(Node) == 8);

using NodeList = absl::Span<Node*>;

struct IdentifierNode : Node {
  static constexpr NodeKind kKind = NodeKind::kIdentifier;
  NameId name;
};

struct IntegerNode : Node {
  static constexpr NodeKind kKind = NodeKind::kInteger;
  int64_t value;
};
struct FloatNode : Node {
  static constexpr NodeKind kKind = NodeKind::kFloat;
  double value;
};
struct BooleanNode : Node {
  static constexpr NodeKind kKind = NodeKind::kBoolean;
  bool value;
};
struct NullNode : Node {
  static constexpr NodeKind kKind = NodeKind::kNull;
};

struct StringNode : Node {
  static constexpr NodeKind kKind = NodeKind::kString;
  absl::string_view value;
};
struct InterpolationNode : Node {
  static constexpr NodeKind kKind = NodeKind::kInterpolation;
  NodeList parts;  // at least one
};
struct ArrayNode : Node {
  static constexpr NodeKind kKind = NodeKind::kArray;
  NodeList elements;
};

struct HashPair {
  Node* key;
  Node* value;
};
struct HashNode : Node {
  static constexpr NodeKind kKind = NodeKind::kHash;
  absl::Span<HashPair> pairs;  // in source order
};

struct PrefixNode : Node {
  static constexpr NodeKind kKind = NodeKind::kPrefix;
  Node* operand;
};
struct InfixNode : Node {
  static constexpr NodeKind kKind = NodeKind::kInfix;
  Node* left;
  Node* right;
};

struct IfBranch {
  Node* condition;
  NodeList block;
};
struct IfNode : Node {
  static constexpr NodeKind kKind = NodeKind::kIf;
  absl::Span<IfBranch> branches;  // `jika` and every `atau_jika`
  bool has_else;
  NodeList else_block;
};
struct WhileNode : Node {
  static constexpr NodeKind kKind = NodeKind::kWhile;
  Node* condition;
  NodeList block;
};
struct Signature;  // below
struct FunctionNode : Node {
  static constexpr NodeKind kKind = NodeKind::kFunction;
  NameId name;  // kNoName if it has none
  absl::Span<const NameId> params;
  NodeList block;
  Signature* signature;  // dialect B; else null
};
struct CallNode : Node {
  static constexpr NodeKind kKind = NodeKind::kCall;
  Node* callee;
  NodeList arguments;
};
struct IndexNode : Node {
  static constexpr NodeKind kKind = NodeKind::kIndex;
  Node* container;
  Node* index;
};

struct ExpressionStatementNode : Node {
  static constexpr NodeKind kKind = NodeKind::kExpressionStatement;
  Node* expression;
};
struct AssignNode : Node {
  static constexpr NodeKind kKind = NodeKind::kAssign;
  Node* target;
  Node* value;
};
struct ReturnNode : Node {
  static constexpr NodeKind kKind = NodeKind::kReturn;
  Node* value;  // null: dialect B's `kembali` without one
};
// `ambil "p"` without names, `dari "p" ambil a, b` with them.
struct ImportNode : Node {
  static constexpr NodeKind kKind = NodeKind::kImport;
  absl::string_view path;  // as written
  NameId base_name;        // what `ambil` binds
  absl::Span<const NameId> names;
};
struct Param;  // below
struct StructNode : Node {
  static constexpr NodeKind kKind = NodeKind::kStruct;
  NameId name;
  absl::Span<const NameId> fields;
  absl::Span<const Param> typed_fields;  // dialect B; `fields` is empty then
};

// Dialect B. Types are nodes, too; `type` members are one of them or null.
struct TypeNameNode : Node {
  static constexpr NodeKind kKind = NodeKind::kTypeName;
  NameId module;  // kNoName if the name stands alone
  NameId name;
};
struct PointerTypeNode : Node {
  static constexpr NodeKind kKind = NodeKind::kPointerType;
  Node* target;
};
struct ArrayTypeNode : Node {
  static constexpr NodeKind kKind = NodeKind::kArrayType;
  Node* element;
};
struct MapTypeNode : Node {
  static constexpr NodeKind kKind = NodeKind::kMapType;
  Node* key;
  Node* value;
};
struct FunctionTypeNode : Node {
  static constexpr NodeKind kKind = NodeKind::kFunctionType;
  NodeList params;
  NodeList results;
};

// A name with a type: parameter, field, receiver.
struct Param {
  NameId name;
  uint32_t offset;
  Node* type;
};
// A name where it is declared.
struct DeclaredName {
  NameId name;
  uint32_t offset;
};
struct Signature {
  absl::Span<const Param> params;
  NodeList results;         // types
  const Param* receiver;    // null: no method
  uint32_t name_offset;     // of the function's name, else of `fungsi`
  bool is_native;
};

struct TupleNode : Node {
  static constexpr NodeKind kKind = NodeKind::kTuple;
  NodeList elements;  // two at least
};
struct FieldValue {
  NameId name;
  uint32_t offset;
  Node* value;
};
struct StructLiteralNode : Node {
  static constexpr NodeKind kKind = NodeKind::kStructLiteral;
  Node* type;  // IdentifierNode, or IndexNode of a module's name
  absl::Span<FieldValue> fields;
  // By the checker: the values of all fields, in the order of their declaration; or else `zero`, which makes
  // a structure whose `fields`, whose names are numbers then, are set one by one.
  NodeList values;
  Node* zero;
};
// `var a, b T = v, w` and `tetapan`.
struct VarNode : Node {
  static constexpr NodeKind kKind = NodeKind::kVar;
  absl::Span<const DeclaredName> names;
  Node* type;       // may be null
  NodeList values;  // none, one for all, or one for each name
  bool is_constant;
};
struct MultiAssignNode : Node {
  static constexpr NodeKind kKind = NodeKind::kMultiAssign;
  NodeList targets;  // two at least
  NodeList values;
};
struct MethodSignature {
  DeclaredName name;
  Signature* signature;
};
struct InterfaceNode : Node {
  static constexpr NodeKind kKind = NodeKind::kInterface;
  NameId name;
  absl::Span<const MethodSignature> methods;
};
struct SwitchCase {
  NodeList values;
  NodeList block;
};
struct SwitchNode : Node {
  static constexpr NodeKind kKind = NodeKind::kSwitch;
  Node* subject;
  absl::Span<SwitchCase> cases;
  bool has_else;
  NodeList else_block;
};
// `value`, or `otherwise` if that is `kosong`.
struct OrElseNode : Node {
  static constexpr NodeKind kKind = NodeKind::kOrElse;
  Node* value;
  Node* otherwise;
};

// `node` as its own type; node->kind must say so.
template <typename T>
const T& As(const Node* node) {
  return *static_cast<const T*>(node);
}
template <typename T>
T& Mutable(Node* node) {
  return *static_cast<T*>(node);
}
template <typename T>
bool Is(const Node* node) {
  return node->kind == T::kKind;
}

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_AST_H_
