// What stands behind the C interface: the heap with the program's types, handles and queue of finalizable
// objects (foxvm_gc.h).
// How: C sees the first members of both structs and inlines on them. An object's second word is its type, so
//      that the trace callback is found without a table. Handles are a list of fixed chunks, which never
//      move; a chunk that the system refuses is an error for who wanted it. Who makes an object finalizable
//      has room for it made in the queue.
// Threads: see heap.h.  Collects: never by itself.
#ifndef FOXVM_GC_FOXVM_GC_STATE_H_
#define FOXVM_GC_FOXVM_GC_STATE_H_

#include <cstddef>
#include <memory>
#include <string>

#include "gc/foxvm_gc.h"
#include "gc/heap.h"
#include "gc/roots.h"
#include "gc/type_info.h"
#include "gc/vector.h"

namespace foxvm::gc {

struct CHeap;

struct CType : foxvm_gc_type {
  TypeId id = 0;
  bool watched = false;  // its objects are made by AllocateFinalizable
  bool finalizable = false;
  bool finalizable_at_birth = false;
  void (*trace)(void*, size_t, foxvm_gc_visit*, void*) = nullptr;
  void (*dispose)(void*) = nullptr;
  CHeap* heap = nullptr;
  std::string name;
};

// A roots callback of the program.
struct CRoots final : RootProvider {
  CRoots(foxvm_gc_roots* function, void* argument) : roots(function), user(argument) {}
  void VisitRoots(SlotVisitor& visitor) override;

  foxvm_gc_roots* const roots;
  void* const user;
  CRoots* next = nullptr;
};

// Slots in chunks, whose addresses stay.
struct HandleChunk {
  static constexpr size_t kSlots = 510;
  HandleChunk* before = nullptr;
  HandleChunk* behind = nullptr;
  void* slots[kSlots];
};

// The finalizable objects found dead and not asked for yet, in order.
class ObjectQueue {
 public:
  explicit ObjectQueue(TableMemory& memory) : objects_(memory) {}
  // Makes room for one more object, now or later; false when the system has no memory.
  bool Reserve();
  void Unreserve() { --reserved_; }
  // `object`, for which there is a reservation, which ends.
  void PushReserved(void* object);
  // Null when empty.
  void* Pop();
  void Visit(SlotVisitor& visitor);
  // Drops everything; the heap is going.
  void Release() { objects_.Release(); }

 private:
  size_t reserved_ = 0;
  size_t first_ = 0;  // of objects_: those before have been asked for
  Vector<void*> objects_;
};

struct CHeap final : foxvm_gc_heap, RootProvider {
  explicit CHeap(std::unique_ptr<Heap> owned);
  ~CHeap() override;
  void VisitRoots(SlotVisitor& visitor) override;
  // Goes on in the next chunk of handles; false when there is none to have.
  bool NextHandleChunk();

  std::unique_ptr<Heap> heap;
  HandleChunk first_chunk;
  ObjectQueue queue;
  CRoots* roots = nullptr;
  std::unique_ptr<CType> types[kMaxTypeId + 1];
  size_t type_count = 0;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_FOXVM_GC_STATE_H_
