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

void Shape::SetMethod(Value name, Value closure) {
  std::unique_ptr<Method>& method = methods_[name.bits()];
  if (method == nullptr) method = std::make_unique<Method>();
  *method = {name, closure};
}

ShapeTable::ShapeTable(gc::Heap& heap) : heap_(heap) { heap_.AddRoots(this); }

ShapeTable::~ShapeTable() { heap_.RemoveRoots(this); }

namespace {

// The text forms of the slots. False: out of memory.
bool FieldNames(Context& ctx, const Value* fields, size_t count, std::vector<std::string>* names) {
  names->resize(count);
  for (size_t i = 0; i < count; ++i) {
    if (!AppendText(ctx, fields[i], &(*names)[i])) return false;
  }
  return true;
}

}  // namespace

Shape* ShapeTable::Get(Context& ctx, absl::string_view name, Value* fields, size_t count) {
  std::vector<std::string> names;
  if (!FieldNames(ctx, fields, count, &names)) return nullptr;
  std::string key = absl::StrCat(name.size(), ":", name);
  for (const std::string& field : names) absl::StrAppend(&key, field.size(), ":", field);
  auto it = shapes_.find(key);
  if (it != shapes_.end()) return it->second.get();

  // In the table from the start, so that the fields interned so far are rooted.
  Shape* shape = (shapes_[key] = std::make_unique<Shape>()).get();
  if (Fill(ctx, name, names, shape)) return shape;
  shapes_.erase(key);
  return nullptr;
}

Shape* ShapeTable::GetOwn(Context& ctx, absl::string_view name, Value* fields, size_t count) {
  std::vector<std::string> names;
  if (!FieldNames(ctx, fields, count, &names)) return nullptr;
  own_.push_back(std::make_unique<Shape>());
  if (Fill(ctx, name, names, own_.back().get())) return own_.back().get();
  own_.pop_back();
  return nullptr;
}

bool ShapeTable::Fill(Context& ctx, absl::string_view name, const std::vector<std::string>& fields,
                      Shape* shape) {
  shape->name = std::string(name);
  for (const std::string& name_of_field : fields) {
    Value field = ctx.strings.Intern(ctx, name_of_field);
    if (field.IsEmpty()) return false;
    if (fields.size() > kLinearFields) {
      shape->by_name_.emplace(name_of_field, static_cast<int>(shape->fields.size()));
    }
    shape->fields.push_back(field);
  }
  shape->field_count_ = static_cast<uint32_t>(fields.size());
  return true;
}

void ShapeTable::VisitRoots(gc::SlotVisitor& visitor) {
  const auto visit = [&visitor](Shape& shape) {
    for (Value& field : shape.fields) visitor.Visit(gc::Slot::Tagged(&field));
    for (auto& [name, method] : shape.methods_) {
      visitor.Visit(gc::Slot::Tagged(&method->name));
      visitor.Visit(gc::Slot::Tagged(&method->closure));
    }
  };
  for (auto& [key, shape] : shapes_) visit(*shape);
  for (auto& shape : own_) visit(*shape);
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
