// Checker: names, types and scopes of dialect B; it leaves trees that the code generator of both dialects
//      takes.
// How: one walk over the tree of one top-level statement. What it finds out it writes into the tree: a node's
//      Form, known constants in the place of their names, methods and fields as numbers, the fields of a
//      struct literal in their order, `kosong` of a missing key as the zero value. Left operands, callees and
//      containers are walked with a list, as in the code generator; all other recursion is bounded by the
//      parser's limit. A wrong expression gets the type `unknown`, which fits everywhere, so one mistake
//      gives one error.
// Source: the rules and words are those of the dialect's first compiler; docs/language.md lists them.
// Threads: one at a time.  Owns: scratch data; trees are the arena's, declarations the Declarations'.
#ifndef FOXVM_FRONTEND_TYPED_CHECKER_H_
#define FOXVM_FRONTEND_TYPED_CHECKER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "frontend/ast.h"
#include "frontend/names.h"
#include "frontend/typed/declarations.h"
#include "frontend/typed/types.h"
#include "gc/arena.h"

namespace foxvm::frontend {

// What the checker needs from the compilation around it.
class CheckerHost {
 public:
  virtual ~CheckerHost() = default;

  virtual void TypeError(const SourceFile& file, uint32_t offset, uint32_t length,
                         absl::string_view message) = 0;
  // Belongs to the error or warning before it.
  virtual void TypeNote(const SourceFile& file, uint32_t offset, uint32_t length,
                        absl::string_view message) = 0;
  virtual bool WantsWarnings(const SourceFile& file) const = 0;
  virtual void TypeWarning(const SourceFile& file, uint32_t offset, uint32_t length,
                           absl::string_view message) = 0;
  // The global that holds the function which makes a zero value of struct number `index`.
  virtual uint32_t ZeroFunction(uint32_t index) = 0;
  // The tree of the statement at `offset` of the file, for a while.
  virtual Node* ParseAgain(SourceFile& file, uint32_t offset) = 0;
};

class Checker {
 public:
  Checker(Declarations& declarations, NameTable& names, gc::Arena& arena, CheckerHost& host);

  // Sets the file that the next calls are about.
  void EnterFile(SourceFile& file) { file_ = &file; }

  // The type that the syntax stands for; kUnknownType after an error.
  TypeId ResolveType(const Node* syntax);
  // The type of a function, without its receiver.
  TypeId ResolveSignature(const Signature& signature);
  // The type of a field, variable or parameter, which cannot be void.
  TypeId ResolveValueType(const Param& param);
  void ReportError(uint32_t offset, absl::string_view message, size_t length) {
    Error(offset, message, length);
  }
  // A node for the zero value of the type.
  Node* Zero(TypeId type, uint32_t offset);
  // The same for a field of struct number `owner`: `kosong` where the value would contain its like without
  // end.
  Node* ZeroOfField(uint32_t owner, uint32_t field, uint32_t offset);
  // The type of variable number `index`, found out now if that is still to be done.
  TypeId TypeOfVariable(uint32_t index);

  // Makes variable number `index` a known constant, if its statement `node` gives it a literal as its value.
  bool DeclareConstant(uint32_t index, const VarNode& node);

  // Checks the block of a function of the top level.
  void CheckFunction(const FunctionDecl& declaration, FunctionNode& node);
  // Checks another statement of the top level, whose variables are those from number `first_variable` on.
  // Returns what is left to be compiled, or null for nothing.
  Node* CheckTopLevel(Node* statement, uint32_t first_variable);
  // The type of the expression that was a statement last.
  TypeId last_value_type() const { return last_value_type_; }

  // Whether a value of type `from` may stand where `to` is wanted.
  bool Fits(TypeId from, TypeId to);
  // Whether values of the type can be asked for equality.
  bool IsComparable(TypeId type) const;

