// Hashes: mutable maps that keep insertion order; their tables never shrink.
// How: keys and values lie densely in a HashEntries, in insertion order; above kMaxUnindexed entries a
//      HashIndex finds them by open addressing over (hash, entry number) words. Growth publishes new tables,
//      so layouts never change in place. A removed pair leaves a gap, whose key is no value, until gaps are
//      as many as pairs or somebody numbers the pairs: then the others move up. Integers, strings, booleans,
//      kosong and floats are compared by value (1 and 1.0 differ; NaN matches nothing, so it is appended each
//      time and never indexed), everything else by identity.
// Invariants: HA-1 string keys in entries are readable. HA-2 at most two thirds of an index is in use. HA-3 a
//      hash of up to kMaxUnindexed entries has no gaps, and every gap is counted.
// Threads: the VM's.  Collects: MakeHash, HashSet and PrepareKey; slots (Value*) are rooted and outside the
//      heap.
#ifndef FOXVM_INTERP_OBJECTS_HASH_H_
#define FOXVM_INTERP_OBJECTS_HASH_H_

#include <cstddef>
#include <cstdint>

#include "absl/base/optimization.h"
#include "interp/objects/context.h"
#include "interp/objects/layout.h"

namespace foxvm::objects {

inline constexpr uint32_t kMaxUnindexed = 8;
inline constexpr int64_t kNotFound = -1;

// A hash of `pair_count` pairs in `kv`, rooted slots: key, value, key, value, ... A key equal to an earlier
// one replaces its value and keeps its position. Value::Empty() when out of memory.
gc::Value MakeHash(Context& ctx, gc::Value* kv, size_t pair_count);

// Makes *key fit for lookup: flattens a rope. False: out of memory.
[[nodiscard]] bool PrepareKey(Context& ctx, gc::Value* key);

// True if the two prepared keys are the same key; also the comparison of `atom_tukar`.
bool SameKey(gc::Value a, gc::Value b);

// Number of the entry whose key is `key` (prepared), or kNotFound. Good until a pair is removed or added.
int64_t HashFind(Context& ctx, gc::Value hash, gc::Value key);
// As HashFind for a readable string; an interned one is found without comparing bytes if the hash holds the
// same.
int64_t HashFindString(gc::Value hash, gc::Value key);

// The value of `key` (prepared), or Value::Empty() if it is missing.
gc::Value HashGet(Context& ctx, gc::Value hash, gc::Value key);
gc::Value HashGetString(gc::Value hash, gc::Value key);

// (*hash)[*key] = *v: replaces the value or appends a pair. False: out of memory.
[[nodiscard]] bool HashSet(Context& ctx, gc::Value* hash, gc::Value* key, gc::Value* v);

// Takes out the pair of `key` (prepared), if there is one; amortised constant time. Never collects.
void HashRemove(Context& ctx, gc::Value hash, gc::Value key);

// Closes the gaps that removed pairs have left.
void HashCloseGaps(Context& ctx, gc::Value hash);
// The number of pairs. Requires Is(hash, kHashType).
inline uint32_t HashSize(gc::Value hash) {
  const auto* h = static_cast<const HashObject*>(hash.object());
  return h->count() - h->removed();
}

// The number of pairs, which from here on are the entries 0, 1, ... in the order of insertion, until one is
// removed or added. Requires Is(hash, kHashType). Never collects.
inline uint32_t HashCount(Context& ctx, gc::Value hash) {
  const auto* h = static_cast<const HashObject*>(hash.object());
  if (ABSL_PREDICT_FALSE(h->removed() != 0)) HashCloseGaps(ctx, hash);
  return h->count();
}

// Requires i < HashCount(ctx, hash).
inline gc::Value HashKeyAt(gc::Value hash, size_t i) { return HashEntriesOf(hash)->pair(i)[0]; }
inline gc::Value HashValueAt(gc::Value hash, size_t i) { return HashEntriesOf(hash)->pair(i)[1]; }

// Replaces the value of entry i, which HashFind has found. Never collects.
void HashSetValueAt(Context& ctx, gc::Value hash, size_t i, gc::Value v);

}  // namespace foxvm::objects

#endif  // FOXVM_INTERP_OBJECTS_HASH_H_
