// FrameWalker: enumerates suspended frames without telling the collector how they are laid out.
#ifndef FOXVM_STACKMAPS_FRAME_WALKER_H_
#define FOXVM_STACKMAPS_FRAME_WALKER_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "stackmaps/stack_map.h"

namespace foxvm::stackmaps {

struct SuspendedFrame {
  uint64_t* base;       // slot 0 of the frame
  uint64_t* callee;     // slot holding the running closure; always live
  CodeAddress address;  // the safepoint it is stopped at
};

class FrameWalker {
 public:
  virtual ~FrameWalker() = default;
  // Calls `visit` for every suspended frame, innermost first within a stack.
  virtual void WalkFrames(absl::FunctionRef<void(const SuspendedFrame&)> visit) = 0;
};

}  // namespace foxvm::stackmaps

#endif  // FOXVM_STACKMAPS_FRAME_WALKER_H_
