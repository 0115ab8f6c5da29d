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
#include "gc/mark_table.h"
#include "gc/nursery.h"
#include "gc/old_space.h"
#include "gc/site_table.h"
#include "gc/type_info.h"

namespace foxvm::gc {

struct Spaces {
  Spaces(HeapMemory reserved, bool poison_freed, bool record_sites)
      : poison(poison_freed),
        memory(std::move(reserved)),
        cards(memory.whole),
        marks(memory.whole),
        nursery(memory),
        old(memory, cards, marks, poison_freed),
        large(memory, cards, marks, poison_freed) {
    if (record_sites) sites.emplace(memory.whole);
  }

  // False when the system had no room for a side table.
  bool complete() const {
    return !cards.empty() && !marks.empty() && !large.empty() && !(sites.has_value() && sites->empty());
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

  const bool poison;  // fill freed memory with a pattern
  TypeRegistry types;
  HeapMemory memory;
  CardTable cards;
  MarkTable marks;
  Nursery nursery;
  OldSpace old;
  LargeObjects large;
  std::optional<SiteTable> sites;  // with HeapOptions::record_sites
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_SPACES_H_
