#include "interp/objects/error.h"

#include "gc/handle.h"
#include "interp/objects/new_object.h"
#include "interp/objects/string.h"

namespace foxvm::objects {

using gc::Value;

absl::string_view ErrorCodeText(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNone: return "";
    case ErrorCode::kRuntimeError: return "RUNTIME_ERROR";
    case ErrorCode::kE003: return "E003";
    case ErrorCode::kE005: return "E005";
    case ErrorCode::kE008: return "E008";
    case ErrorCode::kE009: return "E009";
  }
  return "";
}

Value MakeErrorFrom(Context& ctx, ErrorCode code, Value* message) {
  FOXVM_DCHECK(IsString(*message));
  auto* error = static_cast<ErrorObject*>(NewSlots(ctx, kErrorType, static_cast<uint64_t>(code), 2));
  if (error == nullptr) return Value::Empty();
  error->message = *message;
  return Value::FromObject(error);
}

Value MakeError(Context& ctx, ErrorCode code, absl::string_view message) {
  gc::HandleScope scope(ctx.mutator);
  Value* text = ctx.mutator.handles.Push(MakeString(ctx, message));
  if (text->IsEmpty()) return Value::Empty();
  return MakeErrorFrom(ctx, code, text);
}

Value MakeRuntimeError(Context& ctx, absl::string_view message) {
  return MakeError(ctx, ErrorCode::kRuntimeError, message);
}

}  // namespace foxvm::objects
