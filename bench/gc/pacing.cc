// Pauses under a steady load: pacing [--mode NAME] [--live-mib N] [--seconds N].
// How: a table of records of 64 bytes is live, 1 GiB with them by default; the heap is bounded to 1.5 times
//      that. By the clock, in steps of 50 microseconds, 200 MB/s of records are allocated, of which every
//      fourth takes the place of an old one and lives on, and 10 million references a second are stored into
//      old records. Both happen at random in a window of 4,096 records for a millisecond and then in another
//      one, as programs work on a part of their data at a time. After a stop the program catches up, so the
//      rates hold in the mean, unless it never can: it says what it reached. Records whose number is a
//      multiple of four are never replaced and the only ones referred to, so what is live stays the same.
// A stop is what the heap's statistics gain within one step, by the clock and less what the step's thread was
// kept off its processor. watcher.h measures the stops again from outside.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "bench/gc/bench_heap.h"
#include "bench/gc/measure.h"
#include "bench/gc/watcher.h"

namespace foxvm::gc {
namespace {

constexpr int64_t kStepNs = 50'000;
constexpr double kHeapOverLive = 1.5;
constexpr double kGrowthFactor = 1.35;  // so that a collection starts before the bound is near
constexpr uint32_t kPauseGoalUs = 400;
constexpr uint32_t kSliceUs = 300;
constexpr size_t kLeastYoungBytes = 256 << 10;
constexpr size_t kRecordsPerStep = 200'000'000 / 20'000 / kRecordBytes;
constexpr size_t kStoresPerStep = 10'000'000 / 20'000;
constexpr size_t kKeptEvery = 4;
constexpr size_t kWindowRecords = 4096;
constexpr int64_t kStepsPerWindow = 20;
constexpr size_t kWorkPerCount = 16;  // allocations or stores between two steps of the watcher's counter

// The run goes on until so many major collections have been seen, at most so many times as long.
constexpr uint64_t kLeastMajors = 2;
constexpr int64_t kMostTimesLonger = 3;

struct Mode {
  std::string_view name;
  MajorMode mode;
};
constexpr Mode kModes[] = {
    {"stop_the_world", MajorMode::kStopTheWorld},
    {"incremental", MajorMode::kIncremental},
    {"concurrent", MajorMode::kConcurrent},
};

struct Settings {
  MajorMode mode = MajorMode::kStopTheWorld;
  size_t live_mib = 1024;
  int64_t seconds = 15;
};

class Load {
 public:
  Load(Heap& heap, size_t live_bytes)
      : mutator_(heap.mutator()),
        records_(live_bytes / (kRecordBytes + sizeof(Value)) & ~(kKeptEvery - 1)),
        scope_(mutator_),
        table_(scope_.Make(Value::FromObject(NewArray(mutator_, records_)))) {
    for (size_t i = 0; i < records_; ++i) Put(i);
  }

  void Step(int64_t number, Watcher& watcher) {
    if (number % kStepsPerWindow == 0) window_ = Multiple(records_ - kWindowRecords);
    for (size_t i = 0; i < kRecordsPerStep; ++i) {
      if (i % kKeptEvery == 0) {
        Put(window_ + Multiple(kWindowRecords) + 1 + random_.Below(kKeptEvery - 1));
      } else {
        made_ = NewRecord(mutator_);
      }
      if (i % kWorkPerCount == 0) watcher.Step();
    }
    for (size_t i = 0; i < kStoresPerStep; ++i) {
      const Value* window = table_.object()->slots() + window_;
      const Value holder = window[random_.Below(kWindowRecords)];
      WriteField(mutator_, holder.object()->slots() + i % 2, window[Multiple(kWindowRecords)]);
      if (i % kWorkPerCount == 0) watcher.Step();
    }
  }

 private:
  size_t Multiple(size_t below) { return random_.Below(below) & ~(kKeptEvery - 1); }
  void Put(size_t index) {
    const Value record = Value::FromObject(NewRecord(mutator_));
    WriteField(mutator_, table_.object()->slots() + index, record);
  }

