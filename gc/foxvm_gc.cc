// The C interface: heaps, types and objects; what is not inline in C.
#include "gc/foxvm_gc.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "absl/status/statusor.h"
#include "gc/allocate.h"
#include "gc/foxvm_gc_state.h"
#include "gc/handle.h"
#include "gc/heap_environment.h"
#include "gc/heap_presets.h"
#include "gc/write_barrier.h"

namespace foxvm::gc {
namespace {

constexpr size_t kMaxBytes = SIZE_MAX / 4;
constexpr int kBitmapShift = sizeof(ObjectHeader) / sizeof(uint64_t);

// What C inlines on.
static_assert(offsetof(foxvm_gc_mutator, cursor) == offsetof(Mutator, cursor));
static_assert(offsetof(foxvm_gc_mutator, limit) == offsetof(Mutator, limit));
static_assert(offsetof(foxvm_gc_mutator, marking) == offsetof(Mutator, marking));
static_assert(offsetof(foxvm_gc_mutator, biased_cards) == offsetof(Mutator, biased_cards));
static_assert(kCardShift == 9 && kCardDirty == 1 && kObjectAlignment == 16);
static_assert(sizeof(ObjectHeader) == 16 && kObjectAlignmentLog2 == 4);

CType* TypeOf(const ObjectHeader* object) {
  return static_cast<CType*>(reinterpret_cast<foxvm_gc_type*>(object->second));
}

void VisitEdge(void** edge, void* visitor) { static_cast<SlotVisitor*>(visitor)->Visit(Slot::Raw(edge)); }

void Trace(ObjectHeader* object, size_t bytes, SlotVisitor& visitor) {
  TypeOf(object)->trace(object->payload(), bytes - sizeof(ObjectHeader), VisitEdge, &visitor);
}

void Dispose(ObjectHeader* object) { TypeOf(object)->dispose(object->payload()); }

void Finalize(Mutator&, Handle handle) {
  TypeOf(handle.object())->heap->queue.PushReserved(handle.object()->payload());
}

bool IsConsistent(const foxvm_gc_type_info& info) {
  return info.name != nullptr && info.pointers >= FOXVM_GC_NO_POINTERS && info.pointers <= FOXVM_GC_TRACED &&
         (info.pointers == FOXVM_GC_TRACED) == (info.trace != nullptr) &&
         (info.pointers == FOXVM_GC_SOME_POINTERS) == (info.pointer_words != 0) &&
         info.pointer_words >> (64 - kBitmapShift) == 0 && info.finalizable >= FOXVM_GC_NOT_FINALIZABLE &&
         info.finalizable <= FOXVM_GC_FINALIZABLE_ON_REQUEST;
}

HeapOptions FromC(const foxvm_gc_options& options) {
  HeapOptions result;
  result.max_bytes = options.max_bytes;
  result.young_bytes = options.young_bytes;
  result.min_young_bytes = options.min_young_bytes;
  result.max_young_bytes = options.max_young_bytes;
  result.pause_goal_us = options.pause_goal_us;
  result.promotion_age = options.promotion_age;
  result.growth_factor = options.growth_factor;
  result.major_mode = options.mode == FOXVM_GC_SLICES   ? MajorMode::kIncremental
                      : options.mode == FOXVM_GC_THREAD ? MajorMode::kConcurrent
                                                        : MajorMode::kStopTheWorld;
  result.slice_us = options.slice_us;
  result.compact_bytes = options.compact_bytes;
  result.pressure_share = options.pressure_share;
  result.stress_interval = options.stress_interval;
  result.verify = options.verify != 0;
  result.record_sites = options.record_sites != 0;
  return result;
}

foxvm_gc_options ToC(const HeapOptions& options) {
  foxvm_gc_options result = {};
  result.max_bytes = options.max_bytes;
  result.young_bytes = options.young_bytes;
  result.min_young_bytes = options.min_young_bytes;
  result.max_young_bytes = options.max_young_bytes;
  result.pause_goal_us = options.pause_goal_us;
  result.promotion_age = options.promotion_age;
  result.growth_factor = options.growth_factor;
  result.mode = options.major_mode == MajorMode::kIncremental  ? FOXVM_GC_SLICES
                : options.major_mode == MajorMode::kConcurrent ? FOXVM_GC_THREAD
                                                               : FOXVM_GC_PAUSE;
  result.slice_us = options.slice_us;
  result.compact_bytes = options.compact_bytes;
  result.pressure_share = options.pressure_share;
  return result;
}

void* Fail(const absl::Status& status, char* error, size_t error_bytes) {
  if (error != nullptr && error_bytes != 0) {
    const size_t length = std::min(status.message().size(), error_bytes - 1);
    std::memcpy(error, status.message().data(), length);
    error[length] = 0;
  }
  return nullptr;
}

}  // namespace

void CRoots::VisitRoots(SlotVisitor& visitor) { roots(user, VisitEdge, &visitor); }

bool ObjectQueue::Reserve() {
  // What was asked for makes place when that is as much as moving the others is worth.
  if (first_ > objects_.size() / 2) {
    objects_.EraseFront(first_);
    first_ = 0;
  }
  if (!objects_.TryReserve(objects_.size() + reserved_ + 1)) return false;
  ++reserved_;
  return true;
}

void ObjectQueue::PushReserved(void* object) {
  --reserved_;
  objects_.PushReserved(object);
}

void* ObjectQueue::Pop() {
  if (first_ == objects_.size()) return nullptr;
  return objects_[first_++];
}

void ObjectQueue::Visit(SlotVisitor& visitor) {
  for (size_t i = first_; i < objects_.size(); ++i) visitor.Visit(Slot::Raw(&objects_[i]));
}

CHeap::CHeap(std::unique_ptr<Heap> owned)
    : foxvm_gc_heap{}, heap(std::move(owned)), queue(heap->table_memory()) {
  mutator = reinterpret_cast<foxvm_gc_mutator*>(&heap->mutator());
  handle_top = first_chunk.slots;
  handle_end = first_chunk.slots + HandleChunk::kSlots;
  heap->AddRoots(this);
}

CHeap::~CHeap() {
  heap->RemoveRoots(this);
  while (roots != nullptr) {
    heap->RemoveRoots(roots);
    delete std::exchange(roots, roots->next);
  }
  queue.Release();
  heap.reset();  // disposers want the types
  for (HandleChunk* chunk = first_chunk.behind; chunk != nullptr;) delete std::exchange(chunk, chunk->behind);
}

void CHeap::VisitRoots(SlotVisitor& visitor) {
  for (HandleChunk* chunk = &first_chunk;; chunk = chunk->behind) {
    const bool last = chunk->slots + HandleChunk::kSlots == handle_end;
    void** end = last ? handle_top : chunk->slots + HandleChunk::kSlots;
    for (void** slot = chunk->slots; slot != end; ++slot) visitor.Visit(Slot::Raw(slot));
    if (last) break;
  }
  queue.Visit(visitor);
}

bool CHeap::NextHandleChunk() {
  static_assert(offsetof(HandleChunk, slots) + HandleChunk::kSlots * sizeof(void*) == sizeof(HandleChunk));
  HandleChunk* chunk = reinterpret_cast<HandleChunk*>(handle_end) - 1;  // the slots end where the chunk does
  if (chunk->behind == nullptr) {
    chunk->behind = new (std::nothrow) HandleChunk();
    if (chunk->behind == nullptr) return false;
  }
  handle_top = chunk->behind->slots;
  handle_end = handle_top + HandleChunk::kSlots;
  return true;
}

}  // namespace foxvm::gc

