#include "gc/heap_impl.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "gc/check.h"
#include "gc/minor_gc.h"
#include "gc/verify_heap.h"

namespace foxvm::gc {
namespace {

// Eden is handed out in steps of this size: small enough that the pages and blocks of one step are no pause.
constexpr size_t kStepBytes = size_t{64} << 10;
// Blocks swept in a step, so that freed memory is found even when nothing is promoted.
constexpr size_t kSweepQuotaBlocks = 4;
// Blocks swept in one slice when the next cycle waits for the last one's sweeping.
constexpr size_t kSweepSliceBlocks = 128;
// A slice is due whenever so much of eden has been filled.
constexpr size_t kSlicesPerEden = 8;

uint64_t NowNs() {
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::nanoseconds(now).count());
}

class PauseTimer {
 public:
  explicit PauseTimer(PauseHistogram& pauses) : pauses_(pauses), start_ns_(NowNs()) {}
  ~PauseTimer() { pauses_.Record(NowNs() - start_ns_); }

 private:
  PauseHistogram& pauses_;
  uint64_t start_ns_;
};

}  // namespace

Heap::Impl::Impl(const HeapOptions& options, HeapMemory memory)
    : options_(options),
      tables_(faults_),
      mutator_(tables_),
      spaces_(std::move(memory), tables_, options.verify, options.record_sites),
      lifetimes_(mutator_, spaces_, tables_),
      roots_(mutator_.handles, lifetimes_),
      marking_(options_, mutator_, spaces_, roots_, lifetimes_, faults_),
      stress_(options.stress_interval),
      young_sizer_(std::min(options.SmallestYoungBytes(), spaces_.nursery.bytes()), spaces_.nursery.bytes(),
                   spaces_.nursery.zone().bytes(), options.pause_goal_us),
      promotion_age_(options.promotion_age),
      old_sizer_(options),
      young_bytes_wanted_(spaces_.nursery.bytes()),
      next_major_bytes_(OldSizer::FirstLimit()) {
  if (options.verify) visits_.emplace(spaces_.memory.whole);
  if (!mutator_.handles.EnsureSpare() || !complete()) return;
  mutator_.cursor = spaces_.nursery.eden().begin;
  faults_.OnChange([this] { ApplyFaults(); });
  ApplyFaults();
  eden_limit_ = mutator_.cursor;
  step_limit_ = mutator_.cursor;
  spaces_.old.set_reserve_bytes(spaces_.nursery.bytes());
  UpdateGrant();
}

void Heap::Impl::CollectMinor() {
  if (!collections_allowed_) return;
  BeginCollection();
  {
    PauseTimer timer(statistics_.minor_pauses);
    marking_.PauseThread();
    EvacuateYoung();
    marking_.ResumeThread();
  }
  ++statistics_.minor_collections;
  EndCollection();
}

void Heap::Impl::CollectMajor() {
  if (!collections_allowed_) return;
  if (marking_.active()) FinishCycle();
  BeginCollection();
  MajorMeasure measure;
  {
    PauseTimer timer(statistics_.major_pauses);
    spaces_.old.FinishSweep();
    EvacuateYoung();
    measure.bytes_before = OldAndExternalBytes();
    const uint64_t start_ns = NowNs();
    marking_.CollectNow();
    measure.marking_ns = NowNs() - start_ns;
  }
  EndMajor(measure);
}

void Heap::Impl::EndMajor(MajorMeasure measure) {
  ++statistics_.major_collections;
  measure.now_ns = NowNs();
  measure.live_bytes = OldAndExternalBytes();
  next_major_bytes_ = old_sizer_.NextLimit(measure);
  EndCollection();
  NotePressure(measure.live_bytes);
}

void Heap::Impl::BeginMajor() {
  if (options_.major_mode == MajorMode::kStopTheWorld) return CollectMajor();
  if (!marking_.active() && collections_allowed_) BeginCycle();
}

bool Heap::Impl::AdvanceMajor() {
  if (collections_allowed_ && WantsSlices()) RunSlice();
  return WantsSlices();
}

void Heap::Impl::Compact() {
  if (!collections_allowed_) return;
  CollectMajor();
  marking_.SetCompaction(SIZE_MAX, /*thorough=*/true);
  uint64_t before;
  do {
    before = marking_.compactor().blocks_emptied();
    CollectMajor();
  } while (marking_.compactor().blocks_emptied() != before);
  marking_.SetCompaction(options_.compact_bytes, options_.stress_interval != 0);
}

