// Parser: tokens to a syntax tree; precedence climbing with one token of lookahead.
// How: recursive for what nests, with one limit on the depth; iterative for left operands, `atau_jika` chains
//      and statement lists, which are long in real programs. With ErrorStyle::kReference it goes on after an
//      error where it is, because the reference does and its follow-up errors are compared; otherwise it is
//      silent up to the next statement (parser_recovery.cc).
// Invariants: PS-1 the C++ stack in use is bounded by kMaxNesting (limits.h) whatever the input. PS-2 time is
//      linear.
// Threads: one at a time.  Owns: scratch lists; nodes are the arena's.
#ifndef FOXVM_FRONTEND_PARSER_H_
#define FOXVM_FRONTEND_PARSER_H_

#include <cstdint>
#include <string>
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
#include "gc/check.h"

namespace foxvm::frontend {

enum class ErrorStyle : uint8_t {
  kReference,  // the errors of the reference, in its words
  kHelpful,    // one error for one mistake, with notes
};

class Parser {
 public:
  // All arguments outlive the tree.
  Parser(const Source& source, gc::Arena& arena, NameTable& names, DiagnosticList& errors, ErrorStyle style);

  // Parses the whole source. The result may be used only if no error was added.
  NodeList ParseProgram();

 private:
  // What an unfinished construct is known by.
  struct Opener {
    Token token;
    int brackets = 0;  // open ones where it stands
  };

  void Advance();
  bool PeekIs(TokenKind kind) const { return peek_.kind == kind; }
  bool CurrentIs(TokenKind kind) const { return current_.kind == kind; }
  // Advances if the next token is `kind`; otherwise reports it. `bracket` is what `kind` closes, or null.
  bool ExpectPeek(TokenKind kind, const Token* bracket = nullptr);
  void SkipSemicolon();
  void Error(uint32_t offset, absl::string_view message, uint32_t length = 1);
  void ErrorAt(const Token& token, absl::string_view message);
  void Note(const Token& token, absl::string_view message);
  // Reports, and treats the rest of the source as absent.
  void Stop(uint32_t offset, absl::string_view message);

  Opener OpenHere() const { return {current_, brackets_}; }
  // Reports that the block of `opener` does not end here, if it does not.
  void EndBlock(const Opener& opener);

  // Explanations and recovery (parser_recovery.cc), with ErrorStyle::kHelpful only.
  std::string Found(const Token& token) const;
  // The next token is not `kind`, which would close `bracket` if that is not null.
  void ReportMissing(TokenKind kind, const Token* bracket);
  void ReportNoExpression();
  void ReportKeywordAsKey();
  void ReportOpenBlock(const Opener& opener);
  void ExplainWithMisspelling();
  void EndHelpfulBlock(const Opener& opener);
  // Ends the silence after an error: skips to the next statement or the end of the block, before which
  // `brackets` are open.
  void Synchronize(int brackets);
  bool StartsLine() const;
  bool AtStatementStart(int brackets) const;
  bool AtBlockEnd() const {
    return CurrentIs(TokenKind::kAkhir) || CurrentIs(TokenKind::kLainnya) || CurrentIs(TokenKind::kAtauJika);
  }
  // Remembers a name that stands where a misspelt keyword would.
  void NoteSuspiciousName(const Token& name);

  Node* ParseStatement();
  Node* ParseReturn();
  Node* ParseAmbil();
  Node* ParseDari();
  Node* ParseStruct();
  Node* ParseExpressionStatement();
  // A block, where `opener` began; its end is the caller's to read.
  NodeList ParseBlock(const Opener& opener);

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
    FOXVM_CHECK(copy.size() == scratch->size() - base);
    scratch->resize(base);
    return copy;
  }
  // The arena has no bound here: only a system without memory refuses.
  static Node* Made(Node* node) {
    FOXVM_CHECK(node != nullptr);
    return node;
  }
  template <typename T, typename... Args>
  Node* New(uint32_t offset, Args... args) {
    return Made(arena_.New<T>(Node{T::kKind, TokenKind::kEof, offset}, args...));
  }
  // The same for an operator's node.
  template <typename T, typename... Args>
  Node* NewOperator(const Token& op, Args... args) {
    return Made(arena_.New<T>(Node{T::kKind, op.kind, op.offset}, args...));
  }

  const Source& source_;
  gc::Arena& arena_;
  NameTable& names_;
  DiagnosticList& errors_;
  const bool helpful_;
  Lexer lexer_;
  Token current_;
  Token peek_;
  int nesting_ = 0;
  bool stopped_ = false;
  bool has_error_ = false;
  bool silent_ = false;  // between an error and the next statement
  uint32_t last_error_offset_ = 0;
  int brackets_ = 0;  // open ones up to the current token
  int open_blocks_ = 0;
  int open_ifs_ = 0;       // blocks that `lainnya` may follow
  Token last_token_;       // the one before the current
  Opener early_opener_;    // a block whose `akhir` is indented less than itself
  Token early_akhir_;      // that `akhir`; kEof: none
  Token suspicious_name_;  // a name that resembles a keyword; kEof: none
  absl::string_view keyword_meant_;
  // Lists under construction, innermost last.
  std::vector<Node*> node_scratch_;
  std::vector<HashPair> pair_scratch_;
  std::vector<IfBranch> branch_scratch_;
  std::vector<NameId> name_scratch_;
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_PARSER_H_