 private:
  struct Local {
    NameId name;
    TypeId type;
    uint32_t offset;
    uint32_t function;  // how many functions are around it
    uint32_t outer;     // the name's local variable further out, or kNone
    bool is_constant;
    bool is_parameter;
    bool used = false;
    Node* fresh_each_time;  // declared in a loop by this statement; else null
  };
  // What a member that is called turned out to be.
  struct Callee {
    TypeId type = kUnknownType;  // kUnknownType: the callee is an ordinary value
    Form form = Form::kPlain;
  };
  struct FunctionState {
    TypeId result = kVoidType;
    uint32_t depth = 0;      // functions around the current place; 0: top level
    uint32_t loops = 0;      // loops around it, in the current function
    size_t block_start = 0;  // locals_ from here on are the innermost block's
  };

  // Reports (checker.cc).
  void Error(uint32_t offset, absl::string_view message, size_t length = 1);
  void Warn(uint32_t offset, absl::string_view message, size_t length = 1);
  void ErrorAtName(uint32_t offset, NameId name, absl::string_view message) {
    Error(offset, message, names_.Text(name).size());
  }
  // `; did you mean 'x'?` for a name that nothing declares, or "".
  std::string Suggestion(NameId name, bool types_only);
  std::string MemberSuggestion(TypeId type, NameId name);
  std::string NameOf(TypeId type) const { return types_.Name(type); }
  absl::string_view Text(NameId name) const { return names_.Text(name); }

  // Types (checker_types.cc).
  TypeId ResolveTypeName(const TypeNameNode& node);
  TypeId ResolveList(NodeList types);
  TypeId ResultOf(NodeList types);
  bool Implements(TypeId from, TypeId interface);
  bool IsNullable(TypeId type) const;
  bool IsKey(TypeId type) const;
  // The struct or interface whose members a value of the type has; kUnknownType if it has none.
  TypeId MemberOwner(TypeId type) const;
  void MismatchNote(TypeId from, TypeId to);

  // Scopes (checker.cc).
  // Begins a block; returns what LeaveBlock() needs.
  size_t EnterBlock();
  void LeaveBlock(size_t outer_start);
  void Declare(NameId name, uint32_t offset, TypeId type, bool is_constant, bool is_parameter, Node* fresh);
  Local* FindLocal(NameId name);

  // Statements (checker_statements.cc); each says whether nothing goes on behind it.
  bool CheckBlock(NodeList block);
  bool CheckStatements(NodeList statements);
  bool CheckStatement(Node** slot);
  bool CheckIf(IfNode& node);
  void CheckWhile(WhileNode& node);
  bool CheckSwitch(SwitchNode& node);
  void CheckCondition(Node** slot, absl::string_view what);
  void CheckReturn(ReturnNode& node);
  void CheckLocalFunction(FunctionNode& node);
  void CheckVar(VarNode& node);
  // The types of the values of a declaration or assignment, one for each of `count` names. `expected` may be
  // shorter; `what` is how the names are counted in an error.
  TypeTable::List CheckValues(NodeList values, size_t count, absl::Span<const TypeId> expected,
                              uint32_t offset, bool declares);
  TypeId DeclaredType(const VarNode& node, size_t i, TypeId declared, const TypeTable::List& values);
  Node* CheckAssign(AssignNode& node);
  void CheckMultiAssign(MultiAssignNode& node);
  // The type of what is assigned to; kUnknownType after an error.
  TypeId CheckTarget(Node** slot);
  Node* CheckGlobalVar(VarNode& node, uint32_t first_variable);
  bool RememberConstant(VariableDecl& variable, const Node* value);
  TypeId ResolveQuietly(const Node* syntax);
  void CheckBody(NameId name, FunctionNode& node, TypeId type, const Param* receiver, TypeId receiver_type);

