// ByteBudget: one limit on the memory that several allocators hold from the system, and how much they did.
// Invariants: BB-1 used() <= limit.
// Threads: one at a time.  Collects: never.
#ifndef FOXVM_GC_BYTE_BUDGET_H_
#define FOXVM_GC_BYTE_BUDGET_H_

#include <algorithm>
#include <cstddef>

namespace foxvm::gc {

class ByteBudget {
 public:
  explicit ByteBudget(size_t limit) : limit_(limit) {}
  ByteBudget(const ByteBudget&) = delete;
  ByteBudget& operator=(const ByteBudget&) = delete;

  // Counts `bytes` more; false, and nothing is counted, when they are more than is left.
  [[nodiscard]] bool Take(size_t bytes) {
    if (bytes > limit_ - used_) return false;
    used_ += bytes;
    peak_ = std::max(peak_, used_);
    return true;
  }
  void Return(size_t bytes) { used_ -= bytes; }

  size_t used() const { return used_; }
  size_t peak() const { return peak_; }

 private:
  const size_t limit_;
  size_t used_ = 0;
  size_t peak_ = 0;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_BYTE_BUDGET_H_
