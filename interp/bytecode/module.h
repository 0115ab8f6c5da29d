// A compiled program as plain data: what the frontend makes, `.mbc` files hold, and the loader takes.
// How: one constant pool shared by the main code, all functions and all imported modules (the reference's
//      shape); kinds of constants keep their payload in side tables, so a constant is one small struct.
// Invariants: none beyond memory safety: a Module may come from a hostile file. VerifiedModule (verifier.h)
//      is the type whose contents can be trusted.
// Threads: immutable once built; share freely.  Owns: everything it names.
#ifndef FOXVM_INTERP_BYTECODE_MODULE_H_
#define FOXVM_INTERP_BYTECODE_MODULE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace foxvm::bytecode {

enum class ConstantKind : uint8_t {
  kNull = 0,
  kBool = 1,
  kInt = 2,
  kFloat = 3,
  kString = 4,    // index into Module::strings
  kFunction = 5,  // index into Module::functions
  kImport = 6,    // index into Module::imports
};

struct Constant {
  ConstantKind kind = ConstantKind::kNull;
  union {
    bool boolean;
    int64_t integer = 0;
    double number;
    uint32_t index;
  };
};

// Source position of the instructions from `offset` up to the next entry's offset.
struct LineEntry {
  uint32_t offset;  // byte offset in the code; strictly increasing within a function
  uint32_t line;    // 1-based; 0: unknown
  uint32_t column;  // 1-based byte column; 0: unknown
};

// One code unit: the main code, a function, or the body of an imported module.
struct Function {
  std::string name;           // for stack traces; "" for an anonymous function
  std::vector<uint8_t> code;  // stack bytecode
  uint32_t locals = 0;        // parameters included
  uint32_t params = 0;
  uint32_t file = 0;          // index into Module::files
  std::vector<LineEntry> lines;
};

// A Function that lies elsewhere, for as long as it lies there.
struct UnitView {
  absl::string_view name;
  absl::Span<const uint8_t> code;
  absl::Span<const LineEntry> lines;
  uint32_t locals = 0;
  uint32_t params = 0;
  uint32_t file = 0;

  UnitView() = default;
  UnitView(const Function& function)  // NOLINT: a view, as of a string
      : name(function.name),
        code(function.code),
        lines(function.lines),
        locals(function.locals),
        params(function.params),
        file(function.file) {}
};

// An imported module: its path as the program names it after completion (`.fox` appended, `lib/` prepended
// for `cotc/`), and the constant index of the parameterless function that is its body.
struct Import {
  std::string path;
  uint32_t init = 0;
};

// Feature flags of a module: which extensions its code uses.
inline constexpr uint32_t kFeatureWideOperands = 1u << 0;  // the Wide prefix
inline constexpr uint32_t kFeatureHostGlobals = 1u << 1;   // Module::host_globals is not empty
inline constexpr uint32_t kFeatureTyped = 1u << 2;         // opcodes E0 to ED, built-ins from 60 on
inline constexpr uint32_t kKnownFeatures = kFeatureWideOperands | kFeatureHostGlobals | kFeatureTyped;

// Operand and table limits. 2^31 - 1 keeps every count and offset a non-negative int32 downstream.
inline constexpr uint32_t kMaxTableEntries = 0x7fffffff;
// A frame slot index has 16 bits in the register form (interp/code): locals plus operand depth must fit below
// it.
inline constexpr uint32_t kMaxFrameSlots = 65000;

struct Module {
  uint32_t features = 0;
  Function main;  // 0 locals, 0 params
  std::vector<Constant> constants;
  std::vector<std::string> strings;
  std::vector<Function> functions;
  std::vector<Import> imports;
  std::vector<std::string> files;  // source names for messages; files[main.file] is the program
  uint32_t globals = 0;            // number of global variables the code may name
  std::vector<std::string> global_names;  // for tools; may be shorter than `globals`
  // Globals that hold the host's function of the same name before the program starts; strictly ascending.
  std::vector<uint32_t> host_globals;
};

}  // namespace foxvm::bytecode

#endif  // FOXVM_INTERP_BYTECODE_MODULE_H_
