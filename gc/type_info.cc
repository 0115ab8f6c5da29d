#include "gc/type_info.h"

#include "gc/check.h"

namespace foxvm::gc {

void TypeRegistry::Register(TypeId id, const TypeInfo& info) {
  FOXVM_CHECK(id <= kMaxTypeId && types_[id].name == nullptr && info.name != nullptr);
  if (info.layout == SlotLayout::kAll) {
    FOXVM_CHECK(info.first_slot_offset >= sizeof(uint64_t) && info.first_slot_offset % sizeof(uint64_t) == 0);
  }
  // Bit 0 would be the header's own word.
  if (info.layout == SlotLayout::kBitmap) FOXVM_CHECK((info.bitmap & 1) == 0);
  FOXVM_CHECK((info.layout == SlotLayout::kCustom) == (info.trace != nullptr));
  types_[id] = info;
}

}  // namespace foxvm::gc
