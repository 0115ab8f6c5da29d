// ProgramWriter: the state of one generation: names in scope, what is left to spend, and the text of
// statements and expressions. Inside of generator.h; program_statements.cc and program_expressions.cc share
// it. Threads: one thread.
#ifndef FOXVM_TESTS_PROGRAMS_PROGRAM_WRITER_H_
#define FOXVM_TESTS_PROGRAMS_PROGRAM_WRITER_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/programs/decisions.h"
#include "tests/programs/generator.h"

namespace foxvm::programs {

// What an expression is wanted for; it may turn out as something else.
enum class Kind { kInt, kFloat, kBool, kString, kArray, kHash, kStruct, kFunction, kAny };
inline constexpr uint32_t kKindCount = 9;

// How an expression must be written as an operand.
enum class Form {
  kAtom,        // needs no parentheses anywhere
  kArithmetic,  // operands of the same level as the result: parentheses change the value, not what it may
                // hold
  kOther,
};

struct Expression {
  std::string text;
  Form form = Form::kAtom;
  bool grows = false;  // longer than its parts: cut it before keeping it
};

// Containers of level n hold values of lower levels; 0 holds nothing.
inline constexpr int kMaxLevel = 3;
// Of parameters, arguments and results.
inline constexpr int kCallLevel = 2;

struct Variable {
  std::string name;
  Kind kind = Kind::kAny;
  int level = 0;
  int arity = 0;         // kFunction: parameters; a schema: fields
  bool schema = false;   // calling it makes a struct
  bool writable = true;  // loop counters and functions that others rely on are not
};

class ProgramWriter {
 public:
  explicit ProgramWriter(Decisions& decisions) : decisions_(decisions) {}
  GeneratedProgram Program();

 private:
  using Filter = std::function<bool(const Variable&)>;

  // One function being written; the first is the main code.
  struct Scope {
    std::vector<Variable> variables;
    bool calls = false;  // needs fuel
    int loops = 0;       // open loops
  };

  uint32_t Below(uint32_t bound) { return decisions_.Below(bound); }
  bool Chance(uint32_t percent) { return decisions_.Chance(percent); }
  std::string Fresh(absl::string_view prefix);
  const Variable* PickVariable(const Filter& filter);
  Variable& Define(Variable variable);
  Kind AnyKind() { return static_cast<Kind>(Below(kKindCount)); }
  int AnyLevel();

  // A file: the helpers, then statements.
  std::string FileStart(uint32_t statements);

  // program_statements.cc. A block's statements go to `out`, each a line; loop counters are set up there too.
  void Block(int statements, std::string* out);
  void Statement(std::string* out);
  void Assign(std::string* out);
  void Print(std::string* out);
  void If(std::string* out);
  void While(std::string* out);
  void StoreElement(std::string* out);
  void NamedFunction(std::string* out);
  void PrintCall(const std::string& function, int arity, std::string* out);
  void Schema(std::string* out);
  void LeaveLoopOrFunction(std::string* out);
  void SharedCounter(std::string* out);
  void SelfReference(std::string* out);
  void RawMemory(std::string* out);
  void Atom(std::string* out);
  void Import(std::string* out);
  void ExpressionStatement(std::string* out);
  std::string Optional(absl::string_view text) { return Chance(50) ? std::string(text) : ""; }
  std::string FunctionText(absl::string_view name, int* arity);
  std::string IfText(std::string* before);
  std::string WhileText(std::string* before);

  // program_expressions.cc. The result's level is at most `level`. Statements that must run first go to
  // `before`.
  Expression Make(Kind kind, int level, int depth, std::string* before);
  Expression Leaf(Kind kind, int level);
  Expression Int(int level, int depth, std::string* before);
  Expression Float(int level, int depth, std::string* before);
  Expression Bool(int level, int depth, std::string* before);
  Expression String(int level, int depth, std::string* before);
  Expression Array(int level, int depth, std::string* before);
  Expression Hash(int level, int depth, std::string* before);
  Expression Struct(int level, int depth, std::string* before);
  Expression Function(int level, int depth, std::string* before);
  Expression Any(int level, int depth, std::string* before);
  Expression Error(int depth, std::string* before);
  Expression Binary(absl::string_view op, Kind left, Kind right, int level, int depth, std::string* before);
  Expression Comparison(int depth, std::string* before);
  Expression Logic(Kind kind, int level, int depth, std::string* before);
  Expression Index(int level, int depth, std::string* before);
  Expression Call(int depth, std::string* before);
  Expression Interpolation(int depth, std::string* before);
  // Written so that it can be kept for any time.
  std::string Kept(Kind kind, int level, int depth, std::string* before);
  // Written as one argument or operand of kind `kind`.
  std::string Argument(Kind kind, int depth, std::string* before);

  Decisions& decisions_;
  std::vector<Scope> scopes_;
  std::vector<Variable> exports_;  // what the module has at its top level
  bool has_module_ = false;
  int budget_ = 0;  // expressions and statements that may still be written
  int names_ = 0;
  int block_depth_ = 0;
};

// `e` as an operand of something that binds tighter than any binary operator.
std::string AsAtom(const Expression& e);

}  // namespace foxvm::programs

#endif  // FOXVM_TESTS_PROGRAMS_PROGRAM_WRITER_H_