  // Expressions (checker_expressions.cc).
  // The type of any expression; kVoidType or a list if it is a call that gives none or several values.
  TypeId CheckExpression(Node** slot, TypeId expected = kUnknownType);
  // The type of an expression that must give one value.
  TypeId CheckValue(Node** slot, TypeId expected = kUnknownType);
  // The same, which must fit `wanted`; otherwise `message` with both types.
  template <typename Message>
  void CheckFits(Node** slot, TypeId wanted, Message message);
  Node** LeftOf(Node* node);
  TypeId CheckInnermost(Node** slot, TypeId expected);
  TypeId CheckRest(Node** slot, TypeId left, bool is_callee);
  TypeId CheckIdentifier(Node** slot);
  TypeId UseDecl(Node** slot, const Decl& decl, NameId name);
  TypeId CheckInterpolation(InterpolationNode& node);
  TypeId CheckArray(ArrayNode& node, TypeId expected);
  TypeId CheckHash(HashNode& node, TypeId expected);
  TypeId CheckPrefix(Node** slot);
  TypeId CheckInfix(InfixNode& node, TypeId left);
  TypeId CheckArithmetic(InfixNode& node, TypeId left, TypeId right);
  TypeId CheckComparison(InfixNode& node, TypeId left, TypeId right);
  TypeId CheckIndex(Node** slot, TypeId container);
  TypeId CheckMember(Node** slot, TypeId object, bool is_callee);
  TypeId CheckStructLiteral(StructLiteralNode& node, TypeId expected);
  TypeId CheckFunctionLiteral(FunctionNode& node);
  Node* Literal(const ConstantValue& value, uint32_t offset);

  // Calls (checker_calls.cc).
  // Whether the call's callee is a name that is no local variable, or one of a module.
  bool IsNamedCall(const CallNode& call);
  // The declaration that the module's name in `node`, as in `conv.Itoa`, leads to.
  bool FindQualified(const IndexNode& node, Decl* decl, NameId* name);
  bool IsModule(const Node* node);
  TypeId CheckNamedCall(Node** slot);
  TypeId CheckQualified(Node** slot);
  TypeId CheckValueCall(CallNode& call, TypeId callee);
  TypeId CheckConstruction(CallNode& call, uint32_t index);
  TypeId CheckConversion(Node** slot, TypeId to);
  TypeId CheckSpecialCall(Node** slot, absl::string_view name, bool* is_special);
  TypeId CheckLength(CallNode& call);
  TypeId CheckDelete(CallNode& call);
  TypeId CheckAssert(CallNode& call);
  TypeId CheckSpawn(CallNode& call);
  TypeId CheckArguments(CallNode& call, TypeId function);
  bool HasArguments(const CallNode& call, size_t least, size_t most, absl::string_view message);
  // The same for exactly `count`, the number of parameters.
  bool HasArgumentCount(CallNode& call, size_t count);
  Node* Builtin(uint32_t index, uint32_t offset);
  Node* Global(uint32_t index, uint32_t offset);

  // A node in the arena; when that has no memory left, an error, and a node of a spare one.
  template <typename T, typename... Args>
  T* New(uint32_t offset, Args... args) {
    return static_cast<T*>(
        Made(arena_.New<T>(Node{T::kKind, TokenKind::kEof, Form::kPlain, false, offset}, args...),
             [&](gc::Arena& spare) {
               return spare.New<T>(Node{T::kKind, TokenKind::kEof, Form::kPlain, false, offset}, args...);
             }));
  }
  template <typename Again>
  Node* Made(Node* node, Again again) {
    if (node != nullptr) return node;
    ReportOutOfMemory();
    return again(spare_);
  }
  // Room for `count` of T, in the same way.
  template <typename T>
  absl::Span<T> NewArray(size_t count) {
    absl::Span<T> array = arena_.NewArray<T>(count);
    if (array.size() == count) return array;
    ReportOutOfMemory();
    return spare_.NewArray<T>(count);
  }
  void ReportOutOfMemory();

  Declarations& declarations_;
  TypeTable& types_;
  NameTable& names_;
  gc::Arena& arena_;
  gc::Arena spare_;  // of a program that is refused already
  CheckerHost& host_;
  SourceFile* file_ = nullptr;
  FunctionState state_;
  TypeId last_value_type_ = kVoidType;
  std::vector<Local> locals_;
  std::vector<uint32_t> innermost_;  // by NameId, as far as needed: its local variable, or kNone
  std::vector<Node**> spine_;
  Callee callee_;
  absl::flat_hash_map<uint64_t, bool> implements_;  // by both types
  size_t errors_ = 0;
  int quiet_ = 0;  // errors will be reported another time
  int inference_depth_ = 0;
  int hints_ = 0;
  bool out_of_memory_ = false;
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_TYPED_CHECKER_H_
