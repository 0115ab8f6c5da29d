// Concurrency: saluran_baru([n]), kirim(CHANNEL, v), terima(CHANNEL), luncurkan(CLOSURE, ...),
// tunggu(THREAD), mutex_baru(), gembok(MUTEX), buka_gembok(MUTEX). How: arguments are checked here; the work,
// and any waiting, is the scheduler's (fiber_services.h).
#include "interp/builtins/arguments.h"
#include "interp/builtins/functions.h"
#include "interp/objects/number.h"

namespace foxvm::builtins {
namespace {

Rejection CheckFibers(BuiltinContext& ctx) {
  if (ctx.fibers != nullptr) return std::nullopt;
  return RunFailure(ctx, "fibers are not available");
}

// Types are reported without an ordinal, whatever follows the first argument.
Rejection CheckFirst(BuiltinContext& ctx, absl::string_view name, const gc::Value* args, ArgType type) {
  if (Rejection bad = CheckTypes(ctx, name, args, 1, {type})) return bad;
  return CheckFibers(ctx);
}

}  // namespace

gc::Value SaluranBaru(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  int64_t capacity = 0;
  if (count > 0) {
    if (!HasType(args[0], ArgType::kInteger)) return TypeFailure(ctx, "buffer size must be INTEGER");
    capacity = objects::IntValue(args[0]);
  }
  if (capacity < 0) return TypeFailure(ctx, "buffer size must be >= 0");
  if (Rejection bad = CheckFibers(ctx)) return *bad;
  return ctx.fibers->MakeChannel(capacity);
}

gc::Value Kirim(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckCount(ctx, count, 2)) return *bad;
  if (Rejection bad = CheckFirst(ctx, "kirim", args, ArgType::kChannel)) return *bad;
  return ctx.fibers->Send(&args[0], &args[1]);
}

gc::Value Terima(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckCount(ctx, count, 1)) return *bad;
  if (Rejection bad = CheckFirst(ctx, "terima", args, ArgType::kChannel)) return *bad;
  return ctx.fibers->Receive(&args[0]);
}

gc::Value Luncurkan(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (count == 0) return *CheckCount(ctx, count, 1);
  if (Rejection bad = CheckFirst(ctx, "luncurkan", args, ArgType::kClosure)) return *bad;
  return ctx.fibers->Spawn(args, count);
}

gc::Value Tunggu(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckCount(ctx, count, 1)) return *bad;
  if (Rejection bad = CheckFirst(ctx, "tunggu", args, ArgType::kThread)) return *bad;
  return ctx.fibers->Join(&args[0]);
}

gc::Value MutexBaru(BuiltinContext& ctx, gc::Value*, uint32_t) {
  if (Rejection bad = CheckFibers(ctx)) return *bad;
  return ctx.fibers->MakeMutex();
}

gc::Value Gembok(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckCount(ctx, count, 1)) return *bad;
  if (Rejection bad = CheckFirst(ctx, "gembok", args, ArgType::kMutex)) return *bad;
  return ctx.fibers->Lock(&args[0]);
}

gc::Value BukaGembok(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckCount(ctx, count, 1)) return *bad;
  if (Rejection bad = CheckFirst(ctx, "buka_gembok", args, ArgType::kMutex)) return *bad;
  if (!ctx.fibers->Unlock(&args[0])) return RunFailure(ctx, "mutex is not locked");
  return gc::Value::Null();
}

}  // namespace foxvm::builtins
