// World: a heap with the language's types and a Context over it, for tests of interp/objects.
#ifndef FOXVM_TESTS_INTERP_OBJECTS_WORLD_H_
#define FOXVM_TESTS_INTERP_OBJECTS_WORLD_H_

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "gc/handle.h"
#include "gc/heap.h"
#include "interp/objects/array.h"
#include "interp/objects/context.h"
#include "interp/objects/error.h"
#include "interp/objects/hash.h"
#include "interp/objects/intern_table.h"
#include "interp/objects/number.h"
#include "interp/objects/print.h"
#include "interp/objects/shape.h"
#include "interp/objects/string.h"
#include "interp/objects/types.h"

namespace foxvm::objects {

// Moves every object at every allocation and checks the whole heap each time.
inline gc::HeapOptions Stress() {
  gc::HeapOptions options;
  options.max_bytes = size_t{64} << 20;
  options.young_bytes = size_t{256} << 10;
  options.stress_interval = 1;
  options.verify = true;
  return options;
}

inline std::unique_ptr<gc::Heap> NewHeap(const gc::HeapOptions& options) {
  auto heap = gc::Heap::Create(options);
  FOXVM_CHECK(heap.ok());
  RegisterTypes((*heap)->types());
  return *std::move(heap);
}

inline std::unique_ptr<InternTable> NewInternTable(gc::Heap& heap) {
  auto table = InternTable::Create(heap);
  FOXVM_CHECK(table.ok());
  return *std::move(table);
}

class World {
 public:
  explicit World(const gc::HeapOptions& options = {})
      : heap(NewHeap(options)),
        strings(NewInternTable(*heap)),
        shapes(*heap),
        ctx{*heap, heap->mutator(), *strings, shapes} {}

  // A slot rooted for the World's life.
  gc::Value* Root(gc::Value v = gc::Value::Null()) { return ctx.mutator.handles.Push(v); }
  gc::Value* String(absl::string_view s) { return Root(MakeString(ctx, s)); }
  gc::Value* Float(double d) { return Root(MakeFloat(ctx, d)); }
  gc::Value* Int(int64_t i) { return Root(MakeInt(ctx, i)); }
  // An array of these rooted values.
  gc::Value* NewArray(std::initializer_list<gc::Value*> elements) {
    gc::Value* array = Root(MakeArrayFilled(ctx, elements.size()));
    size_t i = 0;
    for (gc::Value* e : elements) SetFresh(ctx, *array, i++, *e);
    return array;
  }
  Shape* NewShape(absl::string_view name, std::initializer_list<absl::string_view> fields) {
    gc::HandleScope scope(ctx.mutator);
    std::vector<gc::Value> names;
    // Interned names are pinned; the handles keep them alive.
    for (absl::string_view f : fields) names.push_back(*Root(ctx.strings.Intern(ctx, f)));
    return ctx.shapes.Get(ctx, name, names.data(), names.size());
  }
  std::string Text(gc::Value v) {
    std::string text;
    bool ok = AppendText(ctx, v, &text);
    return ok ? text : "FATAL " + ctx.fatal_message;
  }

  std::unique_ptr<gc::Heap> heap;
  std::unique_ptr<InternTable> strings;
  ShapeTable shapes;
  Context ctx;
};

}  // namespace foxvm::objects

#endif  // FOXVM_TESTS_INTERP_OBJECTS_WORLD_H_
