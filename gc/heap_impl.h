// Heap::Impl: the parts of one heap and the policy that ties them: when to collect, and how much may be
// allocated.
// How: eden is granted only as far as the heap's bound allows, so that no allocation on the fast path can
//      exceed it. What a collection promotes was counted as eden before. A grant too small to be worth a
//      collection counts as out of memory. The grant is handed out in steps: each has the memory ready that a
//      collection of what is used so far may need, and sweeps a few blocks, so that neither adds to a pause.
// Invariants: HI-1 mutator.limit is shut (cursor - 1) exactly while stress is on, a collection is
//      requested, sites are recorded, or there is no spare chunk of handles (HT-2). HI-2 inside a collection
//      any allocation stops the process.
// Threads: see heap.h.  Collects: where stated.
#ifndef FOXVM_GC_HEAP_IMPL_H_
#define FOXVM_GC_HEAP_IMPL_H_

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/base/optimization.h"
#include "gc/fault_injection.h"
#include "gc/heap.h"
#include "gc/heap_sizing.h"
#include "gc/marking_cycle.h"
#include "gc/root_set.h"
#include "gc/spaces.h"
#include "gc/stress.h"
#include "gc/visit_table.h"
#include "gc/weak.h"

namespace foxvm::gc {

class Heap::Impl {
 public:
  Impl(const HeapOptions& options, HeapMemory memory);
  // False when the system had no memory for all of it.
  bool complete() const {
    return spaces_.complete() && lifetimes_.complete() && !marking_.failed() &&
           mutator_.handles.has_spare() && !(visits_.has_value() && visits_->empty());
  }

  Mutator& mutator() { return mutator_; }
  Spaces& spaces() { return spaces_; }
  const Spaces& spaces() const { return spaces_; }
  RootSet& roots() { return roots_; }
  Lifetimes& lifetimes() { return lifetimes_; }
  FaultInjection& faults() { return faults_; }

  // Inspection (heap_inspection.cc), see heap.h.
  void ForEachObject(absl::FunctionRef<void(ObjectHeader*)> visit);
  void ForEachRoot(absl::FunctionRef<void(RootKind, Slot)> visit);
  // `object` is new, or null.
  void NoteSite(const ObjectHeader* object) {
    if (ABSL_PREDICT_FALSE(spaces_.sites.has_value()) && object != nullptr) spaces_.sites->NoteNew(object);
  }
  void LogForMarking(ObjectHeader* object) { marking_.Log(object); }
  // See LoadWeakHandleSlow.
  Value LoadWeakHandle(Value v) {
    ObjectHeader* object = v.object();
    if (lifetimes_.emptying_handles() && !spaces_.nursery.Contains(object) && !spaces_.marks.IsMarked(object))
      return Value::Empty();
    marking_.Log(object);
    return v;
  }
  void LogStore(uint64_t* slot, SlotKind kind, ObjectHeader* old, ObjectHeader* stored) {
    if (faults_.IsSet(Fault::kSkipSnapshotLog)) return;
    if (old != nullptr) marking_.Log(old);
    if (stored != nullptr) marking_.NoteStored(slot, kind, stored);
  }
  const HeapOptions& options() const { return options_; }

  // Allocation (allocate_slow.cc). Collects: yes. Null when out of memory.
  ObjectHeader* AllocateSlow(TypeId type, size_t bytes, uint64_t second);
  ObjectHeader* AllocatePinned(TypeId type, size_t bytes, uint64_t second);
  ObjectHeader* AllocateFinalizable(TypeId type, size_t bytes, uint64_t second);

  // See heap.h.
  bool AttachFinalizer(ObjectHeader* object);
  size_t RunFinalizers();
  bool FinalizersDue() const {
    return lifetimes_.finalizers().queued() != 0 && !lifetimes_.finalizers().running() &&
           collections_allowed_;
  }

  ObjectHeader* ObjectCovering(uintptr_t address);
  // Collects: yes (heap_impl.cc).
  void CollectMinor();
  void CollectMajor();
  // Makes the young generation, just collected, as large as it was at first if it has grown.
  void ShrinkYoung();
  // Ends the sweeping of a major collection that has just been made, and gives back what is free above the
  // reserve.
  void SweepAndTrim();
  void BeginMajor();
  bool AdvanceMajor();
  void Compact();
  void RequestCollection();
  void Safepoint();
  void AllowCollections(bool allowed) { collections_allowed_ = allowed; }
  void SetStressInterval(uint64_t interval);
  void AddExternalBytes(int64_t delta);
  uint64_t IdentityHash(ObjectHeader* object);
  void ReleaseFreeMemory();
  void SetPressureCallback(std::function<void()> callback) { pressure_callback_ = std::move(callback); }
  HeapStatistics statistics() const;

