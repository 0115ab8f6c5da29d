// Strings: immutable bytes in three representations, so that building them piece by piece is linear.
// How: a flat string holds its bytes. A rope is a concatenation put off until somebody reads it. An append
//      string is a prefix of a growing buffer: `s + x` writes x behind s when s ends where the buffer's used
//      part ends, so a loop that appends and reads costs amortised the length of x. Short results are copied
//      flat. Price: flattening a rope that grew to the right reserves half its length for further appends.
// Invariants: ST-1 a rope is longer than kMaxFlatConcat and both its sides are not empty. ST-2 the first
//      length() bytes of an append string's buffer never change. ST-3 a content hash is never 0.
// Threads: the VM's.  Collects: what takes a Context&; slots (Value*) must be rooted and outside the heap,
//      and may be overwritten by an equal string in another representation.
#ifndef FOXVM_INTERP_OBJECTS_STRING_H_
#define FOXVM_INTERP_OBJECTS_STRING_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "interp/objects/context.h"
#include "interp/objects/layout.h"

namespace foxvm::objects {

// Lengths are signed 32-bit numbers wherever they are stored.
inline constexpr size_t kMaxStringLength = 0x7FFFFFFF;
// Longest concatenation that is copied instead of becoming a rope or an append.
inline constexpr size_t kMaxFlatConcat = 256;

// A string of these bytes, which must not lie in the heap; Value::Empty() when out of memory.
gc::Value MakeString(Context& ctx, absl::string_view bytes);

// A flat string of `length` bytes, undefined until the caller writes them through FlatBytes; Value::Empty()
// when out of memory.
gc::Value NewFlatString(Context& ctx, size_t length);

// The bytes of a string just made by NewFlatString, until the next allocation.
inline char* FlatBytes(gc::Value v) { return static_cast<FlatString*>(v.object())->bytes(); }

// Requires IsString(v).
inline size_t StringLength(gc::Value v) { return static_cast<const StringObject*>(v.object())->length(); }

// True for a string whose bytes Chars can show: anything but a rope not yet flattened.
bool IsReadable(gc::Value v);

// The bytes of a readable string, until the next allocation.
absl::string_view Chars(gc::Value v);

// Copies the StringLength(s) bytes of any string to `dest`. Never collects.
void CopyBytes(gc::Value s, char* dest);

// Makes the string in *s readable. False: out of memory.
[[nodiscard]] bool Flatten(Context& ctx, gc::Value* s);

// *l + *r; both are strings. Value::Empty() when out of memory or longer than kMaxStringLength.
gc::Value Concat(Context& ctx, gc::Value* l, gc::Value* r);

// As Concat, with bytes outside the heap on one side.
gc::Value ConcatText(Context& ctx, gc::Value* l, absl::string_view r);
gc::Value ConcatText(Context& ctx, absl::string_view l, gc::Value* r);

// chr(byte i) of the readable string `s`: for a byte below 0x80 the character, otherwise the two bytes of its
// Latin-1 code point in UTF-8. Requires i < length. Never allocates.
gc::Value CharAt(Context& ctx, gc::Value s, size_t i);

// `code_point` in UTF-8; surrogates and numbers above 0x10FFFF become U+FFFD. Value::Empty() when out of
// memory.
gc::Value CharFromCodePoint(Context& ctx, uint32_t code_point);

uint32_t ComputeStringHash(gc::Value s);
// Hash of the bytes of a readable string, cached in its header. The same for equal bytes within one process
// only: nothing a program can see may depend on it.
inline uint32_t StringHash(gc::Value s) {
  uint32_t cached = static_cast<const StringObject*>(s.object())->cached_hash();
  return cached != 0 ? cached : ComputeStringHash(s);
}
uint32_t HashBytes(absl::string_view bytes);

// Same bytes; both strings are readable.
bool StringEquals(gc::Value a, gc::Value b);

}  // namespace foxvm::objects

#endif  // FOXVM_INTERP_OBJECTS_STRING_H_
