// Identity hashes: a number per object that survives its moves and costs nothing until it is asked for.
// How: the first question sets kHashed and puts a running number into the header's reserved bits; from then
//      on the seed of the hash is that number and the object's offset in the heap at that time. (The offset
//      alone would repeat: eden is reused after every collection.) When a kHashed object moves, the copy
//      grows by a trailer of two small integers, the first of which is the seed (kHashStored). Small
//      integers, so tracing a "kAll" layout over the trailer would be harmless.
// Invariants: IH-1 `size` in the header includes the trailer; what types and hosts see (TracedBytes) does
//      not.
// Threads: the mutator's.  Collects: never.
#ifndef FOXVM_GC_IDENTITY_HASH_H_
#define FOXVM_GC_IDENTITY_HASH_H_

#include <cstddef>
#include <cstdint>

#include "gc/object.h"

namespace foxvm::gc {

inline constexpr size_t kHashTrailerBytes = 16;

inline constexpr uint64_t FlagInMeta(ObjectFlag flag) { return uint64_t{flag} << kFlagsShift; }

// The bytes of a small object that belong to its type: without the trailer.
inline size_t TracedBytes(uint64_t meta) {
  size_t granules = meta & ((uint64_t{1} << kSizeBits) - 1);
  return (granules - ((meta & FlagInMeta(kHashStored)) != 0)) << kObjectAlignmentLog2;
}
static_assert(kHashTrailerBytes == kObjectAlignment);

// What identifies an object that was first asked for its hash at `offset` in the heap; `meta` has the running
// number. At most 35 bits of offset and 16 of number: a small integer.
inline uint64_t HashSeed(uint64_t offset, uint64_t meta) {
  return offset >> kObjectAlignmentLog2 | (meta >> kReservedShift) << 36;
}

// The seed kept in the trailer that ends at `end`.
inline uint64_t LoadHashTrailer(uintptr_t end) {
  return static_cast<uint64_t>(reinterpret_cast<const Value*>(end - kHashTrailerBytes)->small_int());
}
inline void StoreHashTrailer(uintptr_t end, uint64_t seed) {
  auto* words = reinterpret_cast<Value*>(end - kHashTrailerBytes);
  words[0] = Value::SmallInt(static_cast<int64_t>(seed));
  words[1] = Value::SmallInt(0);
}

// Spreads a seed over 64 bits: seeds differ mostly in a few low bits.
inline uint64_t MixHash(uint64_t seed) {
  uint64_t h = seed * 0x9E3779B97F4A7C15u;
  h ^= h >> 32;
  h *= 0xD6E8FEB86659FD93u;
  return h ^ (h >> 32);
}

// The identity hash of an object that has kHashed or kHashStored, in a heap from `heap_begin` on.
inline uint64_t IdentityHashOf(const ObjectHeader* object, uintptr_t heap_begin) {
  const auto address = reinterpret_cast<uintptr_t>(object);
  if (object->has_flag(kHashStored)) return MixHash(LoadHashTrailer(address + object->small_size()));
  return MixHash(HashSeed(address - heap_begin, object->meta));
}

}  // namespace foxvm::gc

#endif  // FOXVM_GC_IDENTITY_HASH_H_