using foxvm::gc::CHeap;
using foxvm::gc::CType;
using foxvm::gc::HeapOptions;
using foxvm::gc::HeapPreset;
using foxvm::gc::ObjectHeader;
using foxvm::gc::ToC;

namespace {

CHeap& Of(foxvm_gc_heap* heap) { return *static_cast<CHeap*>(heap); }
const CType& Of(const foxvm_gc_type* type) { return *static_cast<const CType*>(type); }
size_t TotalBytes(size_t bytes) { return foxvm::gc::AlignObjectSize(bytes + sizeof(ObjectHeader)); }
uint64_t SecondOf(const foxvm_gc_type* type) { return reinterpret_cast<uint64_t>(type); }

// What is finalizable from its birth has its place in the queue before; an object that could not be had gives
// it back.
bool ReserveBirth(foxvm_gc_heap* heap, const foxvm_gc_type* type) {
  return !Of(type).finalizable_at_birth || Of(heap).queue.Reserve();
}
void* EndBirth(foxvm_gc_heap* heap, const foxvm_gc_type* type, ObjectHeader* object) {
  if (object != nullptr) return object->payload();
  if (Of(type).finalizable_at_birth) Of(heap).queue.Unreserve();
  return nullptr;
}

}  // namespace

foxvm_gc_options foxvm_gc_options_of(int preset) {
  switch (preset) {
    case FOXVM_GC_PRESET_AUTO: return ToC(DetectedOptions(foxvm::gc::ReadMachineMemory()));
    case FOXVM_GC_PRESET_RUNTIME: return ToC(PresetOptions(HeapPreset::kRuntime));
    case FOXVM_GC_PRESET_VM: return ToC(PresetOptions(HeapPreset::kVm));
    case FOXVM_GC_PRESET_SERVER: return ToC(PresetOptions(HeapPreset::kServer));
    default: return ToC(HeapOptions());
  }
}

