// EphemeronResolver: a heap's ephemeron tables, and which of their entries a minor collection finds alive.
// How: once everything strongly reachable is traced, the entries with live keys have their values kept; the
//      others wait, indexed by key. Tracing tells of every key that it reaches from then on, whose waiting
//      values are kept in turn: linear in entries and objects, whatever the order of a chain. A flag in the
//      header (kEphemeronKey) spares all other objects the question. A minor collection sees only entries
//      that may refer to young objects; an old key counts as alive. Markings do the same in steps
//      (ephemeron_pass.h).
// Invariants: ER-1 between Begin and Finish, OnReached is called for each object with kEphemeronKey that
//      becomes reachable, under the address that the tables know.
// Threads: tables come and go with the mutator; the rest with it stopped.  Collects: it is part of the
//      collection.
// Owns: no table. Those alive when the heap goes are emptied and left without heap.
#ifndef FOXVM_GC_EPHEMERONS_H_
#define FOXVM_GC_EPHEMERONS_H_

#include <cstdint>
#include <list>
#include <vector>

#include "gc/ephemeron_map.h"
#include "gc/ephemeron_pass.h"
#include "gc/ephemeron_table.h"
#include "gc/object.h"

namespace foxvm::gc {

class WeakTracer;
struct Spaces;

class EphemeronResolver {
 public:
  explicit EphemeronResolver(const Spaces& spaces) : spaces_(spaces), pass_(spaces, tables_) {}
  ~EphemeronResolver();

  // The number of `table`, which is new.
  uint32_t Add(EphemeronTable* table);
  void Remove(EphemeronTable& table);
  // `table` has listed entries.
  void NoteListed(EphemeronTable& table);
  // What markings do.
  EphemeronPass& pass() { return pass_; }

  // A minor collection calls these in this order, Resolve as often as it keeps something more.
  void Begin(WeakTracer& tracer);
  void OnReached(ObjectHeader* key) {
    if (tracer_ != nullptr) reached_.push_back(key);
  }
  // Traces until no waiting entry's key is reached any more.
  void Resolve();
  // Drops the entries that still wait.
  void Finish();

  // Calls visit(EphemeronMap&) for every table's entries.
  template <typename Visit>
  void ForEachMap(Visit&& visit) const {
    for (EphemeronTable* table : tables_) {
      if (table != nullptr) visit(table->map_);
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

  void Sort(EphemeronMap& map, uint32_t number);
  void BuildIndex();
  // The slot of `key` in the index.
  uint32_t& SlotOf(const ObjectHeader* key);
  // Keeps the values that wait for `key`.
  void KeepValuesOf(ObjectHeader* key);
  void KeepEntry(EphemeronMap& map, uint32_t number, ObjectHeader* key);

  const Spaces& spaces_;
  std::vector<EphemeronTable*> tables_;  // by number; null: the number is free
  std::vector<uint32_t> free_numbers_;
  std::list<EphemeronTable*> with_listed_;
  EphemeronPass pass_;
  WeakTracer* tracer_ = nullptr;
  std::vector<ObjectHeader*> reached_;  // not yet looked up
  std::vector<Waiting> waiting_;
  std::vector<uint32_t> index_;  // by key, probed linearly: the first that waits for it, or kNoWaiting
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_EPHEMERONS_H_
