// Text of the typed extension, in bytes: substring(s, from, to), index(s, sub), trim(s, cutset), split(s,
// sep), parse_int(s) the array [number, message].
#include <algorithm>
#include <bitset>
#include <cstdint>

#include "gc/handle.h"
#include "interp/builtins/arguments.h"
#include "interp/builtins/functions.h"
#include "interp/builtins/text_parts.h"
#include "interp/objects/array.h"
#include "interp/objects/intern_table.h"
#include "interp/objects/number.h"
#include "interp/objects/string.h"

namespace foxvm::builtins {
namespace {

using objects::Chars;
using objects::Flatten;

// The integer a text begins with, as strtol reads it: blanks, a sign, decimal digits; the nearest integer
// where it does not fit. False: no digits.
bool ParsePrefix(absl::string_view text, int64_t* value) {
  constexpr absl::string_view kBlanks = " \t\n\v\f\r";
  size_t at = 0;
  while (at < text.size() && kBlanks.find(text[at]) != absl::string_view::npos) ++at;
  const bool negative = at < text.size() && text[at] == '-';
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  const size_t digits = at;
  // Down from 0, because there is one more negative number.
  int64_t result = 0;
  bool overflow = false;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    overflow = overflow || __builtin_mul_overflow(result, 10, &result) ||
               __builtin_sub_overflow(result, text[at] - '0', &result);
  }
  if (at == digits) return false;
  if (!negative) overflow = overflow || __builtin_sub_overflow(int64_t{0}, result, &result);
  *value = !overflow ? result : negative ? INT64_MIN : INT64_MAX;
  return true;
}

}  // namespace

gc::Value TypedSubstring(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "substring", args, count,
                                     {ArgType::kString, ArgType::kInteger, ArgType::kInteger})) {
    return *bad;
  }
  const int64_t length = static_cast<int64_t>(objects::StringLength(args[0]));
  const int64_t from = std::max<int64_t>(objects::IntValue(args[1]), 0);
  const int64_t to = std::min(objects::IntValue(args[2]), length);
  if (from >= to) return ctx.objects.strings.empty();
  if (!Flatten(ctx.objects, &args[0])) return gc::Value::Empty();
  if (from == 0 && to == length) return args[0];
  return Substring(ctx, &args[0], static_cast<size_t>(from), static_cast<size_t>(to - from));
}

gc::Value TypedIndex(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "index", args, count, {ArgType::kString, ArgType::kString}))
    return *bad;
  if (!Flatten(ctx.objects, &args[0]) || !Flatten(ctx.objects, &args[1])) return gc::Value::Empty();
  if (objects::StringLength(args[1]) == 0) return gc::Value::SmallInt(0);
  bool stopped = false;
  const size_t at = FindText(ctx, Chars(args[0]), Chars(args[1]), 0, &stopped);
  if (stopped) return Interrupted(ctx);
  return gc::Value::SmallInt(at == absl::string_view::npos ? -1 : static_cast<int64_t>(at));
}

gc::Value TypedTrim(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "trim", args, count, {ArgType::kString, ArgType::kString}))
    return *bad;
  if (!Flatten(ctx.objects, &args[0]) || !Flatten(ctx.objects, &args[1])) return gc::Value::Empty();
  std::bitset<256> cut;
  for (char c : Chars(args[1])) cut.set(static_cast<uint8_t>(c));
  absl::string_view text = Chars(args[0]);
  size_t from = 0, to = text.size();
  while (from < to && cut[static_cast<uint8_t>(text[from])]) ++from;
  while (from < to && cut[static_cast<uint8_t>(text[to - 1])]) --to;
  return to - from == text.size() ? args[0] : Substring(ctx, &args[0], from, to - from);
}

gc::Value TypedSplit(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "split", args, count, {ArgType::kString, ArgType::kString}))
    return *bad;
  return SplitText(ctx, args, SplitUnit::kByte);
}

gc::Value ParseInt(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "parse_int", args, count, {ArgType::kString})) return *bad;
  if (!Flatten(ctx.objects, &args[0])) return gc::Value::Empty();
  int64_t number = 0;
  const bool valid = ParsePrefix(Chars(args[0]), &number);
  gc::HandleScope scope(ctx.objects.mutator);
  gc::Value* value = ctx.objects.mutator.handles.Push(objects::MakeInt(ctx.objects, number));
  if (value->IsEmpty()) return *value;
  gc::Value* message = ctx.objects.mutator.handles.Push(
      valid ? ctx.objects.strings.empty() : objects::MakeString(ctx.objects, "Invalid integer"));
  if (message->IsEmpty()) return *message;
  const gc::Value array = objects::MakeArrayFilled(ctx.objects, 2);
  if (array.IsEmpty()) return array;
  objects::SetFresh(ctx.objects, array, 0, *value);
  objects::SetFresh(ctx.objects, array, 1, *message);
  return array;
}

}  // namespace foxvm::builtins
