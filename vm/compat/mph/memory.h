// Memory: the heap that all contexts of the older runtime's programs share, and their roots.
// How: one heap of pinned objects for the process. Between objects tracing follows the types; the stack and
//      the registers are searched for anything that may be a pointer, to, into or just behind an object. So
//      slots on the stack need not be visited as roots: they are only counted, and roots that generated code
//      forgets to pop cost nothing.
// Invariants: MM-1 collections are allowed only while all contexts belong to one thread, and that thread is
//      on the stack that the contexts know. MM-2 marker_ is null outside tracing.
// Threads: one at a time; mph.cc holds the lock.  Collects: Allocate, Collect.
#ifndef FOXVM_VM_COMPAT_MPH_MEMORY_H_
#define FOXVM_VM_COMPAT_MPH_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "gc/heap.h"
#include "gc/roots.h"
#include "gc/slot.h"
#include "vm/compat/mph/mph.h"
#include "vm/compat/mph/stack_scan.h"

namespace foxvm::mph {

// One context's shadow stack.
class Roots {
 public:
  Roots(MorphContext* context, const StackBounds& stack) : context_(context), stack_(stack) {}

  void Push(void** slot) {
    if (IsOnStack(stack_, reinterpret_cast<uintptr_t>(slot))) {
      ++on_stack_;
    } else {
      slots_.push_back({slot, on_stack_});
      on_stack_ = 0;
    }
  }
  // As many as there are, at most.
  void Pop(size_t count);

  template <typename Visit>
  void ForEachOffStack(Visit&& visit) const {
    for (const Entry& entry : slots_) visit(entry.slot);
  }

  MorphContext* context() const { return context_; }
  const StackBounds& stack() const { return stack_; }

 private:
  struct Entry {
    void** slot;
    size_t on_stack_below;  // slots on the stack that were pushed before it, since the entry below
  };

  MorphContext* const context_;
  const StackBounds stack_;  // of the thread that the context belongs to
  std::vector<Entry> slots_;
  size_t on_stack_ = 0;  // pushed last
};

class Memory : public gc::RootProvider {
 public:
  // The process's one, made if there is none; null when there is no address space for a heap. Never destroyed
  // at the process's end, when threads may still run.
  static Memory* Get();
  // The same, or null if there is none.
  static Memory* Existing();
  // Destroys it.
  static void Drop();

  Roots* AddContext(MorphContext* context);
  // No effect on a context that is not there.
  void RemoveContext(MorphContext* context);
  // Counts a thread that will add a context, so that MM-1 holds from now on.
  void ExpectThread(int threads);
  bool in_use() const { return !contexts_.empty() || expected_threads_ != 0; }

  // Null when out of memory.
  void* Allocate(Roots& roots, size_t size, MorphTypeInfo* type);
  void Collect(Roots& roots);
  // For mark functions; no effect at other times.
  void Mark(const void* object);
  // Bytes from `address`, in an object, to the object's end; else 0.
  size_t BytesBehind(const void* address) const;

  gc::HeapStatistics statistics() const { return heap_->statistics(); }

  void VisitRoots(gc::SlotVisitor& visitor) override;

 private:
  explicit Memory(std::unique_ptr<gc::Heap> heap);
  ~Memory() override;

  void Trace(gc::ObjectHeader* object, size_t bytes, gc::SlotVisitor& visitor);
  // Shows the object that `word` points to, or into, or just behind, if there is one.
  void VisitWord(uintptr_t word, gc::SlotVisitor& visitor);
  // Sets whether the heap may collect (MM-1), before each call that might.
  void Enter(Roots& roots);
  void UpdateThreads();
  // After a collection.
  void SetThreshold(MorphContext* context);

  std::unique_ptr<gc::Heap> heap_;
  std::vector<std::unique_ptr<Roots>> contexts_;
  int expected_threads_ = 0;
  bool one_thread_ = true;
  bool allowed_ = true;                // what the heap was told last
  Roots* active_ = nullptr;            // of the call that is under way
  gc::SlotVisitor* marker_ = nullptr;  // of the trace that is under way
};

}  // namespace foxvm::mph

#endif  // FOXVM_VM_COMPAT_MPH_MEMORY_H_
