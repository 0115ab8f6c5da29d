// The layout of a frame on a fiber's stack, shared by interpreter, JIT and stack walking.
// How: a frame is [callee][saved pc][return address][link] and then its slots: parameters, other locals,
//      temporaries. The caller evaluates the callee into a slot of its own and the arguments four slots above
//      it, so a call copies nothing: the callee's base is that slot + kFrameHeaderSlots. Links are distances,
//      not addresses, so a stack can be copied when it grows.
// Invariants: FR-1 header words never look like heap references, except the callee, which is always live.
//      FR-2 a frame that is not the innermost one is suspended at a call instruction: its saved pc names it.
//      FR-3 a frame returns by its link, and one whose link has kReturnBarrier calls Unsettle
//      (settled_frames.h) first. (Compiled code that returns by its return address has it replaced by a
//      routine's that does so, together with the link.)
// Threads: the fiber's.
#ifndef FOXVM_INTERP_FRAME_H_
#define FOXVM_INTERP_FRAME_H_

#include <cstdint>

#include "gc/value.h"

namespace foxvm::interp {

inline constexpr int kFrameHeaderSlots = 4;

// Slots relative to the frame's base.
inline constexpr int kCalleeSlot = -4;         // the running closure
inline constexpr int kSavedPcSlot = -3;        // address of the instruction this frame is suspended at
inline constexpr int kReturnAddressSlot = -2;  // machine address to return to; compiled frames only
inline constexpr int kLinkSlot = -1;           // distance to the caller's base and who the caller is

// How a frame was entered, in the low two bits of the link. FR-1 excludes the value 3.
enum class FrameKind : uint8_t {
  kInterpreted = 0,  // called by an interpreted frame
  kEntry = 1,        // called by the host, or a fiber's first frame: returning leaves the interpreter
  kImport = 2,       // body of an imported module: its result is also kept as the module's value
};

// In the link of the frame whose caller is the innermost settled one. Together with the kind it is one test
// whether a return is a plain one, so the barrier costs nothing.
inline constexpr uint64_t kReturnBarrier = 4;

inline uint64_t MakeLink(uint64_t distance_slots, FrameKind kind) {
  return distance_slots << 3 | static_cast<uint64_t>(kind);
}
inline uint64_t LinkDistance(uint64_t link) { return link >> 3; }
inline FrameKind LinkKind(uint64_t link) { return static_cast<FrameKind>(link & 3); }
// Whether returning is only going on in an interpreted frame.
inline bool IsPlainLink(uint64_t link) {
  return (link & 7) == static_cast<uint64_t>(FrameKind::kInterpreted);
}

}  // namespace foxvm::interp

#endif  // FOXVM_INTERP_FRAME_H_
