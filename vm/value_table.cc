#include "vm/value_table.h"

#include <utility>

#include "gc/handle.h"
#include "interp/objects/array.h"
#include "interp/objects/error.h"
#include "interp/objects/hash.h"
#include "interp/objects/number.h"
#include "interp/objects/string.h"

namespace foxvm::vm {

Root::Root(ValueTable* owner, gc::Value referent) : table(owner), value(referent), next(owner->first_) {
  if (next != nullptr) next->previous = this;
  owner->first_ = this;
}

Root::~Root() {
  if (table == nullptr) return;
  if (next != nullptr) next->previous = previous;
  (previous != nullptr ? previous->next : table->first_) = next;
}

ValueTable::ValueTable(interp::Machine& machine) : context_(machine.context()) {
  context_.heap.AddRoots(this);
}

ValueTable::~ValueTable() {
  context_.heap.RemoveRoots(this);
  for (Root* root = first_; root != nullptr; root = root->next) root->table = nullptr;
}

void ValueTable::VisitRoots(gc::SlotVisitor& visitor) {
  for (Root* root = first_; root != nullptr; root = root->next) {
    visitor.Visit(gc::Slot::Tagged(&root->value));
  }
}

Value ValueTable::FromHeap(gc::Value v) {
  if (v.IsNull()) return Value();
  if (v.IsBool()) return Value::Bool(v.boolean());
  if (objects::IsInt(v)) return Value::Int(objects::IntValue(v));
  if (objects::IsFloat(v)) return Value::Float(objects::FloatValue(v));
  Value value;
  value.kind_ = ValueKind::kOther;
  value.root_ = std::make_shared<Root>(this, v);
  return value;
}

gc::Value* ValueTable::ToHeap(const Value& value, absl::Status* status) {
  gc::Value v;
  switch (value.kind_) {
    case ValueKind::kNull:
      break;
    case ValueKind::kBool:
      v = gc::Value::Bool(value.bool_);
      break;
    case ValueKind::kInt:
      v = objects::MakeInt(context_, value.int_);
      break;
    case ValueKind::kFloat:
      v = objects::MakeFloat(context_, value.float_);
      break;
    default:
      if (value.root_->table != this) {
        *status = absl::InvalidArgumentError("the value belongs to another VM");
        return nullptr;
      }
      v = value.root_->value;
  }
  if (v.IsEmpty()) {
    *status = TakeFailure();
    return nullptr;
  }
  return context_.mutator.handles.Push(v);
}

absl::Status ValueTable::TakeFailure() {
  const absl::StatusCode code = context_.fatal == objects::FatalKind::kInterrupted
                                    ? absl::StatusCode::kCancelled
                                    : absl::StatusCode::kResourceExhausted;
  absl::Status status(code, context_.fatal_message);
  context_.fatal = objects::FatalKind::kNone;
  context_.fatal_message.clear();
  return status;
}

absl::StatusOr<Value> ValueTable::Made(gc::Value v) {
  if (v.IsEmpty()) return TakeFailure();
  return FromHeap(v);
}

absl::StatusOr<Value> ValueTable::NewString(absl::string_view bytes) {
  if (bytes.size() > objects::kMaxStringLength) return absl::ResourceExhaustedError("the string is too long");
  return Made(objects::MakeString(context_, bytes));
}

absl::StatusOr<Value> ValueTable::NewError(absl::string_view message) {
  if (message.size() > objects::kMaxStringLength)
    return absl::ResourceExhaustedError("the message is too long");
  return Made(objects::MakeError(context_, objects::ErrorCode::kNone, message));
}

absl::StatusOr<Value> ValueTable::NewArray(absl::Span<const Value> elements) {
  if (elements.size() > objects::kMaxArrayLength)
    return absl::ResourceExhaustedError("the array is too long");
  absl::Status status;
  gc::HandleScope scope(context_.mutator);
  const gc::Value array = objects::MakeArrayFilled(context_, elements.size());
  if (array.IsEmpty()) return TakeFailure();
  const gc::Handle kept = scope.Make(array);
  for (size_t i = 0; i < elements.size(); ++i) {
    gc::HandleScope element_scope(context_.mutator);
    const gc::Value* v = ToHeap(elements[i], &status);
    if (v == nullptr) return status;
    objects::SetFresh(context_, kept.get(), i, *v);
  }
  return FromHeap(kept.get());
}

absl::StatusOr<Value> ValueTable::NewHash(absl::Span<const std::pair<Value, Value>> entries) {
  absl::Status status;
  gc::HandleScope scope(context_.mutator);
  gc::Value* hash = context_.mutator.handles.Push(objects::MakeHash(context_, nullptr, 0));
  if (hash->IsEmpty()) return TakeFailure();
  for (const auto& [key, value] : entries) {
    gc::HandleScope entry_scope(context_.mutator);
    gc::Value* k = ToHeap(key, &status);
    gc::Value* v = k == nullptr ? nullptr : ToHeap(value, &status);
    if (v == nullptr) return status;
    if (!objects::HashSet(context_, hash, k, v)) return TakeFailure();
  }
  return FromHeap(*hash);
}

}  // namespace foxvm::vm
