// TypeInfo: which words of an object are slots; TypeRegistry: type id -> TypeInfo of one heap.
// How: most layouts are "none" or "every word from an offset to the end"; a bitmap serves small mixed
//      objects, a tracer function the rest. Two kinds of slot: a tagged Value, and a raw reference (a plain
//      pointer to an object's payload or null, for the objects of the C ABI).
// Threads: registered before the heap's first allocation, read-only afterwards.  Collects: never.
#ifndef FOXVM_GC_TYPE_INFO_H_
#define FOXVM_GC_TYPE_INFO_H_

#include <array>
#include <cstdint>

#include "gc/object.h"
#include "gc/slot.h"

namespace foxvm::gc {

class Handle;
class Mutator;

enum class SlotLayout : uint8_t {
  kNone,    // no references
  kAll,     // every word from first_slot_offset to the object's end
  kBitmap,  // bit i of `bitmap`: the word at byte offset 8 * i; bit 0 is clear
  kCustom,  // `trace` enumerates them
};

struct TypeInfo {
  const char* name = nullptr;  // null: unused id
  SlotLayout layout = SlotLayout::kNone;
  SlotKind kind = SlotKind::kTagged;
  uint16_t first_slot_offset = sizeof(ObjectHeader);  // kAll; 8 makes `second` the first slot
  uint64_t bitmap = 0;                                // kBitmap
  // kCustom. Calls `visitor` for each slot of `object`, which is `bytes` long. Must not allocate.
  void (*trace)(ObjectHeader* object, size_t bytes, SlotVisitor& visitor) = nullptr;
  // Two ways to be told of an object's death; objects of a type with either are made by AllocateFinalizable.
  // Gives back what the object holds outside the heap (memory, descriptors): called inside the collection
  // that frees the object, or when the heap is destroyed, exactly once. Must not touch the heap. Costs no
  // more than the call: the object is freed at once, not kept for one collection more.
  void (*dispose)(ObjectHeader* object) = nullptr;
  // For all else. The object that has become unreachable, and all it refers to, is kept; the call comes
  // later, outside the pause (Heap::RunFinalizers), and may allocate, collect and make the object reachable
  // again. Weak handles to it are empty by then. Called once; afterwards it is an object like any other, to
  // be freed when it is unreachable, unless Heap::AttachFinalizer asks for another call. Never called for
  // what is left when the heap is destroyed.
  void (*finalize)(Mutator& mutator, Handle object) = nullptr;
  // Objects are born without a finalizer, however they are made; Heap::AttachFinalizer gives them one.
  bool finalize_on_request = false;

  // Whether it has either, in one test.
  bool wants_death() const {
    return (reinterpret_cast<uintptr_t>(dispose) | reinterpret_cast<uintptr_t>(finalize)) != 0;
  }
};

class TypeRegistry {
 public:
  // Registers `info` under `id`; checks that the id is free and the layout consistent.
  void Register(TypeId id, const TypeInfo& info);
  const TypeInfo& Get(TypeId id) const { return types_[id]; }

 private:
  std::array<TypeInfo, kMaxTypeId + 1> types_{};
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_TYPE_INFO_H_
