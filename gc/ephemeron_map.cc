#include "gc/ephemeron_map.h"

#include <utility>

#include "gc/check.h"
#include "gc/nursery.h"

namespace foxvm::gc {
namespace {

constexpr uint32_t kHashMask = (1u << 30) - 1;

bool RefersTo(const Nursery& nursery, Value v) { return v.IsHeapRef() && nursery.Contains(v.object()); }

}  // namespace

uint32_t EphemeronMap::Find(const ObjectHeader* key, uint64_t identity_hash) const {
  if (size_ == 0) return kNone;
  const size_t mask = index_.size() - 1;
  const Value wanted = Value::FromObject(key);
  const uint32_t hash = ShortHash(identity_hash);
  for (size_t at = Home(hash); index_[at].number != kNone; at = (at + 1) & mask) {
    const Slot slot = index_[at];
    // An object may be where a dead key was.
    if (slot.hash == hash && entries_[slot.number].key == wanted && !IsDead(slot.number)) return slot.number;
  }
  return kNone;
}

bool EphemeronMap::Insert(ObjectHeader* key, uint64_t identity_hash, Value value) {
  FOXVM_DCHECK(key->has_flag(kEphemeronKey));  // EP-3
  if ((size_ + 1) * 4 > index_.size() * 3 && !GrowIndex(index_.empty() ? kMinIndex : index_.size() * 2))
    return false;
  if (free_ == kNone) {
    const auto number = static_cast<uint32_t>(entries_.size());
    if (!entries_.TryPushBack({.key = Value::Empty(),
                               .value = Value::Empty(),
                               .hash = 0,
                               .listed = 0,
                               .waiting = 0,
                               .next_free = kNone})) {
      return false;
    }
    free_ = number;
  }
  if (!List(free_)) return false;
  const uint32_t number = free_;
  Entry& entry = entries_[number];
  free_ = entry.next_free;
  entry.key = Value::FromObject(key);
  entry.value = value;
  entry.hash = ShortHash(identity_hash) & kHashMask;
  ++size_;
  EnterIndex({number, entry.hash});
  return true;
}

bool EphemeronMap::SetValue(uint32_t number, Value value) {
  if (value.IsHeapRef() && !List(number)) return false;
  entries_[number].value = value;
  return true;
}

void EphemeronMap::Erase(uint32_t number) {
  const size_t mask = index_.size() - 1;
  size_t gap = Home(entries_[number].hash);
  while (index_[gap].number != number) gap = (gap + 1) & mask;
  // What follows moves up, unless that would put it before its home.
  for (size_t at = (gap + 1) & mask; index_[at].number != kNone; at = (at + 1) & mask) {
    size_t distance = (at - Home(index_[at].hash)) & mask;
    if (distance < ((at - gap) & mask)) continue;
    index_[gap] = index_[at];
    gap = at;
  }
  index_[gap] = {};
  EndWaiting(number);
  Entry& entry = entries_[number];
  entry.key = Value::Empty();  // EP-2
  entry.value = Value::Empty();
  entry.next_free = free_;
  free_ = number;
  --size_;
}

void EphemeronMap::EnterIndex(Slot slot) {
  const size_t mask = index_.size() - 1;
  size_t at = Home(slot.hash);
  while (index_[at].number != kNone) at = (at + 1) & mask;
  index_[at] = slot;
}

bool EphemeronMap::GrowIndex(size_t slots) {
  Vector<Slot> old(*memory_);
  if (!old.TryAssign(slots, Slot())) return false;
  std::swap(old, index_);
  for (const Slot& slot : old) {
    if (slot.number != kNone) EnterIndex(slot);
  }
  return true;
}

bool EphemeronMap::List(uint32_t number) {
  if (entries_[number].listed) return true;
  if (!listed_.TryPushBack(number)) return false;
  entries_[number].listed = 1;
  return true;
}

void EphemeronMap::TrimListed(const Nursery& nursery) {
  size_t kept = 0;
  for (uint32_t number : listed_) {
    Entry& entry = entries_[number];
    entry.listed = !IsDead(number) && (RefersTo(nursery, entry.key) || RefersTo(nursery, entry.value));
    if (entry.listed) listed_[kept++] = number;
  }
  listed_.Truncate(kept);
}

void EphemeronMap::Clear() { *this = EphemeronMap(*memory_, waiting_are_dead_); }

void EphemeronMap::Shrink() {
  FOXVM_DCHECK(waiting_ == 0);
  if (index_.size() <= kMinIndex || size_ * 8 > index_.size()) return;
  EphemeronMap small(*memory_, waiting_are_dead_);
  size_t slots = kMinIndex;
  while (size_ * 2 > slots) slots *= 2;
  if (!small.entries_.TryReserve(size_) || !small.listed_.TryReserve(listed_.size()) ||
      !small.index_.TryAssign(slots, Slot())) {
    return;
  }
  ForEach(false, [&](uint32_t number) {
    const uint32_t new_number = small.end();
    small.entries_.PushReserved(entries_[number]);
    small.EnterIndex({new_number, entries_[number].hash});
    if (entries_[number].listed) small.listed_.PushReserved(new_number);
  });
  small.size_ = size_;
  *this = std::move(small);
}

bool EphemeronMap::YoungAreListed(const Nursery& nursery) const {
  bool all = true;
  ForEach(false, [&](uint32_t number) {
    const Entry& entry = entries_[number];
    bool young = RefersTo(nursery, entry.key) || RefersTo(nursery, entry.value);
    all &= !young || entry.listed;
  });
  return all;
}

}  // namespace foxvm::gc
