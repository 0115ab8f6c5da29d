// TypedCompilation: a program in dialect B, all its files in one unit, to bytecode.
// How: every file is read three times, one statement at a time, so that memory follows the declarations and
//      not the text: once to find errors in the syntax, imports and the names that are declared; the heads of
//      the declarations again, for their types; and each statement again to be checked, compiled and dropped.
//      Functions come before all other code, since statements may use what stands below them. Each file's
//      statements are a function; the main code makes the structures, functions and methods, and calls those
//      functions, imported files first, and last of all the program's `main`.
//      With kLayout the first time passes over the blocks of functions whose lines are indented up to an
//      `akhir` that is not. Whether they end there is known when they are compiled. Where all do, every
//      statement begins where the one before it ended, and the program is the one that kParse sees.
// Invariants: TC-1 nothing is compiled once an error is known; all the rest is still checked.
// Threads: one at a time.  Owns: all files and declarations.
#ifndef FOXVM_FRONTEND_TYPED_TYPED_COMPILATION_H_
#define FOXVM_FRONTEND_TYPED_TYPED_COMPILATION_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "frontend/codegen.h"
#include "frontend/compile.h"
#include "frontend/names.h"
#include "frontend/program_builder.h"
#include "frontend/typed/checker.h"
#include "frontend/typed/declarations.h"
#include "frontend/typed/typed_session.h"
#include "gc/arena.h"

namespace foxvm::frontend {

// How the blocks of functions are found when the declarations are collected.
enum class BlockSearch : uint8_t {
  kLayout,  // by their indentation, to be parsed once, when they are compiled
  kParse,
};

class TypedCompilation : public CheckerHost, public CodegenHost {
 public:
  // All arguments outlive the compilation.
  TypedCompilation(ModuleSource& imports, const CompileOptions& options, gc::Arena& arena,
                   bytecode::ModuleSink& sink, BlockSearch search);

  // Compiles the program `text`, or that input of options.typed_session. To be called once.
  CompileResult Run(absl::string_view name, absl::string_view text);
  // After Run() with kLayout: some block is not what its layout says, or was never parsed. The result means
  // nothing; kParse is needed.
  bool was_misled() const { return was_misled_; }

 private:
  // An import statement, until the files' declarations are known.
  struct Import {
    uint32_t importer;
    uint32_t module;
    uint32_t offset;
    NameId base_name;           // kNoName: single names
    std::vector<NameId> names;  // of `dari`
  };
  struct PendingZero {
    uint32_t structure;
    uint32_t global;
  };

  // CheckerHost.
  void TypeError(const SourceFile& file, uint32_t offset, uint32_t length,
                 absl::string_view message) override;
  void TypeNote(const SourceFile& file, uint32_t offset, uint32_t length, absl::string_view message) override;
  bool WantsWarnings(const SourceFile& file) const override;
  void TypeWarning(const SourceFile& file, uint32_t offset, uint32_t length,
                   absl::string_view message) override;
  uint32_t ZeroFunction(uint32_t index) override;
  Node* ParseAgain(SourceFile& file, uint32_t offset) override;
  // CodegenHost.
  void CompileError(const Source& source, uint32_t offset, uint32_t length, absl::string_view message,
                    absl::string_view hint) override;
  bool WantsWarnings() const override { return false; }
  void CompileWarning(const Source&, uint32_t, uint32_t, absl::string_view) override {}
  uint32_t ImportConstant(absl::string_view, const Source&, uint32_t, int) override { return 0; }
  std::optional<uint32_t> HostGlobal(absl::string_view name) override;

