// Heap: the front of the package. One heap belongs to one VM; no process-wide state.
// Threads: owned by one thread at a time.  Collects: where stated.
#ifndef FOXVM_GC_HEAP_H_
#define FOXVM_GC_HEAP_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "gc/heap_options.h"
#include "gc/mutator.h"
#include "gc/pause_histogram.h"
#include "gc/roots.h"
#include "gc/type_info.h"

namespace foxvm::stackmaps {
class FrameWalker;
class StackMapSource;
}  // namespace foxvm::stackmaps

namespace foxvm::gc {

class EphemeronResolver;
class FaultInjection;
class HandleSlab;
class SiteSource;
class TableMemory;

struct HeapStatistics {
  uint64_t minor_collections = 0;
  uint64_t major_collections = 0;
  uint64_t allocated_bytes = 0;  // since creation
  uint64_t copied_bytes = 0;     // by minor collections
  uint64_t promoted_bytes = 0;
  uint64_t live_old_bytes = 0;  // found by the last major collection, plus promoted since
  uint64_t young_used_bytes = 0;
  uint64_t young_bytes = 0;      // size of the young generation now
  uint64_t committed_bytes = 0;  // memory held from the system for objects; it agrees with the resident size
  uint64_t table_bytes =
      0;  // the same for the tables beside them: at most, as far as they cover what is held
  uint64_t peak_committed_bytes = 0;
  uint64_t minor_pause_ns_max = 0;
  uint64_t minor_pause_ns_total = 0;
  uint64_t major_pause_ns_max = 0;
  uint64_t major_pause_ns_total = 0;  // with those in which a cycle begins or ends
  uint64_t slice_pause_ns_max = 0;
  uint64_t slice_pause_ns_total = 0;
  PauseHistogram minor_pauses;
  PauseHistogram major_pauses;
  PauseHistogram slice_pauses;          // of marking, and of sweeping that must end before it
  uint64_t degenerated_cycles = 0;      // that had to end in one pause, for lack of room or of mark stack
  uint64_t marked_bytes = 0;            // visited by finished markings
  uint64_t marked_by_thread_bytes = 0;  // of those, while the program ran
  uint64_t compacted_blocks = 0;        // emptied by moving their objects
  uint64_t pressure_calls = 0;          // of the pressure callback
};

class Heap {
 public:
  static absl::StatusOr<std::unique_ptr<Heap>> Create(const HeapOptions& options);
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  TypeRegistry& types();
  Mutator& mutator();

  // `provider` is visited by every collection until removed. Not owned.
  void AddRoots(RootProvider* provider);
  void RemoveRoots(RootProvider* provider);
  void AddWeakRoots(WeakProvider* provider);
  void RemoveWeakRoots(WeakProvider* provider);
  // Frames to scan, and where their maps are. Not owned; either both or none.
  void SetStackRoots(stackmaps::FrameWalker* walker, const stackmaps::StackMapSource* maps);

  // Collects the young generation, or everything. The latter also takes back what the young generation has
  // grown by, sweeps, and gives free blocks and page runs back to the system, but for what the next
  // promotions will need: who asks for it has the time. (The heap's own major collections sweep later, bit by
  // bit; for all of it see ReleaseFreeMemory.) Collects: yes.
  void CollectMinor();
  void CollectMajor();
  // Begins a major collection as HeapOptions::major_mode says: its slices come with allocations, or with
  // AdvanceMajor. Nothing when one is under way.
  void BeginMajor();
  // Runs one slice of the major collection that is under way, for hosts with time to spare. True while there
  // is more to do.
  bool AdvanceMajor();
  // Collects everything and moves objects until no more blocks can be won, however long it takes.
  void Compact();
  // Asks for a minor collection at the next allocation.
  void RequestCollection();
  // For loops that allocate nothing: does now what an allocation would do first, if anything (a collection
  // that was asked for or is due under stress, a slice of marking). Collects: yes.
  void Safepoint();
  // While not allowed (it is at first), nothing is collected: calls to collect have no effect, and allocation
  // fails where it would collect. For times when not all roots can be shown.
  void AllowCollections(bool allowed);

