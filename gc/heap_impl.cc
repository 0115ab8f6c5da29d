#include "gc/heap_impl.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "gc/check.h"
#include "gc/minor_gc.h"
#include "gc/verify_heap.h"

namespace foxvm::gc {
namespace {

// The old generation grows at least this much between two major collections.
constexpr size_t kMinGrowthBytes = size_t{16} << 20;
// Blocks swept after each minor collection, so that freed memory is found even when nothing is promoted.
constexpr size_t kSweepQuotaBlocks = 32;
// Blocks swept in one slice when the next cycle waits for the last one's sweeping.
constexpr size_t kSweepSliceBlocks = 128;
// A slice is due whenever so much of eden has been filled.
constexpr size_t kSlicesPerEden = 8;

class PauseTimer {
 public:
  PauseTimer(uint64_t& max_ns, uint64_t& total_ns)
      : max_ns_(max_ns), total_ns_(total_ns), start_(std::chrono::steady_clock::now()) {}
  ~PauseTimer() {
    auto elapsed = std::chrono::steady_clock::now() - start_;
    auto ns = static_cast<uint64_t>(std::chrono::nanoseconds(elapsed).count());
    max_ns_ = std::max(max_ns_, ns);
    total_ns_ += ns;
  }

 private:
  uint64_t& max_ns_;
  uint64_t& total_ns_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace

Heap::Impl::Impl(const HeapOptions& options, HeapMemory memory)
    : options_(options),
      spaces_(std::move(memory), options.verify),
      lifetimes_(mutator_, spaces_),
      roots_(mutator_.handles, lifetimes_),
      marking_(options_, mutator_, spaces_, roots_, lifetimes_, faults_),
      stress_(options.stress_interval),
      next_major_bytes_(kMinGrowthBytes) {
  if (options.verify) visits_.emplace(spaces_.memory.whole);
  if (!complete()) return;
  mutator_.cursor = spaces_.nursery.eden().begin;
  faults_.OnChange([this] { ApplyFaults(); });
  ApplyFaults();
  eden_limit_ = mutator_.cursor;
  UpdateGrant();
}

void Heap::Impl::CollectMinor() {
  if (!collections_allowed_) return;
  BeginCollection();
  {
    PauseTimer timer(statistics_.minor_pause_ns_max, statistics_.minor_pause_ns_total);
    marking_.PauseThread();
    EvacuateYoung();
    if (!marking_.active()) spaces_.old.SweepSome(kSweepQuotaBlocks);
    marking_.ResumeThread();
  }
  ++statistics_.minor_collections;
  EndCollection();
}

void Heap::Impl::CollectMajor() {
  if (!collections_allowed_) return;
  if (marking_.active()) FinishCycle();
  BeginCollection();
  {
    PauseTimer timer(statistics_.major_pause_ns_max, statistics_.major_pause_ns_total);
    spaces_.old.FinishSweep();
    EvacuateYoung();
    marking_.CollectNow();
  }
  ++statistics_.major_collections;
  SetNextMajor();
  EndCollection();
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
  {
    PauseTimer timer(statistics_.major_pause_ns_max, statistics_.major_pause_ns_total);
    spaces_.old.FinishSweep();
    EvacuateYoung();
    lifetimes_.EndCollection();  // what it queued for finalizers belongs to the snapshot
    marking_.Begin();
  }
  ++statistics_.minor_collections;
  EndCollection();
  assist_at_bytes_ = statistics_.allocated_bytes + RoomForEden() / 2;
}

void Heap::Impl::FinishCycle() {
  BeginCollection();
  {
    PauseTimer timer(statistics_.major_pause_ns_max, statistics_.major_pause_ns_total);
    marking_.PauseThread();
    if (marking_.compacting()) EvacuateYoung();
    marking_.Finish();
  }
  ++statistics_.major_collections;
  SetNextMajor();
  EndCollection();
}

bool Heap::Impl::WantsSlices() const {
  if (marking_.active()) return true;
  return options_.major_mode != MajorMode::kStopTheWorld && spaces_.old.sweeping() && MajorDue(0);
}

void Heap::Impl::RunSlice() {
  bool done = false;
  {
    PauseTimer timer(statistics_.slice_pause_ns_max, statistics_.slice_pause_ns_total);
    ++statistics_.slices;
    if (!marking_.active()) {
      spaces_.old.SweepSome(kSweepSliceBlocks);
    } else if (!marking_.has_thread() || statistics().allocated_bytes >= assist_at_bytes_) {
      done = marking_.MarkFor(uint64_t{options_.slice_us} * 1000);
    } else {
      done = marking_.Poll();
    }
  }
  if (done) FinishCycle();
}

void Heap::Impl::SetNextMajor() {
  size_t base = OldAndExternalBytes();
  next_major_bytes_ = std::max(base + kMinGrowthBytes,
                               static_cast<size_t>(static_cast<double>(base) * options_.growth_factor));
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
  MinorInput input{mutator_.cursor, options_.promotion_age,
                   marking_.active() && marking_.compacting() ? &marking_.compactor() : nullptr};
  MinorResult result = CollectYoung(input, spaces_, roots_, lifetimes_, faults_);
  mutator_.cursor = eden_begin;
  eden_limit_ = eden_begin;
  statistics_.copied_bytes += result.copied_bytes;
  statistics_.promoted_bytes += result.promoted_bytes;
}

void Heap::Impl::EndCollection() {
  lifetimes_.EndCollection();
  collecting_ = false;
  collection_requested_ = false;
  UpdateGrant();
  Verify();
}

void Heap::Impl::UpdateGrant() {
  statistics_.peak_committed_bytes = std::max<uint64_t>(statistics_.peak_committed_bytes, CommittedBytes());
  size_t eden_bytes = spaces_.nursery.eden().bytes();
  size_t room = RoomForEden();
  if (room < eden_bytes && spaces_.old.sweeping()) {
    // Blocks not swept yet count as full: near the bound the truth is worth the sweep.
    spaces_.old.FinishSweep();
    room = RoomForEden();
  }
  if (!spaces_.old.CommitMargin()) room = 0;
  eden_limit_ = std::max(spaces_.nursery.eden().begin + std::min(room, eden_bytes), mutator_.cursor);
  SetLimit();
}

void Heap::Impl::SetLimit() {
  bool shut = stress_.enabled() || collection_requested_;
  slice_at_ = WantsSlices() ? mutator_.cursor + spaces_.nursery.eden().bytes() / kSlicesPerEden : UINTPTR_MAX;
  mutator_.limit = shut ? mutator_.cursor - 1 : std::min(eden_limit_, slice_at_);  // HI-1
}

size_t Heap::Impl::CommittedBytes() const {
  return spaces_.memory.young.bytes() + spaces_.old.committed_bytes() + spaces_.large.committed_bytes();
}

size_t Heap::Impl::UsedOutsideEden() const {
  return spaces_.old.used_bytes() + spaces_.large.used_bytes() + spaces_.nursery.survivor_bytes_used();
}

size_t Heap::Impl::RoomForEden() const {
  size_t used = UsedOutsideEden();
  size_t room = used >= options_.max_bytes ? 0 : options_.max_bytes - used;
  return std::min(room, spaces_.old.bytes_grantable()) & ~(kObjectAlignment - 1);
}

size_t Heap::Impl::MinGrant() const { return spaces_.nursery.eden().bytes() / 8; }

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
  auto address = reinterpret_cast<uintptr_t>(object);
  if (object->has_flag(kHashStored)) return MixHash(LoadHashTrailer(address + object->small_size()));
  if (!object->has_flag(kHashed)) {
    object->set_flag(kHashed);
    object->StoreMeta(object->meta | uint64_t{next_hash_number_++} << kReservedShift);
  }
  return MixHash(HashSeed(address - spaces_.memory.whole.begin, object->meta));
}

HeapStatistics Heap::Impl::statistics() const {
  HeapStatistics statistics = statistics_;
  statistics.allocated_bytes += mutator_.cursor - spaces_.nursery.eden().begin;
  statistics.live_old_bytes = spaces_.old.live_bytes() + spaces_.large.used_bytes();
  statistics.young_used_bytes =
      mutator_.cursor - spaces_.nursery.eden().begin + spaces_.nursery.survivor_bytes_used();
  statistics.committed_bytes = CommittedBytes();
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
