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

class Heap;

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
  // Called once after the object has become unreachable, before its memory is reused, or when the heap is
  // destroyed. Must not touch the heap. Objects of the type are made by AllocateFinalizable.
  void (*finalize)(ObjectHeader* object) = nullptr;
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
