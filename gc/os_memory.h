// AddressRange: a range of address space, reserved whole and given memory piece by piece.
// How: reserving maps without access; committing makes pages usable and lets the system supply them on first
//      touch; decommitting gives their memory back and leaves them usable, reading as zero.
// Threads: one at a time.  Collects: never.  Owns: the mapping, unmapped on destruction.
#ifndef FOXVM_GC_OS_MEMORY_H_
#define FOXVM_GC_OS_MEMORY_H_

#include <cstddef>
#include <cstdint>

namespace foxvm::gc {

// The unit of the large-object space; also what commit and decommit are rounded to where the system allows.
inline constexpr size_t kPageBytes = 4096;

class AddressRange {
 public:
  AddressRange() = default;
  ~AddressRange();
  AddressRange(AddressRange&& other) noexcept;
  AddressRange& operator=(AddressRange&& other) noexcept;

  // Address space only. The base is a multiple of `alignment` (a power of two). Empty when the system
  // refuses.
  static AddressRange Reserve(size_t bytes, size_t alignment);
  // Zeroed memory, supplied on first touch and in small pages, for sparse tables. Empty when the system
  // refuses.
  static AddressRange MapSparse(size_t bytes);

  bool empty() const { return bytes_ == 0; }
  uintptr_t base() const { return base_; }
  size_t bytes() const { return bytes_; }

  // Makes [begin, begin + bytes) readable and writable; false when the system has no memory to promise.
  [[nodiscard]] bool Commit(uintptr_t begin, size_t bytes);
  // Has the system supply the pages of [begin, begin + bytes), committed, now rather than on first touch.
  // What they hold stays.
  void Touch(uintptr_t begin, size_t bytes);
  // Gives back the whole system pages inside [begin, begin + bytes), which then read as zero.
  void Decommit(uintptr_t begin, size_t bytes);

 private:
  uintptr_t base_ = 0;
  size_t bytes_ = 0;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_OS_MEMORY_H_
