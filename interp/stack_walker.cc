#include "interp/stack_walker.h"

#include "interp/frame.h"
#include "interp/objects/layout.h"

namespace foxvm::interp {

code::FunctionRecord* FunctionOfFrame(const gc::Value* base) {
  gc::ObjectHeader* closure = base[kCalleeSlot].object();
  // While it evacuates, the collector keeps the new address in the old copy's second word.
  if (closure->has_flag(gc::kForwarded)) {
    closure = reinterpret_cast<gc::ObjectHeader*>(closure->second);
  }
  return static_cast<objects::Closure*>(closure)->function();
}

void StackWalker::WalkFrames(absl::FunctionRef<void(const stackmaps::SuspendedFrame&)> visit) {
  for (const std::unique_ptr<Fiber>& fiber : fibers_) {
    if (fiber == nullptr || !fiber->started) continue;
    ForEachFrame(*fiber, [&](const FrameView& frame, FrameKind above) {
      bool in_callee = above != FrameKind::kEntry;
      stackmaps::SuspendedFrame suspended;
      suspended.base = reinterpret_cast<uint64_t*>(const_cast<gc::Value*>(frame.base));
      suspended.callee = suspended.base + kCalleeSlot;
      suspended.address.function = reinterpret_cast<uint64_t>(frame.function);
      suspended.address.pc = code::MapKey(frame.pc, in_callee);
      visit(suspended);
    });
  }
}

bool StackWalker::Find(stackmaps::CodeAddress address, stackmaps::StackMap* map) const {
  auto* function = reinterpret_cast<const code::FunctionRecord*>(address.function);
  return function->maps.Find(static_cast<uint32_t>(address.pc), map);
}

}  // namespace foxvm::interp
