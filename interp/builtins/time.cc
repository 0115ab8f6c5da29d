// Time: waktu_sekarang() a TIME, waktu_unix() seconds, tidur(ms), format_waktu(TIME, layout).
// How: reading the clock and sleeping need Capabilities::clock. A sleeping fiber lets others run; without
// fibers the
//      sleep is cut into slices, so that a stop request ends it.
#include "absl/time/time.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "interp/builtins/arguments.h"
#include "interp/builtins/functions.h"
#include "interp/builtins/time_format.h"
#include "interp/objects/native_objects.h"
#include "interp/objects/number.h"
#include "interp/objects/string.h"

namespace foxvm::builtins {
namespace {

constexpr absl::Duration kSleepSlice = absl::Milliseconds(10);
// Bytes of a layout worked through between two looks at the stop request.
constexpr size_t kSliceBytes = 16 * 1024;

Rejection CheckClock(BuiltinContext& ctx, absl::string_view name) {
  if (ctx.capabilities.clock) return std::nullopt;
  return RunFailure(ctx, absl::StrCat(name, " error: permission denied"));
}

gc::Value SleepInPlace(BuiltinContext& ctx, int64_t milliseconds) {
  using Clock = std::chrono::steady_clock;
  const absl::Duration total = absl::Milliseconds(milliseconds);
  const Clock::time_point start = Clock::now();
  while (true) {
    if (StopRequested(ctx)) return Interrupted(ctx);
    absl::Duration left = total - absl::FromChrono(Clock::now() - start);
    if (left <= absl::ZeroDuration()) return gc::Value::Null();
    absl::SleepFor(std::min(left, kSleepSlice));
  }
}

}  // namespace

gc::Value WaktuSekarang(BuiltinContext& ctx, gc::Value*, uint32_t) {
  if (Rejection bad = CheckClock(ctx, "waktu_sekarang")) return *bad;
  return objects::MakeTime(ctx.objects, absl::GetCurrentTimeNanos());
}

gc::Value WaktuUnix(BuiltinContext& ctx, gc::Value*, uint32_t) {
  if (Rejection bad = CheckClock(ctx, "waktu_unix")) return *bad;
  return objects::MakeInt(ctx.objects, absl::ToUnixSeconds(absl::Now()));
}

gc::Value Tidur(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "tidur", args, count, {ArgType::kInteger})) return *bad;
  if (Rejection bad = CheckClock(ctx, "tidur")) return *bad;
  int64_t milliseconds = objects::IntValue(args[0]);
  if (milliseconds <= 0) return gc::Value::Null();
  if (ctx.fibers != nullptr) return ctx.fibers->Sleep(milliseconds);
  return SleepInPlace(ctx, milliseconds);
}

gc::Value FormatWaktu(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "format_waktu", args, count, {ArgType::kTime, ArgType::kString}))
    return *bad;
  if (!objects::Flatten(ctx.objects, &args[1])) return gc::Value::Empty();
  int64_t nanos = static_cast<const objects::TimeObject*>(args[0].object())->unix_nanos();
  LayoutFormatter formatter(absl::FromUnixNanos(nanos), ctx.zone);
  std::string text;
  for (absl::string_view layout = LayoutByName(objects::Chars(args[1])); !layout.empty();) {
    if (StopRequested(ctx)) return Interrupted(ctx);
    layout.remove_prefix(formatter.Append(layout, kSliceBytes, &text));
    if (text.size() > objects::kMaxStringLength) return ctx.objects.OutOfMemory();
  }
  return objects::MakeString(ctx.objects, text);
}

}  // namespace foxvm::builtins
