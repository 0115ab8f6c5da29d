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

void EphemeronPass::Begin(size_t max_reached) {
  FOXVM_DCHECK(!waiting_are_dead_ && !reached_.has_value());  // ER-3
  StartOver();
  look_again_ = entering_ = false;
  how_ = How::kByTable;
  few_count_ = 0;
  if (tables_.empty()) return;
  reached_.emplace(max_reached);
  if (reached_->failed()) reached_.reset();
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
  while (table_ < tables_.size() && entries != 0 && !look_again_) {
    EphemeronTable* table = tables_[table_];
    if (table == nullptr || number_ >= table->map_.end()) {
      if (!NextTable()) entering_ = false;
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
  const Waiting waiting = {key, table_, number, 0};
  if (!map.Waits(number)) {
    map.SetWaiting(number);
    const auto end = few_tables_.begin() + few_count_;
    if (how_ == How::kByTable && std::find(few_tables_.begin(), end, table_) == end) {
      if (few_count_ == kFewTables) return BeginIndex();
      few_tables_[few_count_++] = table_;
    }
    if (how_ == How::kByIndex) Enter(waiting);
  } else if (entering_) {
    Enter(waiting);
  }
}

void EphemeronPass::BeginIndex() {
  size_t entries = 0;
  for (EphemeronTable* table : tables_) entries += table == nullptr ? 0 : table->map_.size();
  index_slots_ = std::bit_ceil(entries * 2);
  waiting_count_ = 0;
  waiting_capacity_ = static_cast<uint32_t>(entries);
  waiting_memory_ = AddressRange::MapSparse(entries * sizeof(Waiting));
  index_memory_ = AddressRange::MapSparse(index_slots_ * sizeof(uint32_t));
  const bool failed = waiting_memory_.empty() || index_memory_.empty();
  how_ = failed ? How::kByLookingAgain : How::kByIndex;
  entering_ = !failed;
  look_again_ = true;
}

void EphemeronPass::Enter(const Waiting& entry) {
  if (waiting_count_ == waiting_capacity_) {
    how_ = How::kByLookingAgain;
    entering_ = false;
    look_again_ = true;
    return;
  }
  uint32_t& slot = SlotOf(entry.key);
  Waiting& place = waiting()[waiting_count_++];
  place = entry;
  place.next = slot;
  slot = waiting_count_;
}

void EphemeronPass::Keep(WeakTracer& tracer, EphemeronMap& map, uint32_t number) {
  map.EndWaiting(number);
  tracer.Keep(&map.entry(number).value);
}

uint32_t& EphemeronPass::SlotOf(const ObjectHeader* key) {
  auto* index = reinterpret_cast<uint32_t*>(index_memory_.base());
  const size_t mask = index_slots_ - 1;
  size_t at = MixHash(reinterpret_cast<uintptr_t>(key) >> kObjectAlignmentLog2) & mask;
  while (index[at] != 0 && waiting()[index[at] - 1].key != key) at = (at + 1) & mask;
  return index[at];
}

void EphemeronPass::KeepValuesOf(WeakTracer& tracer, ObjectHeader* key) {
  switch (how_) {
    case How::kByTable: {
      const uint64_t hash = IdentityHashOf(key, spaces_.memory.whole.begin);
      for (size_t i = 0; i < few_count_; ++i) {
        EphemeronTable* table = tables_[few_tables_[i]];
        if (table != nullptr) KeepIfWaiting(tracer, few_tables_[i], table->map_.Find(key, hash), key);
      }
      return;
    }
    case How::kByIndex:
      for (uint32_t at = SlotOf(key); at != 0; at = waiting()[at - 1].next) {
        KeepIfWaiting(tracer, waiting()[at - 1].table, waiting()[at - 1].number, key);
      }
      return;
    case How::kByLookingAgain: look_again_ = true;
  }
}

void EphemeronPass::KeepIfWaiting(WeakTracer& tracer, uint32_t table, uint32_t number,
                                  const ObjectHeader* key) {
  // The table may be gone, the entry erased, its number another's.
  if (tables_[table] == nullptr) return;
  EphemeronMap& map = tables_[table]->map_;
  if (number >= map.end() || !map.Waits(number) || map.entry(number).key.object() != key) return;
  Keep(tracer, map, number);
}

void EphemeronPass::End() {
  FOXVM_DCHECK(!look_again_ && (!reached_.has_value() || reached_->empty()));
  reached_.reset();
  waiting_memory_ = {};
  index_memory_ = {};
  StartOver();
  waiting_are_dead_ = !tables_.empty();
}

void EphemeronPass::DropSome(size_t entries) {
  FOXVM_DCHECK(waiting_are_dead_);
  entries = std::max(entries / kLooksPerDrop, size_t{1}) * kLooksPerDrop;
  while (entries >= kLooksPerDrop) {
    EphemeronTable* table = tables_[table_];
    if (table != nullptr && table->map_.waiting() != 0 && table->map_.size() == 0) table->map_.Clear();
    if (table == nullptr || table->map_.waiting() == 0) {
      if (table != nullptr) table->map_.Shrink();
      if (!NextTable()) {
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
