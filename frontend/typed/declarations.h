// Declarations: what the files of a program in dialect B declare at their top level.
// How: one table per kind for the whole program; a file knows names by what it declares and imports. Only
//      heads are kept: blocks and initial values stay source text, found again by their offset.
// Threads: one at a time.  Owns: the tables; names are the NameTable's, text is the files'.
#ifndef FOXVM_FRONTEND_TYPED_DECLARATIONS_H_
#define FOXVM_FRONTEND_TYPED_DECLARATIONS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "frontend/diagnostic.h"
#include "frontend/names.h"
#include "frontend/parser.h"
#include "frontend/source.h"
#include "frontend/typed/types.h"

namespace foxvm::frontend {

inline constexpr uint32_t kNone = UINT32_MAX;

enum class DeclKind : uint8_t { kNone, kStruct, kInterface, kFunction, kVariable, kModule, kAmbiguous };

// What a name of the top level stands for: number `index` of its kind; of a module, the file.
struct Decl {
  DeclKind kind = DeclKind::kNone;
  uint32_t index = kNone;
};

struct StructDecl {
  NameId name;
  uint32_t file;
  uint32_t offset;  // of the statement
  TypeId type;
  uint32_t first_field = 0;  // in Declarations::fields
  uint32_t field_count = 0;
  uint32_t global = kNone;  // holds the schema
  // Structures that contain each other, in fields of their own types, have the same.
  uint32_t component = kNone;
  bool is_comparable = true;     // contains no array, map or function
  uint32_t zero_global = kNone;  // holds the function that makes one with zero values, once that is needed
};
struct FieldDecl {
  NameId name;
  TypeId type;
};
struct InterfaceDecl {
  NameId name;
  uint32_t file;
  uint32_t offset;
  TypeId type;
  uint32_t first_method = 0;  // in Declarations::interface_methods
  uint32_t method_count = 0;
};
struct InterfaceMethod {
  NameId name;
  TypeId type;
};
struct FunctionDecl {
  NameId name;
  uint32_t file;
  uint32_t offset;  // of the statement
  uint32_t name_offset;
  TypeId type = kUnknownType;  // without the receiver
  uint32_t receiver = kNone;   // struct number; kNone: a function
  uint32_t global = kNone;
  uint32_t builtin = kNone;  // native: the index of the built-in
};

// A value that the compiler knows.
struct ConstantValue {
  enum class Kind : uint8_t { kNone, kInt, kFloat, kString, kBool };
  Kind kind = Kind::kNone;
  bool boolean = false;
  int64_t integer = 0;
  double number = 0;
  absl::string_view text;  // of the source, or of Declarations::texts
};
struct VariableDecl {
  enum class State : uint8_t { kUntouched, kInProgress, kKnown };
  NameId name;
  uint32_t file;
  uint32_t offset;    // of the statement
  uint32_t position;  // of the name among those of the statement
  bool is_constant;
  State state = State::kUntouched;  // of the type
  TypeId type = kUnknownType;
  uint32_t global = kNone;    // kNone: a known constant
  uint32_t constant = kNone;  // in Declarations::constants
};

// A statement of a file's top level.
struct Item {
  enum class Kind : uint8_t { kStruct, kInterface, kFunction, kVariable, kStatement };
  Kind kind;
  uint32_t offset;
  uint32_t index;  // of what it declares, of the first of several; kNone: nothing, or declared twice
  // Of a function whose block was passed over: where the next statement should begin; else kNone.
  uint32_t presumed_end = kNone;
};

struct SourceFile {
  std::string path;  // as completed; files are known by it
  std::string text;  // of an imported file
  std::unique_ptr<Source> source;
  std::unique_ptr<Parser> parser;
  DiagnosticList syntax_errors;
  uint32_t module_file = 0;    // number in the bytecode module
  bool import_failed = false;  // so it may use names that nobody knows
  bool has_run = false;        // earlier in the dialogue: only its declarations count
  bool is_standard = false;    // comes with the VM: only names with capital letters are seen outside
  std::vector<Item> items;
  absl::flat_hash_map<NameId, Decl> own;
  absl::flat_hash_map<NameId, Decl> imported;
};

// What `x.name` is, for x of some struct or interface.
struct Member {
  enum class Kind : uint8_t { kNone, kField, kMethod, kInterfaceMethod };
  Kind kind = Kind::kNone;
  uint32_t index = 0;  // field: its number in the struct; method: in functions; else in interface_methods
};

// Whether importing files see the name `text` of `file`.
inline bool IsVisible(const SourceFile& file, absl::string_view text) {
  return !file.is_standard || (text[0] >= 'A' && text[0] <= 'Z');
}

struct Declarations {
  TypeTable types;
  std::vector<std::unique_ptr<SourceFile>> files;
  std::vector<StructDecl> structs;
  std::vector<FieldDecl> fields;
  std::vector<InterfaceDecl> interfaces;
  std::vector<InterfaceMethod> interface_methods;
  std::vector<FunctionDecl> functions;
  std::vector<VariableDecl> variables;
  std::vector<ConstantValue> constants;
  std::deque<std::string> texts;  // of constants with escapes
  absl::flat_hash_map<uint64_t, Member> members;

  static uint64_t MemberKey(TypeId type, NameId name) { return static_cast<uint64_t>(type) << 32 | name; }
  // The member `name` of the struct or interface `type`.
  Member FindMember(TypeId type, NameId name) const {
    const auto found = members.find(MemberKey(type, name));
    return found == members.end() ? Member() : found->second;
  }
  // What `name` means at the top level of `file`: its own declaration, else an imported one.
  Decl Find(const SourceFile& file, NameId name) const {
    if (const auto own = file.own.find(name); own != file.own.end()) return own->second;
    const auto imported = file.imported.find(name);
    return imported == file.imported.end() ? Decl() : imported->second;
  }
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_TYPED_DECLARATIONS_H_