void Heap::Impl::BeginCycle() {
  BeginCollection();
  cycle_ = {};
  {
    PauseTimer timer(statistics_.major_pauses);
    spaces_.old.FinishSweep();
    EvacuateYoung();
    lifetimes_.EndCollection();  // what it queued for finalizers belongs to the snapshot
    cycle_.bytes_before = OldAndExternalBytes();
    marking_.Begin();
  }
  ++statistics_.minor_collections;
  EndCollection();
  assist_below_room_ = RoomInBound() / 2;
}

void Heap::Impl::FinishCycle() {
  BeginCollection();
  const uint64_t start_ns = NowNs();
  {
    PauseTimer timer(statistics_.major_pauses);
    marking_.PauseThread();
    if (marking_.compacting()) EvacuateYoung();
    marking_.Finish();
  }
  cycle_.marking_ns += NowNs() - start_ns;
  EndMajor(cycle_);
}

bool Heap::Impl::WantsSlices() const {
  if (marking_.active() || marking_.cleaning()) return true;
  return options_.major_mode != MajorMode::kStopTheWorld && spaces_.old.sweeping() && MajorDue(0);
}

void Heap::Impl::RunSlice() {
  const uint64_t start_ns = NowNs();
  slice_at_ = mutator_.cursor + spaces_.nursery.eden().bytes() / kSlicesPerEden;
  bool done = false;
  {
    PauseTimer timer(statistics_.slice_pauses);
    const uint64_t slice_ns = uint64_t{options_.slice_us} * 1000;
    if (!marking_.active()) {
      marking_.cleaning() ? marking_.CleanFor(slice_ns) : spaces_.old.SweepSome(kSweepSliceBlocks);
    } else if (!marking_.has_thread() || RoomInBound() < assist_below_room_) {
      done = marking_.MarkFor(slice_ns);
    } else {
      done = marking_.Poll(slice_ns);
    }
  }
  cycle_.marking_ns += NowNs() - start_ns;
  if (done) FinishCycle();
}

void Heap::Impl::NotePressure(size_t live_bytes) {
  auto least_free = static_cast<size_t>(static_cast<double>(options_.max_bytes) * options_.pressure_share);
  if (live_bytes + least_free > options_.max_bytes) {
    TellOfPressure();
  } else {
    under_pressure_ = false;
  }
}

bool Heap::Impl::TellOfPressure() {
  if (under_pressure_ || pressure_callback_ == nullptr || options_.pressure_share == 0) return false;
  under_pressure_ = true;
  ++statistics_.pressure_calls;
  collections_allowed_ = false;  // so it is not called again meanwhile either
  pressure_callback_();
  collections_allowed_ = true;
  return true;
}

bool Heap::Impl::CollectForPressure(uint64_t pressure_calls) {
  if (!collections_allowed_) return false;
  if (statistics_.pressure_calls == pressure_calls && !TellOfPressure()) return false;
  CollectMajor();
  return true;
}

void Heap::Impl::ReleaseFreeMemory() {
  FOXVM_CHECK(!collecting_);
  marking_.PauseThread();
  spaces_.nursery.ReleaseFree(mutator_.cursor);
  spaces_.old.ReleaseFree();
  spaces_.large.ReleaseFree();
  marking_.ResumeThread();
  step_limit_ = mutator_.cursor;  // the next step has its memory ready again
  UpdateGrant();
}

void Heap::Impl::BeginCollection() {
  FOXVM_CHECK(!collecting_);
  Verify();
  collecting_ = true;
  mutator_.limit = 0;  // HI-2: any allocation now comes by the slow path
}

ObjectHeader* Heap::Impl::ObjectCovering(uintptr_t address) {
  marking_.PauseThread();  // reads marks, several at a time
  ObjectHeader* object = spaces_.OldObjectCovering(address);
  marking_.ResumeThread();
  return object;
}

void Heap::Impl::Verify() {
  if (!visits_.has_value()) return;
  marking_.PauseThread();
  VerifyHeap(mutator_.cursor, mutator_.marking, spaces_, roots_, lifetimes_, *visits_);
  marking_.ResumeThread();
}

