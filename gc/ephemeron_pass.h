// EphemeronPass: which entries of a heap's ephemeron tables a marking finds alive, asked in steps while the
// program runs.
// How: when all that is strongly reachable seems marked, the entries are looked at one after the other: the
//      value of a key that is marked or young is kept; other entries wait. The marker tells of every key that
//      it reaches from then on, whose waiting values are kept in turn: linear in entries and objects,
//      whatever the order of a chain. They are found by the tables' own hashing while few tables have any, by
//      an index of keys otherwise. What the program enters meanwhile needs no look: it holds key and value,
//      so the marking owes both their marks. Entries that wait when nothing is left to look at have dead
//      keys: one word says so for all of them (EP-4), and they are taken out of their tables in steps.
//      (Values kept as soon as their keys are marked: Hayes, "Ephemerons: a new finalization mechanism",
//      1997.)
// Invariants: ER-2 from Begin to End, OnReached is called for each object with kEphemeronKey that becomes
//      marked, in the order of marking before the next Step. ER-3 dead entries are out before the next Begin.
// Threads: OnReached the marker's, while no other call is under way; else the mutator's.  Collects: it is
//      part of the collection.
// Owns: the index, in memory of the system that is there only while it is needed. If there is none to have,
//      or too little, waiting entries are looked at again whenever a key is reached: slower.
#ifndef FOXVM_GC_EPHEMERON_PASS_H_
#define FOXVM_GC_EPHEMERON_PASS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "gc/ephemeron_map.h"
#include "gc/mark_stack.h"
#include "gc/object.h"
#include "gc/os_memory.h"
#include "gc/vector.h"

namespace foxvm::gc {

class EphemeronTable;
class WeakTracer;
struct Spaces;

class EphemeronPass {
 public:
  // `tables` by number; null where there is none.
  EphemeronPass(const Spaces& spaces, const Vector<EphemeronTable*>& tables)
      : spaces_(spaces), tables_(tables) {}

  // At most `max_reached` keys wait to be looked up.
  void Begin(size_t max_reached);
  void OnReached(ObjectHeader* key) {
    if (!reached_.has_value() || !reached_->Push(reinterpret_cast<uint64_t>(key))) look_again_ = true;
  }
  // Looks at up to `entries`. True when none was left to look at: then, if all that was kept before is
  // traced, the entries that wait are those with dead keys.
  bool Step(WeakTracer& tracer, size_t entries);
  // The entries that wait are dead now.
  void End();

  // Whether tables have dead entries.
  bool dropping() const { return waiting_are_dead_; }
  // Takes out up to `entries` of them. Requires dropping().
  void DropSome(size_t entries);
  // For the maps.
  const bool* waiting_are_dead() const { return &waiting_are_dead_; }

 private:
  // An entry that waits.
  struct Waiting {
    ObjectHeader* key;
    uint32_t table;
    uint32_t number;
    uint32_t next;  // of those with the same key, one more than its place; or 0
  };

  // How the entries that wait for a key are found.
  enum class How : uint8_t { kByTable, kByIndex, kByLookingAgain };
  static constexpr size_t kFewTables = 8;

  // Sees to the entry `number` of `map`, that of tables_[table_].
  void Look(WeakTracer& tracer, EphemeronMap& map, uint32_t number);
  // The entry, which has begun to wait, is to be found from now on.
  void Enter(const Waiting& waiting);
  void BeginIndex();
  // Keeps the values that wait for `key`.
  void KeepValuesOf(WeakTracer& tracer, ObjectHeader* key);
  // Keeps the value of the entry if it waits for `key`.
  void KeepIfWaiting(WeakTracer& tracer, uint32_t table, uint32_t number, const ObjectHeader* key);
  static void Keep(WeakTracer& tracer, EphemeronMap& map, uint32_t number);
  // The slot of `key` in the index.
  uint32_t& SlotOf(const ObjectHeader* key);
  Waiting* waiting() const { return reinterpret_cast<Waiting*>(waiting_memory_.base()); }
  void StartOver() { table_ = number_ = 0; }
  // False at the end of the tables.
  bool NextTable() { return number_ = 0, ++table_ < tables_.size(); }

  const Spaces& spaces_;
  const Vector<EphemeronTable*>& tables_;
  uint32_t table_ = 0;  // what comes next
  uint32_t number_ = 0;
  std::optional<MarkStack> reached_;  // keys not yet looked up
  bool look_again_ = false;           // at the entries that wait, as not all that was reached is known
  bool waiting_are_dead_ = false;
  How how_ = How::kByTable;
  std::array<uint32_t, kFewTables> few_tables_;  // that have entries which wait
  size_t few_count_ = 0;
  // The index; `entering_` while it has yet to learn of entries that waited before.
  bool entering_ = false;
  AddressRange waiting_memory_;
  AddressRange index_memory_;  // by key, probed linearly: as Waiting::next
  size_t index_slots_ = 0;
  uint32_t waiting_count_ = 0;
  uint32_t waiting_capacity_ = 0;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_EPHEMERON_PASS_H_
