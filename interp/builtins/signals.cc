// Signals: potret(), pulih([STRING]), simpan() return marker errors without code; any arguments are taken.
#include "absl/strings/string_view.h"
#include "interp/builtins/arguments.h"
#include "interp/builtins/functions.h"
#include "interp/objects/error.h"
#include "interp/objects/string.h"

namespace foxvm::builtins {
namespace {

constexpr absl::string_view kRollback = "SIGNAL:ROLLBACK:";

gc::Value Signal(BuiltinContext& ctx, absl::string_view message) {
  return objects::MakeError(ctx.objects, objects::ErrorCode::kNone, message);
}

}  // namespace

gc::Value Potret(BuiltinContext& ctx, gc::Value*, uint32_t) { return Signal(ctx, "SIGNAL:SNAPSHOT"); }

gc::Value Pulih(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (count == 0 || !HasType(args[0], ArgType::kString))
    return Signal(ctx, "SIGNAL:ROLLBACK:Manual Rollback");
  args[0] = objects::ConcatText(ctx.objects, kRollback, &args[0]);
  if (args[0].IsEmpty()) return args[0];
  return objects::MakeErrorFrom(ctx.objects, objects::ErrorCode::kNone, &args[0]);
}

gc::Value Simpan(BuiltinContext& ctx, gc::Value*, uint32_t) { return Signal(ctx, "SIGNAL:COMMIT"); }

}  // namespace foxvm::builtins
