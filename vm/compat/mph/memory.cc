#include "vm/compat/mph/memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "gc/allocate.h"

namespace foxvm::mph {
namespace {

enum Type : gc::TypeId {
  kPlain = 1,   // no pointers
  kTraced = 2,  // as the MorphTypeInfo in the header's second word says; null: any word may be one
};

// Half of the most address space that a heap reserves.
constexpr size_t kMaxBytes = size_t{16} << 30;
// Nothing is ever allocated young.
constexpr size_t kYoungBytes = size_t{32} << 10;
constexpr size_t kMaxObjectBytes = size_t{1} << 40;
// What is allocated between two collections: as much as three quarters of what the last one left, and at
//      least this.
constexpr size_t kMinGrowthBytes = size_t{1} << 20;

// The older runtime's calls name a context, but contexts share objects: by arguments of threads, and by
// variables. So there is one heap.
Memory* process_memory = nullptr;

bool IsPlain(const MorphTypeInfo* type) {
  if (type == nullptr || type->mark_fn != nullptr) return false;
  return type->num_pointers <= 0 || type->pointer_offsets == nullptr;
}

}  // namespace

void Roots::Pop(size_t count) {
  while (count > on_stack_) {
    count -= on_stack_;
    on_stack_ = 0;
    if (slots_.empty()) return;
    on_stack_ = slots_.back().on_stack_below;
    slots_.pop_back();
    --count;
  }
  on_stack_ -= count;
}

Memory* Memory::Get() {
  if (process_memory != nullptr) return process_memory;
  const char* debug = std::getenv("MORPH_MEM_DEBUG");
  gc::HeapOptions options;
  options.max_bytes = kMaxBytes;
  options.young_bytes = kYoungBytes;
  options.verify = debug != nullptr && std::strcmp(debug, "1") == 0;
  absl::StatusOr<std::unique_ptr<gc::Heap>> heap = gc::Heap::Create(options);
  if (heap.ok()) process_memory = new Memory(*std::move(heap));
  return process_memory;
}

Memory* Memory::Existing() { return process_memory; }

void Memory::Drop() {
  delete process_memory;
  process_memory = nullptr;
}

Memory::Memory(std::unique_ptr<gc::Heap> heap) : heap_(std::move(heap)) {
  heap_->types().Register(kPlain, {.name = "plain"});
  gc::TypeInfo traced{.name = "traced", .layout = gc::SlotLayout::kCustom};
  traced.trace = [](gc::ObjectHeader* object, size_t bytes, gc::SlotVisitor& visitor) {
    process_memory->Trace(object, bytes, visitor);
  };
  heap_->types().Register(kTraced, traced);
  heap_->AddRoots(this);
}

Memory::~Memory() { heap_->RemoveRoots(this); }

Roots* Memory::AddContext(MorphContext* context) {
  RemoveContext(context);
  contexts_.push_back(std::make_unique<Roots>(context, FindStack()));
  UpdateThreads();
  context->allocated_bytes = heap_->statistics().live_old_bytes;
  SetThreshold(context);
  return contexts_.back().get();
}

void Memory::RemoveContext(MorphContext* context) {
  auto at = std::find_if(contexts_.begin(), contexts_.end(),
                         [context](const auto& roots) { return roots->context() == context; });
  if (at == contexts_.end()) return;
  contexts_.erase(at);
  UpdateThreads();
}

void Memory::ExpectThread(int threads) {
  expected_threads_ += threads;
  UpdateThreads();
}

void Memory::UpdateThreads() {
  one_thread_ =
      expected_threads_ == 0 && std::all_of(contexts_.begin(), contexts_.end(), [this](const auto& roots) {
        return roots->stack().high == contexts_.front()->stack().high;
      });
}

void Memory::Enter(Roots& roots) {
  active_ = &roots;
  auto frame = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  bool allowed = one_thread_ && roots.stack().Contains(frame);
  if (allowed != allowed_) heap_->AllowCollections(allowed);
  allowed_ = allowed;
}

void* Memory::Allocate(Roots& roots, size_t size, MorphTypeInfo* type) {
  if (size > kMaxObjectBytes) return nullptr;
  MorphContext* context = roots.context();
  Enter(roots);
  if (context->allocated_bytes > context->next_gc_threshold) {
    heap_->CollectMajor();
    SetThreshold(context);
  }
  size_t bytes = gc::AlignObjectSize(sizeof(gc::ObjectHeader) + size);
  gc::ObjectHeader* object = gc::AllocatePinned(heap_->mutator(), IsPlain(type) ? kPlain : kTraced, bytes,
                                                reinterpret_cast<uint64_t>(type));
  if (object == nullptr) return nullptr;
  context->allocated_bytes += bytes;
  return object->payload();
}

void Memory::Collect(Roots& roots) {
  Enter(roots);
  heap_->CollectMajor();
  SetThreshold(roots.context());
}

void Memory::SetThreshold(MorphContext* context) {
  size_t live = heap_->statistics().live_old_bytes;
  context->allocated_bytes = live;
  context->next_gc_threshold = live + std::max(kMinGrowthBytes, live / 4 * 3);
}

void Memory::Mark(const void* object) {
  if (marker_ != nullptr) VisitWord(reinterpret_cast<uintptr_t>(object), *marker_);
}

size_t Memory::BytesBehind(const void* address) const {
  const gc::ObjectHeader* object = heap_->ObjectCovering(address);
  if (object == nullptr) return 0;
  return reinterpret_cast<uintptr_t>(object) + heap_->SizeOf(object) - reinterpret_cast<uintptr_t>(address);
}

void Memory::VisitRoots(gc::SlotVisitor& visitor) {
  for (const auto& roots : contexts_) {
    roots->ForEachOffStack([&](void** slot) { VisitWord(reinterpret_cast<uintptr_t>(*slot), visitor); });
  }
  VisitStackWords(active_->stack(), [&](uintptr_t word) { VisitWord(word, visitor); });
}

void Memory::VisitWord(uintptr_t word, gc::SlotVisitor& visitor) {
  // A pointer to an object points behind its header; one just behind an object points to the next one's
  // header. So the byte in front of it is the object's in both cases.
  gc::ObjectHeader* object = heap_->ObjectCovering(reinterpret_cast<const void*>(word - 1));
  if (object == nullptr) return;
  void* payload = object->payload();
  visitor.Visit(gc::Slot::Raw(&payload));
}

void Memory::Trace(gc::ObjectHeader* object, size_t bytes, gc::SlotVisitor& visitor) {
  const auto* type = reinterpret_cast<const MorphTypeInfo*>(object->second);
  auto* words = reinterpret_cast<const uintptr_t*>(object + 1);
  size_t payload_bytes = bytes - sizeof(gc::ObjectHeader);
  if (type == nullptr) {
    for (size_t i = 0; i < payload_bytes / sizeof(uintptr_t); ++i) VisitWord(words[i], visitor);
    return;
  }
  if (type->mark_fn != nullptr) {
    marker_ = &visitor;
    type->mark_fn(active_->context(), object + 1);
    marker_ = nullptr;
    return;
  }
  for (int i = 0; i < type->num_pointers; ++i) {
    size_t offset = type->pointer_offsets[i];
    if (payload_bytes < sizeof(uintptr_t) || offset > payload_bytes - sizeof(uintptr_t)) continue;
    VisitWord(words[offset / sizeof(uintptr_t)], visitor);
  }
}

}  // namespace foxvm::mph
