// The programs of throughput_bench.cc on libgc, in the same bytes of heap. One marker thread, as the other
// side has none.
#include <gc.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/gc/measure.h"
#include "bench/gc/plain_tables.h"

namespace foxvm::gc {
namespace {

int64_t stopped_at = 0;
int64_t stopped_ns = 0;

void OnEvent(GC_EventType event) {
  if (event == GC_EVENT_START) stopped_at = NowNs();
  if (event == GC_EVENT_END) stopped_ns += NowNs() - stopped_at;
}

void* OrExit(void* memory) {
  if (memory != nullptr) return memory;
  std::fputs("throughput_libgc: out of memory\n", stderr);
  std::exit(1);
}

struct LibgcMemory {
  template <typename T>
  static T* New() {
    return static_cast<T*>(OrExit(GC_MALLOC(sizeof(T))));
  }
  template <typename T>
  static T** NewArray(size_t length) {
    return static_cast<T**>(OrExit(GC_MALLOC(length * sizeof(T*))));
  }
  static uint64_t* NewBytes(size_t words) {
    return static_cast<uint64_t*>(OrExit(GC_MALLOC_ATOMIC(words * 8)));
  }
  static void Free(void*) {}
  static void FreeArray(void*) {}
};

void Print(const std::string& name, const PlainTime& time, int operations) {
  PrintFigure((name + "_percent").c_str(), 100 - time.stopped_ns / time.ns * 100);
  PrintFigure((name + "_ns").c_str(), time.ns / operations);
}

// Argument: which of the programs, "lru_cache" or "growing_table"; then the most bytes the heap may take.
int Main(const std::string& program, const char* max_bytes) {
  setenv("GC_MARKERS", "1", 1);  // this version has no call for it
  GC_INIT();
  GC_set_max_heap_size(std::strtoull(max_bytes, nullptr, 10));
  GC_set_warn_proc(GC_ignore_warn_proc);
  GC_set_on_collection_event(OnEvent);
  uint64_t sum = 0;
  if (program == "lru_cache") {
    Print(program, RunPlainCache<LibgcMemory>(&sum, &stopped_ns), kCacheReads);
    if (sum == 0) return 1;
  } else {
    Print(program, RunPlainTable<LibgcMemory>(&stopped_ns), kTableEntries);
  }
  PrintFigure("heap_mib", static_cast<double>(GC_get_heap_size()) / (1 << 20));
  return 0;
}

}  // namespace
}  // namespace foxvm::gc

int main(int argc, char** argv) {
  if (argc != 3) return std::fputs("usage: throughput_libgc PROGRAM BYTES\n", stderr), 2;
  return foxvm::gc::Main(argv[1], argv[2]);
}
