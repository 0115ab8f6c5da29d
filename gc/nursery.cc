#include "gc/nursery.h"

#include <algorithm>
#include <cstring>

#include "gc/check.h"

namespace foxvm::gc {
namespace {

// Each survivor space is this part of the nursery: enough for a program whose young objects mostly die; what
// overflows is promoted early.
constexpr size_t kSurvivorFraction = 8;

size_t SurvivorBytes(size_t bytes) { return bytes / kSurvivorFraction & ~(kPageBytes - 1); }
size_t RoundUpToPages(size_t bytes) { return (bytes + kPageBytes - 1) & ~(kPageBytes - 1); }

}  // namespace

Nursery::Nursery(HeapMemory& memory) : memory_(memory), zone_(memory.young), survivor_end_(zone_.begin) {
  survivors_[0] = {zone_.begin, zone_.begin};
  Resize(memory.first_young_bytes);
}

void Nursery::Resize(size_t bytes) {
  FOXVM_DCHECK(resizable() && bytes <= zone_.bytes());
  const size_t survivor = SurvivorBytes(bytes);
  const size_t eden = bytes - 2 * survivor;
  // What is behind A is empty: B moves by being forgotten.
  memory_.range.Decommit(survivors_[1].begin, touched_survivors_[1]);
  touched_survivors_[1] = 0;
  if (touched_eden_ > eden) memory_.range.Decommit(eden_.begin + eden, touched_eden_ - eden);
  touched_eden_ = std::min(touched_eden_, eden);
  TrimSurvivors(0, std::max(survivor, survivor_bytes_used()));

  bytes_ = bytes;
  survivors_[0] = {zone_.begin, zone_.begin + survivor};
  // The room in front of it that the largest size needs is always left to A.
  eden_.begin = zone_.begin + SurvivorBytes(zone_.bytes());
  eden_.end = eden_.begin + eden;
  survivors_[1] = {eden_.end, eden_.end + survivor};
}

void Nursery::TrimSurvivors(int space, size_t keep_bytes) {
  const size_t keep = RoundUpToPages(keep_bytes);
  if (touched_survivors_[space] <= keep) return;
  memory_.range.Decommit(survivors_[space].begin + keep, touched_survivors_[space] - keep);
  touched_survivors_[space] = keep;
}

void Nursery::Touch(size_t eden_bytes) {
  auto touch = [this](const Zone& part, size_t bytes, size_t* touched) {
    bytes = std::min(RoundUpToPages(bytes), part.bytes());
    if (bytes <= *touched) return;
    memory_.range.Touch(part.begin + *touched, bytes - *touched);
    *touched = bytes;
  };
  touch(eden_, eden_bytes, &touched_eden_);
  touch(ToSpace(), eden_bytes + survivor_bytes_used(), &touched_survivors_[1 - in_use_]);
}

void Nursery::ReleaseFree(uintptr_t eden_used_end) {
  const size_t keep = RoundUpToPages(eden_used_end - eden_.begin);
  if (touched_eden_ > keep) memory_.range.Decommit(eden_.begin + keep, touched_eden_ - keep);
  touched_eden_ = std::min(touched_eden_, keep);
  TrimSurvivors(in_use_, survivor_bytes_used());
  TrimSurvivors(1 - in_use_, 0);
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
