#include "gc/nursery.h"

#include <cstring>

namespace foxvm::gc {
namespace {

// Each survivor space is this part of the zone: enough for a program whose young objects mostly die; what
// overflows is promoted early.
constexpr size_t kSurvivorFraction = 8;

}  // namespace

Nursery::Nursery(Zone zone) : zone_(zone) {
  size_t survivor = zone.bytes() / kSurvivorFraction & ~(kPageBytes - 1);
  survivors_[0] = {zone.begin, zone.begin + survivor};
  eden_ = {survivors_[0].end, zone.end - survivor};
  survivors_[1] = {eden_.end, zone.end};
  survivor_end_ = survivors_[0].begin;
}

Zone Nursery::FromSpace() const {
  return in_use_ == 0 ? Zone{survivors_[0].begin, eden_.end} : Zone{eden_.begin, survivors_[1].end};
}

void Nursery::Flip(uintptr_t to_end, uintptr_t eden_used_end, bool poison) {
  if (poison) {
    PoisonRange(eden_.begin, eden_used_end);
    PoisonRange(survivors_[in_use_].begin, survivor_end_);
  }
  in_use_ = 1 - in_use_;
  survivor_end_ = to_end;
}

void PoisonRange(uintptr_t begin, uintptr_t end) {
  std::memset(reinterpret_cast<void*>(begin), kPoisonByte, end - begin);
}

}  // namespace foxvm::gc
