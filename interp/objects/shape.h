// Shape: the name and fields of a struct type. ShapeTable: one shape per (name, fields), for the VM's life.
// How: shapes live outside the heap and never move, so instances name theirs by a plain pointer and caches
//      compare it. Two runs of one `struktur` statement make two schema values with one shape.
// Threads: the VM's.  Collects: what takes a Context&.  Owns: the shapes; roots the field names.
#ifndef FOXVM_INTERP_OBJECTS_SHAPE_H_
#define FOXVM_INTERP_OBJECTS_SHAPE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "gc/heap.h"
#include "gc/roots.h"
#include "interp/objects/context.h"
#include "interp/objects/layout.h"

namespace foxvm::objects {

struct Shape {
  std::string name;
  // Interned strings, in the order of the constructor's arguments.
  std::vector<gc::Value> fields;

  uint32_t field_count() const { return static_cast<uint32_t>(fields.size()); }
  // Index of the first field called `key`, a readable string, or -1.
  int FindField(gc::Value key) const;

 private:
  friend class ShapeTable;
  // By name; only for shapes with more than kLinearFields fields.
  absl::flat_hash_map<std::string, int> by_name_;
};

class ShapeTable : private gc::RootProvider {
 public:
  explicit ShapeTable(gc::Heap& heap);
  ~ShapeTable() override;
  ShapeTable(const ShapeTable&) = delete;
  ShapeTable& operator=(const ShapeTable&) = delete;

  // The shape of this name and these fields. `fields` are `count` rooted slots; one that is no string counts
  // as its text form. Null with ctx.fatal set when out of memory.
  Shape* Get(Context& ctx, absl::string_view name, gc::Value* fields, size_t count);

 private:
  void VisitRoots(gc::SlotVisitor& visitor) override;

  gc::Heap& heap_;
  // Key: name and field names, each preceded by its length.
  absl::flat_hash_map<std::string, std::unique_ptr<Shape>> shapes_;
};

// A new schema value of `shape`; Value::Empty() when out of memory.
gc::Value MakeSchema(Context& ctx, Shape* shape);

// An instance with the fields in `args`: shape->field_count() rooted slots. Value::Empty() when out of
// memory.
gc::Value MakeStruct(Context& ctx, Shape* shape, const gc::Value* args);

}  // namespace foxvm::objects

#endif  // FOXVM_INTERP_OBJECTS_SHAPE_H_
