#include "interp/builtins/arguments.h"

#include "absl/strings/str_cat.h"
#include "interp/objects/error.h"
#include "interp/objects/layout.h"
#include "interp/objects/number.h"
#include "interp/objects/types.h"

namespace foxvm::builtins {
namespace {

using objects::ErrorCode;
using objects::Is;

absl::string_view TypeText(ArgType type) {
  switch (type) {
    case ArgType::kAny: return "";
    case ArgType::kInteger: return "INTEGER";
    case ArgType::kNumber: return "INTEGER or FLOAT";
    case ArgType::kFloat: return "FLOAT";
    case ArgType::kString: return "STRING";
    case ArgType::kArray: return "ARRAY";
    case ArgType::kHash: return "HASH";
    case ArgType::kError: return "ERROR";
    case ArgType::kClosure: return "CLOSURE";
    case ArgType::kFile: return "FILE";
    case ArgType::kTime: return "TIME";
    case ArgType::kPointer: return "POINTER";
    case ArgType::kAtom: return "ATOM";
    case ArgType::kChannel: return "CHANNEL";
    case ArgType::kThread: return "THREAD";
    case ArgType::kMutex: return "MUTEX";
    case ArgType::kSchema: return "SCHEMA";
  }
  return "";
}

Rejection CountMismatch(BuiltinContext& ctx, absl::string_view expected, uint32_t count, bool too_few) {
  return objects::MakeError(ctx.objects, too_few ? ErrorCode::kE008 : ErrorCode::kE009,
                            absl::StrCat("argument mismatch: expected ", expected, ", got ", count));
}

}  // namespace

bool HasType(gc::Value v, ArgType type) {
  switch (type) {
    case ArgType::kAny: return true;
    case ArgType::kInteger: return objects::IsInt(v);
    case ArgType::kNumber: return objects::IsNumber(v);
    case ArgType::kFloat: return objects::IsFloat(v);
    case ArgType::kString: return objects::IsString(v);
    case ArgType::kArray: return Is(v, objects::kArrayType);
    case ArgType::kHash: return Is(v, objects::kHashType);
    case ArgType::kError: return Is(v, objects::kErrorType);
    case ArgType::kClosure: return Is(v, objects::kClosureType);
    case ArgType::kFile: return Is(v, objects::kFileType);
    case ArgType::kTime: return Is(v, objects::kTimeType);
    case ArgType::kPointer: return Is(v, objects::kPointerType);
    case ArgType::kAtom: return Is(v, objects::kAtomType);
    case ArgType::kChannel: return Is(v, objects::kChannelType);
    case ArgType::kThread: return Is(v, objects::kThreadType);
    case ArgType::kMutex: return Is(v, objects::kMutexType);
    case ArgType::kSchema: return Is(v, objects::kSchemaType);
  }
  return false;
}

Rejection CheckCount(BuiltinContext& ctx, uint32_t count, uint32_t want) {
  if (count == want) return std::nullopt;
  return CountMismatch(ctx, absl::StrCat(want), count, count < want);
}

Rejection CheckCountRange(BuiltinContext& ctx, uint32_t count, uint32_t min, uint32_t max) {
  if (count >= min && count <= max) return std::nullopt;
  return CountMismatch(ctx, absl::StrCat(min, " or ", max), count, count < min);
}

Rejection CheckTypes(BuiltinContext& ctx, absl::string_view name, const gc::Value* args, uint32_t count,
                     std::initializer_list<ArgType> types) {
  constexpr absl::string_view kOrdinals[] = {"first ", "second ", "third "};
  uint32_t i = 0;
  for (ArgType type : types) {
    if (i == count) break;
    if (!HasType(args[i], type)) {
      return TypeFailure(
          ctx, absl::StrCat(types.size() > 1 ? kOrdinals[i] : "", "argument to `", name, "` must be ",
                            TypeText(type), ", got ", objects::TypeName(args[i])));
    }
    ++i;
  }
  return std::nullopt;
}

Rejection CheckArguments(BuiltinContext& ctx, absl::string_view name, const gc::Value* args, uint32_t count,
                         std::initializer_list<ArgType> types) {
  if (Rejection bad = CheckCount(ctx, count, static_cast<uint32_t>(types.size()))) return bad;
  return CheckTypes(ctx, name, args, count, types);
}

gc::Value TypeFailure(BuiltinContext& ctx, absl::string_view message) {
  return objects::MakeError(ctx.objects, ErrorCode::kE003, message);
}

gc::Value RunFailure(BuiltinContext& ctx, absl::string_view message) {
  return objects::MakeError(ctx.objects, ErrorCode::kE005, message);
}

gc::Value Interrupted(BuiltinContext& ctx) {
  return ctx.objects.Fail(objects::FatalKind::kInterrupted, "interrupted");
}

}  // namespace foxvm::builtins
