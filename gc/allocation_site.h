// Allocation sites: which place of the program each object came from (HeapOptions::record_sites), for dumps,
// statistics and the verifier's messages.
// How: a site is a number. A program that knows where it is gives it when asked (SiteSource): the collector
//      asks once for each object, so running code need not keep any number up to date. A host without such a
//      place names what it is doing by a scope (AllocationSite), which goes before the source.
// Threads: the mutator's.  Collects: never.  Not here: where the numbers are kept (site_table.h).
#ifndef FOXVM_GC_ALLOCATION_SITE_H_
#define FOXVM_GC_ALLOCATION_SITE_H_

#include <cstdint>
#include <string>

#include "gc/heap.h"

namespace foxvm::gc {

// Implemented above the collector; registered with Heap::SetSiteSource.
class SiteSource {
 public:
  virtual ~SiteSource() = default;
  // The place that is allocating, from 1 up and below 2^31; 0: unknown. Must not allocate on the heap.
  virtual uint32_t CurrentSite() = 0;
  // What people call a place that CurrentSite has given.
  virtual std::string SiteName(uint32_t site) const = 0;
};

// While it lives, objects come from the site called `name`. Scopes nest. No effect on a heap that does not
// record sites.
class AllocationSite {
 public:
  AllocationSite(Heap& heap, const char* name) : heap_(heap), before_(heap.EnterSite(name)) {}
  ~AllocationSite() { heap_.LeaveSite(before_); }
  AllocationSite(const AllocationSite&) = delete;
  AllocationSite& operator=(const AllocationSite&) = delete;

 private:
  Heap& heap_;
  const uint32_t before_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_ALLOCATION_SITE_H_
