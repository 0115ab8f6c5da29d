// The C interface: making and reading values.
#include <string>
#include <utility>
#include <vector>

#include "vm/foxvm.h"
#include "vm/foxvm_state.h"

using foxvm::vm::Refuse;
using foxvm::vm::Value;
using foxvm::vm::ValueKind;
using Slot = foxvm::vm::HandleTable::Slot;

namespace {

foxvm_status FailNull(foxvm_vm* vm) { return vm->Fail(FOXVM_INVALID_ARGUMENT, "a pointer is NULL"); }

// The handle of a new value.
foxvm_status Give(foxvm_vm* vm, absl::StatusOr<Value> value, foxvm_value* result) {
  if (!value.ok()) return vm->Fail(value.status());
  *result = vm->handles.Add(*std::move(value));
  return FOXVM_OK;
}

// Common beginning of the functions that read: FOXVM_OK with the slot of `value`, or what to return.
foxvm_status Open(foxvm_vm* vm, foxvm_value value, const void* result, Slot** slot) {
  if (const foxvm_status refused = Refuse(vm)) return refused;
  if (result == nullptr) return FailNull(vm);
  *slot = vm->handles.Find(value);
  return *slot == nullptr ? vm->Fail(FOXVM_INVALID_ARGUMENT, "this is no value of this VM") : FOXVM_OK;
}

template <typename Read, typename Result>
foxvm_status Store(foxvm_vm* vm, const absl::StatusOr<Read>& read, Result* result) {
  if (!read.ok()) return vm->Fail(read.status());
  *result = static_cast<Result>(*read);
  return FOXVM_OK;
}

foxvm_status Show(foxvm_vm* vm, Slot* slot, absl::StatusOr<std::string> text, const char** bytes,
                  size_t* length) {
  if (!text.ok()) return vm->Fail(text.status());
  slot->text = *std::move(text);
  *bytes = slot->text.c_str();
  if (length != nullptr) *length = slot->text.size();
  return FOXVM_OK;
}

bool IsBytes(const char* bytes, size_t length) { return bytes != nullptr || length == 0; }

}  // namespace

foxvm_status foxvm_new_null(foxvm_vm* vm, foxvm_value* result) {
  if (const foxvm_status refused = Refuse(vm)) return refused;
  return result == nullptr ? FailNull(vm) : Give(vm, Value(), result);
}

foxvm_status foxvm_new_bool(foxvm_vm* vm, int b, foxvm_value* result) {
  if (const foxvm_status refused = Refuse(vm)) return refused;
  return result == nullptr ? FailNull(vm) : Give(vm, Value::Bool(b != 0), result);
}

foxvm_status foxvm_new_int(foxvm_vm* vm, int64_t i, foxvm_value* result) {
  if (const foxvm_status refused = Refuse(vm)) return refused;
  return result == nullptr ? FailNull(vm) : Give(vm, Value::Int(i), result);
}

foxvm_status foxvm_new_float(foxvm_vm* vm, double d, foxvm_value* result) {
  if (const foxvm_status refused = Refuse(vm)) return refused;
  return result == nullptr ? FailNull(vm) : Give(vm, Value::Float(d), result);
}

foxvm_status foxvm_new_string(foxvm_vm* vm, const char* bytes, size_t length, foxvm_value* result) {
  if (const foxvm_status refused = Refuse(vm)) return refused;
  if (result == nullptr || !IsBytes(bytes, length)) return FailNull(vm);
  return Give(vm, vm->vm().NewString(absl::string_view(bytes, length)), result);
}

foxvm_status foxvm_new_error(foxvm_vm* vm, const char* message, size_t length, foxvm_value* result) {
  if (const foxvm_status refused = Refuse(vm)) return refused;
  if (result == nullptr || !IsBytes(message, length)) return FailNull(vm);
  return Give(vm, vm->vm().NewError(absl::string_view(message, length)), result);
}

foxvm_status foxvm_new_array(foxvm_vm* vm, const foxvm_value* elements, size_t count, foxvm_value* result) {
  if (const foxvm_status refused = Refuse(vm)) return refused;
  if (result == nullptr || (elements == nullptr && count != 0)) return FailNull(vm);
  std::vector<Value> values;
  for (size_t i = 0; i < count; ++i) {
    Slot* slot;
    if (const foxvm_status failed = Open(vm, elements[i], result, &slot)) return failed;
    values.push_back(slot->value);
  }
  return Give(vm, vm->vm().NewArray(values), result);
}

