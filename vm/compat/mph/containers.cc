// What the older runtime's arrays and maps point to.
// How: a collection can come while a container is being made: its length is there already and its elements
//      are not. So nothing is read beyond the object that holds the elements, however long the container says
//      it is.
#include <algorithm>
#include <cstddef>

#include "vm/compat/mph/memory.h"
#include "vm/compat/mph/mph.h"

namespace foxvm::mph {
namespace {

struct Array {
  void* data;
  size_t length;
  size_t capacity;
  size_t element_bytes;
  int elements_are_pointers;
};

struct MapEntry {
  void* key;
  void* value;
  int occupied;
  int deleted;
};

enum KeyKind : int { kIntKey = 0 };

struct Map {
  MapEntry* entries;
  size_t capacity;
  size_t count;
  size_t deleted_count;
  KeyKind key_kind;
  int values_are_pointers;
};

}  // namespace
}  // namespace foxvm::mph

using foxvm::mph::Array;
using foxvm::mph::Map;
using foxvm::mph::MapEntry;
using foxvm::mph::Memory;

void mph_gc_mark_array(MorphContext*, void* pointer) {
  Memory* memory = Memory::Existing();
  if (memory == nullptr || pointer == nullptr) return;
  const auto* array = static_cast<const Array*>(pointer);
  memory->Mark(array->data);
  if (array->elements_are_pointers == 0) return;
  // An element may be several words of which one points, as an interface is.
  size_t words = memory->BytesBehind(array->data) / sizeof(void*);
  size_t words_each = std::max(array->element_bytes / sizeof(void*), size_t{1});
  if (array->length < words / words_each) words = array->length * words_each;
  auto* elements = static_cast<void**>(array->data);
  for (size_t i = 0; i < words; ++i) memory->Mark(elements[i]);
}

void mph_gc_mark_map(MorphContext*, void* pointer) {
  Memory* memory = Memory::Existing();
  if (memory == nullptr || pointer == nullptr) return;
  const auto* map = static_cast<const Map*>(pointer);
  memory->Mark(map->entries);
  size_t count = std::min(map->capacity, memory->BytesBehind(map->entries) / sizeof(MapEntry));
  for (size_t i = 0; i < count; ++i) {
    const MapEntry& entry = map->entries[i];
    if (entry.occupied == 0 || entry.deleted != 0) continue;
    if (map->key_kind != foxvm::mph::kIntKey) memory->Mark(entry.key);
    if (map->values_are_pointers != 0) memory->Mark(entry.value);
  }
}
