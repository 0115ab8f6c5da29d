// Visiting the slots of one object, specialised by layout and slot kind so that hot loops pay no virtual
// call.
// How: a visitor is any class with `template <SlotKind kKind> void VisitSlot(uint64_t* slot)`. Only custom
//      tracers go through SlotVisitor. What to do with a slot belongs to the visitor (minor_gc, major_gc,
//      verify_heap).
// Threads: with the mutator stopped.  Collects: never.
#ifndef FOXVM_GC_TRACER_H_
#define FOXVM_GC_TRACER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "gc/object.h"
#include "gc/slot.h"
#include "gc/type_info.h"

namespace foxvm::gc {

inline uint64_t LoadWord(const uint64_t* slot) { return __atomic_load_n(slot, __ATOMIC_RELAXED); }
inline void StoreWord(uint64_t* slot, uint64_t word) { __atomic_store_n(slot, word, __ATOMIC_RELAXED); }

// Lets a custom tracer or a root provider call a visitor template.
template <typename Visitor>
class SlotVisitorAdapter final : public SlotVisitor {
 public:
  explicit SlotVisitorAdapter(Visitor& visitor) : visitor_(visitor) {}
  void Visit(Slot slot) override {
    auto* address = static_cast<uint64_t*>(slot.address());
    if (slot.kind() == SlotKind::kTagged) {
      visitor_.template VisitSlot<SlotKind::kTagged>(address);
    } else {
      visitor_.template VisitSlot<SlotKind::kRaw>(address);
    }
  }

 private:
  Visitor& visitor_;
};

// Every word of [begin, end) is a slot of one kind.
template <SlotKind kKind, typename Visitor>
inline void VisitWordsOf(uint64_t* begin, uint64_t* end, Visitor& visitor) {
  for (uint64_t* slot = begin; slot < end; ++slot) visitor.template VisitSlot<kKind>(slot);
}

template <typename Visitor>
inline void VisitWords(SlotKind kind, uint64_t* begin, uint64_t* end, Visitor& visitor) {
  if (kind == SlotKind::kTagged) {
    VisitWordsOf<SlotKind::kTagged>(begin, end, visitor);
  } else {
    VisitWordsOf<SlotKind::kRaw>(begin, end, visitor);
  }
}

namespace tracer_internal {

// A custom tracer knows no ranges: lets through the slots in [begin, end) only.
template <typename Visitor>
class RangeFilter {
 public:
  RangeFilter(Visitor& visitor, uint64_t* begin, uint64_t* end)
      : visitor_(visitor), begin_(begin), end_(end) {}
  template <SlotKind kKind>
  void VisitSlot(uint64_t* slot) {
    if (slot >= begin_ && slot < end_) visitor_.template VisitSlot<kKind>(slot);
  }

 private:
  Visitor& visitor_;
  uint64_t* begin_;
  uint64_t* end_;
};

template <SlotKind kKind, typename Visitor>
inline void VisitBitmap(uint64_t* words, uint64_t bitmap, Visitor& visitor) {
  for (; bitmap != 0; bitmap &= bitmap - 1)
    visitor.template VisitSlot<kKind>(words + __builtin_ctzll(bitmap));
}

}  // namespace tracer_internal

// All slots of `object`, of whose memory `bytes` belong to its type (TracedBytes).
template <typename Visitor>
inline void VisitObjectSlots(const TypeInfo& type, ObjectHeader* object, size_t bytes, Visitor& visitor) {
  auto* words = reinterpret_cast<uint64_t*>(object);
  switch (type.layout) {
    case SlotLayout::kNone:
      return;
    case SlotLayout::kAll:
      VisitWords(type.kind, words + type.first_slot_offset / sizeof(uint64_t),
                 words + bytes / sizeof(uint64_t), visitor);
      return;
    case SlotLayout::kBitmap:
      if (type.kind == SlotKind::kTagged) {
        tracer_internal::VisitBitmap<SlotKind::kTagged>(words, type.bitmap, visitor);
      } else {
        tracer_internal::VisitBitmap<SlotKind::kRaw>(words, type.bitmap, visitor);
      }
      return;
    case SlotLayout::kCustom: {
      SlotVisitorAdapter<Visitor> adapter(visitor);
      type.trace(object, bytes, adapter);
      return;
    }
  }
}

// The slots of `object` whose address lies in [begin, end).
template <typename Visitor>
inline void VisitObjectSlotsIn(const TypeInfo& type, ObjectHeader* object, size_t bytes, uintptr_t begin,
                               uintptr_t end, Visitor& visitor) {
  auto* first = reinterpret_cast<uint64_t*>(begin);
  auto* last = reinterpret_cast<uint64_t*>(end);
  if (type.layout != SlotLayout::kAll) {
    tracer_internal::RangeFilter<Visitor> filter(visitor, first, last);
    VisitObjectSlots(type, object, bytes, filter);
    return;
  }
  auto* words = reinterpret_cast<uint64_t*>(object);
  first = std::max(first, words + type.first_slot_offset / sizeof(uint64_t));
  last = std::min(last, words + bytes / sizeof(uint64_t));
  VisitWords(type.kind, first, last, visitor);
}

}  // namespace foxvm::gc

#endif  // FOXVM_GC_TRACER_H_
