// FakeRoots and HeapTest: a heap with a few types of every layout and roots held in plain vectors; no VM
// needed.
#ifndef FOXVM_TESTS_GC_FAKE_ROOTS_H_
#define FOXVM_TESTS_GC_FAKE_ROOTS_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "gc/allocate.h"
#include "gc/handle.h"
#include "gc/heap.h"
#include "gc/write_barrier.h"
#include "gtest/gtest.h"

namespace foxvm::gc {

// Types registered by MakeHeap.
enum TestType : TypeId {
  kBlob = 1,         // no slots
  kArray = 2,        // tagged slots after the header; `second` is the test's own
  kCons = 3,         // tagged slots from `second` on
  kPair = 4,         // two tagged slots, then a plain word: a bitmap
  kRawArray = 5,     // raw slots after the header
  kMixed = 6,        // custom: word 0 tagged, word 1 raw, the rest plain
  kDisposed = 7,     // word 0: address of an int that the disposer counts up
  kCustomArray = 8,  // custom: all words after the header tagged
  kFinalized = 9,    // tagged slots after the header; its finalizer calls OnFinalize()
};

class FakeRoots : public RootProvider {
 public:
  void VisitRoots(SlotVisitor& visitor) override {
    for (Value& v : values) visitor.Visit(Slot::Tagged(&v));
    for (void*& p : payloads) visitor.Visit(Slot::Raw(&p));
  }
  std::deque<Value> values;    // tagged roots
  std::deque<void*> payloads;  // raw roots, may be null
};

inline void TraceMixed(ObjectHeader* object, size_t, SlotVisitor& visitor) {
  visitor.Visit(Slot::Tagged(object->slots()));
  visitor.Visit(Slot::Raw(reinterpret_cast<void**>(object->slots() + 1)));
}

inline void TraceCustomArray(ObjectHeader* object, size_t bytes, SlotVisitor& visitor) {
  for (size_t i = 0; i < bytes / 8 - 2; ++i) visitor.Visit(Slot::Tagged(object->slots() + i));
}

inline void CountDisposal(ObjectHeader* object) { ++*reinterpret_cast<int*>(object->slots()[0].bits()); }

// What the finalizer of kFinalized does; HeapTest clears it.
inline std::function<void(Mutator&, Handle)>& OnFinalize() {
  static std::function<void(Mutator&, Handle)> function;
  return function;
}
inline void CallOnFinalize(Mutator& mutator, Handle object) {
  if (OnFinalize() != nullptr) OnFinalize()(mutator, object);
}

inline std::unique_ptr<Heap> MakeHeap(const HeapOptions& options) {
  absl::StatusOr<std::unique_ptr<Heap>> heap = Heap::Create(options);
  EXPECT_TRUE(heap.ok()) << heap.status();
  TypeRegistry& types = (*heap)->types();
  types.Register(kBlob, {.name = "blob"});
  types.Register(kArray, {.name = "array", .layout = SlotLayout::kAll});
  types.Register(kCons, {.name = "cons", .layout = SlotLayout::kAll, .first_slot_offset = 8});
  types.Register(kPair, {.name = "pair", .layout = SlotLayout::kBitmap, .bitmap = 0b1100});
  types.Register(kRawArray, {.name = "raw array", .layout = SlotLayout::kAll, .kind = SlotKind::kRaw});
  types.Register(kMixed, {.name = "mixed", .layout = SlotLayout::kCustom, .trace = TraceMixed});
  types.Register(kDisposed, {.name = "disposed", .dispose = CountDisposal});
  types.Register(kCustomArray,
                 {.name = "custom array", .layout = SlotLayout::kCustom, .trace = TraceCustomArray});
  types.Register(kFinalized, {.name = "finalized", .layout = SlotLayout::kAll, .finalize = CallOnFinalize});
  return *std::move(heap);
}

// The number in the environment variable `name`, or `otherwise`.
inline uint64_t NumberFromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

inline std::string NameOfMode(const testing::TestParamInfo<MajorMode>& info) {
  static constexpr const char* kNames[] = {"StopTheWorld", "Incremental", "Concurrent"};
  return kNames[static_cast<int>(info.param)];
}

// A heap that verifies itself, with `roots` registered.
class HeapTest : public testing::Test {
 protected:
  HeapTest() { Start({.max_bytes = size_t{64} << 20, .verify = true}); }
  ~HeapTest() override { Stop(); }

  void Start(const HeapOptions& options) {
    Stop();
    heap = MakeHeap(options);
    heap->AddRoots(&roots);
  }
  void Stop() {
    if (heap != nullptr) heap->RemoveRoots(&roots);
    heap.reset();
    roots.values.clear();
    roots.payloads.clear();
    OnFinalize() = nullptr;
  }

  Mutator& mutator() { return heap->mutator(); }

  // An array of `length` slots (rounded up to even), all the integer 0.
  ObjectHeader* NewArray(size_t length, TypeId type = kArray) {
    size_t bytes = AlignObjectSize(sizeof(ObjectHeader) + length * sizeof(Value));
    ObjectHeader* object = Allocate(mutator(), type, bytes, length);
    if (object != nullptr) Fill(object, bytes);
    return object;
  }
  ObjectHeader* NewBlob(size_t bytes, uint64_t second = 0) {
    ObjectHeader* object = Allocate(mutator(), kBlob, bytes, second);
    if (object != nullptr) Fill(object, bytes);
    return object;
  }
  // `second` is its id for the test.
  ObjectHeader* NewFinalized(uint64_t id, size_t slots = 2) {
    size_t bytes = AlignObjectSize(sizeof(ObjectHeader) + slots * sizeof(Value));
    ObjectHeader* object = AllocateFinalizable(mutator(), kFinalized, bytes, id);
    if (object != nullptr) Fill(object, bytes);
    return object;
  }
  static void Fill(ObjectHeader* object, size_t bytes) {
    for (size_t i = 0; i < bytes / 8 - 2; ++i) object->slots()[i] = Value::SmallInt(0);
  }
  // A rooted slot holding `object`; the slot's address is stable.
  Value* Root(ObjectHeader* object) {
    roots.values.push_back(Value::FromObject(object));
    return &roots.values.back();
  }
  void Store(ObjectHeader* holder, size_t index, ObjectHeader* object) {
    WriteField(mutator(), holder->slots() + index, Value::FromObject(object));
  }
  // Collects until what is young now would be old.
  void Promote() {
    for (int i = 0; i < heap->options().promotion_age; ++i) heap->CollectMinor();
  }
  // An old array of `length` slots.
  Value* OldArray(size_t length, TypeId type = kArray) {
    Value* root = Root(NewArray(length, type));
    Promote();
    EXPECT_FALSE(heap->IsYoung(root->object()));
    return root;
  }

  FakeRoots roots;
  std::unique_ptr<Heap> heap;
};

}  // namespace foxvm::gc

#endif  // FOXVM_TESTS_GC_FAKE_ROOTS_H_
