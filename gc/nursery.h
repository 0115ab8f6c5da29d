// Nursery: the young space. Objects are born in eden; survivors are copied between two small spaces until
// promoted.
// How: the zone is [survivor A | eden | survivor B | not in use], so that what a minor collection empties
//      (eden and the survivor space in use) is one range and "must this object move?" is one comparison. Eden
//      is reused from its start after every collection: its cache lines and pages stay warm, and pages never
//      reached are never touched. Eden begins at the same place whatever the size, so the nursery can be
//      resized while its survivors are in A.
// Invariants: NU-1 between collections [eden.begin, cursor) and the survivor space in use are full of objects
//      without gaps. NU-2 eden is empty after a minor collection. NU-3 what is not in use holds no memory.
// Threads: the mutator's.  Collects: never.  Not here: copying (minor_gc), which size (heap_sizing).
#ifndef FOXVM_GC_NURSERY_H_
#define FOXVM_GC_NURSERY_H_

#include <cstddef>
#include <cstdint>

#include "gc/heap_memory.h"
#include "gc/object.h"

namespace foxvm::gc {

class Nursery {
 public:
  // As much of memory.young as it has at first.
  explicit Nursery(HeapMemory& memory);

  bool Contains(const void* address) const { return zone_.Contains(reinterpret_cast<uintptr_t>(address)); }
  const Zone& zone() const { return zone_; }
  const Zone& eden() const { return eden_; }
  // Eden and both survivor spaces.
  size_t bytes() const { return bytes_; }
  size_t survivor_bytes_used() const { return survivor_end_ - survivors_[in_use_].begin; }
  // The used part of the survivor space.
  Zone survivors() const { return {survivors_[in_use_].begin, survivor_end_}; }
  // Calls visit(ObjectHeader*) for every object in it.
  template <typename Visit>
  void ForEachSurvivor(Visit&& visit) const {
    for (uintptr_t at = survivors().begin; at < survivor_end_;) {
      auto* object = reinterpret_cast<ObjectHeader*>(at);
      at += object->small_size();
      visit(object);
    }
  }

  // Whether Resize may be called: eden has to be empty too.
  bool resizable() const { return in_use_ == 0; }
  // Changes the size to `bytes`, at most the zone's, and gives back the memory that is no longer in use. What
  // A holds stays, even above its new size.
  void Resize(size_t bytes);

  // Has memory ready for eden's first `eden_bytes`, and for the survivors should all live on.
  void Touch(size_t eden_bytes);
  // Gives back the memory of what holds no objects; eden is used up to `eden_used_end`.
  void ReleaseFree(uintptr_t eden_used_end);
  // Memory held from the system.
  size_t resident_bytes() const { return touched_eden_ + touched_survivors_[0] + touched_survivors_[1]; }

  // For the minor collection: the one range to be emptied, and the space that receives survivors.
  Zone FromSpace() const;
  Zone ToSpace() const { return survivors_[1 - in_use_]; }
  // Ends a minor collection: eden and the old survivors are garbage; the to-space is used up to `to_end`.
  // With `poison`, overwrites what was in use of the former, eden up to `eden_used_end`.
  void Flip(uintptr_t to_end, uintptr_t eden_used_end, bool poison);

 private:
  // Gives back what a survivor space holds behind its first `keep_bytes`.
  void TrimSurvivors(int space, size_t keep_bytes);

  HeapMemory& memory_;
  const Zone zone_;
  size_t bytes_ = 0;
  Zone eden_;
  Zone survivors_[2];
  int in_use_ = 0;
  uintptr_t survivor_end_;
  // How far into each part its pages have been touched.
  size_t touched_eden_ = 0;
  size_t touched_survivors_[2] = {0, 0};
};

// What freed memory is filled with under HeapOptions::verify: as a Value an unknown immediate, as a header a
// type that nobody registers.
inline constexpr uint8_t kPoisonByte = 0xF7;
void PoisonRange(uintptr_t begin, uintptr_t end);

}  // namespace foxvm::gc

#endif  // FOXVM_GC_NURSERY_H_