foxvm_status foxvm_new_hash(foxvm_vm* vm, const foxvm_value* keys_and_values, size_t entries,
                            foxvm_value* result) {
  if (const foxvm_status refused = Refuse(vm)) return refused;
  if (result == nullptr || (keys_and_values == nullptr && entries != 0)) return FailNull(vm);
  std::vector<std::pair<Value, Value>> pairs;
  for (size_t i = 0; i < entries; ++i) {
    Slot* key;
    Slot* value;
    if (const foxvm_status failed = Open(vm, keys_and_values[2 * i], result, &key)) return failed;
    if (const foxvm_status failed = Open(vm, keys_and_values[2 * i + 1], result, &value)) return failed;
    pairs.emplace_back(key->value, value->value);
  }
  return Give(vm, vm->vm().NewHash(pairs), result);
}

foxvm_status foxvm_get_kind(foxvm_vm* vm, foxvm_value value, int* kind) {
  Slot* slot;
  if (const foxvm_status failed = Open(vm, value, kind, &slot)) return failed;
  static_assert(static_cast<int>(ValueKind::kOther) == FOXVM_OTHER);
  *kind = static_cast<int>(slot->value.kind());
  return FOXVM_OK;
}

foxvm_status foxvm_get_bool(foxvm_vm* vm, foxvm_value value, int* b) {
  Slot* slot;
  if (const foxvm_status failed = Open(vm, value, b, &slot)) return failed;
  return Store(vm, slot->value.AsBool(), b);
}

foxvm_status foxvm_get_int(foxvm_vm* vm, foxvm_value value, int64_t* i) {
  Slot* slot;
  if (const foxvm_status failed = Open(vm, value, i, &slot)) return failed;
  return Store(vm, slot->value.AsInt(), i);
}

foxvm_status foxvm_get_float(foxvm_vm* vm, foxvm_value value, double* d) {
  Slot* slot;
  if (const foxvm_status failed = Open(vm, value, d, &slot)) return failed;
  return Store(vm, slot->value.AsFloat(), d);
}

foxvm_status foxvm_get_string(foxvm_vm* vm, foxvm_value value, const char** bytes, size_t* length) {
  Slot* slot;
  if (const foxvm_status failed = Open(vm, value, bytes, &slot)) return failed;
  return Show(vm, slot, slot->value.AsString(), bytes, length);
}

foxvm_status foxvm_get_error(foxvm_vm* vm, foxvm_value value, const char** bytes, size_t* length) {
  Slot* slot;
  if (const foxvm_status failed = Open(vm, value, bytes, &slot)) return failed;
  return Show(vm, slot, slot->value.ErrorMessage(), bytes, length);
}

foxvm_status foxvm_get_text(foxvm_vm* vm, foxvm_value value, const char** bytes, size_t* length) {
  Slot* slot;
  if (const foxvm_status failed = Open(vm, value, bytes, &slot)) return failed;
  return Show(vm, slot, slot->value.Text(), bytes, length);
}

foxvm_status foxvm_get_length(foxvm_vm* vm, foxvm_value value, size_t* length) {
  Slot* slot;
  if (const foxvm_status failed = Open(vm, value, length, &slot)) return failed;
  return Store(vm, slot->value.Length(), length);
}

foxvm_status foxvm_get_element(foxvm_vm* vm, foxvm_value array, size_t index, foxvm_value* element) {
  Slot* slot;
  if (const foxvm_status failed = Open(vm, array, element, &slot)) return failed;
  return Give(vm, slot->value.At(index), element);
}

foxvm_status foxvm_get_entry(foxvm_vm* vm, foxvm_value hash, size_t index, foxvm_value* key,
                             foxvm_value* value) {
  Slot* slot;
  if (const foxvm_status failed = Open(vm, hash, key, &slot)) return failed;
  if (value == nullptr) return FailNull(vm);
  absl::StatusOr<std::pair<Value, Value>> entry = slot->value.EntryAt(index);
  if (!entry.ok()) return vm->Fail(entry.status());
  *key = vm->handles.Add(std::move(entry->first));
  *value = vm->handles.Add(std::move(entry->second));
  return FOXVM_OK;
}

foxvm_status foxvm_get_key(foxvm_vm* vm, foxvm_value hash, foxvm_value key, foxvm_value* value) {
  Slot* slot;
  Slot* key_slot;
  if (const foxvm_status failed = Open(vm, hash, value, &slot)) return failed;
  if (const foxvm_status failed = Open(vm, key, value, &key_slot)) return failed;
  return Give(vm, slot->value.Get(key_slot->value), value);
}

foxvm_status foxvm_release(foxvm_vm* vm, foxvm_value value) {
  if (const foxvm_status refused = Refuse(vm)) return refused;
  if (value.handle == 0 || vm->handles.Release(value)) return FOXVM_OK;
  return vm->Fail(FOXVM_INVALID_ARGUMENT, "this is no value of this VM");
}

foxvm_status foxvm_keep(foxvm_vm* vm, foxvm_value value) {
  Slot* slot;
  if (const foxvm_status failed = Open(vm, value, &value, &slot)) return failed;
  slot->scoped = false;
  return FOXVM_OK;
}
