// The pause of a full collection by libgc of the trees of major_bench.cc: 32 MiB of objects of 64 bytes, in
// the order of allocation and in random order. One marker thread, as the other side has none.
#include <gc.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/gc/measure.h"
#include "bench/gc/tree_order.h"

namespace foxvm::gc {
namespace {

// With the byte that libgc adds behind an object for pointers past its end, a granule more: 64 bytes.
struct Record {
  Record* children[2];
  uint64_t plain[4];
};

constexpr size_t kRecords = (size_t{32} << 20) / 64;
constexpr int kRounds = 10;

Record* volatile root = nullptr;  // libgc scans static variables; without volatile the compiler drops it

// False when there is no memory.
bool MakeTree(bool shuffled) {
  auto** records = static_cast<Record**>(GC_MALLOC(kRecords * sizeof(Record*)));
  if (records == nullptr) return false;
  for (size_t i = 0; i < kRecords; ++i) {
    records[i] = static_cast<Record*>(GC_MALLOC(sizeof(Record)));
    if (records[i] == nullptr) return false;
  }
  std::sort(records, records + kRecords);
  const std::vector<uint32_t> places = TreePlaces(kRecords, shuffled);
  LinkTree(places, [records](uint32_t parent, int side, uint32_t child) {
    records[parent]->children[side] = records[child];
  });
  root = records[places[0]];
  GC_FREE(records);
  return true;
}

void Report(const std::string& order) {
  Samples wall;
  Samples cpu;
  for (int i = -1; i < kRounds; ++i) {
    const Pause pause = TimePause([] { GC_gcollect(); });
    if (i < 0) continue;  // the first frees the tree before
    wall.Add(static_cast<double>(pause.wall_ns) / 1e6);
    cpu.Add(static_cast<double>(pause.cpu_ns) / 1e6);
  }
  PrintFigure((order + "_p50_ms").c_str(), wall.Percentile(0.5));
  PrintFigure((order + "_cpu_p50_ms").c_str(), cpu.Percentile(0.5));
}

int Main() {
  setenv("GC_MARKERS", "1", 1);  // this version has no call for it
  GC_INIT();
  for (const bool shuffled : {false, true}) {
    if (!MakeTree(shuffled)) return std::fputs("major_libgc: out of memory\n", stderr), 1;
    Report(shuffled ? "random" : "in_order");
  }
  return 0;
}

}  // namespace
}  // namespace foxvm::gc

int main() { return foxvm::gc::Main(); }
