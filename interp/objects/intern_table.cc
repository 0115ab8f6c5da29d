#include "interp/objects/intern_table.h"

#include <cstring>
#include <string>

#include "absl/memory/memory.h"
#include "gc/allocate.h"
#include "gc/weak_load.h"
#include "interp/objects/string.h"

namespace foxvm::objects {

using gc::Value;

size_t InternTable::Hash::operator()(const FlatString* s) const { return s->cached_hash(); }

size_t InternTable::Hash::operator()(absl::string_view s) const { return HashBytes(s); }

bool InternTable::Equal::operator()(const FlatString* a, absl::string_view b) const {
  return absl::string_view(a->bytes(), a->length()) == b;
}

absl::StatusOr<std::unique_ptr<InternTable>> InternTable::Create(gc::Heap& heap) {
  auto table = absl::WrapUnique(new InternTable(heap));
  heap.AddRoots(table.get());
  heap.AddWeakRoots(table.get());
  FlatString* empty = table->InternBytes("");
  if (empty == nullptr) return absl::ResourceExhaustedError("no memory for the intern table");
  table->empty_ = Value::FromObject(empty);
  for (int c = 0; c < 256; ++c) {
    char bytes[2] = {static_cast<char>(c), 0};
    size_t size = 1;
    if (c >= 0x80) {  // two bytes of UTF-8
      bytes[0] = static_cast<char>(0xC0 | c >> 6);
      bytes[1] = static_cast<char>(0x80 | (c & 0x3F));
      size = 2;
    }
    FlatString* s = table->InternBytes(absl::string_view(bytes, size));
    if (s == nullptr) return absl::ResourceExhaustedError("no memory for the intern table");
    table->chars_[c] = Value::FromObject(s);
  }
  return table;
}

InternTable::~InternTable() {
  heap_.RemoveWeakRoots(this);
  heap_.RemoveRoots(this);
}

FlatString* InternTable::InternBytes(absl::string_view bytes) {
  auto it = strings_.find(bytes);
  if (it != strings_.end()) {
    gc::LoadWeak(heap_.mutator(), Value::FromObject(*it));
    return *it;
  }
  size_t size = gc::AlignObjectSize(sizeof(FlatString) + bytes.size());
  uint64_t second = bytes.size() | uint64_t{HashBytes(bytes)} << 32;
  auto* s = static_cast<FlatString*>(gc::AllocatePinned(heap_.mutator(), kStringType, size, second));
  if (s == nullptr) return nullptr;
  std::memcpy(s->bytes(), bytes.data(), bytes.size());
  strings_.insert(s);
  return s;
}

Value InternTable::Intern(Context& ctx, absl::string_view bytes) {
  if (bytes.size() > kMaxStringLength) return ctx.OutOfMemory();
  FlatString* s = InternBytes(bytes);
  return s == nullptr ? ctx.OutOfMemory() : Value::FromObject(s);
}

Value InternTable::Find(absl::string_view bytes) const {
  auto it = strings_.find(bytes);
  return it == strings_.end() ? Value::Empty() : gc::LoadWeak(heap_.mutator(), Value::FromObject(*it));
}

void InternTable::VisitWeak(gc::WeakVisitor& visitor) {
  if (visitor.OnlyYoungAffected()) return;  // interned strings are pinned, so old
  for (auto it = strings_.begin(); it != strings_.end();) {
    auto current = it++;
    gc::ObjectHeader* survivor = visitor.Resolve(*current);
    FOXVM_DCHECK(survivor == nullptr || survivor == *current);  // pinned
    if (survivor == nullptr) strings_.erase(current);
  }
}

void InternTable::VisitRoots(gc::SlotVisitor& visitor) {
  visitor.Visit(gc::Slot::Tagged(&empty_));
  for (Value& c : chars_) visitor.Visit(gc::Slot::Tagged(&c));
}

}  // namespace foxvm::objects
