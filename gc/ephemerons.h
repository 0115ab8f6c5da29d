// EphemeronResolver: a heap's ephemeron tables, and which of their entries a minor collection finds alive.
// How: once everything strongly reachable is traced, the entries with live keys have their values kept; the
//      others wait, indexed by key. Tracing tells of every key that it reaches from then on, whose waiting
//      values are kept in turn: linear in entries and objects, whatever the order of a chain. A flag in the
//      header (kEphemeronKey) spares all other objects the question. A minor collection sees only entries
//      that may refer to young objects; an old key counts as alive. When the system has no memory for the
//      waiting ones, all of these are asked again and again until nothing is kept any more: slower, but it
//      needs none. Markings do the same in steps (ephemeron_pass.h).
// Invariants: ER-1 between Begin and Finish, OnReached is called for each object with kEphemeronKey that
//      becomes reachable, under the address that the tables know.
// Threads: tables come and go with the mutator; the rest with it stopped.  Collects: it is part of the
//      collection.
// Owns: no table. Those alive when the heap goes are emptied and left without heap.
#ifndef FOXVM_GC_EPHEMERONS_H_
#define FOXVM_GC_EPHEMERONS_H_

#include <cstdint>

#include "gc/ephemeron_map.h"
#include "gc/ephemeron_pass.h"
#include "gc/ephemeron_table.h"
#include "gc/linked_list.h"
#include "gc/object.h"
#include "gc/vector.h"

namespace foxvm::gc {

class WeakTracer;
struct Spaces;

class EphemeronResolver {
 public:
  EphemeronResolver(const Spaces& spaces, TableMemory& memory)
      : spaces_(spaces),
        memory_(memory),
        by_number_(memory),
        free_numbers_(memory),
        pass_(spaces, by_number_),
        reached_(memory),
        waiting_(memory),
        index_(memory) {}
  ~EphemeronResolver();

  void Add(EphemeronTable* table) { tables_.PushBack(table); }
  // Gives `table` its number, which it needs before its first entry; false when the system has no memory.
  [[nodiscard]] bool Number(EphemeronTable& table);
  // `table` goes.
  void Remove(EphemeronTable& table);
  // `table` has listed its first entry.
  void MoveToListed(EphemeronTable* table) {
    table->Unlink();
    with_listed_.PushBack(table);
  }
  TableMemory& table_memory() { return memory_; }
  // What markings do.
  EphemeronPass& pass() { return pass_; }

  // A minor collection calls these in this order, Resolve as often as it keeps something more.
  void Begin(WeakTracer& tracer);
  void OnReached(ObjectHeader* key) {
    if (tracer_ != nullptr && !reached_.TryPushBack(key)) no_memory_ = true;
  }
  // Traces until no waiting entry's key is reached any more.
  void Resolve();
  // Drops the entries that still wait.
  void Finish();

  // Calls visit(EphemeronMap&) for every table's entries.
  template <typename Visit>
  void ForEachMap(Visit&& visit) const {
    for (const LinkedList<EphemeronTable>* tables : {&tables_, &with_listed_}) {
      tables->ForEach([&visit](EphemeronTable* table) { visit(table->map_); });
    }
  }

 private:
  struct Waiting {
    ObjectHeader* key;  // as the tables know it
    EphemeronMap* map;  // null once its key was reached
    uint32_t number;    // of the entry
    uint32_t next;      // of those with the same key, or kNoWaiting
  };
  static constexpr uint32_t kNoWaiting = UINT32_MAX;

  // Calls visit(map, number) for every entry that a minor collection is about.
  template <typename Visit>
  void ForEachEntry(Visit&& visit) const;
  void Sort(EphemeronMap& map, uint32_t number);
  // False when the system has no memory.
  [[nodiscard]] bool BuildIndex();
  // The slot of `key` in the index.
  uint32_t& SlotOf(const ObjectHeader* key);
  // Keeps the values that wait for `key`.
  void KeepValuesOf(ObjectHeader* key);
  void KeepEntry(EphemeronMap& map, uint32_t number, ObjectHeader* key);
  // Resolve and Finish without memory: these ask every entry.
  void ResolveByPasses();
  void DropByPass();

  const Spaces& spaces_;
  TableMemory& memory_;
  LinkedList<EphemeronTable> tables_;       // without listed entries
  LinkedList<EphemeronTable> with_listed_;  // with some
  Vector<EphemeronTable*> by_number_;       // those that have one; null: the number is free
  Vector<uint32_t> free_numbers_;           // with room for all numbers
  EphemeronPass pass_;
  WeakTracer* tracer_ = nullptr;
  bool no_memory_ = false;         // for one of these
  Vector<ObjectHeader*> reached_;  // not yet looked up
  Vector<Waiting> waiting_;
  Vector<uint32_t> index_;  // by key, probed linearly: the first that waits for it, or kNoWaiting
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_EPHEMERONS_H_
