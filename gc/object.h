// ObjectHeader: the 16 bytes in front of every heap object.
// How: word 0 packs the collector's fields; word 1 ("second") belongs to the type (length, code record, first
//      traced slot) and holds the forwarding address while the object is evacuated, so no object pays an
//      extra length word.
// Invariants: OB-1 objects are 16-byte aligned and their size is a multiple of 16. OB-2 `size` is 0 for an
//      object of the large-object space, whose true size is in its run's record.
// Threads: see heap.h.  Collects: never.
#ifndef FOXVM_GC_OBJECT_H_
#define FOXVM_GC_OBJECT_H_

#include <cstddef>
#include <cstdint>

#include "gc/value.h"

namespace foxvm::gc {

using TypeId = uint8_t;
inline constexpr TypeId kMaxTypeId = 127;  // 7 bits

inline constexpr size_t kObjectAlignment = 16;
inline constexpr int kObjectAlignmentLog2 = 4;
// Objects above this are large objects: page runs, born old, never moved.
inline constexpr size_t kMaxSmallObjectBytes = 8 * 1024;

// Bit positions in ObjectHeader::meta.
inline constexpr int kSizeBits = 24;         // bits 0..23: size in 16-byte granules
inline constexpr int kTypeShift = 24;        // bits 24..30
inline constexpr int kMarkShift = 31;        // bit 31: used only while the mutator is stopped
inline constexpr int kGenerationShift = 32;  // bits 32..39: minor collections survived, or kOldGeneration
inline constexpr int kFlagsShift = 40;       // bits 40..47: ObjectFlag
inline constexpr int kReservedShift = 48;    // bits 48..63: running number of the identity hash

inline constexpr uint8_t kOldGeneration = 255;

enum ObjectFlag : uint8_t {
  kForwarded = 1 << 0,     // `second` is the new address; only inside a collection
  kHashed = 1 << 1,        // the identity hash is that of the address and the reserved bits
  kHashStored = 1 << 2,    // moved since: the hash is the object's last 16 bytes (identity_hash.h)
  kPinned = 1 << 3,        // never moves
  kEphemeronKey = 1 << 4,  // is or was a key of an ephemeron table (EP-3)
  kFinalizable = 1 << 5,   // its finalizer is to run when it has died (FI-1)
};

struct ObjectHeader {
  uint64_t meta;
  uint64_t second;

  static constexpr uint64_t MakeMeta(TypeId type, size_t bytes, uint8_t generation) {
    return (uint64_t{bytes} >> kObjectAlignmentLog2) | uint64_t{type} << kTypeShift |
           uint64_t{generation} << kGenerationShift;
  }

  static TypeId TypeOf(uint64_t meta) { return static_cast<TypeId>(meta >> kTypeShift & 0x7F); }
  // Bytes, header included; 0 for a large object (OB-2).
  static size_t SmallSizeOf(uint64_t meta) {
    return static_cast<size_t>(meta & ((uint64_t{1} << kSizeBits) - 1)) << kObjectAlignmentLog2;
  }

  // The marking thread reads headers in which the mutator sets flags.
  uint64_t LoadMeta() const { return __atomic_load_n(&meta, __ATOMIC_RELAXED); }
  void StoreMeta(uint64_t new_meta) { __atomic_store_n(&meta, new_meta, __ATOMIC_RELAXED); }

  TypeId type() const { return TypeOf(meta); }
  size_t small_size() const { return SmallSizeOf(meta); }
  uint8_t generation() const { return static_cast<uint8_t>(meta >> kGenerationShift); }
  bool has_flag(ObjectFlag f) const { return (meta >> kFlagsShift & f) != 0; }
  void set_flag(ObjectFlag f) { StoreMeta(meta | uint64_t{f} << kFlagsShift); }
  void clear_flag(ObjectFlag f) { StoreMeta(meta & ~(uint64_t{f} << kFlagsShift)); }

  // First word after the header.
  Value* slots() { return reinterpret_cast<Value*>(this + 1); }
  const Value* slots() const { return reinterpret_cast<const Value*>(this + 1); }
  // The same place, as programs see it that know no header (SlotKind::kRaw).
  void* payload() { return this + 1; }
  static ObjectHeader* OfPayload(void* payload) { return static_cast<ObjectHeader*>(payload) - 1; }
};

static_assert(sizeof(ObjectHeader) == 16);
static_assert(alignof(ObjectHeader) == 8);
static_assert(kMaxSmallObjectBytes >> kObjectAlignmentLog2 < (1u << kSizeBits));

// Rounds a size in bytes up to the object alignment.
constexpr size_t AlignObjectSize(size_t bytes) {
  return (bytes + kObjectAlignment - 1) & ~(kObjectAlignment - 1);
}

}  // namespace foxvm::gc

#endif  // FOXVM_GC_OBJECT_H_
