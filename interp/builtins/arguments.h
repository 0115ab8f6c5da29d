// Argument checks of the built-ins, with the texts programs see: the count first, then types from left to
// right. Threads: the VM's.  Collects: only to make the error value.
#ifndef FOXVM_INTERP_BUILTINS_ARGUMENTS_H_
#define FOXVM_INTERP_BUILTINS_ARGUMENTS_H_

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "interp/builtins/builtin.h"

namespace foxvm::builtins {

enum class ArgType {
  kAny,
  kInteger,
  kNumber,  // INTEGER or FLOAT
  kFloat,
  kString,
  kArray,
  kHash,
  kError,
  kClosure,
  kFile,
  kTime,
  kPointer,
  kAtom,
  kChannel,
  kThread,
  kMutex,
  kSchema,
};

bool HasType(gc::Value v, ArgType type);

// What a failed check returns is the built-in's result (an error value, or Value::Empty() when out of
// memory); nullopt: all is well.
using Rejection = std::optional<gc::Value>;

// `argument mismatch: expected WANT, got COUNT`, also with "MIN or MAX".
Rejection CheckCount(BuiltinContext& ctx, uint32_t count, uint32_t want);
Rejection CheckCountRange(BuiltinContext& ctx, uint32_t count, uint32_t min, uint32_t max);

// The types of the first `count` arguments, at most types.size(). The texts say "first argument to ..." when
// `types` has more than one.
Rejection CheckTypes(BuiltinContext& ctx, absl::string_view name, const gc::Value* args, uint32_t count,
                     std::initializer_list<ArgType> types);

// CheckCount for types.size() arguments, then CheckTypes.
Rejection CheckArguments(BuiltinContext& ctx, absl::string_view name, const gc::Value* args, uint32_t count,
                         std::initializer_list<ArgType> types);

// Error values E003 and E005.
gc::Value TypeFailure(BuiltinContext& ctx, absl::string_view message);
gc::Value RunFailure(BuiltinContext& ctx, absl::string_view message);

// True once the VM was asked to stop; a built-in then returns Interrupted(ctx).
inline bool StopRequested(const BuiltinContext& ctx) {
  return ctx.objects.interrupt != nullptr && ctx.objects.interrupt->load(std::memory_order_relaxed);
}
gc::Value Interrupted(BuiltinContext& ctx);

}  // namespace foxvm::builtins

#endif  // FOXVM_INTERP_BUILTINS_ARGUMENTS_H_
