#include "gc/ephemerons.h"

#include <bit>
#include <utility>

#include "gc/check.h"
#include "gc/identity_hash.h"
#include "gc/spaces.h"
#include "gc/weak_tracer.h"

namespace foxvm::gc {

EphemeronResolver::~EphemeronResolver() {
  for (LinkedList<EphemeronTable>* tables : {&tables_, &with_listed_}) {
    tables->ForEach([this](EphemeronTable* table) { table->LeaveHeap(memory_); });
  }
}

bool EphemeronResolver::Number(EphemeronTable& table) {
  if (!free_numbers_.empty()) {
    table.number_ = free_numbers_.back();
    free_numbers_.pop_back();
    by_number_[table.number_] = &table;
    return true;
  }
  const size_t number = by_number_.size();
  if (!free_numbers_.TryReserve(number + 1) || !by_number_.TryPushBack(&table)) return false;
  table.number_ = static_cast<uint32_t>(number);
  return true;
}

void EphemeronResolver::Remove(EphemeronTable& table) {
  if (table.number_ == EphemeronTable::kNoNumber) return;
  by_number_[table.number_] = nullptr;
  free_numbers_.PushReserved(table.number_);
}

template <typename Visit>
void EphemeronResolver::ForEachEntry(Visit&& visit) const {
  with_listed_.ForEach([&visit](EphemeronTable* table) {
    table->map_.ForEach(true, [&](uint32_t number) { visit(table->map_, number); });
  });
}

void EphemeronResolver::Begin(WeakTracer& tracer) {
  FOXVM_DCHECK(tracer_ == nullptr && reached_.empty() && tracer.OnlyYoungAffected());
  tracer_ = &tracer;
  no_memory_ = false;
  ForEachEntry([this](EphemeronMap& map, uint32_t number) { Sort(map, number); });
  if (!BuildIndex()) no_memory_ = true;
}

void EphemeronResolver::Sort(EphemeronMap& map, uint32_t number) {
  ObjectHeader* key = map.entry(number).key.object();
  if (ObjectHeader* now = tracer_->Resolve(key); now != nullptr) return KeepEntry(map, number, now);
  if (!waiting_.TryPushBack({key, &map, number, kNoWaiting})) no_memory_ = true;
}

bool EphemeronResolver::BuildIndex() {
  if (!index_.TryAssign(std::bit_ceil(waiting_.size() * 2 + 1), kNoWaiting)) return false;
  for (uint32_t i = 0; i < waiting_.size(); ++i) {
    uint32_t& slot = SlotOf(waiting_[i].key);
    waiting_[i].next = slot;
    slot = i;
  }
  return true;
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
  while (!reached_.empty() && !no_memory_) {
    ObjectHeader* key = reached_.back();
    reached_.pop_back();
    KeepValuesOf(key);
    if (reached_.empty()) tracer_->Drain();
  }
  if (no_memory_) ResolveByPasses();
}

void EphemeronResolver::ResolveByPasses() {
  reached_.clear();
  bool kept;
  do {
    kept = false;
    ForEachEntry([&](EphemeronMap& map, uint32_t number) {
      ObjectHeader* key = tracer_->Resolve(map.entry(number).key.object());
      if (key == nullptr) return;
      const Value value = map.entry(number).value;
      kept |= value.IsHeapRef() && tracer_->Resolve(value.object()) == nullptr;
      KeepEntry(map, number, key);
    });
    tracer_->Drain();
    reached_.clear();
  } while (kept);
}

void EphemeronResolver::DropByPass() {
  ForEachEntry([this](EphemeronMap& map, uint32_t number) {
    if (tracer_->Resolve(map.entry(number).key.object()) == nullptr) map.Erase(number);
  });
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
  if (no_memory_) {
    DropByPass();
  } else {
    for (const Waiting& waiting : waiting_) {
      if (waiting.map != nullptr) waiting.map->Erase(waiting.number);
    }
  }
  tracer_ = nullptr;
  waiting_.clear();
  with_listed_.ForEach([this](EphemeronTable* table) {
    table->map_.TrimListed(spaces_.nursery);
    if (table->map_.any_listed()) return;
    table->Unlink();
    tables_.PushBack(table);
  });
}

}  // namespace foxvm::gc
