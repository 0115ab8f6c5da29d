// Stack roots: suspended frames and their stack maps -> slots.
// How: walks frames and maps through the two interfaces of //stackmaps and hands each live slot to a visitor
//      template; one map lookup per frame, one call per live slot, nothing else, because stacks may be
//      200,000 frames deep. A minor collection leaves settled frames out (frame_walker.h); as an object gets
//      old by being visited promotion_age times, a frame that does not run is settled after as many visits.
// Invariants: SR-1 every suspended frame has a map; a missing one stops the process, it is never guessed.
//      SR-2 a settled frame refers to nothing young.
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

// The live slots of one frame.
template <typename Visitor>
inline void VisitFrame(const stackmaps::SuspendedFrame& frame, const stackmaps::StackMapSource& maps,
                       Visitor& visitor) {
  stackmaps::StackMap map;
  FOXVM_CHECK(maps.Find(frame.address, &map));  // SR-1
  VisitFrameSlots(frame, map, visitor);
}

// Those of all frames.
template <typename Visitor>
inline void VisitStackRoots(stackmaps::FrameWalker& walker, const stackmaps::StackMapSource& maps,
                            Visitor& visitor) {
  walker.WalkFrames([&](const stackmaps::SuspendedFrame& frame) { VisitFrame(frame, maps, visitor); });
}

// Those of settled frames.
template <typename Visitor>
inline void VisitSettledStackRoots(stackmaps::FrameWalker& walker, const stackmaps::StackMapSource& maps,
                                   Visitor& visitor) {
  walker.WalkFrames([&](const stackmaps::SuspendedFrame& frame) {
    if (frame.settled) VisitFrame(frame, maps, visitor);
  });
}

// Visits slots and notes whether any refers to a young object afterwards.
template <typename Visitor>
struct YoungNoting {
  Visitor& visitor;
  bool any = false;
  template <SlotKind kKind>
  void VisitSlot(uint64_t* slot) {
    visitor.template VisitSlot<kKind>(slot);
    any |= visitor.RefersToYoung(*slot);
  }
};

// Tells of the slots of a frame that may be settled.
template <typename Visitor>
struct SettlingSlots {
  Visitor& visitor;
  template <SlotKind kKind>
  void VisitSlot(uint64_t* slot) {
    visitor.NoteSettling(*slot);
  }
};

// Those of the other frames, in a minor collection; visitor.RefersToYoung(word) says whether the word that a
// slot has after its visit refers to a young object. If visitor.watches_settling(), NoteSettling(word) is called
// for the slots of frames that may be settled.
template <typename Visitor>
inline void VisitUnsettledStackRoots(stackmaps::FrameWalker& walker, const stackmaps::StackMapSource& maps,
                                     Visitor& visitor) {
  walker.WalkUnsettledFrames([&](const stackmaps::SuspendedFrame& frame) {
    YoungNoting<Visitor> noting{visitor};
    VisitFrame(frame, maps, noting);
    if (!noting.any && visitor.watches_settling()) {
      SettlingSlots<Visitor> settling{visitor};
      VisitFrame(frame, maps, settling);
    }
    return noting.any;
  });
}

// The same in a marking, for any visitor; nothing is settled.
template <typename Visitor>
inline void VisitStackRootsButSettled(stackmaps::FrameWalker& walker, const stackmaps::StackMapSource& maps,
                                      Visitor& visitor) {
  walker.WalkUnsettledFrames([&](const stackmaps::SuspendedFrame& frame) {
    VisitFrame(frame, maps, visitor);
    return true;
  });
}

}  // namespace foxvm::gc

#endif  // FOXVM_GC_STACK_ROOTS_H_
