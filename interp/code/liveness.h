// Liveness over register code: removes writes nobody reads, says which slots must be filled at entry, and makes the
// stack map of every safepoint.
// How: backward data flow on bit sets, one per block, until nothing changes; dead pure words are dropped and the flow
//      repeated. The price is blocks x slots bits, so the caller keeps large units away (EstimateBytes) and a flow
//      that converges too slowly is given up.
// Invariants: LV-1 a slot in no map at a safepoint is never read behind it. LV-2 a slot read before it is written is in
//      the entry set.
// Threads: no shared state.
#ifndef FOXVM_INTERP_CODE_LIVENESS_H_
#define FOXVM_INTERP_CODE_LIVENESS_H_

#include <cstdint>
#include <vector>

#include "interp/code/register_code.h"
#include "stackmaps/stack_map_table.h"

namespace foxvm::code {

// Rough bytes the flow needs for a unit of this size.
uint64_t EstimateLivenessBytes(uint64_t blocks, uint64_t slots, uint64_t instructions);

struct LivenessResult {
  std::vector<uint32_t> entry_slots;  // beyond the parameters, read before written; increasing
  stackmaps::StackMapTable maps;
};

// Drops dead words of `code` (branches and labels follow) and computes the maps, whose keys allow for one word per entry
// slot inserted in front. Returns false when the flow was given up; `code` then still means the same.
bool ComputeLiveness(RegisterCode* code, LivenessResult* result);

// Slots the code reads or writes: one more than the highest.
uint32_t CountSlots(const RegisterCode& code);

}  // namespace foxvm::code

#endif  // FOXVM_INTERP_CODE_LIVENESS_H_