  // Files (typed_files.cc).
  // Adds the file and all that it imports; returns its number.
  uint32_t AddFile(std::string path, std::string shown_name, std::string own_text, absl::string_view text,
                   bool is_standard);
  void Collect(uint32_t file);
  void CollectStatement(uint32_t file, uint32_t offset, const Node* statement);
  // Collects the function at `offset` by its head and its layout. False: that needs its block.
  bool CollectByLayout(uint32_t file, uint32_t offset);
  // Null: the name is taken.
  Item* CollectFunction(uint32_t file, uint32_t offset, const FunctionNode& function);
  void CollectVariables(uint32_t file, uint32_t offset, const VarNode& node);
  void CollectImport(uint32_t file, const ImportNode& node);
  // The number of the file that is imported; kNone after an error.
  uint32_t LoadModule(uint32_t importer, const ImportNode& node);
  bool DeclareName(uint32_t file, NameId name, uint32_t offset, Decl decl);
  void BindImports();
  void BindAll(SourceFile& importer, uint32_t module, bool hidden_too);
  bool ReportSyntaxErrors();
  // Adds the inputs before the program.
  void AddEarlierInputs();
  // Each sees what those before it declare and import.
  void BindEarlierInputs();
  bool IsFromPrelude(NameId name, const Decl& decl);

  // Heads (typed_heads.cc).
  void ResolveHeads();
  void ResolveStruct(const Item& item, const StructNode& node);
  void ResolveInterface(const Item& item, const InterfaceNode& node);
  void ResolveFunction(const Item& item, const FunctionNode& node);
  void ResolveMethod(FunctionDecl& function, const FunctionNode& node);
  void ResolveNative(FunctionDecl& function);
  void ResolveVariables(const Item& item, const VarNode& node);
  void AddMember(TypeId owner, NameId name, uint32_t offset, Member member);
  // Finds out which structures contain themselves, directly or in others.
  void FindCycles();
  // Structures that contain each other, found by it.
  void FinishComponent(absl::Span<const uint32_t> members);
  std::string GlobalName(const FunctionDecl& function) const;
  // The global of what `file` declares as `name`: `known`, unless that is kNone.
  uint32_t AddGlobal(uint32_t file, absl::string_view name, uint32_t known = kNone);
  // The function or method of an earlier input that `function`, being of the same type, takes the place of; or
  // null.
  const FunctionDecl* ReplacedBy(const FunctionDecl& function) const;

  // Code.
  void CompileProgram();
  void CompileStructs();
  // Gives all variables of the top level their zero values.
  void CompileGlobals();
  void CompileFunctions(SourceFile& file);
  void CompileBody(SourceFile& file);
  void CompileZeros();
  // Whether the statement, checked just now, is an expression with one value.
  bool HasResult(const Node* statement) const;
  void CallMain();
  // Parses the statement at `offset`, to which the checker and the code generator turn.
  Node* Reparse(SourceFile& file, uint32_t offset);
  bool HasErrors() const { return diagnostics_.error_count() > 0; }
  CompileResult Finish();

  SourceFile& File(uint32_t index) { return *declarations_.files[index]; }

  ModuleSource& imports_;
  const CompileOptions& options_;
  TypedSession* const session_;  // null: the program stands alone
  gc::Arena& arena_;
  ProgramBuilder program_;
  DiagnosticList diagnostics_;
  NameTable names_;
  Declarations declarations_;
  std::vector<Import> import_list_;
  absl::flat_hash_map<std::string, uint32_t> files_by_path_;
  absl::flat_hash_set<std::string> failed_paths_;
  std::vector<uint32_t> order_;  // of the files, imported ones first
  std::vector<uint32_t> inputs_;  // of a dialogue, the program last
  std::vector<uint32_t> chain_;  // files being collected, each imported by the one before
  uint32_t main_file_ = kNone;
  uint32_t prelude_ = kNone;
  std::unique_ptr<Checker> checker_;
  std::unique_ptr<Codegen> codegen_;
  std::vector<PendingZero> pending_zeros_;
  absl::flat_hash_map<absl::string_view, std::optional<uint32_t>> host_globals_;
  const BlockSearch search_;
  bool failed_in_syntax_ = false;
  bool was_misled_ = false;
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_TYPED_TYPED_COMPILATION_H_
