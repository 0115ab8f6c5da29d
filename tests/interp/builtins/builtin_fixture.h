// BuiltinTest: a VM's worth of heap and context around single built-in calls.
// How: every allocation moves every young object and the heap is verified at each collection, so a built-in
// that keeps
//      a reference across an allocation fails here. Arguments and results live in rooted slots of the
//      fixture.
#ifndef FOXVM_TESTS_INTERP_BUILTINS_BUILTIN_FIXTURE_H_
#define FOXVM_TESTS_INTERP_BUILTINS_BUILTIN_FIXTURE_H_

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gc/handle.h"
#include "gc/heap.h"
#include "gtest/gtest.h"
#include "interp/builtins/builtin.h"
#include "interp/bytecode/builtin_names.h"
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

namespace foxvm::builtins {

// Collects output, serves prepared lines.
class MemoryIo : public HostIo {
 public:
  void Write(absl::string_view text) override { output.append(text.data(), text.size()); }
  ReadLineResult ReadLine(size_t max_bytes, std::string* line) override {
    if (next_line == lines.size()) return at_end;
    *line = lines[next_line++];
    return line->size() > max_bytes ? ReadLineResult::kTooLong : ReadLineResult::kLine;
  }

  bool ReadBytes(size_t max_bytes, std::string* bytes) override {
    *bytes = input.substr(0, max_bytes);
    input.erase(0, max_bytes);
    return at_end != ReadLineResult::kInterrupted;
  }

  std::string output;
  std::string input;  // of Read
  std::vector<std::string> lines;
  size_t next_line = 0;
  ReadLineResult at_end = ReadLineResult::kEnd;
};

class BuiltinTest : public testing::Test {
 protected:
  BuiltinTest() : BuiltinTest(size_t{256} << 20) {}
  explicit BuiltinTest(size_t max_heap_bytes)
      : heap_(MakeHeap(max_heap_bytes)),
        strings_(*objects::InternTable::Create(*heap_)),
        shapes_(*heap_),
        objects_{*heap_, heap_->mutator(), *strings_, shapes_},
        scope_(heap_->mutator()),
        memory_(RawMemoryLimits{.block_bytes = 32 << 20, .total_bytes = 64 << 20}),
        ctx_{.objects = objects_, .io = io_, .memory = memory_, .capabilities = Capabilities::All()} {
    objects_.interrupt = &interrupt_;
  }

  // Rooted values for arguments.
  gc::Value* Root(gc::Value v) {
    EXPECT_FALSE(v.IsEmpty());
    return heap_->mutator().handles.Push(v);
  }
  gc::Value* Int(int64_t i) { return Root(objects::MakeInt(objects_, i)); }
  gc::Value* Float(double d) { return Root(objects::MakeFloat(objects_, d)); }
  gc::Value* String(absl::string_view text) { return Root(objects::MakeString(objects_, text)); }
  gc::Value* Bool(bool b) { return Root(gc::Value::Bool(b)); }
  gc::Value* Null() { return Root(gc::Value::Null()); }
  gc::Value* Array(std::initializer_list<gc::Value*> elements) {
    gc::Value* array = Root(objects::MakeArrayFilled(objects_, elements.size()));
    size_t i = 0;
    for (gc::Value* element : elements) objects::SetFresh(objects_, *array, i++, *element);
    return array;
  }
  gc::Value* Hash() { return Root(objects::MakeHash(objects_, nullptr, 0)); }
  // A string kept as an unflattened concatenation.
  gc::Value* Rope(absl::string_view left, absl::string_view right) {
    gc::Value* l = String(left);
    gc::Value* r = String(right);
    return Root(objects::Concat(objects_, l, r));
  }

  // The built-in `name` called with copies of `args` in a frame of its own; the result is rooted.
  gc::Value* Call(absl::string_view name, std::initializer_list<gc::Value*> args = {}) {
    uint32_t index = 0;
    while (index < bytecode::kAllBuiltinCount && bytecode::BuiltinName(index) != name) ++index;
    if (index == bytecode::kAllBuiltinCount) {
      ADD_FAILURE() << "no built-in " << name;
      return Null();
    }
    FrameRoots frame(*heap_, args);
    gc::Value result = GetBuiltin(index)(ctx_, frame.slots(), static_cast<uint32_t>(args.size()));
    return heap_->mutator().handles.Push(result);
  }

  // The text form of what the call returns.
  std::string Text(absl::string_view name, std::initializer_list<gc::Value*> args = {}) {
    return TextOf(Call(name, args));
  }
  std::string TextOf(gc::Value* v) {
    if (v->IsEmpty()) return "<fatal: " + objects_.fatal_message + ">";
    std::string text;
    EXPECT_TRUE(objects::AppendText(objects_, *v, &text));
    return text;
  }
  // "CODE|message" of the error the call returns; "" if it is none.
  std::string Error(absl::string_view name, std::initializer_list<gc::Value*> args = {}) {
    gc::Value* result = Call(name, args);
    if (!objects::IsError(*result)) return "";
    std::string text(objects::ErrorCodeText(objects::ErrorCodeOf(*result)));
    gc::Value* message = Root(objects::ErrorMessage(*result));
    EXPECT_TRUE(objects::Flatten(objects_, message));
    text += "|";
    text += std::string(objects::Chars(*message));
    return text;
  }

  std::unique_ptr<gc::Heap> heap_;
  std::unique_ptr<objects::InternTable> strings_;
  objects::ShapeTable shapes_;
  objects::Context objects_;
  gc::HandleScope scope_;
  std::atomic<bool> interrupt_{false};
  MemoryIo io_;
  RawMemory memory_;
  BuiltinContext ctx_;

 private:
  // Argument slots side by side, as in a frame.
  class FrameRoots : private gc::RootProvider {
   public:
    FrameRoots(gc::Heap& heap, std::initializer_list<gc::Value*> args) : heap_(heap) {
      for (gc::Value* arg : args) slots_.push_back(*arg);
      heap_.AddRoots(this);
    }
    ~FrameRoots() override { heap_.RemoveRoots(this); }
    gc::Value* slots() { return slots_.data(); }

   private:
    void VisitRoots(gc::SlotVisitor& visitor) override {
      for (gc::Value& slot : slots_) visitor.Visit(gc::Slot::Tagged(&slot));
    }
    gc::Heap& heap_;
    std::vector<gc::Value> slots_;
  };

  static std::unique_ptr<gc::Heap> MakeHeap(size_t max_bytes) {
    gc::HeapOptions options;
    options.max_bytes = max_bytes;
    options.stress_interval = 1;
    options.verify = true;
    std::unique_ptr<gc::Heap> heap = *gc::Heap::Create(options);
    objects::RegisterTypes(heap->types());
    return heap;
  }
};

}  // namespace foxvm::builtins

#endif  // FOXVM_TESTS_INTERP_BUILTINS_BUILTIN_FIXTURE_H_
