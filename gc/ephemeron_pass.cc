#include "gc/ephemeron_pass.h"

#include <algorithm>
#include <bit>

#include "gc/check.h"
#include "gc/ephemeron_table.h"
#include "gc/identity_hash.h"
#include "gc/spaces.h"
#include "gc/weak_tracer.h"

namespace foxvm::gc {
namespace {

// The mark of a key so many entries ahead is fetched.
constexpr uint32_t kAhead = 8;
// Taking an entry out of its table costs as much as looking at so many.
constexpr size_t kLooksPerDrop = 8;

}  // namespace

void EphemeronPass::Begin() {
  FOXVM_DCHECK(!waiting_are_dead_ && !reached_.has_value());  // ER-3
  StartOver();
  look_again_ = false;
  waiting_count_ = waiting_capacity_ = 0;
  size_t entries = 0;
  for (EphemeronTable* table : tables_) entries += table == nullptr ? 0 : table->map_.size();
  if (entries == 0) return;
  reached_.emplace(entries);
  if (reached_->failed()) reached_.reset();
  index_slots_ = std::bit_ceil(entries * 2);
  waiting_memory_ = AddressRange::MapSparse(entries * sizeof(Waiting));
  index_memory_ = AddressRange::MapSparse(index_slots_ * sizeof(uint32_t));
  if (!waiting_memory_.empty() && !index_memory_.empty()) waiting_capacity_ = static_cast<uint32_t>(entries);
}

bool EphemeronPass::Step(WeakTracer& tracer, size_t entries) {
  if (look_again_) {
    look_again_ = false;
    StartOver();
  }
  const size_t before = entries;
  for (; reached_.has_value() && !reached_->empty() && entries != 0; --entries) {
    KeepValuesOf(tracer, reinterpret_cast<ObjectHeader*>(reached_->Pop()));
  }
  while (table_ < tables_.size() && entries != 0) {
    EphemeronTable* table = tables_[table_];
    if (table == nullptr || number_ >= table->map_.end()) {
      NextTable();
    } else {
      Look(tracer, table->map_, number_++);
    }
    --entries;
  }
  return entries == before;
}

void EphemeronPass::Look(WeakTracer& tracer, EphemeronMap& map, uint32_t number) {
  const uint32_t ahead = std::min(number + kAhead, map.end() - 1);
  if (Value key = map.entry(ahead).key; key.IsHeapRef()) __builtin_prefetch(spaces_.marks.At(key.object()));
  if (map.entry(number).key.IsEmpty()) return;
  ObjectHeader* key = map.entry(number).key.object();
  if (tracer.Resolve(key) != nullptr) return Keep(tracer, map, number);
  if (map.Waits(number)) return;
  map.SetWaiting(number);
  // Unknown to the index, it has to be found by looking.
  if (!Enter({key, table_, number, 0})) reached_.reset();
}

void EphemeronPass::Keep(WeakTracer& tracer, EphemeronMap& map, uint32_t number) {
  map.EndWaiting(number);
  tracer.Keep(&map.entry(number).value);
}

bool EphemeronPass::Enter(const Waiting& entry) {
  if (waiting_count_ == waiting_capacity_) return false;
  uint32_t& slot = SlotOf(entry.key);
  Waiting& place = waiting()[waiting_count_++];
  place = entry;
  place.next = slot;
  slot = waiting_count_;
  return true;
}

uint32_t& EphemeronPass::SlotOf(const ObjectHeader* key) {
  auto* index = reinterpret_cast<uint32_t*>(index_memory_.base());
  const size_t mask = index_slots_ - 1;
  size_t at = MixHash(reinterpret_cast<uintptr_t>(key) >> kObjectAlignmentLog2) & mask;
  while (index[at] != 0 && waiting()[index[at] - 1].key != key) at = (at + 1) & mask;
  return index[at];
}

void EphemeronPass::KeepValuesOf(WeakTracer& tracer, ObjectHeader* key) {
  if (waiting_capacity_ == 0) return;
  for (uint32_t at = SlotOf(key); at != 0; at = waiting()[at - 1].next) {
    const Waiting& entry = waiting()[at - 1];
    EphemeronTable* table = entry.table < tables_.size() ? tables_[entry.table] : nullptr;
    // The table may be gone, the entry erased, its number another's.
    if (table == nullptr || entry.number >= table->map_.end() || !table->map_.Waits(entry.number)) continue;
    if (table->map_.entry(entry.number).key.object() != key) continue;
    Keep(tracer, table->map_, entry.number);
  }
}

void EphemeronPass::End() {
  FOXVM_DCHECK(!look_again_ && (!reached_.has_value() || reached_->empty()));
  reached_.reset();
  StartOver();
  waiting_are_dead_ = !tables_.empty();
}

void EphemeronPass::DropSome(size_t entries) {
  FOXVM_DCHECK(waiting_are_dead_);
  waiting_memory_ = {};
  index_memory_ = {};
  entries = std::max(entries / kLooksPerDrop, size_t{1}) * kLooksPerDrop;
  while (entries >= kLooksPerDrop) {
    EphemeronTable* table = tables_[table_];
    if (table != nullptr && table->map_.waiting() != 0 && table->map_.size() == 0) table->map_.Clear();
    if (table == nullptr || table->map_.waiting() == 0) {
      if (table != nullptr) table->map_.Shrink();
      if (NextTable()) {
        waiting_are_dead_ = false;
        return;
      }
      entries -= kLooksPerDrop;
    } else if (table->map_.Waits(number_++)) {
      table->map_.Erase(number_ - 1);
      entries -= kLooksPerDrop;
    } else {
      --entries;
    }
  }
}

}  // namespace foxvm::gc
