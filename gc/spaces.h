// Spaces: the parts of one heap that hold objects, and what they share.
// How: plain members in order of construction; collections compose them and hold no space logic of their own.
// Threads: see heap.h.  Collects: never.  Owns: all of the heap's memory.
#ifndef FOXVM_GC_SPACES_H_
#define FOXVM_GC_SPACES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "gc/card_table.h"
#include "gc/heap_memory.h"
#include "gc/identity_hash.h"
#include "gc/large_objects.h"
#include "gc/mark_stack.h"
#include "gc/mark_table.h"
#include "gc/nursery.h"
#include "gc/old_space.h"
#include "gc/site_table.h"
#include "gc/type_info.h"

namespace foxvm::gc {

struct Spaces {
  Spaces(HeapMemory reserved, TableMemory& table_memory, bool poison_freed, bool record_sites)
      : poison(poison_freed),
        tables(table_memory),
        memory(std::move(reserved)),
        cards(memory.whole),
        marks(memory.whole),
        nursery(memory),
        old(memory, tables, cards, marks, poison_freed),
        large(memory, tables, cards, marks, poison_freed),
        promoted(MostSpans(memory.young.bytes()) * 2) {
    if (record_sites) sites.emplace(memory.whole);
  }

  // False when the system had no room for a side table.
  bool complete() const {
    return !cards.empty() && !marks.empty() && !large.empty() && !promoted.failed() &&
           !(sites.has_value() && sites->empty());
  }

  // The bytes of `object` that belong to its type, small or large.
  size_t ObjectBytes(const ObjectHeader* object) const {
    size_t bytes = TracedBytes(object->meta);
    return bytes != 0 ? bytes : large.SizeOf(reinterpret_cast<uintptr_t>(object));
  }

  // The object outside the nursery that has `address` among its bytes, or null; once sweeping has begun, only
  // a live one.
  ObjectHeader* OldObjectCovering(uintptr_t address) const {
    uintptr_t start = 0;
    uintptr_t granule = address & ~(kObjectAlignment - 1);
    if (old.extent().Contains(address)) {
      start = old.ObjectCovering(granule, granule + kObjectAlignment);
    } else if (large.Contains(reinterpret_cast<const void*>(address))) {
      start = large.ObjectCovering(address);
    }
    if (start == 0) return nullptr;
    auto* object = reinterpret_cast<ObjectHeader*>(start);
    return old.sweeping() && !marks.IsMarked(object) ? nullptr : object;
  }

  // Most spans of promoted objects that a minor collection can begin. An object grows by at most its own
  // size, and two spans that follow each other have more than the smallest hole together, because it did not
  // take both.
  static size_t MostSpans(size_t young_bytes) { return young_bytes * 2 / kMinHoleBytes * 2 + 2; }

  const bool poison;  // fill freed memory with a pattern
  TableMemory& tables;
  TypeRegistry types;
  HeapMemory memory;
  CardTable cards;
  MarkTable marks;
  Nursery nursery;
  OldSpace old;
  LargeObjects large;
  MarkStack promoted;              // a minor collection's stack of spans (minor_gc.cc): two words each
  std::optional<SiteTable> sites;  // with HeapOptions::record_sites
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_SPACES_H_