foxvm_gc_heap* foxvm_gc_create(const foxvm_gc_options* options, char* error, size_t error_bytes) {
  using foxvm::gc::Fail;
  const HeapOptions wanted = options == nullptr ? HeapOptions() : foxvm::gc::FromC(*options);
  absl::StatusOr<HeapOptions> heap_options = foxvm::gc::ApplyHeapEnvironment(wanted);
  if (!heap_options.ok()) return static_cast<foxvm_gc_heap*>(Fail(heap_options.status(), error, error_bytes));
  absl::StatusOr<std::unique_ptr<foxvm::gc::Heap>> heap = foxvm::gc::Heap::Create(*heap_options);
  if (!heap.ok()) return static_cast<foxvm_gc_heap*>(Fail(heap.status(), error, error_bytes));
  auto* result = new (std::nothrow) CHeap(*std::move(heap));
  if (result == nullptr) Fail(absl::ResourceExhaustedError("no memory for the heap"), error, error_bytes);
  return result;
}

void foxvm_gc_destroy(foxvm_gc_heap* heap) { delete static_cast<CHeap*>(heap); }

const foxvm_gc_type* foxvm_gc_register_type(foxvm_gc_heap* heap, const foxvm_gc_type_info* info) {
  using foxvm::gc::SlotLayout;
  CHeap& owner = Of(heap);
  if (info == nullptr || !foxvm::gc::IsConsistent(*info)) return nullptr;
  if (owner.type_count == foxvm::gc::kMaxTypeId || owner.heap->mutator().marking) return nullptr;
  auto type = std::unique_ptr<CType>(new (std::nothrow) CType());
  if (type == nullptr) return nullptr;
  type->id = static_cast<foxvm::gc::TypeId>(++owner.type_count);  // 0 is nobody's
  type->header_bits = uint64_t{type->id} << foxvm::gc::kTypeShift;
  type->watched = info->dispose != nullptr || info->finalizable == FOXVM_GC_FINALIZABLE;
  type->slow_from = type->watched ? 0 : foxvm::gc::kMaxSmallObjectBytes - sizeof(ObjectHeader) + 1;
  type->finalizable = info->finalizable != FOXVM_GC_NOT_FINALIZABLE;
  type->finalizable_at_birth = info->finalizable == FOXVM_GC_FINALIZABLE;
  type->trace = info->trace;
  type->dispose = info->dispose;
  type->heap = &owner;
  type->name = info->name;
  foxvm::gc::TypeInfo entry;
  entry.name = type->name.c_str();
  entry.kind = foxvm::gc::SlotKind::kRaw;
  entry.layout = info->pointers == FOXVM_GC_NO_POINTERS     ? SlotLayout::kNone
                 : info->pointers == FOXVM_GC_ALL_POINTERS  ? SlotLayout::kAll
                 : info->pointers == FOXVM_GC_SOME_POINTERS ? SlotLayout::kBitmap
                                                            : SlotLayout::kCustom;
  entry.bitmap = info->pointer_words << foxvm::gc::kBitmapShift;
  if (info->trace != nullptr) entry.trace = foxvm::gc::Trace;
  if (info->dispose != nullptr) entry.dispose = foxvm::gc::Dispose;
  if (type->finalizable) entry.finalize = foxvm::gc::Finalize;
  entry.finalize_on_request = info->finalizable == FOXVM_GC_FINALIZABLE_ON_REQUEST;
  owner.heap->types().Register(type->id, entry);
  return (owner.types[type->id] = std::move(type)).get();
}