 private:
  // The stress mode's collection, if one is due.
  void StressStep();
  // Collects by policy: minor, or major when the old generation has grown enough. Returns true if it was
  // major.
  bool Collect();
  // Whether a marking in slices runs, or its cleaning, or would if the last cycle were swept.
  bool WantsSlices() const;
  // The next slice of marking, or of what must end before it: the last cycle's cleaning, and sweeping.
  void RunSlice();
  void BeginCycle();
  void FinishCycle();
  // Collects until eden has room for `bytes`; false when even a major collection does not help.
  bool MakeRoom(size_t bytes);
  bool HasRoom(size_t bytes) const;
  // Hands out the next step of eden's grant, at least `bytes`.
  void StartStep(size_t bytes);
  // AllocatePinned for types that are not told of deaths, and what it is made of.
  ObjectHeader* AllocateUnwatchedPinned(TypeId type, size_t bytes, uint64_t second);
  ObjectHeader* AllocatePinnedSlow(TypeId type, size_t bytes, uint64_t second);
  ObjectHeader* TryAllocatePinnedSlow(TypeId type, size_t bytes, uint64_t second);
  // What every new pinned object needs. Its header is written.
  void InitialisePinned(ObjectHeader* object, const TypeInfo& info, size_t bytes);
  ObjectHeader* AllocateLarge(TypeId type, size_t bytes, uint64_t second);
  // `bytes` in the large-object space, or 0.
  uintptr_t TryLarge(TypeId type, size_t bytes);
  // Whether the bound leaves room for `bytes` more outside eden. Finishes sweeping to be sure.
  bool FitsOld(size_t bytes);

  void BeginCollection();
  void Verify();
  void EvacuateYoung();
  // What a major collection does when it is done.
  void EndMajor(MajorMeasure measure);
  void EndCollection();
  // Changes the young generation's size if its sizer says so and it can be now.
  void ResizeYoung();
  // Tells the host of pressure if a major collection that left `live_bytes` is the moment to.
  void NotePressure(size_t live_bytes);
  // Calls the pressure callback unless it has been called since the last recovery; true if it was.
  bool TellOfPressure();
  // Before an allocation fails, a major collection having been done: collects once more if the host has
  // dropped something, because it is told now or was since there were `pressure_calls` calls. False if
  // nothing has changed.
  bool CollectForPressure(uint64_t pressure_calls);
  // Recomputes how far eden may be filled, after anything that changes what is used outside it.
  void UpdateGrant();
  void SetLimit();
  // Bytes the old generation and the survivors may still grow by; how far eden may be filled.
  size_t RoomInBound() const;
  size_t RoomForEden() const;
  size_t UsedOutsideEden() const;
  size_t CommittedBytes() const;
  // The smallest grant of eden worth running on.
  size_t MinGrant() const;
  // Whether the old generation, with `more_bytes`, has grown enough for a major collection.
  bool MajorDue(size_t more_bytes) const;
  size_t OldAndExternalBytes() const;
  uint64_t AllocatedBytes() const;
  void ApplyFaults();

  const HeapOptions options_;
  FaultInjection faults_;
  TableMemory tables_;
  Mutator mutator_;
  Spaces spaces_;
  Lifetimes lifetimes_;
  RootSet roots_;
  MarkingCycle marking_;
  StressSchedule stress_;
  std::optional<VisitTable> visits_;        // with HeapOptions::verify
  std::optional<CardTable> scratch_cards_;  // where the barrier goes under kSkipCardMark

  uintptr_t eden_limit_;          // eden is granted up to here
  uintptr_t step_limit_;          // and handed out up to here
  uintptr_t slice_at_ = 0;        // the cursor at which the next slice is due
  size_t assist_below_room_ = 0;  // RoomInBound() below which the mutator helps the marking thread
  MajorMeasure cycle_;            // of the cycle under way
  YoungSizer young_sizer_;
  PromotionAge promotion_age_;
  OldSizer old_sizer_;
  size_t young_bytes_wanted_;
  std::function<void()> pressure_callback_;
  bool under_pressure_ = false;  // told the host, no recovery since
  bool collection_requested_ = false;
  bool collecting_ = false;
  bool collections_allowed_ = true;
  size_t external_bytes_ = 0;
  uint16_t next_hash_number_ = 0;  // wraps
  size_t next_major_bytes_;        // OldAndExternalBytes that makes a major collection due
  HeapStatistics statistics_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_HEAP_IMPL_H_
