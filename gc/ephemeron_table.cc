#include "gc/ephemeron_table.h"

#include "gc/ephemerons.h"
#include "gc/weak_load.h"

namespace foxvm::gc {

namespace {

constexpr bool kNever = false;

}  // namespace

EphemeronTable::EphemeronTable(Heap& heap)
    : heap_(&heap), map_(heap.ephemerons().table_memory(), heap.ephemerons().pass().waiting_are_dead()) {
  heap.ephemerons().Add(this);
}

EphemeronTable::~EphemeronTable() {
  if (heap_ != nullptr) heap_->ephemerons().Remove(*this);
}

void EphemeronTable::LeaveHeap(TableMemory& memory) {
  map_ = EphemeronMap(memory, &kNever);
  heap_ = nullptr;
}

uint32_t EphemeronTable::Find(ObjectHeader* key) const {
  // What was never a key need not get an identity hash for the question.
  if (heap_ == nullptr || !key->has_flag(kEphemeronKey)) return EphemeronMap::kNone;
  return map_.Find(key, heap_->IdentityHash(key));
}

Value EphemeronTable::Get(ObjectHeader* key) const {
  uint32_t number = Find(key);
  return number == EphemeronMap::kNone ? Value::Empty()
                                       : LoadWeak(heap_->mutator(), map_.entry(number).value);
}

bool EphemeronTable::Set(ObjectHeader* key, Value value) {
  if (heap_ == nullptr || (number_ == kNoNumber && !heap_->ephemerons().Number(*this))) return false;
  const bool was_listed = map_.any_listed();
  const uint32_t number = Find(key);
  bool entered;
  if (number != EphemeronMap::kNone) {
    entered = map_.SetValue(number, value);
  } else {
    key->set_flag(kEphemeronKey);
    entered = map_.Insert(key, heap_->IdentityHash(key), value);
  }
  if (!was_listed && map_.any_listed()) heap_->ephemerons().MoveToListed(this);
  return entered;
}

bool EphemeronTable::Erase(ObjectHeader* key) {
  uint32_t number = Find(key);
  if (number == EphemeronMap::kNone) return false;
  map_.Erase(number);
  return true;
}

}  // namespace foxvm::gc
