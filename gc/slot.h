// Slot: the address of a reference that the collector may rewrite, and the visitor it is handed to.
// How: a slot knows its kind, so that tracing, evacuation and verification handle tagged values and raw
//      references with the same code.
// Threads: see heap.h.  Collects: never.
#ifndef FOXVM_GC_SLOT_H_
#define FOXVM_GC_SLOT_H_

#include <cstdint>

#include "gc/value.h"

namespace foxvm::gc {

enum class SlotKind : uint8_t {
  kTagged,  // holds a Value
  kRaw,     // holds an object's address, or 0
};

class Slot {
 public:
  static Slot Tagged(Value* address) { return Slot(address, SlotKind::kTagged); }
  static Slot Raw(ObjectHeader** address) { return Slot(address, SlotKind::kRaw); }

  SlotKind kind() const { return kind_; }
  void* address() const { return address_; }

  // The object referred to, or null when the slot holds no reference.
  ObjectHeader* Load() const {
    uint64_t word = __atomic_load_n(static_cast<const uint64_t*>(address_), __ATOMIC_RELAXED);
    if (kind_ == SlotKind::kRaw) return reinterpret_cast<ObjectHeader*>(word);
    Value v = Value::FromBits(word);
    return v.IsHeapRef() ? v.object() : nullptr;
  }
  // Makes the slot refer to `object` (not null). Collector only: no barrier.
  void Store(ObjectHeader* object) const {
    uint64_t word =
        kind_ == SlotKind::kRaw ? reinterpret_cast<uint64_t>(object) : Value::FromObject(object).bits();
    __atomic_store_n(static_cast<uint64_t*>(address_), word, __ATOMIC_RELAXED);
  }

 private:
  Slot(void* address, SlotKind kind) : address_(address), kind_(kind) {}
  void* address_;
  SlotKind kind_;
};

class SlotVisitor {
 public:
  virtual ~SlotVisitor() = default;
  virtual void Visit(Slot slot) = 0;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_SLOT_H_
