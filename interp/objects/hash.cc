#include "interp/objects/hash.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "absl/hash/hash.h"
#include "gc/handle.h"
#include "gc/write_barrier.h"
#include "interp/objects/new_object.h"
#include "interp/objects/number.h"
#include "interp/objects/string.h"

namespace foxvm::objects {
namespace {

using gc::Value;

constexpr uint32_t kMinEntries = 4;
// Entry number + 1 and the capacity of a HashEntries are 32-bit numbers; one pair is 16 bytes.
constexpr uint32_t kMaxEntries = uint32_t{1} << 30;
constexpr uint64_t kEntryMask = 0xFFFFFFFF;

HashObject* AsHash(Value v) { return static_cast<HashObject*>(v.object()); }

HashIndex* IndexOf(const HashObject* h) {
  return h->index.IsNull() ? nullptr : static_cast<HashIndex*>(h->index.object());
}

bool IsNan(Value v) { return IsFloat(v) && std::isnan(FloatValue(v)); }

uint32_t Fold(uint64_t h) { return static_cast<uint32_t>(h ^ h >> 32); }

// Hash of a prepared key: equal for the same key (SameKey). Seeded per process, so that no program can count
// on collisions.
uint32_t KeyHash(Context& ctx, Value key) {
  if (IsString(key)) return StringHash(key);
  if (IsInt(key)) return Fold(absl::Hash<int64_t>()(IntValue(key)));
  if (IsFloat(key)) {
    double d = FloatValue(key) + 0.0;  // -0.0 is the key 0.0
    return ~Fold(absl::Hash<uint64_t>()(std::bit_cast<uint64_t>(d)));
  }
  uint64_t identity = key.IsHeapRef() ? ctx.heap.IdentityHash(key.object()) : key.bits();
  return Fold(absl::Hash<uint64_t>()(identity));
}

// Number of the entry with this hash for which `same` holds.
template <typename Same>
int64_t Probe(HashIndex* index, uint32_t hash, Same same) {
  uint64_t mask = index->second - 1;
  const uint64_t* words = index->words();
  for (uint64_t i = hash & mask;; i = (i + 1) & mask) {
    uint64_t word = words[i];
    if (word == 0) return kNotFound;
    if (word >> 32 != hash) continue;
    int64_t entry = static_cast<int64_t>(word & kEntryMask) - 1;
    if (same(entry)) return entry;
  }
}

void InsertWord(HashIndex* index, uint64_t word) {
  uint64_t mask = index->second - 1;
  uint64_t i = word >> 32 & mask;
  while (index->words()[i] != 0) i = (i + 1) & mask;
  index->words()[i] = word;
}

uint64_t IndexWord(uint32_t hash, uint32_t entry) { return uint64_t{hash} << 32 | (entry + 1); }

// Puts all entries into the empty index. Requires that there are no gaps.
void FillIndex(Context& ctx, HashIndex* index, Value hash) {
  for (uint32_t i = 0; i < AsHash(hash)->count(); ++i) {
    Value key = HashKeyAt(hash, i);
    if (!IsNan(key)) InsertWord(index, IndexWord(KeyHash(ctx, key), i));
  }
}

// Room for `capacity` entries in *hash. False: out of memory.
bool ReserveEntries(Context& ctx, Value* hash, uint64_t capacity) {
  if (capacity > kMaxEntries) {
    ctx.OutOfMemory();
    return false;
  }
  size_t kept = size_t{AsHash(*hash)->count()} * 2;
  auto* entries = static_cast<HashEntries*>(NewSlots(ctx, kHashEntriesType, capacity, capacity * 2, kept));
  if (entries == nullptr) return false;
  HashObject* h = AsHash(*hash);
  if (kept != 0) {
    const Value* old = h->entries.object()->slots();
    std::copy(old, old + kept, entries->slots());
  }
  gc::WriteField(ctx.mutator, &h->entries, Value::FromObject(entries));
  return true;
}

// An index for `count` entries, filled with those that are there. False: out of memory.
bool RebuildIndex(Context& ctx, Value* hash, uint64_t count) {
  uint64_t words = std::bit_ceil(count * 3);
  size_t bytes = gc::AlignObjectSize(sizeof(HashIndex) + words * sizeof(uint64_t));
  auto* index = static_cast<HashIndex*>(gc::Allocate(ctx.mutator, kHashIndexType, bytes, words));
  if (index == nullptr) {
    ctx.OutOfMemory();
    return false;
  }
  std::memset(index->words(), 0, words * sizeof(uint64_t));
  HashObject* h = AsHash(*hash);
  if (HashIndex* old = IndexOf(h)) {
    for (uint64_t i = 0; i < old->second; ++i) {
      if (old->words()[i] != 0) InsertWord(index, old->words()[i]);
    }
  } else {
    FillIndex(ctx, index, *hash);
  }
  gc::WriteField(ctx.mutator, &h->index, Value::FromObject(index));
  return true;
}

// Makes room for one more entry in *hash. False: out of memory.
bool ReserveOneMore(Context& ctx, Value* hash) {
  if (AsHash(*hash)->entries.IsNull()) return ReserveEntries(ctx, hash, kMinEntries);
  const uint64_t capacity = HashEntriesOf(*hash)->capacity();
  if (AsHash(*hash)->count() < capacity) return true;
  if (AsHash(*hash)->removed() != 0) {
    HashCloseGaps(ctx, *hash);
    // Few gaps are not worth it: they would have to be closed again soon.
    if (AsHash(*hash)->count() <= capacity - capacity / 4) return true;
  }
  return ReserveEntries(ctx, hash, capacity * 2);
}

// Appends a pair whose key is not in *hash.
bool Append(Context& ctx, Value* hash, Value* key, Value* v) {
  if (!ReserveOneMore(ctx, hash)) return false;
  const uint32_t count = AsHash(*hash)->count();
  if (count >= kMaxUnindexed) {
    HashIndex* index = IndexOf(AsHash(*hash));
    bool full = index == nullptr || (uint64_t{count} + 1) * 3 > index->second * 2;
    if (full && !RebuildIndex(ctx, hash, uint64_t{count} + 1)) return false;
  }
  Value* pair = HashEntriesOf(*hash)->pair(count);
  gc::WriteField(ctx.mutator, pair, *key);
  gc::WriteField(ctx.mutator, pair + 1, *v);
  HashObject* h = AsHash(*hash);
  ++h->second;
  if (HashIndex* index = IndexOf(h); index != nullptr && !IsNan(*key)) {
    InsertWord(index, IndexWord(KeyHash(ctx, *key), count));
  }
  return true;
}

}  // namespace

bool PrepareKey(Context& ctx, Value* key) { return !IsString(*key) || Flatten(ctx, key); }

bool SameKey(Value a, Value b) {
  if (a == b) return !IsNan(a);
  if (IsString(a)) return IsString(b) && StringEquals(a, b);
  if (IsFloat(a)) return IsFloat(b) && FloatValue(a) == FloatValue(b);
  return Is(a, kInt64Type) && Is(b, kInt64Type) && IntValue(a) == IntValue(b);
}

int64_t HashFindString(Value hash, Value key) {
  HashObject* h = AsHash(hash);
  uint32_t count = h->count();
  if (count == 0) return kNotFound;
  HashEntries* entries = HashEntriesOf(hash);
  if (HashIndex* index = IndexOf(h)) {
    return Probe(index, StringHash(key), [entries, key](int64_t i) {
      Value other = *entries->pair(i);
      return other == key || (IsString(other) && StringEquals(other, key));
    });
  }
  for (uint32_t i = 0; i < count; ++i) {
    if (*entries->pair(i) == key) return i;
  }
  for (uint32_t i = 0; i < count; ++i) {
    Value other = *entries->pair(i);
    if (IsString(other) && StringEquals(other, key)) return i;
  }
  return kNotFound;
}

int64_t HashFind(Context& ctx, Value hash, Value key) {
  if (IsString(key)) return HashFindString(hash, key);
  HashObject* h = AsHash(hash);
  uint32_t count = h->count();
  if (count == 0 || IsNan(key)) return kNotFound;
  HashEntries* entries = HashEntriesOf(hash);
  if (HashIndex* index = IndexOf(h)) {
    return Probe(index, KeyHash(ctx, key),
                 [entries, key](int64_t i) { return SameKey(*entries->pair(i), key); });
  }
  for (uint32_t i = 0; i < count; ++i) {
    if (SameKey(*entries->pair(i), key)) return i;
  }
  return kNotFound;
}

Value HashGet(Context& ctx, Value hash, Value key) {
  int64_t i = HashFind(ctx, hash, key);
  return i == kNotFound ? Value::Empty() : HashValueAt(hash, i);
}

Value HashGetString(Value hash, Value key) {
  int64_t i = HashFindString(hash, key);
  return i == kNotFound ? Value::Empty() : HashValueAt(hash, i);
}

void HashSetValueAt(Context& ctx, Value hash, size_t i, Value v) {
  gc::WriteField(ctx.mutator, HashEntriesOf(hash)->pair(i) + 1, v);
}

bool HashSet(Context& ctx, Value* hash, Value* key, Value* v) {
  if (!PrepareKey(ctx, key)) return false;
  int64_t i = HashFind(ctx, *hash, *key);
  if (i == kNotFound) return Append(ctx, hash, key, v);
  HashSetValueAt(ctx, *hash, static_cast<size_t>(i), *v);
  return true;
}

void HashRemove(Context& ctx, Value hash, Value key) {
  const int64_t found = HashFind(ctx, hash, key);
  if (found == kNotFound) return;
  Value* pair = HashEntriesOf(hash)->pair(static_cast<size_t>(found));
  gc::WriteField(ctx.mutator, pair, Value::Empty());
  gc::WriteField(ctx.mutator, pair + 1, Value::Null());
  HashObject* h = AsHash(hash);
  h->second += uint64_t{1} << 32;
  if (h->count() <= kMaxUnindexed || uint64_t{h->removed()} * 2 > h->count()) HashCloseGaps(ctx, hash);
}

void HashCloseGaps(Context& ctx, Value hash) {
  HashObject* h = AsHash(hash);
  HashEntries* entries = HashEntriesOf(hash);
  const uint32_t count = h->count();
  uint32_t kept = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const Value* pair = entries->pair(i);
    if (pair[0].IsEmpty()) continue;
    if (kept != i) {
      gc::WriteField(ctx.mutator, entries->pair(kept), pair[0]);
      gc::WriteField(ctx.mutator, entries->pair(kept) + 1, pair[1]);
    }
    ++kept;
  }
  for (uint32_t i = kept; i < count; ++i) {
    gc::WriteField(ctx.mutator, entries->pair(i), Value::Null());
    gc::WriteField(ctx.mutator, entries->pair(i) + 1, Value::Null());
  }
  h->second = kept;
  HashIndex* index = IndexOf(h);
  if (index == nullptr) return;
  if (kept <= kMaxUnindexed) {
    gc::WriteField(ctx.mutator, &h->index, Value::Null());
    return;
  }
  // A part of the words is enough where many pairs were removed: clearing them all would not pay.
  index->second = std::min(index->second, std::bit_ceil((uint64_t{kept} + 1) * 3));
  std::memset(index->words(), 0, index->second * sizeof(uint64_t));
  FillIndex(ctx, index, hash);
}

Value MakeHash(Context& ctx, Value* kv, size_t pair_count) {
  gc::HandleScope scope(ctx.mutator);
  Value* hash = ctx.mutator.handles.Push(ObjectOrEmpty(NewSlots(ctx, kHashType, 0, 2)));
  if (hash->IsEmpty()) return *hash;
  if (pair_count != 0 && !ReserveEntries(ctx, hash, pair_count)) return Value::Empty();
  for (size_t i = 0; i < pair_count; ++i) {
    if (!HashSet(ctx, hash, kv + 2 * i, kv + 2 * i + 1)) return Value::Empty();
  }
  return *hash;
}

}  // namespace foxvm::objects
