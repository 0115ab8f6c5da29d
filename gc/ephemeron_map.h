// EphemeronMap: the entries of one ephemeron table, a hash map from objects to values by identity.
// How: entries have numbers that stay (a free list fills the gaps); an index of numbers is probed linearly by
//      identity hash, so that a moving key changes one word of its entry and nothing else. Entries that may
//      refer to a young object are listed, so that a minor collection visits no others.
// Invariants: EP-1 an entry whose key or value is young is listed, and none is listed twice. EP-2 a free
//      entry's key is Value::Empty(). EP-3 keys have kEphemeronKey set.
// Threads: the mutator's, or with it stopped.  Collects: never.  Owns: its memory, outside the heap.
// Not here: which entries live (ephemerons.h), the table as hosts see it (ephemeron_table.h).
#ifndef FOXVM_GC_EPHEMERON_MAP_H_
#define FOXVM_GC_EPHEMERON_MAP_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gc/object.h"
#include "gc/value.h"

namespace foxvm::gc {

class Nursery;

class EphemeronMap {
 public:
  struct Entry {
    Value key = Value::Empty();
    Value value;
    uint32_t hash : 31;   // of the key's identity
    uint32_t listed : 1;  // EP-1
    uint32_t next_free;   // of a free entry
  };
  // No entry. A heap's range has room for fewer objects than there are numbers.
  static constexpr uint32_t kNone = UINT32_MAX;

  // The number of `key`'s entry, or kNone.
  uint32_t Find(const ObjectHeader* key, uint64_t identity_hash) const;
  // Enters `key`, which has no entry.
  void Insert(ObjectHeader* key, uint64_t identity_hash, Value value);
  void SetValue(uint32_t number, Value value);
  void Erase(uint32_t number);
  size_t size() const { return size_; }
  bool any_listed() const { return !listed_.empty(); }

  Entry& entry(uint32_t number) { return entries_[number]; }
  const Entry& entry(uint32_t number) const { return entries_[number]; }
  // Calls visit(number) for every entry, or for the listed ones. Neither enters nor erases may happen
  // meanwhile.
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
  // Gives memory back when most of it is unused; numbers change.
  void Shrink();
  // Whether EP-1 holds.
  bool YoungAreListed(const Nursery& nursery) const;
  void Clear() { *this = EphemeronMap(); }

 private:
  static constexpr size_t kMinIndex = 8;

  static uint32_t ShortHash(uint64_t identity_hash) { return static_cast<uint32_t>(identity_hash >> 33); }
  template <typename Visit>
  void VisitUsed(uint32_t number, Visit&& visit) const {
    if (!entries_[number].key.IsEmpty()) visit(number);
  }
  size_t Home(uint32_t hash) const { return hash & (index_.size() - 1); }
  void EnterIndex(uint32_t number);
  // An index of `slots` (a power of two), filled from the entries.
  void BuildIndex(size_t slots);
  void List(uint32_t number);

  std::vector<Entry> entries_;
  std::vector<uint32_t> index_;  // entry number, or kNone; at most three quarters are in use
  std::vector<uint32_t> listed_;
  uint32_t free_ = kNone;
  size_t size_ = 0;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_EPHEMERON_MAP_H_
