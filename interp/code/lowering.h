// Lower: StackIr -> RegisterCode. Locals and temporaries become slots; loads of locals and constants vanish into the
// instructions that use them; comparisons fuse with the branch behind them.
// How: one pass over the nodes in code order with an OperandStack. At the ends of blocks operands move to their canonical
//      slots, so every join agrees. Before a store to a local, pending reads of it are copied out. Captured locals live
//      in cells made at function entry and are read when pushed.
// Threads: no shared state.
#ifndef FOXVM_INTERP_CODE_LOWERING_H_
#define FOXVM_INTERP_CODE_LOWERING_H_

#include "absl/status/statusor.h"
#include "interp/code/register_code.h"
#include "interp/code/stack_ir.h"
#include "interp/code/translator.h"

namespace foxvm::code {

// `all_materialised` selects the form for units too large for exact liveness (register_code.h).
absl::StatusOr<RegisterCode> Lower(const StackIr& ir, const bytecode::Function& function,
                                   const bytecode::UnitInfo& info, const Links& links,
                                   bool all_materialised);

}  // namespace foxvm::code

#endif  // FOXVM_INTERP_CODE_LOWERING_H_
