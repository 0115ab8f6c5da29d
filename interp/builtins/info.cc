// Information: info_memori() a HASH of total, terpakai, bebas (bytes) and persen; info_cpu() a percentage.
// How: both speak of this VM and its process, not of the machine: info_memori of the heap's bound and what is
//      committed of it, info_cpu of the processor time spent since the call before, 0 at the first.
#include <time.h>

#include <algorithm>

#include "gc/handle.h"
#include "interp/builtins/arguments.h"
#include "interp/builtins/functions.h"
#include "interp/objects/hash.h"
#include "interp/objects/number.h"
#include "interp/objects/string.h"

namespace foxvm::builtins {
namespace {

int64_t ReadClock(clockid_t clock) {
  timespec now = {0, 0};
  clock_gettime(clock, &now);
  return int64_t{now.tv_sec} * 1000000000 + now.tv_nsec;
}

}  // namespace

gc::Value InfoMemori(BuiltinContext& ctx, gc::Value*, uint32_t) {
  uint64_t total = ctx.objects.heap.options().max_bytes;
  uint64_t used = std::min(total, ctx.objects.heap.statistics().committed_bytes);
  struct Entry {
    absl::string_view key;
    uint64_t value;
  };
  const Entry entries[] = {
      {"total", total},
      {"terpakai", used},
      {"bebas", total - used},
      {"persen", static_cast<uint64_t>(100.0 * static_cast<double>(used) / static_cast<double>(total))},
  };
  gc::HandleScope scope(ctx.objects.mutator);
  gc::HandleStack& handles = ctx.objects.mutator.handles;
  gc::Value* key = handles.Push(gc::Value::Null());
  gc::Value* value = handles.Push(gc::Value::Null());
  gc::Value* hash = handles.Push(objects::MakeHash(ctx.objects, nullptr, 0));
  if (hash->IsEmpty()) return *hash;
  for (const Entry& entry : entries) {
    *key = objects::MakeString(ctx.objects, entry.key);
    if (key->IsEmpty()) return *key;
    *value = objects::MakeInt(ctx.objects, static_cast<int64_t>(entry.value));
    if (value->IsEmpty()) return *value;
    if (!objects::HashSet(ctx.objects, hash, key, value)) return gc::Value::Empty();
  }
  return *hash;
}

gc::Value InfoCpu(BuiltinContext& ctx, gc::Value*, uint32_t) {
  const CpuSample now = {ReadClock(CLOCK_MONOTONIC), ReadClock(CLOCK_PROCESS_CPUTIME_ID)};
  const CpuSample before = ctx.last_cpu;
  ctx.last_cpu = now;
  int64_t wall = now.wall_nanos - before.wall_nanos;
  if (before.wall_nanos == 0 || wall <= 0) return gc::Value::SmallInt(0);
  double share = static_cast<double>(now.cpu_nanos - before.cpu_nanos) / static_cast<double>(wall);
  return gc::Value::SmallInt(static_cast<int64_t>(100 * share));
}

}  // namespace foxvm::builtins
