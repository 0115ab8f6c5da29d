// Stack roots: suspended frames and their stack maps -> slots.
// How: walks frames and maps through the two interfaces of //stackmaps and hands each live slot to a visitor
//      template; one map lookup per frame, one call per live slot, nothing else, because stacks may be
//      200,000 frames deep.
// Invariants: SR-1 every suspended frame has a map; a missing one stops the process, it is never guessed.
// Threads: with the mutator stopped.  Collects: never.
#ifndef FOXVM_GC_STACK_ROOTS_H_
#define FOXVM_GC_STACK_ROOTS_H_

#include <cstddef>
#include <cstdint>

#include "gc/check.h"
#include "gc/slot.h"
#include "stackmaps/frame_walker.h"
#include "stackmaps/stack_map_source.h"

namespace foxvm::gc {

// Visits the live slots of one frame that is stopped where `map` says.
template <typename Visitor>
inline void VisitFrameSlots(const stackmaps::SuspendedFrame& frame, const stackmaps::StackMap& map,
                            Visitor& visitor) {
  for (size_t word = 0; word < map.bits.size(); ++word) {
    for (uint64_t bits = map.bits[word]; bits != 0; bits &= bits - 1) {
      visitor.template VisitSlot<SlotKind::kTagged>(frame.base + 64 * word + __builtin_ctzll(bits));
    }
  }
  for (uint32_t slot = map.range_begin; slot < map.range_end; ++slot) {
    visitor.template VisitSlot<SlotKind::kTagged>(frame.base + slot);
  }
  visitor.template VisitSlot<SlotKind::kTagged>(frame.callee);
}

template <typename Visitor>
inline void VisitStackRoots(stackmaps::FrameWalker& walker, const stackmaps::StackMapSource& maps,
                            Visitor& visitor) {
  walker.WalkFrames([&](const stackmaps::SuspendedFrame& frame) {
    stackmaps::StackMap map;
    FOXVM_CHECK(maps.Find(frame.address, &map));  // SR-1
    VisitFrameSlots(frame, map, visitor);
  });
}

}  // namespace foxvm::gc

#endif  // FOXVM_GC_STACK_ROOTS_H_
