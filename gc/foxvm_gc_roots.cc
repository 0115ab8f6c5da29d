// The C interface: roots, weak references, finalizers, collections, and what a heap tells.
#include <algorithm>
#include <memory>
#include <new>

#include "gc/ephemeron_table.h"
#include "gc/foxvm_gc.h"
#include "gc/foxvm_gc_state.h"
#include "gc/heap_dump.h"
#include "gc/persistent_handle.h"
#include "gc/weak_handle.h"

using foxvm::gc::CHeap;
using foxvm::gc::CRoots;
using foxvm::gc::Heap;
using foxvm::gc::ObjectHeader;
using foxvm::gc::Value;

struct foxvm_gc_persistent {
  foxvm::gc::PersistentHandle handle;
};
struct foxvm_gc_weak {
  foxvm::gc::WeakHandle handle;
};
struct foxvm_gc_ephemerons {
  explicit foxvm_gc_ephemerons(Heap& heap) : table(heap) {}
  foxvm::gc::EphemeronTable table;
};

namespace {

Heap& HeapOf(foxvm_gc_heap* heap) { return *static_cast<CHeap*>(heap)->heap; }
Value ToValue(void* object) {
  return object == nullptr ? Value::Empty() : Value::FromObject(ObjectHeader::OfPayload(object));
}
// A handle without a slot is none.
template <typename Holder>
Holder* OrNull(Holder* holder) {
  if (holder == nullptr || holder->handle.has_slot()) return holder;
  delete holder;
  return nullptr;
}
void* ToPointer(Value v) { return v.IsHeapRef() ? v.object()->payload() : nullptr; }

}  // namespace

void** foxvm_gc_push_slow(foxvm_gc_heap* heap, void* object) {
  return static_cast<CHeap*>(heap)->NextHandleChunk() ? foxvm_gc_push(heap, object) : nullptr;
}

foxvm_gc_persistent* foxvm_gc_persistent_new(foxvm_gc_heap* heap, void* object) {
  return OrNull(new (std::nothrow)
                    foxvm_gc_persistent{foxvm::gc::PersistentHandle(HeapOf(heap), ToValue(object))});
}
void* foxvm_gc_persistent_get(const foxvm_gc_persistent* persistent) {
  return ToPointer(persistent->handle.get());
}
void foxvm_gc_persistent_set(foxvm_gc_persistent* persistent, void* object) {
  persistent->handle.set(ToValue(object));
}
void foxvm_gc_persistent_drop(foxvm_gc_persistent* persistent) { delete persistent; }

int foxvm_gc_add_roots(foxvm_gc_heap* heap, foxvm_gc_roots* roots, void* user) {
  CHeap& owner = *static_cast<CHeap*>(heap);
  auto* entry = new (std::nothrow) CRoots(roots, user);
  if (entry == nullptr) return -1;
  entry->next = owner.roots;
  owner.roots = entry;
  owner.heap->AddRoots(entry);
  return 0;
}

int foxvm_gc_remove_roots(foxvm_gc_heap* heap, foxvm_gc_roots* roots, void* user) {
  CHeap& owner = *static_cast<CHeap*>(heap);
  for (CRoots** at = &owner.roots; *at != nullptr; at = &(*at)->next) {
    CRoots* entry = *at;
    if (entry->roots != roots || entry->user != user) continue;
    owner.heap->RemoveRoots(entry);
    *at = entry->next;
    delete entry;
    return 0;
  }
  return -1;
}

foxvm_gc_weak* foxvm_gc_weak_new(foxvm_gc_heap* heap, void* object) {
  return OrNull(new (std::nothrow) foxvm_gc_weak{foxvm::gc::WeakHandle(HeapOf(heap), ToValue(object))});
}
void* foxvm_gc_weak_get(const foxvm_gc_weak* weak) { return ToPointer(weak->handle.get()); }
void foxvm_gc_weak_drop(foxvm_gc_weak* weak) { delete weak; }

foxvm_gc_ephemerons* foxvm_gc_ephemerons_new(foxvm_gc_heap* heap) {
  return new (std::nothrow) foxvm_gc_ephemerons(HeapOf(heap));
}
void foxvm_gc_ephemerons_drop(foxvm_gc_ephemerons* table) { delete table; }
void* foxvm_gc_ephemerons_get(const foxvm_gc_ephemerons* table, void* key) {
  return ToPointer(table->table.Get(ObjectHeader::OfPayload(key)));
}
int foxvm_gc_ephemerons_set(foxvm_gc_ephemerons* table, void* key, void* value) {
  return table->table.Set(ObjectHeader::OfPayload(key), ToValue(value)) ? 0 : -1;
}
int foxvm_gc_ephemerons_erase(foxvm_gc_ephemerons* table, void* key) {
  return table->table.Erase(ObjectHeader::OfPayload(key));
}
size_t foxvm_gc_ephemerons_count(const foxvm_gc_ephemerons* table) { return table->table.size(); }

