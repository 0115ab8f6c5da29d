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
};

struct Node {
  NodeKind kind;
  TokenKind op;     // of PrefixNode and InfixNode; here because there is room
  uint32_t offset;  // what errors and line entries point at: of an operator, a call or an index its own token
};
static_assert(sizeof(Node) == 8);

using NodeList = absl::Span<Node* const>;

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
  absl::Span<const HashPair> pairs;  // in source order
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
  absl::Span<const IfBranch> branches;  // `jika` and every `atau_jika`
  bool has_else;
  NodeList else_block;
};
struct WhileNode : Node {
  static constexpr NodeKind kKind = NodeKind::kWhile;
  Node* condition;
  NodeList block;
};
struct FunctionNode : Node {
  static constexpr NodeKind kKind = NodeKind::kFunction;
  NameId name;  // kNoName if it has none
  absl::Span<const NameId> params;
  NodeList block;
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
  Node* value;
};
// `ambil "p"` without names, `dari "p" ambil a, b` with them.
struct ImportNode : Node {
  static constexpr NodeKind kKind = NodeKind::kImport;
  absl::string_view path;  // as written
  NameId base_name;        // what `ambil` binds
  absl::Span<const NameId> names;
};
struct StructNode : Node {
  static constexpr NodeKind kKind = NodeKind::kStruct;
  NameId name;
  absl::Span<const NameId> fields;
};

// `node` as its own type; node->kind must say so.
template <typename T>
const T& As(const Node* node) {
  return *static_cast<const T*>(node);
}
template <typename T>
bool Is(const Node* node) {
  return node->kind == T::kKind;
}

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_AST_H_
