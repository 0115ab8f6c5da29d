// Arrays: fixed length, shared by reference, grown only by `+`; `a = a + [x]` is amortised constant.
// How: versions share a growable store. `b = a + [x]` appends to a's store when a owns it and there is room;
//      b is then the owner and a STALE: both its fast lengths are 0, its length keeps the true length and the
//      store's log position. A store with stale versions logs (index, old value) before each write, so a
//      stale version still sees its elements: reads go straight to the store while nothing was logged since,
//      otherwise the version is first given a store of its own. A log as long as the array is dropped by
//      copying the owner's elements, so writes are amortised constant too.
// Invariants: LY-2, LY-3. AR-1 an array with read_length 0 and length > 0 is stale. AR-2 elements [0, used)
//      of a store are the owner's; the rest of the capacity is kosong.
// Threads: the VM's.  Collects: what takes a Context& and is not said to never; slots (Value*) are rooted and
//      outside the heap.
#ifndef FOXVM_INTERP_OBJECTS_ARRAY_H_
#define FOXVM_INTERP_OBJECTS_ARRAY_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "interp/objects/context.h"
#include "interp/objects/layout.h"

namespace foxvm::objects {

// 30 bits of Array::length; the 31 above hold a stale version's log position.
inline constexpr uint32_t kMaxArrayLength = (uint32_t{1} << 30) - 1;

// An array of the values in `elements`: `count` rooted slots. Value::Empty() when out of memory.
gc::Value MakeArray(Context& ctx, const gc::Value* elements, size_t count);

// An array of `count` times kosong, to be filled with SetFresh. Value::Empty() when out of memory.
gc::Value MakeArrayFilled(Context& ctx, size_t count);

// Element i of an array made by MakeArrayFilled that the program has not seen yet. Never collects.
void SetFresh(Context& ctx, gc::Value array, size_t i, gc::Value v);

// Requires Is(array, kArrayType).
inline uint32_t ArrayLength(gc::Value array) {
  return static_cast<uint32_t>(static_cast<const Array*>(array.object())->length.small_int()) &
         kMaxArrayLength;
}

// Element i of *a; kosong outside the range; Value::Empty() when out of memory.
gc::Value ArrayGet(Context& ctx, gc::Value* a, int64_t i);

// (*a)[i] = *v. False: fatal, out of bounds or out of memory.
[[nodiscard]] bool ArraySet(Context& ctx, gc::Value* a, int64_t i, gc::Value* v);

// A new array with the elements of both; Value::Empty() when out of memory.
gc::Value ArrayConcat(Context& ctx, gc::Value* l, gc::Value* r);

// The elements of *a for reading, until the next allocation. Null: out of memory.
const gc::Value* ArrayElements(Context& ctx, gc::Value* a);

// The elements of `array` where they lie, or null for a stale version whose store has been written since.
// Never collects.
const gc::Value* ArrayElementsInPlace(gc::Value array);

// Copies the elements of `array` outside the heap, where they are not rooted. Never collects.
void ArraySnapshot(gc::Value array, std::vector<gc::Value>* elements);

}  // namespace foxvm::objects

#endif  // FOXVM_INTERP_OBJECTS_ARRAY_H_
