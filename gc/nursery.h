// Nursery: the young space. Objects are born in eden; survivors are copied between two small spaces until
// promoted.
// How: the zone is [survivor A | eden | survivor B], so that what a minor collection empties (eden and the
//      survivor space in use) is one range and "must this object move?" is one comparison. Eden is reused
//      from its start after every collection: its cache lines and pages stay warm, and pages never reached
//      are never touched.
// Invariants: NU-1 between collections [eden.begin, cursor) and the survivor space in use are full of objects
//      without gaps. NU-2 eden is empty after a minor collection.
// Threads: the mutator's.  Collects: never.  Not here: copying (minor_gc).
#ifndef FOXVM_GC_NURSERY_H_
#define FOXVM_GC_NURSERY_H_

#include <cstddef>
#include <cstdint>

#include "gc/heap_memory.h"
#include "gc/object.h"

namespace foxvm::gc {

class Nursery {
 public:
  explicit Nursery(Zone zone);

  bool Contains(const void* address) const { return zone_.Contains(reinterpret_cast<uintptr_t>(address)); }
  const Zone& zone() const { return zone_; }
  const Zone& eden() const { return eden_; }
  size_t survivor_bytes_used() const { return survivor_end_ - survivors_[in_use_].begin; }
  // The used part of the survivor space.
  Zone survivors() const { return {survivors_[in_use_].begin, survivor_end_}; }

  // For the minor collection: the one range to be emptied, and the space that receives survivors.
  Zone FromSpace() const;
  Zone ToSpace() const { return survivors_[1 - in_use_]; }
  // Ends a minor collection: eden and the old survivors are garbage; the to-space is used up to `to_end`.
  // With `poison`, overwrites what was in use of the former, eden up to `eden_used_end`.
  void Flip(uintptr_t to_end, uintptr_t eden_used_end, bool poison);

 private:
  Zone zone_;
  Zone eden_;
  Zone survivors_[2];
  int in_use_ = 0;
  uintptr_t survivor_end_;
};

// What freed memory is filled with under HeapOptions::verify: as a Value an unknown immediate, as a header a
// type that nobody registers.
inline constexpr uint8_t kPoisonByte = 0xF7;
void PoisonRange(uintptr_t begin, uintptr_t end);

}  // namespace foxvm::gc

#endif  // FOXVM_GC_NURSERY_H_