void* foxvm_gc_allocate_slow(foxvm_gc_heap* heap, const foxvm_gc_type* type, size_t bytes) {
  if (bytes > foxvm::gc::kMaxBytes || !ReserveBirth(heap, type)) return nullptr;
  foxvm::gc::Mutator& mutator = Of(heap).heap->mutator();
  ObjectHeader* object = Of(type).watched
                             ? AllocateFinalizable(mutator, Of(type).id, TotalBytes(bytes), SecondOf(type))
                             : Allocate(mutator, Of(type).id, TotalBytes(bytes), SecondOf(type));
  return EndBirth(heap, type, object);
}

void* foxvm_gc_allocate_zeroed(foxvm_gc_heap* heap, const foxvm_gc_type* type, size_t bytes) {
  void* object = foxvm_gc_allocate(heap, type, bytes);
  if (object != nullptr) std::memset(object, 0, TotalBytes(bytes) - sizeof(ObjectHeader));
  return object;
}

void* foxvm_gc_allocate_pinned(foxvm_gc_heap* heap, const foxvm_gc_type* type, size_t bytes) {
  if (bytes > foxvm::gc::kMaxBytes || !ReserveBirth(heap, type)) return nullptr;
  ObjectHeader* object =
      AllocatePinned(Of(heap).heap->mutator(), Of(type).id, TotalBytes(bytes), SecondOf(type));
  return EndBirth(heap, type, object);
}

const foxvm_gc_type* foxvm_gc_type_of(const void* object) {
  return foxvm::gc::TypeOf(static_cast<const ObjectHeader*>(object) - 1);
}

size_t foxvm_gc_size_of(const foxvm_gc_heap* heap, const void* object) {
  const auto* header = static_cast<const ObjectHeader*>(object) - 1;
  return static_cast<const CHeap*>(heap)->heap->SizeOf(header) - sizeof(ObjectHeader);
}

uint64_t foxvm_gc_identity_hash(foxvm_gc_heap* heap, void* object) {
  return Of(heap).heap->IdentityHash(ObjectHeader::OfPayload(object));
}

int foxvm_gc_is_young(const foxvm_gc_heap* heap, const void* object) {
  return static_cast<const CHeap*>(heap)->heap->IsYoung(static_cast<const ObjectHeader*>(object) - 1);
}

void foxvm_gc_log_store(foxvm_gc_heap* heap, void** field, void* value) {
  using foxvm::gc::SlotKind;
  auto* word = reinterpret_cast<uint64_t*>(field);
  LogStore(Of(heap).heap->mutator(), word, SlotKind::kRaw, foxvm::gc::RefOfWord<SlotKind::kRaw>(*word),
           foxvm::gc::RefOfWord<SlotKind::kRaw>(reinterpret_cast<uint64_t>(value)));
}
