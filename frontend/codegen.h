// Codegen: the syntax tree of one source file to bytecode, in one walk.
// How: emits exactly what the reference compiler emits, constants included; names are resolved in source
//      order while code is written. Left operands, callees and containers are walked with a list; all other
//      recursion is bounded by the parser's nesting limit plus what the importing files have open.
// Invariants: CG-1 after an error code goes on being written, with depths as if there had been none, so that
//      further errors are found; the module is then thrown away. CG-2 a statement leaves the operand depth as
//      it found it.
// Threads: one at a time.  Owns: scratch data; what it writes belongs to the ProgramBuilder.
#ifndef FOXVM_FRONTEND_CODEGEN_H_
#define FOXVM_FRONTEND_CODEGEN_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "frontend/ast.h"
#include "frontend/emitter.h"
#include "frontend/names.h"
#include "frontend/program_builder.h"
#include "frontend/scope.h"
#include "frontend/source.h"
#include "gc/arena.h"

namespace foxvm::frontend {

// What the code generator needs from the compilation around it.
class CodegenHost {
 public:
  virtual ~CodegenHost() = default;

  // An error about `length` bytes at `offset`. `hint` continues the message where the reference's own words
  // are not asked for.
  virtual void CompileError(const Source& source, uint32_t offset, uint32_t length, absl::string_view message,
                            absl::string_view hint) = 0;
  // Whether warnings about the program itself are wanted.
  virtual bool WantsWarnings() const = 0;
  virtual void CompileWarning(const Source& source, uint32_t offset, uint32_t length,
                              absl::string_view message) = 0;
  // The constant of the module `path` (as written), compiled now if this is its first import. `nesting` is
  // the importing generator's. Errors are reported by the host; the constant is valid even then.
  virtual uint32_t ImportConstant(absl::string_view path, const Source& importer, uint32_t offset,
                                  int nesting) = 0;
  // The global variable that holds the host's function `name`, if the host has one.
  virtual std::optional<uint32_t> HostGlobal(absl::string_view name) = 0;
};

class Codegen {
 public:
  // Most operands that one `berhenti` or `lanjut` may drop: each costs an instruction at every such
  // statement.
  static constexpr int64_t kMaxDroppedOperands = 255;
  // Most captures of one source file: a name used through n nested functions is captured n times.
  static constexpr size_t kMaxCaptures = size_t{1} << 22;

  // `nesting` is the importer's, 0 for the program; all arguments outlive the generator.
  Codegen(const Source& source, const NameTable& names, gc::Arena& arena, uint32_t file, int nesting,
          ProgramBuilder& program, CodegenHost& host);

  // Begins the program itself: the main code, whose top-level names are globals. The first globals are
  // `predefined`; with any of them a name keeps its variable when it is defined again.
  void BeginMain(absl::Span<const NameId> predefined);
  // Begins an imported file: a function without parameters that returns the hash of its exports.
  void BeginModule();
  // Compiles the next statement of the top level, whose tree is not needed afterwards.
  void CompileStatement(const Node* statement);
  // The same for the last statement of a main code with predefined globals: the value of an expression is
  // stored in the first of them and printed unless it is null.
  void CompileLast(const Node* statement);
  void FinishMain();

  // Dialect B (codegen_typed.cc): the checker has been over all trees. The next calls are about `source`,
  // file number `file` of the module.
  void EnterFile(const Source& source, uint32_t file);
  // Each adds to the main code what stores into `global`: a schema, a function; the latter also makes it a
  // method of the schema in `schema_global` unless that is kNoGlobal.
  void DefineStruct(NameId name, absl::Span<const NameId> fields, uint32_t global);
  void DefineFunction(const FunctionNode& function, absl::string_view display_name, uint32_t global,
                      uint32_t schema_global);
  static constexpr uint32_t kNoGlobal = UINT32_MAX;
  // Adds a function to the main code that makes a structure out of `fields`, and stores it into `global`.
  void DefineZero(absl::string_view display_name, uint32_t schema_global, NodeList fields, uint32_t global);
  // Adds to the main code what stores the value into `global`.
  void DefineGlobal(const Node* value, uint32_t global);
  // Between the two CompileStatement() is given the file's own statements; they become a function that
  // EndBody() leaves on the main code's stack.
  void BeginBody();
  void EndBody(absl::string_view display_name);
  // Calls the function that EndBody() has left.
  void CallBody();
  void CallGlobal(uint32_t global);
  // Returns the module's constant. `path` is its name.
  uint32_t FinishModule(absl::string_view path);

 private:
  using Opcode = bytecode::Opcode;

  struct Loop {
    uint32_t start;
    Emitter::Jump breaks;
    int64_t depth;  // of operands at a statement of the body
    bool has_value;
  };
  struct KeyedPair {
    absl::string_view text;
    const HashPair* pair;
  };

  // How far a block has come.
  struct BlockState {
    bool leaves = false;  // nothing goes on behind the last statement
    bool warned = false;  // that has been said
  };

