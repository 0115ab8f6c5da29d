#include "interp/objects/string.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "absl/hash/hash.h"
#include "gc/allocate.h"
#include "gc/handle.h"
#include "gc/write_barrier.h"
#include "interp/objects/intern_table.h"
#include "interp/objects/new_object.h"

namespace foxvm::objects {
namespace {

using gc::ObjectHeader;
using gc::Value;

constexpr uint32_t kReplacementCharacter = 0xFFFD;
// Appends of at least this part of the string grow it so fast that a chain of them stays short.
constexpr size_t kChainRatio = 4;

// The object that holds the bytes of `s`: itself, or what a flattened rope stands for. A rope only if not
// flattened.
StringObject* Resolve(Value s) {
  auto* string = static_cast<StringObject*>(s.object());
  if (string->type() == kRopeType) {
    auto* rope = static_cast<Rope*>(string);
    if (rope->right.IsNull()) return static_cast<StringObject*>(rope->left.object());
  }
  return string;
}

ByteBuffer* BufferOf(const AppendString* s) { return static_cast<ByteBuffer*>(s->buffer.object()); }

absl::string_view CharsOf(const StringObject* s) {
  FOXVM_DCHECK(s->type() != kRopeType);
  const char* bytes = s->type() == kStringType ? static_cast<const FlatString*>(s)->bytes()
                                               : BufferOf(static_cast<const AppendString*>(s))->bytes();
  return absl::string_view(bytes, s->length());
}

// Writes the bytes of `root` to dest. Backwards, so that the pending nodes of a rope that grew to the right,
// the usual one, are few.
void CopyChars(StringObject* root, char* dest) {
  char* end = dest + root->length();
  std::vector<Value> pending = {Value::FromObject(root)};
  while (!pending.empty()) {
    StringObject* s = Resolve(pending.back());
    pending.pop_back();
    if (s->type() == kRopeType) {
      auto* rope = static_cast<Rope*>(s);
      pending.push_back(rope->left);
      pending.push_back(rope->right);
      continue;
    }
    absl::string_view chars = CharsOf(s);
    end -= chars.size();
    std::memcpy(end, chars.data(), chars.size());
  }
  FOXVM_DCHECK(end == dest);
}

// An append string for the first `length` bytes of *buffer; null when out of memory.
AppendString* NewAppendString(Context& ctx, size_t length, Value* buffer) {
  auto* s = static_cast<AppendString*>(NewSlots(ctx, kAppendStringType, length, 2));
  if (s != nullptr) s->buffer = *buffer;
  return s;
}

// A string of `length` bytes with room behind them.
Value NewGrowable(Context& ctx, size_t length) {
  size_t capacity = std::min(length + length / 2, kMaxStringLength);
  size_t size = gc::AlignObjectSize(sizeof(ByteBuffer) + capacity);
  ObjectHeader* object =
      gc::Allocate(ctx.mutator, kByteBufferType, size, uint64_t{length} | uint64_t{capacity} << 32);
  if (object == nullptr) return ctx.OutOfMemory();
  gc::HandleScope scope(ctx.mutator);
  Value* buffer = ctx.mutator.handles.Push(Value::FromObject(object));
  return ObjectOrEmpty(NewAppendString(ctx, length, buffer));
}

// The buffer behind `s` if `extra` bytes may be written straight behind s, otherwise null.
ByteBuffer* RoomBehind(Value s, size_t extra) {
  StringObject* string = Resolve(s);
  if (string->type() != kAppendStringType) return nullptr;
  ByteBuffer* buffer = BufferOf(static_cast<AppendString*>(string));
  bool fits = buffer->used() == string->length() && buffer->capacity() - buffer->used() >= extra;
  return fits ? buffer : nullptr;
}

// Called before appending to *l: a rope that is itself one short append to a readable string is flattened,
// with room, so that a loop of appends makes no chain of ropes. No more is copied than copying concatenation
// would have copied.
bool EndChain(Context& ctx, Value* l) {
  StringObject* string = Resolve(*l);
  if (string->type() != kRopeType) return true;
  auto* rope = static_cast<Rope*>(string);
  bool append = IsReadable(rope->left) && StringLength(rope->left) / kChainRatio >= StringLength(rope->right);
  return !append || Flatten(ctx, l);
}

// *l + tail, in place behind *l, where RoomBehind found room. `tail` returns the bytes after the allocation.
template <typename Tail>
Value AppendInPlace(Context& ctx, Value* l, size_t total, Tail tail) {
  gc::HandleScope scope(ctx.mutator);
  Value* buffer_slot = ctx.mutator.handles.Push(static_cast<AppendString*>(Resolve(*l))->buffer);
  AppendString* result = NewAppendString(ctx, total, buffer_slot);
  if (result == nullptr) return Value::Empty();
  ByteBuffer* buffer = BufferOf(result);
  absl::string_view bytes = tail();
  std::memcpy(buffer->bytes() + buffer->used(), bytes.data(), bytes.size());
  buffer->second = uint64_t{total} | uint64_t{buffer->capacity()} << 32;
  return Value::FromObject(result);
}

Value NewRope(Context& ctx, Value* l, Value* r, size_t total) {
  auto* rope = static_cast<Rope*>(NewSlots(ctx, kRopeType, total, 2, 2));
  if (rope == nullptr) return Value::Empty();
  rope->left = Value::FromObject(Resolve(*l));
  rope->right = Value::FromObject(Resolve(*r));
  return Value::FromObject(rope);
}

// `code_point` in UTF-8 in `out`, which has room for four bytes; returns how many.
size_t EncodeUtf8(uint32_t c, char* out) {
  if (c < 0x80) {
    out[0] = static_cast<char>(c);
    return 1;
  }
  int continuation = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  constexpr uint32_t kLead[] = {0, 0xC0, 0xE0, 0xF0};
  out[0] = static_cast<char>(kLead[continuation] | c >> (6 * continuation));
  for (int i = 1; i <= continuation; ++i) {
    out[i] = static_cast<char>(0x80 | (c >> (6 * (continuation - i)) & 0x3F));
  }
  return static_cast<size_t>(continuation) + 1;
}

}  // namespace

Value NewFlatString(Context& ctx, size_t length) {
  if (length > kMaxStringLength) return ctx.OutOfMemory();
  size_t size = gc::AlignObjectSize(sizeof(FlatString) + length);
  ObjectHeader* object = gc::Allocate(ctx.mutator, kStringType, size, length);
  if (ABSL_PREDICT_FALSE(object == nullptr)) return ctx.OutOfMemory();
  return Value::FromObject(object);
}

Value MakeString(Context& ctx, absl::string_view bytes) {
  if (bytes.empty()) return ctx.strings.empty();
  if (bytes.size() == 1 && static_cast<uint8_t>(bytes[0]) < 0x80) {
    return ctx.strings.Char(static_cast<uint8_t>(bytes[0]));
  }
  Value s = NewFlatString(ctx, bytes.size());
  if (!s.IsEmpty()) std::memcpy(FlatBytes(s), bytes.data(), bytes.size());
  return s;
}

bool IsReadable(Value v) { return Resolve(v)->type() != kRopeType; }

absl::string_view Chars(Value v) { return CharsOf(Resolve(v)); }

void CopyBytes(Value s, char* dest) {
  StringObject* string = Resolve(s);
  if (string->type() == kRopeType) {
    CopyChars(string, dest);
  } else {
    absl::string_view chars = CharsOf(string);
    std::memcpy(dest, chars.data(), chars.size());
  }
}

bool Flatten(Context& ctx, Value* s) {
  StringObject* string = Resolve(*s);
  if (string->type() != kRopeType) {
    *s = Value::FromObject(string);
    return true;
  }
  auto* rope = static_cast<Rope*>(string);
  size_t length = rope->length();
  bool appended = StringLength(rope->left) >= StringLength(rope->right);
  Value flat = appended ? NewGrowable(ctx, length) : NewFlatString(ctx, length);
  if (flat.IsEmpty()) return false;
  rope = static_cast<Rope*>(s->object());
  CopyChars(rope, const_cast<char*>(Chars(flat).data()));
  gc::WriteField(ctx.mutator, &rope->left, flat);
  gc::WriteField(ctx.mutator, &rope->right, Value::Null());
  *s = flat;
  return true;
}

Value Concat(Context& ctx, Value* l, Value* r) {
  size_t left_length = StringLength(*l);
  size_t right_length = StringLength(*r);
  if (left_length == 0) return *r;
  if (right_length == 0) return *l;
  size_t total = left_length + right_length;
  if (total > kMaxStringLength) return ctx.OutOfMemory();
  if (total <= kMaxFlatConcat) {
    Value s = NewFlatString(ctx, total);
    if (s.IsEmpty()) return s;
    absl::string_view left = Chars(*l);
    absl::string_view right = Chars(*r);
    std::memcpy(FlatBytes(s), left.data(), left.size());
    std::memcpy(FlatBytes(s) + left.size(), right.data(), right.size());
    return s;
  }
  if (!EndChain(ctx, l)) return Value::Empty();
  if (RoomBehind(*l, right_length) == nullptr) return NewRope(ctx, l, r, total);
  if (!Flatten(ctx, r)) return Value::Empty();
  return AppendInPlace(ctx, l, total, [r] { return Chars(*r); });
}

Value ConcatText(Context& ctx, Value* l, absl::string_view r) {
  size_t total = StringLength(*l) + r.size();
  if (total <= kMaxFlatConcat) {
    Value s = NewFlatString(ctx, total);
    if (s.IsEmpty()) return s;
    absl::string_view left = Chars(*l);
    std::memcpy(FlatBytes(s), left.data(), left.size());
    std::memcpy(FlatBytes(s) + left.size(), r.data(), r.size());
    return s;
  }
  if (total > kMaxStringLength) return ctx.OutOfMemory();
  if (!EndChain(ctx, l)) return Value::Empty();
  if (RoomBehind(*l, r.size()) != nullptr) {
    return AppendInPlace(ctx, l, total, [r] { return r; });
  }
  gc::HandleScope scope(ctx.mutator);
  Value* right = ctx.mutator.handles.Push(MakeString(ctx, r));
  return right->IsEmpty() ? *right : Concat(ctx, l, right);
}

Value ConcatText(Context& ctx, absl::string_view l, Value* r) {
  size_t total = l.size() + StringLength(*r);
  if (total <= kMaxFlatConcat) {
    Value s = NewFlatString(ctx, total);
    if (s.IsEmpty()) return s;
    absl::string_view right = Chars(*r);
    std::memcpy(FlatBytes(s), l.data(), l.size());
    std::memcpy(FlatBytes(s) + l.size(), right.data(), right.size());
    return s;
  }
  gc::HandleScope scope(ctx.mutator);
  Value* left = ctx.mutator.handles.Push(MakeString(ctx, l));
  return left->IsEmpty() ? *left : Concat(ctx, left, r);
}

Value CharAt(Context& ctx, Value s, size_t i) {
  absl::string_view chars = Chars(s);
  FOXVM_DCHECK(i < chars.size());
  return ctx.strings.Char(static_cast<uint8_t>(chars[i]));
}

Value CharFromCodePoint(Context& ctx, uint32_t code_point) {
  if (code_point < 256) return ctx.strings.Char(static_cast<uint8_t>(code_point));
  bool surrogate = code_point >= 0xD800 && code_point < 0xE000;
  if (surrogate || code_point > 0x10FFFF) code_point = kReplacementCharacter;
  char bytes[4];
  return MakeString(ctx, absl::string_view(bytes, EncodeUtf8(code_point, bytes)));
}

uint32_t HashBytes(absl::string_view bytes) {
  uint64_t h = absl::Hash<absl::string_view>()(bytes);
  uint32_t folded = static_cast<uint32_t>(h ^ h >> 32);
  return folded == 0 ? 1 : folded;
}

uint32_t ComputeStringHash(Value s) {
  StringObject* string = Resolve(s);
  if (string->cached_hash() == 0) {
    string->second |= uint64_t{HashBytes(CharsOf(string))} << 32;
  }
  return string->cached_hash();
}

bool StringEquals(Value a, Value b) {
  return a == b || (StringLength(a) == StringLength(b) && Chars(a) == Chars(b));
}

}  // namespace foxvm::objects
