// How long an OCaml program (4.13, native) is stopped by its collector, measured in the run itself.
// How: compiled code whose minor heap is full calls caml_garbage_collection, which does the minor collection
//      and the slice of the major one that follows. The program is linked with
//      -Wl,--wrap=caml_garbage_collection, so the function here stands in front of it: two readings of the
//      clock for each minor collection, and no sampling.
#define _POSIX_C_SOURCE 199309L
#include <time.h>

#include <caml/alloc.h>
#include <caml/mlvalues.h>

void __real_caml_garbage_collection(void);

static double stopped_ns = 0;

static double NowNs(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

void __wrap_caml_garbage_collection(void) {
  const double start = NowNs();
  __real_caml_garbage_collection();
  stopped_ns += NowNs() - start;
}

value bench_now_ns(value unit) {
  (void)unit;
  return caml_copy_double(NowNs());
}

value bench_stopped_ns(value unit) {
  (void)unit;
  return caml_copy_double(stopped_ns);
}
