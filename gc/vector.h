// Vector: an array that grows, and says so when it cannot: the tables of a heap are made of it.
// How: doubling, by TableMemory. What must not fail (in a collection) is preceded by TryReserve where failing
//      is possible, and then uses PushReserved.
// Invariants: VE-1 when growth fails, the vector is as it was.
// Threads: one at a time.  Collects: never.  Owns: its memory, but not what elements point to.
#ifndef FOXVM_GC_VECTOR_H_
#define FOXVM_GC_VECTOR_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "gc/check.h"
#include "gc/table_memory.h"

namespace foxvm::gc {

template <typename T>
class Vector {
 public:
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

  explicit Vector(TableMemory& memory) : memory_(&memory) {}
  ~Vector() { Release(); }
  Vector(Vector&& other) noexcept
      : memory_(other.memory_),
        data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  Vector& operator=(Vector&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }

  // Room for `count` elements in all; false when the system has none.
  [[nodiscard]] bool TryReserve(size_t count) {
    if (count <= capacity_) return true;
    if (count > SIZE_MAX / sizeof(T) / 2) return false;
    const size_t wanted = std::max({count, capacity_ * 2, kMinCapacity});
    void* grown = memory_->Resize(data_, capacity_ * sizeof(T), wanted * sizeof(T));
    if (grown == nullptr) return false;
    data_ = static_cast<T*>(grown);
    capacity_ = wanted;
    return true;
  }
  [[nodiscard]] bool TryPushBack(const T& element) {
    if (size_ == capacity_ && !TryReserve(size_ + 1)) return false;
    data_[size_++] = element;
    return true;
  }
  // `count` elements, all of them `element`.
  [[nodiscard]] bool TryAssign(size_t count, const T& element) {
    if (!TryReserve(count)) return false;
    std::fill_n(data_, count, element);
    size_ = count;
    return true;
  }
  // Requires that there is room.
  void PushReserved(const T& element) {
    FOXVM_DCHECK(size_ < capacity_);
    data_[size_++] = element;
  }
  void pop_back() { --size_; }
  // Drops the first `count` elements.
  void EraseFront(size_t count) {
    size_ -= count;
    if (size_ != 0) std::memmove(static_cast<void*>(data_), data_ + count, size_ * sizeof(T));
  }
  // Drops what is behind the first `count` elements.
  void Truncate(size_t count) { size_ = count; }
  void clear() { size_ = 0; }
  // Drops everything and gives the memory back.
  void Release() {
    if (data_ != nullptr) memory_->Free(data_, capacity_ * sizeof(T));
    data_ = nullptr;
    size_ = capacity_ = 0;
  }

  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }
  T& back() { return data_[size_ - 1]; }
  const T& back() const { return data_[size_ - 1]; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }

 private:
  static constexpr size_t kMinCapacity = 8;

  TableMemory* memory_;
  T* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_VECTOR_H_
