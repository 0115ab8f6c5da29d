// MarkingCycle: one major collection, from its snapshot to the start of sweeping; at once, in slices on the
// mutator, or on a thread beside it.
// How: snapshot at the beginning (Yuasa: "Real-time garbage collection on general-purpose machines", 1990).
//      A cycle begins right after a minor collection: the roots and the young survivors, of which there are
//      few, are scanned then, but frames that are settled (frame_walker.h) later, before they go on. From
//      then on all that was reachable will be marked: the write barrier logs each reference to an old object
//      that it overwrites; what is born old or promoted meanwhile is born marked; references into the young
//      generation need not be followed. When that is done, what depends on death is seen to in the same way,
//      a step at a time (weak.h). So the last pause scans no roots, no cards and no tables of weak keys: it
//      marks what the log still holds, and tells who has to be told of the dead.
// Invariants: MC-1 while active, an old object that was reachable at the snapshot is marked, or reachable
//      from a marked one that waits, or in the log. MC-2 while active nothing is swept, and Mutator::marking
//      is true.
// Threads: the mutator's.  Collects: it is the collection.  Not here: when to begin and how long a slice may
//      take (heap_impl), sweeping (old_space, large_objects).
#ifndef FOXVM_GC_MARKING_CYCLE_H_
#define FOXVM_GC_MARKING_CYCLE_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "gc/fault_injection.h"
#include "gc/heap_options.h"
#include "gc/marker.h"
#include "gc/marking_thread.h"
#include "gc/mutator.h"
#include "gc/root_set.h"
#include "gc/spaces.h"
#include "gc/weak.h"

namespace foxvm::gc {

class MarkingCycle {
 public:
  MarkingCycle(const HeapOptions& options, Mutator& mutator, Spaces& spaces, RootSet& roots,
               Lifetimes& lifetimes, const FaultInjection& faults);
  // The system had no room for the mark stack.
  bool failed() const { return marker_.failed() || compactor_.failed(); }
  bool active() const { return mutator_.marking; }

  // A whole cycle with the mutator stopped, in which the young survivors are live only if they are reachable.
  // Requires an empty eden, finished sweeping, and that no cycle is active.
  void CollectNow();

  // Takes the snapshot; same requirements. With a thread if the heap's mode says so and there is one to have.
  void Begin();
  // Marks on the calling thread, and sees to what depends on death, for about `nanoseconds` or until nothing
  // is known to be left: then true.
  bool MarkFor(uint64_t nanoseconds);
  // The same for `objects` objects or as many steps of the latter.
  bool MarkSome(size_t objects);
  // Hands the log to the thread; if that has nothing to do, sees to what depends on death, as MarkFor, until
  // it has. True when nothing is known to be left; without a thread false.
  bool Poll(uint64_t nanoseconds);
  bool has_thread() const { return thread_.started(); }
  // Ends the cycle: marks what is left, clears weak references, starts sweeping.
  void Finish();
  // What a cycle leaves to be done, a little at a time and before the next one begins: the entries of dead
  // keys are taken out of ephemeron tables.
  bool cleaning() const { return lifetimes_.ephemerons().pass().dropping(); }
  void CleanFor(uint64_t nanoseconds);
  void CleanSome(size_t entries) { lifetimes_.ephemerons().pass().DropSome(entries); }

  // Whether the cycle under way will move objects when it ends: then it wants an empty eden.
  bool compacting() const { return compactor_.active(); }
  Compactor& compactor() { return compactor_; }
  const Compactor& compactor() const { return compactor_; }
  // From now on cycles move at most `bytes` of objects (CollectNow: half of what is alive, if that is more
  // and `bytes` is not 0); `thorough` see OldSpace::TakeSparseBlocks.
  void SetCompaction(size_t bytes, bool thorough) {
    compact_bytes_ = bytes;
    thorough_ = thorough;
  }

  // Around everything that rewrites slots of old objects or moves objects.
  void PauseThread() { thread_.Pause(); }
  void ResumeThread() { thread_.Resume(); }

  // A reference to `object` is about to be stored in `slot`, a slot of `kind`. Requires active().
  void NoteStored(uint64_t* slot, SlotKind kind, ObjectHeader* object) {
    if (compactor_.active() && compactor_.IsCandidate(object)) compactor_.RecordForMutator(slot, kind);
  }
  // `object` was born old. Requires active().
  void NoteBornOld(ObjectHeader* object) {
    if (compactor_.active()) compactor_.NoteBornOld(object);
  }

  // `object` may be one that the snapshot reaches and the mutator is about to unlink, or one that it has
  // found by a weak reference. Requires active().
  void Log(ObjectHeader* object) {
    if (spaces_.nursery.Contains(object) || !spaces_.marks.Mark(object)) return;
    log_[log_size_++] = object;
    if (log_size_ == kLogCapacity) FlushLog();
  }

  // Of all finished cycles: bytes visited, by all and by the marking thread; cycles that had to walk the heap
  // because the mark stack was full.
  uint64_t marked_bytes() const { return marked_bytes_; }
  uint64_t marked_by_thread_bytes() const { return marked_by_thread_bytes_; }
  uint64_t overflowed_cycles() const { return overflowed_cycles_; }

 private:
  static constexpr size_t kLogCapacity = 1024;

  void FlushLog();
  // Who marks what is found.
  enum class By : uint8_t { kMutator, kThread };
  // What a walk of settled frames gives to the marking.
  class SettledFrames final : public stackmaps::FrameVisitor {
   public:
    explicit SettledFrames(MarkingCycle& cycle) : cycle_(cycle) {}
    void Visit(const stackmaps::SuspendedFrame& frame) override {
      cycle_.roots_.VisitFrameOfWalk(frame, *this);
    }
    template <SlotKind kKind>
    void VisitSlot(uint64_t* slot) {
      if (ObjectHeader* object = RefOfWord<kKind>(*slot); object != nullptr)
        cycle_.NoteInSettledFrame(object);
    }

   private:
    MarkingCycle& cycle_;
  };
  void NoteInSettledFrame(ObjectHeader* object) {
    if (compactor_.active()) compactor_.KeepInPlace(object);  // CO-4
    Log(object);
  }

  template <typename Stop>
  bool Advance(By by, size_t entries_a_step, Stop&& stop);
  void BeginSteps();
  void Start(bool trace_young, size_t compact_bytes);
  // Marks what is left, and all that comes after.
  void End(bool young_traced);
  size_t MoveObjects();
  size_t CountLiveBlockBytes() const;

  const HeapOptions& options_;
  const FaultInjection& faults_;
  Mutator& mutator_;
  Spaces& spaces_;
  RootSet& roots_;
  Lifetimes& lifetimes_;
  Compactor compactor_;
  Marker marker_;
  MarkingThread thread_;
  SettledFrames settled_frames_{*this};
  std::array<ObjectHeader*, kLogCapacity> log_;
  size_t log_size_ = 0;
  size_t live_bytes_at_begin_ = 0;
  size_t compact_bytes_;
  bool thorough_;                   // under stress, so that old objects move as well
  uint64_t words_marked_here_ = 0;  // by the mutator, in this cycle
  uint64_t marked_bytes_ = 0;
  uint64_t marked_by_thread_bytes_ = 0;
  uint64_t overflowed_cycles_ = 0;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_MARKING_CYCLE_H_
