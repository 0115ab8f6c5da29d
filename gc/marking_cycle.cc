#include "gc/marking_cycle.h"

#include <algorithm>
#include <chrono>

#include "gc/check.h"

namespace foxvm::gc {
namespace {

// One word of the mark stack for this many bytes of the heap's bound: a list of small objects that fills half
// of it fits, whatever order its references are in. Room for what the mutator logs and the compactor records
// in the same way. And at least.
constexpr size_t kHeapBytesPerStackWord = 128;
constexpr size_t kHeapBytesPerEntry = 2048;
constexpr size_t kMinEntries = 4096;
// A collection that marks in one pause may move this part of what is alive.
constexpr size_t kMovedShare = 2;
// How much is marked between two looks at the clock: some 10 microseconds. So many words cost what an entry
// does that depends on death; so many of these make a step.
constexpr size_t kWordsPerLook = 2048;
constexpr size_t kWordsPerEntry = 8;
constexpr size_t kEntriesPerStep = 256;
// Keys of ephemerons that may be known as reached and not yet looked up: more are found by looking again.
constexpr size_t kMaxReached = size_t{1} << 20;
constexpr size_t kFewReached = 4;

// Whether a time has passed, asked often.
class Deadline {
 public:
  explicit Deadline(uint64_t nanoseconds) : end_(Clock::now() + std::chrono::nanoseconds(nanoseconds)) {}
  // `words` were marked since.
  bool operator()(size_t words) {
    since_look_ += words;
    if (since_look_ < kWordsPerLook) return false;
    since_look_ = 0;
    return Clock::now() >= end_;
  }

 private:
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end_;
  size_t since_look_ = 0;
};

size_t StackWords(const HeapOptions& options) {
  return std::max(options.max_bytes / kHeapBytesPerStackWord, kMinEntries);
}
size_t Entries(const HeapOptions& options) {
  return std::max(options.max_bytes / kHeapBytesPerEntry, kMinEntries);
}

// What the end of a marking says about an object: whether it is marked. The young are taken to live, unless
// they were traced.
class Tracer final : public WeakTracer {
 public:
  Tracer(const Spaces& spaces, Marker& marker, bool young_traced)
      : spaces_(spaces), marker_(marker), young_traced_(young_traced) {}
  bool OnlyYoungAffected() const override { return false; }
  ObjectHeader* Resolve(ObjectHeader* object) override {
    const bool lives = (!young_traced_ && spaces_.nursery.Contains(object)) || spaces_.marks.IsMarked(object);
    return lives ? object : nullptr;
  }
  void Keep(Value* slot) override { marker_.VisitSlot<SlotKind::kTagged>(reinterpret_cast<uint64_t*>(slot)); }
  void Drain() override { marker_.DrainAll(); }

