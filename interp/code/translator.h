// Translate: verified stack bytecode -> the register form with its stack maps. The one door of the package.
// How: decode and thread conditions (stack_ir), assign operands to slots (lowering), drop dead writes and compute the
//      maps (liveness). Units so large that exact liveness would break the memory bound are translated with every
//      operand materialised and every slot filled instead: slower code, same results.
// Threads: no shared state.  Collects: never: constants are already words.
#ifndef FOXVM_INTERP_CODE_TRANSLATOR_H_
#define FOXVM_INTERP_CODE_TRANSLATOR_H_

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "gc/value.h"
#include "interp/bytecode/module.h"
#include "interp/bytecode/verifier.h"
#include "interp/code/function_record.h"

namespace foxvm::code {

// Finds the shape of a `struktur` statement; implemented by the loader.
class ShapeSource {
 public:
  virtual ~ShapeSource() = default;
  // `name` and `fields` are interned strings. The result lives as long as the VM.
  virtual objects::Shape* ShapeFor(gc::Value name, absl::Span<const gc::Value> fields) = 0;
};

// What the code's indices stand for in the VM it is loaded into.
struct Links {
  const bytecode::Module* module = nullptr;     // the program the unit belongs to
  absl::Span<const gc::Value> constants;        // by constant index; pinned; unused for functions and imports
  absl::Span<FunctionRecord* const> functions;  // by index into Module::functions
  absl::Span<ImportState* const> imports;       // by index into Module::imports
  uint32_t first_global = 0;                    // added to every global index
  ShapeSource* shapes = nullptr;
};

// Faults a test plants to see that stress and verification catch them; never set otherwise.
struct TranslatorFaults {
  bool omit_frame_fill = false;  // slots that may be read before they are written keep what was there
  bool all_slots_live = false;   // every slot of a frame is a root, dead or not
};

// Fills `record` (code, maps, sites, sizes; `source` is set to `function`). Errors: ResourceExhausted when a branch or
// an index does not fit its field.
absl::Status Translate(const bytecode::Function& function, const bytecode::UnitInfo& info,
                       const Links& links, const TranslatorFaults& faults, FunctionRecord* record);

}  // namespace foxvm::code

#endif  // FOXVM_INTERP_CODE_TRANSLATOR_H_
