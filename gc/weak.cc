#include "gc/weak.h"

#include <cstddef>

namespace foxvm::gc {

void Finalizers::Add(ObjectHeader* object) {
  FOXVM_DCHECK(spaces_.types.Get(object->type()).finalize != nullptr);
  (spaces_.nursery.Contains(object) ? young_ : old_).push_back(object);
}

void Finalizers::AfterEvacuation() {
  size_t kept = 0;
  for (ObjectHeader* object : young_) {
    if (!object->has_flag(kForwarded)) {
      Run(object);
      continue;
    }
    auto* moved = reinterpret_cast<ObjectHeader*>(object->second);
    if (spaces_.nursery.Contains(moved)) {
      young_[kept++] = moved;
    } else {
      old_.push_back(moved);
    }
  }
  young_.resize(kept);
}

void Finalizers::AfterMarking() {
  size_t kept = 0;
  for (ObjectHeader* object : old_) {
    if (spaces_.marks.IsMarked(object)) {
      old_[kept++] = object;
    } else {
      Run(object);
    }
  }
  old_.resize(kept);
}

void Finalizers::Follow(WeakVisitor& visitor) {
  for (ObjectHeader*& object : old_) object = visitor.Resolve(object);
}

void Finalizers::RunAll() {
  for (ObjectHeader* object : young_) Run(object);
  for (ObjectHeader* object : old_) Run(object);
  young_.clear();
  old_.clear();
}

}  // namespace foxvm::gc
