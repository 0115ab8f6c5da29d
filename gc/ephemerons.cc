#include "gc/ephemerons.h"

#include <utility>

#include "gc/check.h"
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
  if (minor) return;
  for (EphemeronTable* table : tables_) {
    table->map_.ForEach(false, [&](uint32_t number) { Sort(table->map_, number); });
  }
}

void EphemeronResolver::Sort(EphemeronMap& map, uint32_t number) {
  ObjectHeader* key = map.entry(number).key.object();
  if (ObjectHeader* now = tracer_->Resolve(key); now != nullptr) return KeepEntry(map, number, now);
  auto [chain, first] = waiting_of_key_.try_emplace(key, kNoWaiting);
  uint32_t next = std::exchange(chain->second, static_cast<uint32_t>(waiting_.size()));
  waiting_.push_back({&map, number, next});
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
  auto chain = waiting_of_key_.find(key);
  if (chain == waiting_of_key_.end()) return;
  ObjectHeader* now = tracer_->Resolve(key);
  for (uint32_t at = chain->second; at != kNoWaiting; at = waiting_[at].next) {
    KeepEntry(*std::exchange(waiting_[at].map, nullptr), waiting_[at].number, now);
  }
  waiting_of_key_.erase(chain);
}

void EphemeronResolver::Finish() {
  FOXVM_DCHECK(reached_.empty());
  const bool minor = tracer_->OnlyYoungAffected();
  tracer_ = nullptr;
  for (const Waiting& waiting : waiting_) {
    if (waiting.map != nullptr) waiting.map->Erase(waiting.number);
  }
  waiting_.clear();
  waiting_of_key_.clear();
  if (!minor) {
    waiting_.shrink_to_fit();
    ForEachMap([](EphemeronMap& map) { map.Shrink(); });
  }
  for (auto at = with_listed_.begin(); at != with_listed_.end();) {
    auto table = at++;
    (*table)->map_.TrimListed(spaces_.nursery);
    if (!(*table)->map_.any_listed()) tables_.splice(tables_.end(), with_listed_, table);
  }
}

}  // namespace foxvm::gc