void Heap::Impl::EvacuateYoung() {
  uintptr_t eden_begin = spaces_.nursery.eden().begin;
  statistics_.allocated_bytes += mutator_.cursor - eden_begin;
  const size_t aged = spaces_.nursery.survivor_bytes_used();
  const size_t young_used = mutator_.cursor - eden_begin + aged;
  MinorInput input{mutator_.cursor, promotion_age_.now(),
                   marking_.active() && marking_.compacting() ? &marking_.compactor() : nullptr};
  MinorResult result = CollectYoung(input, spaces_, roots_, lifetimes_, faults_);
  promotion_age_.Note({spaces_.nursery.bytes(), young_used, result.copied_bytes + result.promoted_bytes, aged,
                       result.aged_bytes});
  mutator_.cursor = eden_begin;
  eden_limit_ = eden_begin;
  step_limit_ = eden_begin;
  slice_at_ = eden_begin + spaces_.nursery.eden().bytes() / kSlicesPerEden;
  const MinorWork work{result.copied_bytes + result.promoted_bytes, result.dirty_cards,
                       spaces_.old.extent().bytes() >> kCardShift};
  // A change that has had to wait for the survivors to be in the right space is made first.
  if (young_bytes_wanted_ == spaces_.nursery.bytes()) {
    young_bytes_wanted_ = young_sizer_.Next(spaces_.nursery.bytes(), young_used, work.bytes());
  }
  statistics_.copied_bytes += result.copied_bytes;
  statistics_.promoted_bytes += result.promoted_bytes;
}

void Heap::Impl::EndCollection() {
  lifetimes_.EndCollection();
  collecting_ = false;
  collection_requested_ = false;
  ResizeYoung();
  UpdateGrant();
  Verify();
}

void Heap::Impl::ShrinkYoung() {
  const size_t first = spaces_.memory.first_young_bytes;
  if (spaces_.nursery.bytes() <= first || !collections_allowed_) return;
  young_bytes_wanted_ = first;
  if (!spaces_.nursery.resizable()) CollectMinor();
  ResizeYoung();
  UpdateGrant();
}

void Heap::Impl::SweepAndTrim() {
  if (!collections_allowed_ || marking_.active()) return;
  spaces_.old.FinishSweep();
  if (!spaces_.poison) spaces_.large.ReleaseFree();  // what is poisoned is to be found so
  UpdateGrant();
}

void Heap::Impl::ResizeYoung() {
  if (young_bytes_wanted_ == spaces_.nursery.bytes() || !spaces_.nursery.resizable()) return;
  spaces_.nursery.Resize(young_bytes_wanted_);
  spaces_.old.set_reserve_bytes(young_bytes_wanted_);
}

void Heap::Impl::StartStep(size_t bytes) {
  step_limit_ = std::min(eden_limit_, mutator_.cursor + std::max(bytes, kStepBytes));
  const size_t used = step_limit_ - spaces_.nursery.eden().begin;
  spaces_.nursery.Touch(used);
  spaces_.old.SweepSome(kSweepQuotaBlocks);
  // Ahead of need only within the bound.
  const size_t held = CommittedBytes();
  const size_t room = options_.max_bytes - std::min(options_.max_bytes, held);
  spaces_.old.TouchAhead(
      std::min(used + spaces_.nursery.survivor_bytes_used(), spaces_.old.ready_bytes() + room));
}

void Heap::Impl::UpdateGrant() {
  statistics_.peak_committed_bytes = std::max<uint64_t>(statistics_.peak_committed_bytes, CommittedBytes());
  size_t eden_bytes = spaces_.nursery.eden().bytes();
  size_t room = RoomForEden();
  // Blocks not swept yet count as full: near the bound the truth is worth the sweep.
  while (room < eden_bytes && spaces_.old.sweeping()) {
    spaces_.old.SweepSome(kSweepSliceBlocks);
    room = RoomForEden();
  }
  if (!spaces_.old.CommitMargin()) room = 0;
  eden_limit_ = std::max(spaces_.nursery.eden().begin + std::min(room, eden_bytes), mutator_.cursor);
  SetLimit();
}

void Heap::Impl::SetLimit() {
  const bool shut = stress_.enabled() || collection_requested_ || spaces_.sites.has_value() ||
                    !mutator_.handles.has_spare();
  mutator_.limit = shut ? mutator_.cursor - 1 : std::min(step_limit_, eden_limit_);  // HI-1
}

