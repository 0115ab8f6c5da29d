#include "gc/ephemeron_map.h"

#include <utility>

#include "gc/check.h"
#include "gc/nursery.h"

namespace foxvm::gc {
namespace {

bool RefersTo(const Nursery& nursery, Value v) { return v.IsHeapRef() && nursery.Contains(v.object()); }

}  // namespace

uint32_t EphemeronMap::Find(const ObjectHeader* key, uint64_t identity_hash) const {
  if (size_ == 0) return kNone;
  const size_t mask = index_.size() - 1;
  const Value wanted = Value::FromObject(key);
  for (size_t at = Home(ShortHash(identity_hash)); index_[at] != kNone; at = (at + 1) & mask) {
    if (entries_[index_[at]].key == wanted) return index_[at];
  }
  return kNone;
}

bool EphemeronMap::Insert(ObjectHeader* key, uint64_t identity_hash, Value value) {
  FOXVM_DCHECK(key->has_flag(kEphemeronKey));  // EP-3
  if ((size_ + 1) * 4 > index_.size() * 3 && !BuildIndex(index_.empty() ? kMinIndex : index_.size() * 2))
    return false;
  if (free_ == kNone) {
    const auto number = static_cast<uint32_t>(entries_.size());
    if (!entries_.TryPushBack(
            {.key = Value::Empty(), .value = Value::Empty(), .hash = 0, .listed = 0, .next_free = kNone})) {
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
  entry.hash = ShortHash(identity_hash) & 0x7FFFFFFF;
  ++size_;
  EnterIndex(number);
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
  while (index_[gap] != number) gap = (gap + 1) & mask;
  // What follows moves up, unless that would put it before its home.
  for (size_t at = (gap + 1) & mask; index_[at] != kNone; at = (at + 1) & mask) {
    size_t distance = (at - Home(entries_[index_[at]].hash)) & mask;
    if (distance < ((at - gap) & mask)) continue;
    index_[gap] = index_[at];
    gap = at;
  }
  index_[gap] = kNone;
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

bool EphemeronMap::BuildIndex(size_t slots) {
  Vector<uint32_t> index(*memory_);
  if (!index.TryAssign(slots, kNone)) return false;
  index_ = std::move(index);
  ForEach(false, [this](uint32_t number) { EnterIndex(number); });
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
    entry.listed = RefersTo(nursery, entry.key) || RefersTo(nursery, entry.value);
    if (entry.listed) listed_[kept++] = number;
  }
  listed_.Truncate(kept);
}

void EphemeronMap::Shrink() {
  if (index_.size() <= kMinIndex || size_ * 8 > index_.size()) return;
  EphemeronMap small(*memory_);
  size_t slots = kMinIndex;
  while (size_ * 2 > slots) slots *= 2;
  if (!small.entries_.TryReserve(size_) || !small.listed_.TryReserve(listed_.size())) return;
  ForEach(false, [&](uint32_t number) {
    if (entries_[number].listed) small.listed_.PushReserved(static_cast<uint32_t>(small.entries_.size()));
    small.entries_.PushReserved(entries_[number]);
  });
  small.size_ = size_;
  if (small.BuildIndex(slots)) *this = std::move(small);
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
