#include "vm/value.h"

#include "absl/strings/str_cat.h"
#include "gc/handle.h"
#include "interp/objects/array.h"
#include "interp/objects/error.h"
#include "interp/objects/hash.h"
#include "interp/objects/layout.h"
#include "interp/objects/number.h"
#include "interp/objects/number_format.h"
#include "interp/objects/print.h"
#include "interp/objects/string.h"
#include "interp/objects/types.h"
#include "vm/value_table.h"

namespace foxvm::vm {
namespace {

std::string CopyString(gc::Value v) {
  std::string bytes(objects::StringLength(v), '\0');
  objects::CopyBytes(v, bytes.data());
  return bytes;
}

absl::Status OutOfRange(size_t i, size_t length) {
  return absl::OutOfRangeError(absl::StrCat("index ", i, " of ", length));
}

}  // namespace

Value Value::Bool(bool b) {
  Value v;
  v.kind_ = ValueKind::kBool;
  v.bool_ = b;
  return v;
}

Value Value::Int(int64_t i) {
  Value v;
  v.kind_ = ValueKind::kInt;
  v.int_ = i;
  return v;
}

Value Value::Float(double d) {
  Value v;
  v.kind_ = ValueKind::kFloat;
  v.float_ = d;
  return v;
}

ValueKind Value::kind() const {
  if (kind_ != ValueKind::kOther) return kind_;
  if (root_->table == nullptr) return ValueKind::kGone;
  const gc::Value v = root_->value;
  if (v.IsBuiltin() || objects::Is(v, objects::kClosureType)) return ValueKind::kFunction;
  if (objects::IsString(v)) return ValueKind::kString;
  if (objects::Is(v, objects::kArrayType)) return ValueKind::kArray;
  if (objects::Is(v, objects::kHashType)) return ValueKind::kHash;
  if (objects::IsError(v)) return ValueKind::kError;
  return ValueKind::kOther;
}

absl::string_view Value::type_name() const {
  switch (kind_) {
    case ValueKind::kNull:
      return "NULL";
    case ValueKind::kBool:
      return "BOOLEAN";
    case ValueKind::kInt:
      return "INTEGER";
    case ValueKind::kFloat:
      return "FLOAT";
    default:
      return root_->table == nullptr ? "value of a VM that is gone" : objects::TypeName(root_->value);
  }
}

absl::Status Value::WrongType(absl::string_view wanted) const {
  return absl::InvalidArgumentError(absl::StrCat("want ", wanted, ", got ", type_name()));
}

absl::StatusOr<bool> Value::AsBool() const {
  if (kind_ != ValueKind::kBool) return WrongType("BOOLEAN");
  return bool_;
}

absl::StatusOr<int64_t> Value::AsInt() const {
  if (kind_ != ValueKind::kInt) return WrongType("INTEGER");
  return int_;
}

absl::StatusOr<double> Value::AsFloat() const {
  if (kind_ == ValueKind::kInt) return static_cast<double>(int_);
  if (kind_ != ValueKind::kFloat) return WrongType("FLOAT");
  return float_;
}

absl::StatusOr<std::string> Value::AsString() const {
  if (kind() != ValueKind::kString) return WrongType("STRING");
  return CopyString(root_->value);
}

absl::StatusOr<std::string> Value::ErrorMessage() const {
  if (kind() != ValueKind::kError) return WrongType("ERROR");
  return CopyString(objects::ErrorMessage(root_->value));
}

absl::StatusOr<size_t> Value::Length() const {
  switch (kind()) {
    case ValueKind::kString:
      return objects::StringLength(root_->value);
    case ValueKind::kArray:
      return objects::ArrayLength(root_->value);
    case ValueKind::kHash:
      return objects::HashSize(root_->value);
    default:
      return WrongType("ARRAY, HASH or STRING");
  }
}

absl::StatusOr<Value> Value::At(size_t i) const {
  if (kind() != ValueKind::kArray) return WrongType("ARRAY");
  const size_t length = objects::ArrayLength(root_->value);
  if (i >= length) return OutOfRange(i, length);
  ValueTable& table = *root_->table;
  const gc::Value element = objects::ArrayGet(table.context(), &root_->value, static_cast<int64_t>(i));
  if (element.IsEmpty()) return table.TakeFailure();
  return table.FromHeap(element);
}

absl::StatusOr<std::vector<Value>> Value::Elements() const {
  if (kind() != ValueKind::kArray) return WrongType("ARRAY");
  // Nothing below collects.
  std::vector<gc::Value> words;
  objects::ArraySnapshot(root_->value, &words);
  std::vector<Value> elements;
  elements.reserve(words.size());
  for (gc::Value word : words) elements.push_back(root_->table->FromHeap(word));
  return elements;
}

absl::StatusOr<std::pair<Value, Value>> Value::EntryAt(size_t i) const {
  if (kind() != ValueKind::kHash) return WrongType("HASH");
  ValueTable& table = *root_->table;
  const size_t count = objects::HashCount(table.context(), root_->value);
  if (i >= count) return OutOfRange(i, count);
  return std::make_pair(table.FromHeap(objects::HashKeyAt(root_->value, i)),
                        table.FromHeap(objects::HashValueAt(root_->value, i)));
}

absl::StatusOr<std::vector<std::pair<Value, Value>>> Value::Entries() const {
  if (kind() != ValueKind::kHash) return WrongType("HASH");
  std::vector<std::pair<Value, Value>> entries;
  for (size_t i = 0; i < objects::HashSize(root_->value); ++i) entries.push_back(*EntryAt(i));
  return entries;
}

absl::StatusOr<Value> Value::Get(const Value& key) const {
  if (kind() != ValueKind::kHash) return WrongType("HASH");
  ValueTable& table = *root_->table;
  objects::Context& ctx = table.context();
  gc::HandleScope scope(ctx.mutator);
  absl::Status status;
  gc::Value* k = table.ToHeap(key, &status);
  if (k == nullptr) return status;
  if (!objects::PrepareKey(ctx, k)) return table.TakeFailure();
  const gc::Value found = objects::HashGet(ctx, root_->value, *k);
  if (found.IsEmpty()) return absl::NotFoundError("the hash has no such key");
  return table.FromHeap(found);
}

absl::StatusOr<std::string> Value::Text() const {
  switch (kind()) {
    case ValueKind::kNull:
      return std::string("kosong");
    case ValueKind::kBool:
      return std::string(bool_ ? "benar" : "salah");
    case ValueKind::kInt:
      return std::string(objects::FormatInt(int_).view());
    case ValueKind::kFloat:
      return std::string(objects::FormatFloat(float_).view());
    case ValueKind::kGone:
      return WrongType("a value");
    default:
      break;
  }
  std::string text;
  ValueTable& table = *root_->table;
  if (!objects::AppendText(table.context(), root_->value, &text)) return table.TakeFailure();
  return text;
}

}  // namespace foxvm::vm
