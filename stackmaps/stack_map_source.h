// StackMapSource: finds the map of a safepoint; implemented by the interpreter and, by address, by the code cache.
#ifndef FOXVM_STACKMAPS_STACK_MAP_SOURCE_H_
#define FOXVM_STACKMAPS_STACK_MAP_SOURCE_H_

#include "stackmaps/stack_map.h"

namespace foxvm::stackmaps {

class StackMapSource {
 public:
  virtual ~StackMapSource() = default;
  // The map at `address`. Returns false when there is none, which the caller treats as a broken invariant. The spans
  // in `map` stay valid until code is added or removed.
  virtual bool Find(CodeAddress address, StackMap* map) const = 0;
};

}  // namespace foxvm::stackmaps

#endif  // FOXVM_STACKMAPS_STACK_MAP_SOURCE_H_
