// Parser: tokens to a syntax tree; precedence climbing with one token of lookahead.
// How: recursive for what nests, with one limit on the depth; iterative for left operands, `atau_jika` chains
//      and statement lists, which are long in real programs. After an error it goes on where it is, without
//      resynchronising, because the reference does and its follow-up errors are compared.
// Invariants: PS-1 the C++ stack in use is bounded by kMaxNesting (limits.h) whatever the input. PS-2 time is
//      linear.
// Threads: one at a time.  Owns: scratch lists; nodes are the arena's.
#ifndef FOXVM_FRONTEND_PARSER_H_
#define FOXVM_FRONTEND_PARSER_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "frontend/ast.h"
#include "frontend/diagnostic.h"
#include "frontend/lexer.h"
#include "frontend/names.h"
#include "frontend/source.h"
#include "frontend/token.h"
#include "gc/arena.h"

namespace foxvm::frontend {

class Parser {
 public:
  // All arguments outlive the tree. With `one_error_per_line` only the first error of each line is reported.
  Parser(const Source& source, gc::Arena& arena, NameTable& names, DiagnosticList& errors,
         bool one_error_per_line);

  // Parses the whole source. The result may be used only if no error was added.
  NodeList ParseProgram();

 private:
  void Advance();
  bool PeekIs(TokenKind kind) const { return peek_.kind == kind; }
  bool CurrentIs(TokenKind kind) const { return current_.kind == kind; }
  // Advances if the next token is `kind`; otherwise reports it.
  bool ExpectPeek(TokenKind kind);
  void ExpectAkhir();
  void SkipSemicolon();
  void Error(uint32_t offset, absl::string_view message);
  // Reports, and treats the rest of the source as absent.
  void Stop(uint32_t offset, absl::string_view message);

  Node* ParseStatement();
  Node* ParseReturn();
  Node* ParseAmbil();
  Node* ParseDari();
  Node* ParseStruct();
  Node* ParseExpressionStatement();
  NodeList ParseBlock();

  Node* ParseExpression(int precedence);
  Node* ParsePrefix();
  Node* ParseInfix(Node* left);
  Node* ParseInteger();
  Node* ParseFloat();
  Node* ParsePrefixOperator();
  Node* ParseGroup();
  Node* ParseIf();
  Node* ParseWhile();
  Node* ParseFunction();
  Node* ParseHash();
  Node* ParseString();
  // Puts the names on name_scratch_.
  void ParseParameters();
  NodeList ParseList(TokenKind end);

  absl::string_view Slice(const Token& token) const;
  // The token's text with the escapes of a string replaced.
  absl::string_view Value(const Token& token);
  NameId NameOf(const Token& token) { return names_.Intern(Value(token)); }

  // Moves the entries from `base` on of a scratch list into the arena.
  template <typename T>
  absl::Span<T> Take(std::vector<T>* scratch, size_t base) {
    const absl::Span<T> copy = arena_.CopyArray<T>(absl::MakeConstSpan(*scratch).subspan(base));
    scratch->resize(base);
    return copy;
  }
  template <typename T, typename... Args>
  Node* New(uint32_t offset, Args... args) {
    return arena_.New<T>(Node{T::kKind, TokenKind::kEof, offset}, args...);
  }
  // The same for an operator's node.
  template <typename T, typename... Args>
  Node* NewOperator(const Token& op, Args... args) {
    return arena_.New<T>(Node{T::kKind, op.kind, op.offset}, args...);
  }

  const Source& source_;
  gc::Arena& arena_;
  NameTable& names_;
  DiagnosticList& errors_;
  const bool one_error_per_line_;
  Lexer lexer_;
  Token current_;
  Token peek_;
  int nesting_ = 0;
  bool stopped_ = false;
  bool has_error_ = false;
  uint32_t last_error_offset_ = 0;
  uint32_t last_error_line_ = 0;
  // Lists under construction, innermost last.
  std::vector<Node*> node_scratch_;
  std::vector<HashPair> pair_scratch_;
  std::vector<IfBranch> branch_scratch_;
  std::vector<NameId> name_scratch_;
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_PARSER_H_
