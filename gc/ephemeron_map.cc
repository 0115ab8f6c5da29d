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
  for (size_t at = Home(ShortHash(identity_hash)); index_[at] != kNone; at = (at + 1) & mask) {
    // An object may be where a dead key was.
    if (entries_[index_[at]].key == wanted && !IsDead(index_[at])) return index_[at];
  }
  return kNone;
}

void EphemeronMap::Insert(ObjectHeader* key, uint64_t identity_hash, Value value) {
  FOXVM_DCHECK(key->has_flag(kEphemeronKey));  // EP-3
  uint32_t number = free_;
  if (number != kNone) {
    free_ = entries_[number].next_free;
  } else {
    number = static_cast<uint32_t>(entries_.size());
    entries_.push_back(
        {.key = Value::Empty(), .value = Value::Empty(), .hash = 0, .listed = 0, .waiting = 0, .next_free = kNone});
  }
  Entry& entry = entries_[number];
  entry.key = Value::FromObject(key);
  entry.value = value;
  entry.hash = ShortHash(identity_hash) & kHashMask;
  ++size_;
  if (size_ * 4 > index_.size() * 3) {
    BuildIndex(index_.empty() ? kMinIndex : index_.size() * 2);
  } else {
    EnterIndex(number);
  }
  if (!entry.listed) List(number);
}

void EphemeronMap::SetValue(uint32_t number, Value value) {
  Entry& entry = entries_[number];
  entry.value = value;
  if (value.IsHeapRef() && !entry.listed) List(number);
}

void EphemeronMap::Erase(uint32_t number) {
  const size_t mask = index_.size() - 1;
  size_t gap = Home(entries_[number].hash);
  while (index_[gap] != number) gap = (gap + 1) & mask;
  // What follows moves up, unless that would put it before its home.
  for (size_t at = (gap + 1) & mask; index_[at] != kNone; at = (at + 1) & mask) {
    size_t distance = (at - Home(entries_[index_[at]].hash)) & mask;
    if (distance < ((at - gap) & mask)) continue;
    index_[gap] = index_[at];
    gap = at;
  }
  index_[gap] = kNone;
  EndWaiting(number);
  Entry& entry = entries_[number];
  entry.key = Value::Empty();  // EP-2
  entry.value = Value::Empty();
  entry.next_free = free_;
  free_ = number;
  --size_;
}

void EphemeronMap::EnterIndex(uint32_t number) {
  const size_t mask = index_.size() - 1;
  size_t at = Home(entries_[number].hash);
  while (index_[at] != kNone) at = (at + 1) & mask;
  index_[at] = number;
}

void EphemeronMap::BuildIndex(size_t slots) {
  index_.assign(slots, kNone);
  for (uint32_t number = 0; number < entries_.size(); ++number) {
    if (IsUsed(number)) EnterIndex(number);  // the dead as well
  }
}

void EphemeronMap::List(uint32_t number) {
  entries_[number].listed = 1;
  listed_.push_back(number);
}

void EphemeronMap::TrimListed(const Nursery& nursery) {
  size_t kept = 0;
  for (uint32_t number : listed_) {
    Entry& entry = entries_[number];
    entry.listed = !IsDead(number) && (RefersTo(nursery, entry.key) || RefersTo(nursery, entry.value));
    if (entry.listed) listed_[kept++] = number;
  }
  listed_.resize(kept);
}

void EphemeronMap::Clear() { *this = EphemeronMap(waiting_are_dead_); }

void EphemeronMap::Shrink() {
  FOXVM_DCHECK(waiting_ == 0);
  if (index_.size() <= kMinIndex || size_ * 8 > index_.size()) return;
  EphemeronMap small(waiting_are_dead_);
  size_t slots = kMinIndex;
  while (size_ * 2 > slots) slots *= 2;
  small.entries_.reserve(size_);
  ForEach(false, [&](uint32_t number) {
    small.entries_.push_back(entries_[number]);
    if (entries_[number].listed) small.listed_.push_back(static_cast<uint32_t>(small.entries_.size() - 1));
  });
  small.size_ = size_;
  small.BuildIndex(slots);
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
