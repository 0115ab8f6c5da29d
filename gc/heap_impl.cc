#include "gc/heap_impl.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "gc/check.h"
#include "gc/major_gc.h"
#include "gc/minor_gc.h"
#include "gc/verify_heap.h"

namespace foxvm::gc {
namespace {

// The old generation grows at least this much between two major collections.
constexpr size_t kMinGrowthBytes = size_t{16} << 20;
// Blocks swept after each minor collection, so that freed memory is found even when nothing is promoted.
constexpr size_t kSweepQuotaBlocks = 32;

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
    EvacuateYoung();
    spaces_.old.SweepSome(kSweepQuotaBlocks);
  }
  ++statistics_.minor_collections;
  EndCollection();
}

void Heap::Impl::CollectMajor() {
  if (!collections_allowed_) return;
  BeginCollection();
  {
    PauseTimer timer(statistics_.major_pause_ns_max, statistics_.major_pause_ns_total);
    spaces_.old.FinishSweep();
    EvacuateYoung();
    MarkAndStartSweep(spaces_, roots_, lifetimes_);
  }
  ++statistics_.major_collections;
  size_t base = OldAndExternalBytes();
  next_major_bytes_ = std::max(base + kMinGrowthBytes,
                               static_cast<size_t>(static_cast<double>(base) * options_.growth_factor));
  EndCollection();
}

void Heap::Impl::BeginCollection() {
  FOXVM_CHECK(!collecting_);
  Verify();
  collecting_ = true;
  mutator_.limit = 0;  // HI-2: any allocation now comes by the slow path
}

void Heap::Impl::Verify() {
  if (visits_.has_value()) VerifyHeap(mutator_.cursor, spaces_, roots_, lifetimes_, *visits_);
}

void Heap::Impl::EvacuateYoung() {
  uintptr_t eden_begin = spaces_.nursery.eden().begin;
  statistics_.allocated_bytes += mutator_.cursor - eden_begin;
  MinorInput input{mutator_.cursor, options_.promotion_age};
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
  mutator_.limit = shut ? mutator_.cursor - 1 : eden_limit_;  // HI-1
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
    object->meta |= uint64_t{next_hash_number_++} << kReservedShift;
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
