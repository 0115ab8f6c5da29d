// SiteTable: the allocation site of every object of one heap (allocation_site.h).
// How: a number per object (granule_table.h). While there is a table the allocation limit is shut, so that
//      each new object comes by the slow path, which enters it; a heap without a table pays nothing. A
//      collection carries the numbers to where objects moved before it drops what they left behind.
// Threads: the mutator's, or with it stopped.  Collects: never.
#ifndef FOXVM_GC_SITE_TABLE_H_
#define FOXVM_GC_SITE_TABLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "gc/granule_table.h"
#include "gc/heap_memory.h"
#include "gc/object.h"

namespace foxvm::gc {

class SiteSource;

class SiteTable {
 public:
  // Covers `whole`. empty() when the system has no room.
  explicit SiteTable(Zone whole) : sites_(whole) {}

  bool empty() const { return sites_.empty(); }
  // Null: none.
  void SetSource(SiteSource* source) { source_ = source; }

  // Makes `name` the current scope; returns the one before, for Leave.
  uint32_t Enter(absl::string_view name);
  void Leave(uint32_t before) { scope_ = before; }

  void NoteNew(const ObjectHeader* object) { sites_[object] = Current(); }
  void NoteMoved(const ObjectHeader* from, const ObjectHeader* to) { sites_[to] = sites_[from]; }
  // The same for all that a minor collection has moved out of [begin, end), which is as it has left it.
  void FollowForwarded(uintptr_t begin, uintptr_t end);

  // 0: unknown.
  uint32_t SiteOf(const ObjectHeader* object) const { return sites_[object]; }
  std::string NameOf(uint32_t site) const;

 private:
  // Added to the numbers of scopes, so that they are not those of the source.
  static constexpr uint32_t kScopeBit = uint32_t{1} << 31;

  uint32_t Current() const;

  GranuleTable sites_;
  SiteSource* source_ = nullptr;
  uint32_t scope_ = 0;
  std::vector<std::string> names_;  // of scopes
  absl::flat_hash_map<std::string, uint32_t> numbers_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_SITE_TABLE_H_