  // Statements (codegen.cc).
  void EmitBlock(NodeList statements);
  void EmitInBlock(const Node* statement, BlockState* state);
  // A block whose value is left on the stack.
  void EmitValueBlock(NodeList statements);
  void EmitStatement(const Node* node);
  void EmitExpressionStatement(const Node* expression);
  void EmitAssign(const AssignNode& node);
  void EmitLoopExit(const Node* node);
  void EmitStruct(const StructNode& node);
  void EmitImport(const ImportNode& node);
  void NoteExport(const Node* statement);
  void EmitExports();
  void EmitResult(const Node* expression);
  void EmitStore(const Symbol& symbol);
  // `offset` is the definition's, for warnings.
  Symbol Define(NameId name, uint32_t offset);
  void EmitFunction(const FunctionNode& node, absl::string_view display_name);
  absl::string_view DisplayName(NameId name) const { return name == kNoName ? "" : names_.Text(name); }
  void BeginFunction();
  // Ends the function begun last and adds it to the constants. Dialect A's functions give the value of their
  // last statement.
  uint32_t EndFunction(bytecode::UnitView function, uint32_t offset);
  void CheckFrame(uint32_t locals, uint32_t offset);

  // Expressions (codegen_expressions.cc).
  void EmitExpression(const Node* node);
  // An expression without operands, at once. False if `node` is no such one.
  bool EmitLeaf(const Node* node);
  // The operand of `node` to be walked first without recursion, or null. Emits what comes before it.
  const Node* BeginLeft(const Node* node);
  void EmitInnermost(const Node* node);
  // What comes after the operand that BeginLeft() gave.
  void EmitRest(const Node* node);
  // The instruction of an infix operator other than `dan` and `atau`.
  static Opcode InfixOpcode(TokenKind op);
  void EmitInfixRest(const InfixNode& node);
  void EmitLogical(const InfixNode& node);
  void EmitIdentifier(const IdentifierNode& node);
  void EmitInterpolation(const InterpolationNode& node);
  void EmitArray(NodeList elements);
  void EmitLongArray(NodeList elements);
  void EmitHash(const HashNode& node);
  void EmitIf(const IfNode& node);
  void EmitWhile(const WhileNode& node);

  // Dialect B (codegen_typed.cc).
  void EmitVar(const VarNode& node);
  void EmitValues(NodeList values, size_t count);
  void EmitTypedAssign(const AssignNode& node);
  void EmitMultiAssign(const MultiAssignNode& node);
  // Stores the top of the stack.
  void EmitStoreTo(const IdentifierNode& target);
  // What stands before the value when an element or field is assigned to, and the store itself.
  void EmitPlace(const IndexNode& target);
  void EmitStoreToPlace(const IndexNode& target);
  void EmitSwitch(const SwitchNode& node);
  void EmitStructLiteral(const StructLiteralNode& node);
  void EmitOtherwise(const OrElseNode& node);
  void EmitTypedHash(const HashNode& node);
  void EmitTypedCall(const CallNode& node);
  void EmitTypedOperator(const InfixNode& node);
  void EmitLocalFunction(const FunctionNode& node);
  void EmitCheck(const Node* node) {
    if (node->may_fail) out_->Emit(Opcode::kCheck);
  }
  Symbol DefineLocal(NameId name);

  void EmitConstant(uint32_t constant) { out_->EmitU16(Opcode::kLoadConst, constant, 1); }
  void EmitNull() { EmitConstant(program_.AddNull()); }
  void Mark(uint32_t offset) { out_->MarkPosition(source_->PositionAt(offset)); }
  void Error(uint32_t offset, absl::string_view message) {
    host_.CompileError(*source_, offset, 1, message, "");
  }

  // Hints and warnings (codegen_hints.cc).
  void ReportUndefined(const IdentifierNode& node);
  void Warn(uint32_t offset, uint32_t length, absl::string_view message);
  void WarnOfHiddenBuiltin(NameId name, uint32_t offset);
  void WarnOfUnreachable(const Node* statement);
  // Warns of the local variables defined since `first` that nobody reads.
  void WarnOfUnused(size_t first);
  void NoteFieldRead(const IndexNode& node);
  // Warns of the fields read that look like a misspelling of a text the program has, and that it has nowhere
  // else: no structure, hash or assignment can have given them.
  void WarnOfUnknownFields();

  // A local variable that may turn out to be unused.
  struct Definition {
    NameId name;
    uint32_t offset;
    uint32_t reads;  // of the name, when it was defined
  };

  const Source* source_;
  const NameTable& names_;
  gc::Arena& arena_;
  uint32_t file_;
  int nesting_;
  ProgramBuilder& program_;
  CodegenHost& host_;
  Scopes scopes_;
  std::vector<std::unique_ptr<Emitter>> emitters_;  // one per open code unit; those behind it are kept
  size_t open_units_ = 0;
  Emitter* out_ = nullptr;  // the innermost open unit
  std::vector<Loop> loops_;
  size_t first_loop_ = 0;  // loops_ from here on belong to the innermost open unit
  std::vector<const Node*> spine_;
  std::vector<KeyedPair> pair_scratch_;
  std::vector<bool> reported_;  // by NameId, as far as needed: known to be undefined
  struct Export {
    NameId name;
    uint32_t offset;
  };
  std::vector<Export> exports_;  // without repeats, in source order
  std::vector<bool> exported_;   // by NameId, as far as needed
  BlockState top_;
  bool is_module_ = false;
  bool typed_ = false;
  bool captures_reported_ = false;
  int hints_ = 0;  // suggestions looked for so far
  bool shared_globals_ = false;
  bool warn_ = false;
  bool leaves_ = false;  // nothing goes on behind the block, or the `jika`, that was written last
  std::vector<uint32_t> reads_;  // by NameId; kept up with warn_ only
  std::vector<Definition> definitions_;
  struct FieldRead {
    std::string field;
    uint32_t offset;  // of the dot or bracket
  };
  std::vector<FieldRead> field_reads_;
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_CODEGEN_H_