size_t Heap::Impl::CommittedBytes() const {
  return spaces_.nursery.resident_bytes() + spaces_.old.committed_bytes() + spaces_.large.committed_bytes();
}

size_t Heap::Impl::UsedOutsideEden() const {
  return spaces_.old.used_bytes() + spaces_.large.used_bytes() + spaces_.nursery.survivor_bytes_used();
}

size_t Heap::Impl::RoomInBound() const {
  return options_.max_bytes - std::min(options_.max_bytes, UsedOutsideEden());
}

size_t Heap::Impl::RoomForEden() const {
  const size_t room = RoomInBound();
  const size_t promotable = spaces_.old.bytes_promotable();
  const size_t survivors = spaces_.nursery.survivor_bytes_used();
  return std::min(room, promotable - std::min(promotable, survivors)) & ~(kObjectAlignment - 1);
}

size_t Heap::Impl::MinGrant() const { return spaces_.nursery.eden().bytes() / 4; }

size_t Heap::Impl::OldAndExternalBytes() const {
  return spaces_.old.live_bytes() + spaces_.large.used_bytes() + external_bytes_;
}

bool Heap::Impl::MajorDue(size_t more_bytes) const {
  return OldAndExternalBytes() + more_bytes >= next_major_bytes_;
}

void Heap::Impl::RequestCollection() {
  collection_requested_ = true;
  SetLimit();
}

void Heap::Impl::SetStressInterval(uint64_t interval) {
  stress_.set_interval(interval);
  SetLimit();
}

void Heap::Impl::AddExternalBytes(int64_t delta) {
  auto magnitude = static_cast<size_t>(delta < 0 ? -delta : delta);
  if (delta < 0) {
    external_bytes_ -= std::min(external_bytes_, magnitude);
    return;
  }
  external_bytes_ += magnitude;
  if (MajorDue(0) && !collecting_) RequestCollection();
}

uint64_t Heap::Impl::IdentityHash(ObjectHeader* object) {
  if (!object->has_flag(kHashStored) && !object->has_flag(kHashed)) {
    object->set_flag(kHashed);
    object->StoreMeta(object->meta | uint64_t{next_hash_number_++} << kReservedShift);
  }
  return IdentityHashOf(object, spaces_.memory.whole.begin);
}

uint64_t Heap::Impl::AllocatedBytes() const {
  return statistics_.allocated_bytes + (mutator_.cursor - spaces_.nursery.eden().begin);
}

HeapStatistics Heap::Impl::statistics() const {
  HeapStatistics statistics = statistics_;
  statistics.allocated_bytes = AllocatedBytes();
  statistics.live_old_bytes = spaces_.old.live_bytes() + spaces_.large.used_bytes();
  statistics.young_used_bytes =
      mutator_.cursor - spaces_.nursery.eden().begin + spaces_.nursery.survivor_bytes_used();
  statistics.young_bytes = spaces_.nursery.bytes();
  statistics.committed_bytes = CommittedBytes();
  statistics.table_bytes = (statistics.committed_bytes >> kObjectAlignmentLog2) +
                           (statistics.committed_bytes >> kCardShift) + tables_.bytes();
  statistics.minor_pause_ns_max = statistics.minor_pauses.max_ns();
  statistics.minor_pause_ns_total = statistics.minor_pauses.total_ns();
  statistics.major_pause_ns_max = statistics.major_pauses.max_ns();
  statistics.major_pause_ns_total = statistics.major_pauses.total_ns();
  statistics.slice_pause_ns_max = statistics.slice_pauses.max_ns();
  statistics.slice_pause_ns_total = statistics.slice_pauses.total_ns();
  statistics.degenerated_cycles += marking_.overflowed_cycles();
  statistics.compacted_blocks = marking_.compactor().blocks_emptied();
  statistics.marked_bytes = marking_.marked_bytes();
  statistics.marked_by_thread_bytes = marking_.marked_by_thread_bytes();
  return statistics;
}

void Heap::Impl::ApplyFaults() {
  mutator_.biased_cards = spaces_.cards.biased();
  if (!faults_.IsSet(Fault::kSkipCardMark)) return;
  if (!scratch_cards_.has_value()) scratch_cards_.emplace(spaces_.memory.whole);
  FOXVM_CHECK(!scratch_cards_->empty());
  mutator_.biased_cards = scratch_cards_->biased();
}

}  // namespace foxvm::gc
