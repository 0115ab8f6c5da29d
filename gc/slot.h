// Slot: the address of a reference that the collector may rewrite, and the visitor it is handed to.
// How: a slot knows its kind, so that tracing, evacuation and verification handle tagged values and raw
//      references with the same code.
// Threads: see heap.h.  Collects: never.
#ifndef FOXVM_GC_SLOT_H_
#define FOXVM_GC_SLOT_H_

#include <cstdint>

#include "gc/object.h"
#include "gc/value.h"

namespace foxvm::gc {

enum class SlotKind : uint8_t {
  kTagged,  // holds a Value
  kRaw,     // holds the address of an object's payload, behind its header, or 0
};

// Whether a slot's word is a reference.
template <SlotKind kKind>
inline bool IsRefWord(uint64_t word) {
  if constexpr (kKind == SlotKind::kRaw) return word != 0;
  return Value::FromBits(word).IsHeapRef();
}

// The address of the object that a reference refers to; of nothing if `word` is none.
template <SlotKind kKind>
inline uintptr_t AddressInWord(uint64_t word) {
  return word - (kKind == SlotKind::kRaw ? sizeof(ObjectHeader) : Value::kRefTag);
}

// The object a slot's word refers to, or null.
template <SlotKind kKind>
inline ObjectHeader* RefOfWord(uint64_t word) {
  return IsRefWord<kKind>(word) ? reinterpret_cast<ObjectHeader*>(AddressInWord<kKind>(word)) : nullptr;
}

// The word that refers to `object`, which is not null.
template <SlotKind kKind>
inline uint64_t WordOfRef(ObjectHeader* object) {
  if constexpr (kKind == SlotKind::kRaw) return reinterpret_cast<uint64_t>(object->payload());
  return Value::FromObject(object).bits();
}

class Slot {
 public:
  static Slot Tagged(Value* address) { return Slot(address, SlotKind::kTagged); }
  static Slot Raw(void** address) { return Slot(address, SlotKind::kRaw); }

  SlotKind kind() const { return kind_; }
  void* address() const { return address_; }

  // The object referred to, or null when the slot holds no reference.
  ObjectHeader* Load() const {
    uint64_t word = __atomic_load_n(static_cast<const uint64_t*>(address_), __ATOMIC_RELAXED);
    return kind_ == SlotKind::kRaw ? RefOfWord<SlotKind::kRaw>(word) : RefOfWord<SlotKind::kTagged>(word);
  }
  // Makes the slot refer to `object` (not null). Collector only: no barrier.
  void Store(ObjectHeader* object) const {
    uint64_t word =
        kind_ == SlotKind::kRaw ? WordOfRef<SlotKind::kRaw>(object) : WordOfRef<SlotKind::kTagged>(object);
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