  Mutator& mutator_;
  const size_t records_;
  HandleScope scope_;
  const Handle table_;
  Random random_{1};
  size_t window_ = 0;
  ObjectHeader* volatile made_ = nullptr;  // or the compiler makes none
};

size_t CountOver(Samples& samples, double least) {
  size_t count = 0;
  samples.ForEach([&](double value) { count += value > least ? 1 : 0; });
  return count;
}

void ReportStops(const char* prefix, Samples& ns) {
  const auto report = [prefix](const char* name, double value) {
    std::printf("%s_%s %.6f\n", prefix, name, value);
  };
  report("p50_ms", ns.Percentile(0.5) / 1e6);
  report("p99_ms", ns.Percentile(0.99) / 1e6);
  report("max_ms", ns.max() / 1e6);
  report("over_1_ms", static_cast<double>(CountOver(ns, 1e6)));
}

void Run(const Settings& settings) {
  const size_t live_bytes = settings.live_mib * kMiB;
  const auto bound = static_cast<size_t>(static_cast<double>(live_bytes) * kHeapOverLive);
  HeapOptions options;
  options.max_bytes = bound;
  options.growth_factor = kGrowthFactor;
  options.major_mode = settings.mode;
  options.pause_goal_us = kPauseGoalUs;
  options.slice_us = kSliceUs;
  options.min_young_bytes = kLeastYoungBytes;
  const std::unique_ptr<Heap> heap = MakeBenchHeap(options);
  Load load(*heap, live_bytes);
  heap->CollectMajor();
  const HeapStatistics before = heap->statistics();
  Samples stops;
  Samples cpu_stops;
  Watcher watcher;
  uint64_t stopped = PauseNs(before);
  const int64_t start = NowNs();
  const int64_t end = start + settings.seconds * 1'000'000'000;
  const int64_t last = start + kMostTimesLonger * settings.seconds * 1'000'000'000;
  int64_t steps = 0;
  uint64_t majors = 0;
  for (int64_t now = start; now < end || (majors < kLeastMajors && now < last); now = NowNs(), ++steps) {
    const Pause step = TimePause([&] { load.Step(steps, watcher); });
    const HeapStatistics statistics = heap->statistics();
    majors = statistics.major_collections - before.major_collections;
    const uint64_t now_stopped = PauseNs(statistics);
    if (now_stopped != stopped) {
      const auto stop = static_cast<double>(now_stopped - stopped);
      stops.Add(stop);
      // Without what other programs took of the processor meanwhile.
      cpu_stops.Add(std::max(0.0, stop - static_cast<double>(step.wall_ns - step.cpu_ns)));
    }
    stopped = now_stopped;
    while (NowNs() < start + (steps + 1) * kStepNs) watcher.Step();
  }
  const auto seconds = static_cast<double>(NowNs() - start) / 1e9;
  watcher.Stop();
  const HeapStatistics after = heap->statistics();
  ReportStops("pause", stops);
  ReportStops("pause_cpu", cpu_stops);
  ReportStops("gap", watcher.gaps());
  PrintFigure("watcher_lost_percent", static_cast<double>(watcher.lost_ns()) / 1e7 / seconds);
  PrintFigure("mb_per_second",
              static_cast<double>(after.allocated_bytes - before.allocated_bytes) / 1e6 / seconds);
  PrintFigure("million_stores_per_second", static_cast<double>(steps) * kStoresPerStep / 1e6 / seconds);
  PrintFigure("minors", static_cast<double>(after.minor_collections - before.minor_collections));
  PrintFigure("majors", static_cast<double>(majors));
  PrintFigure("slices", static_cast<double>(after.slice_pauses.count() - before.slice_pauses.count()));
  PrintFigure("degenerated", static_cast<double>(after.degenerated_cycles - before.degenerated_cycles));
  const uint64_t marked = after.marked_bytes - before.marked_bytes;
  const uint64_t by_thread = after.marked_by_thread_bytes - before.marked_by_thread_bytes;
  const double share = marked == 0 ? 0 : static_cast<double>(by_thread) / static_cast<double>(marked);
  PrintFigure("by_thread_percent", share * 100);
  PrintFigure("live_mib", static_cast<double>(before.live_old_bytes) / kMiB);
  PrintFigure("heap_mib", static_cast<double>(after.peak_committed_bytes) / kMiB);
}

// False when no mode has that name.
bool SetMode(std::string_view name, MajorMode* mode) {
  for (const Mode& known : kModes) {
    if (known.name != name) continue;
    *mode = known.mode;
    return true;
  }
  return false;
}

// False when the arguments are none of these.
bool Parse(int argc, char** argv, Settings* settings) {
  for (int i = 1; i < argc; i += 2) {
    const std::string_view name = argv[i];
    if (i + 1 == argc) return false;
    const std::string_view value = argv[i + 1];
    const long number = std::strtol(argv[i + 1], nullptr, 10);
    if (name == "--mode") {
      if (!SetMode(value, &settings->mode)) return false;
      continue;
    }
    if (name == "--live-mib" && number >= 8 && number <= 65'536) {
      settings->live_mib = static_cast<size_t>(number);
    } else if (name == "--seconds" && number >= 1 && number <= 86'400) {
      settings->seconds = number;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace
}  // namespace foxvm::gc

int main(int argc, char** argv) {
  foxvm::gc::Settings settings;
  if (!foxvm::gc::Parse(argc, argv, &settings)) {
    std::fputs(
        "usage: pacing [--mode stop_the_world|incremental|concurrent] [--live-mib 8..65536] [--seconds "
        "1..86400]\n",
        stderr);
    return 2;
  }
  foxvm::gc::Run(settings);
}
