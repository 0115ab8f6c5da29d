#include "interp/objects/shape.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "interp/objects/intern_table.h"
#include "interp/objects/new_object.h"
#include "interp/objects/print.h"
#include "interp/objects/string.h"

namespace foxvm::objects {

using gc::Value;

namespace {
// Up to here a scan is faster than a map.
constexpr size_t kLinearFields = 8;
}  // namespace

int Shape::FindField(Value key) const {
  for (size_t i = 0; i < std::min(fields.size(), kLinearFields); ++i) {
    if (fields[i] == key) return static_cast<int>(i);
  }
  if (fields.size() > kLinearFields) {
    auto it = by_name_.find(Chars(key));
    return it == by_name_.end() ? -1 : it->second;
  }
  for (size_t i = 0; i < fields.size(); ++i) {
    if (StringEquals(fields[i], key)) return static_cast<int>(i);
  }
  return -1;
}

ShapeTable::ShapeTable(gc::Heap& heap) : heap_(heap) { heap_.AddRoots(this); }

ShapeTable::~ShapeTable() { heap_.RemoveRoots(this); }

Shape* ShapeTable::Get(Context& ctx, absl::string_view name, Value* fields, size_t count) {
  std::vector<std::string> names(count);
  std::string key = absl::StrCat(name.size(), ":", name);
  for (size_t i = 0; i < count; ++i) {
    if (!AppendText(ctx, fields[i], &names[i])) return nullptr;
    absl::StrAppend(&key, names[i].size(), ":", names[i]);
  }
  auto it = shapes_.find(key);
  if (it != shapes_.end()) return it->second.get();

  // In the table from the start, so that the fields interned so far are rooted.
  Shape* shape = (shapes_[key] = std::make_unique<Shape>()).get();
  shape->name = std::string(name);
  for (size_t i = 0; i < count; ++i) {
    Value field = ctx.strings.Intern(ctx, names[i]);
    if (field.IsEmpty()) {
      shapes_.erase(key);
      return nullptr;
    }
    shape->fields.push_back(field);
    if (count > kLinearFields) shape->by_name_.emplace(names[i], static_cast<int>(i));
  }
  return shape;
}

void ShapeTable::VisitRoots(gc::SlotVisitor& visitor) {
  for (auto& [key, shape] : shapes_) {
    for (Value& field : shape->fields) visitor.Visit(gc::Slot::Tagged(&field));
  }
}

Value MakeSchema(Context& ctx, Shape* shape) {
  return ObjectOrEmpty(NewSlots(ctx, kSchemaType, reinterpret_cast<uint64_t>(shape), 0));
}

Value MakeStruct(Context& ctx, Shape* shape, const Value* args) {
  size_t count = shape->field_count();
  gc::ObjectHeader* object = NewSlots(ctx, kStructType, reinterpret_cast<uint64_t>(shape), count, count);
  if (object == nullptr) return Value::Empty();
  std::copy(args, args + count, object->slots());
  return Value::FromObject(object);
}

}  // namespace foxvm::objects
