// Parser: tokens to syntax trees, a statement at a time; precedence climbing with one token of lookahead.
// How: recursive for what nests, with one limit on the depth; iterative for left operands, `atau_jika` chains
//      and statement lists, which are long in real programs. With ErrorStyle::kReference it goes on after an
//      error where it is, because the reference does and its follow-up errors are compared; otherwise it is
//      silent up to the next statement (parser_recovery.cc).
// Invariants: PS-1 the C++ stack in use is bounded by kMaxNesting (limits.h) whatever the input. PS-2 time is
//      linear. PS-3 when the arena has no memory left, that is an error of the program like others, the last
//      one.
// Threads: one at a time.  Owns: scratch lists; nodes are the arena's.
#ifndef FOXVM_FRONTEND_PARSER_H_
#define FOXVM_FRONTEND_PARSER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/base/optimization.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "frontend/ast.h"
#include "frontend/diagnostic.h"
#include "frontend/dialect.h"
#include "frontend/lexer.h"
#include "frontend/names.h"
#include "frontend/source.h"
#include "frontend/token.h"
#include "gc/arena.h"

namespace foxvm::frontend {

enum class ErrorStyle : uint8_t {
  kReference,  // the errors of the reference, in its words
  kHelpful,    // one error for one mistake, with notes
};

class Parser {
 public:
  // All arguments outlive the trees. Nothing in `names` lies in the arena.
  Parser(const Source& source, gc::Arena& arena, NameTable& names, DiagnosticList& errors, ErrorStyle style,
         Dialect dialect = Dialect::kDynamic);

  // True when all statements of the top level have been parsed.
  bool AtEnd() const { return CurrentIs(TokenKind::kEof); }
  // Parses the next statement of the top level. Requires !AtEnd(). The results of this and the next function
  // may be used only if no error was added.
  Node* ParseNext();
  // Parses all statements that are left.
  NodeList ParseRest();
  // Where the next statement of the top level begins.
  uint32_t next_offset() const {
    // The tokens of a string begin behind its quote.
    const bool in_string = CurrentIs(TokenKind::kString) || CurrentIs(TokenKind::kInterpolation);
    return in_string ? current_.offset - 1 : current_.offset;
  }
  // Goes on at `offset`, where a statement of the top level began that had no errors.
  void SeekTo(uint32_t offset);
  // Parses the next statement of the top level as far as types of others depend on it: of a function without
  // its block. Only SeekTo() may follow.
  Node* ParseHead();
  // Whether the next statement declares a function or method of dialect B.
  bool AtTypedFunction() const;
  // Whether one of the statements parsed so far imports a file.
  bool found_import() const { return found_import_; }
  // Whether the first error was that the text ended; more of it might be right.
  bool ended_early() const { return ended_early_; }
  // Nodes made so far.
  size_t node_count() const { return node_count_; }

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
  // Does so, even in silence, because the arena refused.
  void StopForMemory();
  // Goes one level deeper, to be left by --nesting_; false, and stopped, where that is too deep.
  bool EnterNesting();

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
    return CurrentIs(TokenKind::kAkhir) || CurrentIs(TokenKind::kLainnya) ||
           CurrentIs(TokenKind::kAtauJika) || (open_switches_ > 0 && CurrentIs(TokenKind::kKasus));
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

  // Dialect B (parser_typed.cc).
  Node* ParseTypedStatement();
  // Whether the current `fungsi` begins a method.
  bool IsMethod() const;
  // The current token begins a line and a declaration.
  bool AtDeclaration() const;
  // Ends the silence after an error at the beginning of the next line, or at `akhir`.
  void SkipLine();
  Node* ParseVar();
  // Expressions behind the current token.
  NodeList ParseValues();
  Node* ParseTypedReturn();
  Node* ParseTypedStruct();
  Node* ParseInterface();
  Node* ParseSwitch();
  // The names, the assignment sign and the values behind the first of several targets.
  Node* ParseMultiAssign(uint32_t offset, Node* first);
  // A function or method; `head_only`: without its block.
  Node* ParseTypedFunction(bool head_only);
  // Parameters and results, where the current token is before the parenthesis.
  Signature* ParseSignature(uint32_t name_offset);
  Param ParseParam();
  NodeList ParseResults();
  Node* ParseType();
  Node* ParseTypeInside(uint32_t offset);
  // The types behind an opening parenthesis, up to the closing one.
  NodeList ParseTypes();
  bool PeekStartsType() const;
  Node* ParseStructLiteral(Node* type);

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
  NameId NameOf(const Token& token) {
    return token.has_escape ? names_.InternCopy(Unescape(Slice(token))) : names_.Intern(Slice(token));
  }

  // Moves the entries from `base` on of a scratch list into the arena.
  template <typename T>
  absl::Span<T> Take(std::vector<T>* scratch, size_t base) {
    const absl::Span<T> copy = arena_.CopyArray<T>(absl::MakeConstSpan(*scratch).subspan(base));
    if (ABSL_PREDICT_FALSE(copy.size() != scratch->size() - base)) StopForMemory();
    scratch->resize(base);
    return copy;
  }
  Node* Made(Node* node) {
    if (ABSL_PREDICT_FALSE(node == nullptr)) StopForMemory();
    ++node_count_;
    return node;
  }
  template <typename T, typename... Args>
  Node* New(uint32_t offset, Args... args) {
    return Made(arena_.New<T>(Node{T::kKind, TokenKind::kEof, Form::kPlain, false, offset}, args...));
  }
  // The same for an operator's node.
  template <typename T, typename... Args>
  Node* NewOperator(const Token& op, Args... args) {
    return Made(arena_.New<T>(Node{T::kKind, op.kind, Form::kPlain, false, op.offset}, args...));
  }

  const Source& source_;
  gc::Arena& arena_;
  NameTable& names_;
  DiagnosticList& errors_;
  const bool helpful_;
  const bool typed_;
  Lexer lexer_;
  Token current_;
  Token peek_;
  int nesting_ = 0;
  bool stopped_ = false;
  bool has_error_ = false;
  bool ended_early_ = false;
  bool found_import_ = false;
  size_t node_count_ = 0;
  bool silent_ = false;  // between an error and the next statement
  uint32_t last_error_offset_ = 0;
  int brackets_ = 0;  // open ones up to the current token
  int open_blocks_ = 0;
  int open_ifs_ = 0;       // blocks that `lainnya` may follow
  int open_switches_ = 0;  // blocks that `kasus` may follow
  uint32_t last_end_ = 0;  // where the token before the current ends
  Opener early_opener_;    // a block whose `akhir` is indented less than itself
  Token early_akhir_;      // that `akhir`; kEof: none
  Token suspicious_name_;  // a name that resembles a keyword; kEof: none
  absl::string_view keyword_meant_;
  // Lists under construction, innermost last.
  std::vector<Node*> node_scratch_;
  std::vector<HashPair> pair_scratch_;
  std::vector<IfBranch> branch_scratch_;
  std::vector<NameId> name_scratch_;
  std::vector<Param> param_scratch_;
  std::vector<DeclaredName> declared_scratch_;
  std::vector<FieldValue> field_scratch_;
  std::vector<SwitchCase> case_scratch_;
  std::vector<MethodSignature> method_scratch_;
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_PARSER_H_
