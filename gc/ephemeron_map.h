// EphemeronMap: the entries of one ephemeron table, a hash map from objects to values by identity.
// How: entries have numbers that stay (a free list fills the gaps); an index of numbers is probed linearly by
//      identity hash, so that a moving key changes one word of its entry and nothing else. The index has the
//      hashes as well, so only the entry that is looked for is looked at, and growing looks at none. Entries
//      that may refer to a young object are listed, so that a minor collection visits no others. A marking
//      has the entries wait whose keys it has not reached; when it is done these are dead, all at once, and
//      from then on no entries, though they are taken out little by little.
// Invariants: EP-1 an entry whose key or value is young is listed, and none is listed twice. EP-2 a free
//      entry's key is Value::Empty(). EP-3 keys have kEphemeronKey set. EP-4 what a dead entry refers to may
//      be gone: nobody looks at it.
// Threads: the mutator's, or with it stopped.  Collects: never.  Owns: its memory, outside the heap.
// Not here: which entries live (ephemerons.h), the table as hosts see it (ephemeron_table.h).
#ifndef FOXVM_GC_EPHEMERON_MAP_H_
#define FOXVM_GC_EPHEMERON_MAP_H_

#include <cstddef>
#include <cstdint>

#include "gc/object.h"
#include "gc/value.h"
#include "gc/vector.h"

namespace foxvm::gc {

class Nursery;

class EphemeronMap {
 public:
  struct Entry {
    Value key = Value::Empty();
    Value value;
    uint32_t hash : 30;    // of the key's identity
    uint32_t listed : 1;   // EP-1
    uint32_t waiting : 1;  // a marking has not reached the key, or had not when it was done
    uint32_t next_free;    // of a free entry
  };
  // No entry. A heap's range has room for fewer objects than there are numbers.
  static constexpr uint32_t kNone = UINT32_MAX;

  // Entries that wait are dead while `*waiting_are_dead`, which outlives the map or its last Clear.
  EphemeronMap(TableMemory& memory, const bool* waiting_are_dead)
      : waiting_are_dead_(waiting_are_dead),
        memory_(&memory),
        entries_(memory),
        index_(memory),
        listed_(memory) {}

  // The number of `key`'s entry, or kNone.
  uint32_t Find(const ObjectHeader* key, uint64_t identity_hash) const;
  // Enters `key`, which has no entry. False, and nothing done, when the system has no memory.
  [[nodiscard]] bool Insert(ObjectHeader* key, uint64_t identity_hash, Value value);
  // The same for the value of an entry that is there.
  [[nodiscard]] bool SetValue(uint32_t number, Value value);
  void Erase(uint32_t number);
  size_t size() const { return size_ - (*waiting_are_dead_ ? waiting_ : 0); }
  // Entries that wait, or are dead.
  size_t waiting() const { return waiting_; }
  // Numbers are below this.
  uint32_t end() const { return static_cast<uint32_t>(entries_.size()); }
  bool any_listed() const { return !listed_.empty(); }

  Entry& entry(uint32_t number) { return entries_[number]; }
  const Entry& entry(uint32_t number) const { return entries_[number]; }
  // Whether the entry `number` waits; makes it wait, or no more.
  bool Waits(uint32_t number) const { return entries_[number].waiting; }
  void SetWaiting(uint32_t number) {
    waiting_ += !entries_[number].waiting;
    entries_[number].waiting = 1;
  }
  void EndWaiting(uint32_t number) {
    waiting_ -= entries_[number].waiting;
    entries_[number].waiting = 0;
  }

  // Calls visit(number) for every entry that is not dead, or for the listed ones of these. Neither enters nor
  // erases may happen meanwhile.
  template <typename Visit>
  void ForEach(bool only_listed, Visit&& visit) const {
    if (only_listed) {
      for (uint32_t number : listed_) VisitUsed(number, visit);
    } else {
      for (uint32_t number = 0; number < entries_.size(); ++number) VisitUsed(number, visit);
    }
  }
  // After a minor collection: drops from the list what refers to nothing young.
  void TrimListed(const Nursery& nursery);
  // Gives memory back when most of it is unused and the system has what is left of it; numbers change.
  // Requires that nothing waits.
  void Shrink();
  // Drops all entries, and their memory.
  void Clear();
  // Whether EP-1 holds.
  bool YoungAreListed(const Nursery& nursery) const;

 private:
  struct Slot {
    uint32_t number = kNone;  // of an entry
    uint32_t hash = 0;        // the same as there
  };
  static constexpr size_t kMinIndex = 8;

  static uint32_t ShortHash(uint64_t identity_hash) { return static_cast<uint32_t>(identity_hash >> 34); }
  bool IsUsed(uint32_t number) const { return !entries_[number].key.IsEmpty(); }
  bool IsDead(uint32_t number) const { return entries_[number].waiting && *waiting_are_dead_; }
  template <typename Visit>
  void VisitUsed(uint32_t number, Visit&& visit) const {
    if (IsUsed(number) && !IsDead(number)) visit(number);
  }
  size_t Home(uint32_t hash) const { return hash & (index_.size() - 1); }
  void EnterIndex(Slot slot);
  // An index of `slots` (a power of two) in place of this one. False, and it is as it was, when the system
  // has no memory.
  [[nodiscard]] bool GrowIndex(size_t slots);
  // The same for a listed entry, if it is not one yet.
  [[nodiscard]] bool List(uint32_t number);

  const bool* waiting_are_dead_;
  TableMemory* memory_;
  Vector<Entry> entries_;
  Vector<Slot> index_;  // at most three quarters are in use
  Vector<uint32_t> listed_;
  uint32_t free_ = kNone;
  size_t size_ = 0;     // with the dead
  size_t waiting_ = 0;  // of these
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_EPHEMERON_MAP_H_