  // Bytes of `object` as allocated, header included; small or large. (ObjectHeader::small_size can be 16
  // more, once a hashed object has moved.)
  size_t SizeOf(const ObjectHeader* object) const;
  bool IsYoung(const ObjectHeader* object) const;
  bool Contains(const void* address) const;
  // Where the heap's range begins.
  uintptr_t base() const;
  // The old, pinned or large object that has `address` among its bytes, header included, or null: for roots
  // of which one only knows that they may be references. One that has died since the last major collection
  // began is still found; young objects are not.
  ObjectHeader* ObjectCovering(const void* address) const;

  // Calls `visit` for every object: those that the last major collection has found dead are left out, those
  // that have died since are not (call CollectMajor first: twice, to be rid of the young that only dead old
  // objects refer to). `visit` must not allocate, collect or change references.
  void ForEachObject(absl::FunctionRef<void(ObjectHeader*)> visit);
  // The same for every slot that is a root, including those that hold no reference.
  void ForEachRoot(absl::FunctionRef<void(RootKind, Slot)> visit);

  // Allocation sites (allocation_site.h); without HeapOptions::record_sites none of these has an effect.
  // `source` is asked for the site of each new object; not owned, null ends that.
  void SetSiteSource(SiteSource* source);
  // Begins a scope called `name`; gives the one before for LeaveSite. AllocationSite does both.
  uint32_t EnterSite(const char* name);
  void LeaveSite(uint32_t before);
  // Where `object` was allocated; 0 when that is not known.
  uint32_t SiteOf(const ObjectHeader* object) const;
  std::string SiteName(uint32_t site) const;

  // From now on as HeapOptions::stress_interval says.
  void SetStressInterval(uint64_t interval);

  // A number that stays the same for the object's lifetime, wherever it moves. Never fails.
  uint64_t IdentityHash(ObjectHeader* object);

  // Runs the finalizers (TypeInfo::finalize) that wait: by collection that found the objects dead, within one
  // in the order in which they were asked for, usually that of allocation. Those found meanwhile wait for the
  // next call. Allocation does the same by itself where it has collected. No effect inside a finalizer, or
  // while collections are not allowed. Returns how many ran. Collects: yes.
  size_t RunFinalizers();
  // Finalizers that wait to be run.
  size_t queued_finalizers() const;
  // Asks for the finalizer of `object` to run once it has died, as for a new object. False, and no effect,
  // when that is so already, its type has none, or the system has no memory. In a finalizer: for one more
  // call.
  bool AttachFinalizer(ObjectHeader* object);

  // What handles and tables are made of (persistent_handle.h, weak_handle.h, ephemeron_table.h).
  HandleSlab& persistent_slots();
  HandleSlab& weak_slots();
  EphemeronResolver& ephemerons();
  // For a host's tables that grow with the heap: counted in HeapStatistics::table_bytes.
  TableMemory& table_memory();
  // Gives free memory back to the system: after a peak, or when the host is idle (best behind CollectMajor).
  // The program's next allocations pay for having it again.
  void ReleaseFreeMemory();

  // `callback` is called when a major collection has left less than HeapOptions::pressure_share of the heap's
  // bound free, external bytes included, or an allocation would fail: once, and again only after a major
  // collection has left more. It is called after the collection, in the middle of an allocation or of
  // CollectMajor; it may drop roots and the host's own memory, but collections have no effect in it, and
  // allocation succeeds only where there is room at hand. Null: nobody is called.
  void SetPressureCallback(std::function<void()> callback);

  // Counts memory outside the heap that heap objects keep alive towards the next major collection.
  void AddExternalBytes(int64_t delta);

  HeapStatistics statistics() const;
  const HeapOptions& options() const;
  // Named faults for tests that prove the debug modes catch them.
  FaultInjection& faults();

 private:
  class Impl;
  friend ObjectHeader* AllocateSlow(Mutator&, TypeId, size_t, uint64_t);
  friend ObjectHeader* AllocatePinned(Mutator&, TypeId, size_t, uint64_t);
  friend ObjectHeader* AllocateFinalizable(Mutator&, TypeId, size_t, uint64_t);
  friend void LogForMarking(Mutator&, ObjectHeader*);
  friend Value LoadWeakHandleSlow(Mutator&, Value);
  friend void LogStore(Mutator&, uint64_t*, SlotKind, ObjectHeader*, ObjectHeader*);
  explicit Heap(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_HEAP_H_
