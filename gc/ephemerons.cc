#include "gc/ephemerons.h"

#include <bit>
#include <utility>

#include "gc/check.h"
#include "gc/identity_hash.h"
#include "gc/spaces.h"
#include "gc/weak_tracer.h"

namespace foxvm::gc {

EphemeronResolver::~EphemeronResolver() {
  for (Tables* tables : {&tables_, &with_listed_}) {
    for (EphemeronTable* table : *tables) {
      table->map_.Clear();
      table->heap_ = nullptr;
    }
  }
}

void EphemeronResolver::Remove(Tables::iterator at, bool listed) {
  (listed ? with_listed_ : tables_).erase(at);
}

void EphemeronResolver::Begin(WeakTracer& tracer) {
  FOXVM_DCHECK(tracer_ == nullptr && reached_.empty());
  tracer_ = &tracer;
  const bool minor = tracer.OnlyYoungAffected();
  for (EphemeronTable* table : with_listed_) {
    table->map_.ForEach(minor, [&](uint32_t number) { Sort(table->map_, number); });
  }
  if (!minor) {
    for (EphemeronTable* table : tables_) {
      table->map_.ForEach(false, [&](uint32_t number) { Sort(table->map_, number); });
    }
  }
  BuildIndex();
}

void EphemeronResolver::Sort(EphemeronMap& map, uint32_t number) {
  ObjectHeader* key = map.entry(number).key.object();
  if (ObjectHeader* now = tracer_->Resolve(key); now != nullptr) return KeepEntry(map, number, now);
  waiting_.push_back({key, &map, number, kNoWaiting});
}

void EphemeronResolver::BuildIndex() {
  index_.assign(std::bit_ceil(waiting_.size() * 2 + 1), kNoWaiting);
  for (uint32_t i = 0; i < waiting_.size(); ++i) {
    uint32_t& slot = SlotOf(waiting_[i].key);
    waiting_[i].next = slot;
    slot = i;
  }
}

uint32_t& EphemeronResolver::SlotOf(const ObjectHeader* key) {
  const size_t mask = index_.size() - 1;
  size_t at = MixHash(reinterpret_cast<uintptr_t>(key) >> kObjectAlignmentLog2) & mask;
  while (index_[at] != kNoWaiting && waiting_[index_[at]].key != key) at = (at + 1) & mask;
  return index_[at];
}

void EphemeronResolver::KeepEntry(EphemeronMap& map, uint32_t number, ObjectHeader* key) {
  EphemeronMap::Entry& entry = map.entry(number);
  entry.key = Value::FromObject(key);
  tracer_->Keep(&entry.value);
}

void EphemeronResolver::Resolve() {
  tracer_->Drain();
  while (!reached_.empty()) {
    ObjectHeader* key = reached_.back();
    reached_.pop_back();
    KeepValuesOf(key);
    if (reached_.empty()) tracer_->Drain();
  }
}

void EphemeronResolver::KeepValuesOf(ObjectHeader* key) {
  uint32_t at = SlotOf(key);
  if (at == kNoWaiting) return;
  ObjectHeader* now = tracer_->Resolve(key);
  for (; at != kNoWaiting; at = waiting_[at].next) {
    EphemeronMap* map = std::exchange(waiting_[at].map, nullptr);
    if (map != nullptr) KeepEntry(*map, waiting_[at].number, now);
  }
}

void EphemeronResolver::Finish() {
  FOXVM_DCHECK(reached_.empty());
  const bool minor = tracer_->OnlyYoungAffected();
  tracer_ = nullptr;
  for (const Waiting& waiting : waiting_) {
    if (waiting.map != nullptr) waiting.map->Erase(waiting.number);
  }
  waiting_.clear();
  if (!minor) {
    waiting_.shrink_to_fit();
    index_ = {};
    ForEachMap([](EphemeronMap& map) { map.Shrink(); });
  }
  for (auto at = with_listed_.begin(); at != with_listed_.end();) {
    auto table = at++;
    (*table)->map_.TrimListed(spaces_.nursery);
    if (!(*table)->map_.any_listed()) tables_.splice(tables_.end(), with_listed_, table);
  }
}

}  // namespace foxvm::gc