int foxvm_gc_attach_finalizer(foxvm_gc_heap* heap, void* object) {
  if (!static_cast<const foxvm::gc::CType*>(foxvm_gc_type_of(object))->finalizable) return -1;
  ObjectHeader* header = ObjectHeader::OfPayload(object);
  if (header->has_flag(foxvm::gc::kFinalizable)) return 0;
  CHeap& owner = *static_cast<CHeap*>(heap);
  if (!owner.queue.Reserve()) return -1;
  if (owner.heap->AttachFinalizer(header)) return 1;
  owner.queue.Unreserve();
  return -1;
}

void* foxvm_gc_next_finalizable(foxvm_gc_heap* heap) {
  HeapOf(heap).RunFinalizers();
  return static_cast<CHeap*>(heap)->queue.Pop();
}

void foxvm_gc_safepoint_slow(foxvm_gc_heap* heap) { HeapOf(heap).Safepoint(); }
void foxvm_gc_collect_minor(foxvm_gc_heap* heap) { HeapOf(heap).CollectMinor(); }
void foxvm_gc_collect_major(foxvm_gc_heap* heap) { HeapOf(heap).CollectMajor(); }
void foxvm_gc_compact(foxvm_gc_heap* heap) { HeapOf(heap).Compact(); }
void foxvm_gc_begin_major(foxvm_gc_heap* heap) { HeapOf(heap).BeginMajor(); }
int foxvm_gc_advance_major(foxvm_gc_heap* heap) { return HeapOf(heap).AdvanceMajor(); }
void foxvm_gc_request(foxvm_gc_heap* heap) { HeapOf(heap).RequestCollection(); }

void foxvm_gc_add_external_bytes(foxvm_gc_heap* heap, int64_t delta) { HeapOf(heap).AddExternalBytes(delta); }
void foxvm_gc_set_pressure_callback(foxvm_gc_heap* heap, void (*pressure)(void* user), void* user) {
  if (pressure == nullptr) return HeapOf(heap).SetPressureCallback(nullptr);
  HeapOf(heap).SetPressureCallback([pressure, user] { pressure(user); });
}
void foxvm_gc_release_free_memory(foxvm_gc_heap* heap) { HeapOf(heap).ReleaseFreeMemory(); }

foxvm_gc_statistics foxvm_gc_get_statistics(const foxvm_gc_heap* heap) {
  const foxvm::gc::HeapStatistics from = static_cast<const CHeap*>(heap)->heap->statistics();
  foxvm_gc_statistics result;
  result.minor_collections = from.minor_collections;
  result.major_collections = from.major_collections;
  result.allocated_bytes = from.allocated_bytes;
  result.copied_bytes = from.copied_bytes;
  result.promoted_bytes = from.promoted_bytes;
  result.live_old_bytes = from.live_old_bytes;
  result.young_used_bytes = from.young_used_bytes;
  result.committed_bytes = from.committed_bytes;
  result.peak_committed_bytes = from.peak_committed_bytes;
  result.pauses = from.minor_pauses.count() + from.major_pauses.count() + from.slice_pauses.count();
  result.pause_ns_total = from.minor_pause_ns_total + from.major_pause_ns_total + from.slice_pause_ns_total;
  result.pause_ns_max = std::max({from.minor_pause_ns_max, from.major_pause_ns_max, from.slice_pause_ns_max});
  result.degenerated_cycles = from.degenerated_cycles;
  result.pressure_calls = from.pressure_calls;
  return result;
}

void foxvm_gc_for_each_object(foxvm_gc_heap* heap, void (*visit)(void* object, void* user), void* user) {
  HeapOf(heap).ForEachObject([visit, user](ObjectHeader* object) { visit(object->payload(), user); });
}

int foxvm_gc_dump(foxvm_gc_heap* heap, int (*write)(const char* text, size_t bytes, void* user), void* user) {
  return DumpHeap(HeapOf(heap), [write, user](absl::string_view text) {
    return write(text.data(), text.size(), user) != 0;
  });
}

uint32_t foxvm_gc_enter_site(foxvm_gc_heap* heap, const char* name) { return HeapOf(heap).EnterSite(name); }
void foxvm_gc_leave_site(foxvm_gc_heap* heap, uint32_t before) { HeapOf(heap).LeaveSite(before); }
