#include "interp/objects/number.h"

#include "interp/objects/new_object.h"

namespace foxvm::objects {

gc::Value MakeIntSlow(Context& ctx, int64_t i) {
  return ObjectOrEmpty(NewSlots(ctx, kInt64Type, static_cast<uint64_t>(i), 0));
}

gc::Value MakeFloatSlow(Context& ctx, double d) {
  return ObjectOrEmpty(NewSlots(ctx, kFloatType, std::bit_cast<uint64_t>(d), 0));
}

}  // namespace foxvm::objects
