// Shape: the name and fields of a struct type. ShapeTable: one shape per (name, fields), for the VM's life.
// How: shapes live outside the heap and never move, so instances name theirs by a plain pointer and caches
//      compare it. Two runs of one `struktur` statement make two schema values with one shape.
//      A shape with methods belongs to one typed program: it is shared with no other of its name and fields.
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
  std::string name;  // of the struct
  // Interned strings, in the order of the constructor's arguments.
  std::vector<gc::Value> fields;

  uint32_t field_count() const { return field_count_; }
  // Index of the first field called `key`, a readable string, or -1.
  int FindField(gc::Value key) const;

  // The method called `name`, an interned string, or null. The address is good as long as the shape; a later
  // SetMethod changes what is there. The collector rewrites it: it is a root, not a field of an object.
  const gc::Value* FindMethod(gc::Value name) const {
    auto it = methods_.find(name.bits());
    return it == methods_.end() ? nullptr : &it->second->closure;
  }
  void SetMethod(gc::Value name, gc::Value closure);

 private:
  friend class ShapeTable;
  struct Method {
    gc::Value name;
    gc::Value closure;
  };

  uint32_t field_count_ = 0;
  // By the word of the name, which is pinned.
  absl::flat_hash_map<uint64_t, std::unique_ptr<Method>> methods_;
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
  // A new shape, whatever others there are; otherwise like Get.
  Shape* GetOwn(Context& ctx, absl::string_view name, gc::Value* fields, size_t count);

 private:
  void VisitRoots(gc::SlotVisitor& visitor) override;
  // Sets name and fields. False: out of memory.
  static bool Fill(Context& ctx, absl::string_view name, const std::vector<std::string>& fields,
                   Shape* shape);

  gc::Heap& heap_;
  // Key: name and field names, each preceded by its length.
  absl::flat_hash_map<std::string, std::unique_ptr<Shape>> shapes_;
  std::vector<std::unique_ptr<Shape>> own_;
};

// A new schema value of `shape`; Value::Empty() when out of memory.
gc::Value MakeSchema(Context& ctx, Shape* shape);

// An instance with the fields in `args`: shape->field_count() rooted slots. Value::Empty() when out of
// memory.
gc::Value MakeStruct(Context& ctx, Shape* shape, const gc::Value* args);

}  // namespace foxvm::objects

#endif  // FOXVM_INTERP_OBJECTS_SHAPE_H_
