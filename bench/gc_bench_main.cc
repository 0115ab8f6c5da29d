// The micro benchmarks of the collector as one program, so that one report holds them all.
#include "benchmark/benchmark.h"

BENCHMARK_MAIN();
