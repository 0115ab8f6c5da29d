// StructHeap: the generational heap for programs whose objects are plain structs with plain pointers in them,
// such as users of the C interface.
// How: a program sees the payload behind an object's header; a registered type says at which offsets its
//      pointers are, so collections trace and move precisely. Roots are the addresses of the program's own
//      pointer variables.
// Invariants: SH-1 every pointer slot of an object and every root is null or the address of a payload of this
//      heap (HeapOptions::verify checks it). SH-2 new objects of a type with pointers are zeroed, so SH-1
//      holds at once.
// Threads: one at a time.  Collects: Allocate and the two collections.  Owns: all objects.
#ifndef FOXVM_GC_STRUCT_HEAP_H_
#define FOXVM_GC_STRUCT_HEAP_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/optimization.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "gc/allocate.h"
#include "gc/heap.h"
#include "gc/write_barrier.h"

namespace foxvm::gc {

// Where the pointers of a type's objects are.
struct StructLayout {
  std::string name;
  // Of the struct, or of one element of an array. Objects are at least this long; 0 is allowed without
  // pointers.
  size_t bytes = 0;
  // Byte offsets of its pointers, each a multiple of 8.
  std::vector<size_t> pointer_offsets = {};
  // Objects are arrays: the layout repeats to the object's end. Otherwise only the first `bytes` have
  // pointers.
  bool repeats = false;
};

class StructHeap final : private RootProvider {
 public:
  // Type 0 is there from the start: bytes without pointers.
  static constexpr size_t kTypes = kMaxTypeId;

  // InvalidArgument for bad options, ResourceExhausted when the system refuses the memory.
  // Whatever `options` say, marking stops the program (see WriteBarrier).
  static absl::StatusOr<std::unique_ptr<StructHeap>> Create(HeapOptions options);
  ~StructHeap() override;

  // Gives `type` its layout, once. InvalidArgument for a number that is taken or too large, and for offsets
  // outside the struct.
  absl::Status RegisterType(size_t type, StructLayout layout);

  // A new object of at least `bytes` bytes, aligned to 16; all zero if its type has pointers or `zeroed` is
  // set. Null when out of memory, when `type` is not registered and when `bytes` is less than its struct has.
  [[nodiscard]] void* Allocate(size_t bytes, size_t type, bool zeroed = false) {
    if (ABSL_PREDICT_FALSE(!Fits(bytes, type))) return nullptr;
    const size_t total = AlignObjectSize(bytes + sizeof(ObjectHeader));
    ObjectHeader* object = gc::Allocate(mutator_, HeapType(type), total, SecondOf(type));
    if (ABSL_PREDICT_FALSE(object == nullptr)) return nullptr;
    if (types_[type].has_pointers || zeroed) Zero(object, total);
    return object->payload();
  }
  // Allocate where memory is at hand; else null. Calls nothing, so that a function around it stays small.
  [[nodiscard]] void* TryAllocate(size_t bytes, size_t type) {
    if (ABSL_PREDICT_FALSE(!Fits(bytes, type))) return nullptr;
    const size_t total = AlignObjectSize(bytes + sizeof(ObjectHeader));
    ObjectHeader* object = gc::TryAllocate(mutator_, HeapType(type), total, SecondOf(type));
    if (ABSL_PREDICT_FALSE(object == nullptr)) return nullptr;
    if (types_[type].has_pointers) Zero(object, total);
    return object->payload();
  }

  // `*root` is a root until popped; the variable is rewritten when its object moves.
  void PushRoot(void** root) { roots_.push_back(root); }
  // Ends the `count` newest roots; all when there are fewer.
  void PopRoots(size_t count) { roots_.resize(roots_.size() - std::min(count, roots_.size())); }
  size_t root_count() const { return roots_.size(); }

  // *slot = value, for a pointer slot of an object of this heap.
  void Store(void** slot, void* value) { WriteRawField(mutator_, slot, value); }
  // For all slots of `payload` at once what Store does besides storing, after the stores: too late to tell
  // what they have overwritten, so these heaps mark with the program stopped. Time: its size.
  void WriteBarrier(void* payload);

  void CollectMinor() { heap_->CollectMinor(); }
  void CollectMajor() { heap_->CollectMajor(); }

  bool Contains(const void* address) const { return heap_->Contains(address); }
  HeapStatistics statistics() const { return heap_->statistics(); }
  // Empty when the type is not registered.
  const std::string& TypeName(size_t type) const { return types_[type].layout.name; }

 private:
  static constexpr size_t kMaxBytes = SIZE_MAX / 4;

  struct Type {
    size_t min_bytes = SIZE_MAX;  // no size fits a type that is not registered
    bool has_pointers = false;
    StructLayout layout;
  };

  explicit StructHeap(std::unique_ptr<Heap> heap);

  static TypeId HeapType(size_t type) { return static_cast<TypeId>(type + 1); }
  bool Fits(size_t bytes, size_t type) const {
    return type < kTypes && bytes >= types_[type].min_bytes && bytes <= kMaxBytes;
  }
  uint64_t SecondOf(size_t type) const { return reinterpret_cast<uint64_t>(&types_[type]); }
  static void Zero(ObjectHeader* object, size_t total) {
    struct Granule {
      uint64_t words[2];
    };
    auto* end = reinterpret_cast<Granule*>(reinterpret_cast<uintptr_t>(object) + total);
    for (auto* granule = reinterpret_cast<Granule*>(object) + 1; granule != end; ++granule) {
      *granule = {};
      asm("" : "+r"(granule));  // or the compiler calls memset, which is slow for so few bytes
    }
  }
  static void Trace(ObjectHeader* object, size_t bytes, SlotVisitor& visitor);
  void VisitRoots(SlotVisitor& visitor) override;

  const std::unique_ptr<Heap> heap_;
  Mutator& mutator_;
  std::vector<void**> roots_;
  Type types_[kTypes];
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_STRUCT_HEAP_H_
