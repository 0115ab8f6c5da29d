#include "interp/objects/array.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "gc/handle.h"
#include "gc/write_barrier.h"
#include "interp/objects/new_object.h"

namespace foxvm::objects {
namespace {

using gc::Value;

constexpr int kPositionShift = 30;
constexpr uint32_t kMinGrownCapacity = 4;
constexpr uint32_t kMinLogRecords = 8;
// A log this short is kept even when the array is shorter.
constexpr uint32_t kMinLogLimit = 16;

Array* AsArray(Value v) { return static_cast<Array*>(v.object()); }
ArrayStore* StoreOf(const Array* a) { return static_cast<ArrayStore*>(a->store.object()); }

uint64_t Pack(uint32_t low, uint32_t high) { return uint64_t{low} | uint64_t{high} << 32; }

bool IsStale(const Array* a) {
  return a->read_length() == 0 && (a->length.small_int() & kMaxArrayLength) != 0;
}

// The log position of a stale version.
uint32_t PositionOf(const Array* a) { return static_cast<uint32_t>(a->length.small_int() >> kPositionShift); }

uint32_t LogUsed(const ArrayStore* store) {
  return store->log.IsNull() ? 0 : static_cast<ArrayLog*>(store->log.object())->used();
}

uint32_t GrownCapacity(uint32_t length) {
  return std::min(kMaxArrayLength, std::max(kMinGrownCapacity, length + length / 2));
}

// A store whose first `used` elements are the caller's to fill before anything else may collect; the rest is
// kosong.
ArrayStore* NewStore(Context& ctx, uint32_t capacity, uint32_t used) {
  auto* store = static_cast<ArrayStore*>(
      NewSlots(ctx, kArrayStoreType, Pack(capacity, used), size_t{capacity} + 1, size_t{used} + 1));
  if (store != nullptr) store->log = Value::Null();
  return store;
}

// An array that owns *store, a rooted ArrayStore no other array shares; `length` is its used part.
Value NewOwner(Context& ctx, Value* store, uint32_t length) {
  auto* array = static_cast<Array*>(NewSlots(ctx, kArrayType, Pack(length, length), 2, 2));
  if (array == nullptr) return Value::Empty();
  array->store = *store;
  array->length = Value::SmallInt(length);
  return Value::FromObject(array);
}

Value NewEmpty(Context& ctx) {
  auto* array = static_cast<Array*>(NewSlots(ctx, kArrayType, 0, 2));
  if (array != nullptr) array->length = Value::SmallInt(0);
  return ObjectOrEmpty(array);
}

// Makes *a, of `length` elements in `store`, the only array that uses `store`.
void TakeFreshStore(Context& ctx, Array* a, ArrayStore* store, uint32_t length) {
  gc::WriteField(ctx.mutator, &a->store, Value::FromObject(store));
  gc::WriteFieldNonRef(&a->length, Value::SmallInt(length));
  a->second = Pack(length, length);
}

// The elements a stale version sees, copied to `out`: the store's prefix with the log undone, newest record
// first.
void CopyStale(const Array* a, uint32_t length, Value* out) {
  ArrayStore* store = StoreOf(a);
  std::copy(store->elements(), store->elements() + length, out);
  uint32_t used = LogUsed(store);
  if (used == 0) return;
  auto* log = static_cast<ArrayLog*>(store->log.object());
  for (uint32_t i = used; i > PositionOf(a); --i) {
    Value* record = log->record(i - 1);
    int64_t index = record[0].small_int();
    if (index < length) out[index] = record[1];
  }
}

// Gives the stale array *a a store of its own. False: out of memory.
bool Materialize(Context& ctx, Value* a) {
  uint32_t length = ArrayLength(*a);
  ArrayStore* store = NewStore(ctx, length, length);
  if (store == nullptr) return false;
  CopyStale(AsArray(*a), length, store->elements());
  TakeFreshStore(ctx, AsArray(*a), store, length);
  return true;
}

// Gives the owner *a a store of its own, leaving the old one with its log to the stale versions.
bool LeaveStore(Context& ctx, Value* a) {
  uint32_t length = ArrayLength(*a);
  ArrayStore* store = NewStore(ctx, StoreOf(AsArray(*a))->capacity(), length);
  if (store == nullptr) return false;
  const Value* old = StoreOf(AsArray(*a))->elements();
  std::copy(old, old + length, store->elements());
  TakeFreshStore(ctx, AsArray(*a), store, length);
  return true;
}

// Makes room for a record in the log of *a's store.
bool ReserveRecord(Context& ctx, Value* a) {
  ArrayStore* store = StoreOf(AsArray(*a));
  uint32_t used = LogUsed(store);
  if (used != 0 && used < static_cast<ArrayLog*>(store->log.object())->capacity()) return true;
  uint32_t capacity = std::max(kMinLogRecords, used * 2);
  size_t kept = size_t{used} * 2;
  auto* log =
      static_cast<ArrayLog*>(NewSlots(ctx, kArrayLogType, Pack(capacity, used), size_t{capacity} * 2, kept));
  if (log == nullptr) return false;
  store = StoreOf(AsArray(*a));
  if (used != 0) {
    const Value* old = store->log.object()->slots();
    std::copy(old, old + kept, log->slots());
  }
  gc::WriteField(ctx.mutator, &store->log, Value::FromObject(log));
  return true;
}

// (*a)[i] = *v for an owner whose store older versions share.
bool SetShared(Context& ctx, Value* a, uint32_t i, Value* v) {
  ArrayStore* store = StoreOf(AsArray(*a));
  if (LogUsed(store) >= std::max(kMinLogLimit, store->used())) {
    if (!LeaveStore(ctx, a)) return false;
    gc::WriteField(ctx.mutator, StoreOf(AsArray(*a))->elements() + i, *v);
    return true;
  }
  if (!ReserveRecord(ctx, a)) return false;
  store = StoreOf(AsArray(*a));
  auto* log = static_cast<ArrayLog*>(store->log.object());
  Value* element = store->elements() + i;
  Value* record = log->record(log->used());
  gc::WriteFieldNonRef(record, Value::SmallInt(i));
  gc::WriteField(ctx.mutator, record + 1, *element);
  log->second = Pack(log->capacity(), log->used() + 1);
  gc::WriteField(ctx.mutator, element, *v);
  return true;
}

// *l + *r in l's store; l owns it and has room behind its elements. *l becomes stale.
Value Extend(Context& ctx, Value* l, Value* r, uint32_t left_length, uint32_t right_length) {
  uint32_t total = left_length + right_length;
  auto* result = static_cast<Array*>(NewSlots(ctx, kArrayType, Pack(total, 0), 2, 2));
  if (result == nullptr) return Value::Empty();
  Array* left = AsArray(*l);
  ArrayStore* store = StoreOf(left);
  Value* tail = store->elements() + left_length;
  const Value* added = ArrayElementsInPlace(*r);
  gc::FillFields(ctx.mutator, tail, added, right_length);
  store->second = Pack(store->capacity(), total);
  result->store = left->store;
  result->length = Value::SmallInt(total);
  int64_t position = LogUsed(store);
  left->second = 0;
  gc::WriteFieldNonRef(&left->length, Value::SmallInt(left_length | position << kPositionShift));
  return Value::FromObject(result);
}

}  // namespace

Value MakeArray(Context& ctx, const Value* elements, size_t count) {
  if (count == 0) return NewEmpty(ctx);
  if (count > kMaxArrayLength) return ctx.OutOfMemory();
  uint32_t length = static_cast<uint32_t>(count);
  ArrayStore* store = NewStore(ctx, length, length);
  if (store == nullptr) return Value::Empty();
  std::copy(elements, elements + count, store->elements());
  gc::HandleScope scope(ctx.mutator);
  return NewOwner(ctx, ctx.mutator.handles.Push(Value::FromObject(store)), length);
}

Value MakeArrayFilled(Context& ctx, size_t count) {
  if (count == 0) return NewEmpty(ctx);
  if (count > kMaxArrayLength) return ctx.OutOfMemory();
  uint32_t length = static_cast<uint32_t>(count);
  ArrayStore* store = NewStore(ctx, length, length);
  if (store == nullptr) return Value::Empty();
  std::fill(store->elements(), store->elements() + count, Value::Null());
  gc::HandleScope scope(ctx.mutator);
  return NewOwner(ctx, ctx.mutator.handles.Push(Value::FromObject(store)), length);
}

void SetFresh(Context& ctx, Value array, size_t i, Value v) {
  FOXVM_DCHECK(i < AsArray(array)->write_length());
  gc::WriteField(ctx.mutator, StoreOf(AsArray(array))->elements() + i, v);
}

Value ArrayGet(Context& ctx, Value* a, int64_t i) {
  if (i < 0 || i >= ArrayLength(*a)) return Value::Null();
  const Value* elements = ArrayElements(ctx, a);
  return elements == nullptr ? Value::Empty() : elements[i];
}

bool ArraySet(Context& ctx, Value* a, int64_t i, Value* v) {
  uint32_t length = ArrayLength(*a);
  if (i < 0 || i >= length) {
    ctx.Fail(FatalKind::kProgram, absl::StrCat("index out of bounds: ", i, " (len ", length, ")"));
    return false;
  }
  uint32_t index = static_cast<uint32_t>(i);
  if (IsStale(AsArray(*a)) && !Materialize(ctx, a)) return false;
  if (AsArray(*a)->write_length() == 0) return SetShared(ctx, a, index, v);
  gc::WriteField(ctx.mutator, StoreOf(AsArray(*a))->elements() + index, *v);
  return true;
}

Value ArrayConcat(Context& ctx, Value* l, Value* r) {
  uint32_t left_length = ArrayLength(*l);
  uint32_t right_length = ArrayLength(*r);
  if (left_length + right_length == 0) return NewEmpty(ctx);
  uint64_t total = uint64_t{left_length} + right_length;
  if (total > kMaxArrayLength) return ctx.OutOfMemory();
  if (ArrayElements(ctx, l) == nullptr || ArrayElements(ctx, r) == nullptr) return Value::Empty();
  Array* left = AsArray(*l);
  if (left_length != 0 && !IsStale(left) && StoreOf(left)->capacity() - left_length >= right_length) {
    return Extend(ctx, l, r, left_length, right_length);
  }
  uint32_t length = static_cast<uint32_t>(total);
  ArrayStore* store = NewStore(ctx, GrownCapacity(length), length);
  if (store == nullptr) return Value::Empty();
  const Value* left_elements = ArrayElementsInPlace(*l);
  const Value* right_elements = ArrayElementsInPlace(*r);
  Value* middle = std::copy(left_elements, left_elements + left_length, store->elements());
  std::copy(right_elements, right_elements + right_length, middle);
  gc::HandleScope scope(ctx.mutator);
  return NewOwner(ctx, ctx.mutator.handles.Push(Value::FromObject(store)), length);
}

const Value* ArrayElements(Context& ctx, Value* a) {
  const Value* elements = ArrayElementsInPlace(*a);
  if (elements != nullptr) return elements;
  return Materialize(ctx, a) ? ArrayElementsInPlace(*a) : nullptr;
}

const Value* ArrayElementsInPlace(Value array) {
  static constexpr Value kNoElements[1] = {};
  Array* a = AsArray(array);
  if (ArrayLength(array) == 0) return kNoElements;
  ArrayStore* store = StoreOf(a);
  if (IsStale(a) && PositionOf(a) != LogUsed(store)) return nullptr;
  return store->elements();
}

void ArraySnapshot(Value array, std::vector<Value>* elements) {
  uint32_t length = ArrayLength(array);
  elements->resize(length);
  if (const Value* in_place = ArrayElementsInPlace(array)) {
    std::copy(in_place, in_place + length, elements->begin());
  } else {
    CopyStale(AsArray(array), length, elements->data());
  }
}

}  // namespace foxvm::objects
