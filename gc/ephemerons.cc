#include "gc/ephemerons.h"

#include <bit>
#include <iterator>
#include <utility>

#include "gc/check.h"
#include "gc/identity_hash.h"
#include "gc/spaces.h"
#include "gc/weak_tracer.h"

namespace foxvm::gc {

EphemeronResolver::~EphemeronResolver() {
  for (EphemeronTable* table : tables_) {
    if (table != nullptr) table->LeaveHeap();
  }
}

uint32_t EphemeronResolver::Add(EphemeronTable* table) {
  if (free_numbers_.empty()) {
    tables_.push_back(table);
    return static_cast<uint32_t>(tables_.size() - 1);
  }
  const uint32_t number = free_numbers_.back();
  free_numbers_.pop_back();
  tables_[number] = table;
  return number;
}

void EphemeronResolver::Remove(EphemeronTable& table) {
  if (table.is_listed_) with_listed_.erase(table.place_);
  tables_[table.number_] = nullptr;
  free_numbers_.push_back(table.number_);
}

void EphemeronResolver::NoteListed(EphemeronTable& table) {
  if (table.is_listed_) return;
  table.is_listed_ = true;
  table.place_ = with_listed_.insert(with_listed_.end(), &table);
}

void EphemeronResolver::Begin(WeakTracer& tracer) {
  FOXVM_DCHECK(tracer_ == nullptr && reached_.empty() && tracer.OnlyYoungAffected());
  tracer_ = &tracer;
  for (EphemeronTable* table : with_listed_) {
    table->map_.ForEach(true, [&](uint32_t number) { Sort(table->map_, number); });
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
  tracer_ = nullptr;
  for (const Waiting& waiting : waiting_) {
    if (waiting.map != nullptr) waiting.map->Erase(waiting.number);
  }
  waiting_.clear();
  for (auto at = with_listed_.begin(); at != with_listed_.end();) {
    EphemeronTable& table = **at;
    table.map_.TrimListed(spaces_.nursery);
    table.is_listed_ = table.map_.any_listed();
    at = table.is_listed_ ? std::next(at) : with_listed_.erase(at);
  }
}

}  // namespace foxvm::gc