 private:
  const Spaces& spaces_;
  Marker& marker_;
  const bool young_traced_;
};

// Where an object is after the compaction.
class Moved final : public WeakVisitor {
 public:
  bool OnlyYoungAffected() const override { return false; }
  ObjectHeader* Resolve(ObjectHeader* object) override {
    return object->has_flag(kForwarded) ? reinterpret_cast<ObjectHeader*>(object->second) : object;
  }
};

}  // namespace

MarkingCycle::MarkingCycle(const HeapOptions& options, Mutator& mutator, Spaces& spaces, RootSet& roots,
                           Lifetimes& lifetimes, const FaultInjection& faults)
    : options_(options),
      faults_(faults),
      mutator_(mutator),
      spaces_(spaces),
      roots_(roots),
      lifetimes_(lifetimes),
      compactor_(spaces, Entries(options)),
      marker_(spaces, compactor_, StackWords(options)),
      thread_(marker_, Entries(options)),
      compact_bytes_(options.compact_bytes),
      thorough_(options.stress_interval != 0) {}

void MarkingCycle::CollectNow() {
  // Marking all that is alive makes the longer pause in any case.
  const size_t share = spaces_.old.live_bytes() / kMovedShare;
  Start(/*trace_young=*/true, compact_bytes_ == 0 ? 0 : std::max(compact_bytes_, share));
  End(/*young_traced=*/true);
  const Zone survivors = spaces_.nursery.survivors();
  spaces_.marks.ClearRange(survivors.begin, survivors.end);  // MT-2
  if (cleaning()) CleanSome(SIZE_MAX);
}

void MarkingCycle::Begin() {
  Start(/*trace_young=*/false, compact_bytes_);
  spaces_.nursery.ForEachSurvivor([this](ObjectHeader* object) {
    VisitObjectSlots(spaces_.types.Get(object->type()), object, TracedBytes(object->meta), marker_);
  });
  mutator_.marking = true;
  // Without a thread the heap marks in slices.
  if (options_.major_mode == MajorMode::kConcurrent) (void)thread_.Start();
}

void MarkingCycle::Start(bool trace_young, size_t compact_bytes) {
  FOXVM_CHECK(!active() && !spaces_.old.sweeping());  // OS-2
  if (cleaning()) CleanSome(SIZE_MAX);
  compactor_.Choose(compact_bytes, thorough_,
                    trace_young ? Compactor::Frames::kAll : Compactor::Frames::kButSettled);
  spaces_.marks.StartEpoch();
  marker_.Start(trace_young, faults_.IsSet(Fault::kTinyMarkStack) ? Marker::kMinStackWords : SIZE_MAX);
  live_bytes_at_begin_ = spaces_.old.live_bytes();
  words_marked_here_ = 0;
  if (trace_young) {
    roots_.VisitStrong(marker_);
  } else {
    roots_.VisitStrongButSettled(marker_);
    roots_.BeginSettledWalk(settled_frames_);
  }
}

template <typename Stop>
bool MarkingCycle::Advance(By by, size_t entries_a_step, Stop&& stop) {
  thread_.Pause();
  FlushLog();
  thread_.HandOver();
  Tracer tracer(spaces_, marker_, /*young_traced=*/false);
  const auto mark = [&](size_t words) {
    words_marked_here_ += words;
    return stop(words);
  };
  bool done = false;
  while (!done && (by == By::kThread ? marker_.drained() : marker_.Drain(mark))) {
    // After an overflow nothing is known until all marked objects have been walked over, in one pause.
    done = marker_.overflowed() || lifetimes_.stepped();
    if (done) break;
    if (roots_.walking_settled()) {
      roots_.WalkSettledSome(entries_a_step);
      FlushLog();
      thread_.HandOver();
    } else {
      if (!lifetimes_.stepping()) BeginSteps();
      lifetimes_.Step(tracer, entries_a_step, /*young_traced=*/false);
    }
    if (stop(entries_a_step * kWordsPerEntry)) break;
  }
  thread_.Resume();
  return done;
}

void MarkingCycle::BeginSteps() {
  lifetimes_.BeginSteps(faults_.IsSet(Fault::kTinyMarkStack) ? kFewReached : kMaxReached);
  marker_.FollowEphemerons(&lifetimes_.ephemerons().pass());
}

bool MarkingCycle::MarkFor(uint64_t nanoseconds) {
  return Advance(By::kMutator, kEntriesPerStep, Deadline(nanoseconds));
}

bool MarkingCycle::MarkSome(size_t objects) {
  return Advance(By::kMutator, 1, [&objects](size_t) { return --objects == 0; });
}

bool MarkingCycle::Poll(uint64_t nanoseconds) {
  if (!has_thread()) return false;
  if (log_size_ != 0) FlushLog();
  return thread_.IsIdle() && Advance(By::kThread, kEntriesPerStep, Deadline(nanoseconds));
}

void MarkingCycle::CleanFor(uint64_t nanoseconds) {
  Deadline deadline(nanoseconds);
  do {
    CleanSome(kEntriesPerStep);
  } while (cleaning() && !deadline(kEntriesPerStep * kWordsPerEntry));
}

void MarkingCycle::FlushLog() {
  if (has_thread()) {
    thread_.Give(absl::MakeConstSpan(log_.data(), log_size_));
  } else {
    for (size_t i = 0; i < log_size_; ++i) marker_.PushMarked(log_[i]);
  }
  log_size_ = 0;
}

void MarkingCycle::Finish() {
  FOXVM_CHECK(active());
  thread_.Stop();
  if (roots_.walking_settled()) roots_.WalkSettledSome(SIZE_MAX);
  FlushLog();
  marked_by_thread_bytes_ += (marker_.visited_words() - words_marked_here_) * sizeof(uint64_t);
  mutator_.marking = false;
  End(/*young_traced=*/false);
}

void MarkingCycle::End(bool young_traced) {
  marker_.DrainAll();
  if (!lifetimes_.stepping()) BeginSteps();
  Tracer tracer(spaces_, marker_, young_traced);
  lifetimes_.FinishMarking(tracer, young_traced);
  marker_.FollowEphemerons(nullptr);
  marker_.Release();
  marked_bytes_ += marker_.visited_words() * sizeof(uint64_t);
  overflowed_cycles_ += marker_.overflows() != 0;
  const size_t moved = MoveObjects();
  spaces_.large.Sweep();
  size_t young = 0;
  if (young_traced) {
    spaces_.nursery.ForEachSurvivor([&](ObjectHeader* object) {
      if (spaces_.marks.IsMarked(object)) young += object->small_size();
    });
  }
  // What was allocated meanwhile was born marked, and never visited.
  const size_t allocated = spaces_.old.live_bytes() - live_bytes_at_begin_ - moved;
  spaces_.old.StartSweep(marker_.overflows() != 0 ? CountLiveBlockBytes()
                                                  : marker_.small_bytes() - young + allocated);
}

size_t MarkingCycle::MoveObjects() {
  if (!compactor_.active()) return 0;
  const size_t bytes = compactor_.Evacuate(roots_, lifetimes_);
  Moved moved;
  if (compactor_.active()) lifetimes_.Follow(moved);
  compactor_.Release();
  return bytes;
}

// After an overflow some objects were visited twice.
size_t MarkingCycle::CountLiveBlockBytes() const {
  const Zone extent = spaces_.old.extent();
  size_t bytes = 0;
  for (uintptr_t at = spaces_.old.NextObject(extent.begin, extent.end); at != 0;
       at = spaces_.old.NextObject(at + kObjectAlignment, extent.end)) {
    auto* object = reinterpret_cast<ObjectHeader*>(at);
    if (spaces_.marks.IsMarked(object)) bytes += object->small_size();
  }
  return bytes;
}

}  // namespace foxvm::gc
