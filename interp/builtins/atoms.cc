// Atoms: atom_baru(v), atom_baca(ATOM), atom_tulis(ATOM, v), atom_tukar(ATOM, old, new).
// How: fibers switch only at safepoints, never inside a built-in, so plain reads and writes are atomic.
#include "absl/strings/str_cat.h"
#include "gc/handle.h"
#include "gc/write_barrier.h"
#include "interp/builtins/arguments.h"
#include "interp/builtins/functions.h"
#include "interp/objects/hash.h"
#include "interp/objects/native_objects.h"
#include "interp/objects/types.h"

namespace foxvm::builtins {
namespace {

gc::Value* ValueOf(gc::Value atom) { return static_cast<objects::Atom*>(atom.object())->value(); }

// These built-ins do not name themselves in the message. `subject`: "argument" or "first argument".
Rejection CheckAtom(BuiltinContext& ctx, absl::string_view subject, gc::Value v) {
  if (HasType(v, ArgType::kAtom)) return std::nullopt;
  return TypeFailure(ctx, absl::StrCat(subject, " must be ATOM, got ", objects::TypeName(v)));
}

}  // namespace

gc::Value AtomBaru(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckCount(ctx, count, 1)) return *bad;
  return objects::MakeAtom(ctx.objects, &args[0]);
}

gc::Value AtomBaca(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckCount(ctx, count, 1)) return *bad;
  if (Rejection bad = CheckAtom(ctx, "argument", args[0])) return *bad;
  return *ValueOf(args[0]);
}

gc::Value AtomTulis(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckCount(ctx, count, 2)) return *bad;
  if (Rejection bad = CheckAtom(ctx, "first argument", args[0])) return *bad;
  gc::WriteField(ctx.objects.mutator, ValueOf(args[0]), args[1]);
  return gc::Value::Null();
}

gc::Value AtomTukar(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckCount(ctx, count, 3)) return *bad;
  if (Rejection bad = CheckAtom(ctx, "first argument", args[0])) return *bad;
  gc::HandleScope scope(ctx.objects.mutator);
  gc::Value* current = ctx.objects.mutator.handles.Push(*ValueOf(args[0]));
  if (!objects::PrepareKey(ctx.objects, current)) return gc::Value::Empty();
  if (!objects::PrepareKey(ctx.objects, &args[1])) return gc::Value::Empty();
  bool same = objects::SameKey(*current, args[1]);
  if (same) gc::WriteField(ctx.objects.mutator, ValueOf(args[0]), args[2]);
  return gc::Value::Bool(same);
}

}  // namespace foxvm::builtins
