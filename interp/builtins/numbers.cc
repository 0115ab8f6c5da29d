// Numbers: abs, max, min (INTEGER only), pow, sqrt, sin, cos, tan, asin, acos, atan (INTEGER or FLOAT, always
// FLOAT), pi. How: the C library does the work; C99's special cases of pow are the language's.
#include <cmath>

#include "interp/builtins/arguments.h"
#include "interp/builtins/functions.h"
#include "interp/objects/number.h"

namespace foxvm::builtins {
namespace {

using objects::AsDouble;
using objects::IntValue;
using objects::MakeFloat;
using objects::MakeInt;

constexpr double kPi = 3.141592653589793;

gc::Value Apply(BuiltinContext& ctx, absl::string_view name, gc::Value* args, uint32_t count,
                double (*function)(double)) {
  if (Rejection bad = CheckArguments(ctx, name, args, count, {ArgType::kNumber})) return *bad;
  return MakeFloat(ctx.objects, function(AsDouble(args[0])));
}

}  // namespace

gc::Value Abs(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "abs", args, count, {ArgType::kInteger})) return *bad;
  int64_t i = IntValue(args[0]);
  // Unsigned, because the least integer is its own absolute value.
  return MakeInt(ctx.objects, i < 0 ? static_cast<int64_t>(-static_cast<uint64_t>(i)) : i);
}

gc::Value Max(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "max", args, count, {ArgType::kInteger, ArgType::kInteger}))
    return *bad;
  return IntValue(args[1]) > IntValue(args[0]) ? args[1] : args[0];
}

gc::Value Min(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "min", args, count, {ArgType::kInteger, ArgType::kInteger}))
    return *bad;
  return IntValue(args[1]) < IntValue(args[0]) ? args[1] : args[0];
}

gc::Value Pow(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "pow", args, count, {ArgType::kNumber, ArgType::kNumber}))
    return *bad;
  return MakeFloat(ctx.objects, std::pow(AsDouble(args[0]), AsDouble(args[1])));
}

gc::Value Sqrt(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "sqrt", args, count, {ArgType::kNumber})) return *bad;
  double d = AsDouble(args[0]);
  if (d < 0) return RunFailure(ctx, "cannot calculate square root of negative number");
  return MakeFloat(ctx.objects, std::sqrt(d));
}

gc::Value Sin(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  return Apply(ctx, "sin", args, count, std::sin);
}

gc::Value Cos(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  return Apply(ctx, "cos", args, count, std::cos);
}

gc::Value Tan(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  return Apply(ctx, "tan", args, count, std::tan);
}

gc::Value Asin(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  return Apply(ctx, "asin", args, count, std::asin);
}

gc::Value Acos(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  return Apply(ctx, "acos", args, count, std::acos);
}

gc::Value Atan(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  return Apply(ctx, "atan", args, count, std::atan);
}

gc::Value Pi(BuiltinContext& ctx, gc::Value*, uint32_t) { return MakeFloat(ctx.objects, kPi); }

}  // namespace foxvm::builtins
