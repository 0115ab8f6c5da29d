// HeapCensus: how many objects of each type a heap has, how many bytes, and how old they are; with
// HeapOptions::record_sites also by the place where they were allocated.
// How: one walk over the heap's objects (Heap::ForEachObject), so what has died since the last major
//      collection is counted too: call CollectMajor before, twice. Memory in proportion to types and sites,
//      not to the heap.
// Threads: the mutator's.  Collects: never.
#ifndef FOXVM_GC_HEAP_CENSUS_H_
#define FOXVM_GC_HEAP_CENSUS_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "gc/heap.h"
#include "gc/object.h"

namespace foxvm::gc {

struct ObjectCount {
  uint64_t objects = 0;
  uint64_t bytes = 0;  // headers included

  void Add(uint64_t more_bytes) {
    ++objects;
    bytes += more_bytes;
  }
};

struct TypeCount {
  ObjectCount young;
  ObjectCount old;    // small ones, pinned ones included
  ObjectCount large;  // over kMaxSmallObjectBytes

  ObjectCount all() const {
    return {young.objects + old.objects + large.objects, young.bytes + old.bytes + large.bytes};
  }
};

struct HeapCensus {
  std::array<TypeCount, kMaxTypeId + 1> types;       // by type id
  absl::flat_hash_map<uint32_t, ObjectCount> sites;  // by Heap::SiteOf
};

HeapCensus TakeCensus(Heap& heap);

// The census as a table, the types with most bytes first; where sites are recorded, followed by those of the
// `max_sites` sites with most bytes.
std::string CensusText(Heap& heap, const HeapCensus& census, size_t max_sites = 20);

}  // namespace foxvm::gc

#endif  // FOXVM_GC_HEAP_CENSUS_H_
