// Counts what the program takes by operator new, which counting_allocator.cc replaces for the whole test.
// Threads: tests of one thread only.
#ifndef FOXVM_TESTS_STRESS_COUNTING_ALLOCATOR_H_
#define FOXVM_TESTS_STRESS_COUNTING_ALLOCATOR_H_

#include <cstddef>

namespace foxvm::stress {

// Watches from its construction on.
class AllocationWatch {
 public:
  AllocationWatch();
  // The most bytes in use at one time, beyond those in use at the start.
  size_t peak_bytes() const;
  // All bytes ever taken, whether given back or not: a measure of work.
  size_t total_bytes() const;

 private:
  size_t live_at_start_;
  size_t total_at_start_;
};

}  // namespace foxvm::stress

#endif  // FOXVM_TESTS_STRESS_COUNTING_ALLOCATOR_H_
