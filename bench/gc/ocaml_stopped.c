// How long an OCaml program (4.13, native) is stopped by its collector, measured in the run itself.
// How: compiled code whose minor heap is full calls caml_garbage_collection, which does the minor collection and
//      the slice of the major one that follows; the runtime's own allocations (of strings, of large arrays) call
//      the other functions below. The program is linked with -Wl,--wrap for each, so those here stand in front of
//      them: two readings of the clock for the outermost, and no sampling.
#define _POSIX_C_SOURCE 199309L
#include <time.h>

#include <caml/alloc.h>
#include <caml/mlvalues.h>

void __real_caml_garbage_collection(void);
void __real_caml_alloc_small_dispatch(intnat words, int flags, int count, unsigned char* lengths);
value __real_caml_check_urgent_gc(value root);

static int depth = 0;
static double started_ns;
static double stopped_ns = 0;

static double NowNs(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void Begin(void) {
  if (depth++ == 0) started_ns = NowNs();
}
static void End(void) {
  if (--depth == 0) stopped_ns += NowNs() - started_ns;
}

void __wrap_caml_garbage_collection(void) {
  Begin();
  __real_caml_garbage_collection();
  End();
}

void __wrap_caml_alloc_small_dispatch(intnat words, int flags, int count, unsigned char* lengths) {
  Begin();
  __real_caml_alloc_small_dispatch(words, flags, count, lengths);
  End();
}

value __wrap_caml_check_urgent_gc(value root) {
  Begin();
  value result = __real_caml_check_urgent_gc(root);
  End();
  return result;
}

value bench_now_ns(value unit) {
  (void)unit;
  return caml_copy_double(NowNs());
}

value bench_stopped_ns(value unit) {
  (void)unit;
  return caml_copy_double(stopped_ns);
}
